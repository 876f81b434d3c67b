/* figure.profile: where means and bands are drawn, what the legend counts, and what it refuses. */
#include "fake.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const texts[] = {"", "relu", "tanh", "1", "2", "3", "0", "no luck"};
enum { NONE, RELU, TANH, ONE, TWO, THREE, ZERO, NO_LUCK };

/* β0 on layers 0, 1, 2: relu's networks have 9,4,1 · 9,6,1 · 9,8,4 and tanh's one 9,9,2; β1 is 0. Two more of tanh were declined. */
static const int64_t numbers[4][3] = {{9, 4, 1}, {9, 6, 1}, {9, 8, 4}, {9, 9, 2}};

static void write_table(const char *path, bool second_scale) {
  char *axis[] = {"activation", "seed", "layer", "class"};
  uint32_t value[64][4], dim[64], declined[][4] = {{TANH, TWO, 0, 0}, {TANH, THREE, 0, 0}}, reason[] = {NO_LUCK, NO_LUCK};
  double scale[64];
  int64_t betti[64];
  uint64_t n = 0;
  for (uint32_t run = 0; run < 4; run++) {
    for (uint32_t i = 0; i < 6; i++, n++) {
      static const uint32_t layers[] = {ZERO, ONE, TWO};
      uint32_t row[] = {run < 3 ? RELU : TANH, run < 3 ? ONE + run : ONE, layers[i / 2], ZERO};
      memcpy(value[n], row, sizeof row);
      dim[n] = i % 2;
      betti[n] = i % 2 ? 0 : numbers[run][i / 2];
      scale[n] = second_scale && run > 0 ? 2 : INFINITY;
    }
  }
  bf_betti_table t = {.naxis = 4, .nsweep = 2, .axis = axis, .ntext = 8, .text = (char **)texts, .n = n, .value = value[0], .scale = scale, .dim = dim};
  t.betti = betti;
  t.ndeclined = 2;
  t.declined = declined[0];
  t.reason = reason;
  if (bf_betti_table_write(&(bf_out){.path = path}, &t) != BF_OK) fail_msg("%s", bf_error());
}

static bf_figure draw(const char *const *set) {
  bf_figure figure;
  fake *f = fake_new(fake_plugin("figure/profile"));
  write_table("table", false);
  for (; *set; set += 2) fake_set(f, set[0], set[1]);
  fake_input(f, "table", "table", NULL, 0, NULL);
  if (fake_run(f, "figure.profile") != BF_OK) fail_msg("%s", fake_error(f));
  assert_int_equal(bf_figure_read(fake_output(f, 0)->path, 0, &figure), BF_OK);
  remove(fake_output(f, 0)->path);
  fake_free(f);
  return figure;
}

/* The k-th operation of a kind and colour with that many points; nth counts from 0. */
static uint64_t find(const bf_figure *f, bf_draw_kind kind, uint32_t colour, uint64_t points, int nth) {
  for (uint64_t i = 0; i < f->n; i++) {
    if (f->kind[i] == kind && f->colour[i] == colour && f->count[i] == points && nth-- == 0) return i;
  }
  fail_msg("no operation %d in colour %08x with %d points", (int)kind, (unsigned)colour, (int)points);
  return 0;
}

static const float *find_text(const bf_figure *f, const char *text) {
  for (uint64_t i = 0; i < f->n; i++) {
    if (f->text[i] && strcmp(f->text[i], text) == 0) return f->xy + 2 * f->first[i];
  }
  fail_msg("no text '%s'", text);
  return NULL;
}

/* Betti numbers back from heights: the first panel's tick labels 0 and 10 give the scale. */
static double number_at(const bf_figure *f, double y) {
  double zero = find_text(f, "0")[1], ten = find_text(f, "10")[1], base = 3.2; /* labels stand a little below their lines */
  return (zero - base - y) / (zero - ten) * 10;
}

static void expect_line(const bf_figure *f, uint32_t colour, const double *expected) {
  uint64_t op = find(f, BF_DRAW_LINE, colour, 3, 0);
  for (int i = 0; i < 3; i++) {
    double got = number_at(f, (double)f->xy[2 * (f->first[op] + (uint64_t)i) + 1]);
    if (fabs(got - expected[i]) > 0.01) fail_msg("point %d is at %g, not at %g", i, got, expected[i]);
  }
}

static void expect_band(const bf_figure *f, const double *high, const double *low) {
  uint64_t op = find(f, BF_DRAW_AREA, 0x0072B22e, 6, 0);
  for (int i = 0; i < 6; i++) {
    double got = number_at(f, (double)f->xy[2 * (f->first[op] + (uint64_t)i) + 1]), expected = i < 3 ? high[i] : low[5 - i];
    if (fabs(got - expected) > 0.01) fail_msg("corner %d of the band is at %g, not at %g", i, got, expected);
  }
}

static void means(void **state) {
  (void)state;
  bf_figure f = draw((const char *[]){NULL});
  expect_line(&f, 0x0072B2ff, (double[]){9, 6, 2});
  expect_line(&f, 0xD55E00ff, (double[]){9, 9, 2});
  expect_band(&f, (double[]){9, 8, 2 + sqrt(3)}, (double[]){9, 4, 2 - sqrt(3)});
  find_text(&f, "Betti numbers by layer");
  find_text(&f, "relu: 3 networks");
  find_text(&f, "tanh: 1 of 3 networks (2 declined)");
  find_text(&f, "β₀, components");
  find_text(&f, "β₁, loops");
  find_text(&f, "class 0");
  bf_figure_free(&f);
}

static void quartiles(void **state) {
  (void)state;
  bf_figure f = draw((const char *[]){"band", "quartiles", "title", "Mine", NULL});
  expect_line(&f, 0x0072B2ff, (double[]){9, 6, 1});
  expect_band(&f, (double[]){9, 7, 2.5}, (double[]){9, 5, 1});
  find_text(&f, "Mine");
  bf_figure_free(&f);
}

static void range(void **state) {
  (void)state;
  bf_figure f = draw((const char *[]){"band", "range", "dims", "[0]", NULL});
  expect_line(&f, 0x0072B2ff, (double[]){9, 6, 2});
  expect_band(&f, (double[]){9, 8, 4}, (double[]){9, 4, 1});
  bf_figure_free(&f);
}

static void omega(void **state) {
  (void)state;
  bf_figure f = draw((const char *[]){"show", "omega", "by", "none_such", NULL});
  expect_line(&f, 0x0072B2ff, (double[]){9, 6.75, 2});
  find_text(&f, "ω = β₀ + β₁");
  find_text(&f, "4 of 6 curves (2 declined)");
  find_text(&f, "thin: single curves; thick: mean; band: ± 1 standard deviation");
  bf_figure_free(&f);
}

/* An item axis that is not shown is named, and its values are not counted as networks. */
static void averaged_over(void **state) {
  (void)state;
  bf_figure f = draw((const char *[]){"x", "seed", NULL});
  find_text(&f, "averaged over layer; thin: single curves; thick: mean; band: ± 1 standard deviation");
  bf_figure_free(&f);
}

/* The size asked for is the size, and nothing is drawn outside of it. */
static void inside(void **state) {
  (void)state;
  bf_figure f = draw((const char *[]){"width", "400", "height", "300", NULL});
  assert_true(f.width == 400 && f.height == 300);
  for (uint64_t i = 0; i < f.nxy; i++) {
    assert_true(f.xy[2 * i] >= 0 && (double)f.xy[2 * i] <= f.width);
    assert_true(f.xy[2 * i + 1] >= 0 && (double)f.xy[2 * i + 1] <= f.height);
  }
  bf_figure_free(&f);
}

static void refuse(const char *const *set, bool scales, const char *message) {
  fake *f = fake_new(fake_plugin("figure/profile"));
  write_table("table", scales);
  for (; *set; set += 2) fake_set(f, set[0], set[1]);
  fake_input(f, "table", "table", NULL, 0, NULL);
  assert_int_equal(fake_run(f, "figure.profile"), BF_INVALID);
  if (!strstr(fake_error(f), message)) fail_msg("'%s' is not in '%s'", message, fake_error(f));
  fake_free(f);
}

static void refused(void **state) {
  (void)state;
  refuse((const char *[]){"x", "depth", NULL}, false, "no axis 'depth'; it has activation, seed, layer, class, scale");
  refuse((const char *[]){"x", "class", NULL}, false, "x and panels are the same axis");
  refuse((const char *[]){"dims", "[0, 2]", NULL}, false, "goes up to dimension 1, and not to 2");
  refuse((const char *[]){"dims", "[0, 0]", NULL}, false, "twice");
  refuse((const char *[]){"height", "100", NULL}, false, "too few");
  refuse((const char *[]){NULL}, true, "several scales");
}

/* Ten dimensions do not fit beside each other into 720 points. */
static void too_many_panels(void **state) {
  (void)state;
  char *axis[] = {"layer"}, *two[] = {"", "0"};
  uint32_t value[10], dim[10];
  double scale[10];
  int64_t betti[10] = {0};
  for (uint32_t i = 0; i < 10; i++) value[i] = 1, dim[i] = i, scale[i] = INFINITY;
  bf_betti_table t = {.naxis = 1, .axis = axis, .ntext = 2, .text = two, .n = 10, .value = value, .scale = scale, .dim = dim, .betti = betti};
  assert_int_equal(bf_betti_table_write(&(bf_out){.path = "many"}, &t), BF_OK);
  fake *f = fake_new(fake_plugin("figure/profile"));
  fake_input(f, "table", "many", NULL, 0, NULL);
  assert_int_equal(fake_run(f, "figure.profile"), BF_INVALID);
  assert_non_null(strstr(fake_error(f), "width: 720 points are too few for 10 panels side by side"));
  fake_set(f, "width", "1000");
  assert_int_equal(fake_run(f, "figure.profile"), BF_OK);
  fake_free(f);
}

static void nothing(void **state) {
  (void)state;
  char *axis[] = {"seed"}, *two[] = {"", "no luck"};
  uint32_t declined[] = {0}, reason[] = {1};
  bf_betti_table t = {.naxis = 1, .nsweep = 1, .axis = axis, .ntext = 2, .text = two, .ndeclined = 1, .declined = declined, .reason = reason};
  assert_int_equal(bf_betti_table_write(&(bf_out){.path = "empty"}, &t), BF_OK);
  fake *f = fake_new(fake_plugin("figure/profile"));
  fake_input(f, "table", "empty", NULL, 0, NULL);
  assert_int_equal(fake_run(f, "figure.profile"), BF_DECLINED);
  assert_string_equal(fake_error(f), "nothing to draw: all 1 items were declined, the first: no luck");
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(means),  cmocka_unit_test(quartiles), cmocka_unit_test(range),           cmocka_unit_test(omega),   cmocka_unit_test(averaged_over),
      cmocka_unit_test(inside), cmocka_unit_test(refused),   cmocka_unit_test(too_many_panels), cmocka_unit_test(nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
