/* points.scale, points.standardise and points.pca: by their definitions, on numbers whose answers are known. */
#include "stage_host.h"
#include "host.h"
#include "../../plugins/points/covariance.h"
#include <bettiflow/artifact.h>
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void write_points(const char *path, uint64_t n, uint32_t dim, const float *x) {
  bf_points p;
  assert_int_equal(bf_points_new(&p, n, dim, true), BF_OK);
  if (n) memcpy(p.x, x, n * dim * sizeof *x);
  for (uint64_t i = 0; i < n; i++) p.label[i] = (int32_t)(i % 2), p.id[i] = (uint32_t)(100 + i);
  assert_int_equal(bf_points_write(&(bf_out){path, NULL, 0}, &p), BF_OK);
  bf_points_free(&p);
}

static bf_points run_and_read(const stage_call *call) {
  bf_points p;
  if (run_stage(call) != BF_OK) fail_msg("%s", stage_error());
  if (bf_points_read(call->output, 0, &p) != BF_OK) fail_msg("%s", bf_error());
  for (uint64_t i = 0; i < p.n; i++) {
    assert_int_equal(p.label[i], i % 2);
    assert_int_equal(p.id[i], 100 + i);
  }
  return p;
}

static void expect(const stage_call *call, uint64_t n, const float *x) {
  bf_points p = run_and_read(call);
  assert_int_equal(p.n * p.dim, n);
  for (uint64_t i = 0; i < n; i++)
    if (p.x[i] != x[i]) fail_msg("number %d is %.9g, not %.9g", (int)i, (double)p.x[i], (double)x[i]);
  bf_points_free(&p);
}

/* Three points of three coordinates: one from 1 to 5, one from -8 to 8, one constant. */
static const float three[] = {1, -8, 7, 2, 8, 7, 5, 0, 7};
static const float other[] = {9, 4, 3, -3, 16, 7};

static void scaling(void **state) {
  stage_call call = {.plugin = "points/scale", .stage = "points.scale", .input = {"points", "three"}, .param = {"range", "unit"}, .output = "out"};
  (void)state;
  write_points("three", 3, 3, three);
  write_points("other", 2, 3, other);
  expect(&call, 9, (const float[]){0, 0, 0, .25f, 1, 0, 1, .5f, 0});
  call.param[1] = "symmetric";
  expect(&call, 9, (const float[]){-1, -1, 0, -.5f, 1, 0, 1, 0, 0});
  call.param[1] = "largest";
  expect(&call, 9, (const float[]){.2f, -1, 1, .4f, 1, 1, 1, 0, 1});
  call.param[1] = "keep", call.param[2] = "divide", call.param[3] = "255";
  expect(&call, 9, (const float[]){1 / 255.f, -8 / 255.f, 7 / 255.f, 2 / 255.f, 8 / 255.f, 7 / 255.f, 5 / 255.f, 0, 7 / 255.f});
  call.param[1] = "unit", call.param[3] = "-2", call.param[4] = "multiply", call.param[5] = "8";
  expect(&call, 9, (const float[]){0, 0, 0, -1, -4, 0, -4, -2, 0});
  call.param[2] = NULL, call.input[0] = "reference", call.input[1] = "three", call.input[2] = "points", call.input[3] = "other";
  expect(&call, 6, (const float[]){2, .75f, 0, -1, 1.5f, 0});
}

static void scaling_refused(void **state) {
  stage_call call = {.plugin = "points/scale", .stage = "points.scale", .input = {"points", "three"}, .param = {"divide", "0"}, .output = "out"};
  (void)state;
  write_points("three", 3, 3, three);
  write_points("pair", 3, 2, three);
  write_points("none", 0, 3, NULL);
  assert_int_equal(run_stage(&call), BF_INVALID);
  call.param[1] = "1e-39";
  assert_int_equal(run_stage(&call), BF_FAILED);
  assert_string_equal(stage_error(), "point 0: coordinate 0 becomes 1e+39, which is not finite as a 32-bit float");
  call.param[1] = "1", call.input[2] = "reference", call.input[3] = "pair";
  assert_int_equal(run_stage(&call), BF_INVALID); /* nothing is measured */
  call.param[2] = "range", call.param[3] = "unit";
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
  assert_string_equal(stage_error(), "reference: its points have 2 coordinates, those of `points` 3");
  call.input[3] = "none";
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
}

static void standardising(void **state) {
  stage_call call = {.plugin = "points/standardise", .stage = "points.standardise", .input = {"points", "cloud"}, .output = "out"};
  enum { N = 501 };
  static float x[N * 4];
  (void)state;
  for (uint64_t i = 0; i < N; i++) {
    x[4 * i] = (float)(1e4 + bf_random_normal(1, i));
    x[4 * i + 1] = .1f; /* its mean is not exactly itself */
    x[4 * i + 2] = (float)(-3e-5 * bf_random_uniform(2, i));
    x[4 * i + 3] = i % 2 ? 1 : 5;
  }
  write_points("cloud", N, 4, x);
  bf_points p = run_and_read(&call);
  for (uint32_t k = 0; k < 4; k++) {
    long double sum = 0, squares = 0;
    for (uint64_t i = 0; i < N; i++) sum += (long double)p.x[4 * i + k], squares += (long double)p.x[4 * i + k] * (long double)p.x[4 * i + k];
    assert_true(fabsl(sum / N) < 1e-6L);
    if (k == 1) assert_true(squares == 0);
    if (k != 1) assert_true(fabsl(squares / N - 1) < 1e-6L);
  }
  bf_points_free(&p);
  /* coordinate 3 of three points: mean and deviation are those of the reference, 1003/501 more or less */
  float few[] = {0, 0, 0, 3, 0, .1f, 0, 5};
  write_points("few", 2, 4, few);
  call.input[0] = "reference", call.input[2] = "points", call.input[3] = "few";
  p = run_and_read(&call);
  const double mean = (251 * 5 + 250) / 501., deviation = sqrt((251 * (5 - mean) * (5 - mean) + 250 * (1 - mean) * (1 - mean)) / 501);
  assert_true(fabs((double)p.x[3] - (3 - mean) / deviation) < 1e-6 && fabs((double)p.x[7] - (5 - mean) / deviation) < 1e-6);
  assert_true(p.x[1] == 0 && p.x[5] == 0);
  bf_points_free(&p);
}

/* The vectorised sums are those of the definition, to the last bit. */
static void covariances(void **state) {
  (void)state;
  for (uint32_t dim = 1; dim < 40; dim += dim < 10 ? 1 : 7) {
    bf_points p;
    double mean[40], *got = NULL;
    const uint64_t n = 3 * dim + 60;
    assert_int_equal(bf_points_new(&p, n, dim, false), BF_OK);
    for (uint64_t i = 0; i < n * dim; i++) p.x[i] = (float)bf_random_normal(dim, i);
    for (uint32_t k = 0; k < dim; k++) mean[k] = bf_random_uniform(dim, k);
    bf_task *t = test_task_new("covariances");
    assert_int_equal(bf_covariance(test_host(), t, &p, mean, &got), BF_OK);
    for (uint32_t a = 0; a < dim; a++)
      for (uint32_t b = a; b < dim; b++) {
        double sum = 0;
        for (uint64_t i = 0; i < n; i++) sum += ((double)p.x[i * dim + a] - mean[a]) * ((double)p.x[i * dim + b] - mean[b]);
        assert_true(got[a * bf_covariance_stride(dim) + b] == sum / (double)n);
      }
    test_task_limits(t)->steps = 0;
    free(got);
    assert_int_equal(bf_covariance(test_host(), t, &p, mean, &got), BF_CANCELLED);
    test_task_free(t);
    bf_points_free(&p);
  }
  assert_true(bf_covariance_bytes(UINT32_MAX) == UINT64_MAX);
}

/* A box of half-sides 3, 2 and 1 with points at its corners, turned: rows of `turn` are its axes. */
static const double turn[3][3] = {{2. / 3, -2. / 3, 1. / 3}, {1. / 3, 2. / 3, 2. / 3}, {-2. / 3, -1. / 3, 2. / 3}};
static void write_box(const char *path) {
  float x[24];
  for (int i = 0; i < 8; i++)
    for (int k = 0; k < 3; k++) {
      double sum = 10 * (k + 1);
      for (int j = 0; j < 3; j++) sum += (i >> j & 1 ? 1 : -1) * (3 - j) * turn[j][k];
      x[3 * i + k] = (float)sum;
    }
  write_points(path, 8, 3, x);
}

static void expect_box(const stage_call *call, uint32_t dim, const double *size) {
  static const double sign[] = {1, 1, -1}; /* of the largest entries: 2/3 first, 2/3 first, -2/3 first */
  bf_points p = run_and_read(call);
  assert_int_equal(p.dim, dim);
  for (uint64_t i = 0; i < p.n; i++)
    for (uint32_t j = 0; j < dim; j++) assert_true(fabs((double)p.x[i * dim + j] - sign[j] * (i >> j & 1 ? 1 : -1) * size[j]) < 1e-5);
  bf_points_free(&p);
}

static void principal(void **state) {
  stage_call call = {.plugin = "points/pca", .stage = "points.pca", .input = {"points", "box"}, .param = {"dim", "3"}, .output = "out"};
  (void)state;
  write_box("box");
  expect_box(&call, 3, (const double[]){3, 2, 1});
  call.param[1] = "2";
  expect_box(&call, 2, (const double[]){3, 2});
  call.param[2] = "whiten", call.param[3] = "true";
  expect_box(&call, 2, (const double[]){1, 1});
  call.param[1] = "4";
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
  call.param[1] = "2", call.memory = 100;
  assert_int_equal(run_stage(&call), BF_NO_MEMORY);
  call.memory = 0, call.cancel_at = 1;
  assert_int_equal(run_stage(&call), BF_CANCELLED);
}

/* Another cloud in the axes of the box; and components about the origin, the first of which goes through the mean. */
static void principal_reference(void **state) {
  stage_call call = {.plugin = "points/pca", .stage = "points.pca", .input = {"points", "one", "reference", "box"}, .param = {"dim", "3"}, .output = "out"};
  const float one[] = {10 + 1, 20, 30};
  (void)state;
  write_box("box");
  write_points("one", 1, 3, one);
  bf_points p = run_and_read(&call);
  for (int j = 0; j < 3; j++) assert_true(fabs((double)p.x[j] - (j < 2 ? 1 : -1) * turn[j][0]) < 1e-5);
  bf_points_free(&p);
  const float far[] = {100, 0, 101, 0, 102, 0, 100, 1, 101, 1, 102, 1, 100, -1, 101, -1, 102, -1};
  write_points("far", 9, 2, far);
  stage_call origin = {.plugin = "points/pca", .stage = "points.pca", .input = {"points", "far"}, .param = {"dim", "2", "centre", "false"}, .output = "out"};
  expect(&origin, 18, far);
}

/* No variance but rounding: 0, whitened or not. */
static void principal_flat(void **state) {
  stage_call call = {.plugin = "points/pca", .stage = "points.pca", .input = {"points", "line"}, .param = {"dim", "3", "whiten", "false"}, .output = "out"};
  float line[3 * 50];
  (void)state;
  for (size_t i = 0; i < 50; i++) line[3 * i] = (float)i, line[3 * i + 1] = 2 * (float)i, line[3 * i + 2] = 1 - (float)i;
  write_points("line", 50, 3, line);
  for (int whiten = 0; whiten < 2; whiten++) {
    call.param[3] = whiten ? "true" : "false";
    bf_points p = run_and_read(&call);
    for (uint64_t i = 0; i < 50; i++) {
      assert_true(fabs((double)p.x[3 * i] - ((double)i - 24.5) * (whiten ? 1 / sqrt((2500 - 1) / 12.) : sqrt(6))) < 1e-4);
      assert_true(p.x[3 * i + 1] == 0 && p.x[3 * i + 2] == 0);
    }
    bf_points_free(&p);
  }
  write_points("one", 1, 3, line);
  call.input[1] = "one";
  expect(&call, 3, (const float[]){0, 0, 0});
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(scaling),       cmocka_unit_test(scaling_refused), cmocka_unit_test(standardising),
                                     cmocka_unit_test(covariances),   cmocka_unit_test(principal),       cmocka_unit_test(principal_reference),
                                     cmocka_unit_test(principal_flat)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
