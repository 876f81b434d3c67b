/* Attempts, early stop, the best weights, validation points, checkpoints and the settings that do not go together. */
#include "../../plugins/train/samples.h"
#include "train_reference.h"
#include "train_task.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Points on a positive half line, one ReLU neuron: with a negative weight, the first draw of the attempt's stream, it is dead and nothing but the shares of the
 * classes can be learnt. A task with a seed whose first attempt is dead and whose second lives or not. */
static bf_task *dead_first(const bf_points *points, bool second_lives, const char *more) {
  for (int seed = 1; seed < 100; seed++) {
    char text[32];
    snprintf(text, sizeof text, "seed=%d", seed);
    bf_task *t = train_task("out", points);
    train_set(t, "hidden=1;rate=0.05;steps=1500;attempts=2");
    train_set(t, text);
    train_set(t, more);
    test_task_limits(t)->steps = 0;
    assert_int_equal(test_task_run(t, "train.mlp"), BF_CANCELLED); /* the host's seeds are now this one's */
    test_task_limits(t)->steps = UINT64_MAX;
    double first = bf_random_uniform(test_host()->seed(t, "weights"), 0), second = bf_random_uniform(test_host()->seed(t, "weights-2"), 0);
    if (first < 0.4 && (second_lives ? second > 0.6 : second < 0.4)) return t;
    test_task_free(t);
  }
  fail_msg("no such seed");
  return NULL;
}

static void half_line(bf_points *points) {
  reference_points(points, 60, 1, 2, 3);
  for (uint64_t i = 0; i < points->n; i++) {
    points->x[i] = 1.0f + (float)i / 30.0f + (i < 20 ? 0.0f : 1.0f);
    points->label[i] = i >= 20;
  }
}

static void the_second_attempt_succeeds(void **state) {
  (void)state;
  bf_points points;
  bf_training_log log;
  half_line(&points);
  bf_task *t = dead_first(&points, true, "");
  if (test_task_run(t, "train.mlp") != BF_OK) fail_msg("%s", test_task_error(t));
  train_log(t, &log);
  assert_true(log.success && log.attempts == 2 && log.steps < 1500 && log.n == 1500 + log.steps);
  assert_true(log.attempt[1499] == 1 && log.step[1499] == 1500 && log.attempt[1500] == 2 && log.step[1500] == 1 && log.accuracy[log.n - 1] == 1);
  bf_training_log_free(&log);
  test_task_free(t);
  bf_points_free(&points);
}

static void all_attempts_fail(void **state) {
  (void)state;
  bf_points points;
  half_line(&points);
  bf_task *t = dead_first(&points, false, "steps=300");
  assert_int_equal(test_task_run(t, "train.mlp"), BF_DECLINED);
  assert_string_equal(test_task_error(t), "none of 2 attempts succeeded; attempt 1: training accuracy 0.66667 (40 of 60 points right) after 300 steps, the last"
                                          "; attempt 2: training accuracy 0.66667 (40 of 60 points right) after 300 steps, the last");
  test_task_free(t);
  t = train_task("out", &points);
  train_set(t, "rate=1e38;clip=inf;warmup=0;attempts=2;hidden=3;seed=2");
  assert_int_equal(test_task_run(t, "train.mlp"), BF_DECLINED);
  assert_non_null(strstr(test_task_error(t), "no longer a finite number after"));
  assert_non_null(strstr(test_task_error(t), "at rate 1e+38; try a lower rate"));
  test_task_free(t);
  bf_points_free(&points);
}

/* Validation points with the labels turned around: the better the network, the worse on them. So the best look is an early one. */
static void patience_and_the_best(void **state) {
  (void)state;
  bf_points points, turned;
  bf_training_log log;
  reference_points(&points, 300, 2, 2, 3);
  reference_points(&turned, 300, 2, 2, 3);
  for (uint64_t i = 0; i < points.n; i++) {
    points.label[i] = points.x[2 * i] > 0;
    turned.label[i] = !points.label[i];
  }
  assert_int_equal(bf_points_write(&(bf_out){"turned.bf", NULL, 0}, &turned), BF_OK);
  bf_task *t = train_task("out", &points);
  test_task_input(t, "validation", "turned.bf", NULL, 0);
  train_set(t, "hidden=6;activation=tanh;accuracy=0;keep=best;patience=40;validate_every=1;check_every=1;steps=3000");
  if (test_task_run(t, "train.mlp") != BF_OK) fail_msg("%s", test_task_error(t));
  train_log(t, &log);
  uint64_t best = 0;
  for (uint64_t i = 1; i < log.n; i++)
    if (log.validation_accuracy[i] > log.validation_accuracy[best] ||
        (log.validation_accuracy[i] == log.validation_accuracy[best] && log.validation_loss[i] < log.validation_loss[best]))
      best = i;
  assert_true(log.n == log.steps && log.steps == best + 1 + 40);
  assert_true((float)log.final_validation == log.validation_accuracy[best] && log.final_validation > (double)log.validation_accuracy[log.n - 1]);
  assert_true((float)log.final_accuracy == log.accuracy[best] && log.success);
  size_t n;
  uint64_t right;
  double *theta = train_theta(test_task_output(t, "model", 0)->path, &n);
  reference r;
  reference_new(&r, "tanh", 2, (uint32_t[]){2, 6, 2});
  memcpy(r.theta, theta, n * sizeof *theta);
  double loss = reference_loss(&r, &turned, NULL, &right);
  assert_true(log.final_validation == (double)right / 300 && fabs(loss - (double)log.validation_loss[best]) < 1e-5);
  free(theta);
  reference_free(&r);
  bf_training_log_free(&log);
  test_task_free(t);
  bf_points_free(&points);
  bf_points_free(&turned);
}

/* Shares of each class, every point once, in order; another seed chooses others. */
static void held_out_points(void **state) {
  (void)state;
  bf_points points;
  bf_samples a, b;
  reference_points(&points, 1000, 3, 2, 3);
  for (uint64_t i = 0; i < points.n; i++) points.label[i] = i < 700 ? 0 : i < 999 ? 1 : 2;
  assert_int_equal(bf_points_write(&(bf_out){"points.bf", NULL, 0}, &points), BF_OK);
  assert_int_equal(bf_samples_read("points.bf", NULL, 0.15, 7, 0, &a), BF_OK);
  assert_int_equal(bf_samples_read("points.bf", NULL, 0.15, 8, 0, &b), BF_OK);
  assert_true(a.classes == 3 && a.validates && a.train.n == 850 && a.validation.n == 150 && b.validation.n == 150);
  uint64_t count[3] = {0}, t = 0, v = 0;
  for (uint64_t i = 0; i < a.validation.n; i++) count[a.validation.label[i]]++;
  assert_true(count[0] == 105 && count[1] == 45 && count[2] == 0); /* the only point of class 2 stays */
  for (uint32_t i = 0; i < points.n; i++) {
    const bf_points *from = v < a.validation.n && a.validation.id[v] == i ? &a.validation : &a.train;
    uint64_t k = from == &a.train ? t++ : v++;
    assert_int_equal(from->id[k], i);
    assert_int_equal(from->label[k], points.label[i]);
    assert_memory_equal(from->x + 3 * k, points.x + (size_t)3 * i, 3 * sizeof(float));
  }
  assert_memory_not_equal(a.validation.id, b.validation.id, 150 * sizeof(uint32_t));
  bf_samples_free(&a);
  bf_samples_free(&b);
  assert_int_equal(bf_samples_read("points.bf", NULL, 0.0001, 7, 0, &a), BF_BAD_INPUT);
  bf_points_free(&points);
}

static void bad_validation_points(void **state) {
  (void)state;
  bf_points points;
  reference_points(&points, 50, 2, 2, 3);
  for (int wrong = 0; wrong < 4; wrong++) {
    static const char *const message[] = {"with 3 coordinates, but", "a validation point of class 2, but the training points have the classes 0 to 1",
                                          "have no class numbers", "no validation points"};
    bf_points v;
    bf_task *t = train_task("out", &points);
    assert_int_equal(bf_points_new(&v, wrong == 3 ? 0 : 9, wrong == 0 ? 3 : 2, wrong != 2), BF_OK);
    memset(v.x, 0, v.n * v.dim * sizeof(float));
    if (wrong == 1) v.label[8] = 2;
    assert_int_equal(bf_points_write(&(bf_out){"v.bf", NULL, 0}, &v), BF_OK);
    test_task_input(t, "validation", "v.bf", NULL, 0);
    assert_int_equal(test_task_run(t, "train.mlp"), BF_BAD_INPUT);
    if (!strstr(test_task_error(t), message[wrong])) fail_msg("%s", test_task_error(t));
    test_task_free(t);
    bf_points_free(&v);
  }
  bf_points_free(&points);
}

/* A checkpoint is the network that a training of so many steps gives; those after the end are not there. */
static void checkpoints(void **state) {
  (void)state;
  bf_points points;
  half_line(&points);
  bf_task *t = train_run("out", &points, "hidden=4;activation=tanh;rate=0.05;steps=2000;checkpoints=[0, 5, 12, 2000]");
  bf_task *five = train_run("five", &points, "hidden=4;activation=tanh;rate=0.05;accuracy=0;steps=5");
  assert_int_equal(test_task_outputs(t, "checkpoints"), 3);
  assert_string_equal(test_task_label(t, "checkpoints", 2, "step"), "12");
  size_t n, m;
  double *a = train_theta(test_task_output(t, "checkpoints", 1)->path, &n), *b = train_theta(test_task_output(five, "model", 0)->path, &m);
  assert_int_equal(n, m);
  assert_memory_equal(a, b, n * sizeof *a);
  free(a);
  free(b);
  test_task_free(t);
  test_task_free(five);
  bf_points_free(&points);
}

/* The same bytes for any number of threads, with minibatches and validation. */
static void minibatches_and_threads(void **state) {
  (void)state;
  static const char *const ports[] = {"model", "log", "state"};
  bf_points points;
  bf_task *first = NULL;
  reference_points(&points, 3000, 2, 2, 3);
  for (uint64_t i = 0; i < points.n; i++) points.label[i] = points.x[2 * i] > points.x[2 * i + 1];
  for (uint32_t threads = 1; threads <= 3; threads++) {
    bf_task *t = train_task(threads == 1 ? "one" : "more", &points);
    test_task_limits(t)->threads = threads;
    train_set(t, "hidden=[8, 8];batch=1100;accuracy=0;steps=30;validation=0.2;validate_every=7");
    if (test_task_run(t, "train.mlp") != BF_OK) fail_msg("%s", test_task_error(t));
    for (int port = 0; first && port < 3; port++) train_same_bytes(test_task_output(first, ports[port], 0)->path, test_task_output(t, ports[port], 0)->path);
    bf_training_log log;
    train_log(t, &log);
    for (uint64_t i = 0; i < log.n; i++) { /* an epoch is 3 steps */
      assert_true(isnan(log.accuracy[i]) == (log.step[i] % 3 != 0 && log.step[i] % 7 != 0));
      assert_true(isnan(log.validation_accuracy[i]) == (log.step[i] % 7 != 0 && log.step[i] != 30));
    }
    bf_training_log_free(&log);
    if (threads == 1)
      first = t;
    else
      test_task_free(t);
  }
  test_task_free(first);
  bf_points_free(&points);
}

/* Every look at the validation points has a row, whatever log_every is. */
static void validation_rows(void **state) {
  (void)state;
  static const uint64_t rows[] = {20, 40, 50, 60, 80, 100, 120, 140, 150};
  bf_points points;
  bf_training_log log;
  reference_points(&points, 200, 2, 2, 3);
  bf_task *t = train_task("rows", &points);
  train_set(t, "hidden=3;accuracy=0;steps=150;validation=0.2;validate_every=50;log_every=20");
  if (test_task_run(t, "train.mlp") != BF_OK) fail_msg("%s", test_task_error(t));
  train_log(t, &log);
  assert_int_equal(log.n, 9);
  for (int i = 0; i < 9; i++) {
    assert_int_equal(log.step[i], rows[i]);
    assert_true(isnan(log.validation_accuracy[i]) == (rows[i] % 50 != 0));
  }
  bf_training_log_free(&log);
  test_task_free(t);
  bf_points_free(&points);
}

static void settings_that_do_not_fit(void **state) {
  static const char *const wrong[][2] = {
      {"momentum=0.5", "momentum: the optimiser here is adam_tf1, which has none; sgd and rmsprop have it"},
      {"beta1=0.5;optimiser=sgd", "beta1: the optimiser here is sgd"},
      {"epsilon=0.5;optimiser=sgd", "epsilon: the optimiser here is sgd"},
      {"weight_decay=0.5", "weight_decay: the optimiser here is adam_tf1"},
      {"half_life=5;schedule=cosine", "half_life: the schedule here is cosine"},
      {"decay_steps=5", "decay_steps: the schedule here is exponential"},
      {"validate_every=5", "validate_every: there are no validation points"},
      {"checkpoints=[3, 2]", "checkpoints: 2 stands after 3"},
      {"checkpoints=[3, 12001]", "checkpoints: step 12001 is never reached, since steps is 12000"},
  };
  (void)state;
  bf_points points;
  reference_points(&points, 50, 2, 2, 3);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    bf_task *t = train_task("out", &points);
    train_set(t, wrong[i][0]);
    assert_int_equal(test_task_run(t, "train.mlp"), BF_INVALID);
    if (!strstr(test_task_error(t), wrong[i][1])) fail_msg("%s", test_task_error(t));
    test_task_free(t);
  }
  bf_task *t = train_task("out", &points);
  test_task_input(t, "validation", "points.bf", NULL, 0);
  train_set(t, "validation=0.5");
  assert_int_equal(test_task_run(t, "train.mlp"), BF_INVALID);
  test_task_free(t);
  bf_points_free(&points);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_second_attempt_succeeds),
      cmocka_unit_test(all_attempts_fail),
      cmocka_unit_test(patience_and_the_best),
      cmocka_unit_test(held_out_points),
      cmocka_unit_test(bad_validation_points),
      cmocka_unit_test(checkpoints),
      cmocka_unit_test(validation_rows),
      cmocka_unit_test(minibatches_and_threads),
      cmocka_unit_test(settings_that_do_not_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
