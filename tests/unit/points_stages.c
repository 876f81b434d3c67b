/* The data sets and the stages that choose points. */
#include "stage_host.h"
#include <bettiflow/artifact.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static bf_points run_and_read(const stage_call *call) {
  bf_points p;
  if (run_stage(call) != BF_OK) fail_msg("%s", stage_error());
  if (bf_points_read(call->output, 0, &p) != BF_OK) fail_msg("%s", bf_error());
  return p;
}

static void disks(void **state) {
  stage_call call = {.plugin = "dataset/disks", .stage = "dataset.disks", .output = "out"};
  (void)state;
  bf_points p = run_and_read(&call);
  uint64_t count[2] = {0};
  for (uint64_t i = 0; i < p.n; i++) {
    double nearest = INFINITY;
    for (int k = 0; k < 9; k++) {
      double x = k ? .7 * cos(k * M_PI / 4) : 0, y = k ? .7 * sin(k * M_PI / 4) : 0;
      nearest = fmin(nearest, hypot((double)p.x[2 * i] - x, (double)p.x[2 * i + 1] - y));
    }
    assert_in_range(p.label[i], 0, 1);
    assert_true(p.label[i] ? nearest > .1799999 : nearest < .1300001);
    assert_int_equal(p.id[i], i);
    count[p.label[i]]++;
  }
  assert_int_equal(count[0], 1344);
  assert_int_equal(count[1], 8706);
  bf_points_free(&p);
  call.param[0] = "hole", call.param[1] = "1";
  assert_int_equal(run_stage(&call), BF_INVALID);
  call.param[0] = "step", call.param[1] = "1e-9";
  assert_int_equal(run_stage(&call), BF_INVALID);
}

static void grid(void **state) {
  stage_call call = {.plugin = "dataset/grid", .stage = "dataset.grid", .output = "out"};
  (void)state;
  bf_points p = run_and_read(&call);
  assert_int_equal(p.n, 88 * 88);
  assert_null(p.label);
  assert_true(p.x[0] == -1.1f && p.x[1] == -1.1f && p.x[2] == (float)(-1.1 + .025) && p.x[3] == -1.1f);
  assert_true(fabsf(p.x[2 * p.n - 1] - 1.075f) < 1e-6f);
  bf_points_free(&p);
  stage_call cube = {
      .plugin = "dataset/grid", .stage = "dataset.grid", .output = "out", .param = {"dim", "3", "lo", "0", "hi", "1", "step", "0.3", "labelled", "true"}};
  p = run_and_read(&cube);
  assert_int_equal(p.n, 64);
  assert_int_equal(p.dim, 3);
  assert_int_equal(p.label[63], 0);
  bf_points_free(&p);
  cube.param[9] = NULL, cube.param[8] = NULL, cube.param[7] = "1e-4";
  assert_int_equal(run_stage(&cube), BF_INVALID);
  cube.param[5] = "-1";
  assert_int_equal(run_stage(&cube), BF_INVALID);
  call.memory = 1000;
  assert_int_equal(run_stage(&call), BF_NO_MEMORY);
}

/* Eight points of the classes 1 0 0 1 2 0 1 0 with x = 1 … 8. */
static void write_eight(const char *path) {
  static float x[] = {1, 2, 3, 4, 5, 6, 7, 8};
  static int32_t label[] = {1, 0, 0, 1, 2, 0, 1, 0};
  static uint32_t id[] = {10, 20, 30, 40, 50, 60, 70, 80};
  assert_int_equal(bf_points_write(&(bf_out){path, NULL, 0}, &(bf_points){.n = 8, .dim = 1, .x = x, .label = label, .id = id}), BF_OK);
}

/* Compares x of the points in `p` with the digits of `want`, and ids with ten times that; frees p. */
static void expect(bf_points p, const char *want) {
  char got[32] = "";
  for (uint64_t i = 0; i < p.n && i < 31; i++) {
    got[i] = (char)('0' + (int)p.x[i]);
    if (p.x[i] > 0) assert_int_equal(p.id[i], (uint32_t)p.x[i] * 10);
  }
  assert_string_equal(got, want);
  bf_points_free(&p);
}

static void selecting(void **state) {
  stage_call call = {.plugin = "points/select", .stage = "points.select", .input = {"points", "eight"}, .param = {"class", "0"}, .output = "out"};
  (void)state;
  write_eight("eight");
  expect(run_and_read(&call), "2368");
  call.param[1] = "2, 1";
  expect(run_and_read(&call), "1457");
  call.param[1] = "all";
  expect(run_and_read(&call), "12345678");
  call.param[1] = "9";
  expect(run_and_read(&call), "");
  static const char *const wrong[] = {"", "a", "1,,2", "1 2x", "-1", "99999999999", "1;2"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    call.param[1] = wrong[i];
    assert_int_equal(run_stage(&call), BF_INVALID);
    assert_non_null(strstr(stage_error(), "class: "));
  }
}

static void authors_origin(void **state) {
  stage_call call = {
      .plugin = "points/select", .stage = "points.select", .input = {"points", "eight"}, .param = {"class", "1", "authors_origin", "true"}, .output = "out"};
  (void)state;
  write_eight("eight");
  bf_points p = run_and_read(&call);
  assert_int_equal(p.n, 4);
  assert_true(p.x[0] == 1 && p.x[1] == 0 && p.x[2] == 4 && p.x[3] == 7);
  assert_int_equal(p.id[1], 20);
  assert_int_equal(p.label[1], 1);
  bf_points_free(&p);
  call.param[1] = "0";
  p = run_and_read(&call);
  assert_true(p.x[0] == 0 && p.x[1] == 2 && p.n == 5 && p.id[0] == 10);
  bf_points_free(&p);
  call.param[1] = "all";
  p = run_and_read(&call);
  assert_true(p.n == 9 && p.x[8] == 0);
  bf_points_free(&p);
}

static void subsampling(void **state) {
  stage_call call = {.plugin = "points/subsample", .stage = "points.subsample", .input = {"points", "eight"}, .param = {"every", "2"}, .output = "out"};
  (void)state;
  write_eight("eight");
  expect(run_and_read(&call), "12567"); /* class 1: 1, 7; class 0: 2, 6; class 2: 5 */
  stage_call plain = call;
  plain.param[2] = "per_class", plain.param[3] = "false";
  expect(run_and_read(&plain), "1357");
  call.param[0] = "count";
  bf_points p = run_and_read(&call);
  assert_int_equal(p.n, 5); /* two of class 0, two of class 1, one of class 2 */
  for (uint64_t i = 1; i < p.n; i++) assert_true(p.x[i - 1] < p.x[i]);
  bf_points_free(&p);
  uint32_t hits[9] = {0};
  for (int seed = 0; seed < 300; seed++) {
    char text[16];
    snprintf(text, sizeof text, "%d", seed);
    plain.param[0] = "count";
    plain.param[4] = "seed", plain.param[5] = text;
    p = run_and_read(&plain);
    assert_int_equal(p.n, 2);
    for (uint64_t i = 0; i < 2; i++) hits[(int)p.x[i]]++;
    bf_points_free(&p);
  }
  for (int i = 1; i <= 8; i++) assert_in_range(hits[i], 45, 105); /* mean 75 */
}

/* A format that "reads" the eight points. */
static bf_status read_eight(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  (void)host, (void)task, (void)cfg;
  assert_string_equal(path, "foreign");
  assert_int_equal(type, BF_POINT_CLOUD);
  write_eight(out->path);
  return BF_OK;
}
static bf_status read_nothing(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  (void)host, (void)task, (void)cfg, (void)type, (void)out;
  return bf_fail(BF_BAD_INPUT, "%s: line 3: not a number", path);
}

static void from_a_file(void **state) {
  bf_format format = {.id = "format.eight", .reads = BF_BIT(BF_POINT_CLOUD), .read = read_eight};
  stage_call call = {.plugin = "dataset/file", .stage = "dataset.file", .param = {"path", "foreign"}, .output = "out", .format = &format};
  (void)state;
  expect(run_and_read(&call), "12345678");
  assert_int_not_equal(access("out.d/points.part", F_OK), 0);
  call.param[2] = "class", call.param[3] = "0";
  expect(run_and_read(&call), "2368");
  call.param[4] = "every", call.param[5] = "3";
  expect(run_and_read(&call), "28");
  call.param[3] = "all";
  expect(run_and_read(&call), "1258"); /* class 1: 1; class 0: 2, 8; class 2: 5 */
  call.param[3] = "5";
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
  assert_string_equal(stage_error(), "foreign: no point has class 5; the least class is 0, the greatest 2");
  format.read = read_nothing;
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
  assert_int_not_equal(access("out.d/points.part", F_OK), 0);
  format.reads = BF_BIT(BF_FIGURE);
  assert_int_equal(run_stage(&call), BF_INVALID);
}

/* A format that gives as many numbers as the file's name says, 0 1 2 0 1 2 …; `bad` gives a half. */
static bf_status read_numbers(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  (void)host, (void)task, (void)cfg, (void)type;
  if (!strcmp(path, "foreign")) return read_eight(host, task, cfg, path, type, out);
  float x[9];
  for (int i = 0; i < 9; i++) x[i] = (float)(i % 3);
  if (!strcmp(path, "bad")) x[7] = .5f;
  static uint32_t id[9];
  static int32_t label[9];
  uint64_t n = strcmp(path, "nine") ? 8 : 9;
  uint32_t dim = strcmp(path, "pairs") ? 1 : 2;
  return bf_points_write(out, &(bf_points){.n = n / dim, .dim = dim, .x = x, .id = id, .label = strcmp(path, "labelled") ? NULL : label});
}

static void labels_from_a_file(void **state) {
  bf_format format = {.id = "format.numbers", .reads = BF_BIT(BF_POINT_CLOUD), .read = read_numbers};
  stage_call call = {.plugin = "dataset/file", .stage = "dataset.file", .param = {"path", "eight", "labels", "eight"}, .output = "out", .format = &format};
  (void)state;
  bf_points p = run_and_read(&call);
  assert_int_equal(p.n, 8);
  for (uint64_t i = 0; i < p.n; i++) assert_int_equal(p.label[i], i % 3);
  bf_points_free(&p);
  call.param[4] = "class", call.param[5] = "1";
  p = run_and_read(&call);
  assert_int_equal(p.n, 3);
  bf_points_free(&p);
  call.param[4] = NULL;
  static const char *const wrong[][2] = {{"nine", "nine: 9 classes, but there are 8 points"},
                                         {"bad", "bad: number 7, 0.5, is not a class"},
                                         {"pairs", "pairs: 2 numbers for each point;"},
                                         {"labelled", "labelled: 1 numbers for each point and a class;"}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    call.param[3] = wrong[i][0];
    assert_int_equal(run_stage(&call), BF_BAD_INPUT);
    if (!strstr(stage_error(), wrong[i][1])) fail_msg("%s", stage_error());
  }
  call.param[1] = "foreign", call.param[3] = "eight";
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
  assert_non_null(strstr(stage_error(), "foreign: its points have classes already"));
}

static void digest_of_a_file(void **state) {
  bf_format format = {.id = "format.eight", .reads = BF_BIT(BF_POINT_CLOUD), .read = read_eight};
  stage_call call = {.plugin = "dataset/file", .stage = "dataset.file", .param = {"path", "foreign", "sha256", ""}, .output = "out", .format = &format};
  (void)state;
  FILE *f = fopen("foreign", "w"); /* the example of FIPS 180-2 */
  assert_non_null(f);
  fputs("abc", f);
  assert_int_equal(fclose(f), 0);
  expect(run_and_read(&call), "12345678");
  call.param[3] = "BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(run_and_read(&call), "12345678");
  call.param[3] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ae";
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
  assert_non_null(strstr(stage_error(), "foreign: its SHA-256 is ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad, not "
                                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ae as `sha256` asks"));
  call.param[3] = "ba78";
  assert_int_equal(run_stage(&call), BF_INVALID);
  call.param[3] = "";
  call.param[4] = "labels", call.param[5] = "foreign", call.param[6] = "labels_sha256",
  call.param[7] = "0000000000000000000000000000000000000000000000000000000000000000";
  format.read = read_numbers; /* gives classes to `foreign`: the digest is looked at first only if there are none */
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
  call.param[1] = "eight";
  assert_int_equal(run_stage(&call), BF_BAD_INPUT);
  assert_non_null(strstr(stage_error(), "as `labels_sha256` asks"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(disks),       cmocka_unit_test(grid),        cmocka_unit_test(selecting),          cmocka_unit_test(authors_origin),
      cmocka_unit_test(subsampling), cmocka_unit_test(from_a_file), cmocka_unit_test(labels_from_a_file), cmocka_unit_test(digest_of_a_file)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
