/* `bettiflow run`: runs a pipeline. */
#include "cli/planned.h"
#include "cli/progress.h"
#include "cli/runs_text.h"
#include "engine/engine.h"
#include "engine/gnu.h"
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct run_arguments {
  bf_planned planned;
  bf_run_options options;
  bool parallel, dry;
  const char *hosts;
} run_arguments;

static uint32_t parse_threads(const char *text, struct argp_state *state) {
  char *end;
  errno = 0;
  long n = strtol(text, &end, 10);
  if (errno || *end || end == text || n < 1 || n > 65536) argp_error(state, "-j takes a number of threads, 1 to 65536, not '%s'", text);
  return (uint32_t)n;
}

static void parse_engine(run_arguments *a, const char *text, struct argp_state *state) {
  a->parallel = !strcmp(text, "parallel");
  if (!a->parallel && strcmp(text, "local")) argp_error(state, "--engine is local or parallel, not '%s'", text);
}

static error_t parse(int key, char *argument, struct argp_state *state) {
  run_arguments *a = state->input;
  switch (key) {
  case 'j':
    a->options.threads = parse_threads(argument, state);
    return 0;
  case 'e':
    parse_engine(a, argument, state);
    return 0;
  case 'H':
    a->hosts = argument;
    return 0;
  case 's':
    bf_planned_set(&a->planned, argument);
    return 0;
  case 'o':
    if (!*argument) argp_error(state, "-o takes a folder");
    a->options.folder = argument;
    return 0;
  case 'n':
    a->dry = true;
    return 0;
  case 'k':
    a->options.keep_going = true;
    return 0;
  case 'J':
    a->planned.json = true;
    return 0;
  case 'T':
  case 'M':
    bf_planned_limit(key, argument, state, &a->options.limits);
    return 0;
  case ARGP_KEY_ARG:
    if (a->planned.file) argp_error(state, "one pipeline at a time: '%s' is too much", argument);
    a->planned.file = argument;
    return 0;
  case ARGP_KEY_END:
    if (!a->planned.file) argp_error(state, "which pipeline?");
    if (a->hosts && !a->parallel) argp_error(state, "--hosts belongs to --engine parallel");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"jobs", 'j', "N", 0, "Threads to use at a time (default: all cores)", 0},
    {"engine", 'e', "ENGINE", 0, "local (default): processes on this machine; parallel: GNU Parallel, on this machine or --hosts", 0},
    {"hosts", 'H', "FILE", 0, "Machines for --engine parallel", 0},
    {"set", 's', "KEY=VALUE", 0, "Set stage.param, sweep.name or vars.name", 0},
    {"output", 'o', "DIR", 0, "Where `save` writes (default: ./<name>-out)", 0},
    {"dry-run", 'n', NULL, 0, "Only say what would run, as `bettiflow plan` does", 0},
    {"keep-going", 'k', NULL, 0, "Go on with what does not depend on a failed task", 0},
    {"timeout", 'T', "TIME", 0, "Most time for each task: 90s, 10min", 0},
    {"memory", 'M', "SIZE", 0, "Most memory for each task: 512MiB, 4GiB", 0},
    {"json", 'J', NULL, 0, "Print the outcome as one JSON object; `print` goes to stderr", 0},
    {0}};

static uint32_t cores(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) ? 1 : (uint32_t)CPU_COUNT(&set);
}

static void print_json(const bf_run_result *r, const bf_store *store) {
  const bf_counts *c = &r->counts;
  json_t *saved = json_array();
  for (size_t i = 0; i < r->nsaved; i++) json_array_append_new(saved, bf_text_json(r->saved[i].path));
  json_t *root = json_pack("{ss si s{sI sI sI sI sI sI} so so}", "run", r->run, "status", bf_exit(r->status), "tasks", "total", (json_int_t)c->total, "ran",
                           (json_int_t)c->ran, "cached", (json_int_t)c->cached, "declined", (json_int_t)c->declined, "failed", (json_int_t)c->failed, "skipped",
                           (json_int_t)c->skipped, "saved", saved, "store", bf_text_json(bf_store_path(store)));
  json_dumpf(root, stdout, JSON_INDENT(1));
  putchar('\n');
  json_decref(root);
}

enum { SHOWN = 12 }; /* saved files that the summary names */

static void summarise(const bf_run_result *r) {
  const bf_counts *c = &r->counts;
  const uint64_t n[] = {c->ran, c->cached, c->declined, c->failed, c->skipped};
  static const char *const what[] = {"ran", "cached", "declined", "failed", "skipped"};
  bf_text t = {0};
  bf_text_addf(&t, "%s: %" PRIu64 " task%s", r->run, c->total, c->total == 1 ? "" : "s");
  for (int i = 0; i < 5; i++)
    if (n[i]) bf_text_addf(&t, ", %" PRIu64 " %s", n[i], what[i]);
  for (size_t i = 0; i < r->nsaved && i < SHOWN; i++) bf_text_addf(&t, "\nsaved %s", r->saved[i].path);
  if (r->nsaved > SHOWN) bf_text_addf(&t, "\nsaved %zu more: `bettiflow show %s` lists all", r->nsaved - SHOWN, r->run);
  if (c->declined) bf_text_addf(&t, "\n`bettiflow explain %s` says why tasks declined", r->run);
  bf_note("%s", t.at);
  bf_text_free(&t);
}

/* Before a store is made: GNU Parallel, and the folder that it and the jobs' bundles need. */
static bf_status check_parallel(void) {
  const char *named = getenv("TMPDIR"), *place = named && *named ? named : "/tmp";
  const bf_status status = bf_gnu_find();
  if (status != BF_OK || !access(place, W_OK | X_OK)) return status;
  return bf_fail(BF_STORE, "%s: can't be written (%s), and the parallel engine needs it; TMPDIR names another place", place, strerror(errno));
}

static bf_status run_pipeline(const bf_global *g, run_arguments *a) {
  bf_store *store = NULL;
  bf_run_result result = {0};
  bf_progress progress;
  bf_status status = a->parallel ? check_parallel() : BF_OK;
  if (status == BF_OK) status = bf_store_open(g->store, BF_STORE_RUN, &store);
  if (status != BF_OK) return status;
  bf_progress_begin(&progress);
  a->options.listen = bf_progress_listen;
  a->options.context = &progress;
  if (!a->options.threads) a->options.threads = cores();
  a->options.plugin_path = g->plugin_path;
  a->options.note = bf_progress_note;
  status = a->parallel ? bf_run_parallel(store, a->planned.registry, a->planned.pipeline, &a->options, a->hosts, &result)
                       : bf_run_local(store, a->planned.registry, a->planned.pipeline, &a->options, &result);
  bf_progress_end(&progress);
  if (result.run) {
    if (result.printed) fputs(result.printed, a->planned.json ? stderr : stdout);
    summarise(&result);
    if (a->planned.json) print_json(&result, store);
  }
  bf_run_result_free(&result);
  bf_store_close(store);
  return status;
}

static int run(const bf_global *g, int argc, char **argv) {
  run_arguments a = {0};
  const struct argp argp = {options, parse, "PIPELINE", "Run a pipeline; what the store has already is not run again.", BF_GLOBAL_CHILDREN, NULL, NULL};
  bf_status status = bf_parse(&argp, argc, argv, &a);
  if (status != BF_OK) return bf_exit(status);
  status = bf_planned_open(g, &a.planned);
  if (status == BF_OK) status = a.dry ? bf_planned_print(g, &a.planned) : run_pipeline(g, &a);
  if (status != BF_OK) bf_complain();
  bf_planned_close(&a.planned);
  return bf_exit(status);
}

const bf_verb bf_verb_run = {"run", "Run a pipeline", run};
