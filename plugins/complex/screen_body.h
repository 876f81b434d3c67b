/* The screen in vectors of WIDTH floats: a block of 32 points in PARTS registers, ROWS queries at once. Whoever includes it defines SCREEN, WIDTH, ROWS and the
 * operations. */
#include "screen.h"

enum { PARTS = BF_SCREEN_BLOCK / WIDTH };

static void centre(const float *x, const float *c, uint32_t dim, float keep, float *b, float half[BF_SCREEN_BLOCK]) {
  VECTOR sum[PARTS];
  for (size_t p = 0; p < PARTS; p++) sum[p] = SPLAT(0);
  for (uint32_t k = 0; k < dim; k++, x += BF_SCREEN_BLOCK, b += BF_SCREEN_BLOCK) {
    VECTOR origin = SPLAT(c[k]);
#pragma GCC unroll 8
    for (size_t p = 0; p < PARTS; p++) {
      VECTOR moved = LOAD(x + p * WIDTH) - origin;
      STORE(b + p * WIDTH, moved);
      sum[p] = FMA(moved, moved, sum[p]);
    }
  }
  for (size_t p = 0; p < PARTS; p++) STORE(half + p * WIDTH, sum[p] * SPLAT(keep / 2));
}

static void pass(const float *a, const uint32_t *which, uint32_t n, const float *b, const float *half, uint32_t dim, const float *least, uint32_t *mask) {
  for (uint32_t i = 0; i < n; i += ROWS) {
    const float *own[ROWS], *at = b;
    VECTOR sum[ROWS][PARTS];
#pragma GCC unroll 4
    for (uint32_t r = 0; r < ROWS; r++) {
      own[r] = a + (uint64_t)which[i + r < n ? i + r : n - 1] * dim; /* behind the end the last one again */
#pragma GCC unroll 8
      for (size_t p = 0; p < PARTS; p++) sum[r][p] = -LOAD(half + p * WIDTH);
    }
    for (uint32_t k = 0; k < dim; k++, at += BF_SCREEN_BLOCK) {
      VECTOR y[PARTS];
#pragma GCC unroll 8
      for (size_t p = 0; p < PARTS; p++) y[p] = LOAD(at + p * WIDTH);
#pragma GCC unroll 4
      for (uint32_t r = 0; r < ROWS; r++) {
        VECTOR x = SPLAT(own[r][k]);
#pragma GCC unroll 8
        for (size_t p = 0; p < PARTS; p++) sum[r][p] = FMA(x, y[p], sum[r][p]);
      }
    }
    for (uint32_t r = 0; r < ROWS && i + r < n; r++) {
      VECTOR bar = SPLAT(least[which[i + r]]);
      mask[i + r] = 0;
      for (size_t p = 0; p < PARTS; p++) mask[i + r] |= NOT_LESS(sum[r][p], bar) << p * WIDTH;
    }
  }
}

const bf_screen SCREEN = {centre, pass};
