/* The product of two matrices with min for + and max for ×, in tiles: t[i][j] = min(t[i][j], max(a_w[i], b_w[j])) over some w. All values are >= 0 and none is
 * NaN, so every processor gives the same bits. */
#ifndef BF_COMPLEX_MIN_MAX_H
#define BF_COMPLEX_MIN_MAX_H

#include <stddef.h>
#include <stdint.h>

enum { BF_MIN_MAX_LANES = 16 }; /* rows and columns of a tile */

typedef struct bf_min_max {
  float (*greatest)(const float *tile);

  /* The i < n, n a multiple of 16 and at most 65536, for which a[i] and b[i] are both below `most`, into which; returns their number. */
  uint32_t (*choose)(const float *a, const float *b, uint32_t n, float most, uint16_t *which);

  /* Lowers the tile by the rows which[0 … n-1] of a and b, 16 values each. */
  void (*lower)(float *tile, const float *a, const float *b, const uint16_t *which, uint32_t n);
} bf_min_max;

/* The fastest that this machine has, unless BETTIFLOW_CPU asks for less (../activation/cpu.h). */
const bf_min_max *bf_min_max_best(void);
extern const bf_min_max bf_min_max_baseline;
#if defined(__x86_64__)
extern const bf_min_max bf_min_max_avx512, bf_min_max_avx2;
#endif

#endif
