/* The stages that choose points: max-min, one class against the rest, and the split into training and test points. */
#include "stage_host.h"
#include "host.h"
#include <bettiflow/artifact.h>
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static bf_points read_points(const char *path) {
  bf_points p;
  if (bf_points_read(path, 0, &p) != BF_OK) fail_msg("%s", bf_error());
  return p;
}

static bf_points run_and_read(const stage_call *call) {
  if (run_stage(call) != BF_OK) fail_msg("%s", stage_error());
  return read_points(call->output);
}

/* n points of `dim` coordinates on a coarse grid, so that there are ties and duplicates; every fifth of class 4, the others of class 1. */
static void write_cloud(const char *path, uint32_t n, uint32_t dim, uint64_t seed) {
  bf_points p;
  assert_int_equal(bf_points_new(&p, n, dim, true), BF_OK);
  for (uint32_t i = 0; i < n * dim; i++) p.x[i] = (float)bf_random_below(seed, i, 9) * .25f;
  for (uint32_t i = 0; i < n; i++) p.label[i] = i % 5 ? 1 : 4;
  assert_int_equal(bf_points_write(&(bf_out){path, NULL, 0}, &p), BF_OK);
  bf_points_free(&p);
}

static double square(const bf_points *p, uint64_t i, uint64_t j) {
  double sum = 0;
  for (uint32_t k = 0; k < p->dim; k++) {
    double d = (double)p->x[i * p->dim + k] - (double)p->x[j * p->dim + k];
    sum += d * d;
  }
  return sum;
}

/* Marks what max-min chooses of the rows of one class (-1: of all), by the definition. */
static void brute_force(const bf_points *p, int32_t class, uint64_t first, uint64_t count, bool *chosen) {
  for (uint64_t l = 0; l < count; l++) {
    uint64_t best = UINT64_MAX;
    double most = -1;
    for (uint64_t i = 0; i < p->n; i++) {
      if (chosen[i] || (class >= 0 && p->label[i] != class)) continue;
      double nearest = INFINITY;
      for (uint64_t j = 0; j < p->n; j++)
        if (chosen[j] && (class < 0 || p->label[j] == class)) nearest = fmin(nearest, square(p, i, j));
      if (l == 0 ? first-- == 0 : nearest > most) best = i, most = nearest;
    }
    if (best != UINT64_MAX) chosen[best] = true;
  }
}

static void check_max_min(uint32_t n, uint32_t dim, uint64_t count, bool per_class, uint64_t first) {
  char count_text[16], first_text[16];
  snprintf(count_text, sizeof count_text, "%u", (unsigned)count);
  snprintf(first_text, sizeof first_text, "%u", (unsigned)first);
  stage_call call = {.plugin = "points/subsample",
                     .stage = "points.subsample",
                     .input = {"points", "cloud"},
                     .param = {"method", "max_min", "count", count_text, "first", first_text, "per_class", per_class ? "true" : "false"},
                     .output = "out"};
  write_cloud("cloud", n, dim, n + dim);
  bf_points all = read_points("cloud"), p = run_and_read(&call);
  bool *chosen = calloc(n, 1);
  assert_non_null(chosen);
  if (!per_class) brute_force(&all, -1, first, count, chosen);
  if (per_class) brute_force(&all, 1, first, count, chosen), brute_force(&all, 4, first, count, chosen);
  uint64_t at = 0;
  for (uint64_t i = 0; i < n; i++)
    if (chosen[i]) assert_true(at < p.n && p.id[at++] == i);
  assert_int_equal(at, p.n);
  free(chosen);
  bf_points_free(&p);
  bf_points_free(&all);
}

static void max_min(void **state) {
  (void)state;
  check_max_min(60, 1, 20, false, 7); /* nine places: all of them, then duplicates */
  check_max_min(83, 2, 17, false, 0);
  check_max_min(120, 3, 25, true, 5);
  check_max_min(40, 11, 100, true, 1); /* more than there are */
  check_max_min(1, 2, 1, false, 0);
  check_max_min(1100, 4, 9, false, 3); /* several chunks, with ties between them */
}

static void max_min_by_seed(void **state) {
  stage_call call = {.plugin = "points/subsample", .stage = "points.subsample", .input = {"points", "cloud"}, .output = "out", .param = {"method", "max_min"}};
  (void)state;
  write_cloud("cloud", 50, 2, 3);
  assert_int_equal(run_stage(&call), BF_INVALID);
  call.param[2] = "count", call.param[3] = "1", call.param[4] = "per_class", call.param[5] = "false", call.param[6] = "seed";
  bool seen[50] = {0};
  int different = 0;
  for (int seed = 0; seed < 40; seed++) {
    char text[16];
    snprintf(text, sizeof text, "%d", seed);
    call.param[7] = text;
    bf_points p = run_and_read(&call);
    assert_int_equal(p.n, 1);
    different += !seen[p.id[0]];
    seen[p.id[0]] = true;
    bf_points_free(&p);
  }
  assert_in_range(different, 15, 40);
  call.param[6] = "first", call.param[7] = "50";
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
  assert_string_equal(stage_error(), "first: there is no point 50, there are 50");
  call.param[1] = "random";
  assert_int_equal(run_stage(&call), BF_INVALID);
  call.param[1] = "max_min", call.param[7] = "0", call.cancel_at = 1;
  assert_int_equal(run_stage(&call), BF_CANCELLED);
}

static void against_rest(void **state) {
  stage_call call = {
      .plugin = "points/select", .stage = "points.select", .input = {"points", "cloud"}, .output = "out", .param = {"class", "4", "against_rest", "true"}};
  (void)state;
  write_cloud("cloud", 23, 2, 1);
  bf_points all = read_points("cloud"), p = run_and_read(&call);
  assert_int_equal(p.n, 23);
  for (uint64_t i = 0; i < p.n; i++) assert_int_equal(p.label[i], i % 5 == 0);
  assert_memory_equal(p.x, all.x, sizeof *p.x * 46);
  assert_memory_equal(p.id, all.id, 23 * sizeof *p.id);
  bf_points_free(&p);
  bf_points_free(&all);
  call.param[1] = "all";
  assert_int_equal(run_stage(&call), BF_INVALID);
  call.param[1] = "3";
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
  assert_non_null(strstr(stage_error(), "none of the 23 points has class 3"));
  call.param[1] = "1,4";
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
  call.param[1] = "1", call.param[4] = "authors_origin", call.param[5] = "true";
  assert_int_equal(run_stage(&call), BF_INVALID);
}

/* Runs points.split; the two parts are to be read by the caller. */
static bf_status split(const char *const *param, bf_points *train, bf_points *test) {
  bf_task *t = test_task_new("split");
  test_task_load(t, "points/split.so");
  test_task_input(t, "points", "cloud", NULL, 0);
  for (; *param; param += 2) test_task_set(t, param[0], param[1]);
  bf_status status = test_task_run(t, "points.split");
  if (status == BF_OK) *train = read_points(test_task_output(t, "train", 0)->path);
  if (status == BF_OK) *test = read_points(test_task_output(t, "test", 0)->path);
  test_task_free(t);
  return status;
}

static uint64_t of_class(const bf_points *p, int32_t class) {
  uint64_t n = 0;
  for (uint64_t i = 0; i < p->n; i++) n += p->label[i] == class;
  return n;
}

/* Both parts in order, with their own coordinates and classes, together the whole. */
static void check_parts(const bf_points *train, const bf_points *test) {
  bf_points all = read_points("cloud");
  uint64_t a = 0, b = 0;
  for (uint64_t i = 0; i < all.n; i++) {
    const bool first = a < train->n && train->id[a] == i;
    const bf_points *part = first ? train : test;
    const uint64_t at = first ? a++ : b++;
    assert_true(at < part->n && part->id[at] == i);
    assert_true(part->label && all.label && part->label[at] == all.label[i]);
    assert_memory_equal(part->x + at * all.dim, all.x + i * all.dim, all.dim * sizeof *all.x);
  }
  assert_true(a == train->n && b == test->n);
  bf_points_free(&all);
}

static void check_split(const char *const *param, uint64_t ntest, uint64_t least_of_4, uint64_t most_of_4) {
  bf_points train = {0}, test = {0};
  assert_int_equal(split(param, &train, &test), BF_OK);
  assert_int_equal(test.n, ntest);
  assert_in_range(of_class(&test, 4), least_of_4, most_of_4);
  check_parts(&train, &test);
  bf_points_free(&train);
  bf_points_free(&test);
}

static void splitting(void **state) {
  bf_points train = {0}, test = {0};
  (void)state;
  write_cloud("cloud", 103, 2, 8); /* 21 of class 4, 82 of class 1 */
  check_split((const char *const[]){NULL}, 21, 4, 4);
  check_split((const char *const[]){"share", "0.5", "seed", "9", NULL}, 52, 11, 11); /* 10.6 of 21, 41.4 of 82 */
  check_split((const char *const[]){"count", "50", NULL}, 50, 10, 10);
  check_split((const char *const[]){"count", "102", NULL}, 102, 20, 21);
  check_split((const char *const[]){"count", "50", "stratified", "false", NULL}, 50, 3, 18);
  assert_int_equal(split((const char *const[]){"count", "103", NULL}, &train, &test), BF_BAD_INPUT);
  assert_int_equal(split((const char *const[]){"share", "0.001", NULL}, &train, &test), BF_BAD_INPUT);
}

/* Every point is drawn about equally often. */
static void split_is_fair(void **state) {
  uint32_t hits[20] = {0};
  (void)state;
  write_cloud("cloud", 20, 1, 2);
  for (int seed = 0; seed < 100; seed++) {
    char text[16];
    bf_points train = {0}, test = {0};
    snprintf(text, sizeof text, "%d", seed);
    assert_int_equal(split((const char *const[]){"share", "0.25", "seed", text, NULL}, &train, &test), BF_OK);
    for (uint64_t i = 0; i < test.n; i++) hits[test.id[i]]++;
    bf_points_free(&train);
    bf_points_free(&test);
  }
  for (int i = 0; i < 20; i++) assert_in_range(hits[i], 7, 43); /* mean 25, deviation 4.3 */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(max_min), cmocka_unit_test(max_min_by_seed), cmocka_unit_test(against_rest), cmocka_unit_test(splitting),
                                     cmocka_unit_test(split_is_fair)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
