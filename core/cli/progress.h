/* How a run shows itself on stderr: one redrawn line on a terminal, plain lines elsewhere. */
#ifndef BF_CLI_PROGRESS_H
#define BF_CLI_PROGRESS_H

#include "cli/cli.h"
#include "engine/engine.h"

typedef struct bf_progress {
  bool bar;
  double start, drawn; /* seconds */
  size_t width;        /* of what stands on the line now */
  void *warned;        /* tree of the warnings that were shown */
  size_t nwarned;
} bf_progress;

void bf_progress_begin(bf_progress *p);
void bf_progress_listen(void *context, const bf_event *e); /* bf_run_options.listen; context is the bf_progress */
void bf_progress_note(void *context, const char *text);    /* bf_run_options.note */
void bf_progress_end(bf_progress *p);                      /* clears the line; frees */

#endif
