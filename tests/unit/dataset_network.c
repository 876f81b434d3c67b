/* dataset.network: the networks are those of their models, and the distances are those of shortest paths. */
#include "stage_host.h"
#include <bettiflow/artifact.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static bf_graph made(const char *const *param) {
  stage_call call = {.plugin = "dataset/network", .stage = "dataset.network", .output = "out"};
  bf_graph g;
  for (int i = 0; param[i]; i++) call.param[i] = param[i];
  if (run_stage(&call) != BF_OK) fail_msg("%s", stage_error());
  if (bf_graph_read("out", 0, &g) != BF_OK) fail_msg("%s", bf_error());
  assert_true(g.dense && g.m == (uint64_t)g.n * (g.n - 1) / 2);
  for (uint32_t v = 0; v < g.n; v++) assert_int_equal(g.id[v], v);
  return g;
}
#define MADE(...) made((const char *const[]){__VA_ARGS__, NULL})

static double at(const bf_graph *g, uint32_t i, uint32_t j) {
  if (i == j) return 0;
  uint64_t a = i > j ? i : j, b = i > j ? j : i;
  return (double)g->w[a * (a - 1) / 2 + b];
}

/* With edges of length 1 the pairs at distance 1 are the edges. */
static uint32_t degree(const bf_graph *unit, uint32_t v) {
  uint32_t n = 0;
  for (uint32_t u = 0; u < unit->n; u++) n += u != v && at(unit, u, v) == 1;
  return n;
}

/* d is the metric of the network `unit` with some edge lengths in (0, 1]: no detour is shorter, and each distance is reached by a last edge that is itself
 * a shortest path. */
static void check_metric(const bf_graph *d, const bf_graph *unit) {
  for (uint32_t i = 0; i < d->n; i++)
    for (uint32_t j = 0; j < d->n; j++) {
      double direct = at(d, i, j);
      bool reached = i == j;
      for (uint32_t k = 0; k < d->n; k++) {
        double through = at(d, i, k) + at(d, k, j);
        if (direct > through + 1e-6) fail_msg("the way from %u to %u is shorter by %u", i, j, k);
        reached |= k != j && at(unit, k, j) == 1 && fabs(through - direct) < 1e-6;
      }
      assert_true(reached && (at(unit, i, j) != 1 || (direct > 0 && direct <= 1)));
    }
}

static void preferential(void **state) {
  (void)state;
  bf_graph unit = MADE("lengths", "unit", "seed", "4"), d = MADE("seed", "4"), other = MADE("seed", "5");
  uint64_t ends = 0, early = 0, reciprocal = 0;
  assert_int_equal(unit.n, 300);
  for (uint32_t v = 0; v < unit.n; v++) {
    uint32_t n = degree(&unit, v);
    assert_true(n >= 3);
    ends += n;
    if (v < 10) early += n;
    if (n == 3) reciprocal++;
  }
  assert_int_equal(ends, 2 * (6 + 296 * 3)); /* a complete graph on 4, then 3 a vertex */
  assert_true(early > 10 * 4 * 5.94);        /* the oldest have far more than the mean degree, as 3 √(300 / i) says */
  assert_in_range(reciprocal, 90, 150);      /* the share of degree k is 2m(m+1) / (k(k+1)(k+2)): .4 for k = m = 3 */
  for (uint32_t v = 0; v < 40; v++)          /* a new vertex has its three edges to older ones */
    if (v >= 4) {
      int older = 0;
      for (uint32_t u = 0; u < v; u++) older += at(&unit, u, v) == 1;
      assert_int_equal(older, 3);
    }
  check_metric(&unit, &unit);
  check_metric(&d, &unit);
  assert_int_not_equal(memcmp(d.w, other.w, d.m * sizeof *d.w), 0);
  bf_graph_free(&unit);
  bf_graph_free(&d);
  bf_graph_free(&other);
  bf_graph complete = MADE("vertices", "6", "links", "5", "lengths", "unit");
  for (uint64_t e = 0; e < complete.m; e++) assert_true(complete.w[e] == 1);
  bf_graph_free(&complete);
  bf_graph tree = MADE("vertices", "50", "links", "1", "lengths", "unit");
  for (uint32_t v = 1, e = 0; v < 50; v++, assert_int_equal(e, 1), e = 0)
    for (uint32_t u = 0; u < v; u++) e += at(&tree, u, v) == 1;
  bf_graph_free(&tree);
}

/* Ravasz and Barabási's own example, modules of five: 66 edges at 25 vertices and 394 at 125; the hub has degree 4 + 16 + 64. */
static void hierarchical(void **state) {
  (void)state;
  bf_graph unit = MADE("model", "hierarchical", "module", "5", "lengths", "unit"), d = MADE("model", "hierarchical", "module", "5");
  uint64_t ends = 0;
  assert_int_equal(unit.n, 125);
  for (uint32_t v = 0; v < 125; v++) ends += degree(&unit, v);
  assert_int_equal(ends, 2 * 394);
  assert_int_equal(degree(&unit, 0), 84);
  assert_int_equal(degree(&unit, 25), 20);            /* the hub of a copy of 25 vertices */
  assert_int_equal(degree(&unit, 5), 4);              /* the hub of a module inside of it */
  assert_int_equal(degree(&unit, 25 + 5 + 1), 4 + 2); /* a vertex without a 0: its module and the hubs of both levels */
  check_metric(&unit, &unit);
  check_metric(&d, &unit);
  bf_graph_free(&unit);
  bf_graph_free(&d);
  d = MADE("model", "hierarchical");
  assert_int_equal(d.n, 512);
  bf_graph_free(&d);
}

static void limits(void **state) {
  stage_call call = {.plugin = "dataset/network", .stage = "dataset.network", .output = "out", .param = {"links", "300"}};
  (void)state;
  assert_int_equal(run_stage(&call), BF_INVALID);
  call.param[0] = "levels", call.param[1] = "6", call.param[2] = "model", call.param[3] = "hierarchical";
  assert_int_equal(run_stage(&call), BF_INVALID);
  call.param[0] = "vertices", call.param[1] = "65535", call.param[2] = "links", call.param[3] = "65534", call.memory = 1 << 30;
  assert_int_equal(run_stage(&call), BF_NO_MEMORY);
  call.param[1] = "300", call.param[3] = "3", call.cancel_at = 400;
  assert_int_equal(run_stage(&call), BF_CANCELLED);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(preferential), cmocka_unit_test(hierarchical), cmocka_unit_test(limits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
