/* The shapes have the Betti numbers that their documentation states: Vietoris-Rips complexes of well-spread points, at two scales each between which nothing
 * may change, over Z/2 and Z/3. Points are spread by taking, again and again, the one farthest from those taken. */
#include "flag/flag.h"
#include "stage_host.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

typedef struct known {
  const char *stage, *param[6]; /* besides `points` and `seed` */
  const char *points;
  uint32_t landmarks;
  float low, high; /* scales */
  uint32_t max_dim, modulus;
  uint64_t betti[4];
} known;

static const known table[] = {
    {"sphere", {"dim", "0"}, "200", 200, .1f, 1.9f, 1, 2, {2, 0}},
    {"sphere", {"dim", "1"}, "500", 60, .3f, 1.6f, 1, 2, {1, 1}},
    {"sphere", {"dim", "2"}, "2000", 120, .8f, 1.5f, 2, 2, {1, 0, 1}},
    {"sphere", {"dim", "3"}, "4000", 200, 1.1f, 1.3f, 3, 2, {1, 0, 0, 1}},
    {"torus", {NULL}, "5000", 300, 1.f, 1.3f, 2, 2, {1, 2, 1}},
    {"torus", {NULL}, "5000", 300, 1.f, 1.3f, 2, 3, {1, 2, 1}},
    {"klein", {NULL}, "5000", 300, 1.f, 1.3f, 2, 2, {1, 2, 1}},
    {"klein", {NULL}, "5000", 300, 1.f, 1.3f, 2, 3, {1, 1, 0}},
    {"swiss_roll", {NULL}, "4000", 500, 4.f, 6.f, 1, 2, {1, 0}},
    {"links", {NULL}, "1000", 200, .2f, .6f, 1, 2, {2, 2}},
    {"links", {"count", "5"}, "2500", 400, .2f, .6f, 1, 2, {5, 5}},
    {"cube", {"dim", "2"}, "4000", 200, .2f, 1.f, 1, 2, {1, 0}},
    {"cube", {"dim", "3"}, "4000", 200, .5f, 1.f, 2, 3, {1, 0, 0}},
    {"figure_eight", {NULL}, "1000", 200, .1f, .5f, 1, 2, {1, 2}},
    {"figure_eight", {"noise", "0.01"}, "1000", 200, .12f, .45f, 1, 2, {1, 2}},
    {"orthogonal", {"n", "1"}, "100", 100, .1f, 1.9f, 1, 2, {2, 0}},
    {"orthogonal", {"n", "2"}, "2000", 150, .5f, 1.9f, 1, 2, {2, 2}},
    {"orthogonal", {NULL}, "16000", 800, 1.6f, 1.7f, 3, 2, {2, 2, 2, 2}},
    {"orthogonal", {NULL}, "16000", 800, 1.6f, 1.7f, 3, 3, {2, 0, 0, 2}},
};

static double between(const bf_points *p, uint64_t i, uint64_t j) {
  double square = 0;
  for (uint32_t k = 0; k < p->dim; k++) square += pow((double)p->x[i * p->dim + k] - (double)p->x[j * p->dim + k], 2);
  return sqrt(square);
}

/* The distances of `wanted` well-spread points as a dense graph; exact duplicates are never taken. */
static bf_graph spread(const bf_points *p, uint32_t wanted) {
  bf_graph g = {.dense = true};
  uint64_t *taken = calloc(wanted, sizeof *taken), far = 0;
  double *nearest = malloc(p->n * sizeof *nearest);
  g.w = malloc((size_t)wanted * wanted / 2 * sizeof *g.w);
  assert_true(taken && nearest && g.w);
  for (uint64_t i = 0; i < p->n; i++) nearest[i] = INFINITY;
  while (g.n < wanted && nearest[far] > 0) {
    uint64_t next = far;
    for (uint32_t t = 0; t < g.n; t++) g.w[g.m++] = (float)between(p, next, taken[t]);
    taken[g.n++] = next;
    for (uint64_t i = 0; i < p->n; i++) {
      nearest[i] = fmin(nearest[i], between(p, i, next));
      if (nearest[i] > nearest[far] || far == next) far = i;
    }
  }
  free(taken);
  free(nearest);
  return g;
}

static int check(const known *k, const char *seed) {
  char stage[40];
  stage_call call = {.plugin = "dataset/shapes", .stage = stage, .output = "out", .param = {"points", k->points, "seed", seed}};
  bf_points p;
  bf_barcode bars;
  int wrong = 0;
  snprintf(stage, sizeof stage, "dataset.%s", k->stage);
  memcpy(call.param + 4, k->param, sizeof k->param);
  if (run_stage(&call) != BF_OK) fail_msg("%s", stage_error());
  assert_int_equal(bf_points_read("out", 0, &p), BF_OK);
  bf_graph g = spread(&p, k->landmarks);
  const bf_flag_options options = {.max_dim = k->max_dim, .threshold = k->high, .modulus = k->modulus};
  assert_int_equal(bf_flag_barcode(&g, &options, &bars), BF_OK);
  for (int s = 0; s < 2; s++)
    for (uint32_t dim = 0; dim <= k->max_dim; dim++) {
      uint64_t betti = bf_barcode_betti(&bars, dim, s ? k->high : k->low);
      if (betti == k->betti[dim]) continue;
      print_error("%s %s %s, seed %s, %u points, Z/%u, scale %g: β%u is %llu, not %llu\n", k->stage, k->param[0] ? k->param[0] : "",
                  k->param[0] ? k->param[1] : "", seed, g.n, k->modulus, (double)(s ? k->high : k->low), dim, (unsigned long long)betti,
                  (unsigned long long)k->betti[dim]);
      wrong++;
    }
  bf_barcode_free(&bars);
  bf_graph_free(&g);
  bf_points_free(&p);
  return wrong;
}

static void betti_numbers(void **state) {
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    wrong += check(&table[i], "1");
    if (table[i].max_dim < 3) wrong += check(&table[i], "2");
  }
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(betti_numbers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
