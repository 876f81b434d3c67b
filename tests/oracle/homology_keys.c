/* Keys of simplices, of one kind for each time that this is compiled: taken apart, put together, and in order; for simplices drawn from few and from many
 * vertices, of any size that has a key. */
#include "flag/key.h"
#include <bettiflow/random.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#if defined FLAG_KEYS_combinatorial
static const flag_kind kind = FLAG_COMBINATORIAL;
static const bf_flag_keys wanted = BF_KEYS_COMBINATORIAL;
#elif defined FLAG_KEYS_128
static const flag_kind kind = FLAG_FIELDS_128;
static const bf_flag_keys wanted = BF_KEYS_128;
#else
static const flag_kind kind = FLAG_FIELDS_64;
static const bf_flag_keys wanted = BF_KEYS_NARROWEST;
#endif

static uint64_t draws;
static uint32_t below(uint32_t n) { return (uint32_t)bf_random_below(1, draws++, n); }

/* Distinct vertices, rising; in half of the cases the last ones, whose keys are the largest. */
static void draw_simplex(uint32_t n, unsigned count, uint32_t *vertex) {
  uint32_t from = below(2) ? 0 : n - count - below(n - count + 1) / 8;
  for (unsigned i = 0; i < count; i++) { /* R. Floyd's sample */
    uint32_t end = n - count + i + 1, v = from + below(end - from);
    unsigned at = 0;
    while (at < i && vertex[at] < v) at++;
    if (at < i && vertex[at] == v) at = i, v = end - 1;
    memmove(vertex + at + 1, vertex + at, (i - at) * sizeof *vertex);
    vertex[at] = v;
  }
}

/* The largest vertex in which two simplices differ. */
static int compare(const uint32_t *a, const uint32_t *b, unsigned count) {
  for (unsigned i = count; i-- > 0;)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

static void check_simplex(const flag_code *code, uint32_t n, unsigned count, const uint32_t *vertex) {
  uint32_t got[FLAG_MAX_VERTICES], other[FLAG_MAX_VERTICES];
  const flag_key key = key_of(vertex, count, code);
  const unsigned width = flag_code_width(code, count);
  key_vertices(key, count, code, got);
  assert_memory_equal(got, vertex, count * sizeof *vertex);
  if (width < 8 * sizeof key) assert_true(key >> width == 0);
  draw_simplex(n, count, other);
  const flag_key second = key_of(other, count, code);
  assert_int_equal((key > second) - (key < second), compare(vertex, other, count));
  for (unsigned p = 0; p < count && count > 1; p++) {
    memcpy(other, vertex, p * sizeof *vertex);
    memcpy(other + p, vertex + p + 1, (count - 1 - p) * sizeof *vertex);
    const flag_key without = key_of(other, count - 1, code);
    assert_true(key_remove(key, vertex, count, p, code) == without);
    assert_true(key_insert(without, other, count - 1, p, vertex[p], code) == key);
  }
}

/* All simplices with a key, of `count` of n vertices at most. */
static void check_code(uint32_t n, unsigned count) {
  bf_memory memory = flag_memory(0);
  flag_code code;
  assert_int_equal(flag_code_make(n, count, wanted, &memory, &code), BF_OK);
  assert_int_equal(code.kind, kind);
  for (unsigned k = 1; k <= count && k <= n; k++) {
    uint32_t vertex[FLAG_MAX_VERTICES];
    for (int c = 0; c < 200; c++) {
      draw_simplex(n, k, vertex);
      check_simplex(&code, n, k, vertex);
    }
    for (unsigned i = 0; i < k; i++) vertex[i] = n - k + i; /* the last one needs the whole width */
    const unsigned width = flag_code_width(&code, k);
    assert_true(width <= 8 * sizeof(flag_key));
    assert_true(width == 0 || key_of(vertex, k, &code) >> (width - 1) == 1);
    check_simplex(&code, n, k, vertex);
  }
  flag_code_free(&code, &memory);
  assert_int_equal(memory.used, 0);
}

static void all_sizes(void **state) {
  (void)state;
  check_code(2, 2);
  check_code(3, 3);
  check_code(16, 16);
  check_code(1000, 6);
  check_code(65536, 4);
  check_code(UINT32_C(1) << 22, 2);
#ifndef FLAG_KEYS_64
  check_code(17, 17);
  check_code(32, 25);
  check_code(65536, 8);
#endif
#ifdef FLAG_KEYS_combinatorial
  check_code(65536, 9);
  check_code(131, 131);
  check_code(200, 33);
#endif
}

/* Where the narrower kind ends, the next one begins. */
static void ends(void **state) {
  static const struct {
    uint32_t n;
    uint64_t count;
    bf_flag_keys keys;
    int kind; /* FLAG_KINDS: there is none */
  } rows[] = {
      {0, 2, BF_KEYS_NARROWEST, FLAG_FIELDS_64},         {1, 2, BF_KEYS_NARROWEST, FLAG_FIELDS_64},
      {0, 2, BF_KEYS_COMBINATORIAL, FLAG_COMBINATORIAL}, {1, 2, BF_KEYS_COMBINATORIAL, FLAG_COMBINATORIAL},
      {16, 16, BF_KEYS_NARROWEST, FLAG_FIELDS_64},       {17, 12, BF_KEYS_NARROWEST, FLAG_FIELDS_64},
      {17, 13, BF_KEYS_NARROWEST, FLAG_FIELDS_128},      {32, 25, BF_KEYS_NARROWEST, FLAG_FIELDS_128},
      {32, 26, BF_KEYS_NARROWEST, FLAG_COMBINATORIAL},   {32, 26, BF_KEYS_128, FLAG_COMBINATORIAL},
      {65536, 8, BF_KEYS_NARROWEST, FLAG_FIELDS_128},    {65536, 9, BF_KEYS_NARROWEST, FLAG_COMBINATORIAL},
      {65536, 10, BF_KEYS_NARROWEST, FLAG_KINDS},        {131, 131, BF_KEYS_NARROWEST, FLAG_COMBINATORIAL},
      {132, 132, BF_KEYS_NARROWEST, FLAG_KINDS},         {UINT32_MAX, UINT32_MAX, BF_KEYS_NARROWEST, FLAG_KINDS},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    bf_memory memory = flag_memory(0);
    flag_code code;
    bf_status status = flag_code_make(rows[i].n, rows[i].count, rows[i].keys, &memory, &code);
    assert_int_equal(status, rows[i].kind == FLAG_KINDS ? BF_INVALID : BF_OK);
    if (status == BF_OK) assert_int_equal(code.kind, rows[i].kind);
    flag_code_free(&code, &memory);
    memory.limit = 100; /* a table that is too large for the memory is an error */
    status = flag_code_make(rows[i].n, rows[i].count, rows[i].keys, &memory, &code);
    assert_int_equal(status, rows[i].kind == FLAG_KINDS ? BF_INVALID : rows[i].kind == FLAG_COMBINATORIAL && rows[i].n > 1 ? BF_NO_MEMORY : BF_OK);
    flag_code_free(&code, &memory);
    assert_int_equal(memory.used, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_sizes), cmocka_unit_test(ends)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
