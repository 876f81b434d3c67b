/* The inner loops of fully connected networks, over tiles of samples that stay in cache.
 *
 * A tile holds BF_TILE samples of some number of rows (coordinates, neurons, classes): row r is the BF_TILE floats from
 * x + r * BF_TILE, so that vector lanes are samples. All tiles, lanes and weights begin at 64-byte boundaries.
 *
 * The same source is compiled for AVX-512, AVX2 and the baseline. Every sum has a fixed order, every product is added by a fused
 * multiply-add, and nothing else is contracted: so all of them give the same bits, and results can be cached across machines.
 */
#ifndef BF_NETWORK_KERNEL_H
#define BF_NETWORK_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  BF_TILE = 240, /* 15 vectors of 16: an odd number of cache lines, so that rows spread over all cache sets */
  BF_PANEL = 25, /* rows of a tile that stay in a first cache of 32 KiB */
  BF_LANES = 16  /* partial sums of a gradient: lane l sums the samples t = l, l + 16, … of each tile */
};

typedef struct bf_tally { /* over the samples of one tile */
  double loss;            /* sum of cross-entropies in nats */
  uint32_t right;         /* samples whose largest logit (the first of equal ones) is at their class */
} bf_tally;

typedef struct bf_kernels {
  const char *name;

  /* y = w x + bias for w of outputs × inputs, row by row; bias NULL: 0. Each element is summed from the bias on over the inputs in
   * order, then multiplied by the element of `scale` (a tile of `outputs` rows, may be y) unless that is NULL. */
  void (*affine)(const float *w, const float *bias, const float *x, const float *scale, float *y, size_t inputs, size_t outputs);

  /* Adds this tile's part of the gradient with respect to w and bias to lanes (or sets it, if fresh): BF_LANES floats for each
   * element of w, then for each of bias. delta is the derivative with respect to y. */
  void (*gradient)(const float *delta, const float *x, float *lanes, size_t inputs, size_t outputs, bool fresh);

  /* Replaces logits by the derivative of share · (sum of cross-entropies of the softmax) and counts. label -1: no sample, derivative 0. */
  bf_tally (*softmax)(float *logits, const int32_t *label, size_t classes, float share);

  /* sum[i] = the sum of the BF_LANES floats from lanes + BF_LANES i, by halving. */
  void (*fold)(const float *lanes, float *sum, size_t n);
} bf_kernels;

/* The fastest that this machine has, unless BETTIFLOW_CPU asks for less (../activation/cpu.h). */
const bf_kernels *bf_kernels_best(void);

/* The i-th, fastest first, NULL where this machine lacks it; i < bf_kernels_count. For tests. */
enum { bf_kernels_count = 3 };
const bf_kernels *bf_kernels_at(size_t i);

extern const bf_kernels bf_kernels_baseline;
#if defined(__x86_64__)
extern const bf_kernels bf_kernels_avx512, bf_kernels_avx2;
#endif

/* Flushes subnormal results and operands to zero on this thread from here on, where the machine can, and returns what to hand to
 * bf_subnormals_restore. Moments of dead weights decay into subnormals, which are slow; nothing here needs them. */
uint32_t bf_subnormals_flush(void);
void bf_subnormals_restore(uint32_t before);

#endif
