/* TensorFlow's data sets: records built here byte by byte, the authors' files where they are, and what is refused. */
#include "fake.h"

#include <bettiflow/frame.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct bytes {
  unsigned char at[4096];
  size_t n;
} bytes;

static void add(bytes *b, const void *data, size_t n) {
  assert_true(b->n + n <= sizeof b->at);
  if (n > 0) memcpy(b->at + b->n, data, n);
  b->n += n;
}

/* A field that holds bytes: its tag, their number and the bytes. All of them are short here. */
static void field(bytes *b, unsigned number, const void *data, size_t n) {
  unsigned char head[] = {(unsigned char)(number << 3 | 2), (unsigned char)n};
  assert_true(n < 128);
  add(b, head, 2);
  add(b, data, n);
}

typedef enum packing { PACKED, SINGLE, INTEGERS, TEXT } packing;

/* An entry of the map of features: "name" -> list of n floats, or another list. */
static void feature(bytes *features, const char *name, const float *x, size_t n, packing how) {
  bytes list = {0}, value = {0}, entry = {0};
  if (how == PACKED) field(&list, 1, x, n * sizeof *x);
  for (size_t i = 0; how == SINGLE && i < n; i++) {
    add(&list, "\x0d", 1);
    add(&list, &x[i], sizeof *x);
  }
  for (size_t i = 0; how == INTEGERS && i < n; i++) {
    unsigned char varint[] = {0x08, (unsigned char)x[i]};
    add(&list, varint, 2);
  }
  if (how == TEXT) field(&list, 1, "text", 4);
  field(&value, how == TEXT ? 1 : how == INTEGERS ? 3 : 2, list.at, list.n);
  field(&entry, 1, name, strlen(name));
  field(&entry, 2, value.at, value.n);
  field(features, 1, entry.at, entry.n);
}

static void write_records(const bytes *features, size_t n) {
  FILE *file = fopen("in", "wb");
  for (size_t i = 0; i < n; i++) {
    bytes example = {0};
    field(&example, 1, features[i].at, features[i].n);
    assert_int_equal(bf_frame_write(file, example.at, example.n), BF_OK);
  }
  fclose(file);
  remove("points");
}

static bytes record(float x, float y, const float *truth, size_t n, packing how) {
  bytes b = {0};
  feature(&b, "vector/point", (float[]){x, y}, 2, how == SINGLE ? SINGLE : PACKED);
  feature(&b, "vector/ground_truth", truth, n, how);
  return b;
}

static void expect_points(uint64_t n, uint32_t dim, const float *x, const int32_t *label) {
  bf_points p;
  assert_int_equal(bf_points_read("points", 0, &p), BF_OK);
  assert_int_equal(p.n, n);
  assert_int_equal(p.dim, dim);
  assert_memory_equal(p.x, x, n * dim * sizeof *x);
  assert_true(!p.label == !label);
  if (label) assert_memory_equal(p.label, label, n * sizeof *label);
  bf_points_free(&p);
}

static void reads(void **state) {
  (void)state;
  const float one[] = {1}, zero[] = {0}, second[] = {0, 1, 0}, third[] = {-2, -3, -1};
  fake *f = fake_new(fake_plugin("format/tfrecord"));
  for (packing how = PACKED; how <= INTEGERS; how++) {
    bytes b[] = {record(1, 2, one, 1, how), record(3, 4, zero, 1, how)};
    write_records(b, 2);
    if (fake_read(f, "format.tfrecord", "in", BF_POINT_CLOUD, "points") != BF_OK) fail_msg("%s", fake_error(f));
    expect_points(2, 2, (float[]){1, 2, 3, 4}, (int32_t[]){1, 0});
  }
  bytes hot[] = {record(1, 2, second, 3, PACKED), record(3, 4, third, 3, SINGLE)};
  write_records(hot, 2);
  assert_int_equal(fake_read(f, "format.tfrecord", "in", BF_POINT_CLOUD, "points"), BF_OK);
  expect_points(2, 2, (float[]){1, 2, 3, 4}, (int32_t[]){1, 2});
  fake_set(f, "label", "");
  fake_set(f, "point", "vector/ground_truth");
  assert_int_equal(fake_read(f, "format.tfrecord", "in", BF_POINT_CLOUD, "points"), BF_OK);
  expect_points(2, 3, (float[]){0, 1, 0, -2, -3, -1}, NULL);
  fake_free(f);
}

static void refuse(const bytes *b, size_t n, const char *message) {
  fake *f = fake_new(fake_plugin("format/tfrecord"));
  if (b) write_records(b, n);
  bf_status status = fake_read(f, "format.tfrecord", "in", BF_POINT_CLOUD, "points");
  if (status != BF_BAD_INPUT || !strstr(fake_error(f), message)) fail_msg("status %d: '%s' is not in '%s'", (int)status, message, fake_error(f));
  assert_null(fopen("points", "rb"));
  fake_free(f);
}

static void refuses(void **state) {
  (void)state;
  const float one[] = {1}, half[] = {0.5f}, negative[] = {-1}, tie[] = {0, 1, 1}, nan[] = {NAN};
  bytes good = record(1, 2, one, 1, PACKED), b[] = {good, good};
  b[1] = (bytes){0};
  refuse(b, 2, "in: record 1 at byte 81: feature 'vector/point' is missing");
  feature(&b[1], "vector/point", one, 1, PACKED);
  refuse(b, 2, "'vector/point' has another length");
  feature(&b[1], "vector/point", one, 1, PACKED);
  refuse(b, 2, "'vector/point' stands there twice");
  b[1] = record(1, NAN, one, 1, PACKED);
  refuse(b, 2, "'vector/point' has a number that is not finite");
  b[1] = record(1, 2, half, 1, PACKED);
  refuse(b, 2, "is no class");
  b[1] = record(1, 2, negative, 1, PACKED);
  refuse(b, 2, "is no class");
  b[1] = record(1, 2, nan, 1, PACKED);
  refuse(b, 2, "'vector/ground_truth' has a number that is not finite");
  b[1] = record(1, 2, tie, 3, PACKED);
  refuse(b, 2, "'vector/ground_truth' has another length");
  refuse(b + 1, 1, "no single largest");
  b[1] = record(1, 2, NULL, 0, PACKED);
  refuse(b + 1, 1, "'vector/ground_truth' is empty");
  b[1] = record(1, 2, one, 1, TEXT);
  refuse(b, 2, "'vector/ground_truth' is not a list of numbers");
  refuse(b, 0, "in: empty file");
}

static void damaged(void **state) {
  (void)state;
  const float one[] = {1};
  bytes good = record(1, 2, one, 1, PACKED), b[] = {good, good, good};
  size_t n;
  write_records(b, 3);
  char *file = fake_slurp("in", &n);
  file[n / 2 + 20] ^= 1; /* in the second record's payload */
  fake_spill("in", file, n);
  refuse(NULL, 0, "record 1 at byte 81: wrong checksum");
  file[n / 2 + 20] ^= 1;
  for (size_t cut = 1; cut < n; cut++) {
    if (cut % (n / 3) == 0) continue; /* between records the file is whole */
    fake_spill("in", file, cut);
    refuse(NULL, 0, "in: ");
  }
  free(file);
  FILE *f = fopen("in", "wb");
  assert_int_equal(bf_frame_write(f, "\x0a\xff\xff\xff\xff\x0f", 6), BF_OK); /* a length beyond the record */
  fclose(f);
  refuse(NULL, 0, "record 0 at byte 0: not a tf.train.Example");
}

static void round_trip(void **state) {
  (void)state;
  float x[] = {1, -2, 3, 4e-40f, 5, 6};
  uint32_t id[] = {0, 1};
  int32_t class[] = {1, 0};
  bf_points p = {.n = 2, .dim = 3, .x = x, .label = class, .id = id};
  fake *f = fake_new(fake_plugin("format/tfrecord"));
  assert_int_equal(bf_points_write(&(bf_out){.path = "a"}, &p), BF_OK);
  assert_int_equal(fake_write(f, "format.tfrecord", "a", BF_POINT_CLOUD, "a.tfrecord"), BF_OK);
  remove("points");
  assert_int_equal(fake_read(f, "format.tfrecord", "a.tfrecord", BF_POINT_CLOUD, "points"), BF_OK);
  expect_points(2, 3, x, class);
  class[1] = (1 << 24) + 1; /* the first number that a float does not hold */
  assert_int_equal(bf_points_write(&(bf_out){.path = "a"}, &p), BF_OK);
  assert_int_equal(fake_write(f, "format.tfrecord", "a", BF_POINT_CLOUD, "b.tfrecord"), BF_INVALID);
  fake_free(f);
}

/* The files that the paper's authors published: counts of points and classes as published; what is written from them has the same size (theirs has
 * its features in changing order) and reads back as the same points. */
static void authors_file(const char *name, uint64_t n, uint32_t dim, uint64_t class1) {
  char path[4096];
  const char *source = getenv("BF_SOURCE");
  snprintf(path, sizeof path, "%s/../shared/data/%s", source ? source : ".", name);
  if (access(path, R_OK) != 0) {
    print_message("skipped: no %s\n", path);
    skip();
  }
  bf_points p;
  size_t before, after;
  uint64_t ones = 0;
  fake *f = fake_new(fake_plugin("format/tfrecord"));
  if (fake_read(f, "format.tfrecord", path, BF_POINT_CLOUD, name) != BF_OK) fail_msg("%s", fake_error(f));
  assert_int_equal(bf_points_read(name, 0, &p), BF_OK);
  assert_int_equal(p.n, n);
  assert_int_equal(p.dim, dim);
  for (uint64_t i = 0; i < p.n; i++) {
    assert_in_range(p.label[i], 0, 1);
    ones += p.label[i] == 1;
  }
  assert_int_equal(ones, class1);
  bf_points_free(&p);
  remove("again");
  assert_int_equal(fake_write(f, "format.tfrecord", name, BF_POINT_CLOUD, "again"), BF_OK);
  free(fake_slurp(path, &before));
  free(fake_slurp("again", &after));
  assert_int_equal(before, after);
  remove("points");
  assert_int_equal(fake_read(f, "format.tfrecord", "again", BF_POINT_CLOUD, "points"), BF_OK);
  char *a = fake_slurp(name, &before), *b = fake_slurp("points", &after);
  assert_int_equal(before, after);
  assert_memory_equal(a, b, before);
  free(a);
  free(b);
  fake_free(f);
}

static void circles(void **state) {
  (void)state;
  authors_file("circles_type_8.tfrecords", 15950, 2, 9866);
}

static void rings(void **state) {
  (void)state;
  authors_file("rings_9.tfrecords", 45000, 3, 22500);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads),      cmocka_unit_test(refuses), cmocka_unit_test(damaged),
      cmocka_unit_test(round_trip), cmocka_unit_test(circles), cmocka_unit_test(rings),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
