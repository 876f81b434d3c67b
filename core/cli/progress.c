/* The progress display: a bar on a terminal, a line for each task that ran elsewhere; warnings once; failures in any case. */
#include "cli/progress.h"
#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { BAR = 20, WARNINGS = 20 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void bf_progress_begin(bf_progress *p) {
  const char *term = getenv("TERM");
  *p = (bf_progress){.bar = isatty(STDERR_FILENO) && bf_globals.verbosity >= 0 && (!term || strcmp(term, "dumb")), .start = now()};
}

static void clear(bf_progress *p) {
  if (!p->width) return;
  fputs("\r\033[K", stderr);
  p->width = 0;
}

/* What is left at the pace so far: nothing is said before three tasks and two seconds. */
static void add_eta(bf_text *t, const bf_progress *p, const bf_counts *c, uint64_t left) {
  double spent = now() - p->start;
  if (c->ran < 3 || spent < 2 || !left) return;
  double seconds = spent / (double)c->ran * (double)left;
  if (seconds >= 3600)
    bf_text_addf(t, ", ETA %" PRIu64 ":%02" PRIu64 " h", (uint64_t)seconds / 3600, (uint64_t)seconds / 60 % 60);
  else
    bf_text_addf(t, ", ETA %d:%02d", (int)(seconds / 60), (int)seconds % 60);
}

static size_t columns(void) {
  struct winsize w;
  return !ioctl(STDERR_FILENO, TIOCGWINSZ, &w) && w.ws_col ? w.ws_col : 80;
}

static void draw(bf_progress *p, const bf_event *e) {
  const bf_counts *c = e->counts;
  bf_text t = {0};
  uint64_t done = c->ran + c->cached + c->declined + c->failed + c->skipped, total = c->total > done ? c->total : done;
  int full = total ? (int)(BAR * done / total) : 0;
  p->drawn = now();
  bf_text_add(&t, "[");
  for (int i = 0; i < BAR; i++) bf_text_add(&t, i < full ? "#" : ".");
  bf_text_addf(&t, "] %" PRIu64 "/%" PRIu64 " done, %" PRIu64 " running, %" PRIu64 " cached", done, total, e->running, c->cached);
  if (e->where && *e->where) bf_text_addf(&t, ", on %s", e->where);
  if (c->declined) bf_text_addf(&t, ", %" PRIu64 " declined", c->declined);
  if (c->failed) bf_text_addf(&t, ", %" PRIu64 " failed", c->failed);
  add_eta(&t, p, c, total - done);
  if (t.n >= columns()) t.at[t.n = columns() - 1] = 0;
  fprintf(stderr, "\r\033[K%s", t.at);
  fflush(stderr);
  p->width = t.n;
  bf_text_free(&t);
}

static char *name_of(const bf_task_entry *e) {
  bf_text t = {0};
  bf_text_add(&t, e->stage);
  for (size_t i = 0; i < e->nsweep + e->nitem; i++) {
    const bf_label *l = i < e->nsweep ? &e->sweep[i] : &e->item[i - e->nsweep];
    bf_text_addf(&t, "%s%s=%s", i ? ", " : " [", l->name, l->value);
  }
  if (e->nsweep + e->nitem) bf_text_add(&t, "]");
  return bf_text_take(&t);
}

static void tell_end(bf_progress *p, const bf_event *e) {
  const bf_task_entry *entry = e->entry;
  const bf_counts *c = e->counts;
  bool failed = entry->outcome == BF_OUTCOME_FAILED, verbose = bf_globals.verbosity > 0;
  bool ran = entry->outcome == BF_RAN || (entry->outcome == BF_OUTCOME_DECLINED && entry->usage.wall_seconds > 0);
  if (!failed && (bf_globals.verbosity < 0 || (!verbose && (p->bar || !ran)))) return;
  uint64_t done = c->ran + c->cached + c->declined + c->failed + c->skipped;
  char *name = name_of(entry), seconds[32];
  snprintf(seconds, sizeof seconds, ", %.2f s", entry->usage.wall_seconds);
  clear(p);
  if (failed)
    fprintf(stderr, "%sfailed:%s %s: %s\n", bf_globals.color ? "\033[31m" : "", bf_globals.color ? "\033[0m" : "", name, entry->message);
  else
    fprintf(stderr, "[%" PRIu64 "/%" PRIu64 "] %s: %s%s%s\n", done, c->total > done ? c->total : done, name, bf_outcome_name(entry->outcome),
            entry->message ? ": " : "",
            entry->message ? entry->message
            : ran          ? seconds
                           : "");
  free(name);
}

static int compare(const void *a, const void *b) { return strcmp(a, b); }

/* Each warning of a stage once, however many of its tasks give it. */
static void tell_warnings(bf_progress *p, const char *stage, const char *warnings) {
  for (size_t n; *warnings; warnings += n + 1) {
    n = strcspn(warnings, "\n");
    char *text = bf_format_text("warning: %s: %.*s", stage, (int)n, warnings);
    if (p->nwarned > WARNINGS || *(char **)tsearch(text, &p->warned, compare) != text) {
      free(text);
      continue;
    }
    clear(p);
    if (p->nwarned++ < WARNINGS)
      bf_note("%s", text);
    else
      bf_note("further warnings are in the logs: `bettiflow log last STAGE`");
  }
}

void bf_progress_listen(void *context, const bf_event *e) {
  bf_progress *p = context;
  if (e->kind == BF_EVENT_END && e->warnings) tell_warnings(p, e->entry->stage, e->warnings);
  if (e->kind == BF_EVENT_END) tell_end(p, e);
  if (p->bar && (now() - p->drawn > 0.1 || (!p->width && e->running))) draw(p, e);
}

void bf_progress_note(void *context, const char *text) {
  clear(context);
  bf_note("%s", text);
}

void bf_progress_end(bf_progress *p) {
  clear(p);
  tdestroy(p->warned, free);
}
