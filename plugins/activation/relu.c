/* activation.relu: max(x, 0). */
#include "clones.h"
#include <bettiflow/plugin.h>

/* Gives +0 for -0, so that equal values have equal bits, and keeps NaN, so that a diverging network is seen. */
BF_CLONES static void apply(const void *cfg, const float *x, float *y, size_t n) {
  (void)cfg;
#pragma GCC ivdep
  for (size_t i = 0; i < n; i++) y[i] = x[i] <= 0.0f ? 0.0f : x[i];
}

/* relu'(0) = 0, TensorFlow's convention. y > 0 exactly where x > 0. */
BF_CLONES static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)cfg, (void)x;
#pragma GCC ivdep
  for (size_t i = 0; i < n; i++) dx[i] = y[i] > 0.0f ? 1.0f : 0.0f;
}

static const bf_activation relu = {.id = "activation.relu", .doc = "max(x, 0)", .revision = 1, .derive_needs = BF_NEEDS_Y, .apply = apply, .derive = derive};

BF_PLUGIN(.name = "relu", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&relu, NULL});
