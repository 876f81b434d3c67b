/* Random complexes, values, orders. */
#include "explicit.h"
#include <bettiflow/random.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct draws { /* of one case */
  uint64_t seed, next;
} draws;

static double uniform(draws *d) { return bf_random_uniform(d->seed, d->next++); }
static uint32_t below(draws *d, uint32_t n) { return (uint32_t)bf_random_below(d->seed, d->next++, n); }

static void *must(void *p) {
  if (!p) abort();
  return p;
}

static int by_vertices(uint32_t a, uint32_t b) { /* of one size: at the smallest vertex that only one has, that one has the smaller */
  const uint32_t only = a ^ b;
  return only == 0 ? 0 : a & (only & -only) ? -1 : 1;
}

static int in_filtration(const void *x, const void *y, void *of) {
  const explicit_case *c = of;
  const uint32_t i = *(const uint32_t *)x, j = *(const uint32_t *)y, a = c->set[i], b = c->set[j];
  if (c->value[i] != c->value[j]) return c->value[i] < c->value[j] ? -1 : 1;
  return explicit_dim(a) != explicit_dim(b) ? (explicit_dim(a) < explicit_dim(b) ? -1 : 1) : by_vertices(a, b);
}

static int by_set(const void *x, const void *y, void *of) {
  const explicit_case *c = of;
  const uint32_t a = c->set[*(const uint32_t *)x], b = c->set[*(const uint32_t *)y];
  return explicit_dim(a) != explicit_dim(b) ? (explicit_dim(a) < explicit_dim(b) ? -1 : 1) : by_vertices(a, b);
}

static void list(explicit_case *c, const bool *present, const double *value) {
  uint32_t order[EXPLICIT_CELLS];
  explicit_case all = {0};
  for (uint32_t set = 1; set < EXPLICIT_CELLS; set++)
    if (present[set]) all.set[all.n] = set, all.value[all.n] = value[set], order[all.n] = all.n, all.n++;
  if (all.n) qsort_r(order, all.n, sizeof *order, in_filtration, &all);
  c->n = all.n;
  for (uint32_t i = 0; i < c->n; i++) c->set[i] = all.set[order[i]], c->value[i] = all.value[order[i]];
}

static void close_under_faces(bool *present) {
  for (uint32_t set = EXPLICIT_CELLS - 1; set > 0; set--)
    for (uint32_t v = 0; v < EXPLICIT_VERTICES && present[set]; v++)
      if (set >> v & 1 && set != 1u << v) present[set ^ 1u << v] = true;
}

static double largest_of_facets(const double *value, uint32_t set) {
  double most = -INFINITY;
  for (uint32_t v = 0; v < EXPLICIT_VERTICES; v++)
    if (set >> v & 1 && set != 1u << v && value[set ^ 1u << v] > most) most = value[set ^ 1u << v];
  return most;
}

explicit_case explicit_random(uint64_t seed, uint64_t i, uint32_t vertices, bool infinite) {
  explicit_case c = {0};
  draws d = {seed << 32 | i, 0};
  bool present[EXPLICIT_CELLS] = {false};
  double value[EXPLICIT_CELLS] = {0};
  const uint32_t n = 1 + below(&d, vertices), tops = below(&d, 3 * n), kind = below(&d, 5), ids = below(&d, 2), most = below(&d, 2) ? 3 : n;
  for (uint32_t v = 0; v < n; v++) present[1u << v] = below(&d, 8) > 0;
  for (uint32_t k = 0; k < tops; k++) {
    uint32_t set = 0;
    const double share = uniform(&d);
    for (uint32_t v = 0; v < n && explicit_dim(set) + 1 < most; v++) set |= (uint32_t)(uniform(&d) < share) << v;
    present[set] = set > 0;
  }
  close_under_faces(present);
  for (uint32_t set = 1; set < EXPLICIT_CELLS; set++) { /* faces have smaller numbers */
    const double before = largest_of_facets(value, set), from = before > -INFINITY ? before : 0;
    const uint32_t step = below(&d, 3);
    if (kind == 0) value[set] = explicit_dim(set) ? before + uniform(&d) : uniform(&d) - 0.5;
    if (kind == 1) value[set] = from + 0.25 * step - (explicit_dim(set) ? 0 : 0.25);
    if (kind == 2) value[set] = explicit_dim(set) ? before : step; /* a lower star */
    if (kind == 3) value[set] = from + (step ? 0 : uniform(&d)) - (explicit_dim(set) ? 0 : 2);
    if (kind == 4) value[set] = step == 2 ? -0.0 + from : from;
    if (infinite && before == -INFINITY && below(&d, 4) == 0) value[set] = -INFINITY;
    if (infinite && explicit_dim(set) && before == -INFINITY && below(&d, 2)) value[set] = -INFINITY;
  }
  list(&c, present, value);
  for (uint32_t v = 0; v < EXPLICIT_VERTICES; v++) c.id[v] = ids ? v : (v ? c.id[v - 1] + 1 : 0) + below(&d, i % 3 == 0 ? 500000000 : 5);
  return c;
}

explicit_case explicit_closure(const uint32_t *set, uint32_t n, double step) {
  explicit_case c = {0};
  bool present[EXPLICIT_CELLS] = {false};
  double value[EXPLICIT_CELLS];
  for (uint32_t k = 0; k < n; k++) present[set[k]] = true;
  close_under_faces(present);
  for (uint32_t s = 1; s < EXPLICIT_CELLS; s++) value[s] = step * explicit_dim(s);
  list(&c, present, value);
  for (uint32_t v = 0; v < EXPLICIT_VERTICES; v++) c.id[v] = v;
  return c;
}

bf_filtration explicit_filtration(const explicit_case *c, explicit_order order, uint64_t seed) {
  uint32_t at[EXPLICIT_CELLS];
  uint64_t vertices = 0;
  bf_filtration f = {.convention = BF_VALUE, .threshold = INFINITY, .limit_dimension = BF_NOT_CUT, .n = c->n};
  for (uint32_t i = 0; i < c->n; i++) vertices += explicit_dim(c->set[i]) + 1, at[i] = i;
  if (order == EXPLICIT_SHUFFLED) bf_random_permutation(seed, c->n, at);
  if (order == EXPLICIT_BY_VERTICES && c->n) qsort_r(at, c->n, sizeof *at, by_set, (void *)(uintptr_t)c);
  f.first = must(malloc((c->n + (size_t)1) * sizeof *f.first));
  f.vertex = must(malloc(vertices ? vertices * sizeof *f.vertex : 1));
  f.value = must(malloc(c->n ? c->n * sizeof *f.value : 1));
  f.first[0] = 0;
  for (uint32_t i = 0; i < c->n; i++) {
    f.first[i + 1] = f.first[i];
    for (uint32_t v = 0; v < EXPLICIT_VERTICES; v++)
      if (c->set[at[i]] >> v & 1) f.vertex[f.first[i + 1]++] = c->id[v];
    f.value[i] = c->value[at[i]];
  }
  return f;
}

uint32_t explicit_set(const explicit_case *c, const uint32_t *id, uint32_t count) {
  uint32_t set = 0, v = 0;
  for (uint32_t i = 0; i < count; i++, v++) {
    while (v < EXPLICIT_VERTICES && c->id[v] != id[i]) v++;
    if (v == EXPLICIT_VERTICES) {
      fprintf(stderr, "vertex %u is unknown, or does not rise\n", id[i]);
      abort();
    }
    set |= 1u << v;
  }
  return set;
}

uint32_t explicit_find(const explicit_case *c, uint32_t set) {
  for (uint32_t i = 0; i < c->n; i++)
    if (c->set[i] == set) return i;
  return UINT32_MAX;
}

static bool same_bytes(const void *a, const void *b, size_t n) { return !a || !b ? !a && !b : n == 0 || memcmp(a, b, n) == 0; }

bool explicit_same(const bf_diagram *a, const bf_diagram *b) {
  size_t births = 0, deaths = 0, vertices = 0, terms = 0;
  if (a->n != b->n || a->max_dim != b->max_dim || a->representatives != b->representatives || !same_bytes(a->dim, b->dim, a->n * sizeof *a->dim)) return false;
  if (!same_bytes(a->birth, b->birth, a->n * sizeof *a->birth) || !same_bytes(a->death, b->death, a->n * sizeof *a->death)) return false;
  if (!same_bytes(a->first, b->first, (a->n + 1) * sizeof *a->first)) return false;
  for (size_t i = 0; i < a->n; i++) {
    births += a->dim[i] + 1;
    deaths += a->death[i] < INFINITY ? a->dim[i] + 2 : 0;
    if (a->first) vertices += (a->first[i + 1] - a->first[i]) * (a->dim[i] + 1);
  }
  if (a->first) terms = a->first[a->n];
  return same_bytes(a->birth_simplex, b->birth_simplex, births * sizeof *a->birth_simplex) &&
         same_bytes(a->death_simplex, b->death_simplex, deaths * sizeof *a->death_simplex) &&
         same_bytes(a->coefficient, b->coefficient, terms * sizeof *a->coefficient) && same_bytes(a->vertex, b->vertex, vertices * sizeof *a->vertex);
}
