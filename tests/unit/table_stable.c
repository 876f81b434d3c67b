/* table.stable: known stretches of diagrams and of rows, the range, the measure, labels, and what it refuses. */
#include "fake.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LABEL(...) ((const char *[]){__VA_ARGS__, NULL})
static const double none = (double)NAN;

static fake *begin(void) { return fake_new(fake_plugin("table/stable")); }

typedef struct interval {
  uint32_t dim;
  double birth, death;
} interval;

/* Intervals in order (dim, birth, death). */
static void write_diagram(const char *path, uint32_t max_dim, double threshold, const interval *x, uint64_t n) {
  bf_diagram d = {.max_dim = max_dim, .modulus = 2, .convention = BF_SQUARED_RADIUS, .threshold = threshold, .n = n};
  d.dim = calloc(n + 1, sizeof *d.dim);
  d.birth = calloc(n + 1, sizeof *d.birth);
  d.death = calloc(n + 1, sizeof *d.death);
  assert_true(d.dim && d.birth && d.death);
  for (uint64_t i = 0; i < n; i++) d.dim[i] = x[i].dim, d.birth[i] = x[i].birth, d.death[i] = x[i].death;
  if (bf_diagram_write(&(bf_out){.path = path}, &d) != BF_OK) fail_msg("%s", bf_error());
  bf_diagram_free(&d);
}
#define DIAGRAM(path, max_dim, threshold, ...)                                                                                                                 \
  write_diagram(path, max_dim, threshold, (const interval[]){__VA_ARGS__}, sizeof((const interval[]){__VA_ARGS__}) / sizeof(interval))

static bf_table result(const fake *f, size_t output) {
  bf_table t;
  assert_int_equal(fake_outputs(f), 3);
  assert_int_equal(bf_table_read(fake_output(f, output)->path, 0, &t), BF_OK);
  return t;
}

static const bf_column *column(const bf_table *t, const char *name) {
  for (uint32_t i = 0; i < t->ncolumn; i++)
    if (!strcmp(t->column[i].name, name)) return &t->column[i];
  fail_msg("no column '%s'", name);
  return NULL;
}

static void expect_real(double got, double wanted, const char *what) {
  if (!(got == wanted || (isnan(got) && isnan(wanted)))) fail_msg("%s: %.17g, not %.17g", what, got, wanted);
}

static void expect_stretch(const bf_table *t, uint64_t row, double from, double to, double length) {
  assert_true(row < t->n);
  expect_real(column(t, "from")->real[row], from, "from");
  expect_real(column(t, "to")->real[row], to, "to");
  if (length >= 0 || isnan(length)) expect_real(column(t, "length")->real[row], length, "length");
}

/* The one row of a stage's table: two or three Betti numbers (-1: there is no such column). */
static void expect_betti(const bf_table *t, uint64_t row, int64_t b0, int64_t b1, int64_t b2) {
  assert_int_equal(column(t, "betti_0")->integer[row], b0);
  if (b1 >= 0) assert_int_equal(column(t, "betti_1")->integer[row], b1);
  if (b2 >= 0) assert_int_equal(column(t, "betti_2")->integer[row], b2);
}

/* Runs on the file "d" alone with two settings, and looks at the row. */
static void one(const char *from, const char *to, const char *measure, int64_t b0, int64_t b1, double at, double end, double length) {
  fake *f = begin();
  if (from) fake_set(f, "from", from);
  if (to) fake_set(f, "to", to);
  if (measure) fake_set(f, "measure", measure);
  fake_input(f, "diagrams", "d", NULL, 0, NULL);
  if (fake_run(f, "table.stable") != BF_OK) fail_msg("%s", fake_error(f));
  bf_table t = result(f, 0);
  assert_int_equal(t.n, 1);
  expect_betti(&t, 0, b0, b1, -1);
  expect_stretch(&t, 0, at, end, length);
  bf_table_free(&t);
  fake_free(f);
}

/* Nine spheres by witnesses: a few values of noise, then (9,0,9) up to where the complex was cut. */
static void spheres(void **state) {
  (void)state;
  interval x[64];
  uint64_t n = 0;
  for (int i = 0; i < 20; i++) x[n++] = (interval){0, 0, 0.001 * (i + 1)};
  for (int i = 0; i < 9; i++) x[n++] = (interval){0, 0, INFINITY};
  for (int i = 0; i < 5; i++) x[n++] = (interval){1, 0.01 + 0.001 * i, 0.03 + 0.002 * i};
  for (int i = 0; i < 9; i++) x[n++] = (interval){2, 0.02 + 0.0025 * i, INFINITY};
  write_diagram("d", 2, 0.1, x, n);
  fake *f = begin();
  fake_input(f, "diagrams", "d", NULL, 1, LABEL("landmarks", "500", "class", "0"));
  fake_input(f, "diagrams", NULL, "no", 1, LABEL("landmarks", "200"));
  assert_int_equal(fake_run(f, "table.stable"), BF_OK);
  bf_table t = result(f, 0), dims = result(f, 1);
  assert_string_equal(t.caption, "Longest stretch of squared_radius on which the Betti numbers stay the same");
  static const char *const names[] = {"landmarks", "class", "betti_0", "betti_1", "betti_2", "from", "to", "length"};
  assert_int_equal(t.ncolumn, 8);
  for (int i = 0; i < 8; i++) assert_string_equal(t.column[i].name, names[i]);
  assert_int_equal(t.n, 1);
  assert_string_equal(t.column[0].text[0], "500");
  expect_betti(&t, 0, 9, 0, 9);
  expect_stretch(&t, 0, 0.02 + 0.0025 * 8, 0.1, 0.1 - (0.02 + 0.0025 * 8));
  assert_int_equal(t.nnote, 1);
  assert_string_equal(t.note[0], "landmarks=200 – no");
  assert_int_equal(dims.n, 3);
  static const int64_t wanted[] = {9, 0, 9};
  const double from[] = {0.001 * 20, 0.03 + 0.002 * 4, 0.02 + 0.0025 * 8};
  for (int k = 0; k < 3; k++) {
    assert_int_equal(column(&dims, "dim")->integer[k], k);
    assert_int_equal(column(&dims, "betti")->integer[k], wanted[k]);
    expect_stretch(&dims, (uint64_t)k, from[k], 0.1, -1);
  }
  bf_table_free(&t);
  bf_table_free(&dims);
  fake_free(f);
}

/* Rips: the stretch in which each point is alone is the longest; `from`, or lengths by ratio, leave it out. */
static void beginnings(void **state) {
  (void)state;
  DIAGRAM("d", 1, INFINITY, {0, 0, 5}, {0, 0, 5}, {0, 0, INFINITY}, {1, 6, 7}, {1, 8, 11});
  one(NULL, NULL, NULL, 3, 0, 0, 5, 5);
  one("5", NULL, NULL, 1, 1, 8, 11, 3);
  one("5", "11", NULL, 1, 1, 8, 11, 3);
  one("5", "100", NULL, 1, 0, 11, 100, 89);
  one("9", "10", NULL, 1, 1, 9, 10, 1);
  one(NULL, "4", NULL, 3, 0, 0, 4, 4);
  one(NULL, NULL, "log", 1, 1, 8, 11, -1);
  one("1", NULL, "log", 3, 0, 1, 5, -1);
  DIAGRAM("d", 1, 9, {0, 0, INFINITY}, {1, 1, 3}); /* log: [3, 9] is as 3, [1, 3) too: the first of equals, or by rounding the other */
  fake *f = begin();
  fake_set(f, "measure", "log");
  fake_input(f, "diagrams", "d", NULL, 0, NULL);
  assert_int_equal(fake_run(f, "table.stable"), BF_OK);
  bf_table t = result(f, 0);
  assert_true(fabs(column(&t, "length")->real[0] - 1.0986122886681098) < 1e-15);
  bf_table_free(&t);
  fake_free(f);
}

/* Equal lengths: the first. Births and deaths that cancel change nothing. One dimension may stay while the other changes. */
static void ties(void **state) {
  (void)state;
  DIAGRAM("d", 1, 4, {0, 0, 2}, {0, 0, INFINITY});
  one(NULL, NULL, NULL, 2, 0, 0, 2, 2);
  DIAGRAM("d", 1, 4, {0, 0, 1}, {0, 1, 2}, {0, 2, 3});
  one(NULL, NULL, NULL, 1, 0, 0, 3, 3);
  DIAGRAM("d", 1, 10, {0, 0, INFINITY}, {1, 1, 2}, {1, 2, 3}, {1, 6, 7});
  one(NULL, NULL, NULL, 1, 0, 3, 6, 3);
  fake *f = begin();
  fake_input(f, "diagrams", "d", NULL, 0, NULL);
  assert_int_equal(fake_run(f, "table.stable"), BF_OK);
  bf_table t = result(f, 1);
  expect_stretch(&t, 0, 0, 10, 10);
  expect_stretch(&t, 1, 3, 6, 3);
  bf_table_free(&t);
  fake_free(f);
}

/* Where there is no stretch of some length. */
static void nothing(void **state) {
  (void)state;
  DIAGRAM("d", 1, INFINITY, {0, 0, INFINITY}, {0, 0, INFINITY}); /* nothing changes after the only value */
  one(NULL, NULL, NULL, 2, 0, 0, 0, 0);
  one("3", NULL, NULL, 2, 0, 3, 3, 0);
  one(NULL, "3", NULL, 2, 0, 0, 3, 3);
  one(NULL, NULL, "log", 2, 0, 0, 0, 0);
  DIAGRAM("d", 1, INFINITY, {0, -INFINITY, INFINITY}); /* no value at all */
  one(NULL, NULL, NULL, 1, 0, none, none, none);
  write_diagram("d", 1, 2, NULL, 0);
  one(NULL, NULL, NULL, 0, 0, none, 2, none);
  one("1", NULL, NULL, 0, 0, 1, 2, 1);
  write_diagram("d", 1, INFINITY, NULL, 0);
  one(NULL, NULL, NULL, 0, 0, none, none, none);
  DIAGRAM("d", 0, INFINITY, {0, -INFINITY, 1}, {0, 3, 4}); /* what came before the first value has no length */
  one(NULL, NULL, NULL, 0, -1, 1, 3, 2);
  one(NULL, "0.5", NULL, 1, -1, 0.5, 0.5, 0); /* the range ends before the first value */
  DIAGRAM("d", 0, 2, {0, 0, INFINITY});       /* cut before the range */
  one("2.5", NULL, NULL, BF_NO_INTEGER, -1, none, none, none);
}

/* A threshold of 0.7 is 0.7f, which is less, one of 0.1 is 0.1f, which is more: `from` and `to` that are given as the same number mean it. */
static void threshold_as_float(void **state) {
  (void)state;
  const double low = (double)0.1f, high = (double)0.7f;
  DIAGRAM("d", 0, high, {0, 0, 0.5}, {0, 0, high}, {0, 0, INFINITY});
  one("0.7", NULL, NULL, 1, -1, high, high, 0);
  one(NULL, "0.7", NULL, 3, -1, 0, 0.5, 0.5);
  one("0.6", "0.7", NULL, 2, -1, 0.6, high, high - 0.6);
  one("0.7000001", NULL, NULL, BF_NO_INTEGER, -1, none, none, none);
  DIAGRAM("d", 0, low, {0, 0, 0.0625}, {0, 0, low}, {0, 0, INFINITY});
  one("0.1", NULL, NULL, 1, -1, low, low, 0);
  one("0.0625", "0.1", NULL, 2, -1, 0.0625, low, low - 0.0625);
}

/* ---- rows ---- */

typedef struct given {
  const char *k;
  double scale;
  int64_t betti[2];
} given;

/* A Betti table with the axes k (a sweep variable) and layer; two rows for each that is given. */
static void write_table(const char *path, const given *x, uint64_t n, const char *layer) {
  char *axis[] = {(char *)"k", (char *)"layer"}, *text[40] = {(char *)"", (char *)(uintptr_t)layer, (char *)"too hard"};
  uint32_t value[80], dim[40], declined[] = {0, 1}, reason[] = {2};
  double scale[40];
  int64_t betti[40];
  bf_betti_table t = {.naxis = 2, .nsweep = 1, .axis = axis, .ntext = 3, .text = text, .n = 2 * n, .value = value, .scale = scale, .dim = dim, .betti = betti};
  assert_true(n < 20);
  for (uint64_t i = 0; i < 2 * n; i++) {
    uint32_t at = 3;
    while (at < t.ntext && strcmp(text[at], x[i / 2].k) != 0) at++;
    if (at == t.ntext) text[t.ntext++] = (char *)(uintptr_t)x[i / 2].k;
    value[2 * i] = at;
    value[2 * i + 1] = 1;
    scale[i] = x[i / 2].scale;
    dim[i] = (uint32_t)(i % 2);
    betti[i] = x[i / 2].betti[i % 2];
  }
  t.ndeclined = 1;
  t.declined = declined;
  t.reason = reason;
  if (bf_betti_table_write(&(bf_out){.path = path}, &t) != BF_OK) fail_msg("%s", bf_error());
}
#define TABLE(path, layer, ...) write_table(path, (const given[]){__VA_ARGS__}, sizeof((const given[]){__VA_ARGS__}) / sizeof(given), layer)

/* Scales are the parameter, of each combination of the axes; rows in any order; essential classes are no value of it. */
static void by_scale(void **state) {
  (void)state;
  TABLE("t", "3", {"a", 4, {2, 1}}, {"a", 1, {9, 0}}, {"a", 2, {9, 0}}, {"a", 3, {9, 0}}, {"a", INFINITY, {1, 0}}, {"b", 1, {5, 5}}, {"b", INFINITY, {1, 0}});
  fake *f = begin();
  fake_input(f, "tables", "t", NULL, 1, LABEL("seed", "1"));
  if (fake_run(f, "table.stable") != BF_OK) fail_msg("%s", fake_error(f));
  bf_table t = result(f, 0), dims = result(f, 1);
  assert_string_equal(t.caption, "Longest stretch of scale on which the Betti numbers stay the same");
  assert_int_equal(t.n, 2);
  assert_string_equal(column(&t, "seed")->text[1], "1");
  assert_string_equal(column(&t, "layer")->text[1], "3");
  assert_string_equal(column(&t, "k")->text[1], "b");
  expect_betti(&t, 0, 9, 0, -1);
  expect_stretch(&t, 0, 1, 3, 2);
  assert_int_equal(column(&t, "values")->integer[0], 3);
  expect_betti(&t, 1, 5, 5, -1);
  expect_stretch(&t, 1, 1, 1, 0);
  assert_int_equal(dims.n, 4);
  assert_int_equal(column(&dims, "betti")->integer[2], 5);
  assert_int_equal(t.nnote, 1);
  assert_string_equal(t.note[0], "seed=1 layer=3 – too hard");
  bf_table_free(&t);
  bf_table_free(&dims);
  fake_free(f);
}

/* A sweep variable is the parameter: numbers in any order, and by value, not as text; by ratio another run is the longest. */
static void along(void **state) {
  (void)state;
  TABLE("t", "0", {"100", INFINITY, {3, 1}}, {"9", INFINITY, {4, 1}}, {"2", INFINITY, {4, 1}}, {"1000", INFINITY, {3, 1}}, {"10.5", INFINITY, {4, 0}},
        {"200", INFINITY, {3, 1}});
  for (int log = 0; log < 2; log++) {
    fake *f = begin();
    fake_set(f, "along", "k");
    fake_set(f, "to", log ? "400" : "inf");
    if (log) fake_set(f, "measure", "log");
    fake_input(f, "tables", "t", NULL, 0, NULL);
    if (fake_run(f, "table.stable") != BF_OK) fail_msg("%s", fake_error(f));
    bf_table t = result(f, 0), dims = result(f, 1);
    assert_int_equal(t.n, 1);
    assert_string_equal(t.column[0].name, "layer");
    assert_string_equal(column(&t, "scale")->text[0], "inf");
    expect_betti(&t, 0, log ? 4 : 3, 1, -1);
    expect_stretch(&t, 0, log ? 2 : 100, log ? 9 : 1000, log ? -1 : 900);
    assert_int_equal(column(&dims, "betti")->integer[0], log ? 4 : 3);
    if (log) expect_stretch(&dims, 0, 2, 10.5, -1);
    bf_table_free(&t);
    bf_table_free(&dims);
    fake_free(f);
  }
}

/* By ratio, a scale of 0 is no beginning: all would be infinitely longer. */
static void from_zero(void **state) {
  (void)state;
  TABLE("t", "0", {"a", 0, {9, 0}}, {"a", 1, {9, 0}}, {"a", 2, {3, 0}}, {"a", 3, {3, 0}});
  fake *f = begin();
  fake_set(f, "measure", "log");
  fake_input(f, "tables", "t", NULL, 0, NULL);
  assert_int_equal(fake_run(f, "table.stable"), BF_OK);
  bf_table t = result(f, 0);
  expect_betti(&t, 0, 3, 0, -1);
  expect_stretch(&t, 0, 2, 3, -1);
  bf_table_free(&t);
  fake_free(f);
}

/* Two tables of one item; dimensions that a table does not tell; an axis with the name of a column. */
static void several(void **state) {
  (void)state;
  TABLE("t", "0", {"1", 1, {3, 1}});
  TABLE("u", "0", {"2", 1, {3, 1}});
  fake *f = begin();
  fake_set(f, "along", "k");
  fake_input(f, "tables", "t", NULL, 0, LABEL("length", "x"));
  fake_input(f, "tables", "u", NULL, 0, LABEL("length", "x"));
  assert_int_equal(fake_run(f, "table.stable"), BF_OK);
  bf_table t = result(f, 0);
  assert_int_equal(t.n, 1);
  assert_string_equal(column(&t, "length")->text[0], "x");
  expect_real(column(&t, "stable_length")->real[0], 1, "stable_length");
  bf_table_free(&t);
  fake_free(f);
  DIAGRAM("d", 0, 2, {0, 0, INFINITY});
  DIAGRAM("e", 1, 2, {0, 0, INFINITY});
  f = begin();
  fake_input(f, "diagrams", "d", NULL, 0, LABEL("layer", "0"));
  fake_input(f, "diagrams", "e", NULL, 0, LABEL("layer", "1"));
  assert_int_equal(fake_run(f, "table.stable"), BF_OK);
  t = result(f, 0);
  assert_int_equal(column(&t, "betti_1")->integer[0], BF_NO_INTEGER);
  assert_int_equal(column(&t, "betti_1")->integer[1], 0);
  bf_table_free(&t);
  fake_free(f);
}

/* ---- refused ---- */

static void refuse(bf_status wanted, const char *diagram, const char *table, const char *const *set, const char *message) {
  fake *f = begin();
  if (diagram) fake_input(f, "diagrams", diagram, NULL, 0, NULL);
  if (table) fake_input(f, "tables", table, NULL, 0, NULL);
  for (; set[0]; set += 2) fake_set(f, set[0], set[1]);
  const bf_status status = fake_run(f, "table.stable");
  if (status != wanted || !strstr(fake_error(f), message)) fail_msg("status %d, '%s', not '%s'", (int)status, fake_error(f), message);
  fake_free(f);
}

static void refused(void **state) {
  (void)state;
  DIAGRAM("d", 1, 9, {0, 0, INFINITY});
  DIAGRAM("high", 65, 9, {0, 0, INFINITY});
  TABLE("t", "0", {"1", INFINITY, {3, 1}}, {"2", INFINITY, {3, 1}});
  TABLE("twice", "0", {"1", 1, {3, 1}}, {"1", 1, {3, 2}});
  TABLE("words", "0", {"1", 1, {3, 1}}, {"many", 1, {3, 2}});
  refuse(BF_INVALID, NULL, NULL, LABEL(NULL), "needs an input");
  refuse(BF_INVALID, "d", "t", LABEL(NULL), "not both");
  refuse(BF_INVALID, "d", NULL, LABEL("along", "k"), "along");
  refuse(BF_INVALID, "d", NULL, LABEL("from", "2", "to", "2"), "from: 2 is not below");
  refuse(BF_INVALID, "d", NULL, LABEL("from", "0", "measure", "log"), "above 0");
  refuse(BF_INVALID, "d", NULL, LABEL("from", "-inf"), "'from' is -inf, which is out of its range (-inf, inf)");
  refuse(BF_INVALID, "d", NULL, LABEL("from", "inf"), "'from' is inf, which is out of its range (-inf, inf)");
  refuse(BF_INVALID, "d", NULL, LABEL("to", "-inf"), "'to' is -inf, which is out of its range (-inf, inf]");
  refuse(BF_BAD_INPUT, "high", NULL, LABEL(NULL), "high: a diagram up to dimension 65");
  refuse(BF_INVALID, NULL, "t", LABEL(NULL), "`along: k`");
  refuse(BF_INVALID, NULL, "t", LABEL("along", "K"), "no axis 'K'; it can be k, layer, scale");
  refuse(BF_BAD_INPUT, NULL, "twice", LABEL(NULL), "dimension 1, 1 and 2");
  refuse(BF_INVALID, NULL, "words", LABEL("along", "k"), "has many there");
  TABLE("hex", "0", {"1", 1, {3, 1}}, {"0x10", 1, {3, 2}});
  TABLE("blank", "0", {"1", 1, {3, 1}}, {" 2", 1, {3, 2}});
  refuse(BF_INVALID, NULL, "hex", LABEL("along", "k"), "has 0x10 there");
  refuse(BF_INVALID, NULL, "blank", LABEL("along", "k"), "has  2 there");
  fake *f = begin();
  fake_memory(f, 1279); /* enough to read the diagram, not to sort it */
  interval x[40];
  for (int i = 0; i < 40; i++) x[i] = (interval){0, i, INFINITY};
  write_diagram("d", 0, INFINITY, x, 40);
  fake_input(f, "diagrams", "d", NULL, 0, NULL);
  assert_int_equal(fake_run(f, "table.stable"), BF_NO_MEMORY);
  if (!strstr(fake_error(f), "40 intervals, in dimensions 0 to 0: their births and deaths need 0.00122 MiB")) fail_msg("%s", fake_error(f));
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spheres),  cmocka_unit_test(beginnings), cmocka_unit_test(ties),      cmocka_unit_test(nothing), cmocka_unit_test(threshold_as_float),
      cmocka_unit_test(by_scale), cmocka_unit_test(along),      cmocka_unit_test(from_zero), cmocka_unit_test(several), cmocka_unit_test(refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
