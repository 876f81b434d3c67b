/* diagram.compare: rows and notes, what is equal, what only one diagram has, and what it refuses. */
#include "fake.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct interval {
  uint32_t dim;
  double birth, death;
} interval;

static bf_diagram head = {.max_dim = 1, .modulus = 2, .convention = BF_DIAMETER, .threshold = INFINITY};

static void write_diagram(const char *path, bf_diagram d, const interval *x, uint64_t n) {
  d.n = n;
  d.dim = calloc(n + 1, sizeof *d.dim);
  d.birth = calloc(n + 1, sizeof *d.birth);
  d.death = calloc(n + 1, sizeof *d.death);
  assert_true(d.dim && d.birth && d.death);
  for (uint64_t i = 0; i < n; i++) d.dim[i] = x[i].dim, d.birth[i] = x[i].birth, d.death[i] = x[i].death;
  if (bf_diagram_write(&(bf_out){.path = path}, &d) != BF_OK) fail_msg("%s", bf_error());
  bf_diagram_free(&d);
}
#define DIAGRAM(path, head, ...) write_diagram(path, head, (const interval[]){__VA_ARGS__}, sizeof((const interval[]){__VA_ARGS__}) / sizeof(interval))

static fake *begin(void) {
  fake *f = fake_new(fake_plugin("diagram/compare"));
  fake_input(f, "a", "a", NULL, 0, NULL);
  fake_input(f, "b", "b", NULL, 0, NULL);
  return f;
}

static bf_table compare(void) {
  fake *f = begin();
  bf_table t;
  if (fake_run(f, "diagram.compare") != BF_OK) fail_msg("%s", fake_error(f));
  assert_int_equal(bf_table_read(fake_output(f, 0)->path, 0, &t), BF_OK);
  static const char *const names[] = {"dim", "intervals_a", "intervals_b", "common", "bottleneck", "wasserstein", "wasserstein_least"};
  assert_int_equal(t.ncolumn, 7);
  for (int i = 0; i < 7; i++) assert_string_equal(t.column[i].name, names[i]);
  fake_free(f);
  return t;
}

static void expect_row(const bf_table *t, uint64_t row, int64_t a, int64_t b, int64_t common, double bottleneck, double wasserstein) {
  assert_true(row < t->n);
  assert_int_equal(t->column[0].integer[row], row);
  assert_int_equal(t->column[1].integer[row], a);
  assert_int_equal(t->column[2].integer[row], b);
  assert_int_equal(t->column[3].integer[row], common);
  const double got[] = {t->column[4].real[row], t->column[5].real[row]}, wanted[] = {bottleneck, wasserstein};
  for (int k = 0; k < 2; k++)
    if (!(got[k] == wanted[k] || (isnan(got[k]) && isnan(wanted[k])) || fabs(got[k] - wanted[k]) < 1e-15))
      fail_msg("%d: %.17g, not %.17g", k, got[k], wanted[k]);
  assert_true(isnan(t->column[6].real[row]));
}

static void rows(void **state) {
  (void)state;
  DIAGRAM("a", head, {0, 0, 1}, {0, 0, 1}, {0, 0, INFINITY}, {1, 1, 3});
  DIAGRAM("b", head, {0, 0, 1}, {0, 0, 2}, {0, 0, INFINITY}, {1, 1, 3});
  bf_table t = compare();
  assert_int_equal(t.n, 2);
  assert_int_equal(t.nnote, 0);
  expect_row(&t, 0, 3, 3, 2, 1, 1);
  expect_row(&t, 1, 1, 1, 1, 0, 0);
  bf_table_free(&t);
  DIAGRAM("b", head, {0, 0, 1}, {0, 0, INFINITY}, {0, 0, INFINITY});
  t = compare();
  expect_row(&t, 0, 3, 3, 2, INFINITY, INFINITY);
  expect_row(&t, 1, 1, 0, 0, 1, 1);
  bf_table_free(&t);
  write_diagram("a", head, NULL, 0);
  write_diagram("b", head, NULL, 0);
  t = compare();
  expect_row(&t, 1, 0, 0, 0, 0, 0);
  bf_table_free(&t);
}

/* What differs in how the diagrams were made is told; a dimension that only one of them has is not compared. */
static void notes(void **state) {
  (void)state;
  bf_diagram other = head;
  other.max_dim = 2;
  other.modulus = 3;
  other.threshold = 4;
  DIAGRAM("a", head, {0, 0, INFINITY});
  DIAGRAM("b", other, {0, 0, INFINITY}, {2, 1, 3});
  bf_table t = compare();
  assert_int_equal(t.n, 3);
  expect_row(&t, 0, 1, 1, 1, 0, 0);
  expect_row(&t, 2, BF_NO_INTEGER, 1, BF_NO_INTEGER, NAN, NAN);
  assert_int_equal(t.nnote, 3);
  assert_non_null(strstr(t.note[0], "first diagram goes up to dimension 1, the second up to 2"));
  assert_non_null(strstr(t.note[1], "Z/2 in the first diagram and of Z/3"));
  assert_non_null(strstr(t.note[2], "second diagram was cut at 4"));
  bf_table_free(&t);
  head.threshold = 5;
  DIAGRAM("a", head, {0, 0, INFINITY});
  head.threshold = INFINITY;
  t = compare();
  assert_non_null(strstr(t.note[2], "the first diagram was cut at 5, the second at 4"));
  bf_table_free(&t);
}

static void refuse(bf_status wanted, uint64_t memory, const char *message) {
  fake *f = begin();
  fake_memory(f, memory);
  const bf_status status = fake_run(f, "diagram.compare");
  if (status != wanted || !strstr(fake_error(f), message)) fail_msg("status %d, '%s', not '%s'", (int)status, fake_error(f), message);
  fake_free(f);
}

static void refused(void **state) {
  (void)state;
  static const struct {
    bf_convention a, b;
    const char *message;
  } pairs[] = {{BF_DIAMETER, BF_RADIUS, "the first diagram has the convention diameter, the second radius"},
               {BF_SQUARED_RADIUS, BF_RADIUS, "the first diagram has the convention squared_radius, the second radius"},
               {BF_DIAMETER, BF_SQUARED_RADIUS, "the convention diameter, the second squared_radius"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    bf_diagram a = head, b = head;
    a.convention = pairs[i].a;
    b.convention = pairs[i].b;
    DIAGRAM("a", a, {0, 0, INFINITY});
    DIAGRAM("b", b, {0, 0, INFINITY}); /* equal as numbers */
    refuse(BF_BAD_INPUT, 0, pairs[i].message);
  }
  bf_diagram high = head;
  high.max_dim = UINT32_MAX;
  DIAGRAM("a", high, {0, 0, INFINITY});
  DIAGRAM("b", head, {0, 0, INFINITY});
  bf_table t = compare(); /* no interval there, no harm */
  assert_int_equal(t.n, 65);
  bf_table_free(&t);
  DIAGRAM("a", high, {4000000000, 0, INFINITY});
  refuse(BF_BAD_INPUT, 0, "dimension 4000000000");
  static interval x[200];
  for (int i = 0; i < 200; i++) x[i] = (interval){0, i, i + 2};
  write_diagram("a", head, x, 200);
  write_diagram("b", head, x, 1);
  refuse(BF_NO_MEMORY, 20000, "dimension 0: the distances of 200 and 1 intervals need 0.0491 MiB, and the memory limit is 0.0191 MiB");
}

/* A search that is cut short: bounds, and a note. */
static void bounds(void **state) {
  (void)state;
  static interval x[3000], y[2500];
  for (int i = 0; i < 3000; i++) x[i] = (interval){0, 0, 1 + i * (i % 7) % 97 + i / 3000.0};
  for (int i = 0; i < 2500; i++) y[i] = (interval){0, 0, 1 + i * (i % 11) % 89 + i / 2600.0};
  for (int i = 1; i < 3000; i++) /* by death */
    for (int j = i; j && x[j - 1].death > x[j].death; j--) {
      const interval swap = x[j];
      x[j] = x[j - 1];
      x[j - 1] = swap;
    }
  for (int i = 1; i < 2500; i++)
    for (int j = i; j && y[j - 1].death > y[j].death; j--) {
      const interval swap = y[j];
      y[j] = y[j - 1];
      y[j - 1] = swap;
    }
  write_diagram("a", head, x, 3000);
  write_diagram("b", head, y, 2500);
  double exact = 0;
  for (int cut = 0; cut < 2; cut++) {
    fake *f = begin();
    bf_table t;
    fake_set(f, "effort", cut ? "1e-9" : "inf");
    assert_int_equal(fake_run(f, "diagram.compare"), BF_OK);
    assert_int_equal(bf_table_read(fake_output(f, 0)->path, 0, &t), BF_OK);
    const double distance = t.column[5].real[0], least = t.column[6].real[0];
    if (cut) {
      assert_true(least < exact && exact < distance);
      assert_int_equal(t.nnote, 1);
      assert_non_null(strstr(t.note[0], "dimension 0: the Wasserstein distance lies between"));
      assert_non_null(strstr(t.note[0], "bettiflow diff: --exact"));
    } else {
      assert_true(isnan(least));
      exact = distance;
    }
    bf_table_free(&t);
    fake_free(f);
  }
}

/* A crowd of points, and one fewer in the other diagram: to find that one of them has to go down takes a long search, but the bottleneck distance knows it. */
static void least_by_bottleneck(void **state) {
  (void)state;
  static interval x[3000];
  for (int i = 0; i < 3000; i++) x[i] = (interval){0, 0, 10 + i / 3000.0};
  write_diagram("a", head, x, 3000);
  for (int i = 0; i < 3000; i++) x[i].death += 0.5 / 3000;
  write_diagram("b", head, x, 2999);
  fake *f = begin();
  bf_table t;
  fake_set(f, "effort", "1e-9");
  assert_int_equal(fake_run(f, "diagram.compare"), BF_OK);
  assert_int_equal(bf_table_read(fake_output(f, 0)->path, 0, &t), BF_OK);
  assert_true(t.column[4].real[0] >= 5 && t.column[6].real[0] >= t.column[4].real[0] && t.column[5].real[0] >= t.column[6].real[0]);
  bf_table_free(&t);
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rows), cmocka_unit_test(notes), cmocka_unit_test(refused), cmocka_unit_test(bounds),
                                     cmocka_unit_test(least_by_bottleneck)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
