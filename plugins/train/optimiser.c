/* The optimisers' steps; see optimiser.h for the formulas. Each element is computed by itself and in float, so that vectors of any width give the
 * same bits; what all elements share is computed in double and rounded once. */
#include "optimiser.h"
#include "../network/kernel.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct bf_rule_info bf_rules[BF_RULES] = {
    [BF_ADAM_TF1] = {"adam_tf1", BF_HAS_BETA1 | BF_HAS_BETA2 | BF_HAS_EPSILON, {.beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8}},
    [BF_ADAM] = {"adam", BF_HAS_BETA1 | BF_HAS_BETA2 | BF_HAS_EPSILON | BF_HAS_DECAY, {.beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8}},
    [BF_ADAMW] = {"adamw", BF_HAS_BETA1 | BF_HAS_BETA2 | BF_HAS_EPSILON | BF_HAS_DECAY, {.beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8, .weight_decay = 0.01}},
    [BF_SGD] = {"sgd", BF_HAS_MOMENTUM | BF_HAS_DECAY, {.momentum = 0.9}},
    [BF_RMSPROP] = {"rmsprop", BF_HAS_BETA2 | BF_HAS_EPSILON | BF_HAS_MOMENTUM | BF_HAS_DECAY, {.beta2 = 0.9, .epsilon = 1e-8}},
};

bf_rule bf_rule_of(const char *name) {
  bf_rule rule = 0;
  while (rule < BF_RULES && strcmp(bf_rules[rule].name, name) != 0) rule++;
  return rule;
}

void bf_optimiser_reset(bf_optimiser *o) {
  memset(o->first, 0, o->n * sizeof(float));
  memset(o->second, 0, o->n * sizeof(float));
  o->power1 = o->power2 = 1.0;
}

bf_status bf_optimiser_new(bf_optimiser *o, bf_rule rule, const bf_constants *constants, size_t n) {
  *o = (bf_optimiser){.rule = rule, .constants = *constants, .n = n, .power1 = 1.0, .power2 = 1.0};
  o->first = calloc(n, sizeof(float));
  o->second = calloc(n, sizeof(float));
  if (o->first && o->second) return BF_OK;
  bf_optimiser_free(o);
  return bf_fail(BF_NO_MEMORY, "no memory for the moments of %zu network parameters", n);
}

void bf_optimiser_free(bf_optimiser *o) {
  free(o->first);
  free(o->second);
  *o = (bf_optimiser){0};
}

/* v and u as `second` and `first`; step and root are the shared factors of m and √v. */
static void adam(bf_optimiser *o, float *restrict theta, const float *restrict gradient, float factor, double step, double root) {
  float *restrict m = o->first, *restrict v = o->second;
  const float rest1 = (float)(1.0 - o->constants.beta1), rest2 = (float)(1.0 - o->constants.beta2), epsilon = (float)o->constants.epsilon;
  const float s = (float)step, r = (float)root;
  for (size_t i = 0; i < o->n; i++) {
    float g = factor * gradient[i];
    m[i] += rest1 * (g - m[i]);
    v[i] += rest2 * (g * g - v[i]);
    theta[i] -= s * m[i] / (r * sqrtf(v[i]) + epsilon);
  }
}

static void sgd(bf_optimiser *o, float *restrict theta, const float *restrict gradient, float factor, double rate) {
  float *restrict u = o->first;
  const float momentum = (float)o->constants.momentum, s = (float)rate;
  for (size_t i = 0; i < o->n; i++) {
    u[i] = momentum * u[i] + factor * gradient[i];
    theta[i] -= s * u[i];
  }
}

static void rmsprop(bf_optimiser *o, float *restrict theta, const float *restrict gradient, float factor, double rate) {
  float *restrict u = o->first, *restrict v = o->second;
  const float rest = (float)(1.0 - o->constants.beta2), epsilon = (float)o->constants.epsilon, momentum = (float)o->constants.momentum, s = (float)rate;
  for (size_t i = 0; i < o->n; i++) {
    float g = factor * gradient[i];
    v[i] += rest * (g * g - v[i]);
    u[i] = momentum * u[i] + g / (sqrtf(v[i]) + epsilon);
    theta[i] -= s * u[i];
  }
}

/* Decay of the weights apart from the gradient (adamw), or as part of it: then the gradient is scaled here. */
static void decay(const bf_optimiser *o, float *restrict theta, float *restrict gradient, double rate, float *factor) {
  if (o->rule == BF_ADAMW) {
    const float keep = (float)(1.0 - rate * o->constants.weight_decay);
    for (size_t i = 0; i < o->n; i++) theta[i] *= keep;
    return;
  }
  const float lambda = (float)o->constants.weight_decay;
  for (size_t i = 0; i < o->n; i++) gradient[i] = *factor * gradient[i] + lambda * theta[i];
  *factor = 1.0f;
}

void bf_optimiser_step(bf_optimiser *o, float *theta, float *gradient, double rate, double scale) {
  uint32_t subnormals = bf_subnormals_flush();
  float factor = (float)scale;
  if ((bf_rules[o->rule].has & BF_HAS_DECAY) && o->constants.weight_decay > 0.0) decay(o, theta, gradient, rate, &factor);
  o->power1 *= o->constants.beta1;
  o->power2 *= o->constants.beta2;
  switch (o->rule) {
  case BF_ADAM_TF1:
    adam(o, theta, gradient, factor, rate * sqrt(1.0 - o->power2) / (1.0 - o->power1), 1.0);
    break;
  case BF_ADAM:
  case BF_ADAMW:
    adam(o, theta, gradient, factor, rate / (1.0 - o->power1), 1.0 / sqrt(1.0 - o->power2));
    break;
  case BF_SGD:
    sgd(o, theta, gradient, factor, rate);
    break;
  case BF_RMSPROP:
    rmsprop(o, theta, gradient, factor, rate);
    break;
  case BF_RULES:
    break;
  }
  bf_subnormals_restore(subnormals);
}

double bf_norm(const float *x, size_t n) {
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) sum += (double)x[i] * (double)x[i];
  return sqrt(sum);
}
