/* The number scanner against strtof: every text that both take gives the same float, bit by bit. */
#include "ripser/scan.h"
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

static void same_as_strtof(const char *text) {
  float got = -1, expected = strtof(text, NULL);
  scan s = {.name = "test", .at = text, .end = text + strlen(text), .line_begin = text, .line = 1};
  bf_status status = scan_float(&s, false, &got);
  if (isinf(expected)) {
    assert_int_equal(status, BF_BAD_INPUT);
    return;
  }
  assert_int_equal(status, BF_OK);
  assert_ptr_equal(s.at, s.end);
  if (got != expected || signbit(got) != signbit(expected)) fail_msg("'%s' is %.9g, strtof says %.9g", text, (double)got, (double)expected);
}

static void fixed(void **state) {
  static const char *const texts[] = {"0",
                                      "-0",
                                      "+1",
                                      "1.",
                                      ".5",
                                      "00012",
                                      "1e5",
                                      "1E+05",
                                      "1e-5",
                                      "16777216",
                                      "16777217",
                                      "16777219",
                                      "4294967296",
                                      "0.1",
                                      "0.30000000000000004",
                                      "123456789012345678901234567890",
                                      "0.000000000000000000000000000000000000000000001",
                                      "1e-45",
                                      "1e-46",
                                      "7e-46",
                                      "1.17549435e-38",
                                      "1.17549429e-38",
                                      "3.4028234e38",
                                      "3.4028235e38",
                                      "3.4028236e38",
                                      "18446744073709551616",   /* 2^64 */
                                      "36893488147419103232.0", /* 2^65 */
                                      "0.000018446744073709551616",
                                      "1e39",
                                      "1e999999999999",
                                      "1e-999999999999",
                                      "0e999999999999",
                                      "1.00000005960464477539062500",
                                      "1.00000005960464477539062501",
                                      "1.00000005960464477539062499",
                                      "8388608.5",
                                      "8388609.5",
                                      "9007199791611905",
                                      "9007199254740993e-10"};
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) same_as_strtof(texts[i]);
}

/* More zeros than a number of any sense has, taken back by the exponent. */
static void long_fractions(void **state) {
  static const int zeros[] = {990, 998, 999, 1000, 1001, 1010, 3000, 150000};
  static char text[160000];
  (void)state;
  for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
    for (int off = -12; off <= 12; off += 6) {
      snprintf(text, sizeof text, "0.%0*d1e%d", zeros[i], 0, zeros[i] + off);
      same_as_strtof(text);
    }
  }
}

static void random_texts(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 200000; i++) {
    char text[80];
    uint32_t word[4];
    float x;
    bf_random_words(5, i, word);
    memcpy(&x, &word[0], sizeof x);
    if (!isfinite(x)) continue;
    double halfway = ((double)x + (double)nextafterf(x, INFINITY)) / 2; /* the hardest to round */
    int digits = (int)(word[1] % 25) + 1;
    if (word[2] % 3 == 0)
      snprintf(text, sizeof text, "%.*e", digits, (double)x);
    else if (word[2] % 3 == 1)
      snprintf(text, sizeof text, "%.*g", digits, halfway);
    else
      snprintf(text, sizeof text, "%u.%0*u", word[0] % 100000, digits % 9 + 1, word[3] % 1000);
    same_as_strtof(text);
  }
}

/* Whole numbers, which have a quick way, with what may stand behind them and what may not: the value, and where the scan goes on. */
static void whole_numbers(void **state) {
  static const struct {
    const char *text;
    int skipped; /* up to the next number, or the line's end; -1: wrong behind a vertex; -2: behind a distance too */
  } behind[] = {{" 7", 1}, {"  7", 2}, {",7", 1}, {" ,7", 2},   {" , 7", 2},  {"\t7", 1},  {"\r\n", 1}, {"\n", 0},  {" \n", 1}, {"", 0},
                {" ", 1},  {" -7", 1}, {" x", 1}, {".5 7", -1}, {"e1\n", -1}, {".\n", -1}, {"x", -2},   {"-7", -2}, {"'\n", -2}};
  (void)state;
  for (uint64_t i = 0; i < 100000; i++) {
    char text[40] = "";
    uint32_t word[4], index = 0;
    float distance = -1;
    bf_random_words(6, i, word);
    size_t n = 1 + word[0] % 11, k = word[1] % (sizeof behind / sizeof *behind);
    for (size_t d = 0; d < n; d++) text[d] = (char)('0' + (d == 0 && word[3] % 4 ? 1 + word[2] % 4 : word[2] >> (2 * d)) % 10);
    const unsigned long long value = strtoull(text, NULL, 10);
    memcpy(text + n, behind[k].text, strlen(behind[k].text) + 1);
    scan s = {.name = "test", .at = text, .end = text + strlen(text), .line_begin = text, .line = 1};
    assert_int_equal(scan_index(&s, &index), behind[k].skipped >= 0 && value < UINT32_MAX ? BF_OK : BF_BAD_INPUT);
    if (behind[k].skipped >= 0 && value < UINT32_MAX) {
      assert_int_equal(index, value);
      assert_int_equal(s.at - text, n + (size_t)behind[k].skipped);
    }
    s.at = text;
    assert_int_equal(scan_distance(&s, false, &distance), behind[k].skipped > -2 ? BF_OK : BF_BAD_INPUT);
    if (behind[k].skipped > -2 && distance != strtof(text, NULL)) fail_msg("'%s' is %.9g", text, (double)distance);
    if (behind[k].skipped >= 0) assert_int_equal(s.at - text, n + (size_t)behind[k].skipped);
  }
}

static void refused(void **state) {
  static const char *const texts[] = {"", "-", "+", ".", "e5", "1e", "1e+", "1.5x", "x", "0x10", "nan", "NAN", "-nan", "inf", "1..2", "--1", "1,,2", "1-2"};
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    float x;
    scan s = {.name = "test", .at = texts[i], .end = texts[i] + strlen(texts[i]), .line_begin = texts[i], .line = 1};
    bf_status status = scan_float(&s, false, &x);
    if (status == BF_OK && s.at != s.end) status = scan_float(&s, false, &x); /* "1,,2": the second number is missing */
    if (status != BF_BAD_INPUT) fail_msg("'%s' was taken for a number", texts[i]);
    assert_non_null(strstr(bf_error(), "test:1:"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(fixed), cmocka_unit_test(long_fractions), cmocka_unit_test(random_texts), cmocka_unit_test(whole_numbers),
                                     cmocka_unit_test(refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
