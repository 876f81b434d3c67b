/* activation.sigmoid: the logistic function 1 / (1 + exp(-x)), within 2.5 units in the last place, subnormal results included. */
#include "clones.h"
#include "expm1.h"
#include <bettiflow/plugin.h>
#include <math.h>

/* With t = exp(-|x|): 1 / (1 + t) for x >= 0, else t / (1 + t); so nothing overflows and small results keep their digits. exp(-104) is
 * less than half the smallest subnormal number. 2^n is applied in two steps, since it may be subnormal itself. */
static inline float sigmoid_one(float x) {
  float a = fabsf(x);
  a = a > 104.0f ? 104.0f : a; /* keeps NaN */
  int32_t n;                   /* -150 … 0 */
  float p = bf_expm1_reduced(-a, &n);
  int32_t half = n / 2;
  float t = bf_power_of_two(half) * (1.0f + p) * bf_power_of_two(n - half);
  return (x >= 0.0f ? 1.0f : t) / (1.0f + t);
}

BF_CLONES static void apply(const void *cfg, const float *x, float *y, size_t n) {
  (void)cfg;
#pragma GCC ivdep
  for (size_t i = 0; i < n; i++) y[i] = sigmoid_one(x[i]);
}

/* sigmoid' = y (1 - y) */
BF_CLONES static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)cfg, (void)x;
#pragma GCC ivdep
  for (size_t i = 0; i < n; i++) dx[i] = y[i] * (1.0f - y[i]);
}

static const bf_activation sigmoid = {
    .id = "activation.sigmoid", .doc = "logistic function 1 / (1 + exp(-x))", .revision = 1, .derive_needs = BF_NEEDS_Y, .apply = apply, .derive = derive};

BF_PLUGIN(.name = "sigmoid", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&sigmoid, NULL});
