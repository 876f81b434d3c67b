/* Several threads in one reduction: the same intervals and simplices as one thread, over and over, on inputs where many columns want the same pivots. Under the
 * thread sanitizer (preset tsan) it finds what is shared without care. */
#include "flag_case.h"
#include "homology_meet.h"
#include <bettiflow/random.h>
#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static uint64_t draws;
static double uniform(void) { return bf_random_uniform(1, draws++); }
static uint32_t below(uint32_t n) { return (uint32_t)bf_random_below(1, draws++, n); }

/* Points in the unit cube; distances in steps of `grain`, or as they are (0). */
static flag_case cloud(uint32_t n, uint32_t dim, float grain, uint32_t max_dim) {
  enum { DIMS = 8 };
  flag_case c = flag_case_new(n);
  float(*at)[DIMS] = calloc(n, sizeof *at);
  c.max_dim = max_dim;
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t k = 0; k < dim; k++) at[i][k] = (float)uniform();
    for (uint32_t j = 0; j < i; j++) {
      float sum = 0;
      for (uint32_t k = 0; k < dim; k++) sum += (at[i][k] - at[j][k]) * (at[i][k] - at[j][k]);
      flag_case_join(&c, i, j, grain > 0 ? grain * ceilf(sqrtf(sum) / grain) : sqrtf(sum));
    }
  }
  free(at);
  return c;
}

/* Each pair is an edge with this chance, of one of so many weights: far from a metric, so columns are long. */
static flag_case any(uint32_t n, double chance, uint32_t weights, uint32_t max_dim) {
  flag_case c = flag_case_new(n);
  c.max_dim = max_dim;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < i; j++)
      if (uniform() < chance) flag_case_join(&c, i, j, (float)(1 + below(weights)));
  return c;
}

/* Now and then this thread stands back in the middle of a column, and others go ahead of it. */
static bf_status stand_back(void *context, uint64_t done, uint64_t total) {
  uint32_t *state = context;
  assert_true(done <= total);
  *state = *state * 1664525 + 1013904223;
  for (uint32_t i = *state >> 28; i > 0; i--) sched_yield();
  return BF_OK;
}

static void expect_same(const flag_case *c, uint32_t threads, const bf_barcode *got, const bf_barcode *expected) {
  size_t i = 0;
  for (; i < got->n && i < expected->n; i++) {
    const bf_interval *a = &got->at[i], *b = &expected->at[i];
    const size_t vertices = a->dim + (size_t)1 + (a->death < INFINITY ? a->dim + (size_t)2 : 0);
    if (a->dim != b->dim || a->birth != b->birth || a->death != b->death) break;
    if (memcmp(got->vertex + a->simplex, expected->vertex + b->simplex, vertices * sizeof *got->vertex) != 0) break;
  }
  if (i < got->n || i < expected->n) {
    if (c->n <= 200) flag_case_print(c, stderr);
    fail_msg("%s: %u threads give %zu intervals, one gives %zu; number %zu is another one", c->kind, threads, got->n, expected->n, i);
  }
}

static void check(flag_case c, const char *kind, int times, bool empty) {
  static const uint32_t threads[] = {2, 4, 8};
  static const bf_flag_keys keys[] = {BF_KEYS_NARROWEST, BF_KEYS_128, BF_KEYS_COMBINATORIAL};
  uint32_t state = 1;
  bf_barcode expected, got;
  bf_graph g;
  snprintf(c.kind, sizeof c.kind, "%s", kind);
  flag_case_graph(&c, false, &g);
  bf_flag_options o = {.max_dim = c.max_dim, .threshold = c.threshold, .modulus = c.modulus, .threads = 1, .simplices = true, .empty = empty};
  assert_int_equal(bf_flag_barcode(&g, &o, &expected), BF_OK);
  assert_true(expected.n >= c.n / 2);
  o.step = stand_back;
  o.context = &state;
  for (int i = 0; i < times; i++) {
    o.threads = threads[i % 3];
    o.keys = keys[i / 3 % 3];
    assert_int_equal(bf_flag_barcode(&g, &o, &got), BF_OK);
    expect_same(&c, o.threads, &got, &expected);
    bf_barcode_free(&got);
  }
  bf_barcode_free(&expected);
  bf_graph_free(&g);
  flag_case_free(&c);
}

static int times = 24;

/* ---- pauses in the middle of what threads do to each other (homology_meet.c) ---- */

static atomic_uint_fast64_t met[PLACES];

void flag_meet(int where) {
  static _Thread_local uint32_t state = 1;
  atomic_fetch_add_explicit(&met[where], 1, memory_order_relaxed);
  state = state * 1664525 + 1013904223;
  if (state >> 30 == 0) sched_yield();
}

static void clouds(void **state) {
  (void)state;
  for (int round = 0; round < 3; round++) {
    check(cloud(60 + below(61), 2, 0, 1), "points in the square", times, false);
    check(cloud(60 + below(21), 3, 0, 2), "points in the cube", times, true);
    check(cloud(60 + below(61), 6, 0.25f, 1), "points in six dimensions, ties", times, true);
    check(cloud(40 + below(21), 8, 0.25f, 2), "points in eight dimensions, ties", times, false);
  }
}

static void random_weights(void **state) {
  (void)state;
  for (int round = 0; round < 3; round++) {
    check(any(60 + below(61), 1, 1000, 1), "a complete graph", times, true);
    check(any(60 + below(61), 1, 3, 1), "a complete graph of three weights", times, false);
    check(any(80 + below(41), 0.2, 5, 2), "a sparse graph of five weights", times, true);
    check(any(35 + below(11), 0.8, 100000, 2), "a nearly complete graph", times, false);
    flag_case c = any(40 + below(11), 0.7, 7, 2);
    c.modulus = 7;
    check(c, "a graph over Z/7", times, true);
  }
}

/* Two large parts, and small ones. */
static void parts(void **state) {
  (void)state;
  flag_case c = any(130, 1, 50, 1);
  for (uint32_t i = 0; i < c.n; i++)
    for (uint32_t j = 0; j < i; j++)
      if ((i >= 50 || j >= 50) && i / 10 != j / 10) flag_case_join(&c, i, j, INFINITY);
  check(c, "parts", times, true);
}

/* All of what threads do to each other has happened. */
static void have_met(void **state) {
  (void)state;
  for (int where = 0; where < PLACES; where++)
    if (met[where] == 0) fail_msg("no thread came to place %d", where);
}

int main(int argc, char **argv) {
  if (argc > 1) times = atoi(argv[1]);
  const struct CMUnitTest tests[] = {cmocka_unit_test(clouds), cmocka_unit_test(random_weights), cmocka_unit_test(parts), cmocka_unit_test(have_met)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
