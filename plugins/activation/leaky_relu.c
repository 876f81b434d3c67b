/* activation.leaky_relu: x where it is positive, slope · x elsewhere. */
#include "clones.h"
#include <bettiflow/plugin.h>

typedef struct config {
  double slope;
} config;

BF_CLONES static void apply(const void *cfg, const float *x, float *y, size_t n) {
  const float slope = (float)((const config *)cfg)->slope;
#pragma GCC ivdep
  for (size_t i = 0; i < n; i++) y[i] = x[i] > 0.0f ? x[i] : slope * x[i];
}

/* The slope at 0, TensorFlow's convention. y > 0 exactly where x > 0, since the slope is not negative. */
BF_CLONES static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)x;
  const float slope = (float)((const config *)cfg)->slope;
#pragma GCC ivdep
  for (size_t i = 0; i < n; i++) dx[i] = y[i] > 0.0f ? 1.0f : slope;
}

static const bf_param params[] = {BF_PARAM(config, slope, .def = "0.2", .range = "[0, 1]", .doc = "slope for negative x; 0.2 in the paper"), {0}};

static const bf_activation leaky_relu = {.id = "activation.leaky_relu",
                                         .doc = "x where x > 0, else slope * x",
                                         .revision = 1,
                                         .derive_needs = BF_NEEDS_Y,
                                         .cfg_size = sizeof(config),
                                         .params = params,
                                         .apply = apply,
                                         .derive = derive};

BF_PLUGIN(.name = "leaky_relu", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&leaky_relu, NULL});
