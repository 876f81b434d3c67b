/* Max-min (farthest point) choice. Points are kept in tiles of eight, coordinate by coordinate, so that eight distances are summed at once. */
#include "max_min.h"
#include "../activation/clones.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 8 };

typedef struct tiles {
  uint32_t dim, n;
  size_t tiles;
  float *x;      /* tiles × dim × LANES */
  double *least; /* tiles × LANES: squared distance to the nearest chosen point; -1: chosen itself, or no point */
} tiles;

/* Lowers `least` of tiles from … to-1 to the squared distance from the point at `centre`. */
BF_CLONES static void come_nearer(const tiles *t, const float *centre, size_t from, size_t to) {
  for (size_t at = from; at < to; at++) {
    const float *x = t->x + at * t->dim * LANES;
    double sum[LANES] = {0}, *least = t->least + at * LANES;
    for (size_t k = 0; k < t->dim; k++)
      for (size_t i = 0; i < LANES; i++) {
        double d = (double)x[k * LANES + i] - (double)centre[k];
        sum[i] += d * d;
      }
    for (size_t i = 0; i < LANES; i++) least[i] = sum[i] < least[i] ? sum[i] : least[i];
  }
}

static void fill(tiles *t, const bf_points *points, const uint32_t *row) {
  const uint32_t n = t->n;
  for (size_t i = 0; i < t->tiles * LANES; i++) {
    t->least[i] = i < n ? INFINITY : -1;
    const float *from = i < n ? points->x + (size_t)(row ? row[i] : i) * t->dim : NULL;
    for (uint32_t k = 0; from && k < t->dim; k++) t->x[(i / LANES * t->dim + k) * LANES + i % LANES] = from[k];
  }
}

static uint32_t farthest(const tiles *t) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < t->n; i++)
    if (t->least[i] > t->least[best]) best = i;
  return best;
}

/* Takes in one more chosen point, a million coordinates at a time. */
static bf_status choose(const bf_host *host, bf_task *task, tiles *t, const float *centre, uint32_t number, uint32_t done, uint32_t count) {
  size_t step = 1 + 131072 / ((size_t)t->dim + 1);
  t->least[number] = -1;
  for (size_t from = 0; from < t->tiles; from += step) {
    come_nearer(t, centre, from, t->tiles - from < step ? t->tiles : from + step);
    bf_status status = host->step(task, done, count);
    if (status != BF_OK) return status;
  }
  return BF_OK;
}

bf_status bf_max_min(const bf_host *host, bf_task *task, const bf_points *points, const uint32_t *row, uint32_t n, uint32_t first, uint32_t count,
                     uint32_t *chosen, double *cover) {
  bf_status status = BF_OK;
  tiles t = {.dim = points->dim, .n = n, .tiles = ((size_t)n + LANES - 1) / LANES};
  t.x = calloc(t.tiles * LANES, t.dim * sizeof *t.x);
  t.least = calloc(t.tiles, LANES * sizeof *t.least);
  if (!t.x || !t.least) {
    status = bf_fail(BF_NO_MEMORY, "no memory for the distances of %u points", n);
    goto out;
  }
  fill(&t, points, row);
  for (uint32_t l = 0; l < count; l++) {
    uint32_t number = chosen[l] = l ? farthest(&t) : first;
    BF_TRY(choose(host, task, &t, points->x + (size_t)(row ? row[number] : number) * t.dim, number, l, count));
  }
  double least = t.least[farthest(&t)];
  if (cover) *cover = least > 0 ? least : 0;
out:
  free(t.x);
  free(t.least);
  return status;
}
