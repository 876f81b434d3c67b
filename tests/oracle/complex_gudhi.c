/* Witness complexes of random points against GUDHI's EuclideanWitnessComplex and EuclideanStrongWitnessComplex: the same simplices and the same values, to the
 * bit.
 *
 *   test_complex_gudhi [COUNT [SEED]]    of each kind, 300 by default
 *
 * complex_gudhi.py compares. It reads, per case, kind, limit_dimension, points, landmarks, coordinates, simplices (uint32), alpha_square (float64), the two
 * clouds (float32), and per simplex a count, as many numbers of landmarks (uint32) and a value (float64).
 */
#include "witness_case.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <cmocka.h>

static uint64_t ncase = 300, seed = 1;
static bool is_missing; /* GUDHI */

static void write_case(const witness_case *c, const bf_filtration *f, FILE *to) {
  const uint32_t head[6] = {c->options.kind, c->options.limit_dimension, (uint32_t)c->points.n, (uint32_t)c->landmarks.n, c->points.dim, (uint32_t)f->n};
  fwrite(head, sizeof head, 1, to);
  fwrite(&c->options.alpha_square, sizeof(double), 1, to);
  fwrite(c->points.x, sizeof(float), c->points.n * c->points.dim, to);
  fwrite(c->landmarks.x, sizeof(float), c->landmarks.n * c->landmarks.dim, to);
  for (uint64_t s = 0; s < f->n; s++) {
    const uint32_t n = (uint32_t)(f->first[s + 1] - f->first[s]);
    fwrite(&n, sizeof n, 1, to);
    fwrite(f->vertex + f->first[s], sizeof *f->vertex, n, to);
    fwrite(&f->value[s], sizeof *f->value, 1, to);
  }
}

static void random_cases(void **state) {
  char command[1024];
  uint64_t nonempty = 0;
  (void)state;
  FILE *to = fopen("cases", "wb");
  assert_non_null(to);
  for (uint64_t i = 0; i < 2 * ncase; i++) {
    const bool large = i % 8 == 0; /* GUDHI's strong complexes take exponential time */
    witness_case c = large ? witness_case_random(seed, i, 200, 40) : witness_case_random(seed, i, 60, 9);
    c.options.kind = (bf_witness_kind)(i % 2);
    if (large) c.options.limit_dimension %= 4;
    if (large && c.options.alpha_square > .5) c.options.alpha_square = .5;
    for (uint32_t l = 0; l < c.landmarks.n; l++) c.landmarks.id[l] = l;
    bf_filtration f = witness_case_build(&c);
    write_case(&c, &f, to);
    nonempty += f.n > 0;
    bf_filtration_free(&f);
    witness_case_free(&c);
  }
  assert_int_equal(fclose(to), 0);
  assert_in_range(nonempty, ncase, 2 * ncase);
  snprintf(command, sizeof command, "/usr/bin/python3 '%s/tests/oracle/complex_gudhi.py' cases", getenv("BF_SOURCE"));
  const int status = system(command);
  assert_true(WIFEXITED(status));
  is_missing = WEXITSTATUS(status) == 77;
  if (!is_missing) assert_int_equal(WEXITSTATUS(status), 0);
}

int main(int argc, char **argv) {
  if (argc > 1) ncase = strtoull(argv[1], NULL, 10);
  if (argc > 2) seed = strtoull(argv[2], NULL, 10);
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_cases)};
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (is_missing) puts("Debian's package python3-gudhi is not installed");
  return failed ? 1 : is_missing ? 77 : 0;
}
