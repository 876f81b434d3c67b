/* activation.relu: max(x, 0). */
#include "elementwise.h"
#include <bettiflow/plugin.h>

/* Gives +0 for -0, so that equal values have equal bits, and keeps NaN, so that a diverging network is seen. */
BF_INLINE float value(const void *cfg, float x) {
  (void)cfg;
  return x <= 0.0f ? 0.0f : x;
}

/* relu'(0) = 0, TensorFlow's convention. y > 0 exactly where x > 0. */
BF_INLINE float slope(const void *cfg, float y) {
  (void)cfg;
  return y > 0.0f ? 1.0f : 0.0f;
}

BF_MAP(apply, value)
BF_MAP(slopes, slope)

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)x;
  slopes(cfg, y, dx, n);
}

static const bf_activation relu = {.id = "activation.relu", .doc = "max(x, 0)", .revision = 1, .derive_needs = BF_NEEDS_Y, .apply = apply, .derive = derive};

BF_PLUGIN(.name = "relu", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&relu, NULL});
