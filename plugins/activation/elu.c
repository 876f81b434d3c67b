/* activation.elu: x where it is positive, alpha (exp(x) - 1) elsewhere, within 0.51 units in the last place; Clevert, Unterthiner, Hochreiter:
 * "Exponential linear units", ICLR 2016. */
#include "exponential.h"
#include <bettiflow/plugin.h>

typedef struct config {
  double alpha;
} config;

BF_INLINE float value(const void *cfg, float x) {
  double negative = ((const config *)cfg)->alpha * bf_exponential_minus_1(bf_within(110.0, (double)x));
  return x > 0.0f ? x : (float)negative;
}

/* alpha at 0, as for negative x. From x: alpha + y has lost its digits where exp(x) is small. */
BF_INLINE float slope(const void *cfg, float x) {
  double negative = ((const config *)cfg)->alpha * bf_exponential(bf_within(700.0, (double)x));
  return x > 0.0f ? 1.0f : (float)negative;
}

BF_MAP(apply, value)
BF_MAP(slopes, slope)

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)y;
  slopes(cfg, x, dx, n);
}

static const bf_param params[] = {BF_PARAM(config, alpha, .def = "1", .range = "[0, 1e30]", .doc = "the limit for very negative x is -alpha"), {0}};

static const bf_activation elu = {.id = "activation.elu",
                                  .doc = "x where x > 0, else alpha * (exp(x) - 1)",
                                  .revision = 1,
                                  .derive_needs = BF_NEEDS_X,
                                  .cfg_size = sizeof(config),
                                  .params = params,
                                  .apply = apply,
                                  .derive = derive};

BF_PLUGIN(.name = "elu", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&elu, NULL});
