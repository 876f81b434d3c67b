/* The shapes: each point satisfies the shape's equation, and moments show that the points are uniform. */
#include "stage_host.h"
#include <bettiflow/artifact.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static bf_points made(const char *stage, const char *name, const char *value, const char *points) {
  bf_points p;
  const stage_call call = {.plugin = "dataset/shapes", .stage = stage, .output = "out", .param = {"points", points, name, value}};
  if (run_stage(&call) != BF_OK) fail_msg("%s", stage_error());
  if (bf_points_read("out", 0, &p) != BF_OK) fail_msg("%s", bf_error());
  for (uint64_t i = 0; i < p.n; i++) assert_int_equal(p.id[i], i);
  return p;
}

static void sphere(void **state) {
  (void)state;
  for (int dim = 0; dim <= 5; dim++) {
    const char value[2] = {(char)('0' + dim), 0};
    bf_points p = made("dataset.sphere", "dim", value, "20000");
    double squares = 0, sum = 0, mixed = 0;
    assert_int_equal(p.dim, dim + 1);
    for (uint64_t i = 0; i < p.n; i++) {
      const float *x = p.x + i * p.dim;
      double square = 0;
      for (uint32_t k = 0; k < p.dim; k++) square += (double)x[k] * x[k];
      assert_true(fabs(square - 1) < 1e-6);
      squares += (double)x[0] * x[0], sum += x[0], mixed += (double)x[0] * x[dim];
    }
    assert_true(fabs(squares / 20000 - 1. / (dim + 1)) < .015 && fabs(sum / 20000) < .04 && (dim == 0 || fabs(mixed / 20000) < .02));
    bf_points_free(&p);
  }
}

/* Area-weighted mean of cos v, by the midpoint rule; the parametrisation's own mean would be 0. */
static double mean_cosine(double twist) {
  double sum = 0, area = 0;
  for (int i = 0; i < 10000; i++) {
    double v = 2 * M_PI * (i + .5) / 10000, element = sqrt(pow(2 + cos(v), 2) + twist * pow(sin(v), 2) / 4);
    sum += cos(v) * element, area += element;
  }
  return sum / area;
}

static void tubes(void **state) {
  double sum = 0, around = 0;
  (void)state;
  bf_points p = made("dataset.torus", NULL, NULL, "20000");
  for (uint64_t i = 0; i < p.n; i++) {
    double x = p.x[3 * i], y = p.x[3 * i + 1], z = p.x[3 * i + 2], across = hypot(x, y) - 2;
    assert_true(fabs(across * across + z * z - 1) < 1e-5);
    sum += across, around += x > y;
  }
  assert_true(fabs(mean_cosine(0) - .25) < 1e-6 && fabs(sum / 20000 - .25) < .025 && fabs(around / 20000 - .5) < .02);
  bf_points_free(&p);
  p = made("dataset.klein", NULL, NULL, "20000");
  sum = around = 0;
  for (uint64_t i = 0; i < p.n; i++) {
    double x = p.x[4 * i], y = p.x[4 * i + 1], z = p.x[4 * i + 2], w = p.x[4 * i + 3], across = hypot(x, y) - 2, u = atan2(y, x), up = hypot(z, w);
    assert_true(fabs(across * across + up * up - 1) < 1e-5);
    assert_true(fabs(z * sin(u / 2) - w * cos(u / 2)) < 1e-5); /* the section's plane, turned by half of u */
    sum += across, around += x > y;
  }
  assert_true(fabs(sum / 20000 - mean_cosine(1)) < .025 && fabs(around / 20000 - .5) < .02);
  bf_points_free(&p);
}

static void swiss_roll(void **state) {
  double sum = 0, expected = 0, height = 0, length = 0;
  (void)state;
  bf_points p = made("dataset.swiss_roll", NULL, NULL, "20000");
  for (uint64_t i = 0; i < p.n; i++) {
    double x = p.x[3 * i], y = p.x[3 * i + 1], z = p.x[3 * i + 2], angle = hypot(x, z);
    assert_true(angle > 1.5 * M_PI - 1e-5 && angle < 4.5 * M_PI + 1e-5 && y >= 0 && y <= 21);
    assert_true(fabs(x - angle * cos(angle)) < 1e-4 && fabs(z - angle * sin(angle)) < 1e-4);
    sum += angle, height += y;
  }
  for (int i = 0; i < 10000; i++) {
    double a = M_PI * (1.5 + 3 * (i + .5) / 10000);
    expected += a * sqrt(1 + a * a), length += sqrt(1 + a * a);
  }
  assert_true(fabs(sum / 20000 - expected / length) < .1 && fabs(height / 20000 - 10.5) < .25);
  bf_points_free(&p);
}

static void curves(void **state) {
  double count[4] = {0}, outer = 0, expected = 0, length = 0;
  (void)state;
  bf_points p = made("dataset.links", "count", "4", "20000");
  for (uint64_t i = 0; i < p.n; i++) {
    assert_in_range(p.label[i], 0, 3);
    const uint64_t standing = (uint64_t)p.label[i] % 2;
    double x = p.x[3 * i] - 1.3 * p.label[i], in = p.x[3 * i + 1 + standing], off = p.x[3 * i + 2 - standing];
    assert_true(fabs(x * x + in * in - 1) < 1e-5 && off == 0);
    count[p.label[i]]++;
  }
  for (int k = 0; k < 4; k++) assert_true(count[k] == 5000);
  bf_points_free(&p);
  p = made("dataset.figure_eight", NULL, NULL, "20000");
  for (uint64_t i = 0; i < p.n; i++) {
    double x = p.x[2 * i], y = p.x[2 * i + 1];
    assert_true(fabs(y * y - x * x * (1 - x * x)) < 1e-6);
    outer += fabs(x) > .8;
  }
  for (int i = 0; i < 10000; i++) {
    double a = M_PI / 2 * (i + .5) / 10000, speed = sqrt(pow(cos(a), 2) + pow(cos(2 * a), 2));
    expected += sin(a) > .8 ? speed : 0, length += speed;
  }
  assert_true(fabs(outer / 20000 - expected / length) < .02);
  bf_points_free(&p);
}

static double determinant(int n, const double *a) { /* along the first row */
  double sum = 0, minor[16];
  if (n == 1) return a[0];
  for (int c = 0; c < n; c++) {
    for (int i = 0; i < (n - 1) * (n - 1); i++) minor[i] = a[(i / (n - 1) + 1) * n + i % (n - 1) + (i % (n - 1) >= c)];
    sum += (c % 2 ? -1 : 1) * a[c] * determinant(n - 1, minor);
  }
  return sum;
}

/* Moments of Haar's measure: E trace = 0, E trace² = 1 for n >= 2, E a₁₁⁴ = 3 / (n (n + 2)). */
static void orthogonal(void **state) {
  (void)state;
  for (int n = 1; n <= 5; n++) {
    const char value[2] = {(char)('0' + n), 0};
    bf_points p = made("dataset.orthogonal", "n", value, "20000");
    double negative = 0, trace_sum = 0, trace_squares = 0, fourth = 0;
    assert_int_equal(p.dim, n * n);
    for (uint64_t i = 0; i < p.n; i++) {
      double a[25] = {0}, trace = 0;
      for (int k = 0; k < n * n; k++) a[k] = p.x[i * p.dim + (uint64_t)k];
      for (int r = 0; r < n; r++)
        for (int s = 0; s <= r; s++) {
          double dot = 0;
          for (int k = 0; k < n; k++) dot += a[r * n + k] * a[s * n + k];
          assert_true(fabs(dot - (r == s)) < 1e-6);
        }
      assert_true(fabs(determinant(n, a) - (p.label[i] ? -1 : 1)) < 1e-5);
      for (int k = 0; k < n; k++) trace += a[k * n + k];
      negative += p.label[i], trace_sum += trace, trace_squares += trace * trace, fourth += pow(a[0], 4);
    }
    assert_true(fabs(negative / 20000 - .5) < .02 && fabs(trace_sum / 20000) < .04);
    assert_true(fabs(trace_squares / 20000 - 1) < .05 && (n == 1 || fabs(fourth / 20000 - 3. / (n * (n + 2))) < .015));
    bf_points_free(&p);
  }
  bf_points p = made("dataset.orthogonal", "n", "32", "10");
  assert_int_equal(p.dim, 1024);
  bf_points_free(&p);
}

/* Moments of independent uniform numbers: mean 1/2, variance 1/12, no covariance; and half of the points are below any x + y = 1. */
static void cube(void **state) {
  static const char *const dims[] = {"1", "2", "16"};
  (void)state;
  for (int d = 0; d < 3; d++) {
    bf_points p = made("dataset.cube", "dim", dims[d], "20000");
    assert_int_equal(p.dim, atoi(dims[d]));
    assert_null(p.label);
    for (uint32_t k = 0; k < p.dim; k++) {
      double sum = 0, squares = 0, mixed = 0, diagonal = 0, least = 1, most = 0;
      for (uint64_t i = 0; i < p.n; i++) {
        const double x = p.x[i * p.dim + k], y = p.x[i * p.dim + (k + 1) % p.dim];
        least = fmin(least, x), most = fmax(most, x);
        sum += x, squares += (x - .5) * (x - .5), mixed += (x - .5) * (y - .5), diagonal += x + y < 1;
      }
      assert_true(least >= 0 && least < .002 && most <= 1 && most > .998);
      assert_true(fabs(sum / 20000 - .5) < .01 && fabs(squares / 20000 - 1. / 12) < .003 && fabs(diagonal / 20000 - .5) < .02);
      assert_true(p.dim == 1 || fabs(mixed / 20000) < .003);
    }
    bf_points_free(&p);
  }
}

static void noise_and_limits(void **state) {
  double squares = 0;
  (void)state;
  bf_points still = made("dataset.klein", NULL, NULL, "5000"), moved = made("dataset.klein", "noise", "0.1", "5000");
  for (uint64_t i = 0; i < 20000; i++) squares += pow(moved.x[i] - still.x[i], 2); /* the same points in the same order */
  assert_true(fabs(sqrt(squares / 20000) - .1) < .003);
  bf_points_free(&still);
  bf_points_free(&moved);
  stage_call call = {.plugin = "dataset/shapes", .stage = "dataset.torus", .output = "out", .param = {"minor", "2"}};
  assert_int_equal(run_stage(&call), BF_INVALID);
  call = (stage_call){.plugin = "dataset/shapes", .stage = "dataset.swiss_roll", .output = "out", .param = {"inner", "3"}};
  assert_int_equal(run_stage(&call), BF_INVALID);
  call = (stage_call){.plugin = "dataset/shapes", .stage = "dataset.sphere", .output = "out", .param = {"dim", "1000"}, .memory = 1000000};
  assert_int_equal(run_stage(&call), BF_NO_MEMORY);
  call.memory = 0, call.cancel_at = 10;
  assert_int_equal(run_stage(&call), BF_CANCELLED);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sphere),     cmocka_unit_test(tubes), cmocka_unit_test(swiss_roll),      cmocka_unit_test(curves),
                                     cmocka_unit_test(orthogonal), cmocka_unit_test(cube),  cmocka_unit_test(noise_and_limits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
