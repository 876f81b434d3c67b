/* activation.swish: x / (1 + exp(-beta x)); Ramachandran, Zoph, Le, "Searching for activation functions", 2017. */
#include "example.h"
#include <math.h>

typedef struct config {
  double beta;
} config;

static void apply(const void *cfg, const float *x, float *y, size_t n) {
  const float beta = (float)((const config *)cfg)->beta;
  for (size_t i = 0; i < n; i++) y[i] = x[i] / (1 + expf(-beta * x[i]));
}

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  const float beta = (float)((const config *)cfg)->beta;
  (void)y;
  for (size_t i = 0; i < n; i++) {
    const float s = 1 / (1 + expf(-beta * x[i]));
    dx[i] = s + beta * x[i] * s * (1 - s);
  }
}

const bf_activation example_swish = {
    .id = "activation.swish",
    .doc = "x / (1 + exp(-beta x))",
    .revision = 1,
    .derive_needs = BF_NEEDS_X,
    .cfg_size = sizeof(config),
    .params = (const bf_param[]){BF_PARAM(config, beta, .def = "1", .range = "(0, 100]", .doc = "how sharp the bend is"), {0}},
    .apply = apply,
    .derive = derive,
};
