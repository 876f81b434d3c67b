/* Max-min (farthest point) choice. Points are kept in tiles of eight, coordinate by coordinate, so that eight distances are summed at once. */
#include "max_min.h"
#include "../clones.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 8, CHUNK = 64 }; /* points of a tile, tiles of a chunk */

typedef struct tiles {
  uint32_t dim, n;
  size_t tiles, chunks;
  float *x;      /* tiles × dim × LANES */
  double *least; /* tiles × LANES: squared distance to the nearest chosen point; -1: chosen itself, or no point */
  double *most;  /* chunks: the greatest `least` of each */
} tiles;

/* Lowers `least` of tiles from … to-1 to the squared distance from the point at `centre`, and gives the greatest. */
BF_CLONES static double come_nearer(const tiles *t, const float *centre, size_t from, size_t to) {
  double most[LANES] = {-1, -1, -1, -1, -1, -1, -1, -1};
  for (size_t at = from; at < to; at++) {
    const float *x = t->x + at * t->dim * LANES;
    double sum[LANES] = {0}, *least = t->least + at * LANES;
    for (size_t k = 0; k < t->dim; k++)
      for (size_t i = 0; i < LANES; i++) {
        double d = (double)x[k * LANES + i] - (double)centre[k];
        sum[i] += d * d;
      }
    for (size_t i = 0; i < LANES; i++) {
      least[i] = sum[i] < least[i] ? sum[i] : least[i];
      most[i] = least[i] > most[i] ? least[i] : most[i];
    }
  }
  for (size_t i = 1; i < LANES; i++) most[0] = most[i] > most[0] ? most[i] : most[0];
  return most[0];
}

static void fill(tiles *t, const bf_points *points, const uint32_t *row) {
  const uint32_t n = t->n;
  for (size_t i = 0; i < t->tiles * LANES; i++) {
    t->least[i] = i < n ? INFINITY : -1;
    const float *from = i < n ? points->x + (size_t)(row ? row[i] : i) * t->dim : NULL;
    for (uint32_t k = 0; from && k < t->dim; k++) t->x[(i / LANES * t->dim + k) * LANES + i % LANES] = from[k];
  }
}

/* The first of the points farthest from all that are chosen. */
static uint32_t farthest(const tiles *t) {
  size_t best = 0;
  for (size_t c = 1; c < t->chunks; c++)
    if (t->most[c] > t->most[best]) best = c;
  size_t i = best * CHUNK * LANES;
  while (i + 1 < t->n && t->least[i] < t->most[best]) i++;
  return (uint32_t)i;
}

/* Takes in one more chosen point. */
static bf_status choose(const bf_host *host, bf_task *task, tiles *t, const float *centre, uint32_t number, uint32_t done, uint32_t count) {
  t->least[number] = -1;
  for (size_t c = 0; c < t->chunks; c++) {
    const size_t from = c * CHUNK;
    t->most[c] = come_nearer(t, centre, from, t->tiles - from < CHUNK ? t->tiles : from + CHUNK);
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
  t.chunks = (t.tiles + CHUNK - 1) / CHUNK;
  t.most = calloc(t.chunks, sizeof *t.most);
  if (!t.x || !t.least || !t.most) {
    status = bf_fail(BF_NO_MEMORY, "no memory for the distances of %u points", n);
    goto out;
  }
  fill(&t, points, row);
  for (uint32_t l = 0; l < count; l++) {
    uint32_t number = chosen[l] = l ? farthest(&t) : first;
    BF_TRY(choose(host, task, &t, points->x + (size_t)(row ? row[number] : number) * t.dim, number, l, count));
  }
  const double least = t.least[farthest(&t)];
  if (cover) *cover = least > 0 ? least : 0;
out:
  free(t.x);
  free(t.least);
  free(t.most);
  return status;
}
