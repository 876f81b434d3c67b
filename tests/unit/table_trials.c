/* table.trials: rows and counts of trainings, declined ones, names that collide, and no log at all. */
#include "fake.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void write_log(const char *path, uint32_t attempts, uint64_t steps, double validation, bool success) {
  uint32_t attempt[] = {1, attempts};
  uint64_t step[] = {steps, steps + 1};
  float loss[] = {1, (float)steps / 1000}, share[] = {.5f, 1};
  bf_training_log l = {.n = 2, .attempt = attempt, .step = step, .loss = loss, .accuracy = share, .rate = loss, .gradient = loss};
  l.final_accuracy = success ? 1 : .9;
  l.final_validation = validation;
  if (!isnan(validation)) l.validation_loss = loss, l.validation_accuracy = share;
  l.steps = steps + 1;
  l.attempts = attempts;
  l.success = success;
  if (bf_training_log_write(&(bf_out){.path = path}, &l) != BF_OK) fail_msg("%s", bf_error());
}

static const bf_column *column(const bf_table *t, const char *name) {
  for (uint32_t i = 0; i < t->ncolumn; i++)
    if (!strcmp(t->column[i].name, name)) return &t->column[i];
  fail_msg("no column '%s'", name);
  return NULL;
}

static bf_table result(const fake *f, size_t output) {
  bf_table t;
  assert_int_equal(fake_outputs(f), 2);
  assert_int_equal(bf_table_read(fake_output(f, output)->path, 0, &t), BF_OK);
  return t;
}

static fake *begin(void) {
  fake *f = fake_new(fake_plugin("table/trials"));
  write_log("a", 1, 999, NAN, true);
  write_log("b", 3, 1499, .75, true);
  write_log("c", 1, 199, .25, true);
  return f;
}

#define LABEL(...) ((const char *[]){__VA_ARGS__, NULL})

static void rows(void **state) {
  (void)state;
  fake *f = begin();
  fake_input(f, "logs", "a", NULL, 2, LABEL("activation", "relu", "trial", "1"));
  fake_input(f, "logs", "b", NULL, 2, LABEL("activation", "relu", "trial", "2"));
  fake_input(f, "logs", NULL, "accuracy 0.99 in 5 attempts", 2, LABEL("activation", "tanh", "trial", "1"));
  fake_input(f, "logs", "c", NULL, 2, LABEL("activation", "tanh", "trial", "2"));
  assert_int_equal(fake_run(f, "table.trials"), BF_OK);
  bf_table t = result(f, 0);
  static const char *const names[] = {"activation", "trial", "outcome", "attempts", "steps", "accuracy", "validation", "loss", "reason"};
  assert_int_equal(t.ncolumn, 9);
  assert_int_equal(t.n, 4);
  for (int i = 0; i < 9; i++) assert_string_equal(t.column[i].name, names[i]);
  static const char *const outcome[] = {"trained", "trained", "declined", "trained"};
  static const int64_t attempts[] = {1, 3, BF_NO_INTEGER, 1}, steps[] = {1000, 1500, BF_NO_INTEGER, 200};
  for (int i = 0; i < 4; i++) {
    assert_string_equal(t.column[0].text[i], i < 2 ? "relu" : "tanh");
    assert_string_equal(t.column[1].text[i], i % 2 ? "2" : "1");
    assert_string_equal(t.column[2].text[i], outcome[i]);
    assert_int_equal(t.column[3].integer[i], attempts[i]);
    assert_int_equal(t.column[4].integer[i], steps[i]);
    assert_string_equal(t.column[8].text[i], i == 2 ? "accuracy 0.99 in 5 attempts" : "");
  }
  assert_true(t.column[5].real[0] == 1 && isnan(t.column[5].real[2]));
  assert_true(isnan(t.column[6].real[0]) && t.column[6].real[1] == .75);
  assert_true(t.column[7].real[3] == (double).199f && isnan(t.column[7].real[2]));
  bf_table_free(&t);

  t = result(f, 1);
  assert_string_equal(t.caption, "4 trainings: 3 trained, 1 declined");
  assert_int_equal(t.n, 2);
  assert_int_equal(t.ncolumn, 8);
  assert_string_equal(t.column[0].text[1], "tanh");
  static const int64_t counts[4][2] = {{2, 2}, {2, 1}, {1, 1}, {0, 1}};
  static const char *const heads[] = {"trials", "trained", "at_once", "declined"};
  for (int k = 0; k < 4; k++)
    for (int i = 0; i < 2; i++) assert_int_equal(column(&t, heads[k])->integer[i], counts[k][i]);
  assert_true(column(&t, "median_steps")->real[0] == 1250 && column(&t, "median_steps")->real[1] == 200);
  assert_true(column(&t, "median_validation")->real[0] == .75 && column(&t, "median_validation")->real[1] == .25);
  assert_int_equal(t.nnote, 1);
  assert_string_equal(t.note[0], "declined activation=tanh trial=1 – accuracy 0.99 in 5 attempts");
  bf_table_free(&t);
  fake_free(f);
}

/* Groups that alternate, as when the variable that is counted over is the slowest; sweep variables with the names of columns; an axis that only an item has. */
static void groups(void **state) {
  (void)state;
  fake *f = begin();
  write_log("d", 2, 10, NAN, false);
  for (int i = 0; i < 3; i++) {
    static const char *const file[] = {"a", "b", "c"}, *const seed[] = {"1", "2", "3"};
    fake_input(f, "logs", file[i], NULL, 2, LABEL("seed", seed[i], "steps", "10"));
    fake_input(f, "logs", i == 2 ? "d" : NULL, "no", 2, LABEL("seed", seed[i], "steps", "20", "part", "x"));
  }
  assert_int_equal(fake_run(f, "table.trials"), BF_OK);
  bf_table t = result(f, 0);
  assert_string_equal(t.column[2].name, "part");
  assert_string_equal(column(&t, "steps")->text[0], "10");
  assert_int_equal(column(&t, "log_steps")->integer[0], 1000);
  assert_string_equal(column(&t, "outcome")->text[5], "not reached");
  bf_table_free(&t);
  t = result(f, 1);
  assert_string_equal(t.caption, "6 trainings: 3 trained, 2 declined, 1 not reached");
  assert_int_equal(t.n, 2);
  static const int64_t counts[5][2] = {{3, 3}, {3, 0}, {2, 0}, {0, 2}, {0, 1}};
  static const char *const heads[] = {"trials", "trained", "at_once", "declined", "not_reached"};
  for (int k = 0; k < 5; k++)
    for (int i = 0; i < 2; i++) assert_int_equal(column(&t, heads[k])->integer[i], counts[k][i]);
  assert_true(column(&t, "median_steps")->real[0] == 1000 && isnan(column(&t, "median_steps")->real[1]));
  bf_table_free(&t);
  fake_free(f);
}

/* Over nothing: each trial a group. Many declined ones: not all are told. No label at all. */
static void over_nothing(void **state) {
  (void)state;
  fake *f = begin();
  static char seed[40][4];
  for (int i = 0; i < 40; i++) {
    snprintf(seed[i], sizeof seed[i], "%d", i);
    fake_input(f, "logs", i ? NULL : "a", "no", 1, LABEL("seed", seed[i]));
  }
  fake_set(f, "over", "");
  assert_int_equal(fake_run(f, "table.trials"), BF_OK);
  bf_table t = result(f, 1);
  assert_int_equal(t.n, 40);
  assert_int_equal(t.nnote, 11);
  assert_string_equal(t.note[10], "… and 29 more declined ones, all in the table of trials");
  bf_table_free(&t);
  fake_free(f);
  f = begin();
  fake_input(f, "logs", "a", NULL, 0, NULL);
  assert_int_equal(fake_run(f, "table.trials"), BF_OK);
  t = result(f, 1);
  assert_int_equal(t.n, 1);
  assert_string_equal(t.caption, "1 training: 1 trained, 0 declined");
  bf_table_free(&t);
  fake_free(f);
}

/* A long value of letters of two bytes, such as a path, stands in a note as a whole. */
static void long_label(void **state) {
  (void)state;
  char value[1001] = "", note[1100];
  for (size_t i = 0; i < 1000; i += 2) memcpy(value + i, "ö", 3);
  for (size_t more = 0; more < 2; more++) {
    fake *f = fake_new(fake_plugin("table/trials"));
    fake_input(f, "logs", NULL, "no", 1, LABEL(more ? "path" : "file_", value));
    assert_int_equal(fake_run(f, "table.trials"), BF_OK);
    bf_table t = result(f, 1);
    snprintf(note, sizeof note, "declined %s=%s – no", more ? "path" : "file_", value);
    assert_string_equal(t.note[0], note);
    bf_table_free(&t);
    fake_free(f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rows), cmocka_unit_test(groups), cmocka_unit_test(over_nothing), cmocka_unit_test(long_label)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
