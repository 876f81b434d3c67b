/* bettiflow runs [--json] [-n N]: what ran, oldest first. */
#include "cli/columns.h"
#include "cli/runs_text.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct options {
  bool json;
  size_t newest; /* 0: all */
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  char *end;
  switch (key) {
  case 'J':
    o->json = true;
    return 0;
  case 'n':
    o->newest = strtoul(argument, &end, 10);
    if (*end || argument[0] < '1' || argument[0] > '9') argp_error(state, "-n takes a number from 1, not '%s'", argument);
    return 0;
  case ARGP_KEY_ARG:
    argp_error(state, "what is '%s'? `bettiflow show RUN` shows one run", argument);
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option own[] = {{"json", 'J', NULL, 0, "Print a JSON list", 0}, {"newest", 'n', "N", 0, "Only the N newest", 0}, {0}};

static void add_row(bf_columns *c, const bf_run_info *run) {
  bf_outcomes n = bf_count_outcomes(run);
  char *when = bf_time_text(run->started_unix), *took = run->finished ? bf_seconds_text(run->wall_seconds) : bf_strdup("");
  bf_columns_add(c, "%s", run->run);
  bf_columns_add(c, "%s", when);
  bf_columns_add(c, "%s", took);
  bf_columns_add(c, "%s%s", bf_run_state(run), run->pinned ? ", pinned" : "");
  for (bf_outcome k = BF_RAN; k <= BF_SKIPPED; k++) bf_columns_add(c, "%llu", (unsigned long long)n.of[k]);
  bf_columns_add(c, "%s", run->pipeline_name);
  free(when);
  free(took);
}

static bf_status list(const bf_store *s, const options *o, char *const *id, size_t n) {
  bf_columns table = {.align = "llrlrrrrrl"};
  static const char *const head[] = {"run", "started", "took", "state", "ran", "cached", "declined", "failed", "skipped", "pipeline"};
  json_t *all = json_array();
  for (int i = 0; i < 10 && n && !o->json; i++) bf_columns_add(&table, "%s", head[i]);
  for (size_t i = o->newest && o->newest < n ? n - o->newest : 0; i < n; i++) {
    bf_run_info *run;
    if (bf_run_read(s, id[i], &run) != BF_OK) {
      bf_note("warning: %s", bf_error());
      continue;
    }
    if (o->json)
      json_array_append_new(all, bf_run_json(run));
    else
      add_row(&table, run);
    bf_run_info_free(run);
  }
  if (o->json) {
    bf_print_json(all);
    return BF_OK;
  }
  json_decref(all);
  if (n)
    bf_columns_print(&table);
  else
    bf_note("nothing ran in %s yet", bf_store_path(s));
  return BF_OK;
}

static int run(const bf_global *g, int argc, char **argv) {
  options o = {0};
  const struct argp argp = {own,  parse, NULL, "List the runs of the store, oldest first. `bettiflow gc` never removes pinned ones.", BF_GLOBAL_CHILDREN,
                            NULL, NULL};
  bf_store *s = NULL;
  char **id = NULL;
  size_t n = 0;
  (void)g;
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(bf_open_to_read(&s));
  BF_TRY(bf_runs_list(s, &id, &n));
  BF_TRY(list(s, &o, id, n));
out:
  if (status != BF_OK) bf_complain();
  for (size_t i = 0; i < n; i++) free(id[i]);
  free(id);
  bf_store_close(s);
  return bf_exit(status);
}

const bf_verb bf_verb_runs = {"runs", "List what ran, with outcomes", run};
