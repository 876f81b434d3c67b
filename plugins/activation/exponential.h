/* exp, exp - 1 and log(1 + t) in double, for results in float: relative errors below 3e-10, less than a hundredth of a float's unit in the
 * last place, so that rounding to float is nearly the whole error. No branches, no fused operations: loops over them vectorise and give the
 * same bits for every vector width. The polynomials are minimax fits. */
#ifndef BF_ACTIVATION_EXPONENTIAL_H
#define BF_ACTIVATION_EXPONENTIAL_H

#include "elementwise.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

/* x cut to [-most, most]; keeps NaN. One comparison: from two the compiler makes branches. */
BF_INLINE double bf_within(double most, double x) {
  double a = fabs(x);
  return copysign(a > most ? most : a, x);
}

/* x = n ln 2 + r with |r| <= ln 2 / 2: returns exp(r) - 1, and 2^n. |x| <= 700. Adding 1.5 · 2^52 rounds to a whole number, which then
 * stands in the low bits. */
BF_INLINE double bf_expm1_reduced(double x, double *power) {
  const double shift = 0x1.8p52;
  double shifted = x * 0x1.71547652b82fep+0 + shift;
  double r = x - (shifted - shift) * 0x1.62e42fefa39efp-1;
  double q = 0x1.a032be6a8f396p-13;
  q = q * r + 0x1.6d71f77929e0fp-10;
  q = q * r + 0x1.111189676bbfep-7;
  q = q * r + 0x1.5554b12ecb372p-5;
  q = q * r + 0x1.555554ef8e8c4p-3;
  q = q * r + 0x1.00000025efceap-1;
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 1023) << 52; /* the upper bits fall off */
  memcpy(power, &bits, sizeof bits);
  return r + r * r * q;
}

BF_INLINE double bf_exponential(double x) {
  double power, p = bf_expm1_reduced(x, &power);
  return power + power * p;
}

BF_INLINE double bf_exponential_minus_1(double x) {
  double power, p = bf_expm1_reduced(x, &power);
  return power * p + (power - 1.0);
}

/* 1 / (1 + exp(-x)), for |x| <= 700. */
BF_INLINE double bf_logistic(double x) { return 1.0 / (1.0 + bf_exponential(-x)); }

/* log(1 + t) for 0 <= t <= 1: 2 artanh s with s = t / (2 + t). */
BF_INLINE double bf_logarithm_of_1_plus(double t) {
  double s = t / (2.0 + t), z = s * s;
  double p = 0x1.be4ee7a20eadbp-3;
  p = p * z + 0x1.5f301fb6ca17fp-3;
  p = p * z + 0x1.c8bc16e020e4bp-3;
  p = p * z + 0x1.248a5613e46ccp-2;
  p = p * z + 0x1.9999bd2b00911p-2;
  p = p * z + 0x1.5555553aea817p-1;
  return 2.0 * s + s * z * p;
}

#endif
