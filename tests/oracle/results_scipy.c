/* The rank test and the quantiles agree with SciPy and NumPy on random samples: of reals, of few values with many ties, of values of which some are infinite.
 */
#include "cli/statistics.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { SAMPLES = 600, MOST = 70 };

static double draw(uint64_t *state, int kind) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  const double x = (double)(*state >> 11) * 0x1p-53;
  if (kind == 0) return x;
  if (kind == 1) return floor(x * 8);
  return x > .7 ? (double)INFINITY : floor(x * 1000);
}

static void write_sample(FILE *f, const double *x, size_t n) {
  fprintf(f, "[");
  for (size_t i = 0; i < n; i++)
    if (isinf(x[i]))
      fprintf(f, "%s\"inf\"", i ? "," : "");
    else
      fprintf(f, "%s%.17g", i ? "," : "", x[i]);
  fprintf(f, "]");
}

static void agree(void **state) {
  uint64_t random = 42;
  FILE *f = fopen("samples.json", "w");
  (void)state;
  assert_non_null(f);
  for (int s = 0; s < SAMPLES; s++) {
    double x[MOST], y[MOST];
    const size_t n = 1 + (size_t)(draw(&random, 0) * (s % 3 ? 12 : MOST)), m = 1 + (size_t)(draw(&random, 0) * (s % 3 ? 12 : MOST));
    for (size_t i = 0; i < n; i++) x[i] = draw(&random, s % 4 % 3);
    for (size_t i = 0; i < m; i++) y[i] = draw(&random, s % 4 % 3) + (s % 2 && !(s % 4 % 3) ? .3 : 0);
    const bf_rank_test t = bf_mann_whitney(x, n, y, m);
    fprintf(f, "{\"u\": %.17g, \"p\": %.17g, \"exact\": %d, \"x\": ", t.u, t.p, t.exact);
    write_sample(f, x, n);
    fprintf(f, ", \"y\": ");
    write_sample(f, y, m);
    bf_sort_reals(x, n);
    const double q[] = {bf_quantile(x, n, .25), bf_quantile(x, n, .5), bf_quantile(x, n, .75), bf_mean(x, n)};
    fprintf(f, ", \"q\": ");
    write_sample(f, q, 4);
    fprintf(f, "}\n");
  }
  assert_int_equal(fclose(f), 0);
  char command[1024];
  snprintf(command, sizeof command, "/usr/bin/python3 '%s/tests/oracle/results_scipy.py' samples.json", getenv("BF_SOURCE"));
  const int ended = system(command);
  if (WIFEXITED(ended) && (WEXITSTATUS(ended) == 77 || WEXITSTATUS(ended) == 127)) exit(77);
  assert_int_equal(ended, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(agree)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
