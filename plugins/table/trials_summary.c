/* The summary of trials: counts and medians by the sweep variables, and why trials were declined. */
#include "trials.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 10 }; /* declined trials that are told one by one */

typedef struct group { /* trials that differ on the axes `over` only */
  const trial *first;
  uint32_t trials, count[3], at_once;
} group;

/* Does the list "seed, trial" hold the name? */
static bool listed(const char *list, const char *name) {
  static const char between[] = ", ";
  const size_t length = strlen(name);
  for (size_t n; *list; list += n) {
    list += strspn(list, between);
    n = strcspn(list, between);
    if (n == length && !strncmp(list, name, n)) return true;
  }
  return false;
}

static bool same_group(const study *s, const char *over, const trial *a, const trial *b) {
  for (uint32_t k = 0; k < s->axes.n; k++)
    if (!listed(over, s->axes.name[k]) && strcmp(label_value(a->in, s->axes.name[k]), label_value(b->in, s->axes.name[k])) != 0) return false;
  return true;
}

/* Counts trials by group; of[i] becomes trial i's group. Neighbours are mostly of one group. */
static size_t count_groups(const study *s, const char *over, group *g, size_t *of) {
  size_t n = 0;
  for (size_t i = 0; i < s->n; i++) {
    const trial *t = &s->trial[i];
    size_t at = i ? of[i - 1] : 0;
    if (!n || !same_group(s, over, g[at].first, t)) {
      for (at = 0; at < n && !same_group(s, over, g[at].first, t); at++) continue;
    }
    if (at == n) g[n++].first = t;
    g[at].trials++;
    g[at].count[t->outcome]++;
    g[at].at_once += t->outcome == TRAINED && t->attempts == 1;
    of[i] = at;
  }
  return n;
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

typedef double what(const trial *t);
static double steps_of(const trial *t) { return (double)t->steps; }
static double loss_of(const trial *t) { return t->loss; }
static double validation_of(const trial *t) { return t->validation; }

/* The median over the trained ones of a group, the mean of the two in the middle of an even number; NaN where there is none. */
static double median(const study *s, const size_t *of, size_t g, what *value, double *x) {
  size_t n = 0;
  for (size_t i = 0; i < s->n; i++) {
    if (of[i] != g || s->trial[i].outcome != TRAINED || isnan(value(&s->trial[i]))) continue;
    x[n++] = value(&s->trial[i]);
  }
  qsort(x, n, sizeof *x, by_size);
  return n ? (x[(n - 1) / 2] + x[n / 2]) / 2 : (double)NAN;
}

static bf_status add_columns(bf_table *t, const study *s, const char *over, bool others) {
  static const char *const counts[] = {"trials", "trained", "at_once", "declined"}, *const medians[] = {"median_steps", "median_loss", "median_validation"};
  bf_status status = BF_OK;
  for (uint32_t i = 0; i < s->axes.n; i++)
    if (!listed(over, s->axes.name[i])) BF_TRY(bf_table_column(t, s->axes.name[i], BF_COLUMN_TEXT));
  for (size_t i = 0; i < 4; i++) BF_TRY(label_column(t, &s->axes, TRIAL_BEFORE, counts[i], BF_COLUMN_INTEGER));
  if (others) BF_TRY(label_column(t, &s->axes, TRIAL_BEFORE, "not_reached", BF_COLUMN_INTEGER));
  for (size_t i = 0; i < 3; i++) BF_TRY(label_column(t, &s->axes, TRIAL_BEFORE, medians[i], BF_COLUMN_REAL));
out:
  return status;
}

static bf_status add_row(bf_table *t, const study *s, const char *over, const group *g, bool others) {
  bf_status status = BF_OK;
  uint32_t at = 0;
  BF_TRY(bf_table_row(t));
  for (uint32_t k = 0; k < s->axes.n; k++)
    if (!listed(over, s->axes.name[k])) BF_TRY(bf_table_put_text(t, at++, label_value(g->first->in, s->axes.name[k])));
  BF_TRY(bf_table_put_integer(t, at++, g->trials));
  BF_TRY(bf_table_put_integer(t, at++, g->count[TRAINED]));
  BF_TRY(bf_table_put_integer(t, at++, g->at_once));
  BF_TRY(bf_table_put_integer(t, at++, g->count[DECLINED]));
  if (others) BF_TRY(bf_table_put_integer(t, at++, g->count[NOT_REACHED]));
out:
  return status;
}

static bf_status add_notes(bf_table *t, const study *s) {
  bf_status status = BF_OK;
  size_t told = 0, declined = 0;
  for (size_t i = 0; i < s->n; i++) declined += s->trial[i].outcome == DECLINED;
  for (size_t i = 0; i < s->n && told < SHOWN; i++) {
    const trial *one = &s->trial[i];
    if (one->outcome != DECLINED) continue;
    char *where = label_text(one->in);
    status = where ? bf_table_note(t, "declined %s – %s", where, one->in->reason ? one->in->reason : "") : bf_fail(BF_NO_MEMORY, "no memory for a note");
    free(where);
    if (status != BF_OK) return status;
    told++;
  }
  if (declined > told) status = bf_table_note(t, "… and %zu more declined ones, all in the table of trials", declined - told);
  return status;
}

bf_status trials_summary(const study *s, const char *over, bf_table *out) {
  bf_status status = BF_OK;
  group *g = calloc(s->n + 1, sizeof *g);
  size_t *of = calloc(s->n + 1, sizeof *of), total[3] = {0};
  double *x = calloc(s->n + 1, sizeof *x);
  if (!g || !of || !x) {
    status = bf_fail(BF_NO_MEMORY, "out of memory for the counts of %zu trials", s->n);
    goto out;
  }
  const size_t n = count_groups(s, over, g, of);
  for (size_t i = 0; i < s->n; i++) total[s->trial[i].outcome]++;
  const bool others = total[NOT_REACHED] > 0; /* as with `require: false` */
  char more[64] = "";
  if (others) snprintf(more, sizeof more, ", %zu not reached", total[NOT_REACHED]);
  BF_TRY(bf_table_caption(out, "%zu training%s: %zu trained, %zu declined%s", s->n, s->n == 1 ? "" : "s", total[TRAINED], total[DECLINED], more));
  BF_TRY(add_columns(out, s, over, others));
  for (size_t i = 0; i < n; i++) {
    uint32_t at = out->ncolumn - 3;
    BF_TRY(add_row(out, s, over, &g[i], others));
    BF_TRY(bf_table_put_real(out, at++, median(s, of, i, steps_of, x)));
    BF_TRY(bf_table_put_real(out, at++, median(s, of, i, loss_of, x)));
    BF_TRY(bf_table_put_real(out, at, median(s, of, i, validation_of, x)));
  }
  BF_TRY(add_notes(out, s));
out:
  free(g);
  free(of);
  free(x);
  return status;
}
