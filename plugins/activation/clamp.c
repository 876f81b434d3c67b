/* activation.clamp: x cut to [0, 1], the paper's "Custom". */
#include "clones.h"
#include <bettiflow/plugin.h>

BF_CLONES static void apply(const void *cfg, const float *x, float *y, size_t n) {
  (void)cfg;
#pragma GCC ivdep
  for (size_t i = 0; i < n; i++) {
    float low = x[i] <= 0.0f ? 0.0f : x[i]; /* +0 for -0; keeps NaN */
    y[i] = low > 1.0f ? 1.0f : low;
  }
}

/* 1 on the closed interval, both ends included, 0 outside: the convention of TensorFlow's clip_by_value. y can't tell the ends from
 * what is cut, so this one needs x. */
BF_CLONES static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)cfg, (void)y;
#pragma GCC ivdep
  for (size_t i = 0; i < n; i++) {
    float low = x[i] >= 0.0f ? 1.0f : 0.0f;
    dx[i] = x[i] <= 1.0f ? low : 0.0f;
  }
}

static const bf_activation clamp = {
    .id = "activation.clamp", .doc = "x cut to [0, 1]", .revision = 1, .derive_needs = BF_NEEDS_X, .apply = apply, .derive = derive};

BF_PLUGIN(.name = "clamp", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&clamp, NULL});
