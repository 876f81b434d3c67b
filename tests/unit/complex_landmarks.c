/* complex.landmarks: each method against its definition, the cover radius, landmarks that are given; and the two witness complexes as stages. */
#include "host.h"
#include "stage_host.h"
#include "witness_case.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* n points of a coarse grid with classes, and ids that are no row numbers. */
static bf_points write_cloud(uint32_t n, uint32_t dim, uint64_t seed) {
  bf_points p;
  assert_int_equal(bf_points_new(&p, n, dim, true), BF_OK);
  for (uint32_t i = 0; i < n * dim; i++) p.x[i] = (float)bf_random_below(seed, i, 9) * .25f;
  for (uint32_t i = 0; i < n; i++) p.label[i] = (int32_t)i % 3, p.id[i] = 5000 - 7 * i;
  assert_int_equal(bf_points_write(&(bf_out){"cloud", NULL, 0}, &p), BF_OK);
  return p;
}

static double square(const bf_points *p, uint64_t i, const bf_points *q, uint64_t j) {
  double sum = 0;
  for (uint32_t k = 0; k < p->dim; k++) {
    double d = (double)p->x[i * p->dim + k] - (double)q->x[j * q->dim + k];
    sum += d * d;
  }
  return sum;
}

/* The row of each landmark, which goes along with its class and coordinates; and the table against the definition. */
static void check_landmarks(const bf_points *all, const bf_points *l, const char *table, uint64_t *row) {
  bf_table t;
  double most = 0;
  for (uint64_t i = 0; i < l->n; i++) {
    row[i] = (5000 - l->id[i]) / 7;
    assert_true(row[i] < all->n && all->id[row[i]] == l->id[i] && l->label && l->label[i] == all->label[row[i]]);
    assert_memory_equal(l->x + i * all->dim, all->x + row[i] * all->dim, all->dim * sizeof *all->x);
    for (uint64_t j = 0; j < i; j++) assert_true(row[j] != row[i]);
  }
  for (uint64_t i = 0; i < all->n; i++) {
    double least = INFINITY;
    for (uint64_t j = 0; j < l->n; j++) least = fmin(least, square(all, i, l, j));
    most = fmax(most, least);
  }
  assert_int_equal(bf_table_read(table, 0, &t), BF_OK);
  assert_int_equal(t.n, 1);
  assert_int_equal(t.ncolumn, 4);
  assert_string_equal(t.column[3].name, "cover_radius_square");
  assert_int_equal(t.column[0].integer[0], all->n);
  assert_int_equal(t.column[1].integer[0], l->n);
  assert_true(t.column[2].real[0] == sqrt(most));
  assert_true(t.column[3].real[0] == most);
  bf_table_free(&t);
}

/* Runs complex.landmarks on "cloud"; param: name, text, …, NULL. */
static bf_points choose(const bf_points *all, const char *const *param, uint64_t *row) {
  bf_points l;
  bf_task *t = test_task_new("landmarks");
  test_task_load(t, "complex/landmarks.so");
  test_task_input(t, "points", "cloud", NULL, 0);
  for (; *param; param += 2) test_task_set(t, param[0], param[1]);
  if (test_task_run(t, "complex.landmarks") != BF_OK) fail_msg("%s", test_task_error(t));
  assert_int_equal(bf_points_read(test_task_output(t, "landmarks", 0)->path, 0, &l), BF_OK);
  check_landmarks(all, &l, test_task_output(t, "cover", 0)->path, row);
  test_task_free(t);
  return l;
}

#define CHOOSE(all, row, ...) choose(all, (const char *const[]){__VA_ARGS__, NULL}, row)

/* Each next one is the first of those farthest from the ones before. */
static void max_min(void **state) {
  uint64_t row[200];
  (void)state;
  for (uint32_t dim = 1; dim < 5; dim++) {
    bf_points all = write_cloud(97, dim, dim), l = CHOOSE(&all, row, "count", "30", "first", "11");
    assert_int_equal(l.n, 30);
    assert_int_equal(row[0], 11);
    for (uint64_t k = 1; k < 30; k++) {
      uint64_t best = UINT64_MAX;
      double most = -1;
      for (uint64_t i = 0; i < all.n; i++) {
        double least = INFINITY;
        for (uint64_t j = 0; j < k; j++) least = row[j] == i ? -1 : fmin(least, square(&all, i, &all, row[j]));
        if (least > most) best = i, most = least;
      }
      assert_int_equal(row[k], best);
    }
    bf_points_free(&all);
    bf_points_free(&l);
  }
}

/* Seeds give different landmarks, and the same ones again. */
static void seeds(void **state) {
  static const char *const method[] = {"max_min", "random", "kmeans_pp"};
  (void)state;
  bf_points all = write_cloud(150, 3, 1);
  for (size_t m = 0; m < 3; m++) {
    int different = 0;
    uint64_t first[150], again[150], other[150];
    for (int seed = 0; seed < 10; seed++) {
      char text[8];
      snprintf(text, sizeof text, "%d", seed);
      bf_points a = CHOOSE(&all, first, "count", "8", "method", method[m], "seed", text),
                b = CHOOSE(&all, again, "count", "8", "method", method[m], "seed", text);
      assert_memory_equal(first, again, 8 * sizeof *first);
      if (seed) different += memcmp(first, other, 8 * sizeof *first) != 0;
      memcpy(other, first, sizeof other);
      bf_points_free(&a);
      bf_points_free(&b);
    }
    assert_in_range(different, 8, 9);
    bf_points l = CHOOSE(&all, first, "count", "1000", "method", method[m]); /* all of them: check_landmarks saw that none is there twice */
    assert_int_equal(l.n, 150);
    bf_points_free(&l);
  }
  bf_points_free(&all);
}

/* Of the points 0, 0, 0, 1, 3: after 0, those of weight 1 and 9 are drawn; then, with all places taken, the lowest row. */
static void kmeans_pp(void **state) {
  uint64_t row[5], drawn[5] = {0}, firsts[5] = {0};
  (void)state;
  bf_points all = write_cloud(5, 1, 1);
  memcpy(all.x, (float[]){0, 0, 0, 1, 3}, 5 * sizeof *all.x);
  assert_int_equal(bf_points_write(&(bf_out){"cloud", NULL, 0}, &all), BF_OK);
  for (int seed = 0; seed < 500; seed++) {
    char text[8];
    snprintf(text, sizeof text, "%d", seed);
    bf_points l = CHOOSE(&all, row, "count", "4", "method", "kmeans_pp", "seed", text);
    firsts[row[0]]++;
    if (row[0] < 3) {
      drawn[row[1]]++;
      assert_int_equal(row[1] + row[2], 7);
      assert_int_equal(row[3], row[0] == 0);
    }
    bf_points_free(&l);
  }
  for (int i = 0; i < 5; i++) assert_in_range(firsts[i], 60, 140); /* mean 100, deviation 9 */
  assert_int_equal(drawn[0] + drawn[1] + drawn[2], 0);
  assert_in_range(drawn[3] * 1000 / (drawn[3] + drawn[4]), 30, 170); /* a tenth; deviation .017 */
  bf_points_free(&all);
}

static void write_bytes(const char *path, const char *bytes, size_t n) {
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  assert_int_equal(fwrite(bytes, 1, n, f), n);
  assert_int_equal(fclose(f), 0);
}

static void write_text(const char *path, const char *text) { write_bytes(path, text, strlen(text)); }

static void given(void **state) {
  uint64_t row[4] = {0};
  (void)state;
  bf_points all = write_cloud(30, 2, 1), l = CHOOSE(&all, row, "method", "given", "ids", "[4993, 5000, 4951]");
  assert_int_equal(l.n, 3);
  assert_true(row[0] == 1 && row[1] == 0 && row[2] == 7);
  bf_points_free(&l);
  write_text("ids", "4993,5000\r\n\n 4951\t");
  l = CHOOSE(&all, row, "method", "given", "file", "ids");
  assert_true(l.n == 3 && row[0] == 1 && row[1] == 0 && row[2] == 7);
  bf_points_free(&l);
  bf_points_free(&all);
}

static void assert_fails(const stage_call *call, bf_status status, const char *says) {
  assert_int_equal(run_stage(call), status);
  if (says && !strstr(stage_error(), says)) fail_msg("'%s' does not say '%s'", stage_error(), says);
}

static void errors(void **state) {
  stage_call call = {.plugin = "complex/landmarks", .stage = "complex.landmarks", .input = {"points", "cloud"}, .output = "out", .param = {"method", "given"}};
  (void)state;
  bf_points all = write_cloud(30, 2, 1);
  assert_fails(&call, BF_INVALID, "either `ids` or `file`");
  call.param[2] = "ids", call.param[3] = "[5000, 4999]";
  assert_fails(&call, BF_BAD_INPUT, "ids: 4999, number 2 of the list, is the id of no point");
  call.param[3] = "[5000, 4993, 5000]";
  assert_fails(&call, BF_BAD_INPUT, "ids: 5000, number 3 of the list, stands there for the second time");
  all.id[3] = 5000;
  assert_int_equal(bf_points_write(&(bf_out){"cloud", NULL, 0}, &all), BF_OK);
  call.param[3] = "[5000]";
  assert_fails(&call, BF_BAD_INPUT, "more than one point");
  call.param[2] = "file", call.param[3] = "ids";
  write_text("ids", "4993 4986\n12x");
  assert_fails(&call, BF_BAD_INPUT, "ids:2: '12x' is no point id");
  write_text("ids", "4993\n\n-1");
  assert_fails(&call, BF_BAD_INPUT, "ids:3: '-1' is no point id");
  write_text("ids", "99999999999");
  assert_fails(&call, BF_BAD_INPUT, "ids:1: '99999999999' is no point id");
  write_bytes("ids", "4993\n4986\0 4979\n4972", 21);
  assert_fails(&call, BF_BAD_INPUT, "ids:2: there is a NUL byte");
  write_bytes("ids", "4993\n4986\0", 10);
  assert_fails(&call, BF_BAD_INPUT, "ids:2: there is a NUL byte");
  call.param[4] = "count", call.param[5] = "3";
  assert_fails(&call, BF_INVALID, "count");
  call.param[0] = call.param[2] = "seed", call.param[1] = call.param[3] = "1";
  assert_int_equal(run_stage(&call), BF_OK);
  call.param[0] = "first", call.param[1] = "30";
  assert_fails(&call, BF_BAD_INPUT, "there is no point 30, there are 30");
  call.param[2] = "method", call.param[3] = "random";
  assert_fails(&call, BF_INVALID, "first");
  call.param[0] = "ids", call.param[1] = "[1]";
  assert_fails(&call, BF_INVALID, "method: given");
  call.param[0] = NULL;
  assert_fails(&call, BF_INVALID, "how many");
  call.param[0] = "count", call.param[1] = "3", call.param[2] = NULL, call.cancel_at = 1;
  assert_fails(&call, BF_CANCELLED, NULL);
  bf_points_free(&all);
}

/* The stages give what the builder gives, with the defaults that they state. */
static void stages(void **state) {
  (void)state;
  for (int strong = 0; strong < 2; strong++) {
    witness_case c = {.options = {.kind = (bf_witness_kind)strong, .limit_dimension = 2, .alpha_square = NAN}};
    bf_filtration f;
    c.points = write_cloud(300, 3, 1);
    stage_call choice = {
        .plugin = "complex/landmarks", .stage = "complex.landmarks", .input = {"points", "cloud"}, .output = "chosen", .param = {"count", "20"}};
    assert_int_equal(run_stage(&choice), BF_OK);
    assert_int_equal(bf_points_read("chosen", 0, &c.landmarks), BF_OK);
    stage_call call = {.plugin = strong ? "complex/strong_witness" : "complex/witness",
                       .stage = strong ? "complex.strong_witness" : "complex.witness",
                       .input = {"points", "cloud", "landmarks", "chosen"},
                       .output = "complex",
                       .threads = 2};
    for (int i = 0; i < 2; i++) {
      bf_filtration right = witness_case_build(&c);
      if (run_stage(&call) != BF_OK) fail_msg("%s", stage_error());
      assert_int_equal(bf_filtration_read("complex", 0, &f), BF_OK);
      assert_in_range(right.n, 21, UINT32_MAX);
      witness_case_same(&right, &f, "the stage");
      bf_filtration_free(&f);
      bf_filtration_free(&right);
      c.options.limit_dimension = 1, c.options.alpha_square = .75;
      call.param[0] = "limit_dimension", call.param[1] = "1", call.param[2] = "alpha_square", call.param[3] = "0.75";
    }
    call.memory = 20000;
    assert_fails(&call, BF_NO_MEMORY, NULL);
    call.memory = 0, call.cancel_at = 1;
    assert_fails(&call, BF_CANCELLED, NULL);
    call.cancel_at = 0;
    c.landmarks.id[4] = c.landmarks.id[5];
    assert_int_equal(bf_points_write(&(bf_out){"chosen", NULL, 0}, &c.landmarks), BF_OK);
    assert_fails(&call, BF_BAD_INPUT, "each landmark needs its own");
    witness_case_free(&c);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(max_min), cmocka_unit_test(seeds),  cmocka_unit_test(kmeans_pp),
                                     cmocka_unit_test(given),   cmocka_unit_test(errors), cmocka_unit_test(stages)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
