/* Archives of NumPy arrays: points with classes and ids, which array is meant, and archives that lie about names, sizes, checksums and members. */
#include "fake.h"
#include "npz/npz.h"
#include "zipped.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROOM = 1 << 20, FEW = 1 << 12 };
static unsigned char archive[ROOM];

static unsigned char x[FEW], y[FEW], id[FEW], one[FEW];
static zipped X = {.name = "x.npy", .data = x}, Y = {.name = "y.npy", .data = y}, ID = {.name = "id.npy", .data = id}, ONE = {.name = "one.npy", .data = one};

static int make_members(void **state) {
  (void)state;
  X.n = npy_make(x, FEW, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", (float[]){1, 2, 3, 4, 5, 6}, 24);
  Y.n = npy_make(y, FEW, "{'descr': '>i2', 'fortran_order': False, 'shape': (3,), }", "\0\7\0\0\1\0", 6);
  ID.n = npy_make(id, FEW, "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }", (int64_t[]){9, 8, UINT32_MAX}, 24);
  ONE.n = npy_make(one, FEW, "{'descr': '|b1', 'fortran_order': False, 'shape': (), }", "\1", 1);
  return 0;
}

static bf_status read_members(fake *f, const zipped *m, size_t n) {
  fake_spill("in.npz", archive, zip_make(archive, sizeof archive, m, n));
  remove("points");
  return fake_read(f, "format.npz", "in.npz", BF_POINT_CLOUD, "points");
}

static void expect(bool label, const uint32_t *ids) {
  bf_points p;
  assert_int_equal(bf_points_read("points", 0, &p), BF_OK);
  assert_int_equal(p.n, 3);
  assert_int_equal(p.dim, 2);
  assert_memory_equal(p.x, ((const float[]){1, 2, 3, 4, 5, 6}), 24);
  assert_memory_equal(p.id, ids, 12);
  assert_true(!p.label == !label);
  if (label) assert_memory_equal(p.label, ((const int32_t[]){7, 0, 256}), 12);
  bf_points_free(&p);
}

static const uint32_t counted[] = {0, 1, 2}, named[] = {9, 8, UINT32_MAX};

static void reads(void **state) {
  (void)state;
  fake *f = fake_new(fake_plugin("format/npz"));
  zipped deflated = X, weights = X;
  deflated.deflated = true;
  weights.name = "w.npy";
  if (read_members(f, (zipped[]){X, Y, ID}, 3) != BF_OK) fail_msg("%s", fake_error(f));
  expect(true, named);
  assert_int_equal(read_members(f, (zipped[]){deflated}, 1), BF_OK);
  expect(false, counted);
  assert_int_equal(read_members(f, (zipped[]){Y, weights}, 2), BF_OK); /* the only one that is not the classes */
  expect(true, counted);
  fake_set(f, "points", "w");
  fake_set(f, "label", "none");
  fake_set(f, "id", "none");
  assert_int_equal(read_members(f, (zipped[]){Y, X, ID, ONE, weights}, 5), BF_OK);
  expect(false, counted);
  fake_free(f);
}

/* Members of other names, each read by the library: order, lookup, conversion of each kind of number in both byte and both index orders. */
static void library(void **state) {
  (void)state;
  static unsigned char h[FEW], u[FEW], g[FEW], d[FEW];
  zipped m[] = {
      {.name = "h.npy", .data = h, .deflated = true}, {.name = "a/\xc3\xbc.npy", .data = u}, {.name = "g.npy", .data = g}, {.name = "d.npy", .data = d}, Y};
  const uint16_t halves[] = {0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0x3555};
  const uint64_t whole[] = {1, UINT64_MAX};
  const double doubles[] = {1, 2.5, 1e300};
  const int8_t grid[] = {1, 4, 2, 5, 3, -6}; /* (2, 3), columns one after the other */
  m[0].n = npy_make(h, FEW, "{'descr': '<f2', 'fortran_order': False, 'shape': (6,), }", halves, sizeof halves);
  m[1].n = npy_make(u, FEW, "{'descr': '<u8', 'fortran_order': False, 'shape': (1, 2), }", whole, sizeof whole);
  m[2].n = npy_make(g, FEW, "{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3), }", grid, sizeof grid);
  m[3].n = npy_make(d, FEW, "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 1), }", doubles, sizeof doubles);
  fake_spill("in.npz", archive, zip_make(archive, sizeof archive, m, 5));
  uint64_t left = 1000;
  npz z;
  float *f4 = NULL;
  int64_t *i8 = NULL;
  if (npz_read("in.npz", &left, &z) != BF_OK) fail_msg("%s", bf_error());
  assert_int_equal(z.n, 5);
  assert_string_equal(z.member[1].name, "a/\xc3\xbc");
  assert_int_equal(left, 1000 - 12 - 16 - 6 - 24 - 6);
  assert_null(npz_find(&z, "h.npy"));
  assert_int_equal(npy_array_floats(&npz_find(&z, "h")->array, &left, &f4), BF_OK);
  const float expected[] = {1, -2, 0x1p-24f, 65504, -0.0f, 0x1.554p-2f}, rows[] = {1, 2, 3, 4, 5, -6};
  assert_memory_equal(f4, expected, sizeof expected);
  free(f4);
  assert_int_equal(left, 1000 - 24 - 16 - 6 - 24 - 6);
  assert_int_equal(npy_array_floats(&npz_find(&z, "g")->array, &left, &f4), BF_OK);
  assert_memory_equal(f4, rows, sizeof rows);
  free(f4);
  assert_int_equal(npy_array_ints(&npz_find(&z, "a/\xc3\xbc")->array, 0, INT64_MAX, &left, &i8), BF_BAD_INPUT);
  assert_non_null(strstr(bf_error(), "in.npz: member 'a/\xc3\xbc': element (0, 1): 1.8446744073709552e+19 is not a whole number from 0"));
  assert_int_equal(npy_array_ints(&npz_find(&z, "d")->array, 0, 9, &left, &i8), BF_BAD_INPUT);
  assert_non_null(strstr(bf_error(), "member 'd': element (1, 0): 2.5 is not a whole number from 0 to 9"));
  assert_int_equal(npy_array_floats(&npz_find(&z, "d")->array, &left, &f4), BF_BAD_INPUT);
  assert_non_null(strstr(bf_error(), "element (2, 0): 1.0000000000000001e+300 is not finite"));
  assert_int_equal(npy_array_ints(&npz_find(&z, "y")->array, 0, 256, &left, &i8), BF_OK);
  assert_memory_equal(i8, ((const int64_t[]){7, 0, 256}), 24);
  free(i8);
  npz_free(&z);
}

#define REFUSED(message_, ...)                                                                                                                                 \
  do {                                                                                                                                                         \
    const zipped list_[] = {__VA_ARGS__};                                                                                                                      \
    bf_status status_ = read_members(f, list_, sizeof list_ / sizeof *list_);                                                                                  \
    if (status_ != BF_BAD_INPUT || !strstr(fake_error(f), message_)) fail_msg("status %d, '%s' is not in '%s'", (int)status_, message_, fake_error(f));        \
    assert_int_equal(access("points", F_OK), -1);                                                                                                              \
  } while (0)

/* The member with something changed. Values of an initialiser are computed one after the other, so one place to change them does. */
static zipped changed;
#define WITH(base, ...) (changed = base, __VA_ARGS__, changed)

static void refuses(void **state) {
  (void)state;
  fake *f = fake_new(fake_plugin("format/npz"));
  REFUSED("in.npz: member 'x': can't be read: ZIP bad CRC", WITH(X, changed.crc = 1));
  REFUSED("in.npz: member 'x': can't be read: ZIP", WITH(X, changed.crc = 1, changed.deflated = true));
  REFUSED("in.npz: member 'x'", WITH(X, changed.deflated = true, changed.size = 1));
  REFUSED("in.npz: member 'x'", WITH(X, changed.deflated = true, changed.size = (uint32_t)-1));
  REFUSED("in.npz: member 'y' stands there twice", X, Y, Y);
  REFUSED("member '/x.npy': its name is a path that leads out", WITH(X, changed.name = "/x.npy"));
  REFUSED("'../x.npy'", WITH(X, changed.name = "../x.npy"));
  REFUSED("'a/../x.npy'", WITH(X, changed.name = "a/../x.npy"));
  REFUSED("member 0 has no name in UTF-8", WITH(X, changed.name = "x\n.npy"));
  REFUSED("in.npz: ", WITH(X, changed.name = "\xff.npy", changed.flags = 1 << 11));
  REFUSED("member 'x.txt' is no NumPy array", WITH(X, changed.name = "x.txt"));
  REFUSED("member 'x' is encrypted", WITH(X, changed.flags = 1));
  REFUSED("(lzma); stored and deflated members are read", WITH(X, changed.method = 14));
  REFUSED("member 'x' is no plain file", WITH(X, changed.attributes = 0120777));
  REFUSED("which array is meant? Name it by the format's parameter `points`; there are 'a' (3, 2), 'b' (3, 2)", WITH(X, changed.name = "a.npy"),
          WITH(X, changed.name = "b.npy"));
  REFUSED("parameter `points`; there are 'y' (3,)", Y);
  REFUSED("parameter `label`", X, Y, WITH(Y, changed.name = "label.npy"));
  REFUSED("member 'y': shape (); one class for each of the 3 points", X, WITH(ONE, changed.name = "y.npy"));
  REFUSED("member 'id': shape (3, 2); one id for each", X, WITH(X, changed.name = "id.npy"));
  REFUSED("member 'x': a single number", WITH(ONE, changed.name = "x.npy"));
  REFUSED("in.npz: member 'empty': not a .npy file", WITH(X, changed.name = "empty.npy", changed.n = 0));
  REFUSED("member 'x': the file ends within its .npy header", WITH(X, changed.n = 20));
  REFUSED("member 'x': byte 69: 24 bytes of data are declared, and 23 follow", WITH(X, changed.n -= 1));
  fake_set(f, "points", "nowhere");
  REFUSED("no array is named 'nowhere', as the format's parameter `points` asks; there are 'x' (3, 2), 'y' (3,)", X, Y);
  fake_free(f);
}

/* A member inside another one's bytes, as in bombs that use their data many times; and two entries for the same bytes, of which libarchive would show one. */
static void overlapping(void **state) {
  (void)state;
  static unsigned char inner[FEW], outer[FEW];
  fake *f = fake_new(fake_plugin("format/npz"));
  size_t end = zip_make(inner, FEW, &Y, 1);
  while (memcmp(inner + end, "PK\1\2", 4) != 0) end--; /* local header and data of y */
  zipped m[] = {{.name = "z.npy", .data = outer}, Y};
  memset(inner + end, 0, FEW - end);
  m[0].n = npy_make(outer, FEW, "{'descr': '|u1', 'fortran_order': False, 'shape': (1000,), }", inner, 1000);
  zip_make(archive, ROOM, m, 2);
  for (m[1].at = 1; memcmp(archive + m[1].at, "PK\3\4", 4) != 0;) m[1].at++;
  REFUSED("in.npz: member 1 overlaps the one before it", m[0], m[1]);
  zipped twin = {.name = "z.npy", .data = Y.data, .n = Y.n};
  zip_make(archive, ROOM, (zipped[]){X, Y}, 2);
  for (twin.at = 1; memcmp(archive + twin.at, "PK\3\4", 4) != 0;) twin.at++;
  REFUSED("in.npz: its directory counts 3 members, but there are 2", X, Y, twin);
  fake_free(f);
}

/* Every cut of a good file. */
static void truncated(void **state) {
  (void)state;
  fake *f = fake_new(fake_plugin("format/npz"));
  zipped deflated = X;
  deflated.deflated = true;
  size_t n = zip_make(archive, sizeof archive, (zipped[]){deflated, Y}, 2);
  for (size_t cut = 0; cut < n; cut += 3) {
    fake_spill("in.npz", archive, cut);
    assert_int_equal(fake_read(f, "format.npz", "in.npz", BF_POINT_CLOUD, "points"), BF_BAD_INPUT);
    assert_memory_equal(fake_error(f), "in.npz: ", 8);
  }
  assert_int_equal(fake_read(f, "format.npz", "nowhere.npz", BF_POINT_CLOUD, "points"), BF_BAD_INPUT);
  assert_string_equal(fake_error(f), "nowhere.npz: No such file or directory");
  fake_free(f);
}

/* 16 MiB of zeros in 16 KiB: declared by the array, or hidden behind a short one; and more members than are read. */
static void bombs(void **state) {
  (void)state;
  enum { BIG = 16 << 20 };
  unsigned char *big = calloc(1, BIG + 128);
  static const char header[] = "{'descr': '|u1', 'fortran_order': False, 'shape': (%d, 4), }";
  char text[128];
  fake *f = fake_new(fake_plugin("format/npz"));
  fake_memory(f, 1 << 22);
  snprintf(text, sizeof text, header, BIG / 4);
  zipped bomb = {.name = "x.npy", .data = big, .deflated = true};
  bomb.n = npy_make(big, 128, text, "", 0) + BIG;
  assert_int_equal(read_members(f, &bomb, 1), BF_NO_MEMORY);
  assert_non_null(strstr(fake_error(f), "in.npz: member 'x': needs 16777216 bytes more, and the memory limit leaves 4194304"));
  snprintf(text, sizeof text, header, 3);
  npy_make(big, 128, text, "", 0);
  REFUSED("the data should end here, and more bytes follow", bomb);
  zipped *many = calloc(NPZ_MEMBERS + 1, sizeof *many);
  unsigned char *bytes = malloc(1 << 22);
  char(*name)[16] = calloc(NPZ_MEMBERS + 1, sizeof *name);
  for (int i = 0; i <= NPZ_MEMBERS; i++) {
    snprintf(name[i], sizeof *name, "%d.npy", i);
    many[i] = ONE;
    many[i].name = name[i];
  }
  fake_spill("in.npz", bytes, zip_make(bytes, 1 << 22, many, NPZ_MEMBERS + 1));
  assert_int_equal(fake_read(f, "format.npz", "in.npz", BF_POINT_CLOUD, "points"), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "more than 10000 members"));
  free(name);
  free(bytes);
  free(many);
  free(big);
  fake_free(f);
}

/* What is written comes back as it was, and is the same bytes in every time zone. */
static void writes(void **state) {
  (void)state;
  float coordinates[] = {1, -0.0f, 1e-40f, 3e38f};
  uint32_t ids[] = {7, UINT32_MAX};
  int32_t classes[] = {INT32_MAX, 0};
  bf_points p = {.n = 2, .dim = 2, .x = coordinates, .id = ids, .label = classes};
  fake *f = fake_new(fake_plugin("format/npz"));
  size_t n, m;
  assert_int_equal(bf_points_write(&(bf_out){.path = "a"}, &p), BF_OK);
  assert_int_equal(fake_write(f, "format.npz", "a", BF_POINT_CLOUD, "a.npz"), BF_OK);
  setenv("TZ", "Pacific/Auckland", 1);
  assert_int_equal(fake_write(f, "format.npz", "a", BF_POINT_CLOUD, "b.npz"), BF_OK);
  char *a = fake_slurp("a.npz", &n), *b = fake_slurp("b.npz", &m);
  assert_int_equal(n, m);
  assert_memory_equal(a, b, n);
  free(a);
  free(b);
  assert_int_equal(fake_read(f, "format.npz", "a.npz", BF_POINT_CLOUD, "back"), BF_OK);
  a = fake_slurp("a", &n);
  b = fake_slurp("back", &m);
  assert_int_equal(n, m);
  assert_memory_equal(a, b, n);
  free(a);
  free(b);
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads),     cmocka_unit_test(library), cmocka_unit_test(refuses), cmocka_unit_test(overlapping),
      cmocka_unit_test(truncated), cmocka_unit_test(bombs),   cmocka_unit_test(writes),
  };
  return cmocka_run_group_tests(tests, make_members, NULL);
}
