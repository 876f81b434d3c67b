/* activation.softplus: log(1 + exp(beta x)) / beta, a smooth ReLU, within 0.51 units in the last place; Dugas, Bengio, Bélisle, Nadeau, Garcia:
 * "Incorporating second-order functional knowledge", NIPS 2000. */
#include "exponential.h"
#include <bettiflow/plugin.h>

typedef struct config {
  double beta;
} config;

/* max(x, 0) + log(1 + exp(-beta |x|)) / beta, so that nothing overflows and small results keep their digits. */
BF_INLINE float value(const void *cfg, float x) {
  const double beta = ((const config *)cfg)->beta;
  double z = (double)x, a = -beta * fabs(z);
  double rest = bf_logarithm_of_1_plus(bf_exponential(a < -700.0 ? -700.0 : a)) / beta;
  return (float)((x < 0.0f ? 0.0 : z) + rest);
}

/* softplus' = 1 / (1 + exp(-beta x)) */
BF_INLINE float slope(const void *cfg, float x) { return (float)bf_logistic(bf_within(110.0, ((const config *)cfg)->beta * (double)x)); }

BF_MAP(apply, value)
BF_MAP(slopes, slope)

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)y;
  slopes(cfg, x, dx, n);
}

static const bf_param params[] = {BF_PARAM(config, beta, .def = "1", .range = "[1e-30, 1e30]", .doc = "sharpness of the bend; the value at 0 is log(2) / beta"),
                                  {0}};

static const bf_activation softplus = {.id = "activation.softplus",
                                       .doc = "log(1 + exp(beta * x)) / beta",
                                       .revision = 1,
                                       .derive_needs = BF_NEEDS_X,
                                       .cfg_size = sizeof(config),
                                       .params = params,
                                       .apply = apply,
                                       .derive = derive};

BF_PLUGIN(.name = "softplus", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&softplus, NULL});
