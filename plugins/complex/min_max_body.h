/* The product in vectors of WIDTH floats: ROWS rows of a tile stay in registers. Whoever includes it defines MIN_MAX, WIDTH, ROWS and the operations. */
#include "min_max.h"

enum { LANES = BF_MIN_MAX_LANES, PARTS = LANES / WIDTH, STRIDE = 4 * WIDTH, TILE = LANES * LANES };

static float greatest(const float *tile) {
  VECTOR most[4] = {SPLAT(0), SPLAT(0), SPLAT(0), SPLAT(0)};
  float lane[WIDTH] = {0};
  for (size_t at = 0; at < TILE; at += STRIDE)
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) most[i] = MAX(most[i], LOAD(tile + at + i * WIDTH));
  most[0] = MAX(MAX(most[0], most[1]), MAX(most[2], most[3]));
  STORE(lane, most[0]);
  for (size_t i = 1; i < WIDTH; i++) lane[0] = lane[i] > lane[0] ? lane[i] : lane[0];
  return lane[0];
}

static uint32_t choose(const float *a, const float *b, uint32_t n, float most, uint16_t *which) {
  const VECTOR bar = SPLAT(most);
  uint32_t chosen = 0;
  for (uint32_t i = 0; i < n; i += LANES) {
    uint32_t mask = 0;
#pragma GCC unroll 4
    for (size_t p = 0; p < PARTS; p++) mask |= LESS(MAX(LOAD(a + i + p * WIDTH), LOAD(b + i + p * WIDTH)), bar) << p * WIDTH;
    for (; mask; mask &= mask - 1) which[chosen++] = (uint16_t)(i + (uint32_t)__builtin_ctz(mask));
  }
  return chosen;
}

static void lower(float *tile, const float *a, const float *b, const uint16_t *which, uint32_t n) {
  for (size_t row = 0; row < LANES; row += ROWS, tile += (size_t)ROWS * LANES) {
    VECTOR t[ROWS][PARTS];
#pragma GCC unroll 8
    for (size_t r = 0; r < ROWS; r++)
#pragma GCC unroll 4
      for (size_t p = 0; p < PARTS; p++) t[r][p] = LOAD(tile + r * LANES + p * WIDTH);
    for (uint32_t c = 0; c < n; c++) {
      const float *own = a + (size_t)which[c] * LANES + row, *other = b + (size_t)which[c] * LANES;
      VECTOR y[PARTS];
#pragma GCC unroll 4
      for (size_t p = 0; p < PARTS; p++) y[p] = LOAD(other + p * WIDTH);
#pragma GCC unroll 8
      for (size_t r = 0; r < ROWS; r++) {
        VECTOR x = SPLAT(own[r]);
#pragma GCC unroll 4
        for (size_t p = 0; p < PARTS; p++) t[r][p] = MIN(t[r][p], MAX(x, y[p]));
      }
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < ROWS; r++)
#pragma GCC unroll 4
      for (size_t p = 0; p < PARTS; p++) STORE(tile + r * LANES + p * WIDTH, t[r][p]);
  }
}

const bf_min_max MIN_MAX = {greatest, choose, lower};
