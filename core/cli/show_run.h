/* What `show RUN` prints, and where a file came from. */
#ifndef BF_CLI_SHOW_RUN_H
#define BF_CLI_SHOW_RUN_H

#include "cli/runs_text.h"

void bf_show_run(const bf_run_info *run, bool json);

/* The tasks that made a file with this digest, newest run first, each key once: a list of objects. */
json_t *bf_makers_of(const bf_store *s, const bf_digest *digest);

#endif
