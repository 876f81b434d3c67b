/* Adam as TensorFlow 1 computes it, and the learning rate's decay. */
#ifndef BF_TRAIN_ADAM_H
#define BF_TRAIN_ADAM_H

#include <bettiflow/status.h>
#include <stddef.h>
#include <stdint.h>

typedef struct bf_adam {
  size_t n;
  float *m, *v;  /* n: running means of the gradient and of its square */
  double b1, b2; /* β1^t, β2^t for the steps done so far */
} bf_adam;

bf_status bf_adam_new(bf_adam *a, size_t n); /* BF_NO_MEMORY */
void bf_adam_free(bf_adam *a);

/* One step: g = scale · gradient; m += (1-β1)(g - m); v += (1-β2)(g² - v); θ -= rate √(1-β2^t)/(1-β1^t) · m / (√v + 1e-8), with β1 = .9,
 * β2 = .999. ε stands outside the bias correction, unlike in Kingma and Ba's algorithm 1 (arXiv:1412.6980) and in PyTorch. */
void bf_adam_step(bf_adam *a, float *theta, const float *gradient, double rate, double scale);

/* 2^-x for x >= 0, correct to about 1e-15, from basic operations only: the C library's may differ between machines. */
double bf_half_to_the(double x);

/* √ of the sum of squares. */
double bf_norm(const float *x, size_t n);

#endif
