/* --where: reading conditions, numbers and texts compared, lists, hostile texts. */
#include "cli/conditions.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool holds(const char *text, const char *value) {
  bf_condition c;
  if (bf_condition_parse(text, &c) != BF_OK) fail_msg("%s: %s", text, bf_error());
  const bool is = bf_condition_holds(&c, value);
  bf_condition_free(&c);
  return is;
}

static void numbers(void **state) {
  (void)state;
  assert_true(holds("k=14", "14") && holds("k=14", "14.0") && holds("k=1.4e1", "14") && holds("k == 14", "14"));
  assert_false(holds("k=14", "140") || holds("k=14", "1") || holds("k!=14", "14.0"));
  assert_true(holds("k<10", "9") && holds("k>=10", "10") && holds("k>9", "10") && holds("k<=10", "-3"));
  assert_false(holds("k<10", "10") || holds("k>10", "10"));
  assert_true(holds("scale=inf", "inf") && holds("scale>2", "inf") && !holds("scale<1e300", "inf"));
}

static void texts(void **state) {
  (void)state;
  assert_true(holds("a=relu", "relu") && holds(" a = relu ", "relu") && holds("a!=tanh", "relu"));
  assert_false(holds("a=relu", "Relu") || holds("a=relu", NULL) || holds("a=relu", ""));
  assert_true(holds("a=", NULL) && holds("a!=x", NULL));
  assert_true(holds("a<b", "a") && holds("a>=14", "relu")); /* not both numbers: as texts */
  assert_false(holds("a=nan", "0") || holds("a=0x10", "16"));
  assert_true(holds("a=nan", "nan"));
}

static void lists(void **state) {
  (void)state;
  assert_true(holds("k=10,14", "14") && holds("k=10, 14", "14.0") && !holds("k=10,14", "12"));
  assert_true(holds("k!=10,14", "12") && !holds("k!=10,14", "10"));
  assert_true(holds("h=[15, 15]", "[15, 15]") && !holds("h=[15, 15]", "15"));
  assert_true(holds("a=tanh,leaky_relu(slope=0.2, x=1)", "leaky_relu(slope=0.2, x=1)"));
  assert_true(holds("a=x,y", "x,y")); /* a value with a comma, as it stands */
}

static void split(void **state) {
  static const char *const wanted[] = {"relu", "f(a, [1,2])", "", "[15, 15]", ") x"};
  size_t n;
  char **part = bf_split_values("relu, f(a, [1,2]) ,,[15, 15], ) x", &n);
  (void)state;
  assert_int_equal(n, 5);
  for (size_t i = 0; i < n; i++) {
    assert_string_equal(part[i], wanted[i]);
    free(part[i]);
  }
  free(part);
}

static void bad(void **state) {
  static const char *const texts[] = {"", "k", "=14", " = 3", "k!14", "!=", "k~3"};
  bf_condition c;
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    assert_int_equal(bf_condition_parse(texts[i], &c), BF_USAGE);
    assert_non_null(strstr(bf_error(), "--where takes"));
  }
}

static void bad_lists(void **state) {
  static const char *const texts[] = {"k<8,14", "k<=8,14", "k>8,14", "k>=a,b", "k=8,,14", "k=,8", "k!=8,", "k=,"};
  bf_condition c;
  (void)state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    assert_int_equal(bf_condition_parse(texts[i], &c), BF_USAGE);
    assert_non_null(strstr(bf_error(), texts[i]));
  }
  assert_true(holds("a<f(1, 2)", "a") && holds("k=", ""));
}

/* Whatever is written there is only compared. */
static void hostile(void **state) {
  static const char *const values[] = {"'; DROP TABLE run; --", "\" OR 1=1", "%s%n", "a=b<c", "\xff\xfe", "1e999999", "((((((", ")))"};
  (void)state;
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    char text[64];
    snprintf(text, sizeof text, "v=%s", values[i]);
    assert_true(holds(text, values[i]));
    assert_false(holds(text, "7"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(numbers), cmocka_unit_test(texts),     cmocka_unit_test(lists),  cmocka_unit_test(split),
                                     cmocka_unit_test(bad),     cmocka_unit_test(bad_lists), cmocka_unit_test(hostile)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
