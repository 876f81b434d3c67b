/* Random numbers: Philox's published answers, and the moments of what is made from them. */
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

/* Philox 4x32-10 written out from the paper's definition. */
static void philox(uint32_t c[4], uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; round++) {
    uint64_t p = (uint64_t)0xd2511f53u * c[0], q = (uint64_t)0xcd9e8d57u * c[2];
    uint32_t n[4] = {(uint32_t)(q >> 32) ^ c[1] ^ k0, (uint32_t)q, (uint32_t)(p >> 32) ^ c[3] ^ k1, (uint32_t)p};
    for (int i = 0; i < 4; i++) c[i] = n[i];
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
}

static void words(void **state) {
  uint32_t got[4];
  (void)state;
  bf_random_words(0, 0, got); /* the first known answer of Random123's own tests */
  assert_int_equal(got[0], 0x6627e8d5u);
  assert_int_equal(got[1], 0xe169c58du);
  assert_int_equal(got[2], 0xbc57ac4cu);
  assert_int_equal(got[3], 0x9b00dbd8u);
  for (uint64_t seed = 1; seed < 1u << 30; seed = seed * 5 + 3)
    for (uint64_t i = 1; i < 1ull << 60; i = i * 977 + 1) {
      uint32_t want[4] = {(uint32_t)i, (uint32_t)(i >> 32), 0, 0};
      uint64_t key = seed * 0x9e3779b97f4a7c15u;
      philox(want, (uint32_t)key, (uint32_t)(key >> 32));
      bf_random_words(key, i, got);
      assert_memory_equal(got, want, 16);
    }
}

static void uniform(void **state) {
  double sum = 0, squares = 0;
  (void)state;
  for (uint64_t i = 0; i < 100000; i++) {
    double u = bf_random_uniform(5, i);
    uint32_t w[4];
    bf_random_words(5, i, w);
    assert_true(u == floor(ldexp((double)w[1], 21) + (w[0] >> 11)) / 0x1p53);
    assert_true(u >= 0 && u < 1);
    sum += u, squares += u * u;
  }
  assert_true(fabs(sum / 1e5 - .5) < .005 && fabs(squares / 1e5 - 1. / 3) < .005);
}

static void normal(void **state) {
  double sum = 0, squares = 0;
  (void)state;
  for (uint64_t i = 0; i < 100000; i++) {
    uint32_t w[4];
    bf_random_words(9, i, w);
    double r = (floor(ldexp((double)w[1], 21) + (w[0] >> 11)) + 1) / 0x1p53, a = floor(ldexp((double)w[3], 21) + (w[2] >> 11)) / 0x1p53;
    double x = bf_random_normal(9, i);
    assert_true(fabs(x - sqrt(-2 * log(r)) * cos(2 * 3.14159265358979323846 * a)) < 1e-14 * (1 + fabs(x)) * 4);
    sum += x, squares += x * x;
  }
  assert_true(fabs(sum / 1e5) < .02 && fabs(squares / 1e5 - 1) < .02);
}

static void permutation(void **state) {
  enum { N = 1000 };
  uint32_t p[N], first[4] = {0};
  char seen[N] = {0};
  (void)state;
  bf_random_permutation(3, N, p);
  for (int i = 0; i < N; i++) assert_false(seen[p[i]]++);
  for (uint64_t seed = 0; seed < 4000; seed++) {
    bf_random_permutation(seed, 4, p);
    first[p[0]]++;
  }
  for (int i = 0; i < 4; i++) assert_in_range(first[i], 880, 1120);
  for (uint64_t i = 0; i < 1000; i++) assert_in_range(bf_random_below(1, i, 3), 0, 2);
  assert_int_equal(bf_random_below(1, 1, 1), 0);
  bf_random_permutation(1, 0, p);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(words), cmocka_unit_test(uniform), cmocka_unit_test(normal), cmocka_unit_test(permutation)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
