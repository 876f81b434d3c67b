/* bettiflow job RUN WAVE POINT: one job of a run, for GNU Parallel, a Slurm array, or by hand. */
#include "cli/cli.h"
#include "engine/engine.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

typedef struct arguments {
  const char *run;
  size_t number[2]; /* wave, point */
  int n;
  const char *report; /* number of this machine, for whoever listens; NULL: nobody does */
  const char *travel;
  bf_run_options options;
} arguments;

static bool parse_number(const char *text, unsigned long long most, unsigned long long *out) {
  char *end;
  errno = 0;
  *out = strtoull(text, &end, 10);
  return text[0] >= '0' && text[0] <= '9' && !*end && !errno && *out <= most;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
  arguments *a = state->input;
  unsigned long long n = 0;
  switch (key) {
  case 'j':
  case 'm':
    if (!parse_number(argument, 65536, &n) || !n) argp_error(state, "%s takes a number from 1 to 65536, not '%s'", key == 'j' ? "-j" : "--share", argument);
    *(key == 'j' ? &a->options.threads : &a->options.share) = (uint32_t)n;
    return 0;
  case 'k':
    a->options.keep_going = true;
    return 0;
  case 'r':
    a->report = argument;
    return 0;
  case 't':
    a->travel = argument;
    return 0;
  case ARGP_KEY_ARG:
    if (a->n == 3) argp_error(state, "'%s' is too much", argument);
    if (a->n && !parse_number(argument, SIZE_MAX, &n)) argp_error(state, "a %s is a number from 0, not '%s'", a->n == 1 ? "wave" : "point", argument);
    if (a->n)
      a->number[a->n - 1] = (size_t)n;
    else
      a->run = argument;
    a->n++;
    return 0;
  case ARGP_KEY_END:
    if (a->n < 3) argp_error(state, "which job? A run, the number of a wave and that of one of its points, both from 0");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {
    {"jobs", 'j', "N", 0, "Threads to use (default: 1)", 0},
    {"share", 'm', "N", 0, "Among how many jobs this machine's memory is shared (default: 1)", 0},
    {"keep-going", 'k', NULL, 0, "Go on with what does not depend on a failed task", 0},
    {"travel", 't', "NAME", OPTION_HIDDEN, "Take orders from the bundle NAME.in and leave the results in NAME.out", 0},
    {"report", 'r', "MACHINE", OPTION_HIDDEN, "Tell `run --engine parallel` by lines on stdout; failed tasks do not change the exit code", 0},
    {0}};

/* When whoever started us dies, nobody is left to stop us. */
static void end_with_parent(void) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() == 1) raise(SIGTERM);
}

/* One line by one write, so that lines of several jobs do not mix. */
static void tell(const arguments *a, const char *what, const char *more) {
  char line[256];
  if (!a->report) return;
  int n = snprintf(line, sizeof line, "bettiflow-job %s %s %zu %zu %s\n", what, a->report, a->number[0], a->number[1], more);
  if (n > 0 && write(STDOUT_FILENO, line, (size_t)n) < 0) return; /* nobody listens any more; the journal tells the same */
}

static void listen(void *context, const bf_event *e) {
  if (e->kind == BF_EVENT_END && e->entry->outcome != BF_CACHED) tell(context, "task", bf_outcome_name(e->entry->outcome));
}

static bf_status take_orders(const arguments *a, bf_store *store) {
  char *orders = bf_format_text("%s.in", a->travel);
  bf_status status = bf_travel_take_orders(store, a->run, orders);
  free(orders);
  return status;
}

static bf_status leave_results(const arguments *a, const bf_store *store) {
  char *results = bf_format_text("%s.out", a->travel), *job = bf_format_text("%zu.%zu", a->number[0], a->number[1]);
  bf_status status = bf_travel_pack_results(store, a->run, job, results, BF_VERSION);
  free(job);
  free(results);
  return status;
}

static int run(const bf_global *g, int argc, char **argv) {
  arguments a = {.options.threads = 1};
  bf_store *store = NULL;
  bf_registry *registry = NULL;
  bf_run_result result = {0};
  char code[16];
  const struct argp argp = {
      options,
      parse,
      "RUN WAVE POINT",
      "Do one job of a run: the tasks of one point of one wave, as `run --engine parallel` and the scripts of `sweep-script` do. Their results go into the "
      "store, where the run, or any later one, finds them.",
      BF_GLOBAL_CHILDREN,
      NULL,
      NULL};
  bf_status status = bf_parse(&argp, argc, argv, &a);
  if (status != BF_OK) return bf_exit(status);
  if (a.report) end_with_parent();
  a.options.listen = listen;
  a.options.context = &a;
  tell(&a, "start", "0");
  BF_TRY(bf_store_open(g->store, BF_STORE_RUN, &store));
  BF_TRY(bf_registry_open(g->plugin_path, &registry));
  if (a.travel) BF_TRY(take_orders(&a, store));
  status = bf_run_job(store, registry, a.run, a.number[0], a.number[1], &a.options, &result);
  if (a.travel && result.run && status != BF_CANCELLED && leave_results(&a, store) != BF_OK) {
    status = BF_STORE;
    bf_run_result_free(&result);
  }
  if (result.run && status != BF_CANCELLED) { /* else it is tried again */
    snprintf(code, sizeof code, "%d", bf_exit(result.status));
    tell(&a, "end", code);
  }
out:
  if (status != BF_OK) bf_complain();
  const bool told = a.report && result.run && status != BF_CANCELLED; /* the rest is in the job's journal */
  bf_run_result_free(&result);
  bf_registry_free(registry);
  bf_store_close(store);
  return told ? 0 : bf_exit(status);
}

const bf_verb bf_verb_job = {"job", "Do one job of a run", run};
