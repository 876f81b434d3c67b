/* Filtrations as text: what is read and refused, that export and import are inverse to one another to the bit, and its numbers against strtod. */
#include "artifact_samples.h"
#include "fake.h"

#include "../../plugins/format/real.h"

#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bf_status read_text(fake *f, const char *text) {
  fake_spill("in.filtration", text, strlen(text));
  remove("read");
  return fake_read(f, "format.filtration", "in.filtration", BF_FILTRATION, "read");
}

static bf_filtration must_read(fake *f, const char *text) {
  bf_filtration x;
  if (read_text(f, text) != BF_OK) fail_msg("%s", fake_error(f));
  assert_int_equal(bf_filtration_read("read", 0, &x), BF_OK);
  return x;
}

static char *written(fake *f, const char *artifact) {
  remove("out.filtration");
  if (fake_write(f, "format.filtration", artifact, BF_FILTRATION, "out.filtration") != BF_OK) fail_msg("%s", fake_error(f));
  return fake_slurp("out.filtration", NULL);
}

static void reads(void **state) {
  (void)state;
  fake *f = fake_new(fake_plugin("format/filtration"));
  bf_filtration x = must_read(f, "# a comment\n0.5 2 0\n\n 0\t4294967295\r\n  # another\n-inf 0\n-0 7 3 5 1 \n+1e2 2\ninf 9 8");
  const uint64_t first[] = {0, 2, 3, 4, 8, 9, 11};
  const uint32_t vertex[] = {0, 2, 4294967295, 0, 1, 3, 5, 7, 2, 8, 9};
  const double value[] = {0.5, 0, -INFINITY, -0.0, 100, INFINITY};
  assert_int_equal(x.n, 6);
  assert_memory_equal(x.first, first, sizeof first);
  assert_memory_equal(x.vertex, vertex, sizeof vertex);
  assert_memory_equal(x.value, value, sizeof value);
  assert_int_equal(x.convention, BF_VALUE);
  assert_true(x.threshold == INFINITY);
  assert_int_equal(x.limit_dimension, BF_NOT_CUT);
  bf_filtration_free(&x);
  char *text = written(f, "read");
  assert_string_equal(text, "# filtration(convention=value)\n0.5 0 2\n0 4294967295\n-inf 0\n-0 1 3 5 7\n100 2\ninf 8 9\n");
  free(text);
  fake_free(f);
}

/* By the first line, by parameters, and by both. */
static void cuts(void **state) {
  (void)state;
  static const char *const heads[] = {"", "# filtration(convention=squared_radius, threshold=0.25, limit_dimension=1)\n",
                                      "\xef\xbb\xbf# filtration(limit_dimension=1,threshold=0.25,  convention=squared_radius) \n",
                                      "# made by hand\n\n \t#filtration(convention=squared_radius, threshold=0.25, limit_dimension=1)\n",
                                      "#\n#\t  filtration(limit_dimension=1, threshold=0.25, convention=squared_radius)\r\n# no filtration(\n"};
  for (int h = 0; h < (int)(sizeof heads / sizeof *heads); h++)
    for (int given = h ? 0 : 1; given < 2; given++) {
      char text[256];
      fake *f = fake_new(fake_plugin("format/filtration"));
      if (given) fake_set(f, "convention", "squared_radius"), fake_set(f, "threshold", "0.25"), fake_set(f, "limit_dimension", "1");
      snprintf(text, sizeof text, "%s0 0\n0 1\n0.25 0 1\n", heads[h]);
      bf_filtration x = must_read(f, text);
      assert_int_equal(x.convention, BF_SQUARED_RADIUS);
      assert_true(x.threshold == 0.25);
      assert_int_equal(x.limit_dimension, 1);
      bf_filtration_free(&x);
      char *again = written(f, "read");
      assert_string_equal(again, "# filtration(convention=squared_radius, threshold=0.25, limit_dimension=1)\n0 0\n0 1\n0.25 0 1\n");
      free(again);
      fake_free(f);
    }
  fake *f = fake_new(fake_plugin("format/filtration"));
  bf_filtration x = must_read(f, "# filtration()\n"); /* nothing, but said to be a filtration */
  assert_int_equal(x.n, 0);
  assert_int_equal(x.convention, BF_VALUE);
  bf_filtration_free(&x);
  fake_free(f);
}

static void disagree(void **state) {
  (void)state;
  static const char *const given[][2] = {{"convention", "radius"}, {"threshold", "0.5"}, {"limit_dimension", "2"}};
  for (int i = 0; i < 3; i++) {
    char says[128];
    fake *f = fake_new(fake_plugin("format/filtration"));
    fake_set(f, given[i][0], given[i][1]);
    assert_int_equal(read_text(f, "# filtration(convention=diameter)\n0 0\n"), BF_BAD_INPUT);
    snprintf(says, sizeof says, "in.filtration:1: this line says something else than the parameter %s", given[i][0]);
    if (!strstr(fake_error(f), says)) fail_msg("%s", fake_error(f));
    fake_free(f);
  }
}

static void refuses(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"", "in.filtration: no simplices"},
      {"# only this\n\n", "in.filtration: no simplices"},
      {"0 0\n0.5\n", "in.filtration:2:4: vertices are missing"},
      {"0 0\n  0.5  \n", "in.filtration:2:8: vertices are missing"},
      {"0 0\n0.5 0 1 0\n", "in.filtration:2:9: '0' is there twice"},
      {"0 20 19 18 17 16 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 10 0\n", "in.filtration:1:54: '10' is there twice"},
      {"0 -1\n", "in.filtration:1:3: '-1' is not a vertex"},
      {"0 1 +2\n", "in.filtration:1:5: '+2' is not a vertex"},
      {"0 1.5\n", "'1.5' is not a vertex"},
      {"0 1 2x\n", "in.filtration:1:5: '2x' is not a vertex"},
      {"0 4294967296\n", "'4294967296' is not a vertex"},
      {"0 18446744073709551617\n", "'18446744073709551617' is not a vertex"},
      {"0 0,1\n", "'0,1' is not a vertex"},
      {"0 0 # no\n", "in.filtration:1:5: '#' is not a vertex"},
      {"zero 0\n", "in.filtration:1:1: 'zero' is not a number"},
      {"0 0\n 1.2.3 0 1\n", "in.filtration:2:2: '1.2.3' is not a number"},
      {"nan 0\n", "'nan' is not a number"},
      {"-nan 0\n", "'-nan' is not a number"},
      {"infinity 0\n", "'infinity' is not a number"},
      {"0x10 0\n", "'0x10' is not a number"},
      {"1e 0\n", "'1e' is not a number"},
      {"1e+ 0\n", "'1e+' is not a number"},
      {". 0\n", "'.' is not a number"},
      {"- 0\n", "'-' is not a number"},
      {"+-1 0\n", "'+-1' is not a number"},
      {"1d3 0\n", "'1d3' is not a number"},
      {"1e309 0\n", "in.filtration:1:1: '1e309' is beyond the range of a double"},
      {"-9e999999999999 0\n", "'-9e999999999999' is beyond the range"},
      {"0 0\n0 1\n\n1 0 1\n2 1 0\n", "in.filtration:5:1: the simplex 0 1 is given twice, before in line 4"},
      {"0 3\n0 3\n", "in.filtration:2:1: the simplex 3 is given twice, before in line 1"},
      {"# filtration(threshold=2)\n0 0\n3 0 1\n", "in.filtration:3:1: '3' is above the threshold"},
      {"# filtration(limit_dimension=1)\n0 0\n3 0 1 2\n", "in.filtration:3:3: a simplex of dimension 2, and"},
      {"# filtration(\n", "in.filtration:1:14: '' begins with none of convention="},
      {"# filtration(convention=metre)\n", "in.filtration:1:25: 'metre)' is no convention"},
      {"# filtration(convention=values)\n", "'values)' is no convention"},
      {"# filtration(convention=value\n", "in.filtration:1:30: ')' is missing"},
      {"# filtration(convention=value, convention=value)\n", "in.filtration:1:32: 'convention=value)' says this a second time"},
      {"# filtration(threshold=nan)\n", "in.filtration:1:24: 'nan)' is no threshold"},
      {"# filtration(threshold=1e999)\n", "is no threshold"},
      {"# filtration(limit_dimension=-1)\n", "in.filtration:1:30: '-1)' is no dimension"},
      {"# filtration(limit_dimension=4294967295)\n", "is no dimension"},
      {"# filtration(limit_dimension=)\n", "is no dimension"},
      {"# filtration(modulus=2)\n", "'modulus=2)' begins with none of"},
      {"# filtration(convention=value) 3\n", "in.filtration:1:30: ') 3' is not the end of the line"},
      {"#\n #filtration(convention=metre)\n", "in.filtration:2:25: 'metre)' is no convention"},
      {"#\n0 1\n\n# filtration(limit_dimension=0)\n",
       "in.filtration:4: '# filtration(…' says what the values are, and must stand before the first one, in line 2"},
      {"0 1\n#filtration(\n", "in.filtration:2: '# filtration(…'"},
      {"# filtration()\n# filtration()\n0 1\n", "in.filtration:2: line 1 says already"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fake *f = fake_new(fake_plugin("format/filtration"));
    assert_int_equal(read_text(f, rows[i][0]), BF_BAD_INPUT);
    if (!strstr(fake_error(f), rows[i][1])) fail_msg("row %zu: '%s' is not in '%s'", i, rows[i][1], fake_error(f));
    fake_free(f);
  }
  fake *f = fake_new(fake_plugin("format/filtration"));
  fake_spill("in.filtration", "0 0\n0\0 1\n", 9);
  assert_int_equal(fake_read(f, "format.filtration", "in.filtration", BF_FILTRATION, "read"), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "in.filtration:2:2: a zero byte"));
  fake_free(f);
}

/* A double by its bits; not NaN. */
static double any_double(uint64_t seed, uint64_t i) {
  uint32_t word[4];
  double x;
  do bf_random_words(seed, i, word), i += UINT64_C(1) << 40;
  while ((word[0] & 0x7ff00000) == 0x7ff00000 && ((word[0] & 0xfffff) || word[1]));
  uint64_t bits = (uint64_t)word[0] << 32 | word[1];
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* Random simplices, each once, with values of all sizes. */
static bf_filtration random_filtration(uint64_t seed) {
  const uint64_t n = bf_random_below(seed, 0, 300), most = 1 + bf_random_below(seed, 1, 6), all = UINT64_C(1) << 32;
  bf_filtration f = {.convention = (bf_convention)(1 + seed % 4), .threshold = INFINITY, .limit_dimension = seed % 3 ? BF_NOT_CUT : 40, .n = n};
  f.first = calloc(n + 1, sizeof *f.first);
  f.vertex = calloc(n * most + 1, sizeof *f.vertex);
  f.value = calloc(n + 1, sizeof *f.value);
  for (uint64_t s = 0; s < n; s++) {
    uint64_t k = 1 + bf_random_below(seed, 2 + s, most);
    f.first[s + 1] = f.first[s] + k;
    for (uint64_t i = 0; i < k; i++) f.vertex[f.first[s] + i] = (uint32_t)(i * (all / k) + bf_random_below(seed, 1000 + 10 * s + i, all / k));
    f.value[s] = s % 5 == 0 ? (double)bf_random_below(seed, s, 10) / 10 : any_double(seed, s);
  }
  if (seed % 2) {
    f.threshold = -INFINITY;
    for (uint64_t s = 0; s < n; s++) f.threshold = fmax(f.threshold, f.value[s]);
  }
  return f;
}

static void same_bytes(const char *a, const char *b) {
  size_t n, m;
  char *x = fake_slurp(a, &n), *y = fake_slurp(b, &m);
  assert_int_equal(n, m);
  assert_memory_equal(x, y, n);
  free(x);
  free(y);
}

static void round_trips(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 120; seed++) {
    fake *f = fake_new(fake_plugin("format/filtration"));
    bf_filtration x = random_filtration(seed);
    assert_int_equal(bf_filtration_write(&(bf_out){"original", NULL, 0}, &x), BF_OK);
    bf_filtration_free(&x);
    free(written(f, "original"));
    remove("again");
    if (fake_read(f, "format.filtration", "out.filtration", BF_FILTRATION, "again") != BF_OK) fail_msg("seed %d: %s", (int)seed, fake_error(f));
    same_bytes("original", "again");
    fake_free(f);
  }
  fake *f = fake_new(fake_plugin("format/filtration"));
  write_sample(BF_FILTRATION, "original");
  char *text = written(f, "original");
  bf_filtration a, b = must_read(f, text);
  assert_int_equal(bf_filtration_read("original", 0, &a), BF_OK);
  assert_int_equal(a.n, b.n);
  assert_int_equal(a.convention, b.convention);
  assert_int_equal(a.limit_dimension, b.limit_dimension);
  assert_true(a.threshold == b.threshold);
  assert_memory_equal(a.first, b.first, (a.n + 1) * sizeof *a.first);
  assert_memory_equal(a.vertex, b.vertex, a.first[a.n] * sizeof *a.vertex);
  assert_memory_equal(a.value, b.value, a.n * sizeof *a.value);
  free(text);
  bf_filtration_free(&a);
  bf_filtration_free(&b);
  fake_free(f);
}

static void check_number(const char *text) {
  double found = 4711, right = strtod(text, NULL);
  const char *end = real_parse(text, &found);
  if (!end || *end) fail_msg("'%s' is not read to its end", text);
  if (isinf(right) && !strstr(text, "inf"))
    assert_true(isnan(found));
  else if (found != right || signbit(found) != signbit(right))
    fail_msg("'%s' is read as %.17g, not %.17g", text, found, right);
}

static void numbers(void **state) {
  static const char *const some[] = {"0",
                                     "-0",
                                     "1e0",
                                     "00000000000000000000000000000000001",
                                     "0.000000000000000000000000000000000000001",
                                     "9007199254740993",
                                     "9007199254740993.0000000000000000000001",
                                     "2.2250738585072011e-308",
                                     "2.2250738585072014e-308",
                                     "4.9e-324",
                                     "2.4703282292062327e-324",
                                     "2.4703282292062328e-324",
                                     "1e-999999999",
                                     "0e999999999",
                                     "1.7976931348623157e308",
                                     "1.7976931348623159e308",
                                     "18446744073709551615",
                                     "18446744073709551616",
                                     "99999999999999999999e-20",
                                     "8.5e22",
                                     "1e23",
                                     "123456789012345678e-27",
                                     "inf",
                                     "-inf",
                                     "+inf",
                                     "5.",
                                     ".5E+01"};
  char text[64];
  (void)state;
  for (size_t i = 0; i < sizeof some / sizeof *some; i++) check_number(some[i]);
  static char far[150064] = "0."; /* exponents that only all digits make moderate */
  memset(far + 2, '0', 150000);
  snprintf(far + 150002, 62, "123e150001");
  check_number(far);
  memset(far, '7', 150000);
  snprintf(far + 150000, 64, "e-149990");
  check_number(far);
  for (uint64_t i = 0; i < 200000; i++) {
    double x = any_double(1, i), y = bf_random_uniform(2, i);
    snprintf(text, sizeof text, "%.*g", 1 + (int)(i % 21), x);
    check_number(text);
    snprintf(text, sizeof text, "%.*g", 15 + (int)(i % 3), y);
    check_number(text);
    snprintf(text, sizeof text, "%llu.%04llue%d", (unsigned long long)bf_random_below(3, i, UINT64_C(1) << 53),
             (unsigned long long)bf_random_below(4, i, 10000), (int)(i % 61) - 30);
    check_number(text);
  }
}

static void limits(void **state) {
  (void)state;
  fake *f = fake_new(fake_plugin("format/filtration"));
  FILE *many = fopen("many.filtration", "w");
  for (int i = 0; i < 50000; i++) fprintf(many, "%d %d %d\n", i, i, i + 1);
  fclose(many);
  fake_memory(f, 2000000);
  assert_int_equal(fake_read(f, "format.filtration", "many.filtration", BF_FILTRATION, "read"), BF_NO_MEMORY);
  assert_non_null(strstr(fake_error(f), "simplices than the task's memory holds"));
  fake_memory(f, 8000000);
  if (fake_read(f, "format.filtration", "many.filtration", BF_FILTRATION, "many") != BF_OK) fail_msg("%s", fake_error(f));
  many = fopen("wide.filtration", "w");
  fputs("0", many);
  for (int i = 0; i < 100000; i++) fprintf(many, " %d", 200000 - i);
  fclose(many);
  fake_memory(f, 300000);
  assert_int_equal(fake_read(f, "format.filtration", "wide.filtration", BF_FILTRATION, "read"), BF_NO_MEMORY);
  assert_non_null(strstr(fake_error(f), "vertices than the task's memory holds"));
  fake_memory(f, 0);
  if (fake_read(f, "format.filtration", "wide.filtration", BF_FILTRATION, "wide") != BF_OK) fail_msg("%s", fake_error(f));
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads),       cmocka_unit_test(cuts),    cmocka_unit_test(disagree), cmocka_unit_test(refuses),
                                     cmocka_unit_test(round_trips), cmocka_unit_test(numbers), cmocka_unit_test(limits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
