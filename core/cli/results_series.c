/* bettiflow results: whose Betti numbers are looked at, sorted into networks and layers. */
#include "base/text.h"
#include "cli/results.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which stages ---- */

int bf_study_word_order(const bf_results *r, uint32_t a, uint32_t b) {
  double x, y;
  const bool is_x = bf_is_number(r->word[a], &x), is_y = bf_is_number(r->word[b], &y);
  if (is_x && is_y && (x < y || x > y)) return x < y ? -1 : 1;
  if (is_x != is_y) return is_x ? -1 : 1;
  return (a > b) - (a < b);
}

int bf_scale_order(double a, double b) { return (a > b) - (a < b); }

bool bf_same_scale(const bf_layer *a, const bf_layer *b) { return a->class == b->class && !bf_scale_order(a->scale, b->scale); }

int bf_layer_order(const bf_results *r, const bf_layer *a, const bf_layer *b) {
  int order = bf_study_word_order(r, a->class, b->class);
  if (!order) order = bf_scale_order(a->scale, b->scale);
  if (!order) order = bf_study_word_order(r, a->layer, b->layer);
  return order ? order : (a > b) - (a < b);
}

typedef struct fact { /* a Betti number and what it is of, without its stage */
  size_t combo;
  const bf_result_row *row;
} fact;

static int by_fact(const void *a, const void *b) {
  const fact *x = a, *y = b;
  const bf_result_row *p = x->row, *q = y->row;
  if (x->combo != y->combo) return x->combo < y->combo ? -1 : 1;
  if (p->layer != q->layer) return p->layer < q->layer ? -1 : 1;
  if (p->class != q->class) return p->class < q->class ? -1 : 1;
  const int order = bf_scale_order(p->scale, q->scale);
  if (order) return order;
  if (p->dim != q->dim) return p->dim < q->dim ? -1 : 1;
  return (p->betti > q->betti) - (p->betti < q->betti);
}

static fact *facts_of(const bf_results *r, size_t stage) {
  fact *f = bf_alloc(r->stage[stage].nrow + 1, sizeof *f);
  size_t n = 0;
  for (size_t i = 0; i < r->nrow; i++)
    if (r->place[r->row[i].place].stage == stage) f[n++] = (fact){r->place[r->row[i].place].combo, &r->row[i]};
  if (n) qsort(f, n, sizeof *f, by_fact);
  return f;
}

/* Is every one of a's facts among b's? */
static bool within(const fact *a, size_t na, const fact *b, size_t nb) {
  size_t j = 0;
  for (size_t i = 0; i < na; i++) {
    while (j < nb && by_fact(&b[j], &a[i]) < 0) j++;
    if (j == nb || by_fact(&b[j], &a[i])) return false;
  }
  return true;
}

static bool is_table(const bf_result_stage *s) { return !strncmp(s->use, "table.", 6); }

/* A gathering table repeats what it gathered: of two such stages the one that has no more than the other is left out, which is the table when a part of it is
 * missing because something failed. */
void bf_study_choose_stages(bf_study *s) {
  const bf_results *r = s->r;
  fact **facts = bf_alloc(r->nstage + 1, sizeof *facts);
  for (size_t i = 0; i < r->nstage; i++) {
    s->stage[i] = r->stage[i].nrow > 0 && bf_study_wants_stage(s, i);
    facts[i] = r->stage[i].nrow ? facts_of(r, i) : NULL;
  }
  for (size_t t = 0; t < r->nstage && !bf_study_asks(s, "stage"); t++)
    for (size_t i = 0; i < r->nstage; i++) {
      if (!s->stage[t] || !s->stage[i] || !is_table(&r->stage[t]) || is_table(&r->stage[i])) continue;
      if (within(facts[i], r->stage[i].nrow, facts[t], r->stage[t].nrow))
        s->stage[i] = false;
      else if (within(facts[t], r->stage[t].nrow, facts[i], r->stage[i].nrow))
        s->stage[t] = false;
    }
  for (size_t i = 0; i < r->nstage; i++) free(facts[i]);
  free(facts);
}

/* ---- networks and layers ---- */

char *bf_scale_text(double scale) {
  char text[40];
  if (isinf(scale)) return bf_strdup(scale > 0 ? "inf" : "-inf");
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, scale);
    if (strtod(text, NULL) == scale) break;
  }
  return bf_strdup(text);
}

static bool row_counts(const bf_study *s, const bf_result_row *row) {
  const bf_place *p = &s->r->place[row->place];
  if (!s->kept[row->place] || !s->stage[p->stage] || !bf_study_wants(s, "class", s->r->word[row->class])) return false;
  if (!bf_study_asks(s, "scale")) return true;
  char *scale = bf_scale_text(row->scale);
  const bool wanted = bf_study_wants(s, "scale", scale);
  free(scale);
  return wanted;
}

static int by_layer(const void *a, const void *b, void *study) {
  const bf_study *s = study;
  const bf_result_row *p = *(const bf_result_row *const *)a, *q = *(const bf_result_row *const *)b;
  if (p->place != q->place) return s->rank[p->place] < s->rank[q->place] ? -1 : 1;
  int order = bf_study_word_order(s->r, p->class, q->class);
  if (order || (order = bf_scale_order(p->scale, q->scale))) return order;
  if ((order = bf_study_word_order(s->r, p->layer, q->layer))) return order;
  if (p->dim != q->dim) return p->dim < q->dim ? -1 : 1;
  return (p > q) - (p < q);
}

static bool same_series(const bf_layer *a, const bf_layer *b) { return a->place == b->place && bf_same_scale(a, b); }

static void add_to_layers(bf_study *s, const bf_result_row *row) {
  const bf_layer is = {.place = row->place, .layer = row->layer, .class = row->class, .scale = row->scale};
  const bool fresh = !s->nlayer || !same_series(&s->layer[s->nlayer - 1], &is) || s->layer[s->nlayer - 1].layer != is.layer;
  bf_layer *l = s->layer + (fresh ? s->nlayer : s->nlayer - 1);
  if (fresh) {
    *l = is;
    l->betti = s->numbers + s->nlayer++ * s->ndim;
    for (uint32_t d = 0; d < s->ndim; d++) l->betti[d] = -1;
  }
  if (l->betti[row->dim] >= 0) {
    s->crowd = s->r->stage[s->r->place[row->place].stage].name;
    return;
  }
  l->betti[row->dim] = row->betti;
  l->omega += row->betti;
}

double bf_study_layer_number(const bf_study *s, const bf_layer *l) {
  double x;
  if (bf_is_number(s->r->word[l->layer], &x)) return x;
  const bf_layer *first = l;
  while (first > s->layer && same_series(first - 1, l)) first--;
  return (double)(l - first);
}

static void measure(const bf_study *s, bf_series *series) {
  const bf_layer *first = &s->layer[series->from], *last = &s->layer[series->to - 1];
  const int64_t fall = first->omega - last->omega;
  series->half = series->late = (double)NAN;
  if (!first->layer) return;
  series->half = (double)INFINITY;
  for (size_t i = series->to; i-- > series->from;)
    if (2 * s->layer[i].omega < first->omega) series->half = bf_study_layer_number(s, &s->layer[i]);
  if (fall > 0 && series->to - series->from > 2) series->late = (double)(last[-2].omega - last->omega) / (double)fall;
}

void bf_study_make_series(bf_study *s) {
  const bf_results *r = s->r;
  const bf_result_row **row = bf_alloc(r->nrow + 1, sizeof *row);
  size_t n = 0;
  for (size_t i = 0; i < r->nrow; i++) {
    if (!row_counts(s, &r->row[i])) continue;
    row[n++] = &r->row[i];
    if (r->row[i].dim >= s->ndim) s->ndim = r->row[i].dim + 1;
  }
  if (n) qsort_r(row, n, sizeof *row, by_layer, s);
  s->layer = bf_alloc(n + 1, sizeof *s->layer);
  s->numbers = bf_alloc((n + 1) * (s->ndim + (size_t)1), sizeof *s->numbers);
  s->series = bf_alloc(n + 1, sizeof *s->series);
  for (size_t i = 0; i < n; i++) add_to_layers(s, row[i]);
  for (size_t i = 0; i < s->nlayer; i++) {
    if (!i || !same_series(&s->layer[i - 1], &s->layer[i])) s->series[s->nseries++].from = i;
    s->series[s->nseries - 1].to = i + 1;
  }
  for (size_t i = 0; i < s->nseries; i++) measure(s, &s->series[i]);
  free(row);
}
