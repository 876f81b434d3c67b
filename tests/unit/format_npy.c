/* NumPy's arrays: accepted types, refused headers and sizes with their places, and what is written for each type of artifact. */
#include "fake.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A version 1.0 file: magic, length of the header, header, data. */
static size_t make(char *to, const char *header, const void *data, size_t n) {
  size_t h = strlen(header);
  static const char magic[8] = {'\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0};
  memcpy(to, magic, sizeof magic);
  to[8] = (char)(h & 255);
  to[9] = (char)(h >> 8);
  memcpy(to + 10, header, h + 1);
  memcpy(to + 10 + h, data, n);
  return 10 + h + n;
}

static bf_status read_bytes(fake *f, const void *bytes, size_t n) {
  fake_spill("in.npy", bytes, n);
  remove("points");
  return fake_read(f, "format.npy", "in.npy", BF_POINT_CLOUD, "points");
}

static bf_status read_array(fake *f, const char *header, const void *data, size_t n) {
  static char bytes[1 << 17];
  return read_bytes(f, bytes, make(bytes, header, data, n));
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
  const float f4[] = {1, -2.5f, 3, 4}, expected[] = {1, -2, 3, 4}, first[] = {1, 3};
  const double f8[] = {1, -2.5, 3, 4};
  const int32_t i4[] = {1, -2, 3, 4}, classes[] = {2, 0};
  const int64_t i8[] = {1, -2, 3, 4}, labelled[] = {1, 2, 3, 0};
  fake *f = fake_new(fake_plugin("format/npy"));
  assert_int_equal(read_array(f, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }   \n", f4, sizeof f4), BF_OK);
  expect_points(2, 2, f4, NULL);
  assert_int_equal(read_array(f, "{'shape':(2,2),'descr':'<f8','fortran_order':False}", f8, sizeof f8), BF_OK);
  expect_points(2, 2, f4, NULL);
  assert_int_equal(read_array(f, "{'descr': '<i4', 'fortran_order': True, 'shape': (4,), }\n", i4, sizeof i4), BF_OK);
  expect_points(4, 1, expected, NULL);
  assert_int_equal(read_array(f, "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 4)}", i8, sizeof i8), BF_OK);
  expect_points(1, 4, expected, NULL);
  fake_set(f, "label", "last");
  assert_int_equal(read_array(f, "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 2), }", labelled, sizeof labelled), BF_OK);
  expect_points(2, 1, first, classes);
  fake_free(f);
}

static const struct bad {
  const char *header, *message;
} refused[] = {
    {"{'descr': '<c8', 'fortran_order': False, 'shape': (2, 2), }", "'<c8'; floats (f2, f4, f8)"},
    {"{'descr': '<U3', 'fortran_order': False, 'shape': (2, 2), }", "elements of type '<U3'"},
    {"{'descr': '|f4', 'fortran_order': False, 'shape': (2, 2), }", "elements of type '|f4'"},
    {"{'descr': '<f3', 'fortran_order': False, 'shape': (2, 2), }", "elements of type '<f3'"},
    {"{'descr': '<4 ', 'fortran_order': False, 'shape': (2, 2), }", "elements of type '<4 '"},
    {"{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }", "pickled Python objects ('|O'), which are never read"},
    {"{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2, 2), }", "byte 20: the .npy header should have a quoted type"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "and more bytes follow"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", "24 bytes of data are declared, and 16 follow"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }", "byte 77: the data should end here, and more bytes follow"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2), }", "and more bytes follow"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "fewer than 2^60 elements"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1152921504606846976, 1), }", "a size below 10^18"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999, 2), }", "and 16 follow"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 2), }", "a size, and at most eight"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }", "a size, and at most eight"},
    {"{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2), }", "True or False"},
    {"{'descr': '<f4', 'fortran_order': False, }", "all of 'descr'"},
    {"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", "each once"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'x': 1}", "one of 'descr'"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), } import os", "nothing more"},
    {"{'descr': '<f4", "quoted type"},
    {"", "'{'"},
};

static void refuses(void **state) {
  (void)state;
  const float four[] = {1, 2, 3, 4};
  fake *f = fake_new(fake_plugin("format/npy"));
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    bf_status status = read_array(f, refused[i].header, four, sizeof four);
    if (status != BF_BAD_INPUT || !strstr(fake_error(f), refused[i].message))
      fail_msg("row %zu: status %d, '%s' is not in '%s'", i, (int)status, refused[i].message, fake_error(f));
    assert_null(fopen("points", "rb"));
  }
  fake_free(f);
}

/* Every cut of a good file, wrong versions, and headers that lie about their length. */
static void truncated(void **state) {
  (void)state;
  char bytes[256];
  const float two[] = {1, NAN};
  size_t n = make(bytes, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", two, sizeof two);
  fake *f = fake_new(fake_plugin("format/npy"));
  for (size_t cut = 0; cut < n; cut++) assert_int_equal(read_bytes(f, bytes, cut), BF_BAD_INPUT);
  assert_int_equal(read_bytes(f, bytes, n), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "element (1,): nan is not finite"));
  bytes[6] = 9;
  assert_int_equal(read_bytes(f, bytes, n), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "byte 6: .npy version 9.0"));
  bytes[6] = 2;
  memset(bytes + 8, 0xff, 4);
  assert_int_equal(read_bytes(f, bytes, n), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "a header of 4294967295 bytes"));
  fake_free(f);
}

static void memory(void **state) {
  (void)state;
  static float zeros[10000];
  fake *f = fake_new(fake_plugin("format/npy"));
  fake_memory(f, 50000);
  assert_int_equal(read_array(f, "{'descr': '<f4', 'fortran_order': False, 'shape': (5000, 2), }", zeros, sizeof zeros), BF_NO_MEMORY);
  fake_memory(f, 100000);
  assert_int_equal(read_array(f, "{'descr': '<f4', 'fortran_order': False, 'shape': (5000, 2), }", zeros, sizeof zeros), BF_OK);
  fake_free(f);
}

/* The data begins at a multiple of 64 bytes, as NumPy wants it, and is what the shape says. */
static void expect_written(fake *f, const char *in, bf_type type, const char *header, const void *data, size_t bytes) {
  size_t n;
  remove("out.npy");
  if (fake_write(f, "format.npy", in, type, "out.npy") != BF_OK) fail_msg("%s", fake_error(f));
  char *text = fake_slurp("out.npy", &n);
  assert_int_equal(n, 128 + bytes);
  assert_memory_equal(text, "\x93NUMPY\x01\x00\x76\x00", 10);
  assert_memory_equal(text + 10, header, strlen(header));
  assert_int_equal(text[127], '\n');
  assert_memory_equal(text + 128, data, bytes);
  free(text);
}

static void writes(void **state) {
  (void)state;
  float x[] = {1, 2, 3, 4, 5, 6}, w[] = {1, 2.5f}, triangle[] = {1, INFINITY, 3};
  uint32_t id[] = {5, 6, 7}, dim[] = {0, 1}, u[] = {0, 1}, v[] = {2, 2};
  int32_t class[] = {0, 1, 1};
  double birth[] = {0, 0.1}, death[] = {INFINITY, 0.5};
  bf_points p = {.n = 3, .dim = 2, .x = x, .id = id, .label = class};
  bf_diagram d = {.max_dim = 1, .modulus = 2, .convention = BF_DIAMETER, .threshold = INFINITY, .n = 2, .dim = dim, .birth = birth, .death = death};
  bf_graph g = {.n = 3, .m = 2, .u = u, .v = v, .w = w, .id = id}, dense = {.n = 3, .dense = true, .m = 3, .w = triangle, .id = id};
  const float with_class[] = {1, 2, 0, 3, 4, 1, 5, 6, 1};
  const float square[] = {0, INFINITY, 1, INFINITY, 0, 2.5f, 1, 2.5f, 0}, square2[] = {0, 1, INFINITY, 1, 0, 3, INFINITY, 3, 0};
  const double rows[] = {0, 0, INFINITY, 1, 0.1, 0.5};
  assert_int_equal(bf_points_write(&(bf_out){.path = "p"}, &p), BF_OK);
  assert_int_equal(bf_diagram_write(&(bf_out){.path = "d"}, &d), BF_OK);
  assert_int_equal(bf_graph_write(&(bf_out){.path = "g"}, &g), BF_OK);
  assert_int_equal(bf_graph_write(&(bf_out){.path = "h"}, &dense), BF_OK);
  fake *f = fake_new(fake_plugin("format/npy"));
  expect_written(f, "p", BF_POINT_CLOUD, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", x, sizeof x);
  expect_written(f, "d", BF_PERSISTENCE_DIAGRAM, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", rows, sizeof rows);
  expect_written(f, "g", BF_WEIGHTED_GRAPH, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }", square, sizeof square);
  expect_written(f, "h", BF_WEIGHTED_GRAPH, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }", square2, sizeof square);
  fake_set(f, "label", "last");
  expect_written(f, "p", BF_POINT_CLOUD, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }", with_class, sizeof with_class);
  class[2] = (1 << 24) + 1; /* the first number that a float does not hold */
  assert_int_equal(bf_points_write(&(bf_out){.path = "p"}, &p), BF_OK);
  remove("out.npy");
  assert_int_equal(fake_write(f, "format.npy", "p", BF_POINT_CLOUD, "out.npy"), BF_INVALID);
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads), cmocka_unit_test(refuses), cmocka_unit_test(truncated), cmocka_unit_test(memory), cmocka_unit_test(writes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
