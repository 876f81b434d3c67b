/* The forecast of simplices against their numbers, and what is refused because of it: with advice that holds. */
#include "flag/flag.h"
#include "flag/forecast.h"
#include <bettiflow/random.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { N = 60, TOP = 4 };

static uint64_t draws;
static double uniform(void) { return bf_random_uniform(7, draws++); }

static float distance[N][N];

/* Points in a square, or weights by chance; INFINITY above `longest`. */
static void make(bool points, float longest) {
  double x[N][2];
  for (int i = 0; i < N; i++) x[i][0] = uniform(), x[i][1] = uniform();
  for (int i = 0; i < N; i++) {
    distance[i][i] = INFINITY;
    for (int j = 0; j < i; j++) {
      float d = (float)(points ? hypot(x[i][0] - x[j][0], x[i][1] - x[j][1]) : uniform());
      distance[i][j] = distance[j][i] = d <= longest ? d : INFINITY;
    }
  }
}

/* Counts the simplices that extend one with these candidates. */
static void count(const int *candidate, int n, int dim, float limit, double *simplices) {
  simplices[dim] += n;
  if (dim == TOP) return;
  for (int i = 0; i < n; i++) {
    int next[N], m = 0;
    for (int j = i + 1; j < n; j++)
      if (distance[candidate[i]][candidate[j]] <= limit) next[m++] = candidate[j];
    count(next, m, dim + 1, limit, simplices);
  }
}

static void graph_of(bf_graph *g) {
  static uint32_t u[N * N], v[N * N];
  static float w[N * N];
  *g = (bf_graph){.n = N, .u = u, .v = v, .w = w};
  for (uint32_t i = 0; i < N; i++)
    for (uint32_t j = i + 1; j < N; j++)
      if (distance[i][j] < INFINITY) u[g->m] = i, v[g->m] = j, w[g->m++] = distance[i][j];
}

/* Within a third of the number, for dimensions in which there is something to be found by chance. */
static void numbers(void **state) {
  (void)state;
  for (int c = 0; c < 40; c++) {
    bf_memory memory = flag_memory(0);
    flag_graph graph;
    flag_forecast f;
    bf_graph g;
    double simplices[TOP + 1] = {0};
    int all[N];
    float limit = c % 4 ? INFINITY : 0.3f;
    make(c % 2, 0.3f + 0.7f * (float)uniform());
    for (int i = 0; i < N; i++) all[i] = i;
    count(all, N, 0, limit < INFINITY ? limit : 2, simplices);
    graph_of(&g);
    bf_jobs_progress quiet = {.owner = pthread_self()};
    assert_int_equal(flag_graph_build(&g, INFINITY, c % 3 == 0, 1, &quiet, &memory, &graph), BF_OK);
    assert_int_equal(flag_forecast_make(&graph, limit, TOP, &memory, &f), BF_OK);
    assert_true(f.simplices[0] == N);
    for (int k = 1; k <= TOP; k++) {
      if (simplices[k] == 0) assert_true(f.simplices[k] == 0);
      if (simplices[k] > simplices[1] && fabs(f.simplices[k] / simplices[k] - 1) > 0.34)
        fail_msg("case %d: %g simplices of dimension %d, %g expected", c, simplices[k], k, f.simplices[k]);
      if (k == 1) assert_true(fabs(f.simplices[1] / simplices[1] - 1) < 0.2);
    }
    flag_graph_free(&graph, &memory);
    assert_int_equal(memory.used, 0);
  }
}

static bf_status run(const bf_graph *g, uint32_t max_dim, float threshold, uint64_t memory) {
  bf_barcode b;
  bf_status status =
      bf_flag_barcode(g, &(bf_flag_options){.max_dim = max_dim, .threshold = threshold, .modulus = 2, .memory = memory, .collapse = BF_COLLAPSE_NEVER}, &b);
  bf_barcode_free(&b);
  return status;
}

/* 60 points, all pairs: half a million tetrahedra are too many for a little. The threshold and the dimension that the message names do. */
static void advice(void **state) {
  const uint64_t little = 8 << 20;
  bf_graph g;
  double threshold;
  unsigned dim, points;
  (void)state;
  make(true, 2);
  graph_of(&g);
  assert_int_equal(run(&g, 4, INFINITY, 0), BF_OK);
  assert_int_equal(run(&g, 4, INFINITY, little), BF_NO_MEMORY);
  const char *would = strstr(bf_error(), "it would fit with a threshold of ");
  if (!would) fail_msg("no advice: %s", bf_error());
  assert_int_equal(sscanf(would, "it would fit with a threshold of %lf, dimension %u, or some %u of the 60 points", &threshold, &dim, &points), 3);
  assert_true(threshold > 0.1 && threshold < 1.2);
  assert_true(dim >= 1 && dim < 4);
  assert_true(points > 10 && points < 60);
  assert_int_equal(run(&g, 4, (float)threshold, little), BF_OK);
  assert_int_equal(run(&g, dim, INFINITY, little), BF_OK);
}

/* The search for a threshold ends whatever the weights, the smallest and the largest floats too. */
static void extreme_weights(void **state) {
  static const float weight[][2] = {{0, 0x1p-149f}, {FLT_MAX, FLT_MAX}, {FLT_MAX / 2, FLT_MAX}, {0, 0}, {1, 1}};
  bf_graph g;
  (void)state;
  for (size_t c = 0; c < sizeof weight / sizeof *weight; c++) {
    for (int i = 0; i < N; i++)
      for (int j = 0; j < N; j++) distance[i][j] = i == j ? INFINITY : weight[c][(i + j) % 2];
    graph_of(&g);
    assert_int_equal(run(&g, 8, INFINITY, 1 << 20), BF_NO_MEMORY);
    assert_non_null(strstr(bf_error(), "it would fit with "));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(numbers), cmocka_unit_test(advice), cmocka_unit_test(extreme_weights)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
