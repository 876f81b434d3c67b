/* activation.clamp: x cut to [0, 1], the paper's "Custom". */
#include "elementwise.h"
#include <bettiflow/plugin.h>

BF_INLINE float value(const void *cfg, float x) {
  (void)cfg;
  float low = x <= 0.0f ? 0.0f : x; /* +0 for -0; keeps NaN */
  return low > 1.0f ? 1.0f : low;
}

/* 1 on the closed interval, both ends included, 0 outside: the convention of TensorFlow's clip_by_value. y can't tell the ends from
 * what is cut, so this one needs x. */
BF_INLINE float slope(const void *cfg, float x) {
  (void)cfg;
  float low = x >= 0.0f ? 1.0f : 0.0f;
  return x <= 1.0f ? low : 0.0f;
}

BF_MAP(apply, value)
BF_MAP(slopes, slope)

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)y;
  slopes(cfg, x, dx, n);
}

static const bf_activation clamp = {
    .id = "activation.clamp", .doc = "x cut to [0, 1]", .revision = 1, .derive_needs = BF_NEEDS_X, .apply = apply, .derive = derive};

BF_PLUGIN(.name = "clamp", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&clamp, NULL});
