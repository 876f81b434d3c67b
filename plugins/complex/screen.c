/* The screen for any processor, and the numbers that make it safe. */
#include "screen.h"
#include "../activation/cpu.h"
#include <math.h>

typedef float vector __attribute__((vector_size(16), aligned(4)));
typedef int32_t lanes __attribute__((vector_size(16)));

static inline uint32_t not_less(vector a, vector b) {
  lanes less = a < b;
  return (uint32_t)((less[0] ? 0 : 1) | (less[1] ? 0 : 2) | (less[2] ? 0 : 4) | (less[3] ? 0 : 8));
}

#define SCREEN bf_screen_baseline
#define WIDTH 4
#define ROWS 1
#define VECTOR vector
#define SPLAT(x) ((vector){x, x, x, x})
#define LOAD(at) (*(const vector *)(at))
#define STORE(at, x) (*(vector *)(at) = (x))
#define FMA(a, b, c) ((a) * (b) + (c))
#define NOT_LESS(a, b) not_less(a, b)
#include "screen_body.h"

const bf_screen *bf_screen_best(void) {
#if defined(__x86_64__)
  if (bf_cpu_chosen() == BF_CPU_AVX512) return &bf_screen_avx512;
  if (bf_cpu_chosen() == BF_CPU_AVX2) return &bf_screen_avx2;
#endif
  return &bf_screen_baseline;
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
