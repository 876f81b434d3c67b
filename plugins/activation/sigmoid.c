/* activation.sigmoid: the logistic function 1 / (1 + exp(-x)), within 0.51 units in the last place, subnormal results included. */
#include "exponential.h"
#include <bettiflow/plugin.h>

/* exp(-104) is less than half the smallest subnormal float. */
BF_INLINE float value(const void *cfg, float x) {
  (void)cfg;
  return (float)bf_logistic(bf_within(110.0, (double)x));
}

/* sigmoid' = y (1 - y) */
BF_INLINE float slope(const void *cfg, float y) {
  (void)cfg;
  return y * (1.0f - y);
}

BF_MAP(apply, value)
BF_MAP(slopes, slope)

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)x;
  slopes(cfg, y, dx, n);
}

static const bf_activation sigmoid = {
    .id = "activation.sigmoid", .doc = "logistic function 1 / (1 + exp(-x))", .revision = 2, .derive_needs = BF_NEEDS_Y, .apply = apply, .derive = derive};

BF_PLUGIN(.name = "sigmoid", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&sigmoid, NULL});
