/* How far points are from those chosen so far. Points are kept in tiles of eight, coordinate by coordinate, so that eight distances are summed at once. */
#include "spread.h"
#include "../clones.h"
#include <math.h>
#include <stdlib.h>

enum { LANES = BF_SPREAD_LANES, CHUNK = BF_SPREAD_CHUNK / LANES }; /* points of a tile, tiles of a chunk */

/* Lowers `least` of tiles from … to-1 to the squared distance from the point at `centre`, and gives the greatest. */
BF_CLONES static double come_nearer(const bf_spread *s, const float *centre, size_t from, size_t to) {
  const size_t dim = s->points->dim;
  double most[LANES] = {-1, -1, -1, -1, -1, -1, -1, -1};
  for (size_t at = from; at < to; at++) {
    const float *x = s->x + at * dim * LANES;
    double sum[LANES] = {0}, *least = s->least + at * LANES;
    for (size_t k = 0; k < dim; k++)
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

static const float *place(const bf_spread *s, uint32_t number) { return s->points->x + (size_t)(s->row ? s->row[number] : number) * s->points->dim; }

static void fill(bf_spread *s) {
  const size_t dim = s->points->dim;
  for (uint32_t i = 0; i < s->tiles * LANES; i++) {
    const float *from = i < s->n ? place(s, i) : NULL;
    s->least[i] = from ? INFINITY : -1;
    for (size_t k = 0; from && k < dim; k++) s->x[(i / LANES * dim + k) * LANES + i % LANES] = from[k];
  }
}

bf_status bf_spread_new(const bf_points *points, const uint32_t *row, uint32_t n, bf_spread *out) {
  *out = (bf_spread){.points = points, .row = row, .n = n, .tiles = ((size_t)n + LANES - 1) / LANES};
  out->x = calloc(out->tiles * LANES, points->dim * sizeof *out->x);
  out->least = calloc(out->tiles, LANES * sizeof *out->least);
  out->chunks = (out->tiles + CHUNK - 1) / CHUNK;
  out->most = calloc(out->chunks, sizeof *out->most);
  if (!out->x || !out->least || !out->most) {
    bf_spread_free(out);
    return bf_fail(BF_NO_MEMORY, "no memory for the distances of %u points", n);
  }
  fill(out);
  return BF_OK;
}

void bf_spread_free(bf_spread *s) {
  free(s->x);
  free(s->least);
  free(s->most);
  *s = (bf_spread){0};
}

bf_status bf_spread_choose(const bf_host *host, bf_task *task, bf_spread *s, uint32_t number, uint32_t done, uint32_t total) {
  s->least[number] = -1;
  for (size_t c = 0; c < s->chunks; c++) {
    const size_t from = c * CHUNK;
    s->most[c] = come_nearer(s, place(s, number), from, s->tiles - from < CHUNK ? s->tiles : from + CHUNK);
    bf_status status = host->step(task, done, total);
    if (status != BF_OK) return status;
  }
  return BF_OK;
}

uint32_t bf_spread_farthest(const bf_spread *s) {
  size_t best = 0;
  for (size_t c = 1; c < s->chunks; c++)
    if (s->most[c] > s->most[best]) best = c;
  size_t i = best * CHUNK * LANES;
  while (i + 1 < s->n && s->least[i] < s->most[best]) i++;
  return (uint32_t)i;
}
