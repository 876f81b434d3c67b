/* Quantiles against their definition, the rank test against all orders of small samples, known values, ties, infinity. */
#include "cli/statistics.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void near(double got, double wanted) {
  if (!(fabs(got - wanted) <= 1e-13 * (1 + fabs(wanted)))) fail_msg("%.17g, not %.17g", got, wanted);
}

static void quantiles(void **state) {
  const double x[] = {1, 2, 4, 8}, y[] = {3, 3, (double)INFINITY, (double)INFINITY};
  (void)state;
  near(bf_quantile(x, 4, 0), 1);
  near(bf_quantile(x, 4, .25), 1.75);
  near(bf_quantile(x, 4, .5), 3);
  near(bf_quantile(x, 4, .75), 5);
  near(bf_quantile(x, 4, 1), 8);
  near(bf_quantile(x, 1, .75), 1);
  near(bf_quantile(x, 3, .5), 2);
  assert_true(isnan(bf_quantile(x, 0, .5)));
  near(bf_quantile(y, 4, .25), 3);
  assert_true(isinf(bf_quantile(y, 4, .5)));
  assert_true(isinf(bf_quantile(y, 4, .75)));
  near(bf_mean(x, 4), 3.75);
  assert_true(isnan(bf_mean(x, 0)));
}

static double u_of(const double *x, size_t n, const double *y, size_t m) {
  double u = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < m; j++) u += x[i] > y[j] ? 1 : x[i] < y[j] ? 0 : .5;
  return u;
}

/* Of all ways to choose which n of the n + m values are the first sample's: those whose U is as far from the middle, on its side or the other. */
static double brute(size_t n, size_t m, double u) {
  size_t far = 0, all = 0;
  for (uint32_t chosen = 0; chosen < UINT32_C(1) << (n + m); chosen++) {
    double x[12] = {0}, y[12] = {0};
    size_t nx = 0, ny = 0;
    if ((size_t)__builtin_popcount(chosen) != n) continue;
    for (size_t i = 0; i < n + m; i++) *(chosen >> i & 1 ? &x[nx++] : &y[ny++]) = (double)i;
    all++;
    far += fabs(u_of(x, n, y, m) - (double)(n * m) / 2) >= fabs(u - (double)(n * m) / 2);
  }
  return (double)far / (double)all;
}

static void exact(void **state) {
  (void)state;
  for (size_t n = 1; n <= 5; n++)
    for (size_t m = 1; m <= 6; m++)
      for (uint32_t chosen = 0; chosen < UINT32_C(1) << (n + m); chosen++) {
        double x[12] = {0}, y[12] = {0};
        size_t nx = 0, ny = 0;
        if ((size_t)__builtin_popcount(chosen) != n) continue;
        for (size_t i = 0; i < n + m; i++) *(chosen >> i & 1 ? &x[nx++] : &y[ny++]) = (double)i;
        for (size_t i = 0; i < nx / 2; i++) { /* their order in the sample means nothing */
          const double t = x[i];
          x[i] = x[nx - 1 - i], x[nx - 1 - i] = t;
        }
        const bf_rank_test t = bf_mann_whitney(x, n, y, m);
        near(t.u, u_of(x, n, y, m));
        assert_true(t.exact);
        near(t.p, brute(n, m, t.u));
      }
}

/* The largest sizes that are exact: two samples that do not overlap have p = 2 / (n + m over n). */
static void large(void **state) {
  double x[BF_EXACT_MOST + 1], y[BF_EXACT_MOST + 1], ways = 1;
  (void)state;
  for (int i = 0; i <= BF_EXACT_MOST; i++) x[i] = i, y[i] = 1000 + i;
  for (int i = 1; i <= BF_EXACT_MOST; i++) ways *= (double)(BF_EXACT_MOST + i) / i;
  bf_rank_test t = bf_mann_whitney(x, BF_EXACT_MOST, y, BF_EXACT_MOST);
  assert_true(t.exact && t.u <= 0);
  assert_true(fabs(t.p * ways / 2 - 1) < 1e-10);
  t = bf_mann_whitney(y, BF_EXACT_MOST, x, BF_EXACT_MOST); /* the other way round */
  near(t.u, BF_EXACT_MOST * BF_EXACT_MOST);
  assert_true(fabs(t.p * ways / 2 - 1) < 1e-10);
  t = bf_mann_whitney(x, BF_EXACT_MOST + 1, y, BF_EXACT_MOST);
  assert_false(t.exact);
  assert_true(t.p > 0 && t.p < 1e-15);
}

/* By hand: ranks 2 2 4 5.5 and 2 5.5 7; U = 13.5 - 10 = 3.5; ties 3^3 - 3 + 2^3 - 2 = 30; variance 12/12 (8 - 30/42). */
static void ties(void **state) {
  const double x[] = {1, 1, 2, 3}, y[] = {3, 1, 4}, same[] = {5, 5, 5};
  (void)state;
  bf_rank_test t = bf_mann_whitney(x, 4, y, 3);
  near(t.u, 3.5);
  assert_false(t.exact);
  near(t.p, erfc((8.5 - 6 - .5) / sqrt(8 - 30. / 42) / sqrt(2)));
  t = bf_mann_whitney(same, 3, same, 3);
  near(t.u, 4.5);
  near(t.p, 1);
  assert_true(isnan(bf_mann_whitney(x, 4, y, 0).p) && isnan(bf_mann_whitney(x, 0, y, 3).p));
}

/* "Never" is later than everything. */
static void infinite(void **state) {
  const double never = (double)INFINITY, x[] = {2, 3, never}, y[] = {never, never, 5}, x_[] = {2, 3, 99}, y_[] = {99, 99, 5};
  (void)state;
  bf_rank_test t = bf_mann_whitney(x, 3, y, 3), same = bf_mann_whitney(x_, 3, y_, 3);
  near(t.u, 2);
  near(t.p, same.p);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(quantiles), cmocka_unit_test(exact), cmocka_unit_test(large), cmocka_unit_test(ties),
                                     cmocka_unit_test(infinite)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
