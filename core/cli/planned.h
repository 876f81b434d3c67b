/* What `run` and `plan` share: opening a pipeline, and printing what would run. */
#ifndef BF_CLI_PLANNED_H
#define BF_CLI_PLANNED_H

#include "cli/cli.h"
#include "pipeline/pipeline.h"

typedef struct bf_planned {
  const char *file;
  size_t nset;
  bf_setting *set;
  bool json, dot;
  bf_registry *registry;
  bf_pipeline *pipeline;
} bf_planned;

bf_status bf_planned_open(const bf_global *g, bf_planned *p); /* plugins, pipeline; notes broken plugins */
void bf_planned_close(bf_planned *p);
void bf_planned_limit(int key, const char *argument, const struct argp_state *state, bf_limits *limits); /* -T, --timeout; -M, --memory */
void bf_planned_set(bf_planned *p, const char *text);                                                    /* one more --set */
bf_status bf_planned_print(const bf_global *g, const bf_planned *p);                                     /* the plan on stdout */

#endif
