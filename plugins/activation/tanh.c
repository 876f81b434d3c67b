/* activation.tanh: the hyperbolic tangent, within 2 units in the last place for every float. */
#include "clones.h"
#include "expm1.h"
#include <bettiflow/plugin.h>
#include <math.h>

/* Below 0.6: a + a³ s(a²), s a minimax fit. Elsewhere 1 - 2 / (exp(2a) + 1), where the quotient is below 1/2 and so its errors count
 * half; from 10 on it rounds to 1. Both are computed, so that there is no branch. */
static inline float tanh_one(float x) {
  float a = fabsf(x);
  float z = a * a;
  float s = -0x1.82584cp-8f;
  s = s * z + 0x1.54b89ep-6f;
  s = s * z - 0x1.b898dep-5f;
  s = s * z + 0x1.1109aep-3f;
  s = s * z - 0x1.55553ep-2f;
  float small = a + a * z * s;

  int32_t n;
  float p = bf_expm1_reduced(a > 10.0f ? 20.0f : 2.0f * a, &n); /* keeps NaN */
  float power = bf_power_of_two(n);
  float large = 1.0f - 2.0f / (power * p + (power + 1.0f));
  return copysignf(a < 0.6f ? small : large, x);
}

BF_CLONES static void apply(const void *cfg, const float *x, float *y, size_t n) {
  (void)cfg;
#pragma GCC ivdep
  for (size_t i = 0; i < n; i++) y[i] = tanh_one(x[i]);
}

/* tanh' = 1 - tanh² */
BF_CLONES static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)cfg, (void)x;
#pragma GCC ivdep
  for (size_t i = 0; i < n; i++) dx[i] = 1.0f - y[i] * y[i];
}

static const bf_activation hyperbolic_tangent = {
    .id = "activation.tanh", .doc = "hyperbolic tangent", .revision = 1, .derive_needs = BF_NEEDS_Y, .apply = apply, .derive = derive};

BF_PLUGIN(.name = "tanh", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&hyperbolic_tangent, NULL});
