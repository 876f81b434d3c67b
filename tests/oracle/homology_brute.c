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
  static const bf_flag_keys keys[] = {BF_KEYS_NARROWEST, BF_KEYS_128, BF_KEYS_COMBINATORIAL};
  for (int way = 0; way < 6; way++) { /* dense or sparse input, keys of each kind */
    bf_graph g;
    bf_barcode got;
    make_graph(&g, n, way & 1);
    assert_int_equal(bf_flag_barcode(&g, &(bf_flag_options){.max_dim = max_dim, .threshold = threshold, .modulus = modulus, .keys = keys[way / 2]}, &got),
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

/* The cross-polytope on 2(d+1) of n vertices is a sphere of dimension d. All other vertices are leaves at vertex 0, so that there is one component. */
static void cross_polytope(bf_graph *g, uint32_t n, uint32_t pairs) {
  enum { MOST_EDGES = 65536 + 200 };
  static uint32_t u[MOST_EDGES], v[MOST_EDGES];
  static float w[MOST_EDGES];
  const uint32_t gap = n / (2 * pairs);
  *g = (bf_graph){.n = n, .u = u, .v = v, .w = w};
  for (uint32_t j = 1; j < n; j++)
    if (j != pairs * gap) u[g->m] = 0, v[g->m] = j, w[g->m++] = j % gap ? 1 : (float)(1 + j / gap % 3) / 4;
  for (uint32_t i = 1; i < 2 * pairs; i++)
    for (uint32_t j = i + 1; j < 2 * pairs; j++)
      if (j != i + pairs) u[g->m] = i * gap, v[g->m] = j * gap, w[g->m++] = (float)(1 + (i + j) % 3) / 4;
}

/* Without the leaves, and so with short keys, the classes of dimension > 0 have the same simplices and chains. */
static void compare_classes(const bf_barcode *wide, const bf_barcode *narrow, uint32_t gap) {
  size_t i = 0, j = 0;
  while (i < wide->n && wide->at[i].dim == 0) i++;
  while (j < narrow->n && narrow->at[j].dim == 0) j++;
  assert_true(i < wide->n);
  assert_int_equal(wide->n - i, narrow->n - j);
  for (; i < wide->n; i++, j++) {
    const bf_interval *a = &wide->at[i], *b = &narrow->at[j];
    const uint32_t vertices = a->dim + 1 + (a->death < INFINITY ? a->dim + 2 : 0);
    assert_int_equal(by_value(a, b), 0);
    for (uint32_t k = 0; k < vertices; k++) assert_int_equal(wide->vertex[a->simplex + k], gap * narrow->vertex[b->simplex + k]);
    assert_int_equal(a->cocycle.n, b->cocycle.n);
    assert_int_equal(a->cycle.n, b->cycle.n);
    for (int what = 0; what < 2; what++) {
      const bf_chain x = what ? a->cycle : a->cocycle, y = what ? b->cycle : b->cocycle;
      for (uint64_t t = 0; t < x.n; t++) {
        const bf_term *s = &wide->term[x.first + t], *r = &narrow->term[y.first + t];
        assert_int_equal(s->coefficient, r->coefficient);
        for (uint32_t k = 0; k <= a->dim; k++) assert_int_equal(wide->vertex[s->vertex + k], gap * narrow->vertex[r->vertex + k]);
      }
    }
  }
}

static void check_cross_polytope(uint32_t n, uint32_t pairs, bf_flag_options o) {
  bf_graph g;
  bf_barcode wide, narrow;
  const uint32_t gap = n / (2 * pairs), dim = pairs - 1;
  cross_polytope(&g, n, pairs);
  assert_int_equal(bf_flag_barcode(&g, &o, &wide), BF_OK);
  for (uint32_t d = 0; d <= o.max_dim; d++) assert_int_equal(bf_barcode_betti(&wide, d, 1), d == 0 || d == dim);
  if (o.simplices) {
    cross_polytope(&g, 2 * pairs, pairs);
    o.keys = BF_KEYS_NARROWEST;
    assert_int_equal(bf_flag_barcode(&g, &o, &narrow), BF_OK);
    compare_classes(&wide, &narrow, gap);
    bf_barcode_free(&narrow);
  }
  bf_barcode_free(&wide);
}

static void check_betti(uint32_t n, uint32_t pairs, uint32_t max_dim) {
  bf_graph g;
  uint64_t betti[200];
  cross_polytope(&g, n, pairs);
  assert_int_equal(bf_flag_betti(&g, &(bf_flag_options){.max_dim = max_dim, .modulus = 2, .threads = 2}, (float[]){1}, 1, betti), BF_OK);
  for (uint32_t d = 0; d <= max_dim; d++) assert_int_equal(betti[d], d == 0 || d == pairs - 1);
}

/* Dimension 4 on 65,536 vertices: 6 · 16 bits. Dimension 7: 9 · 16 bits, so combinatorial numbers, below 2^126. Dimension 8: above 2^138. */
static void wide_keys(void **state) {
  enum { N = 65536 };
  bf_graph g;
  bf_barcode b;
  (void)state;
  check_cross_polytope(N, 5, (bf_flag_options){.max_dim = 4, .threshold = INFINITY, .modulus = 2, .simplices = true, .cycles = true, .cocycles = true});
  for (uint32_t threads = 1; threads <= 2; threads++) {
    bf_flag_options o = {.max_dim = 7, .threshold = INFINITY, .modulus = 3, .threads = threads};
    check_cross_polytope(N, 8, o);
    o.collapse = BF_COLLAPSE_ALWAYS;
    check_cross_polytope(N, 8, o);
    o.simplices = o.cycles = true;
    check_cross_polytope(N, 8, o);
    o.cocycles = true;
    check_cross_polytope(N, 8, o);
  }
  check_betti(N, 8, 7);
  cross_polytope(&g, N, 9);
  assert_int_equal(bf_flag_barcode(&g, &(bf_flag_options){.max_dim = 8, .threshold = INFINITY, .modulus = 2}, &b), BF_INVALID);
  assert_non_null(strstr(bf_error(), "dimension 8 on 65536 vertices needs keys of 139 bits"));
  bf_barcode_free(&b);
}

/* Few vertices, all dimensions: simplices of up to 131 vertices have combinatorial numbers. */
static void all_dimensions(void **state) {
  (void)state;
  for (uint32_t n = 10; n <= 131; n += 11)
    check_cross_polytope(n, 4, (bf_flag_options){.max_dim = n + 1, .threshold = INFINITY, .modulus = 2, .threads = 2, .simplices = true, .cycles = true});
  check_betti(131, 6, 150);
  check_cross_polytope(200, 4, (bf_flag_options){.max_dim = 250, .threshold = INFINITY, .modulus = 2}); /* no simplex of it has more than eight vertices */
}

/* A ring whose vertices are all joined with two hubs, at 2 and 3: lists of very different lengths. The loop [1,2), the sphere [3,inf). */
static void hubs(void **state) {
  enum { RING = 300, LEAVES = 100 };
  static uint32_t u[3 * RING + LEAVES], v[3 * RING + LEAVES];
  static float w[3 * RING + LEAVES];
  bf_graph g = {.n = RING + 2 + LEAVES, .u = u, .v = v, .w = w};
  bf_barcode b;
  (void)state;
  for (uint32_t i = 0; i < RING; i++) {
    if (i + 1 < RING) u[g.m] = i, v[g.m] = i + 1, w[g.m++] = 1;
    if (i == 0) u[g.m] = i, v[g.m] = RING - 1, w[g.m++] = 1;
    for (uint32_t hub = 0; hub < 2; hub++) u[g.m] = i, v[g.m] = RING + hub, w[g.m++] = (float)(2 + hub);
  }
  for (uint32_t leaf = 0; leaf < LEAVES; leaf++) u[g.m] = RING, v[g.m] = RING + 2 + leaf, w[g.m++] = 4;
  for (uint32_t modulus = 2; modulus < 4; modulus++) {
    bf_flag_options o = {.max_dim = 2, .threshold = INFINITY, .modulus = modulus, .collapse = BF_COLLAPSE_NEVER};
    assert_int_equal(bf_flag_barcode(&g, &o, &b), BF_OK);
    assert_int_equal(b.n, g.n + 2);
    const bf_interval *loop = &b.at[g.n], *sphere = &b.at[g.n + 1];
    assert_true(loop->dim == 1 && loop->birth == 1 && loop->death == 2);
    assert_true(sphere->dim == 2 && sphere->birth == 3 && sphere->death == INFINITY);
    bf_barcode_free(&b);
  }
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
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_graphs),  cmocka_unit_test(few_points), cmocka_unit_test(wide_keys),
                                     cmocka_unit_test(all_dimensions), cmocka_unit_test(hubs),       cmocka_unit_test(budget_and_cancelling)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
