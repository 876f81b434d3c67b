/* activation.silu: x / (1 + exp(-x)), within 0.51 units in the last place; Elfwing, Uchibe, Doya: "Sigmoid-weighted linear units", Neural Networks 107,
 * 2018. Also known as swish. */
#include "exponential.h"
#include <bettiflow/plugin.h>

/* Below -110 the value rounds to -0; the cut keeps -inf from becoming NaN. */
BF_INLINE float value(const void *cfg, float x) {
  (void)cfg;
  double s = bf_logistic(bf_within(110.0, (double)x));
  return (float)((x < -110.0f ? -110.0 : (double)x) * s);
}

/* silu' = s + x s (1 - s) with s the logistic function */
BF_INLINE float slope(const void *cfg, float x) {
  (void)cfg;
  double z = bf_within(110.0, (double)x), t = bf_exponential(-z), s = 1.0 / (1.0 + t);
  return (float)(s + z * s * (t * s)); /* t s is 1 - s without cancellation */
}

BF_MAP(apply, value)
BF_MAP(slopes, slope)

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)y;
  slopes(cfg, x, dx, n);
}

static const bf_activation silu = {
    .id = "activation.silu", .doc = "x / (1 + exp(-x)), also known as swish", .revision = 1, .derive_needs = BF_NEEDS_X, .apply = apply, .derive = derive};

BF_PLUGIN(.name = "silu", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&silu, NULL});
