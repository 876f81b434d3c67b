/* Adam's step; see adam.h for the formula. */
#include "adam.h"
#include "../network/kernel.h"
#include <math.h>
#include <stdlib.h>

bf_status bf_adam_new(bf_adam *a, size_t n) {
  *a = (bf_adam){.n = n, .b1 = 1.0, .b2 = 1.0};
  a->m = calloc(n, sizeof(float));
  a->v = calloc(n, sizeof(float));
  if (a->m && a->v) return BF_OK;
  bf_adam_free(a);
  return bf_fail(BF_NO_MEMORY, "no memory for the moments of %zu network parameters", n);
}

void bf_adam_free(bf_adam *a) {
  free(a->m);
  free(a->v);
  *a = (bf_adam){0};
}

void bf_adam_step(bf_adam *a, float *theta, const float *gradient, double rate, double scale) {
  uint32_t subnormals = bf_subnormals_flush();
  a->b1 *= 0.9;
  a->b2 *= 0.999;
  const float step = (float)(rate * sqrt(1.0 - a->b2) / (1.0 - a->b1)), factor = (float)scale;
  float *restrict m = a->m, *restrict v = a->v;
  for (size_t i = 0; i < a->n; i++) {
    float g = factor * gradient[i];
    m[i] += 0.1f * (g - m[i]);
    v[i] += 0.001f * (g * g - v[i]);
    theta[i] -= step * m[i] / (sqrtf(v[i]) + 1e-8f);
  }
  bf_subnormals_restore(subnormals);
}

double bf_half_to_the(double x) {
  if (x >= 1000.0) return 0.0;
  double whole = floor(x), y = (whole - x) * 0x1.62e42fefa39efp-1; /* exp(y), y in (-ln 2, 0] */
  double term = 1.0, sum = 1.0;
  for (int k = 1; k <= 20; k++) {
    term *= y / k;
    sum += term;
  }
  return ldexp(sum, -(int)whole);
}

double bf_norm(const float *x, size_t n) {
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) sum += (double)x[i] * (double)x[i];
  return sqrt(sum);
}
