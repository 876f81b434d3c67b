/* bettiflow log [RUN [TASK|STAGE]]: what tasks wrote; by default the failed ones of the last run. */
#include "base/file.h"
#include "cli/runs_text.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct options {
  char *argument[2];
  size_t n;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case ARGP_KEY_ARG:
    if (o->n == 2) argp_error(state, "'%s' is one argument too many", argument);
    o->argument[o->n++] = argument;
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static void print_heading(const bf_task_entry *t, const char *from) {
  char *labels = bf_labels_text(t);
  const char *bold = bf_globals.color && isatty(STDOUT_FILENO) ? "\033[1m" : "", *plain = *bold ? "\033[0m" : "";
  printf("%s── task %u: %s%s%s%s, %s%s%s%s\n", bold, t->task, t->stage, *labels ? " [" : "", labels, *labels ? "]" : "", bf_outcome_name(t->outcome),
         from ? " from run " : "", from ? from : "", plain);
  if (t->message && *t->message) printf("%s\n", t->message);
  free(labels);
}

/* Copies the log to stdout; false when there is none or it is empty. */
static bool print_log(const bf_store *s, const char *run, uint32_t task) {
  char block[1 << 14], last = '\n', *path = bf_format_text("%s/runs/%s/log/%u", bf_store_path(s), run, task);
  FILE *f = fopen(path, "rbe");
  size_t n;
  bool any = false;
  while (f && (n = fread(block, 1, sizeof block, f)) > 0) {
    fwrite(block, 1, n, stdout);
    last = block[n - 1];
    any = true;
  }
  if (last != '\n') putchar('\n');
  if (f) fclose(f);
  free(path);
  return any;
}

/* A cached task wrote its log when the work was done: as another task of this run, or in the newest earlier one that ran the same key. */
static void find_origin(const bf_store *s, const bf_run_info *run, const bf_task_entry *t, char **id, uint32_t *task) {
  char **name;
  size_t n;
  *id = NULL;
  if (!t->key[0] || bf_runs_list(s, &name, &n) != BF_OK) return;
  for (size_t i = n; i-- > 0;) {
    bf_run_info *earlier = NULL;
    if (!*id && strcmp(name[i], run->run) <= 0 && bf_run_read(s, name[i], &earlier) == BF_OK)
      for (size_t k = 0; k < earlier->ntask && !*id; k++) {
        if (strcmp(earlier->task[k].key, t->key) || earlier->task[k].outcome == BF_CACHED) continue;
        *id = bf_strdup(name[i]);
        *task = earlier->task[k].task;
      }
    bf_run_info_free(earlier);
    free(name[i]);
  }
  free(name);
}

static void show_task(const bf_store *s, const bf_run_info *run, const bf_task_entry *t) {
  char *origin = NULL;
  uint32_t task = t->task;
  if (t->outcome == BF_CACHED) find_origin(s, run, t, &origin, &task);
  print_heading(t, origin && strcmp(origin, run->run) ? origin : NULL);
  if (!print_log(s, origin ? origin : run->run, task)) puts("(no output)");
  free(origin);
}

static bool is_number(const char *s) { return *s && strspn(s, "0123456789") == strlen(s); }

static bool wanted(const bf_task_entry *t, const char *which) {
  if (!which) return t->outcome == BF_OUTCOME_FAILED;
  return is_number(which) ? t->task == strtoul(which, NULL, 10) : !strcmp(t->stage, which);
}

static bf_status show(const bf_store *s, const bf_run_info *run, const char *which) {
  size_t shown = 0;
  for (size_t i = 0; i < run->ntask; i++) {
    if (!wanted(&run->task[i], which)) continue;
    if (shown++) putchar('\n');
    show_task(s, run, &run->task[i]);
  }
  if (shown) return BF_OK;
  if (which)
    return bf_fail(BF_USAGE, "run %s has no %s '%s'; `bettiflow show %s` lists its stages", run->run, is_number(which) ? "task" : "stage", which, run->run);
  bf_note("no task of run %s failed; `bettiflow log %s STAGE` prints the logs of a stage", run->run, run->run);
  return BF_OK;
}

static int run(const bf_global *g, int argc, char **argv) {
  const struct argp argp = {NULL,
                            parse,
                            "[RUN [TASK|STAGE]]",
                            "Print what tasks wrote to stdout and stderr, and their log lines: by default those of the failed tasks of the last run. "
                            "RUN is an id or its beginning, or `last`; TASK is a number.",
                            BF_GLOBAL_CHILDREN,
                            NULL,
                            NULL};
  options o = {0};
  bf_store *s = NULL;
  bf_run_info *info = NULL;
  const char *which;
  (void)g;
  bf_status status = bf_parse(&argp, argc, argv, &o);
  if (status != BF_OK) return bf_exit(status);
  BF_TRY(bf_open_to_read(&s));
  BF_TRY(bf_run_argument(s, o.argument, o.n, &info, &which));
  BF_TRY(show(s, info, which));
out:
  if (status != BF_OK) bf_complain();
  bf_run_info_free(info);
  bf_store_close(s);
  return bf_exit(status);
}

const bf_verb bf_verb_log = {"log", "What tasks wrote: the failed ones, or a stage's", run};
