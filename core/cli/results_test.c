/* bettiflow results: a rank test between two values of a variable. */
#include "base/text.h"
#include "cli/cli.h"
#include "cli/results.h"
#include "cli/statistics.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct sides { /* VARIABLE=A,B */
  size_t v;
  char *value[2];
} sides;

static bool has_value(const bf_study *s, size_t v, const char *value) {
  for (size_t i = 0; i < s->r->nplace; i++) {
    const char *is = bf_results_value(s->r, &s->r->place[i], v);
    if (s->stage[s->r->place[i].stage] && is && !bf_compare_values(is, value)) return true;
  }
  return false;
}

/* Then all that was to have it was declined or failed, or nothing fits the conditions. */
static bool in_sweep(const bf_study *s, size_t v, const char *value) {
  const bf_run_info *run = s->r->run;
  for (size_t p = 0; v < run->nvar && p < run->npoint; p++)
    if (!bf_compare_values(run->value[p][v], value)) return true;
  return false;
}

static bf_status check_sides(const bf_study *s, const sides *t, const char *test) {
  const char *name = bf_results_variable(s->r, t->v);
  if (s->over[t->v]) return bf_fail(BF_USAGE, "--test %s: %s tells repeats apart, so its values are no two samples; --over names other repeats", test, name);
  if (!bf_compare_values(t->value[0], t->value[1])) return bf_fail(BF_USAGE, "--test %s: give two different values", test);
  for (int i = 0; i < 2; i++) {
    bf_text known = {0};
    if (has_value(s, t->v, t->value[i])) continue;
    if (in_sweep(s, t->v, t->value[i])) {
      bf_note("--test: nothing with %s '%s' has Betti numbers: all of it was declined, failed or left out; --trials says which", name, t->value[i]);
      continue;
    }
    for (size_t p = 0; p < s->r->run->npoint && t->v < s->r->run->nvar && p < 1000; p++) {
      const char *value = s->r->run->value[p][t->v];
      size_t q = 0;
      while (q < p && strcmp(s->r->run->value[q][t->v], value) != 0) q++;
      if (q == p) bf_text_addf(&known, "%s%s", known.n ? ", " : "", value);
    }
    bf_status status =
        bf_fail(BF_USAGE, "--test %s: no Betti numbers have %s '%s'%s%s", test, name, t->value[i], known.n ? "; the sweep has " : "", known.n ? known.at : "");
    bf_text_free(&known);
    return status;
  }
  return BF_OK;
}

static bf_status parse_sides(const bf_study *s, const char *test, sides *out) {
  const char *equal = strchr(test, '=');
  size_t n = 0;
  char *name = bf_strndup(test, equal ? (size_t)(equal - test) : 0), **part = equal ? bf_split_values(equal + 1, &n) : NULL;
  bf_status status = BF_OK;
  *out = (sides){0};
  while (out->v < s->nvar && strcmp(bf_results_variable(s->r, out->v), name) != 0) out->v++;
  if (n != 2)
    status = bf_fail(BF_USAGE, "--test takes a variable and two of its values, as activation=relu,tanh; not '%s'", test);
  else if (out->v == s->nvar)
    status = bf_study_no_variable(s, "--test", name);
  for (size_t i = 0; i < n; i++) {
    if (i < 2 && status == BF_OK)
      out->value[i] = part[i];
    else
      free(part[i]);
  }
  free(part);
  free(name);
  return status == BF_OK ? check_sides(s, out, test) : status;
}

/* What is compared: each network once, or each of its layers. */
static bf_member *test_members(const bf_study *s, const size_t *group, bool by_layer, size_t *n) {
  if (!by_layer) return bf_members_of_series(s, group, n);
  bf_member *m = bf_alloc(s->nlayer + 1, sizeof *m);
  *n = 0;
  for (size_t i = 0; i < s->nlayer; i++) {
    const bf_layer *l = &s->layer[i];
    if (l->layer && bf_study_wants(s, "layer", s->r->word[l->layer])) m[(*n)++] = (bf_member){group[l->place], l, (double)l->omega, NULL};
  }
  bf_members_sort(s, m, *n);
  return m;
}

static void test_row(const bf_study *s, const sides *t, const bf_member *m, size_t n, double *x, bf_grid *g) {
  double *side[2] = {x, x + n};
  size_t count[2] = {0, 0};
  for (size_t i = 0; i < n; i++)
    for (int k = 0; k < 2; k++) {
      const char *value = bf_results_value(s->r, &s->r->place[m[i].at->place], t->v);
      if (value && !bf_compare_values(value, t->value[k])) side[k][count[k]++] = m[i].value;
    }
  const bf_rank_test result = bf_mann_whitney(side[0], count[0], side[1], count[1]);
  for (int k = 0; k < 2; k++) {
    bf_sort_reals(side[k], count[k]);
    bf_grid_text(g, t->value[k]);
    bf_grid_integer(g, (int64_t)count[k]);
    bf_half_cell(g, bf_quantile(side[k], count[k], .5));
  }
  bf_grid_real(g, result.u);
  bf_grid_real(g, result.p);
  bf_grid_text(g, isnan(result.p) ? NULL : result.exact ? "exact" : "normal");
}

static void test_columns(bool by_layer, bf_grid *g) {
  bf_lead_class_columns(g);
  if (by_layer) bf_grid_column(g, BF_FOR_ALL, "layer");
  for (int k = 0; k < 2; k++) {
    bf_grid_column(g, BF_FOR_ALL, k ? "b" : "a");
    bf_grid_column(g, BF_FOR_ALL, k ? "n_b" : "n_a");
    bf_half_column(g, k ? "median_b" : "median_a");
  }
  bf_grid_column(g, BF_FOR_ALL, "u");
  bf_grid_column(g, BF_FOR_ALL, "p");
  bf_grid_column(g, BF_FOR_ALL, "method");
}

bf_status bf_results_test(const bf_study *s, const char *test, bool by_layer, bf_grid *g) {
  bf_status status = BF_OK;
  size_t n = 0, *group = NULL;
  sides t;
  bf_member *m = NULL;
  double *x = NULL;
  bf_lead lead = {0};
  bool *leave = bf_alloc(s->nvar + 1, sizeof *leave);
  BF_TRY(parse_sides(s, test, &t));
  memcpy(leave, s->over, s->nvar * sizeof *leave);
  leave[t.v] = true;
  group = bf_study_combinations(s, leave);
  m = test_members(s, group, by_layer, &n);
  x = bf_alloc(2 * n + 1, sizeof *x);
  lead = bf_lead_columns(s, s->stage, leave, g);
  g->title = by_layer ? "Rank test (Mann-Whitney, two-sided) of \u03c9 by layer"
                      : "Rank test (Mann-Whitney, two-sided) of the first layer with less than half of \u03c9";
  test_columns(by_layer, g);
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i; end < n && bf_members_together(&m[i], &m[end], by_layer); end++) continue;
    if (!bf_results_value(s->r, &s->r->place[m[i].at->place], t.v)) continue; /* a stage that does not depend on it */
    bf_lead_cells(s, &lead, m[i].at->place, g);
    bf_lead_class_cells(s, m[i].at, g);
    if (by_layer) bf_grid_text(g, s->r->word[m[i].at->layer]);
    test_row(s, &t, m + i, end - i, x, g);
  }
out:
  free(t.value[0]), free(t.value[1]);
  free(lead.var), free(group), free(m), free(x), free(leave);
  return status;
}
