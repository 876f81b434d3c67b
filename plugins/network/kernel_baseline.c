/* The kernels for any machine. Without a fused multiply-add in hardware it is computed exactly, for the same bits at less speed. */
#include <stdint.h>
#include <string.h>

typedef float four __attribute__((vector_size(16)));

/* a b + c, rounded once. The product of two floats is exact in double; the sum is rounded to odd, so that rounding it again to
 * float is right (Boldo, Melquiond: "Emulation of FMA and correctly rounded sums", IEEE Trans. Comput. 57, 2008). */
static inline float fused(float a, float b, float c) {
#ifdef __FP_FAST_FMAF
  return __builtin_fmaf(a, b, c);
#else
  double product = (double)a * (double)b, addend = (double)c, sum = product + addend;
  double rest = sum - product;
  double error = (product - (sum - rest)) + (addend - rest); /* exact: Knuth's two-sum */
  int64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  if (error != 0.0 && sum - sum == 0.0 && !(bits & 1)) bits += (error > 0.0) == (sum > 0.0) ? 1 : -1;
  memcpy(&sum, &bits, sizeof sum);
  return (float)sum;
#endif
}

static inline four fused_four(four a, four b, four c) {
  four y = {0};
  for (int i = 0; i < 4; i++) y[i] = fused(a[i], b[i], c[i]);
  return y;
}

#define KERNELS bf_kernels_baseline
#define KERNELS_NAME "baseline"
#define WIDTH 4
#define AFFINE_ROWS 4
#define AFFINE_VECTORS 2
#define GRADIENT_ROWS 2
#define GRADIENT_COLUMNS 2
#define FMA(a, b, c) fused_four(a, b, c)
#define SPLAT(x) ((four){(x), (x), (x), (x)})
#include "kernel_body.h"
