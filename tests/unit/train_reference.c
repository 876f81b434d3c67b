/* The reference network: textbook forward and backward passes in double. */
#include "train_reference.h"
#include <bettiflow/random.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void reference_new(reference *r, const char *activation, uint32_t nlayer, const uint32_t *width) {
  *r = (reference){.nlayer = nlayer};
  memcpy(r->width, width, (nlayer + 1) * sizeof *width);
  snprintf(r->activation, sizeof r->activation, "%s", activation);
  for (uint32_t l = 0; l < nlayer; l++) r->nparam += (size_t)(width[l] + 1) * width[l + 1];
  r->theta = calloc(r->nparam, sizeof(double));
  if (!r->theta) abort();
}

void reference_free(reference *r) { free(r->theta); }

static double value(const char *f, double z) {
  if (strcmp(f, "tanh") == 0) return tanh(z);
  if (strcmp(f, "sigmoid") == 0) return 1 / (1 + exp(-z));
  if (strcmp(f, "relu") == 0) return fmax(z, 0);
  if (strcmp(f, "leaky_relu") == 0) return z > 0 ? z : 0.2 * z;
  if (strcmp(f, "clamp") == 0) return fmin(fmax(z, 0), 1);
  if (strcmp(f, "elu") == 0) return z > 0 ? z : expm1(z);
  if (strcmp(f, "gelu") == 0) return 0.5 * z * erfc(-z * M_SQRT1_2);
  if (strcmp(f, "silu") == 0) return z / (1 + exp(-z));
  if (strcmp(f, "softplus") == 0) return log1p(exp(z));
  if (strcmp(f, "sine") == 0) return sin(z);
  return z;
}

static double slope(const char *f, double z) {
  if (strcmp(f, "tanh") == 0) return 1 / (cosh(z) * cosh(z));
  if (strcmp(f, "sigmoid") == 0) return value(f, z) * value(f, -z);
  if (strcmp(f, "relu") == 0) return z > 0;
  if (strcmp(f, "leaky_relu") == 0) return z > 0 ? 1 : 0.2;
  if (strcmp(f, "clamp") == 0) return z >= 0 && z <= 1;
  if (strcmp(f, "elu") == 0) return z > 0 ? 1 : exp(z);
  if (strcmp(f, "gelu") == 0) return 0.5 * erfc(-z * M_SQRT1_2) + z * exp(-0.5 * z * z) * 0.5 * M_SQRT1_2 * M_2_SQRTPI;
  if (strcmp(f, "silu") == 0) return (1 + z / (1 + exp(z))) / (1 + exp(-z));
  if (strcmp(f, "softplus") == 0) return 1 / (1 + exp(-z));
  if (strcmp(f, "sine") == 0) return cos(z);
  return 1;
}

/* One sample: adds to the gradient, returns its loss. */
static double one_sample(const reference *r, const float *x, int32_t label, double *gradient, uint64_t *right, double share) {
  double z[16][64], y[16][64] = {{0}}, d[64], before[64];
  size_t offset[16] = {0};
  for (uint32_t i = 0; i < r->width[0]; i++) y[0][i] = (double)x[i];
  for (uint32_t l = 0; l < r->nlayer; l++) {
    uint32_t in = r->width[l], out = r->width[l + 1];
    const double *w = r->theta + offset[l];
    offset[l + 1] = offset[l] + (size_t)(in + 1) * out;
    for (uint32_t o = 0; o < out; o++) {
      z[l + 1][o] = w[in * out + o];
      for (uint32_t i = 0; i < in; i++) z[l + 1][o] += w[o * in + i] * y[l][i];
      y[l + 1][o] = l + 1 < r->nlayer ? value(r->activation, z[l + 1][o]) : z[l + 1][o];
    }
  }
  uint32_t classes = r->width[r->nlayer], best = 0;
  double *logit = y[r->nlayer], sum = 0;
  for (uint32_t c = 1; c < classes; c++) best = logit[c] > logit[best] ? c : best;
  for (uint32_t c = 0; c < classes; c++) sum += exp(logit[c] - logit[best]);
  if (right) *right += (int32_t)best == label;
  double loss = log(sum) + logit[best] - logit[label];
  if (!gradient) return loss;
  for (uint32_t c = 0; c < classes; c++) d[c] = share * (exp(logit[c] - logit[best]) / sum - ((int32_t)c == label));
  for (uint32_t l = r->nlayer; l-- > 0;) {
    uint32_t in = r->width[l], out = r->width[l + 1];
    memset(before, 0, sizeof before);
    for (uint32_t o = 0; o < out; o++) {
      gradient[offset[l] + (size_t)in * out + o] += d[o];
      for (uint32_t i = 0; i < in; i++) {
        gradient[offset[l] + (size_t)o * in + i] += d[o] * y[l][i];
        before[i] += d[o] * r->theta[offset[l] + (size_t)o * in + i];
      }
    }
    for (uint32_t i = 0; l > 0 && i < in; i++) d[i] = before[i] * slope(r->activation, z[l][i]);
  }
  return loss;
}

double reference_loss(const reference *r, const bf_points *points, double *gradient, uint64_t *right) {
  double loss = 0, share = 1 / (double)points->n;
  if (right) *right = 0;
  if (gradient) memset(gradient, 0, r->nparam * sizeof *gradient);
  for (uint64_t i = 0; i < points->n; i++) loss += one_sample(r, points->x + i * points->dim, points->label[i], gradient, right, share);
  return loss * share;
}

void reference_points(bf_points *points, uint64_t n, uint32_t dim, uint32_t classes, uint64_t seed) {
  if (bf_points_new(points, n, dim, true) != BF_OK) abort();
  for (uint64_t i = 0; i < n * dim; i++) points->x[i] = (float)(2 * bf_random_uniform(seed, i) - 1);
  for (uint64_t i = 0; i < n; i++) points->label[i] = (int32_t)bf_random_below(seed + 1, i, classes);
}
