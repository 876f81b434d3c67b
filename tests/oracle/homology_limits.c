/* The engine at its limits: little memory, an end in the middle, weights of any size, few vertices and many. Leaks are found under the address sanitizer. */
#include "flag_case.h"
#include <bettiflow/random.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static uint64_t draws;
static double uniform(void) { return bf_random_uniform(1, draws++); }
static uint32_t below(uint32_t n) { return (uint32_t)bf_random_below(1, draws++, n); }

/* Within and between `groups` groups of vertices, edges with these chances; weights 1 … weights. */
static flag_case random_case(uint32_t n, uint32_t groups, double within, double between, uint32_t weights) {
  flag_case c = flag_case_new(n);
  c.max_dim = 2;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < i; j++)
      if (uniform() < (i % groups == j % groups ? within : between)) flag_case_join(&c, i, j, (float)(1 + below(weights)));
  return c;
}

/* What the engine is asked for, in ways that take other paths through it. */
enum { WAYS = 6 };
static bf_flag_options way(const flag_case *c, int i) {
  bf_flag_options o = {.max_dim = c->max_dim, .threshold = c->threshold, .modulus = c->modulus, .threads = 1 + (uint32_t)(i % 2)};
  if (i < 2) o.collapse = BF_COLLAPSE_ALWAYS;
  if (i == 2) o.cycles = o.cocycles = true;
  if (i == 3) o.cycles = o.empty = true;
  if (i == 4) o.keys = BF_KEYS_COMBINATORIAL, o.simplices = true;
  return o;
}

static void expect_same(const bf_barcode *got, const bf_barcode *expected) {
  assert_int_equal(got->n, expected->n);
  for (size_t i = 0; i < got->n; i++) {
    assert_int_equal(got->at[i].dim, expected->at[i].dim);
    assert_true(got->at[i].birth == expected->at[i].birth && got->at[i].death == expected->at[i].death);
  }
}

/* ---- memory ---- */

/* Each budget ends in an error that says so, or in the answer. */
static void budgets_of_barcode(const bf_graph *g, bf_flag_options o) {
  bf_barcode expected, got;
  bool enough = false;
  int refused = 0;
  assert_int_equal(bf_flag_barcode(g, &o, &expected), BF_OK);
  for (o.memory = 1; !enough; o.memory += 64 + o.memory / 12) {
    bf_status status = bf_flag_barcode(g, &o, &got);
    enough = status == BF_OK;
    if (!enough) {
      assert_int_equal(status, BF_NO_MEMORY);
      assert_non_null(strstr(bf_error(), "memory"));
      refused++;
    } else {
      expect_same(&got, &expected);
    }
    bf_barcode_free(&got);
  }
  assert_true(refused > 20);
  bf_barcode_free(&expected);
}

static void budgets_of_betti(const bf_graph *g, bf_flag_options o) {
  static const float scale[] = {1, 2, 3};
  uint64_t expected[9], got[9];
  bool enough = false;
  int refused = 0;
  assert_int_equal(bf_flag_betti(g, &o, scale, 3, expected), BF_OK);
  for (o.memory = 1; !enough; o.memory += 64 + o.memory / 12) {
    bf_status status = bf_flag_betti(g, &o, scale, 3, got);
    enough = status == BF_OK;
    if (!enough) assert_int_equal(status, BF_NO_MEMORY);
    refused += !enough;
  }
  assert_memory_equal(got, expected, sizeof got);
  assert_true(refused > 5);
}

static void each_graph(void (*check)(const bf_graph *, bf_flag_options), bool barcodes) {
  flag_case c[] = {random_case(40, 1, 1, 0, 20), random_case(60, 1, 0.15, 0, 3), random_case(90, 3, 0.5, 0, 4), random_case(30, 15, 1, 0, 2)};
  for (size_t k = 0; k < sizeof c / sizeof *c; k++) {
    for (int i = 0; i < (barcodes ? WAYS : 2); i++) {
      bf_graph g;
      flag_case_graph(&c[k], (k + (size_t)i) % 2, &g);
      bf_flag_options o = way(&c[k], i);
      o.modulus = i % 2 ? 3 : 2;
      check(&g, o);
      bf_graph_free(&g);
    }
    flag_case_free(&c[k]);
  }
}

static void memory(void **state) {
  (void)state;
  each_graph(budgets_of_barcode, true);
  each_graph(budgets_of_betti, false);
}

/* A forecast that refuses looks for a threshold that would do, whatever the weights. */
static void forecasts(void **state) {
  static const float unit[] = {0, 1e-45f, 3e-45f, FLT_MIN, 1, FLT_MAX / 3};
  (void)state;
  for (size_t k = 0; k < sizeof unit / sizeof *unit; k++) {
    for (int dense = 0; dense < 2; dense++) {
      flag_case c = random_case(150, 1, 1, 0, 3);
      bf_graph g;
      bf_barcode b;
      c.max_dim = 3;
      flag_case_graph(&c, dense, &g);
      for (uint64_t e = 0; e < g.m; e++) g.w[e] *= unit[k];
      for (uint64_t memory = UINT64_C(1) << 20; memory <= UINT64_C(1) << 24; memory *= 4) {
        bf_flag_options o = {.max_dim = 3, .threshold = FLT_MAX, .modulus = 2, .collapse = BF_COLLAPSE_NEVER, .memory = memory};
        assert_int_equal(bf_flag_barcode(&g, &o, &b), BF_NO_MEMORY);
        bf_barcode_free(&b);
      }
      bf_graph_free(&g);
      flag_case_free(&c);
    }
  }
}

/* ---- an end in the middle ---- */

typedef struct countdown {
  int left;
  bf_status status;
} countdown;

static bf_status count_down(void *context, uint64_t done, uint64_t total) {
  countdown *c = context;
  assert_true(done <= total);
  assert_true(c->left > 0); /* nothing is told after the end */
  if (--c->left > 0) return BF_OK;
  return c->status == BF_CANCELLED ? BF_CANCELLED : bf_fail(c->status, "no more");
}

/* At each step but every so many, until the work is done before. */
static void cancel(const bf_graph *g, bf_flag_options o, bool betti) {
  static const float scale[] = {1, 2, 3};
  bf_status status = BF_CANCELLED;
  for (int steps = 1; status != BF_OK; steps += 1 + steps / 8) {
    bf_barcode b = {0};
    uint64_t numbers[9];
    countdown c = {steps, steps % 2 ? BF_CANCELLED : BF_FAILED};
    o.step = count_down;
    o.context = &c;
    status = betti ? bf_flag_betti(g, &o, scale, 3, numbers) : bf_flag_barcode(g, &o, &b);
    assert_int_equal(status, c.left ? BF_OK : c.status);
    if (status == BF_FAILED) assert_string_equal(bf_error(), "no more");
    bf_barcode_free(&b);
  }
}

static void cancel_barcode(const bf_graph *g, bf_flag_options o) { cancel(g, o, false); }
static void cancel_betti(const bf_graph *g, bf_flag_options o) { cancel(g, o, true); }

static void cancelling(void **state) {
  (void)state;
  each_graph(cancel_barcode, true);
  each_graph(cancel_betti, false);
}

/* ---- weights ---- */

static void change(const bf_graph *g, const float *to, float first) {
  for (uint64_t e = 0; e < g->m; e++)
    if (g->w[e] < INFINITY) g->w[e] = to ? to[(int)(g->w[e] - first)] : g->w[e] - 1 + first;
}

static void check_weights(const flag_case *c, bool dense, const float *to, bf_flag_options o) {
  const float first = to[0] == 0 ? 0 : 1; /* vertices come at 0, so what is 0 has to stay 0 */
  bf_graph g;
  bf_barcode expected, got;
  flag_case_graph(c, dense, &g);
  change(&g, NULL, first);
  assert_int_equal(bf_flag_barcode(&g, &o, &expected), BF_OK);
  change(&g, to, first);
  assert_int_equal(bf_flag_barcode(&g, &o, &got), BF_OK);
  assert_int_equal(got.n, expected.n);
  for (size_t k = 0; k < got.n; k++) {
    const bf_interval *x = &got.at[k], *y = &expected.at[k];
    assert_int_equal(x->dim, y->dim);
    assert_true(x->birth == (x->dim ? to[(int)(y->birth - first)] : 0));
    assert_true(x->death == (y->death < INFINITY ? to[(int)(y->death - first)] : INFINITY));
  }
  bf_barcode_free(&got);
  bf_barcode_free(&expected);
  bf_graph_free(&g);
}

/* Nothing but the order of weights matters: eight of them, replaced by others. */
static void any_weights(void **state) {
  static const float to[][8] = {
      {0, 1e-45f, 3e-45f, 4e-45f, FLT_MIN / 2, FLT_MIN, 1e-30f, 1e-20f},
      {1e-45f, 3e-45f, 4e-45f, FLT_MIN / 2, FLT_MIN, 1e-30f, 1e-20f, 1},
      {FLT_MAX / 8, FLT_MAX / 4, FLT_MAX / 3, FLT_MAX / 2, FLT_MAX / 1.5f, FLT_MAX / 1.25f, 3.4028233e38f, FLT_MAX},
      {-0.0f, 1e-45f, 1e-38f, 1, 1.0000001f, 1e20f, 1e38f, FLT_MAX},
  };
  (void)state;
  for (int round = 0; round < 80; round++) {
    flag_case c = random_case(8 + below(20), 1 + below(2), 0.3 + 0.7 * uniform(), 0.1 * below(2), 8);
    for (int i = 0; i < WAYS; i++) check_weights(&c, below(2), to[round % 4], way(&c, i));
    flag_case_free(&c);
  }
}

/* With all weights 0 the complex is there from the start: a component, and no interval of length > 0. */
static void no_weights(void **state) {
  (void)state;
  for (uint32_t n = 0; n < 40; n = n < 4 ? n + 1 : n + 9) {
    flag_case c = random_case(n, 1, 1, 0, 1);
    for (int i = 0; i < 2 * WAYS; i++) {
      bf_graph g;
      bf_barcode b;
      uint64_t betti[3];
      bf_flag_options o = way(&c, i / 2);
      flag_case_graph(&c, i % 2, &g);
      for (uint64_t e = 0; e < g.m; e++) g.w[e] = 0;
      assert_int_equal(bf_flag_barcode(&g, &o, &b), BF_OK);
      for (uint32_t dim = 0; dim <= 2; dim++) assert_int_equal(bf_barcode_betti(&b, dim, 0), n > 0 && dim == 0);
      if (!o.empty) assert_int_equal(b.n, n > 0);
      bf_barcode_free(&b);
      assert_int_equal(bf_flag_betti(&g, &o, (float[]){0}, 1, betti), BF_OK);
      for (uint32_t dim = 0; dim <= 2; dim++) assert_int_equal(betti[dim], n > 0 && dim == 0);
      assert_int_equal(bf_flag_betti(&g, &o, (float[]){-1}, 1, betti), BF_OK);
      for (uint32_t dim = 0; dim <= 2; dim++) assert_int_equal(betti[dim], dim == 0 ? n : 0);
      bf_graph_free(&g);
    }
    flag_case_free(&c);
  }
}

/* ---- many vertices ---- */

typedef struct edge {
  uint32_t u, v;
  float w;
} edge;

static int by_ends(const void *x, const void *y) {
  const edge *a = x, *b = y;
  if (a->u != b->u) return a->u < b->u ? -1 : 1;
  return a->v < b->v ? -1 : a->v > b->v;
}

enum { N = 70001, ON = 65600, OCTAHEDRA = 100, EDGES = ON + 12 * OCTAHEDRA };

/* A circle of ON vertices in which every 13th edge comes last, octahedra, and vertices without an edge; numbered at random. */
static void make_many(bf_graph *g) {
  static uint32_t u[EDGES], v[EDGES], place[N];
  static float w[EDGES];
  static edge e[EDGES];
  size_t m = 0;
  for (uint32_t i = 0; i < N; i++) { /* a shuffle, from inside out */
    uint32_t j = below(i + 1);
    place[i] = place[j];
    place[j] = i;
  }
  for (uint32_t i = 0; i < ON; i++) e[m++] = (edge){place[i], place[(i + 1) % ON], i % 13 ? 1 : 2};
  for (uint32_t o = ON; o < ON + 6 * OCTAHEDRA; o += 6)
    for (uint32_t i = 0; i < 6; i++)
      for (uint32_t j = i + 1; j < 6; j++)
        if (j != i + 3) e[m++] = (edge){place[o + i], place[o + j], 1};
  for (size_t i = 0; i < m; i++)
    if (e[i].u > e[i].v) e[i] = (edge){e[i].v, e[i].u, e[i].w};
  qsort(e, m, sizeof *e, by_ends);
  for (size_t i = 0; i < m; i++) u[i] = e[i].u, v[i] = e[i].v, w[i] = e[i].w;
  *g = (bf_graph){.n = N, .m = m, .u = u, .v = v, .w = w};
}

static void many_vertices(void **state) {
  enum { ISOLATED = N - ON - 6 * OCTAHEDRA };
  static const uint64_t expected[2][3] = {{(ON + 12) / 13 + OCTAHEDRA + ISOLATED, 0, OCTAHEDRA}, {1 + OCTAHEDRA + ISOLATED, 1, OCTAHEDRA}};
  bf_graph g;
  (void)state;
  make_many(&g);
  for (int i = 0; i < WAYS; i++) {
    bf_flag_options o = way(&(flag_case){.max_dim = 2, .modulus = 2, .threshold = INFINITY}, i);
    bf_barcode b;
    uint64_t betti[2][3];
    if (o.cocycles) continue; /* those of a circle's components are long */
    o.empty = false;
    assert_int_equal(bf_flag_barcode(&g, &o, &b), BF_OK);
    for (uint32_t dim = 0; dim <= 2; dim++)
      for (int at = 0; at < 2; at++) assert_int_equal(bf_barcode_betti(&b, dim, (float)(1 + at)), expected[at][dim]);
    for (size_t k = 0; o.cycles && k < b.n; k++) {
      const bf_interval *x = &b.at[k];
      assert_int_equal(x->cycle.n, x->dim == 0 ? (x->death < INFINITY ? 2 : 1) : x->dim == 1 ? ON : 8);
    }
    bf_barcode_free(&b);
    assert_int_equal(bf_flag_betti(&g, &o, (float[]){1, 2}, 2, betti[0]), BF_OK);
    assert_memory_equal(betti, expected, sizeof betti);
  }
}

/* Hubs: a circle, suspended once or twice, is a sphere; the lists of the vertices that it is suspended from are long, all others short. Numbered at random. */
static void hubs(void **state) {
  (void)state;
  for (int round = 0; round < 40; round++) {
    const uint32_t times = 1 + (uint32_t)round % 2, on = 200 + below(200), n = on + 2 * times;
    uint32_t place[500] = {0};
    flag_case c = flag_case_new(n);
    bf_graph g;
    bf_barcode b;
    for (uint32_t i = 0; i < n; i++) {
      uint32_t j = below(i + 1);
      place[i] = place[j];
      place[j] = i;
    }
    for (uint32_t i = 0; i < on; i++) flag_case_join(&c, place[i], place[(i + 1) % on], (float)(1 + below(3)));
    for (uint32_t h = on; h < n; h++)
      for (uint32_t i = 0; i < h - (h - on) % 2; i++) flag_case_join(&c, place[h], place[i], (float)(1 + below(3)));
    c.max_dim = 1 + times;
    flag_case_graph(&c, round / 2 % 2, &g);
    for (int i = 0; i < WAYS; i++) {
      bf_flag_options o = way(&c, i);
      assert_int_equal(bf_flag_barcode(&g, &o, &b), BF_OK);
      for (uint32_t dim = 0; dim <= c.max_dim; dim++) assert_int_equal(bf_barcode_betti(&b, dim, 3), dim == 0 || dim == 1 + times);
      bf_barcode_free(&b);
    }
    bf_graph_free(&g);
    flag_case_free(&c);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(memory),     cmocka_unit_test(forecasts),     cmocka_unit_test(cancelling), cmocka_unit_test(any_weights),
                                     cmocka_unit_test(no_weights), cmocka_unit_test(many_vertices), cmocka_unit_test(hubs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
