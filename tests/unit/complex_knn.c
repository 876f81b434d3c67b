/* complex.knn_geodesic against a brute force that follows its definition word by word. */
#include "stage_host.h"
#include <bettiflow/artifact.h>
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static bf_points cloud; /* of the test at hand */

/* What the definition gives: distinct points, and between them the number of hops (0: none). */
typedef struct expected {
  uint32_t n, *row, *hops;
} expected;

static double squared(const float *x, const float *y, uint32_t dim) {
  double sum = 0;
  for (uint32_t d = 0; d < dim; d++) {
    double t = (double)x[d] - (double)y[d];
    sum += t * t;
  }
  return sum;
}

static const float *at(uint32_t row) { return cloud.x + (size_t)row * cloud.dim; }

static uint32_t *distinct_rows(uint32_t *n) {
  uint32_t *row = malloc((cloud.n + 1) * sizeof *row);
  *n = 0;
  for (uint32_t i = 0; i < cloud.n; i++) {
    uint32_t j = 0;
    while (j < *n && squared(at(row[j]), at(i), cloud.dim) != 0) j++;
    if (j == *n) row[(*n)++] = i;
  }
  return row;
}

static expected brute(uint32_t k, uint32_t hops, bool count_self) {
  expected e = {0};
  e.row = distinct_rows(&e.n);
  uint32_t n = e.n;
  e.hops = calloc((size_t)n * n + 1, sizeof *e.hops);
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++) { /* j is a neighbour of i when fewer than k others come before it */
      uint32_t rank = count_self && i != j;
      double d = squared(at(e.row[i]), at(e.row[j]), cloud.dim);
      for (uint32_t l = 0; l < n && i != j; l++) {
        double other = squared(at(e.row[i]), at(e.row[l]), cloud.dim);
        if (l != i && l != j && (other < d || (other == d && l < j))) rank++;
      }
      if (i != j && rank < k) e.hops[i * n + j] = e.hops[j * n + i] = 1;
    }
  for (uint32_t h = 2; h <= hops; h++) /* a walk of h steps is one of h - 1 steps and an edge */
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t j = 0; j < n; j++)
        for (uint32_t l = 0; l < n && i != j && !e.hops[i * n + j]; l++)
          if (e.hops[i * n + l] == h - 1 && e.hops[l * n + j] == 1) e.hops[i * n + j] = h;
  return e;
}

static void compare(const expected *e, uint32_t hops) {
  bf_graph g;
  uint64_t m = 0;
  assert_int_equal(bf_graph_read("graph", 0, &g), BF_OK);
  assert_int_equal(g.n, e->n);
  for (uint32_t i = 0; i < e->n; i++)
    for (uint32_t j = i + 1; j < e->n; j++) {
      uint32_t h = e->hops[i * e->n + j];
      if (!h || h > hops) continue;
      assert_true(m < g.m);
      if (g.u[m] != i || g.v[m] != j || g.w[m] != (float)h) fail_msg("edge %u-%u at %u hops: found %u-%u at %g", i, j, h, g.u[m], g.v[m], (double)g.w[m]);
      m++;
    }
  assert_int_equal(g.m, m);
  for (uint32_t i = 0; i < e->n; i++) assert_int_equal(g.id[i], cloud.id[e->row[i]]);
  assert_int_equal(g.first != NULL, e->n != cloud.n);
  for (uint32_t i = 0; g.first && i < e->n; i++) { /* the members are the rows that equal the first one, in order */
    uint64_t member = g.first[i];
    for (uint32_t r = 0; r < cloud.n; r++)
      if (squared(at(r), at(e->row[i]), cloud.dim) == 0) assert_int_equal(g.member[member++], cloud.id[r]);
    assert_int_equal(member, g.first[i + 1]);
  }
  bf_graph_free(&g);
}

static void check_graph(uint32_t k, uint32_t hops, bool count_self) {
  char k_text[16], hops_text[16];
  snprintf(k_text, sizeof k_text, "%u", k);
  snprintf(hops_text, sizeof hops_text, "%u", hops);
  assert_int_equal(bf_points_write(&(bf_out){"points", NULL, 0}, &cloud), BF_OK);
  expected e = brute(k, hops, count_self);
  for (uint32_t threads = 1; threads <= 3; threads += 2) {
    stage_call call = {.plugin = "complex/knn_geodesic",
                       .stage = "complex.knn_geodesic",
                       .input = {"points", "points"},
                       .param = {"k", k_text, "hops", hops_text, "count_self", count_self ? "true" : "false"},
                       .output = "graph",
                       .threads = threads};
    if (run_stage(&call) != BF_OK) fail_msg("%s", stage_error());
    compare(&e, hops);
  }
  free(e.row);
  free(e.hops);
}

/* Points on a coarse grid: many equal distances and many duplicates. */
static void make_grid(uint64_t seed, uint32_t n, uint32_t dim, uint32_t values) {
  bf_points_free(&cloud);
  assert_int_equal(bf_points_new(&cloud, n, dim, false), BF_OK);
  for (uint64_t i = 0; i < (uint64_t)n * dim; i++) cloud.x[i] = (float)bf_random_below(seed, i, values) * (bf_random_below(seed + 1, i, 2) ? 1.0f : -1.0f);
  for (uint32_t i = 0; i < n; i++) cloud.id[i] = 1000 + 3 * i;
}

static void make_normal(uint64_t seed, uint32_t n, uint32_t dim) {
  bf_points_free(&cloud);
  assert_int_equal(bf_points_new(&cloud, n, dim, false), BF_OK);
  for (uint64_t i = 0; i < (uint64_t)n * dim; i++) cloud.x[i] = (float)bf_random_normal(seed, i) + 100;
}

static void ties_and_duplicates(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 40; seed++) {
    uint32_t dim = 1 + (uint32_t)bf_random_below(seed, 0, 4), n = (uint32_t)bf_random_below(seed, 1, 130);
    make_grid(seed, n, dim, 2 + (uint32_t)bf_random_below(seed, 2, 6));
    check_graph(1 + (uint32_t)bf_random_below(seed, 3, 9), 1 + (uint32_t)bf_random_below(seed, 4, 4), seed & 1);
  }
}

static void many_coordinates(void **state) {
  static const uint32_t dims[] = {1, 2, 3, 15, 16, 17, 33, 50};
  (void)state;
  for (uint32_t i = 0; i < 8; i++) {
    make_normal(i, 150, dims[i]);
    check_graph(6, 2, true);
  }
}

static void few_points(void **state) {
  (void)state;
  for (uint32_t n = 0; n < 4; n++) {
    make_normal(n, n, 2);
    check_graph(14, 2, true);
    check_graph(1, 2, true);
    check_graph(1, 1, false);
  }
  make_normal(7, 70, 2);
  check_graph(65535, 3, true);
  make_grid(7, 50, 2, 1); /* one point, fifty times */
  check_graph(3, 2, true);
}

/* Widely different sizes: what is far away in one coordinate, and squares near the ends of float's range. */
static void sizes(void **state) {
  (void)state;
  make_normal(3, 100, 3);
  for (uint64_t i = 0; i < 300; i++) cloud.x[i] = ldexpf(cloud.x[i] - 100, (int)bf_random_below(4, i, 240) - 130);
  check_graph(5, 2, true);
}

/* What is hard for the screen before the exact distances: far from the origin with small steps, clusters within one leaf, a lattice whose steps are no
 * binary fractions, and the flats that ReLU makes. */
static void hard_to_screen(void **state) {
  (void)state;
  for (uint64_t kind = 0; kind < 4; kind++)
    for (uint32_t dim = 2; dim <= 20; dim += 6) {
      make_normal(dim, 260, dim);
      for (uint64_t i = 0; i < 260ull * dim; i++) {
        float x = cloud.x[i] - 100;
        if (kind == 0) x = 1e6f + x * 1e-3f * (dim < 10 ? 200 : 1);
        if (kind == 1) x = (float)(i / dim % 37) * 1000 + x * 1e-3f;
        if (kind == 2) x = 0.1f * (float)bf_random_below(dim, i, 3);
        if (kind == 3 && x < 0) x = 0;
        cloud.x[i] = x;
      }
      check_graph(4 + dim, 1, true);
    }
}

static void a_long_line(void **state) {
  (void)state;
  make_normal(1, 120, 1);
  for (uint32_t i = 0; i < 120; i++) cloud.x[i] = (float)(i * i);
  check_graph(2, 200, true);
}

static void limits(void **state) {
  stage_call call = {.plugin = "complex/knn_geodesic", .stage = "complex.knn_geodesic", .input = {"points", "points"}, .output = "graph2"};
  (void)state;
  make_normal(2, 3000, 2);
  assert_int_equal(bf_points_write(&(bf_out){"points", NULL, 0}, &cloud), BF_OK);
  call.memory = 100000;
  assert_int_equal(run_stage(&call), BF_NO_MEMORY);
  call.memory = 0;
  call.cancel_at = 20;
  assert_int_equal(run_stage(&call), BF_CANCELLED);
  call.cancel_at = 110; /* after 94 leaves, while hops are counted */
  assert_int_equal(run_stage(&call), BF_CANCELLED);
  call.cancel_at = 0;
  assert_int_equal(run_stage(&call), BF_OK);
}

static int clean(void **state) {
  (void)state;
  bf_points_free(&cloud);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ties_and_duplicates), cmocka_unit_test(many_coordinates), cmocka_unit_test(few_points), cmocka_unit_test(sizes),
      cmocka_unit_test(hard_to_screen),      cmocka_unit_test(a_long_line),      cmocka_unit_test(limits)};
  return cmocka_run_group_tests(tests, NULL, clean);
}
