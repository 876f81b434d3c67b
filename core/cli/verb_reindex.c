/* bettiflow reindex: build index.sqlite anew from the runs' journals. */
#include "cli/cli.h"
#include <stdio.h>

static error_t parse(int key, char *argument, struct argp_state *state) {
  if (key == ARGP_KEY_ARG) argp_error(state, "what is '%s'? reindex takes options only", argument);
  return key == ARGP_KEY_ARG ? 0 : ARGP_ERR_UNKNOWN;
}

static int run(const bf_global *g, int argc, char **argv) {
  const struct argp argp = {
      NULL, parse, NULL, "Build the SQLite index of the store anew. It happens by itself when the index is missing, damaged or older.", BF_GLOBAL_CHILDREN,
      NULL, NULL};
  bf_store *s = NULL;
  bf_status status = bf_parse(&argp, argc, argv, NULL);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(bf_store_open(g->store, BF_STORE_READ, &s)); /* no new store for this */
  bf_store_close(s);
  s = NULL;
  BF_TRY(bf_store_open(g->store, BF_STORE_RUN, &s));
  BF_TRY(bf_index_update(s, true));
  bf_note("%s/index.sqlite is built anew", bf_store_path(s));
out:
  if (status != BF_OK) bf_complain();
  bf_store_close(s);
  return bf_exit(status);
}

const bf_verb bf_verb_reindex = {"reindex", "Build the SQLite index anew", run};
