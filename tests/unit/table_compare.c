/* table.compare: hand-made sides that agree, differ, lack items or dimensions, what is told below, and what is refused; and table.stable's numbers as a side.
 */
#include "fake.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LABEL(...) ((const char *[]){__VA_ARGS__, NULL})

static fake *begin(void) { return fake_new(fake_plugin("table/compare")); }

typedef struct given {
  const char *layer; /* NULL: no axis */
  double scale;
  uint32_t dim;
  int64_t betti;
} given;

/* A Betti table with the item axis `layer`; with `lost`, that layer was declined, "" being an item without a layer. */
static void write_table(const char *path, const given *x, uint64_t n, const char *lost, const char *why) {
  char *axis[] = {(char *)"layer"}, *text[40] = {(char *)""};
  uint32_t value[32] = {0}, dim[32], declined[] = {0}, reason[] = {0};
  double scale[32];
  int64_t betti[32];
  bf_betti_table t = {.naxis = x[0].layer || lost, .axis = axis, .ntext = 1, .text = text, .n = n, .value = value, .scale = scale, .dim = dim, .betti = betti};
  assert_true(n <= 32);
  for (uint64_t i = 0; i <= n; i++) { /* the last round is the declined item's */
    const char *layer = i < n ? x[i].layer : lost;
    uint32_t at = 0;
    if (!layer) continue;
    while (at < t.ntext && strcmp(text[at], layer) != 0) at++;
    if (at == t.ntext) text[t.ntext++] = (char *)(uintptr_t)layer;
    *(i < n ? &value[i] : declined) = at;
  }
  for (uint64_t i = 0; i < n; i++) scale[i] = x[i].scale, dim[i] = x[i].dim, betti[i] = x[i].betti;
  if (lost) {
    reason[0] = t.ntext;
    text[t.ntext++] = (char *)(uintptr_t)why;
    t.ndeclined = 1;
    t.declined = declined;
    t.reason = reason;
  }
  if (bf_betti_table_write(&(bf_out){.path = path}, &t) != BF_OK) fail_msg("%s", bf_error());
}
#define LOST(path, lost, why, ...) write_table(path, (const given[]){__VA_ARGS__}, sizeof((const given[]){__VA_ARGS__}) / sizeof(given), lost, why)
#define TABLE(path, ...) LOST(path, NULL, NULL, __VA_ARGS__)

static bf_table result(const fake *f) {
  bf_table t;
  assert_int_equal(fake_outputs(f), 1);
  assert_int_equal(bf_table_read(fake_output(f, 0)->path, 0, &t), BF_OK);
  return t;
}

/* The table of two files without labels. */
static bf_table sides(const char *first, const char *second, const char *names) {
  fake *f = begin();
  if (names) fake_set(f, "names", names);
  fake_input(f, "first", first, NULL, 0, NULL);
  fake_input(f, "second", second, NULL, 0, NULL);
  if (fake_run(f, "table.compare") != BF_OK) fail_msg("%s", fake_error(f));
  bf_table t = result(f);
  fake_free(f);
  return t;
}

static void expect_columns(const bf_table *t, const char *const *name) {
  uint32_t n = 0;
  for (; name[n]; n++) {
    assert_true(n < t->ncolumn);
    assert_string_equal(t->column[n].name, name[n]);
  }
  assert_int_equal(t->ncolumn, n);
}

/* A row as text: "3 9 0 8 0 no", with - for empty cells. */
static void expect_row(const bf_table *t, uint64_t row, const char *wanted) {
  char got[256] = "";
  size_t n = 0;
  assert_true(row < t->n);
  for (uint32_t k = 0; k < t->ncolumn; k++) {
    const bf_column *c = &t->column[k];
    const char *between = k ? " " : "";
    if (c->type == BF_COLUMN_TEXT)
      n += (size_t)snprintf(got + n, sizeof got - n, "%s%s", between, c->text[row] && *c->text[row] ? c->text[row] : "-");
    else if (c->integer[row] == BF_NO_INTEGER)
      n += (size_t)snprintf(got + n, sizeof got - n, "%s-", between);
    else
      n += (size_t)snprintf(got + n, sizeof got - n, "%s%lld", between, (long long)c->integer[row]);
  }
  assert_string_equal(got, wanted);
}

static void expect_notes(const bf_table *t, const char *const *note) {
  uint64_t n = 0;
  for (; note[n]; n++) {
    assert_true(n < t->nnote);
    assert_string_equal(t->note[n], note[n]);
  }
  assert_int_equal(t->nnote, n);
}

/* Items in other orders, at other scales; what agrees in one dimension only. */
static void two(void **state) {
  (void)state;
  TABLE("a", {"0", 2, 0, 9}, {"0", 2, 1, 0}, {"1", 2, 0, 9}, {"1", 2, 1, 4}, {"2", 2, 1, 0}, {"2", 2, 0, 1});
  TABLE("b", {"2", 0.5, 0, 1}, {"2", 0.5, 1, 0}, {"1", 0, 0, 9}, {"1", 0, 1, 5}, {"0", -INFINITY, 0, 9}, {"0", -INFINITY, 1, 0});
  bf_table t = sides("a", "b", NULL);
  assert_string_equal(t.caption, "Betti numbers of first and second");
  expect_columns(&t, LABEL("layer", "first_0", "first_1", "second_0", "second_1", "agree"));
  assert_int_equal(t.n, 3);
  expect_row(&t, 0, "0 9 0 9 0 yes");
  expect_row(&t, 1, "1 9 4 9 5 no");
  expect_row(&t, 2, "2 1 0 1 0 yes");
  expect_notes(&t, LABEL("first and second agree in 2 of 3 items; by dimension, dimension 0: 3 of 3, dimension 1: 2 of 3"));
  bf_table_free(&t);
  t = sides("b", "a", "witness ,  knn-2");
  expect_columns(&t, LABEL("layer", "witness_0", "witness_1", "knn-2_0", "knn-2_1", "agree"));
  expect_row(&t, 1, "1 9 5 9 4 no");
  bf_table_free(&t);
}

/* Many small tables with labels, as `gather` hands them, beside one that has all. */
static void gathered(void **state) {
  (void)state;
  TABLE("a", {NULL, 2, 0, 3});
  TABLE("b", {"0", 1, 0, 3}, {"1", 1, 0, 4});
  fake *f = begin();
  fake_input(f, "first", "a", NULL, 1, LABEL("seed", "1", "layer", "0"));
  fake_input(f, "first", "a", NULL, 1, LABEL("seed", "1", "layer", "1"));
  fake_input(f, "first", NULL, "not trained", 1, LABEL("seed", "2"));
  fake_input(f, "second", "b", NULL, 1, LABEL("seed", "1"));
  fake_input(f, "second", NULL, "not trained", 1, LABEL("seed", "2"));
  if (fake_run(f, "table.compare") != BF_OK) fail_msg("%s", fake_error(f));
  bf_table t = result(f);
  expect_columns(&t, LABEL("seed", "layer", "first_0", "second_0", "agree"));
  assert_int_equal(t.n, 2);
  expect_row(&t, 0, "1 0 3 3 yes");
  expect_row(&t, 1, "1 1 3 4 no");
  expect_notes(&t, LABEL("first and second agree in 1 of 2 items; by dimension, dimension 0: 1 of 2", "seed=2 – not trained"));
  bf_table_free(&t);
  fake_free(f);
}

/* Items of one side only, with a reason or without; declined ones of one side that the other one lacks too. */
static void missing(void **state) {
  (void)state;
  LOST("a", "2", "too large", {"0", 2, 0, 9}, {"1", 2, 0, 9});
  LOST("b", "7", "no points", {"1", 1, 0, 9}, {"2", 1, 0, 5}, {"3", 1, 0, 4});
  bf_table t = sides("a", "b", "knn, witness");
  assert_int_equal(t.n, 4);
  expect_row(&t, 0, "0 9 - -");
  expect_row(&t, 1, "1 9 9 yes");
  expect_row(&t, 2, "2 - 5 -");
  expect_row(&t, 3, "3 - 4 -");
  expect_notes(&t, LABEL("knn and witness agree in 1 of 1 item; by dimension, dimension 0: 1 of 1", "layer=0 – witness: has no such item",
                         "layer=2 – knn: too large", "layer=3 – knn: has no such item", "layer=7 – witness: no points"));
  bf_table_free(&t);
  LOST("a", "", "all lost", {"0", 2, 0, 9}); /* declined before there were layers: stands for all that is not there */
  TABLE("b", {"0", 1, 0, 8}, {"1", 1, 0, 9});
  t = sides("a", "b", NULL);
  expect_notes(&t, LABEL("first and second agree in 0 of 1 item; by dimension, dimension 0: 0 of 1", "layer=1 – first: all lost"));
  bf_table_free(&t);
  given many[15];
  for (int i = 0; i < 15; i++) many[i] = (given){(const char *[]){"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14"}[i], 1, 0, 1};
  write_table("b", many, 15, NULL, NULL);
  TABLE("a", {"0", 1, 0, 1});
  t = sides("a", "b", NULL);
  assert_int_equal(t.n, 15);
  assert_int_equal(t.nnote, 12);
  assert_string_equal(t.note[11], "… and 4 more");
  bf_table_free(&t);
}

/* Labels of declined items with all axes, some, or such that no row has. */
static void partly(void **state) {
  (void)state;
  TABLE("a", {"0", 2, 0, 9}, {"1", 2, 0, 9}, {"2", 2, 0, 9}, {"3", 2, 0, 9}, {"4", 2, 0, 9});
  TABLE("b", {"0", 1, 0, 9});
  static const char *const seed[] = {"1", "2", "3", "4", "5", "6"};
  fake *f = begin();
  for (int i = 0; i < 6; i++) fake_input(f, "first", "a", NULL, 1, LABEL("seed", seed[i]));
  fake_input(f, "first", NULL, "never", 1, LABEL("seed", "9", "layer", "9"));
  fake_input(f, "first", NULL, "one", 0, LABEL("layer", "7"));
  fake_input(f, "second", "b", NULL, 1, LABEL("seed", "1"));
  fake_input(f, "second", NULL, "no layer", 0, LABEL("layer", "3"));
  fake_input(f, "second", NULL, "gone", 1, LABEL("seed", "2"));
  fake_input(f, "second", NULL, "too late", 1, LABEL("seed", "2", "layer", "3"));
  fake_input(f, "second", NULL, "never", 1, LABEL("seed", "9", "layer", "9")); /* by both */
  fake_input(f, "second", NULL, "other", 0, LABEL("layer", "7"));
  fake_input(f, "second", NULL, "there", 1, LABEL("seed", "1", "layer", "0")); /* of an item that it has */
  if (fake_run(f, "table.compare") != BF_OK) fail_msg("%s", fake_error(f));
  bf_table t = result(f);
  expect_notes(&t, LABEL("first and second agree in 1 of 1 item; by dimension, dimension 0: 1 of 1", "seed=1 layer=1 – second: has no such item",
                         "seed=1 layer=2 – second: has no such item", "seed=1 layer=3 – second: no layer", "seed=1 layer=4 – second: has no such item",
                         "seed=2 layer=0 – second: gone", "seed=2 layer=1 – second: gone", "seed=2 layer=2 – second: gone", "seed=2 layer=3 – second: no layer",
                         "seed=2 layer=4 – second: gone", "seed=3 layer=0 – second: has no such item", "… and 23 more"));
  bf_table_free(&t);
  fake_free(f);
}

/* A dimension that one side does not tell is no difference; none in common is no agreement. A side may be without rows. */
static void dimensions(void **state) {
  (void)state;
  TABLE("a", {"0", 2, 0, 9}, {"0", 2, 1, 1}, {"1", 2, 1, 0});
  TABLE("b", {"0", 1, 0, 9}, {"0", 1, 1, 1}, {"0", 1, 2, 7}, {"1", 1, 0, 3});
  bf_table t = sides("a", "b", NULL);
  expect_row(&t, 0, "0 9 1 - 9 1 7 yes");
  expect_row(&t, 1, "1 - 0 - 3 - - no");
  expect_notes(&t, LABEL("first and second agree in 1 of 2 items; by dimension, dimension 0: 1 of 1, dimension 1: 1 of 1, dimension 2: 0 of 0"));
  bf_table_free(&t);
  TABLE("agree", {NULL, 1, 0, 3});
  fake *f = begin();
  fake_input(f, "first", "agree", NULL, 1, LABEL("agree", "x", "a_0", "y"));
  fake_input(f, "second", NULL, "no", 0, NULL);
  fake_set(f, "names", "a, b");
  if (fake_run(f, "table.compare") != BF_OK) fail_msg("%s", fake_error(f));
  t = result(f);
  expect_columns(&t, LABEL("agree", "a_0", "betti_a_0", "b_0", "compare_agree"));
  expect_row(&t, 0, "x y 3 - -");
  expect_notes(&t, LABEL("a and b agree in 0 of 0 items; by dimension, dimension 0: 0 of 0", "agree=x a_0=y – b: no"));
  bf_table_free(&t);
  fake_free(f);
}

static void refuse(bf_status wanted, const char *first, const char *second, const char *names, const char *message) {
  fake *f = begin();
  if (names) fake_set(f, "names", names);
  fake_input(f, "first", first, NULL, 0, NULL);
  fake_input(f, "second", second, NULL, 0, NULL);
  const bf_status status = fake_run(f, "table.compare");
  if (status != wanted || !strstr(fake_error(f), message)) fail_msg("status %d, '%s', not '%s'", (int)status, fake_error(f), message);
  fake_free(f);
}

static void refused(void **state) {
  (void)state;
  TABLE("a", {"0", 2, 0, 9});
  TABLE("scales", {"0", 2, 0, 9}, {"0", 3, 1, 9});
  TABLE("twice", {"0", 2, 0, 9}, {"0", 2, 0, 8});
  TABLE("bare", {NULL, 2, 0, 9});
  refuse(BF_INVALID, "a", "scales", NULL, "second: the item 'layer=0' has several scales, 2 and 3");
  refuse(BF_INVALID, "scales", "a", "knn, witness", "knn: the item");
  refuse(BF_BAD_INPUT, "a", "twice", NULL, "second: the item 'layer=0' has two different Betti numbers of dimension 0");
  refuse(BF_INVALID, "a", "bare", "knn, witness", "knn has the axis 'layer', and witness has not");
  refuse(BF_INVALID, "bare", "a", NULL, "second has the axis 'layer', and first has not");
  static const char *const bad[] = {"", "knn", "knn,", ",knn", "a, b, c", "a b, c", "a, b;", "a, 12345678901234567890123456789012"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) refuse(BF_INVALID, "a", "a", bad[i], "names: two names with a comma");
  refuse(BF_INVALID, "a", "a", "knn,knn", "both sides are called 'knn'");
}

/* What table.stable hands on: its vectors at the beginning of their stretch, along a variable at their own scale, and what it could not tell. */
static void stable(void **state) {
  (void)state;
  bf_diagram d = {.max_dim = 1, .modulus = 2, .convention = BF_DIAMETER, .threshold = 9, .n = 3};
  d.dim = (uint32_t[]){0, 0, 1};
  d.birth = (double[]){0, 0, 3};
  d.death = (double[]){2, INFINITY, INFINITY};
  assert_int_equal(bf_diagram_write(&(bf_out){.path = "d"}, &d), BF_OK);
  d.threshold = 1;
  d.n = 1;
  d.death = (double[]){INFINITY};
  assert_int_equal(bf_diagram_write(&(bf_out){.path = "cut"}, &d), BF_OK);
  fake *f = fake_new(fake_plugin("table/stable"));
  fake_set(f, "from", "2");
  fake_input(f, "diagrams", NULL, "gone", 1, LABEL("k", "5", "layer", "0"));
  fake_input(f, "diagrams", "d", NULL, 1, LABEL("k", "5", "layer", "1"));
  fake_input(f, "diagrams", "cut", NULL, 1, LABEL("k", "6", "layer", "1"));
  if (fake_run(f, "table.stable") != BF_OK) fail_msg("%s", fake_error(f));
  bf_betti_table t;
  assert_int_equal(bf_betti_table_read(fake_output(f, 2)->path, 0, &t), BF_OK);
  assert_int_equal(t.naxis, 2);
  assert_int_equal(t.nsweep, 1);
  assert_string_equal(t.axis[0], "k");
  assert_int_equal(t.n, 2);
  assert_string_equal(t.text[t.value[1]], "1");
  for (uint32_t k = 0; k < 2; k++) {
    assert_int_equal(t.dim[k], k);
    assert_int_equal(t.betti[k], 1);
    assert_true(t.scale[k] == 3);
  }
  assert_int_equal(t.ndeclined, 2);
  assert_string_equal(t.text[t.reason[0]], "no Betti numbers are known in the range of the parameter");
  assert_string_equal(t.text[t.declined[0]], "6");
  assert_string_equal(t.text[t.reason[1]], "gone");
  bf_betti_table_free(&t);
  fake_free(f);
  TABLE("a", {"0", 2, 0, 9}, {"1", 2, 0, 9}, {"0", 3, 0, 8}, {"1", 3, 0, 7});
  f = fake_new(fake_plugin("table/stable"));
  fake_set(f, "along", "layer");
  fake_input(f, "tables", "a", NULL, 1, LABEL("seed", "1"));
  fake_input(f, "tables", NULL, "gone", 1, LABEL("seed", "2"));
  if (fake_run(f, "table.stable") != BF_OK) fail_msg("%s", fake_error(f));
  assert_int_equal(bf_betti_table_read(fake_output(f, 2)->path, 0, &t), BF_OK);
  assert_int_equal(t.naxis, 1);
  assert_string_equal(t.axis[0], "seed");
  assert_int_equal(t.n, 2);
  assert_true(t.scale[0] == 2 && t.scale[1] == 3);
  assert_int_equal(t.betti[0], 9);
  assert_int_equal(t.betti[1], 8);
  assert_int_equal(t.ndeclined, 1);
  assert_string_equal(t.text[t.declined[0]], "2");
  bf_betti_table_free(&t);
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two),        cmocka_unit_test(gathered), cmocka_unit_test(missing), cmocka_unit_test(partly),
      cmocka_unit_test(dimensions), cmocka_unit_test(refused),  cmocka_unit_test(stable),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
