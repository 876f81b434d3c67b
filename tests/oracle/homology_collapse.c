/* Edge collapse: the same intervals with less, and each move against the definition. */
#include "flag/collapse.h"
#include "flag/flag.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 140 }; /* more than two words of bits */

static uint64_t draws;
static double uniform(void) { return bf_random_uniform(3, draws++); }
static uint32_t below(uint32_t n) { return (uint32_t)bf_random_below(3, draws++, n); }

static float weight[MOST][MOST]; /* INFINITY: no edge */

static float draw_weight(uint32_t kind, uint32_t i, uint32_t j, float (*point)[3]) {
  if (kind == 0) return (float)uniform();
  if (kind == 1) return 0.25f * (float)(1 + below(4)); /* ties */
  if (kind == 2) return (float)below(3);               /* zeros too */
  float sum = 0;
  for (int k = 0; k < 3; k++) sum += (point[i][k] - point[j][k]) * (point[i][k] - point[j][k]);
  return kind == 3 ? sqrtf(sum) : floorf(4 * sqrtf(sum)) / 4; /* a metric, and one with ties */
}

static void random_weights(uint32_t n) {
  static float point[MOST][3];
  uint32_t kind = below(5), flat = below(4);
  double kept = below(2) ? 1 : 0.05 + 0.95 * uniform();
  float cut = below(2) ? INFINITY : (float)(0.2 + uniform());
  for (uint32_t i = 0; i < n; i++) {
    bool twin = i > 0 && below(8) == 0;
    uint32_t other = below(i + 1);
    for (uint32_t k = 0; k < 3; k++) point[i][k] = twin ? point[other][k] : k < flat ? (float)uniform() : 0;
    weight[i][i] = 0;
    for (uint32_t j = 0; j < i; j++) {
      float w = draw_weight(kind, i, j, point);
      weight[i][j] = weight[j][i] = uniform() < kept && w <= cut ? w : INFINITY;
    }
  }
}

static void make_graph(bf_graph *g, uint32_t n, bool dense) {
  static uint32_t u[MOST * MOST], v[MOST * MOST];
  static float w[MOST * MOST];
  *g = (bf_graph){.n = n, .dense = dense, .u = dense ? NULL : u, .v = dense ? NULL : v, .w = w};
  for (uint32_t i = 0; i < n; i++) {
    if (dense) {
      for (uint32_t j = 0; j < i; j++) w[g->m++] = weight[i][j];
    } else {
      for (uint32_t j = i + 1; j < n; j++)
        if (weight[i][j] < INFINITY) u[g->m] = i, v[g->m] = j, w[g->m++] = weight[i][j];
    }
  }
}

/* The engine's graph: in its own layout, or as lists whatever its density. */
static void make_engine_graph(flag_graph *g, uint32_t n, bool own, bf_memory *memory) {
  static bf_graph from;
  bf_jobs_progress quiet = {.owner = pthread_self()};
  make_graph(&from, n, false);
  assert_int_equal(flag_graph_build(&from, INFINITY, !own, 1, &quiet, memory, g), BF_OK);
}

static bf_status collapse(const flag_graph *g, uint64_t budget, bf_memory *memory, flag_graph *out, uint64_t *work) {
  bf_jobs_progress quiet = {.owner = pthread_self()};
  return flag_collapse(g, &(collapse_rule){.budget = budget == UINT64_MAX ? INFINITY : (double)budget}, memory, &quiet, out, work);
}

/* ---- the definition ---- */

static bool dominated(uint32_t n, uint32_t u, uint32_t v, float s) {
  for (uint32_t c = 0; c < n; c++) {
    if (c == u || c == v || weight[u][c] > s || weight[v][c] > s) continue;
    bool all = true;
    for (uint32_t w = 0; all && w < n; w++)
      if (w != u && w != v && w != c && weight[u][w] <= s && weight[v][w] <= s) all = weight[c][w] <= s;
    if (all) return true;
  }
  return false;
}

/* The first value from t on at which the edge is not dominated: something can change only where an edge comes in. */
static float end_of_domination(uint32_t n, uint32_t u, uint32_t v, float t) {
  for (float s = t; s < INFINITY;) {
    if (!dominated(n, u, v, s)) return s;
    float next = INFINITY;
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t j = 0; j < i; j++)
        if (weight[i][j] > s && weight[i][j] < next) next = weight[i][j];
    s = next;
  }
  return INFINITY;
}

typedef struct pair {
  float t;
  uint32_t u, v;
} pair;

static int falling(const void *x, const void *y) {
  const pair *a = x, *b = y;
  if (a->t != b->t) return a->t > b->t ? -1 : 1;
  if (a->u != b->u) return a->u < b->u ? -1 : 1;
  return a->v < b->v ? -1 : 1;
}

/* Collapses `weight` itself. */
static void collapse_by_definition(uint32_t n) {
  static pair pairs[MOST * MOST];
  size_t count = 0;
  for (uint32_t u = 0; u < n; u++)
    for (uint32_t v = u + 1; v < n; v++)
      if (weight[u][v] < INFINITY) pairs[count++] = (pair){weight[u][v], u, v};
  if (count) qsort(pairs, count, sizeof *pairs, falling);
  for (size_t i = 0; i < count; i++) {
    uint32_t u = pairs[i].u, v = pairs[i].v;
    weight[u][v] = weight[v][u] = end_of_domination(n, u, v, pairs[i].t);
  }
}

static void moves_are_those_of_the_definition(void **state) {
  (void)state;
  for (int c = 0; c < 1500; c++) {
    uint32_t n = c < 1400 ? below(24) : 60 + below(MOST > 90 ? 30 : 1);
    bf_memory memory = flag_memory(0);
    flag_graph graph[2], out[2];
    random_weights(n);
    for (int own = 0; own < 2; own++) {
      uint64_t work;
      make_engine_graph(&graph[own], n, own, &memory);
      assert_int_equal(collapse(&graph[own], UINT64_MAX, &memory, &out[own], &work), BF_OK);
    }
    if (n > 24 && c % 4) /* the definition is slow */
      for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) weight[i][j] = i == j ? 0 : flag_distance(&out[0], i, j);
    else
      collapse_by_definition(n);
    for (int own = 0; own < 2; own++) {
      uint64_t edges = 0;
      for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < i; j++) {
          edges += weight[i][j] < INFINITY;
          assert_true(flag_distance(&out[own], i, j) == weight[i][j]);
          assert_true(flag_distance(&out[own], j, i) == weight[i][j]);
        }
      assert_int_equal(out[own].edges, edges);
      flag_graph_free(&graph[own], &memory);
      flag_graph_free(&out[own], &memory);
    }
    assert_int_equal(memory.used, 0);
  }
}

/* ---- the intervals ---- */

static int by_value(const void *x, const void *y) {
  const bf_interval *a = x, *b = y;
  if (a->dim != b->dim) return a->dim < b->dim ? -1 : 1;
  if (a->birth != b->birth) return a->birth < b->birth ? -1 : 1;
  return (a->death > b->death) - (a->death < b->death);
}

static void compute(const bf_graph *g, const bf_flag_options *o, bf_barcode *b) {
  assert_int_equal(bf_flag_barcode(g, o, b), BF_OK);
  if (b->n) qsort(b->at, b->n, sizeof *b->at, by_value);
}

static void assert_same(const bf_barcode *a, const bf_barcode *b) {
  assert_int_equal(a->n, b->n);
  for (size_t i = 0; i < a->n; i++) assert_int_equal(by_value(&a->at[i], &b->at[i]), 0);
}

static void intervals_stay(void **state) {
  (void)state;
  for (int c = 0; c < 6000; c++) {
    uint32_t dim = below(4), n = below(dim < 2 ? 70 : dim < 3 ? 26 : 16);
    bf_graph g;
    bf_barcode expected, got;
    random_weights(n);
    make_graph(&g, n, below(2));
    bf_flag_options o = {.max_dim = dim, .threshold = below(2) ? INFINITY : (float)uniform(), .modulus = below(2) ? 2 : 3, .collapse = BF_COLLAPSE_NEVER};
    compute(&g, &o, &expected);
    o.collapse = BF_COLLAPSE_ALWAYS;
    compute(&g, &o, &got);
    assert_same(&expected, &got);
    bf_barcode_free(&expected);
    bf_barcode_free(&got);
  }
}

static void from_engine_graph(const flag_graph *g, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++) weight[i][j] = i == j ? 0 : flag_distance(g, i, j);
}

/* Whatever the budget, the intervals are the same; more of it never gives more edges. */
static void each_budget_is_right(void **state) {
  (void)state;
  for (int c = 0; c < 60; c++) {
    uint32_t n = 2 + below(16), dim = below(3);
    bf_flag_options o = {.max_dim = dim, .threshold = INFINITY, .modulus = 2, .collapse = BF_COLLAPSE_NEVER};
    bf_memory memory = flag_memory(0);
    flag_graph from, out;
    bf_graph g;
    bf_barcode expected, got;
    uint64_t work = 0, edges = UINT64_MAX;
    random_weights(n);
    make_engine_graph(&from, n, below(2), &memory);
    make_graph(&g, n, false);
    compute(&g, &o, &expected);
    for (uint64_t budget = 0; work >= budget; budget = work + 1) {
      assert_int_equal(collapse(&from, budget, &memory, &out, &work), BF_OK);
      assert_true(out.edges <= edges && out.edges <= from.edges);
      if (budget == 0) assert_true(work == 0 && out.edges == from.edges);
      edges = out.edges;
      from_engine_graph(&out, n);
      make_graph(&g, n, false);
      compute(&g, &o, &got);
      assert_same(&expected, &got);
      bf_barcode_free(&got);
      flag_graph_free(&out, &memory);
    }
    flag_graph_free(&from, &memory);
    bf_barcode_free(&expected);
    assert_int_equal(memory.used, 0);
  }
}

/* On a circle most edges are moved and few removed: a rule that may end gives the graph as it was, one without an end the collapsed one. A square of near
 * points goes on. */
static void futile_is_forgotten(void **state) {
  (void)state;
  for (int flat = 0; flat < 2; flat++) {
    bf_memory memory = flag_memory(0);
    bf_jobs_progress quiet = {.owner = pthread_self()};
    flag_graph from, judged, all;
    uint64_t judged_work, all_work;
    double at[MOST][2];
    for (uint32_t i = 0; i < MOST; i++) {
      double angle = 2 * acos(-1) * uniform();
      at[i][0] = flat ? uniform() : cos(angle);
      at[i][1] = flat ? uniform() : sin(angle);
      for (uint32_t j = 0; j <= i; j++) weight[i][j] = weight[j][i] = (float)hypot(at[i][0] - at[j][0], at[i][1] - at[j][1]);
    }
    make_engine_graph(&from, MOST, true, &memory);
    assert_int_equal(flag_collapse(&from, &(collapse_rule){.budget = INFINITY, .whole = 1}, &memory, &quiet, &judged, &judged_work), BF_OK);
    assert_int_equal(collapse(&from, UINT64_MAX, &memory, &all, &all_work), BF_OK);
    assert_true(all.edges < from.edges);
    assert_int_equal(judged.edges, flat ? all.edges : from.edges);
    assert_true(flat ? judged_work == all_work : judged_work < all_work / 4);
    for (uint32_t i = 0; i < MOST && !flat; i++)
      for (uint32_t j = 0; j < i; j++) assert_true(flag_distance(&judged, i, j) == weight[i][j]);
    flag_graph_free(&from, &memory);
    flag_graph_free(&judged, &memory);
    flag_graph_free(&all, &memory);
    assert_int_equal(memory.used, 0);
  }
}

/* A rule of no budget collapses nothing; beyond the budget it takes most edges removed to go on. */
static void rule_by_counts(void **state) {
  (void)state;
  const collapse_rule rule = {.budget = 100, .whole = 1000};
  assert_true(collapse_goes_on(&rule, &(collapse_state){.work = 99, .edges = 1000, .done = 1000}));
  assert_false(collapse_goes_on(&rule, &(collapse_state){.work = 100, .edges = 1000, .done = 900, .removed = 450}));
  assert_true(collapse_goes_on(&rule, &(collapse_state){.work = 500, .edges = 1000, .done = 900, .removed = 890}));
  assert_false(collapse_goes_on(&rule, &(collapse_state){.work = 500, .edges = 1000, .done = 10, .removed = 10}));
  assert_false(collapse_goes_on(&rule, &(collapse_state){.work = 600, .edges = 1000, .done = 999, .removed = 999}));
  assert_false(collapse_goes_on(&(collapse_rule){0}, &(collapse_state){.edges = 1000}));
}

/* A complete graph with one value collapses to a tree. */
static void simplex_becomes_a_tree(void **state) {
  (void)state;
  for (uint32_t n = 1; n < MOST; n += 23) {
    bf_memory memory = flag_memory(0);
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t j = 0; j < n; j++) weight[i][j] = i == j ? 0 : 1;
    for (int own = 0; own < 2; own++) {
      flag_graph from, out;
      uint64_t work;
      make_engine_graph(&from, n, own, &memory);
      assert_int_equal(collapse(&from, UINT64_MAX, &memory, &out, &work), BF_OK);
      assert_int_equal(out.edges, n - 1);
      flag_graph_free(&from, &memory);
      flag_graph_free(&out, &memory);
    }
    assert_int_equal(memory.used, 0);
  }
}

static bf_status stop(void *context, uint64_t done, uint64_t total) {
  assert_true(done <= total);
  return --*(int *)context ? BF_OK : BF_CANCELLED;
}

static void little_memory_and_cancelling(void **state) {
  bf_memory plenty = flag_memory(0);
  (void)state;
  for (uint32_t i = 0; i < MOST; i++) /* a graph with more edges than there are between two calls of step */
    for (uint32_t j = 0; j <= i; j++) weight[i][j] = weight[j][i] = i == j ? 0 : 1 + (float)uniform();
  for (int own = 0; own < 2; own++) {
    flag_graph from, out;
    uint64_t work;
    bool enough = false;
    make_engine_graph(&from, MOST, own, &plenty);
    for (uint64_t limit = 100; !enough; limit += limit / 3) {
      bf_memory memory = flag_memory(limit);
      bf_status status = collapse(&from, UINT64_MAX, &memory, &out, &work);
      assert_true(status == BF_OK || status == BF_NO_MEMORY);
      enough = status == BF_OK;
      flag_graph_free(&out, &memory);
      assert_int_equal(memory.used, 0);
    }
    for (int steps = 1; steps < 4; steps++) {
      int left = steps;
      bf_memory memory = flag_memory(0);
      bf_jobs_progress progress = {.step = stop, .context = &left, .owner = pthread_self()};
      assert_int_equal(flag_collapse(&from, &(collapse_rule){.budget = INFINITY}, &memory, &progress, &out, &work), BF_CANCELLED);
      flag_graph_free(&out, &memory);
      assert_int_equal(memory.used, 0);
    }
    flag_graph_free(&from, &plenty);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(moves_are_those_of_the_definition),
                                     cmocka_unit_test(intervals_stay),
                                     cmocka_unit_test(each_budget_is_right),
                                     cmocka_unit_test(simplex_becomes_a_tree),
                                     cmocka_unit_test(futile_is_forgotten),
                                     cmocka_unit_test(rule_by_counts),
                                     cmocka_unit_test(little_memory_and_cancelling)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
