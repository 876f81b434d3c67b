/* The stage train.mlp as its users see it: Adam against a reference in double, recipes, declines, seeds, determinism, bad input. */
#include "disks.h"
#include "host.h"
#include "train_reference.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MAX_BYTES = 1 << 22 };

static bf_task *make_task(const char *folder, const bf_points *points) {
  bf_task *t = test_task_new(folder);
  test_task_load(t, "activation/relu.so");
  test_task_load(t, "activation/tanh.so");
  test_task_load(t, "train/mlp.so");
  assert_int_equal(bf_points_write(&(bf_out){"points.bf", NULL, 0}, points), BF_OK);
  test_task_input(t, "train", "points.bf", NULL, 0);
  return t;
}

static void settings(bf_task *t, const char *text) { /* "hidden=[5, 5] seed=2": values without spaces around = */
  char copy[512];
  snprintf(copy, sizeof copy, "%s", text);
  for (char *s = strtok(copy, ";"); s; s = strtok(NULL, ";")) {
    char *equals = strchr(s, '=');
    assert_non_null(equals);
    *equals = 0;
    test_task_set(t, s, equals + 1);
  }
}

static void read_model(bf_task *t, bf_network *network) { assert_int_equal(bf_network_read(test_task_output(t, "model", 0)->path, 0, network), BF_OK); }

static void flatten(const bf_network *network, double *theta) {
  for (uint32_t l = 0; l < network->nlayer; l++) {
    size_t n = (size_t)network->layer[l].inputs * network->layer[l].outputs;
    for (size_t i = 0; i < n; i++) *theta++ = (double)network->layer[l].weight[i];
    for (size_t i = 0; i < network->layer[l].outputs; i++) *theta++ = (double)network->layer[l].bias[i];
  }
}

static size_t bytes_of(const char *path, char *bytes) {
  FILE *f = fopen(path, "rb");
  assert_non_null(f);
  size_t n = fread(bytes, 1, MAX_BYTES, f);
  fclose(f);
  return n;
}

/* TensorFlow 1's Adam in double, from the initial weights that the stage itself gives (a rate of almost nothing leaves them as they are). */
static void reference_adam(reference *r, const bf_points *points, int steps, double rate, double half_life) {
  double *g = calloc(r->nparam, sizeof *g), *m = calloc(r->nparam, sizeof *m), *v = calloc(r->nparam, sizeof *v);
  for (int t = 0; t < steps; t++) {
    reference_loss(r, points, g, NULL);
    double step = rate * pow(0.5, t / half_life) * sqrt(1 - pow(0.999, t + 1)) / (1 - pow(0.9, t + 1));
    for (size_t i = 0; i < r->nparam; i++) {
      m[i] = 0.9 * m[i] + 0.1 * g[i];
      v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
      r->theta[i] -= step * m[i] / (sqrt(v[i]) + 1e-8);
    }
  }
  free(g);
  free(m);
  free(v);
}

/* Trains for exactly `steps` steps, since any accuracy is enough at the first look. */
static void train(const bf_points *points, const char *activation, const char *more, double *theta) {
  bf_task *t = make_task("out", points);
  test_task_set(t, "activation", activation);
  settings(t, "hidden=[9, 17, 5];seed=3;accuracy=1e-9");
  settings(t, more);
  assert_int_equal(test_task_run(t, "train.mlp"), BF_OK);
  bf_network network;
  read_model(t, &network);
  flatten(&network, theta);
  bf_network_free(&network);
  test_task_free(t);
}

static void adam_follows_the_reference(void **state) {
  (void)state;
  static const uint32_t width[] = {2, 9, 17, 5, 2};
  bf_points points;
  test_disks(&points);
  for (uint64_t i = 0; i < 700; i++) { /* a spread of 700 of them, in place */
    points.x[2 * i] = points.x[2 * (i * 14)], points.x[2 * i + 1] = points.x[2 * (i * 14) + 1];
    points.label[i] = points.label[i * 14];
  }
  points.n = 700;
  for (int k = 0; k < 4; k++) {
    const char *activation = k % 2 ? "relu" : "tanh";
    reference r;
    reference_new(&r, activation, 4, width);
    double *theta = calloc(r.nparam, sizeof *theta), worst = 0;
    train(&points, activation, "recipe=paper;rate=1e-30", r.theta); /* the initial weights */
    reference_adam(&r, &points, k < 2 ? 20 : 1, 0.02, k < 2 ? 10 : 2500);
    train(&points, activation, k < 2 ? "recipe=robust;rate=0.02;half_life=10;warmup=0;clip=inf;check_every=20" : "recipe=paper", theta);
    for (size_t i = 0; i < r.nparam; i++) worst = fmax(worst, fabs(theta[i] - r.theta[i]) / fmax(fabs(r.theta[i]), 0.3));
    assert_true(worst < 1e-5);
    free(theta);
    reference_free(&r);
  }
  bf_points_free(&points);
}

/* One step with the gradient clipped to a tiny norm: Adam divides the scale out again, but ε = 1e-8 then counts. */
static void clipping_scales_the_gradient(void **state) {
  (void)state;
  static const uint32_t width[] = {2, 9, 17, 5, 2};
  bf_points points;
  reference_points(&points, 500, 2, 2, 5);
  reference r;
  reference_new(&r, "tanh", 4, width);
  double *theta = calloc(r.nparam, sizeof *theta), *g = calloc(r.nparam, sizeof *g), norm = 0;
  train(&points, "tanh", "recipe=paper;rate=1e-30", r.theta);
  reference_loss(&r, &points, g, NULL);
  for (size_t i = 0; i < r.nparam; i++) norm += g[i] * g[i];
  norm = sqrt(norm);
  train(&points, "tanh", "rate=0.1;warmup=0;clip=1e-6", theta);
  for (size_t i = 0; i < r.nparam; i++) {
    double clipped = g[i] * 1e-6 / norm, update = 0.1 * sqrt(0.001) * clipped / (sqrt(0.001 * clipped * clipped) + 1e-8);
    assert_true(fabs(theta[i] - (r.theta[i] - update)) < 2e-5);
  }
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
  bf_task *t = make_task("out", &points);
  settings(t, "hidden=8;activation=tanh");
  assert_int_equal(test_task_run(t, "train.mlp"), BF_OK);
  bf_training_log log;
  assert_int_equal(bf_training_log_read(test_task_output(t, "log", 0)->path, 0, &log), BF_OK);
  assert_true(log.success && log.final_accuracy == 1 && log.n == log.steps && log.n > 1);
  for (uint64_t i = 0; i < log.n; i++) {
    assert_int_equal(log.step[i], i + 1);
    assert_true((log.accuracy[i] == 1) == (i + 1 == log.n)); /* ended at the first step with 100 % */
    assert_true(fabs((double)log.rate[i] / (0.01 * exp2(-(double)i / 2500) * fmin(1, (double)(i + 1) / 100)) - 1) < 1e-6);
  }
  assert_true(log.loss[log.n - 1] < log.loss[0]);
  bf_network network;
  read_model(t, &network);
  assert_int_equal(network.nlayer, 2);
  assert_string_equal(network.layer[0].activation, "activation.tanh");
  assert_string_equal(network.layer[1].activation, "");
  reference r;
  reference_new(&r, "tanh", 2, (uint32_t[]){2, 8, 2});
  flatten(&network, r.theta);
  uint64_t right;
  reference_loss(&r, &points, NULL, &right);
  assert_int_equal(right, points.n);
  reference_free(&r);
  bf_network_free(&network);
  bf_training_log_free(&log);
  test_task_free(t);
  bf_points_free(&points);
}

static void expect_decline(const bf_points *points, const char *how, const char *reason) {
  bf_task *t = make_task("out", points);
  settings(t, how);
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
  bf_task *t = make_task("out", &points);
  settings(t, "hidden=3;warmup=0;steps=1000;accuracy=0.55");
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
  bf_task *t = make_task("out", &points);
  settings(t, "hidden=8;recipe=paper;steps=401;check_every=400");
  assert_int_equal(test_task_run(t, "train.mlp"), BF_OK);
  bf_training_log log;
  assert_int_equal(bf_training_log_read(test_task_output(t, "log", 0)->path, 0, &log), BF_OK);
  assert_true(log.n == 400 && log.step[0] == 1 && log.step[399] == 400 && log.accuracy[399] == 1);
  bf_training_log_free(&log);
  test_task_free(t);
  bf_points_free(&points);
}

/* The paper's network learns the nine disks; model and log have the same bytes for any number of threads. */
static void nine_disks_for_any_number_of_threads(void **state) {
  (void)state;
  bf_points points;
  test_disks(&points);
  assert_int_equal(points.n, 10050);
  char *first[2] = {malloc(MAX_BYTES), malloc(MAX_BYTES)}, *other = malloc(MAX_BYTES);
  size_t size[2] = {0};
  for (uint32_t threads = 1; threads <= 3; threads++) {
    bf_task *t = make_task("out", &points);
    test_task_limits(t)->threads = threads;
    const char *asan = getenv("BF_ASAN");
    if (asan && *asan == '1') test_task_set(t, "accuracy", "0.86"); /* a few steps, since the sanitizers make them long */
    assert_int_equal(test_task_run(t, "train.mlp"), BF_OK);
    for (int port = 0; port < 2; port++) {
      const char *path = test_task_output(t, port ? "log" : "model", 0)->path;
      if (threads == 1) {
        size[port] = bytes_of(path, first[port]);
      } else {
        assert_int_equal(bytes_of(path, other), size[port]);
        assert_memory_equal(first[port], other, size[port]);
      }
    }
    test_task_free(t);
  }
  for (int port = 0; port < 2; port++) free(first[port]);
  free(other);
  bf_points_free(&points);
}

/* Seeds give different weights, activations of one seed the same ones, inside Glorot's bounds. */
static void initial_weights(void **state) {
  (void)state;
  bf_points points;
  reference_points(&points, 50, 2, 2, 41);
  double theta[3][2 * 9 + 9 + 9 * 17 + 17 + 17 * 5 + 5 + 5 * 2 + 2] = {{0}}, mean = 0;
  train(&points, "tanh", "recipe=paper;rate=1e-30", theta[0]);
  train(&points, "relu", "recipe=paper;rate=1e-30", theta[1]);
  for (size_t i = 0; i < sizeof theta[0] / sizeof *theta[0]; i++) assert_true(fabs(theta[0][i] - theta[1][i]) < 1e-29);
  bf_task *t = make_task("out", &points);
  settings(t, "hidden=[9, 17, 5];seed=4;accuracy=1e-9;rate=1e-30;recipe=paper");
  assert_int_equal(test_task_run(t, "train.mlp"), BF_OK);
  bf_network network;
  read_model(t, &network);
  flatten(&network, theta[2]);
  assert_memory_not_equal(theta[0], theta[2], sizeof theta[0]);
  for (uint32_t l = 0; l < 4; l++) {
    const bf_layer *layer = &network.layer[l];
    double limit = sqrt(6.0 / (layer->inputs + layer->outputs)), largest = 0;
    for (uint32_t i = 0; i < layer->inputs * layer->outputs; i++) {
      largest = fmax(largest, fabs((double)layer->weight[i]));
      mean += (double)layer->weight[i] / limit / 266;
    }
    assert_true(largest <= limit && largest > 0.7 * limit);
    for (uint32_t o = 0; o < layer->outputs; o++) assert_true(fabsf(layer->bias[o]) < 1e-29f);
  }
  assert_true(fabs(mean) < 0.15);
  bf_network_free(&network);
  test_task_free(t);
  bf_points_free(&points);
}

static void expect_error(const bf_points *points, bf_status status, const char *message, uint64_t memory, uint64_t steps) {
  bf_task *t = make_task("out", points);
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
      cmocka_unit_test(adam_follows_the_reference),
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
