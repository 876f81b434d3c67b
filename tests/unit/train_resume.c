/* A training that stops and goes on has the bytes of one that never stopped; and what does not fit a state is refused. */
#include "train_reference.h"
#include "train_task.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static bf_points points;

static int make_points(void **state) {
  (void)state;
  reference_points(&points, 600, 2, 3, 5);
  for (uint64_t i = 0; i < points.n; i++) points.label[i] = (points.x[2 * i] > 0.2f) + (points.x[2 * i] * points.x[2 * i + 1] > 0.1f);
  return 0;
}

static int free_points(void **state) {
  (void)state;
  bf_points_free(&points);
  return 0;
}

static void check_same(bf_task *a, bf_task *b) {
  static const char *const ports[] = {"model", "log", "state"};
  for (int port = 0; port < 3; port++) train_same_bytes(test_task_output(a, ports[port], 0)->path, test_task_output(b, ports[port], 0)->path);
}

/* 30 steps and 40 more, against 70 at once; at the seam there are no looks but the last step's. */
static void check_seam(const char *settings, const char *seam) {
  char text[512];
  snprintf(text, sizeof text, "hidden=[7, 6];activation=tanh;%s;steps=70", settings);
  bf_task *whole = train_run("whole", &points, text);
  snprintf(text, sizeof text, "hidden=[7, 6];activation=tanh;%s;steps=%s", settings, seam);
  bf_task *part = train_run("part", &points, text), *rest = train_task("rest", &points);
  snprintf(text, sizeof text, "hidden=[7, 6];activation=tanh;%s;steps=70", settings);
  train_set(rest, text);
  test_task_input(rest, "resume", test_task_output(part, "state", 0)->path, NULL, 0);
  test_task_limits(rest)->threads = 2;
  if (test_task_run(rest, "train.mlp") != BF_OK) fail_msg("%s: %s", settings, test_task_error(rest));
  check_same(whole, rest);
  test_task_free(whole);
  test_task_free(part);
  test_task_free(rest);
}

static void every_optimiser(void **state) {
  static const char *const optimisers[] = {"adam_tf1", "adam", "adamw", "sgd", "rmsprop"};
  (void)state;
  for (size_t i = 0; i < 5; i++)
    for (int batched = 0; batched < 2; batched++) {
      char text[256];
      snprintf(text, sizeof text, "accuracy=0;optimiser=%s;batch=%d;warmup=45", optimisers[i], batched ? 128 : 0);
      check_seam(text, "30");
    }
}

static void every_kind_of_bookkeeping(void **state) {
  (void)state;
  check_seam("accuracy=0;batch=250;validation=0.2;validate_every=4;keep=best;check_every=7;log_every=3;initial=he_normal", "30");
  check_seam("accuracy=0;batch=250;validation=0.2;validate_every=7;keep=best;check_every=7;log_every=3", "42");
  check_seam("accuracy=0;batch=250;validation=0.2;validate_every=7;keep=best;patience=1000", "30");
  check_seam("accuracy=0;schedule=cosine;decay_steps=70;rate=0.05;momentum=0.5;optimiser=sgd;clip=0.1", "31");
  check_seam("require=false;recipe=paper;check_every=69", "25"); /* out of steps, and the paper's count of right points before it */
  check_seam("require=false;keep=best;patience=3;rate=3", "20");
}

/* A state of the second attempt: the log keeps the first one's rows, and the decline tells both. */
static void attempts(void **state) {
  (void)state;
  static const char settings[] = "hidden=2;attempts=2;rate=0.001";
  bf_task *part = train_task("part", &points), *rest = train_task("rest", &points);
  train_set(part, settings);
  train_set(part, "require=false;steps=25");
  assert_int_equal(test_task_run(part, "train.mlp"), BF_OK);
  train_set(rest, settings);
  train_set(rest, "steps=40");
  test_task_input(rest, "resume", test_task_output(part, "state", 0)->path, NULL, 0);
  assert_int_equal(test_task_run(rest, "train.mlp"), BF_DECLINED);
  const char *first = strstr(test_task_error(rest), "attempt 1: training accuracy"), *second = strstr(test_task_error(rest), "attempt 2: training accuracy");
  assert_true(first && strstr(first, "after 25 steps, the last;") && second && strstr(second, "after 40 steps, the last"));
  bf_training_log log;
  train_log(part, &log);
  assert_true(log.attempts == 2 && log.n == 50 && log.steps == 25 && !log.success && log.attempt[24] == 1 && log.attempt[25] == 2 && log.step[25] == 1);
  bf_training_log_free(&log);
  test_task_free(part);
  test_task_free(rest);
}

static void other_trainings_are_refused(void **state) {
  static const char *const wrong[][2] = {
      {"hidden=[7, 7];activation=tanh", "of widths 2-7-6-3, but `hidden` and the points make 2-7-7-3"},
      {"hidden=[7, 6];activation=relu", "`activation` is activation.relu"},
      {"hidden=[7, 6];activation=tanh;optimiser=adam", "the optimiser adam_tf1, but `optimiser` is adam"},
      {"hidden=[7, 6];activation=tanh;seed=2", "another `seed`"},
      {"hidden=[7, 6];activation=tanh;steps=9", "has done 10 steps, but `steps` is 9"},
  };
  (void)state;
  bf_task *part = train_run("part", &points, "hidden=[7, 6];activation=tanh;accuracy=0;steps=10");
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    bf_task *t = train_task("rest", &points);
    train_set(t, wrong[i][0]);
    test_task_input(t, "resume", test_task_output(part, "state", 0)->path, NULL, 0);
    assert_int_equal(test_task_run(t, "train.mlp"), BF_BAD_INPUT);
    if (!strstr(test_task_error(t), wrong[i][1])) fail_msg("%s", test_task_error(t));
    test_task_free(t);
  }
  test_task_free(part);
}

/* What a state must keep to; the reader checks by the same rules, which damaged files in the artifacts' tests go through. */
static void bad_states_are_not_written(void **state) {
  (void)state;
  bf_task *part = train_run("part", &points, "hidden=[7, 6];activation=tanh;accuracy=0;steps=10");
  for (int wrong = 0; wrong <= 11; wrong++) {
    static const char *const message[] = {"",
                                          "no inputs or no outputs",
                                          "the widths make",
                                          "names no activation",
                                          "the optimiser's name",
                                          "array theta: element 3 is not finite",
                                          "powers",
                                          "of attempt 2, and 0 attempts before it",
                                          "the best look was after step 11",
                                          "the best look was after step 0",
                                          "the last row is not before step 9",
                                          "than can be counted"};
    static uint32_t wide[] = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    bf_training_state s, bad;
    assert_int_equal(bf_training_state_read(test_task_output(part, "state", 0)->path, 0, &s), BF_OK);
    bad = s;
    float kept = s.theta[3];
    uint32_t width = s.width[1];
    if (wrong == 1) s.width[1] = 0;
    if (wrong == 2) s.width[1] = 8;
    if (wrong == 3) bad.activation = (char *)"tanh";
    if (wrong == 4) bad.optimiser = (char *)"Adam";
    if (wrong == 5) s.theta[3] = NAN;
    if (wrong == 6) bad.power1 = 1.5;
    if (wrong == 7) bad.attempt = bad.log.attempts = 2;
    if (wrong == 8) bad.best_step = 11;
    if (wrong == 9) bad.best_step = 0;
    if (wrong == 10) bad.step = bad.best_step = bad.log.steps = 9;
    if (wrong == 11) bad.width = wide;
    assert_int_equal(bf_training_state_write(&(bf_out){"written", NULL, 0}, &bad), wrong ? BF_FAILED : BF_OK);
    if (wrong && !strstr(bf_error(), message[wrong])) fail_msg("%d: %s", wrong, bf_error());
    s.theta[3] = kept;
    s.width[1] = width;
    bf_training_state_free(&s);
  }
  train_same_bytes("written", test_task_output(part, "state", 0)->path);
  test_task_free(part);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_optimiser), cmocka_unit_test(every_kind_of_bookkeeping), cmocka_unit_test(attempts),
                                     cmocka_unit_test(other_trainings_are_refused), cmocka_unit_test(bad_states_are_not_written)};
  return cmocka_run_group_tests(tests, make_points, free_points);
}
