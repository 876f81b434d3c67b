/* The reduced exponential that tanh and sigmoid share, written so that it vectorises and gives the same bits for any vector width. */
#ifndef BF_ACTIVATION_EXPM1_H
#define BF_ACTIVATION_EXPM1_H

#include <stdint.h>
#include <string.h>

static inline float bf_float_of_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline uint32_t bf_bits_of_float(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/* 2^n for -126 <= n <= 127. */
static inline float bf_power_of_two(int32_t n) { return bf_float_of_bits((uint32_t)(n + 127) << 23); }

/* x = n ln 2 + r with |r| <= ln 2 / 2: returns exp(r) - 1, relative error below 1e-7, and n. |x| < 2^20. Adding 1.5 · 2^23 rounds to a
 * whole number, which then stands in the low bits; ln 2 is split so that n times its upper part is exact. The polynomial is a
 * minimax fit of (exp(r) - 1 - r) / r². */
static inline float bf_expm1_reduced(float x, int32_t *whole) {
  const float shift = 0x1.8p23f;
  float shifted = x * 0x1.715476p+0f + shift;
  float n = shifted - shift;
  float r = (x - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  float q = 0x1.6bebfep-10f;
  q = q * r + 0x1.1227bp-7f;
  q = q * r + 0x1.555674p-5f;
  q = q * r + 0x1.5554bp-3f;
  q = q * r + 0x1.fffffep-2f;
  *whole = (int32_t)(bf_bits_of_float(shifted) - bf_bits_of_float(shift));
  return r + r * r * q;
}

#endif
