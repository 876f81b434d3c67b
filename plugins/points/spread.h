/* How far points are from those chosen so far: what choices point by point have in common. */
#ifndef BF_POINTS_SPREAD_H
#define BF_POINTS_SPREAD_H

#include <bettiflow/artifact.h>

enum { BF_SPREAD_LANES = 8, BF_SPREAD_CHUNK = 64 * BF_SPREAD_LANES }; /* points of a tile, of a chunk */

typedef struct bf_spread {
  const bf_points *points;
  const uint32_t *row; /* the rows that are looked at; NULL: all */
  uint32_t n;
  size_t tiles, chunks;
  float *x;      /* tiles × dim × lanes */
  double *least; /* of each point: squared distance to the nearest chosen one, at first infinite; -1: chosen itself. Also of places of the last tile without a
                    point */
  double *most;  /* chunks: the greatest `least` of each */
} bf_spread;

/* Over the rows row[0 … n-1] (NULL: 0 … n-1) of `points`, which stay the caller's. 4·dim + 8 bytes for each point. BF_NO_MEMORY. */
bf_status bf_spread_new(const bf_points *points, const uint32_t *row, uint32_t n, bf_spread *out);
void bf_spread_free(bf_spread *s);

/* Chooses the point of this number, too, and measures all points from it; tells the host of `done` of `total`. BF_CANCELLED. Squared distances are doubles,
 * summed in order of the coordinates. */
bf_status bf_spread_choose(const bf_host *host, bf_task *task, bf_spread *s, uint32_t number, uint32_t done, uint32_t total);

/* The first of the points farthest from all that are chosen. */
uint32_t bf_spread_farthest(const bf_spread *s);

#endif
