/* Framing and its checksum. */
#include "artifact/crc32c.h"
#include <bettiflow/frame.h>
#include <bettiflow/random.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Bit by bit, as RFC 3720 defines it. */
static uint32_t crc_by_bits(const uint8_t *p, size_t n) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < n; i++) {
    crc ^= p[i];
    for (int k = 0; k < 8; k++) crc = crc & 1 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
  }
  return ~crc;
}

static void crc_known(void **state) {
  uint8_t rising[32], zeros[32] = {0};
  (void)state;
  for (uint8_t i = 0; i < 32; i++) rising[i] = i;
  /* RFC 3720, B.4 */
  assert_int_equal(bf_crc32c(0, zeros, 32), 0x8a9136aau);
  assert_int_equal(bf_crc32c(0, rising, 32), 0x46dd794eu);
  assert_int_equal(bf_crc32c(0, "123456789", 9), 0xe3069283u);
  assert_int_equal(bf_crc32c(0, "", 0), 0);
}

static void crc_agree(void **state) {
  uint8_t data[300];
  (void)state;
  for (uint32_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)bf_random_below(7, i, 256);
  for (size_t from = 0; from < 9; from++)
    for (size_t n = 0; from + n <= sizeof data; n++) {
      uint32_t want = crc_by_bits(data + from, n);
      size_t half = n / 3;
      assert_int_equal(bf_crc32c_tables(0, data + from, n), want);
      if (bf_crc32c_has_hardware()) assert_int_equal(bf_crc32c_hardware(0, data + from, n), want);
      assert_int_equal(bf_crc32c(bf_crc32c(0, data + from, half), data + from + half, n - half), want);
    }
}

/* The bytes that TensorFlow writes for the record "hello". */
static void known_bytes(void **state) {
  static const uint8_t head[8] = {5, 0, 0, 0, 0, 0, 0, 0}, hello[5] = {'h', 'e', 'l', 'l', 'o'};
  uint8_t got[21], want[21];
  (void)state;
  uint32_t a = crc_by_bits(head, 8), b = crc_by_bits(hello, 5);
  a = (a >> 15 | a << 17) + 0xa282ead8u;
  b = (b >> 15 | b << 17) + 0xa282ead8u;
  memcpy(want, head, 8);
  memcpy(want + 8, &a, 4);
  memcpy(want + 12, hello, 5);
  memcpy(want + 17, &b, 4);
  FILE *f = fopen("one", "w+b");
  assert_non_null(f);
  assert_int_equal(bf_frame_write(f, hello, 5), BF_OK);
  rewind(f);
  assert_int_equal(fread(got, 1, 21, f), 21);
  assert_memory_equal(got, want, 21);
  fclose(f);
}

static void reading(void **state) {
  bf_frame_reader *r;
  const uint8_t *data;
  size_t n;
  (void)state;
  FILE *f = fopen("two", "wb");
  assert_non_null(f);
  assert_int_equal(bf_frame_write(f, "", 0), BF_OK);
  assert_int_equal(bf_frame_write(f, "abc", 3), BF_OK);
  fclose(f);
  assert_int_equal(bf_frame_open("two", 3, &r), BF_OK);
  assert_int_equal(bf_frame_size(r), 35);
  assert_int_equal(bf_frame_next(r, &data, &n), BF_OK);
  assert_true(data && n == 0 && bf_frame_offset(r) == 16 && bf_frame_count(r) == 1);
  assert_int_equal(bf_frame_next(r, &data, &n), BF_OK);
  assert_true(n == 3 && !memcmp(data, "abc", 3));
  for (int again = 0; again < 2; again++) {
    assert_int_equal(bf_frame_next(r, &data, &n), BF_OK);
    assert_null(data);
  }
  bf_frame_close(r);
  assert_int_equal(bf_frame_open("two", 2, &r), BF_OK);
  assert_int_equal(bf_frame_next(r, &data, &n), BF_OK);
  assert_int_equal(bf_frame_next(r, &data, &n), BF_BAD_INPUT);
  assert_non_null(strstr(bf_error(), "two: record 1 at byte 16"));
  bf_frame_close(r);
}

/* A length with a right checksum that the file does not back. */
static void length_past_end(void **state) {
  bf_frame_reader *r;
  const uint8_t *data;
  size_t n;
  (void)state;
  for (int shift = 5; shift < 64; shift += 7) {
    uint64_t length = 1ull << shift;
    uint32_t crc = crc_by_bits((const uint8_t *)&length, 8);
    crc = (crc >> 15 | crc << 17) + 0xa282ead8u;
    FILE *f = fopen("long", "wb");
    assert_non_null(f);
    fwrite(&length, 8, 1, f);
    fwrite(&crc, 4, 1, f);
    fwrite("0123456789", 10, 1, f);
    fclose(f);
    assert_int_equal(bf_frame_open("long", SIZE_MAX, &r), BF_OK);
    assert_int_equal(bf_frame_next(r, &data, &n), BF_BAD_INPUT);
    assert_null(data);
    bf_frame_close(r);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(crc_known), cmocka_unit_test(crc_agree), cmocka_unit_test(known_bytes), cmocka_unit_test(reading),
                                     cmocka_unit_test(length_past_end)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
