/* A fused multiply-add of four floats for machines without one: the same bits as the hardware's. */
#ifndef BF_ACTIVATION_FUSED_H
#define BF_ACTIVATION_FUSED_H

#include <stdint.h>

typedef float bf_four __attribute__((vector_size(16)));
typedef float bf_four_in_memory __attribute__((vector_size(16), aligned(4), may_alias));

#ifndef __FP_FAST_FMAF
typedef float bf_two __attribute__((vector_size(8)));

/* Two of the four. The product of two floats is exact in double; the sum is rounded to odd, so that rounding it again to float is right
 * (Boldo, Melquiond: "Emulation of FMA and correctly rounded sums", IEEE Trans. Comput. 57, 2008). Whole vectors throughout: GCC 12 loses
 * roundings when it makes vectors of single elements here. */
static inline __attribute__((always_inline)) bf_two bf_fused_two(bf_two a, bf_two b, bf_two c) {
  typedef double doubles __attribute__((vector_size(16)));
  typedef int64_t bits __attribute__((vector_size(16)));
  doubles product = __builtin_convertvector(a, doubles) * __builtin_convertvector(b, doubles), addend = __builtin_convertvector(c, doubles);
  doubles sum = product + addend, rest = sum - product;
  doubles error = (product - (sum - rest)) + (addend - rest);   /* exact: Knuth's two-sum */
  bits even = ~(bits)sum & 1 & ((error > 0.0) | (error < 0.0)); /* 1 where it has to change; not infinite sums, their error is NaN */
  bits back = (error > 0.0) ^ (sum > 0.0);                      /* all bits where the rest points to zero */
  sum = (doubles)((bits)sum + ((even ^ back) - back));
  return __builtin_convertvector(sum, bf_two);
}
#endif

/* a b + c, rounded once. */
static inline __attribute__((always_inline)) bf_four bf_fused(bf_four a, bf_four b, bf_four c) {
#ifdef __FP_FAST_FMAF
  bf_four y = {0};
  for (int i = 0; i < 4; i++) y[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return y;
#else
#define BF_LOW(v) __builtin_shufflevector(v, v, 0, 1)
#define BF_HIGH(v) __builtin_shufflevector(v, v, 2, 3)
  bf_two low = bf_fused_two(BF_LOW(a), BF_LOW(b), BF_LOW(c)), high = bf_fused_two(BF_HIGH(a), BF_HIGH(b), BF_HIGH(c));
  return __builtin_shufflevector(low, high, 0, 1, 2, 3);
#undef BF_LOW
#undef BF_HIGH
#endif
}

#endif
