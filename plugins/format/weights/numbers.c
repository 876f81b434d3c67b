/* The kinds of numbers in files of weights. */
#include "weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const size_t weights_dtype_size[] = {[WEIGHTS_F32] = 4, [WEIGHTS_F64] = 8, [WEIGHTS_F16] = 2, [WEIGHTS_BF16] = 2};

static uint64_t little(const unsigned char *at, size_t bytes) {
  uint64_t x = 0;
  for (size_t i = 0; i < bytes; i++) x |= (uint64_t)at[i] << (8 * i);
  return x;
}

static float float_of_bits(uint64_t bits) {
  const uint32_t narrow = (uint32_t)bits;
  float x;
  memcpy(&x, &narrow, sizeof x);
  return x;
}

static double double_of_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. Each is exact as a float. */
static float half(uint64_t bits) {
  const int exponent = (int)(bits >> 10 & 31), fraction = (int)(bits & 1023);
  const double size = exponent == 31 ? fraction ? NAN : INFINITY : exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
  return (float)(bits >> 15 ? -size : size);
}

size_t weights_convert(weights_dtype dtype, const unsigned char *from, size_t n, float *to) {
  const size_t size = weights_dtype_size[dtype];
  for (size_t i = 0; i < n; i++) {
    const uint64_t bits = little(from + i * size, size);
    to[i] = dtype == WEIGHTS_F32   ? float_of_bits(bits)
            : dtype == WEIGHTS_F64 ? (float)double_of_bits(bits)
            : dtype == WEIGHTS_F16 ? half(bits)
                                   : float_of_bits(bits << 16);
    if (!isfinite(to[i])) return i;
  }
  return n;
}

void weights_free(weights *w) {
  for (size_t i = 0; w->at && i < w->n; i++) {
    free(w->at[i].name);
    free(w->at[i].x);
  }
  for (size_t i = 0; w->activation && i < w->nactivation; i++) free(w->activation[i]);
  free(w->at);
  free(w->activation);
  *w = (weights){0};
}
