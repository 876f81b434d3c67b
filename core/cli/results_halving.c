/* bettiflow results: where omega halves, network by network and over the repeats. */
#include "base/text.h"
#include "cli/results.h"
#include "cli/statistics.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_member(const void *a, const void *b, void *results) {
  const bf_member *x = a, *y = b;
  if (x->group != y->group) return x->group < y->group ? -1 : 1;
  return bf_layer_order(results, x->at, y->at);
}

void bf_members_sort(const bf_study *s, bf_member *m, size_t n) {
  if (n) qsort_r(m, n, sizeof *m, by_member, (void *)(uintptr_t)s->r);
}

bool bf_members_together(const bf_member *a, const bf_member *b, bool by_layer) {
  return a->group == b->group && bf_same_scale(a->at, b->at) && (!by_layer || a->at->layer == b->at->layer);
}

/* The layer at which omega has halved: for people "never" where it has not. */
void bf_half_column(bf_grid *g, const char *name) {
  bf_grid_column(g, BF_FOR_DATA, name);
  bf_grid_column(g, BF_FOR_PEOPLE, name);
}

void bf_half_cell(bf_grid *g, double half) {
  char *text = isnan(half) ? NULL : isinf(half) ? bf_strdup("never") : bf_number_text(half);
  bf_grid_real(g, half);
  bf_grid_text(g, text);
  free(text);
}

/* ---- each network ---- */

void bf_results_networks(const bf_study *s, bf_grid *g) {
  bf_lead lead = bf_lead_columns(s, s->stage, NULL, g);
  g->title = "Networks: \u03c9 in the first and last layer, the first layer with less than half of it, and the share of the fall in the last two layers";
  bf_lead_class_columns(g);
  bf_grid_column(g, BF_FOR_ALL, "layers");
  bf_grid_column(g, BF_FOR_ALL, "omega_first");
  bf_grid_column(g, BF_FOR_ALL, "omega_last");
  bf_half_column(g, "half_layer");
  bf_grid_column(g, BF_FOR_ALL, "late");
  for (size_t i = 0; i < s->nseries; i++) {
    const bf_series *n = &s->series[i];
    if (isnan(n->half)) continue;
    bf_lead_cells(s, &lead, s->layer[n->from].place, g);
    bf_lead_class_cells(s, &s->layer[n->from], g);
    bf_grid_integer(g, (int64_t)(n->to - n->from));
    bf_grid_integer(g, s->layer[n->from].omega);
    bf_grid_integer(g, s->layer[n->to - 1].omega);
    bf_half_cell(g, n->half);
    bf_grid_real(g, n->late);
  }
  free(lead.var);
}

/* ---- over the repeats ---- */

static double omega_first(const bf_study *s, const bf_series *n) { return (double)s->layer[n->from].omega; }
static double omega_last(const bf_study *s, const bf_series *n) { return (double)s->layer[n->to - 1].omega; }
static double half(const bf_study *s, const bf_series *n) { return (void)s, n->half; }
static double late(const bf_study *s, const bf_series *n) { return (void)s, n->late; }

static double quantile(const bf_study *s, const bf_member *m, size_t n, double (*of)(const bf_study *, const bf_series *), double p, double *x) {
  size_t k = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(of(s, m[i].series))) x[k++] = of(s, m[i].series);
  bf_sort_reals(x, k);
  return bf_quantile(x, k, p);
}

bf_member *bf_members_of_series(const bf_study *s, const size_t *group, size_t *n) {
  bf_member *m = bf_alloc(s->nseries + 1, sizeof *m);
  *n = 0;
  for (size_t i = 0; i < s->nseries; i++) {
    const bf_series *one = &s->series[i];
    const bf_layer *first = &s->layer[one->from];
    if (!isnan(one->half)) m[(*n)++] = (bf_member){group[first->place], first, one->half, one};
  }
  bf_members_sort(s, m, *n);
  return m;
}

void bf_results_halving(const bf_study *s, bf_grid *g) {
  size_t n, *group = bf_study_combinations(s, s->over);
  bf_member *m = bf_members_of_series(s, group, &n);
  double *x = bf_alloc(n + 1, sizeof *x);
  bf_lead lead = bf_lead_columns(s, s->stage, s->over, g);
  g->title =
      "The first layer with less than half of the first layer's \u03c9: quartiles; medians of \u03c9 and of the share of its fall in the last two layers";
  bf_lead_class_columns(g);
  bf_grid_column(g, BF_FOR_ALL, "networks");
  bf_grid_column(g, BF_FOR_ALL, "halved");
  bf_half_column(g, "half_q1");
  bf_half_column(g, "half_median");
  bf_half_column(g, "half_q3");
  bf_grid_column(g, BF_FOR_ALL, "omega_first");
  bf_grid_column(g, BF_FOR_ALL, "omega_last");
  bf_grid_column(g, BF_FOR_ALL, "late");
  for (size_t i = 0, end; i < n; i = end) {
    int64_t halved = 0;
    for (end = i; end < n && bf_members_together(&m[i], &m[end], false); end++) halved += !isinf(m[end].value);
    bf_lead_cells(s, &lead, m[i].at->place, g);
    bf_lead_class_cells(s, m[i].at, g);
    bf_grid_integer(g, (int64_t)(end - i));
    bf_grid_integer(g, halved);
    for (int q = 1; q <= 3; q++) bf_half_cell(g, quantile(s, m + i, end - i, half, q / 4., x));
    bf_grid_real(g, quantile(s, m + i, end - i, omega_first, .5, x));
    bf_grid_real(g, quantile(s, m + i, end - i, omega_last, .5, x));
    bf_grid_real(g, quantile(s, m + i, end - i, late, .5, x));
  }
  free(lead.var), free(group), free(m), free(x);
}
