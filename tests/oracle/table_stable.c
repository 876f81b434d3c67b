/* table.stable against its definition: 1,000 random diagrams and 200 random tables. The Betti numbers of a diagram are counted in the middle between any two of
 * its values that follow each other; of all runs of equal ones the longest is looked for. */
#include "fake.h"

#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 24, DIMS = 3 };
static uint64_t draw;
static uint32_t below(uint32_t n) { return (uint32_t)(bf_random_uniform(7, draw++) * n); }

typedef struct answer { /* of one set of dimensions */
  double from, to;
  int64_t betti[DIMS];
} answer;

/* ---- diagrams ---- */

typedef struct diagram {
  bf_diagram d;
  uint32_t dim[MOST];
  double birth[MOST], death[MOST];
} diagram;

static int by_place(const void *a, const void *b) {
  const double *x = a, *y = b;
  for (int k = 0; k < 3; k++)
    if (x[k] != y[k]) return x[k] < y[k] ? -1 : 1;
  return 0;
}

/* Values are few, so that many are equal; some births are -inf, some deaths +inf. */
static void random_diagram(diagram *r) {
  double row[MOST][3];
  const uint32_t values = 2 + below(12), negative = below(8) ? 0 : 3;
  const uint64_t n = below(MOST + 1);
  for (uint64_t i = 0; i < n; i++) {
    row[i][0] = below(DIMS);
    row[i][1] = below(20) ? (double)below(values) - negative : -INFINITY;
    row[i][2] = below(6) ? fmax(row[i][1], -5) + 1 + below(values) : (double)INFINITY;
  }
  qsort(row, n, sizeof *row, by_place);
  for (uint64_t i = 0; i < n; i++) r->dim[i] = (uint32_t)row[i][0], r->birth[i] = row[i][1], r->death[i] = row[i][2];
  r->d = (bf_diagram){.max_dim = DIMS - 1, .modulus = 2, .convention = BF_DIAMETER, .n = n, .dim = r->dim, .birth = r->birth, .death = r->death};
  r->d.threshold = below(2) ? (double)INFINITY : (double)(below(values) + 2) + .5;
  if (bf_diagram_write(&(bf_out){.path = "d"}, &r->d) != BF_OK) fail_msg("%s", bf_error());
}

static int64_t betti_at(const bf_diagram *d, uint32_t dim, double x) {
  int64_t n = 0;
  for (uint64_t i = 0; i < d->n; i++) n += d->dim[i] == dim && d->birth[i] <= x && x < d->death[i];
  return n;
}

static bool same_at(const bf_diagram *d, uint32_t first, uint32_t last, double x, double y) {
  for (uint32_t k = first; k <= last; k++)
    if (betti_at(d, k, x) != betti_at(d, k, y)) return false;
  return true;
}

static int by_size(const void *a, const void *b) { return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b); }

/* Of the dimensions first … last; false where the range has no length. Values are whole or halves, so lengths are exact; by ratio they are compared as
 * products. */
static bool by_definition(const bf_diagram *d, double from, double to, bool log, uint32_t first, uint32_t last, answer *out) {
  double value[2 * MOST + 2];
  size_t n = 0;
  double least = INFINITY, most = -INFINITY;
  for (uint64_t i = 0; i < 2 * d->n; i++) {
    const double v = i < d->n ? d->birth[i] : d->death[i - d->n];
    if (!isfinite(v)) continue;
    if (!log || v > 0) least = fmin(least, v);
    most = fmax(most, v);
  }
  if (isnan(from)) from = least;
  to = isnan(to) ? d->threshold : fmin(to, d->threshold);
  if (isinf(to)) to = most;
  if (!(from < to)) return false;
  value[n++] = from;
  value[n++] = to;
  for (uint64_t i = 0; i < 2 * d->n; i++) {
    const double v = i < d->n ? d->birth[i] : d->death[i - d->n];
    if (v > from && v < to) value[n++] = v;
  }
  qsort(value, n, sizeof *value, by_size);
  bool any = false;
  for (size_t i = 0; i + 1 < n; i++) {
    for (size_t j = i + 1; j < n; j++) {
      const double x = (value[i] + value[i + 1]) / 2, y = (value[j - 1] + value[j]) / 2;
      if (!same_at(d, first, last, x, y)) break;
      const bool longer = !any || (log ? value[j] * out->from > out->to * value[i] : value[j] - value[i] > out->to - out->from);
      if (!longer) continue;
      any = true;
      out->from = value[i];
      out->to = value[j];
      for (uint32_t k = first; k <= last; k++) out->betti[k] = betti_at(d, k, x);
    }
  }
  return any;
}

/* ---- what the stage says ---- */

static double real(const bf_table *t, const char *name, uint64_t row) {
  for (uint32_t i = 0; i < t->ncolumn; i++)
    if (!strcmp(t->column[i].name, name)) return t->column[i].type == BF_COLUMN_REAL ? t->column[i].real[row] : (double)t->column[i].integer[row];
  fail_msg("no column '%s'", name);
  return 0;
}

static void compare(const bf_table *t, uint64_t row, const char *const *names, uint32_t first, uint32_t last, const answer *wanted, bool log, uint64_t at) {
  double from = real(t, "from", row), to = real(t, "to", row);
  const bool tie = log && fabs(to * wanted->from - wanted->to * from) == 0; /* rounding of the logarithm may choose another of equals */
  if (tie && (from != wanted->from || to != wanted->to)) return;
  if (from != wanted->from || to != wanted->to) fail_msg("case %llu: [%g, %g), not [%g, %g)", (unsigned long long)at, from, to, wanted->from, wanted->to);
  if (!log) assert_true(real(t, "length", row) == to - from);
  for (uint32_t k = first; k <= last; k++) assert_true(real(t, names[k], row) == (double)wanted->betti[k]);
}

static void check_tables(const fake *f, const answer *together, const answer *alone, bool log, uint64_t at) {
  static const char *const joint[] = {"betti_0", "betti_1", "betti_2"}, *const each[] = {"betti", "betti", "betti"};
  bf_table t, dims;
  assert_int_equal(bf_table_read(fake_output(f, 0)->path, 0, &t), BF_OK);
  assert_int_equal(bf_table_read(fake_output(f, 1)->path, 0, &dims), BF_OK);
  assert_int_equal(t.n, 1);
  assert_int_equal(dims.n, DIMS);
  compare(&t, 0, joint, 0, DIMS - 1, together, log, at);
  for (uint32_t k = 0; k < DIMS; k++) compare(&dims, k, each, k, k, &alone[k], log, at);
  bf_table_free(&t);
  bf_table_free(&dims);
}

static void set_real(fake *f, const char *name, double x) {
  char text[32];
  snprintf(text, sizeof text, "%.17g", x);
  fake_set(f, name, text);
}

static void diagrams(void **state) {
  (void)state;
  static diagram r;
  uint64_t compared = 0;
  for (uint64_t at = 0; at < 1000; at++) {
    answer together = {0}, alone[DIMS] = {{0}};
    const bool log = below(3) == 0;
    const double from = below(3) ? (double)NAN : below(5) + .25, to = below(3) ? (double)NAN : 6 + below(6) + .25;
    random_diagram(&r);
    fake *f = fake_new(fake_plugin("table/stable"));
    if (!isnan(from)) set_real(f, "from", from);
    if (!isnan(to)) set_real(f, "to", to);
    if (log) fake_set(f, "measure", "log");
    fake_input(f, "diagrams", "d", NULL, 0, NULL);
    if (fake_run(f, "table.stable") != BF_OK) fail_msg("%s", fake_error(f));
    if (by_definition(&r.d, from, to, log, 0, DIMS - 1, &together)) {
      for (uint32_t k = 0; k < DIMS; k++) by_definition(&r.d, from, to, log, k, k, &alone[k]);
      check_tables(f, &together, alone, log, at);
      compared++;
    }
    fake_free(f);
  }
  assert_true(compared > 750);
}

/* ---- tables: all runs of values, by trying all pairs of ends ---- */

static bool same_rows(const int64_t (*betti)[DIMS], uint32_t i, uint32_t j, uint32_t first, uint32_t last) {
  for (uint32_t k = first; k <= last; k++)
    if (betti[i][k] != betti[j][k]) return false;
  return true;
}

static void longest_run(const double *x, const int64_t (*betti)[DIMS], uint32_t n, uint32_t first, uint32_t last, answer *out) {
  bool any = false;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = i; j < n && same_rows(betti, i, j, first, last); j++) {
      if (any && !(x[j] - x[i] > out->to - out->from)) continue;
      any = true;
      out->from = x[i];
      out->to = x[j];
      memcpy(out->betti, betti[i], sizeof out->betti);
    }
}

static void rows(void **state) {
  (void)state;
  for (uint64_t at = 0; at < 200; at++) {
    const uint32_t n = 1 + below(12);
    double x[12] = {0}, scale[36];
    int64_t betti[12][DIMS], number[36];
    uint32_t order[12] = {0}, dim[36];
    char *text[] = {(char *)""};
    answer together = {0}, alone[DIMS] = {{0}};
    for (uint32_t i = 0; i < n; i++) x[i] = (i ? x[i - 1] : -2) + 1 + below(4);
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t k = 0; k < DIMS; k++) betti[i][k] = i && below(3) ? betti[i - 1][k] : below(3);
    for (uint32_t i = 0; i < n; i++) { /* a random order */
      const uint32_t j = below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    for (uint32_t i = 0; i < DIMS * n; i++) scale[i] = x[order[i / DIMS]], dim[i] = i % DIMS, number[i] = betti[order[i / DIMS]][i % DIMS];
    bf_betti_table t = {.ntext = 1, .text = text, .n = (uint64_t)DIMS * n, .scale = scale, .dim = dim, .betti = number};
    if (bf_betti_table_write(&(bf_out){.path = "t"}, &t) != BF_OK) fail_msg("%s", bf_error());
    fake *f = fake_new(fake_plugin("table/stable"));
    fake_input(f, "tables", "t", NULL, 0, NULL);
    if (fake_run(f, "table.stable") != BF_OK) fail_msg("%s", fake_error(f));
    longest_run(x, (const int64_t(*)[DIMS])betti, n, 0, DIMS - 1, &together);
    for (uint32_t k = 0; k < DIMS; k++) longest_run(x, (const int64_t(*)[DIMS])betti, n, k, k, &alone[k]);
    check_tables(f, &together, alone, false, at);
    fake_free(f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(diagrams), cmocka_unit_test(rows)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
