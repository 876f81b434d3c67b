/* bf_reduce_barcode against GUDHI's SimplexTree on random filtrations that need not be flag (homology_reduce_gudhi.py). Skipped where it is not installed. */
#include "explicit.h"
#include "reduce/reduce.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { CASES = 500 };

static const uint32_t primes[] = {2, 3, 11};

static explicit_case case_number(uint64_t i) { return explicit_random(4, i, i % 2 ? 6 : EXPLICIT_VERTICES, false); }

static void write_cases(void) {
  FILE *out = fopen("cases", "wb");
  assert_non_null(out);
  for (uint64_t i = 0; i < CASES; i++) {
    explicit_case c = case_number(i);
    for (uint32_t v = 0; v < EXPLICIT_VERTICES; v++) c.id[v] = v; /* GUDHI's are signed */
    bf_filtration f = explicit_filtration(&c, EXPLICIT_IN_ORDER, 0);
    fwrite(&c.n, 4, 1, out);
    fwrite(&primes[i % 3], 4, 1, out);
    for (uint64_t s = 0; s < f.n; s++) {
      const uint32_t count = (uint32_t)(f.first[s + 1] - f.first[s]);
      fwrite(&count, 4, 1, out);
      fwrite(f.vertex + f.first[s], 4, count, out);
      fwrite(&f.value[s], 8, 1, out);
    }
    bf_filtration_free(&f);
  }
  assert_int_equal(fclose(out), 0);
}

static void same_intervals(void **state) {
  char command[1200];
  uint64_t above = 0;
  (void)state;
  write_cases();
  snprintf(command, sizeof command, "/usr/bin/python3 '%s/tests/oracle/homology_reduce_gudhi.py' cases answers", getenv("BF_SOURCE"));
  assert_int_equal(system(command), 0);
  FILE *in = fopen("answers", "rb");
  assert_non_null(in);
  for (uint64_t i = 0; i < CASES; i++) {
    const explicit_case c = case_number(i);
    bf_filtration f = explicit_filtration(&c, EXPLICIT_SHUFFLED, i);
    bf_diagram d;
    uint32_t n;
    assert_int_equal(bf_reduce_barcode(&f, &(bf_reduce_options){.max_dim = BF_REDUCE_SOUND, .modulus = primes[i % 3]}, &d), BF_OK);
    assert_int_equal(fread(&n, 4, 1, in), 1);
    if (n != d.n) fail_msg("case %llu: %llu intervals, GUDHI has %u", (unsigned long long)i, (unsigned long long)d.n, n);
    for (uint32_t k = 0; k < n; k++) {
      double row[3];
      assert_int_equal(fread(row, 8, 3, in), 3);
      if (row[0] != (double)d.dim[k] || row[1] != d.birth[k] || row[2] != d.death[k])
        fail_msg("case %llu: [%.17g, %.17g) in dimension %u, GUDHI has [%.17g, %.17g) in dimension %g", (unsigned long long)i, d.birth[k], d.death[k], d.dim[k],
                 row[1], row[2], row[0]);
      above += d.dim[k] > 0;
    }
    bf_diagram_free(&d);
    bf_filtration_free(&f);
  }
  assert_int_equal(fgetc(in), EOF);
  fclose(in);
  assert_true(above > CASES); /* the cases are not trivial */
}

int main(void) {
  if (system("/usr/bin/python3 -c 'import gudhi, numpy' 2> /dev/null") != 0) {
    puts("Debian's package python3-gudhi is not installed");
    return 77;
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(same_intervals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
