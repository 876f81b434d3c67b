/* The screen for any processor, and the numbers that make it safe. */
#include "screen.h"
#include "../activation/cpu.h"
#include <math.h>

static void centre(const float *x, const float *c, uint32_t dim, float keep, float *b, float half[BF_SCREEN_BLOCK]) {
  float sum[BF_SCREEN_BLOCK] = {0};
  for (uint32_t k = 0; k < dim; k++, x += BF_SCREEN_BLOCK, b += BF_SCREEN_BLOCK)
    for (uint32_t l = 0; l < BF_SCREEN_BLOCK; l++) {
      b[l] = x[l] - c[k];
      sum[l] += b[l] * b[l];
    }
  for (uint32_t l = 0; l < BF_SCREEN_BLOCK; l++) half[l] = sum[l] * (keep / 2);
}

static void pass(const float *a, const uint32_t *which, uint32_t n, const float *b, const float *half, uint32_t dim, const float *least, uint32_t *mask) {
  for (uint32_t i = 0; i < n; i++) {
    const float *own = a + (uint64_t)which[i] * dim;
    float sum[BF_SCREEN_BLOCK];
    for (uint32_t l = 0; l < BF_SCREEN_BLOCK; l++) sum[l] = -half[l];
    for (uint32_t k = 0; k < dim; k++)
      for (uint32_t l = 0; l < BF_SCREEN_BLOCK; l++) sum[l] += own[k] * b[k * BF_SCREEN_BLOCK + l];
    mask[i] = 0;
    for (uint32_t l = 0; l < BF_SCREEN_BLOCK; l++) mask[i] |= (uint32_t) !(sum[l] < least[which[i]]) << l;
  }
}

static const bf_screen baseline = {centre, pass};

const bf_screen *bf_screen_best(void) {
#if defined(__x86_64__)
  if (bf_cpu_chosen() == BF_CPU_AVX512) return &bf_screen_avx512;
  if (bf_cpu_chosen() == BF_CPU_AVX2) return &bf_screen_avx2;
#endif
  return &baseline;
}

bool bf_screen_fits(const float *box, uint32_t dim) {
  double sum = 0;
  for (uint32_t k = 0; k < dim; k++) sum += ((double)box[dim + k] - (double)box[k]) * ((double)box[dim + k] - (double)box[k]);
  return dim <= 65536 && sum <= 0x1p120;
}

float bf_screen_keep(uint32_t dim) { return 1 - 0x1p-22f * (float)(dim + 8); }

float bf_screen_least(double squares, double bar, uint32_t dim) {
  double margin = bar * (1 + 0x1p-20) + 0x1p-140 * (dim + 16), least = ((double)bf_screen_keep(dim) * squares - margin) / 2;
  return (float)(least - fabs(least) * 0x1p-22); /* rounded down */
}
