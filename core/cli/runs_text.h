/* Runs and their tasks as words, for the verbs that tell of them. */
#ifndef BF_CLI_RUNS_TEXT_H
#define BF_CLI_RUNS_TEXT_H

#include "cli/cli.h"
#include <jansson.h>

bf_status bf_open_to_read(bf_store **out); /* --store and so on, for reading */

/* The arguments [RUN] [STAGE]: the first one may also be a stage of the last run. *stage NULL when not given. BF_BAD_INPUT. */
bf_status bf_run_argument(const bf_store *s, char *const *argument, size_t n, bf_run_info **run, const char **stage);

typedef struct bf_outcomes {
  uint64_t of[BF_SKIPPED + 1]; /* by bf_outcome */
} bf_outcomes;
bf_outcomes bf_count_outcomes(const bf_run_info *run);

const char *bf_run_state(const bf_run_info *run); /* "done", "failed", "cancelled", "broken off", "running" */
char *bf_time_text(int64_t unix_time);            /* local time, "2026-11-23 22:47:12"; allocated, as all below */
char *bf_seconds_text(double seconds);            /* "0.02 s", "4.1 s", "3 min 20 s", "2 h 5 min" */
char *bf_bytes_text(uint64_t bytes);              /* "12 B", "3.4 MiB" */
char *bf_labels_text(const bf_task_entry *t);     /* "activation=tanh, layer=3", "" */
json_t *bf_labels_json(const bf_label *label, size_t n);
json_t *bf_run_json(const bf_run_info *run); /* what `runs --json` says of it */
json_t *bf_text_json(const char *s);         /* a string, or null where it is NULL or not UTF-8 */
void bf_print_json(json_t *j);               /* and lets go of it */

#endif
