/* The stage train.mlp as its users see it: recipes, declines, seeds, determinism, bad input. */
#include "disks.h"
#include "train_reference.h"
#include "train_task.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const uint32_t width[] = {2, 9, 17, 5, 2};

/* Trains the widths above with seed 3 until the first look, since any accuracy will do. */
static double *train(const bf_points *points, const char *more) {
  char text[512];
  size_t n;
  snprintf(text, sizeof text, "hidden=[9, 17, 5];seed=3;accuracy=1e-9;%s", more);
  bf_task *t = train_run("out", points, text);
  double *theta = train_theta(test_task_output(t, "model", 0)->path, &n);
  test_task_free(t);
  return theta;
}

/* The paper's first step: its rate, no clipping, a look right after it. */
static void first_step_of_the_paper(void **state) {
  (void)state;
  bf_points points;
  reference_points(&points, 700, 2, 2, 6);
  reference r;
  reference_new(&r, "relu", 4, width);
  double *start = train(&points, "recipe=paper;rate=1e-30"), *end = train(&points, "recipe=paper"), *g = calloc(r.nparam, sizeof *g);
  memcpy(r.theta, start, r.nparam * sizeof *start);
  reference_loss(&r, &points, g, NULL);
  for (size_t i = 0; i < r.nparam; i++) {
    double update = 0.02 * sqrt(0.001) / 0.1 * 0.1 * g[i] / (sqrt(0.001 * g[i] * g[i]) + 1e-8);
    assert_true(fabs(end[i] - (start[i] - update)) < 1e-5);
  }
  free(start);
  free(end);
  free(g);
  reference_free(&r);
  bf_points_free(&points);
}

/* One step with the gradient clipped to a tiny norm: Adam divides the scale out again, but ε = 1e-8 then counts. */
static void clipping_scales_the_gradient(void **state) {
  (void)state;
  bf_points points;
  reference_points(&points, 500, 2, 2, 5);
  reference r;
  reference_new(&r, "tanh", 4, width);
  double *start = train(&points, "activation=tanh;recipe=paper;rate=1e-30"), *g = calloc(r.nparam, sizeof *g), norm = 0;
  memcpy(r.theta, start, r.nparam * sizeof *start);
  reference_loss(&r, &points, g, NULL);
  for (size_t i = 0; i < r.nparam; i++) norm += g[i] * g[i];
  norm = sqrt(norm);
  double *theta = train(&points, "activation=tanh;rate=0.1;warmup=0;clip=1e-6");
  for (size_t i = 0; i < r.nparam; i++) {
    double clipped = g[i] * 1e-6 / norm, update = 0.1 * sqrt(0.001) * clipped / (sqrt(0.001 * clipped * clipped) + 1e-8);
    assert_true(fabs(theta[i] - (r.theta[i] - update)) < 2e-5);
  }
  free(start);
  free(theta);
  free(g);
  reference_free(&r);
  bf_points_free(&points);
}

/* Two half planes are learnt at once; the log tells the same story as the model. */
static void success_and_its_log(void **state) {
  (void)state;
  bf_points points;
  reference_points(&points, 1000, 2, 2, 21);
  for (uint64_t i = 0; i < points.n; i++) {
    points.label[i] = points.x[2 * i] > 0.1f;
    points.x[2 * i] += points.label[i] ? 0.1f : -0.1f;
  }
  bf_task *t = train_task("out", &points);
  train_set(t, "hidden=8;activation=tanh;rate=0.01;half_life=2500;warmup=100"); /* whatever the recipe has */
  assert_int_equal(test_task_run(t, "train.mlp"), BF_OK);
  bf_training_log log;
  train_log(t, &log);
  assert_true(log.success && log.final_accuracy == 1 && log.n == log.steps && log.n > 1);
  for (uint64_t i = 0; i < log.n; i++) {
    assert_int_equal(log.step[i], i + 1);
    assert_true((log.accuracy[i] == 1) == (i + 1 == log.n)); /* ended at the first step with 100 % */
    assert_true(fabs((double)log.rate[i] / (0.01 * exp2(-(double)i / 2500) * fmin(1, (double)(i + 1) / 100)) - 1) < 1e-6);
  }
  assert_true(log.loss[log.n - 1] < log.loss[0]);
  bf_network network;
  assert_int_equal(bf_network_read(test_task_output(t, "model", 0)->path, 0, &network), BF_OK);
  assert_int_equal(network.nlayer, 2);
  assert_string_equal(network.layer[0].activation, "activation.tanh");
  assert_string_equal(network.layer[1].activation, "");
  reference r;
  reference_new(&r, "tanh", 2, (uint32_t[]){2, 8, 2});
  size_t n;
  double *theta = train_theta(test_task_output(t, "model", 0)->path, &n);
  memcpy(r.theta, theta, n * sizeof *theta);
  uint64_t right;
  reference_loss(&r, &points, NULL, &right);
  assert_int_equal(right, points.n);
  free(theta);
  reference_free(&r);
  bf_network_free(&network);
  bf_training_log_free(&log);
  test_task_free(t);
  bf_points_free(&points);
}

static void expect_decline(const bf_points *points, const char *how, const char *reason) {
  bf_task *t = train_task("out", points);
  train_set(t, how);
  assert_int_equal(test_task_run(t, "train.mlp"), BF_DECLINED);
  if (!strstr(test_task_error(t), reason)) fail_msg("%s", test_task_error(t));
  test_task_free(t);
}

/* Points that carry both labels can't be learnt. */
static void declines_say_why(void **state) {
  (void)state;
  bf_points points;
  reference_points(&points, 100, 2, 2, 31);
  for (uint64_t i = 0; i < points.n; i++) {
    points.label[i] = i % 2;
    points.x[2 * i] = points.x[2 * (i & ~1ull)], points.x[2 * i + 1] = points.x[2 * (i & ~1ull) + 1];
  }
  expect_decline(&points, "hidden=3;steps=40", "0.50000 (50 of 100 points right) after 40 steps, the last");
  expect_decline(&points, "hidden=3;steps=40;check_every=7", "after 40 steps, the last");
  expect_decline(&points, "hidden=3;recipe=paper;steps=40;check_every=10", "did not rise: 0.50000 (50 of 100 points right) after 10 steps, 0.50000 before");
  expect_decline(&points, "hidden=3;recipe=paper;steps=5", "after 5 steps, the last"); /* the look after step 1 alone is no failure */
  expect_decline(&points, "hidden=3;rate=1e38;warmup=0;clip=inf", "no longer a finite number");
  bf_points_free(&points);
}

/* 100 points at one place, 55 of them of class 1, so that 55 are right at best: a share of 0.55, though 0.55 · 100 is more than 55 in doubles. */
static void a_share_is_enough(void **state) {
  (void)state;
  bf_points points;
  reference_points(&points, 100, 2, 2, 41);
  for (uint64_t i = 0; i < points.n; i++) points.label[i] = i < 55, points.x[2 * i] = points.x[2 * i + 1] = 1;
  bf_task *t = train_task("out", &points);
  train_set(t, "hidden=3;warmup=0;steps=1000;accuracy=0.55");
  if (test_task_run(t, "train.mlp") != BF_OK) fail_msg("%s", test_task_error(t));
  test_task_free(t);
  expect_decline(&points, "hidden=3;warmup=0;steps=1000;accuracy=0.551", "0.55000 (55 of 100 points right)");
  bf_points_free(&points);
}

/* Reaching the last step is a failure in the paper's recipe even if everything is right by then. */
static void the_papers_last_step_is_a_failure(void **state) {
  (void)state;
  bf_points points;
  reference_points(&points, 200, 2, 2, 21);
  for (uint64_t i = 0; i < points.n; i++) points.label[i] = points.x[2 * i] > 0;
  expect_decline(&points, "hidden=8;recipe=paper;steps=400;check_every=400", "after 400 steps, the last");
  bf_task *t = train_task("out", &points);
  train_set(t, "hidden=8;recipe=paper;steps=401;check_every=400");
  assert_int_equal(test_task_run(t, "train.mlp"), BF_OK);
  bf_training_log log;
  train_log(t, &log);
  assert_true(log.n == 400 && log.step[0] == 1 && log.step[399] == 400 && log.accuracy[399] == 1);
  bf_training_log_free(&log);
  test_task_free(t);
  bf_points_free(&points);
}

/* The paper's network learns the nine disks; model, log and state have the same bytes for any number of threads. */
static void nine_disks_for_any_number_of_threads(void **state) {
  (void)state;
  static const char *const ports[] = {"model", "log", "state"};
  bf_points points;
  test_disks(&points);
  assert_int_equal(points.n, 10050);
  bf_task *first = NULL;
  for (uint32_t threads = 1; threads <= 3; threads++) {
    bf_task *t = train_task(threads == 1 ? "one" : "more", &points);
    test_task_limits(t)->threads = threads;
    const char *asan = getenv("BF_ASAN");
    if (asan && *asan == '1') test_task_set(t, "accuracy", "0.86"); /* a few steps, since the sanitizers make them long */
    if (test_task_run(t, "train.mlp") != BF_OK) fail_msg("%s", test_task_error(t));
    for (int port = 0; first && port < 3; port++) train_same_bytes(test_task_output(first, ports[port], 0)->path, test_task_output(t, ports[port], 0)->path);
    if (threads == 1)
      first = t;
    else
      test_task_free(t);
  }
  test_task_free(first);
  bf_points_free(&points);
}

/* Seeds give different weights, activations of one seed the same ones. */
static void initial_weights(void **state) {
  (void)state;
  bf_points points;
  reference_points(&points, 50, 2, 2, 41);
  size_t n = 2 * 9 + 9 + 9 * 17 + 17 + 17 * 5 + 5 + 5 * 2 + 2;
  double *a = train(&points, "activation=tanh;recipe=paper;rate=1e-30"), *b = train(&points, "activation=relu;recipe=paper;rate=1e-30");
  for (size_t i = 0; i < n; i++) assert_true(fabs(a[i] - b[i]) < 1e-29);
  bf_task *t = train_run("out", &points, "hidden=[9, 17, 5];seed=4;accuracy=0;steps=1;checkpoints=0");
  double *c = train_theta(test_task_output(t, "checkpoints", 0)->path, &n);
  assert_string_equal(test_task_label(t, "checkpoints", 0, "step"), "0");
  assert_memory_not_equal(a, c, n * sizeof *a);
  free(a);
  free(b);
  free(c);
  test_task_free(t);
  bf_points_free(&points);
}

static void expect_error(const bf_points *points, bf_status status, const char *message, uint64_t memory, uint64_t steps) {
  bf_task *t = train_task("out", points);
  test_task_limits(t)->memory = memory;
  test_task_limits(t)->steps = steps;
  assert_int_equal(test_task_run(t, "train.mlp"), status);
  if (message && !strstr(test_task_error(t), message)) fail_msg("%s", test_task_error(t));
  test_task_free(t);
}

static void bad_input_and_limits(void **state) {
  (void)state;
  bf_points points;
  reference_points(&points, 50, 2, 2, 51);
  expect_error(&points, BF_CANCELLED, NULL, 1u << 30, 3);
  expect_error(&points, BF_NO_MEMORY, NULL, 100000, UINT64_MAX);
  points.label[7] = 4096;
  expect_error(&points, BF_BAD_INPUT, "class number 4096", 1u << 30, UINT64_MAX);
  int32_t *label = points.label;
  points.label = NULL;
  expect_error(&points, BF_BAD_INPUT, "no class numbers", 1u << 30, UINT64_MAX);
  points.label = label;
  points.n = 0;
  expect_error(&points, BF_BAD_INPUT, "no points", 1u << 30, UINT64_MAX);
  points.n = 50;
  bf_points_free(&points);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(first_step_of_the_paper),
      cmocka_unit_test(clipping_scales_the_gradient),
      cmocka_unit_test(success_and_its_log),
      cmocka_unit_test(declines_say_why),
      cmocka_unit_test(a_share_is_enough),
      cmocka_unit_test(the_papers_last_step_is_a_failure),
      cmocka_unit_test(nine_disks_for_any_number_of_threads),
      cmocka_unit_test(initial_weights),
      cmocka_unit_test(bad_input_and_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
