/* table.betti: counting at scales, axes of gathered items, declined ones, nested tables, and what it refuses. */
#include "fake.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Three components, one of them essential, and a loop. */
static void write_diagram(const char *path, double threshold, uint32_t max_dim) {
  uint32_t dim[] = {0, 0, 0, 1};
  double birth[] = {0, 0, 0, 1}, death[] = {1, 2, INFINITY, 3};
  bf_diagram d = {.max_dim = max_dim, .modulus = 2, .convention = BF_DIAMETER, .threshold = threshold, .n = 4, .dim = dim, .birth = birth, .death = death};
  assert_int_equal(bf_diagram_write(&(bf_out){.path = path}, &d), BF_OK);
}

static bf_betti_table result(const fake *f) {
  bf_betti_table t;
  assert_int_equal(fake_outputs(f), 1);
  assert_int_equal(bf_betti_table_read(fake_output(f, 0)->path, 0, &t), BF_OK);
  remove(fake_output(f, 0)->path);
  return t;
}

static const char *at(const bf_betti_table *t, uint64_t row, const char *axis) {
  for (uint32_t a = 0; a < t->naxis; a++) {
    if (strcmp(t->axis[a], axis) == 0) return t->text[t->value[row * t->naxis + a]];
  }
  return "no such axis";
}

static void expect_row(const bf_betti_table *t, uint64_t row, double scale, uint32_t dim, int64_t betti) {
  assert_true(row < t->n);
  assert_true(t->scale[row] == scale);
  assert_int_equal(t->dim[row], dim);
  assert_int_equal(t->betti[row], betti);
}

static fake *begin(void) {
  write_diagram("d", INFINITY, 2);
  return fake_new(fake_plugin("table/betti"));
}

static void essential(void **state) {
  (void)state;
  fake *f = begin();
  fake_input(f, "diagrams", "d", NULL, 1, (const char *[]){"seed", "1", "layer", "0", NULL});
  assert_int_equal(fake_run(f, "table.betti"), BF_OK);
  bf_betti_table t = result(f);
  assert_int_equal(t.n, 3);
  assert_int_equal(t.nsweep, 1);
  for (uint32_t dim = 0; dim < 3; dim++) expect_row(&t, dim, INFINITY, dim, dim == 0);
  bf_betti_table_free(&t);
  fake_free(f);
}

static void at_scales(void **state) {
  (void)state;
  fake *f = begin();
  fake_set(f, "scale", "[0, 1, 2.5, 3, inf]");
  fake_input(f, "diagrams", "d", NULL, 0, NULL);
  assert_int_equal(fake_run(f, "table.betti"), BF_OK);
  bf_betti_table t = result(f);
  static const int64_t expected[5][3] = {{3, 0, 0}, {2, 1, 0}, {1, 1, 0}, {1, 0, 0}, {1, 0, 0}};
  static const double scale[] = {0, 1, 2.5, 3, INFINITY};
  assert_int_equal(t.n, 15);
  for (uint64_t i = 0; i < 15; i++) expect_row(&t, i, scale[i / 3], (uint32_t)(i % 3), expected[i / 3][i % 3]);
  bf_betti_table_free(&t);
  fake_free(f);
}

/* A diameter of 0.1f is reached at the scale 0.1, though as a double it is above. */
static void scales_as_floats(void **state) {
  (void)state;
  double birth[] = {0, 0, (double)0.1f}, death[] = {(double)0.1f, INFINITY, (double)0.7f};
  uint32_t dim[] = {0, 0, 1};
  bf_diagram d = {.max_dim = 1, .modulus = 2, .convention = BF_DIAMETER, .threshold = INFINITY, .n = 3, .dim = dim, .birth = birth, .death = death};
  assert_int_equal(bf_diagram_write(&(bf_out){.path = "floats"}, &d), BF_OK);
  fake *f = fake_new(fake_plugin("table/betti"));
  fake_set(f, "scale", "[0.09, 0.1, 0.7, 1e300]");
  fake_input(f, "diagrams", "floats", NULL, 0, NULL);
  assert_int_equal(fake_run(f, "table.betti"), BF_OK);
  bf_betti_table t = result(f);
  static const int64_t expected[4][2] = {{2, 0}, {1, 1}, {1, 0}, {1, 0}};
  for (uint64_t i = 0; i < 8; i++) assert_int_equal(t.betti[i], expected[i / 2][i % 2]);
  bf_betti_table_free(&t);
  fake_free(f);
}

/* A diagram that was cut at 0.7 has the threshold 0.7f, which is less; at 0.7 its numbers are known, above they are not. */
static void threshold_as_float(void **state) {
  (void)state;
  double birth[] = {0, 0}, death[] = {(double)0.7f, INFINITY};
  uint32_t dim[] = {0, 0};
  bf_diagram d = {.modulus = 2, .convention = BF_DIAMETER, .threshold = (double)0.7f, .n = 2, .dim = dim, .birth = birth, .death = death};
  assert_int_equal(bf_diagram_write(&(bf_out){.path = "floats"}, &d), BF_OK);
  static const char *const scale[] = {"[0.7]", "[0.7000001]"};
  for (int above = 0; above < 2; above++) {
    fake *f = fake_new(fake_plugin("table/betti"));
    fake_set(f, "scale", scale[above]);
    fake_input(f, "diagrams", "floats", NULL, 0, NULL);
    if (fake_run(f, "table.betti") != (above ? BF_INVALID : BF_OK)) fail_msg("%s: '%s'", scale[above], fake_error(f));
    if (!above) {
      bf_betti_table t = result(f);
      assert_int_equal(t.n, 1);
      assert_int_equal(t.betti[0], 1);
      bf_betti_table_free(&t);
    }
    fake_free(f);
  }
}

/* Axes: sweep variables first, in order of appearance; "" where an item has no such axis; declined items without a row. */
static void axes(void **state) {
  (void)state;
  fake *f = begin();
  fake_input(f, "diagrams", "d", NULL, 1, (const char *[]){"act", "relu", "layer", "0", "class", "1", NULL});
  fake_input(f, "diagrams", NULL, "accuracy 0.9", 2, (const char *[]){"act", "tanh", "seed", "2", NULL});
  fake_input(f, "diagrams", "d", NULL, 2, (const char *[]){"act", "tanh", "seed", "1", "layer", "1", NULL});
  assert_int_equal(fake_run(f, "table.betti"), BF_OK);
  bf_betti_table t = result(f);
  static const char *const names[] = {"act", "seed", "layer", "class"};
  assert_int_equal(t.naxis, 4);
  assert_int_equal(t.nsweep, 2);
  for (int i = 0; i < 4; i++) assert_string_equal(t.axis[i], names[i]);
  assert_int_equal(t.n, 6);
  assert_string_equal(at(&t, 0, "act"), "relu");
  assert_string_equal(at(&t, 0, "seed"), "");
  assert_string_equal(at(&t, 0, "class"), "1");
  assert_string_equal(at(&t, 5, "seed"), "1");
  assert_string_equal(at(&t, 5, "class"), "");
  assert_int_equal(t.ndeclined, 1);
  assert_string_equal(t.text[t.declined[0]], "tanh");
  assert_string_equal(t.text[t.declined[1]], "2");
  assert_string_equal(t.text[t.declined[2]], "");
  assert_string_equal(t.text[t.reason[0]], "accuracy 0.9");
  bf_betti_table_free(&t);
  fake_free(f);
}

/* Tables one below the other: labels join the rows' own axes. */
static void nested(void **state) {
  (void)state;
  fake *f = begin();
  fake_input(f, "diagrams", "d", NULL, 1, (const char *[]){"seed", "1", "layer", "0", NULL});
  fake_input(f, "diagrams", NULL, "no", 1, (const char *[]){"seed", "2", NULL});
  assert_int_equal(fake_run(f, "table.betti"), BF_OK);
  assert_int_equal(rename(fake_output(f, 0)->path, "inner"), 0);
  fake_free(f);
  f = begin();
  fake_input(f, "tables", "inner", NULL, 1, (const char *[]){"k", "14", NULL});
  fake_input(f, "tables", "inner", NULL, 2, (const char *[]){"k", "20", "seed", "1", NULL});
  assert_int_equal(fake_run(f, "table.betti"), BF_BAD_INPUT); /* the declined seed 2 can't be seed 1 */
  assert_non_null(strstr(fake_error(f), "two values for seed"));
  fake_free(f);
  f = begin();
  fake_input(f, "tables", "inner", NULL, 1, (const char *[]){"k", "14", NULL});
  fake_input(f, "tables", "inner", NULL, 1, (const char *[]){"k", "20", NULL});
  assert_int_equal(fake_run(f, "table.betti"), BF_OK);
  bf_betti_table t = result(f);
  assert_int_equal(t.n, 6);
  assert_int_equal(t.nsweep, 2);
  assert_string_equal(t.axis[0], "seed");
  assert_string_equal(t.axis[1], "k");
  assert_string_equal(at(&t, 3, "k"), "20");
  assert_string_equal(at(&t, 3, "seed"), "1");
  assert_int_equal(t.ndeclined, 2);
  bf_betti_table_free(&t);
  fake_free(f);
}

/* Many texts, so that the table of texts grows: all stay distinct and in place. */
static void many_texts(void **state) {
  (void)state;
  static char value[60][16];
  fake *f = begin();
  for (int i = 0; i < 60; i++) {
    snprintf(value[i], sizeof value[i], "item %d", i);
    fake_input(f, "diagrams", "d", NULL, 0, (const char *[]){"layer", value[i], NULL});
  }
  assert_int_equal(fake_run(f, "table.betti"), BF_OK);
  bf_betti_table t = result(f);
  assert_int_equal(t.ntext, 61);
  for (uint64_t i = 0; i < t.n; i++) assert_string_equal(at(&t, i, "layer"), value[i / 3]);
  bf_betti_table_free(&t);
  fake_free(f);
}

static void refuse(bool diagrams, bool tables, const char *scale, double threshold, const char *message) {
  fake *f = begin();
  write_diagram("cut", threshold, 1);
  if (diagrams) fake_input(f, "diagrams", "cut", NULL, 0, NULL);
  if (tables) fake_input(f, "tables", "inner", NULL, 0, NULL);
  if (scale) fake_set(f, "scale", scale);
  assert_int_equal(fake_run(f, "table.betti"), BF_INVALID);
  if (!strstr(fake_error(f), message)) fail_msg("'%s' is not in '%s'", message, fake_error(f));
  fake_free(f);
}

static void refused(void **state) {
  (void)state;
  refuse(false, false, NULL, INFINITY, "needs an input");
  refuse(true, true, NULL, INFINITY, "not both");
  refuse(false, true, "[1]", INFINITY, "scale");
  refuse(true, false, "[1, 2, 1]", INFINITY, "twice");
  refuse(true, false, "[1, 4]", 3.5, "threshold");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(essential), cmocka_unit_test(at_scales), cmocka_unit_test(scales_as_floats), cmocka_unit_test(threshold_as_float),
      cmocka_unit_test(axes),      cmocka_unit_test(nested),    cmocka_unit_test(many_texts),       cmocka_unit_test(refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
