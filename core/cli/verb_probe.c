/* bettiflow probe: what this machine has, as one line of JSON; asked by `doctor --hosts` and `run --hosts` over ssh. Not in the list of verbs. */
#include "cli/runs_text.h"
#include "engine/hosts.h"
#include <stdio.h>

typedef struct probe_arguments {
  const char *token;
  bool own;
} probe_arguments;

static error_t parse(int key, char *argument, struct argp_state *state) {
  probe_arguments *a = state->input;
  switch (key) {
  case 't':
    a->token = argument;
    return 0;
  case 'o':
    a->own = true;
    return 0;
  case ARGP_KEY_ARG:
    argp_error(state, "what is '%s'? probe takes options only", argument);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {{"token", 't', "FILE=TEXT", 0, "A file below the store's folder and what it holds where the folder is shared", 0},
                                             {"own", 'o', NULL, 0, "Where it is not, --store is a store of this machine's own", 0},
                                             {0}};

static int run(const bf_global *g, int argc, char **argv) {
  probe_arguments a = {0};
  const struct argp argp = {options, parse, NULL, "Prints what this machine has, as one JSON object.", BF_GLOBAL_CHILDREN, NULL, NULL};
  bf_registry *r;
  bf_status status = bf_parse(&argp, argc, argv, &a);
  if (status != BF_OK) return bf_exit(status);
  status = bf_registry_open(g->plugin_path, &r);
  if (status != BF_OK) {
    bf_complain();
    return bf_exit(status);
  }
  json_t *j = bf_probe_json(r, g->store, a.token, a.own);
  json_dumpf(j, stdout, JSON_COMPACT);
  putchar('\n');
  json_decref(j);
  bf_registry_free(r);
  return 0;
}

const bf_verb bf_verb_probe = {"probe", NULL, run};
