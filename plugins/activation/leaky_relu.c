/* activation.leaky_relu: x where it is positive, slope · x elsewhere. */
#include "elementwise.h"
#include <bettiflow/plugin.h>

typedef struct config {
  double slope;
} config;

BF_INLINE float value(const void *cfg, float x) {
  const float below = (float)((const config *)cfg)->slope;
  return x > 0.0f ? x : below * x;
}

/* The slope at 0, TensorFlow's convention. y > 0 exactly where x > 0, since the slope is not negative. */
BF_INLINE float slope(const void *cfg, float y) {
  const float below = (float)((const config *)cfg)->slope;
  return y > 0.0f ? 1.0f : below;
}

BF_MAP(apply, value)
BF_MAP(slopes, slope)

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)x;
  slopes(cfg, y, dx, n);
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
