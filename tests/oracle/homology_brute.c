/* The engine against the definition: all simplices, the boundary matrix in the order of the filtration, reduced column by column over Z/p. */
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

enum { MOST = 10, SIMPLICES = 1024 }; /* at most 10 vertices, so that a simplex is a set of bits */

static uint64_t draws;
static double uniform(void) { return bf_random_uniform(1, draws++); }
static uint32_t below(uint32_t n) { return (uint32_t)bf_random_below(1, draws++, n); }

typedef struct cell {
  uint32_t vertices; /* a set of bits */
  int dim;
  float diameter;
} cell;

static float weight[MOST][MOST]; /* INFINITY: no edge */
static cell cells[SIMPLICES];
static int ncell;
static uint8_t column[SIMPLICES][SIMPLICES]; /* column[j][i]: coefficient of cell i in the boundary of cell j */

static int by_filtration(const void *x, const void *y) {
  const cell *a = x, *b = y;
  if (a->diameter != b->diameter) return a->diameter < b->diameter ? -1 : 1;
  if (a->dim != b->dim) return a->dim - b->dim;
  return a->vertices < b->vertices ? -1 : a->vertices > b->vertices;
}

static void list_cells(uint32_t n, int max_dim, float threshold) {
  ncell = 0;
  for (uint32_t set = 1; set < 1u << n; set++) {
    cell c = {set, __builtin_popcount(set) - 1, 0};
    if (c.dim > max_dim) continue;
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t j = 0; j < i; j++)
        if (set >> i & 1 && set >> j & 1 && weight[i][j] > c.diameter) c.diameter = weight[i][j];
    if (c.diameter <= threshold && c.diameter < INFINITY) cells[ncell++] = c;
  }
  qsort(cells, (size_t)ncell, sizeof *cells, by_filtration);
}

static int find_cell(uint32_t vertices) {
  for (int i = 0; i < ncell; i++)
    if (cells[i].vertices == vertices) return i;
  return -1;
}

static void set_boundary(int j, int modulus) {
  memset(column[j], 0, sizeof column[j]);
  if (cells[j].dim == 0) return;
  int position = 0;
  for (uint32_t v = 0; v < MOST; v++)
    if (cells[j].vertices >> v & 1) column[j][find_cell(cells[j].vertices ^ 1u << v)] = (uint8_t)(position++ % 2 ? modulus - 1 : 1);
}

static int lowest(int j) {
  for (int i = ncell - 1; i >= 0; i--)
    if (column[j][i]) return i;
  return -1;
}

static int inverse(int a, int modulus) {
  for (int b = 1; b < modulus; b++)
    if (a * b % modulus == 1) return b;
  return 0;
}

static size_t brute(int max_dim, int modulus, bf_interval *out) {
  static int with_lowest[SIMPLICES], paired[SIMPLICES];
  size_t n = 0;
  for (int i = 0; i < ncell; i++) with_lowest[i] = -1, paired[i] = 0;
  for (int j = 0; j < ncell; j++) {
    int low, other;
    set_boundary(j, modulus);
    while ((low = lowest(j)) >= 0 && (other = with_lowest[low]) >= 0) {
      int factor = (modulus - column[j][low]) * inverse(column[other][low], modulus) % modulus;
      for (int i = 0; i <= low; i++) column[j][i] = (uint8_t)((column[j][i] + factor * column[other][i]) % modulus);
    }
    if (low < 0) continue;
    with_lowest[low] = j;
    paired[low] = paired[j] = 1;
    if (cells[low].dim <= max_dim && cells[low].diameter < cells[j].diameter)
      out[n++] = (bf_interval){.dim = (uint32_t)cells[low].dim, .birth = cells[low].diameter, .death = cells[j].diameter};
  }
  for (int j = 0; j < ncell; j++)
    if (!paired[j] && cells[j].dim <= max_dim) out[n++] = (bf_interval){.dim = (uint32_t)cells[j].dim, .birth = cells[j].diameter, .death = INFINITY};
  return n;
}

static int by_value(const void *x, const void *y) {
  const bf_interval *a = x, *b = y;
  if (a->dim != b->dim) return a->dim < b->dim ? -1 : 1;
  if (a->birth != b->birth) return a->birth < b->birth ? -1 : 1;
  return (a->death > b->death) - (a->death < b->death);
}

/* The graph in one of the two layouts. */
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

static void random_weights(uint32_t n) {
  uint32_t kind = below(3);
  double kept = below(3) == 0 ? 1 : 0.2 + 0.8 * uniform();
  for (uint32_t i = 0; i < n; i++) {
    weight[i][i] = 0;
    for (uint32_t j = 0; j < i; j++) {
      double w = kind == 0 ? uniform() : kind == 1 ? 0.25 * (1 + below(4)) : below(3);
      if (w == 0 && below(2)) w = -0.0; /* 0 as well */
      weight[i][j] = weight[j][i] = uniform() < kept ? (float)w : INFINITY;
    }
  }
}

static void compare_one(uint32_t n, uint32_t max_dim, float threshold, uint32_t modulus) {
  static bf_interval expected[SIMPLICES];
  list_cells(n, (int)max_dim + 1, threshold);
  size_t count = brute((int)max_dim, (int)modulus, expected);
  qsort(expected, count, sizeof *expected, by_value);
  for (int way = 0; way < 4; way++) { /* dense or sparse input, keys of 64 or 128 bits */
    bf_graph g;
    bf_barcode got;
    make_graph(&g, n, way & 1);
    assert_int_equal(
        bf_flag_barcode(
            &g, &(bf_flag_options){.max_dim = max_dim, .threshold = threshold, .modulus = modulus, .keys = way & 2 ? BF_KEYS_128 : BF_KEYS_NARROWEST}, &got),
        BF_OK);
    assert_int_equal(got.n, count);
    if (got.n) qsort(got.at, got.n, sizeof *got.at, by_value);
    for (size_t i = 0; i < count; i++) assert_int_equal(by_value(&got.at[i], &expected[i]), 0);
    for (uint32_t dim = 0; dim <= max_dim; dim++) {
      uint64_t betti = 0;
      for (size_t i = 0; i < count; i++) betti += expected[i].dim == dim && expected[i].birth <= 0.5f && expected[i].death > 0.5f;
      assert_int_equal(bf_barcode_betti(&got, dim, 0.5f), betti);
    }
    bf_barcode_free(&got);
  }
}

static void random_graphs(void **state) {
  static const uint32_t primes[] = {2, 2, 2, 3, 5, 11};
  (void)state;
  for (int c = 0; c < 800; c++) {
    uint32_t max_dim = below(4), n = below(max_dim < 2 ? MOST + 1 : 9);
    random_weights(n);
    compare_one(n, max_dim, below(2) ? INFINITY : (float)uniform(), primes[below(6)]);
  }
}

static void few_points(void **state) {
  (void)state;
  for (uint32_t n = 0; n < 4; n++) {
    for (uint32_t dim = 0; dim < 4; dim++) {
      random_weights(n);
      compare_one(n, dim, INFINITY, 2);
    }
  }
}

/* Keys of more than 64 bits: the cross-polytope on 2(d+1) of 2^16 vertices is a sphere of dimension d, here 4, with 6 · 16 bits. All other vertices are leaves
 * at vertex 0, so that there is one component. */
static void wide_keys(void **state) {
  enum { PAIRS = 5, N = 65536 };
  static uint32_t u[N + 45], v[N + 45];
  static float w[N + 45];
  bf_graph g = {.n = N, .u = u, .v = v, .w = w};
  bf_barcode b;
  (void)state;
  for (uint32_t j = 1; j < N; j++)
    if (j != PAIRS * 7000) u[g.m] = 0, v[g.m] = j, w[g.m++] = 1;
  for (uint32_t i = 1; i < 2 * PAIRS; i++)
    for (uint32_t j = i + 1; j < 2 * PAIRS; j++)
      if (j != i + PAIRS) u[g.m] = i * 7000, v[g.m] = j * 7000, w[g.m++] = 1;
  assert_int_equal(bf_flag_barcode(&g, &(bf_flag_options){.max_dim = 4, .threshold = INFINITY, .modulus = 2}, &b), BF_OK);
  for (uint32_t dim = 0; dim <= 4; dim++) assert_int_equal(bf_barcode_betti(&b, dim, 1), dim % 4 == 0);
  bf_barcode_free(&b);
  assert_int_equal(bf_flag_barcode(&g, &(bf_flag_options){.max_dim = 7, .threshold = INFINITY, .modulus = 2}, &b), BF_INVALID);
  bf_barcode_free(&b);
}

static bf_status stop(void *context, uint64_t done, uint64_t total) {
  assert_true(done <= total);
  return --*(int *)context ? BF_OK : BF_CANCELLED;
}

static void budget_and_cancelling(void **state) {
  static float w[50 * 49 / 2];
  bf_graph g = {.n = 50, .dense = true, .m = 50 * 49 / 2, .w = w};
  bf_flag_options o = {.max_dim = 2, .threshold = INFINITY, .modulus = 2};
  bf_barcode b;
  (void)state;
  for (size_t i = 0; i < sizeof w / sizeof *w; i++) w[i] = 1 + (float)uniform();
  bool enough = false;
  for (o.memory = 1000; !enough; o.memory *= 2) { /* each budget ends in an error or in the answer, and leaks nothing */
    bf_status status = bf_flag_barcode(&g, &o, &b);
    assert_true(status == BF_OK || status == BF_NO_MEMORY);
    enough = status == BF_OK;
    bf_barcode_free(&b);
  }
  assert_true(o.memory > 50000 && o.memory < 20000000);
  for (int steps = 1; steps < 6; steps++) {
    int left = steps;
    o.step = stop;
    o.context = &left;
    assert_int_equal(bf_flag_barcode(&g, &o, &b), BF_CANCELLED);
    bf_barcode_free(&b);
  }
  o.step = NULL;
  for (uint32_t modulus = 0; modulus < 10; modulus++) {
    o.modulus = modulus;
    bool prime = modulus == 2 || modulus == 3 || modulus == 5 || modulus == 7;
    assert_int_equal(bf_flag_barcode(&g, &o, &b), prime ? BF_OK : BF_INVALID);
    bf_barcode_free(&b);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_graphs), cmocka_unit_test(few_points), cmocka_unit_test(wide_keys),
                                     cmocka_unit_test(budget_and_cancelling)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
