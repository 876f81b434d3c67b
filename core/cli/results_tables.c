/* bettiflow results: trainings, and Betti numbers by layer, over the repeats. */
#include "base/text.h"
#include "cli/results.h"
#include "cli/statistics.h"
#include <math.h>
#include <stdlib.h>

static int by_size(size_t a, size_t b) { return (a > b) - (a < b); }

/* ---- trainings ---- */

typedef struct ordered { /* something of a place, and the combination that it belongs to */
  size_t group, at;
} ordered;

static int by_group(const void *a, const void *b) {
  const ordered *p = a, *q = b;
  return p->group != q->group ? by_size(p->group, q->group) : by_size(p->at, q->at);
}

static double median_of(const bf_study *s, const ordered *o, size_t n, bool of_steps, double *x) {
  size_t m = 0;
  for (size_t i = 0; i < n; i++) {
    const bf_trial *t = &s->r->trial[o[i].at];
    const double value = of_steps ? (double)t->steps : t->validation;
    if (t->outcome == BF_TRAINED && !isnan(value) && value >= 0) x[m++] = value;
  }
  bf_sort_reals(x, m);
  return bf_quantile(x, m, .5);
}

static void trials_row(const bf_study *s, const ordered *o, size_t n, double *x, bf_grid *g) {
  int64_t count[BF_TRIAL_NOT_RUN + 1] = {0}, at_once = 0, attempts = 0;
  for (size_t i = 0; i < n; i++) {
    const bf_trial *t = &s->r->trial[o[i].at];
    count[t->outcome]++;
    at_once += t->outcome == BF_TRAINED && t->attempts == 1;
    attempts += t->attempts > 0 ? t->attempts : 0;
  }
  bf_grid_integer(g, (int64_t)n);
  bf_grid_integer(g, count[BF_TRAINED]);
  bf_grid_integer(g, at_once);
  bf_grid_integer(g, count[BF_TRIAL_DECLINED]);
  bf_grid_integer(g, count[BF_NOT_REACHED]);
  bf_grid_integer(g, count[BF_TRIAL_FAILED]);
  bf_grid_integer(g, count[BF_TRIAL_NOT_RUN]);
  bf_grid_integer(g, attempts);
  bf_grid_real(g, median_of(s, o, n, true, x));
  bf_grid_real(g, median_of(s, o, n, false, x));
}

void bf_results_trials(const bf_study *s, bf_grid *g) {
  static const char *const counts[] = {"trials", "trained", "at_once", "declined"}, *const others[] = {"not_reached", "failed", "not_run"};
  const bf_results *r = s->r;
  bool *of = bf_alloc(r->nstage + 1, sizeof *of);
  ordered *o = bf_alloc(r->ntrial + 1, sizeof *o);
  double *x = bf_alloc(r->ntrial + 1, sizeof *x);
  size_t n = 0, *group = bf_study_combinations(s, s->over);
  for (size_t i = 0; i < r->nstage; i++) of[i] = r->stage[i].ntrial > 0;
  bf_lead lead = bf_lead_columns(s, of, s->over, g);
  g->title = "Trainings";
  for (size_t i = 0; i < 4; i++) bf_grid_column(g, BF_FOR_ALL, counts[i]);
  for (size_t i = 0; i < 3; i++) bf_grid_column(g, BF_FOR_NONZERO, others[i]);
  bf_grid_column(g, BF_FOR_ALL, "attempts");
  bf_grid_column(g, BF_FOR_ALL, "median_steps");
  bf_grid_column(g, BF_FOR_NONZERO, "median_validation");
  for (size_t i = 0; i < r->ntrial; i++)
    if (s->kept[r->trial[i].place]) o[n++] = (ordered){group[r->trial[i].place], i};
  if (n) qsort(o, n, sizeof *o, by_group);
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i; end < n && o[end].group == o[i].group; end++) continue;
    bf_lead_cells(s, &lead, r->trial[o[i].at].place, g);
    trials_row(s, o + i, end - i, x, g);
  }
  free(lead.var), free(of), free(o), free(x), free(group);
}

/* ---- Betti numbers by layer ---- */

typedef struct sorter {
  const bf_study *s;
  const size_t *group;
} sorter;

/* Layers of one combination, class and scale stand together, and the same layers of all repeats. */
static int by_layer(const void *a, const void *b, void *context) {
  const sorter *q = context;
  const bf_layer *x = *(const bf_layer *const *)a, *y = *(const bf_layer *const *)b;
  if (q->group[x->place] != q->group[y->place]) return by_size(q->group[x->place], q->group[y->place]);
  return bf_layer_order(q->s->r, x, y);
}

static bool same_layer(const sorter *q, const bf_layer *x, const bf_layer *y) {
  return q->group[x->place] == q->group[y->place] && x->layer == y->layer && bf_same_scale(x, y);
}

static void number_columns(const char *data, const char *people, bf_grid *g) {
  static const char *const what[] = {"mean", "q1", "median", "q3"};
  for (size_t i = 0; i < 4; i++) {
    char *name = bf_format_text("%s_%s", data, what[i]);
    bf_grid_column(g, BF_FOR_DATA, name);
    free(name);
  }
  bf_grid_column(g, BF_FOR_PEOPLE, people);
}

/* dim -1: omega. Of one repeat people see the number alone. */
static void number_cells(bf_layer *const *l, size_t n, int64_t dim, double *x, bf_grid *g) {
  size_t m = 0;
  for (size_t i = 0; i < n; i++) {
    const int64_t value = dim < 0 ? l[i]->omega : l[i]->betti[dim];
    if (value >= 0) x[m++] = (double)value;
  }
  bf_sort_reals(x, m);
  const double mean = bf_mean(x, m), q[] = {bf_quantile(x, m, .25), bf_quantile(x, m, .5), bf_quantile(x, m, .75)};
  bf_grid_real(g, mean);
  for (size_t i = 0; i < 3; i++) bf_grid_real(g, q[i]);
  char *text = m ? bf_number_text(mean) : NULL, *quarter[3];
  for (size_t i = 0; i < 3; i++) quarter[i] = bf_number_text(q[i]);
  char *all = m > 1 ? bf_format_text("%s (%s %s %s)", text, quarter[0], quarter[1], quarter[2]) : NULL;
  bf_grid_text(g, all ? all : text);
  for (size_t i = 0; i < 3; i++) free(quarter[i]);
  free(text), free(all);
}

static bool dim_wanted(const bf_study *s, uint32_t dim) {
  char *text = bf_format_text("%u", dim);
  const bool wanted = bf_study_wants(s, "dim", text);
  free(text);
  return wanted;
}

static void layers_columns(const bf_study *s, bf_grid *g) {
  bf_lead_class_columns(g);
  bf_grid_column(g, BF_FOR_ALL, "layer");
  bf_grid_column(g, BF_FOR_ALL, "n");
  for (uint32_t d = 0; d < s->ndim; d++) {
    if (!dim_wanted(s, d)) continue;
    char *data = bf_format_text("betti%u", d), *people = bf_format_text("\u03b2%u", d);
    number_columns(data, people, g);
    free(data);
    free(people);
  }
  if (!bf_study_asks(s, "dim")) number_columns("omega", "\u03c9", g);
}

void bf_results_layers(const bf_study *s, bf_grid *g) {
  size_t n = 0, *group = bf_study_combinations(s, s->over);
  bf_layer **l = bf_alloc(s->nlayer + 1, sizeof(bf_layer *));
  double *x = bf_alloc(s->nlayer + 1, sizeof *x);
  sorter q = {s, group};
  bf_lead lead = bf_lead_columns(s, s->stage, s->over, g);
  g->title = "Betti numbers by layer: mean (quartiles) over the repeats; \u03c9 is their sum over the dimensions";
  layers_columns(s, g);
  for (size_t i = 0; i < s->nlayer; i++)
    if (bf_study_wants(s, "layer", s->r->word[s->layer[i].layer])) l[n++] = &s->layer[i];
  if (n) qsort_r(l, n, sizeof(bf_layer *), by_layer, &q);
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i; end < n && same_layer(&q, l[i], l[end]); end++) continue;
    bf_lead_cells(s, &lead, l[i]->place, g);
    bf_lead_class_cells(s, l[i], g);
    bf_grid_text(g, s->r->word[l[i]->layer]);
    bf_grid_integer(g, (int64_t)(end - i));
    for (uint32_t d = 0; d < s->ndim; d++)
      if (dim_wanted(s, d)) number_cells(l + i, end - i, d, x, g);
    if (!bf_study_asks(s, "dim")) number_cells(l + i, end - i, -1, x, g);
  }
  free(lead.var), free(group), free(l), free(x);
}
