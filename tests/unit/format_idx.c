/* IDX files: each type of number, images as rows, one size as one coordinate, gzip in one and several pieces, and files that lie or are damaged. */
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static bf_status read_bytes(fake *f, const void *bytes, size_t n) {
  fake_spill("in.idx", bytes, n);
  remove("points");
  return fake_read(f, "format.idx", "in.idx", BF_POINT_CLOUD, "points");
}

static void expect(uint64_t n, uint32_t dim, const float *x) {
  bf_points p;
  assert_int_equal(bf_points_read("points", 0, &p), BF_OK);
  assert_int_equal(p.n, n);
  assert_int_equal(p.dim, dim);
  assert_memory_equal(p.x, x, n * dim * sizeof *x);
  assert_null(p.label);
  for (uint32_t i = 0; i < n; i++) assert_int_equal(p.id[i], i);
  bf_points_free(&p);
}

#define BYTES(text) text, sizeof text - 1

static void reads(void **state) {
  (void)state;
  fake *f = fake_new(fake_plugin("format/idx"));
  if (read_bytes(f, BYTES("\0\0\x08\1\0\0\0\3\7\0\377")) != BF_OK) fail_msg("%s", fake_error(f));
  expect(3, 1, (float[]){7, 0, 255});
  assert_int_equal(read_bytes(f, BYTES("\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\2\1\2\3\4")), BF_OK);
  expect(2, 2, (float[]){1, 2, 3, 4});
  assert_int_equal(read_bytes(f, BYTES("\0\0\x09\2\0\0\0\1\0\0\0\2\1\377")), BF_OK);
  expect(1, 2, (float[]){1, -1});
  assert_int_equal(read_bytes(f, BYTES("\0\0\x0b\1\0\0\0\2\1\2\377\377")), BF_OK);
  expect(2, 1, (float[]){258, -1});
  assert_int_equal(read_bytes(f, BYTES("\0\0\x0c\1\0\0\0\1\0\1\0\0")), BF_OK);
  expect(1, 1, (float[]){65536});
  assert_int_equal(read_bytes(f, BYTES("\0\0\x0d\1\0\0\0\1\x3f\xc0\0\0")), BF_OK);
  expect(1, 1, (float[]){1.5f});
  assert_int_equal(read_bytes(f, BYTES("\0\0\x0e\1\0\0\0\1\xc0\x04\0\0\0\0\0\0")), BF_OK);
  expect(1, 1, (float[]){-2.5f});
  fake_set(f, "divide", "255");
  assert_int_equal(read_bytes(f, BYTES("\0\0\x08\2\0\0\0\1\0\0\0\3\0\377\63")), BF_OK);
  expect(1, 3, (float[]){0, 1, 0.2f});
  fake_free(f);
}

#define REFUSED(status_, message_, text)                                                                                                                       \
  do {                                                                                                                                                         \
    bf_status got_ = read_bytes(f, BYTES(text));                                                                                                               \
    if (got_ != (status_) || !strstr(fake_error(f), message_)) fail_msg("status %d, '%s' is not in '%s'", (int)got_, message_, fake_error(f));                 \
    assert_int_equal(access("points", F_OK), -1);                                                                                                              \
  } while (0)

static void refuses(void **state) {
  (void)state;
  fake *f = fake_new(fake_plugin("format/idx"));
  fake_memory(f, 1 << 20);
  REFUSED(BF_BAD_INPUT, "in.idx: not an IDX file", "");
  REFUSED(BF_BAD_INPUT, "in.idx: not an IDX file", "\0\0\x08");
  REFUSED(BF_BAD_INPUT, "in.idx: not an IDX file", "\0\1\x08\1\0\0\0\1\1");
  REFUSED(BF_BAD_INPUT, "byte 2: IDX has no type 0x0a", "\0\0\x0a\1\0\0\0\1\1");
  REFUSED(BF_BAD_INPUT, "byte 3: 0 sizes", "\0\0\x08\0");
  REFUSED(BF_BAD_INPUT, "byte 3: 9 sizes", "\0\0\x08\x09\0\0\0\1");
  REFUSED(BF_BAD_INPUT, "byte 8: the file ends within its sizes", "\0\0\x08\2\0\0\0\1\0\0");
  REFUSED(BF_BAD_INPUT, "byte 8: 4 bytes of data are declared, and 3 follow; truncated?", "\0\0\x08\1\0\0\0\4\1\2\3");
  REFUSED(BF_BAD_INPUT, "byte 12: the data should end here, and more bytes follow", "\0\0\x08\1\0\0\0\4\1\2\3\4\5");
  REFUSED(BF_BAD_INPUT, "an empty array, of shape (0,)", "\0\0\x08\1\0\0\0\0");
  REFUSED(BF_BAD_INPUT, "an empty array, of shape (0, 2)", "\0\0\x08\2\0\0\0\0\0\0\0\2");
  REFUSED(BF_BAD_INPUT, "element (1,): nan is not finite", "\0\0\x0d\1\0\0\0\2\0\0\0\0\x7f\xc0\0\0");
  REFUSED(BF_BAD_INPUT, "byte 8: sizes of 2^60 numbers", "\0\0\x08\2\377\377\377\377\377\377\377\377");
  REFUSED(BF_NO_MEMORY, "in.idx: needs 4294967295 bytes more", "\0\0\x08\1\377\377\377\377\1");
  REFUSED(BF_NO_MEMORY, "in.idx: needs 8388600", "\0\0\x0e\2\0\x0f\377\377\0\0\0\1\1");
  fake_set(f, "divide", "1e-30");
  REFUSED(BF_BAD_INPUT, "number 0 divided by 1e-30 is not finite", "\0\0\x0c\1\0\0\0\1\x7f\0\0\0");
  fake_free(f);
}

static size_t gzip_into(unsigned char *to, size_t room, const void *data, size_t n) {
  z_stream z = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)n, .next_out = to, .avail_out = (uInt)room};
  assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  deflateEnd(&z);
  return z.total_out;
}

static void gzipped(void **state) {
  (void)state;
  enum { N = 100000 };
  static unsigned char plain[N + 8], packed[N];
  static float x[N];
  const char *says[] = {"in.idx: can't read: the gzip data ends early; truncated?", "in.idx: can't read: damaged gzip data"};
  fake *f = fake_new(fake_plugin("format/idx"));
  static const unsigned char head[8] = {0, 0, 8, 1, 0, 1, 0x86, 0xa0};
  memcpy(plain, head, sizeof head);
  for (size_t i = 0; i < N; i++) x[i] = plain[8 + i] = (unsigned char)(i * i >> 5);
  size_t half = gzip_into(packed, N, plain, 50001), all = half + gzip_into(packed + half, N - half, plain + 50001, N + 8 - 50001);
  if (read_bytes(f, packed, all) != BF_OK) fail_msg("%s", fake_error(f));
  expect(N, 1, x);
  for (size_t cut = 1; cut < 12; cut++) {
    if (read_bytes(f, packed, all - cut) != BF_BAD_INPUT || !strstr(fake_error(f), says[0])) fail_msg("cut %zu: %s", cut, fake_error(f));
  }
  assert_int_equal(read_bytes(f, packed, half), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "100000 bytes of data are declared, and 49993 follow"));
  packed[all - 5] ^= 1; /* the CRC-32 of the second piece */
  assert_int_equal(read_bytes(f, packed, all), BF_BAD_INPUT);
  if (!strstr(fake_error(f), says[1])) fail_msg("%s", fake_error(f));
  packed[all - 5] ^= 1;
  packed[half / 2] ^= 16;
  assert_int_equal(read_bytes(f, packed, all), BF_BAD_INPUT);
  if (!strstr(fake_error(f), says[1])) fail_msg("%s", fake_error(f));
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(refuses), cmocka_unit_test(gzipped)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
