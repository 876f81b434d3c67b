/* What the parts of complex.lazy_witness share.
 *
 * With e_w(j) = max(0, d(w, j) - m_nu(w)), the excess of landmark j at witness w, the weight of an edge is f(ij) = min over w of max(e_w(i), e_w(j)): the
 * farther of two landmarks has the greater excess. Rounding to floats never turns an order around, so it can be done to the excesses, and f of the rounded is f
 * rounded. What is left is a product of matrices with min for + and max for ×, in tiles of 16 × 16 landmarks. */
#ifndef BF_COMPLEX_LAZY_H
#define BF_COMPLEX_LAZY_H

#include "min_max.h"
#include <bettiflow/artifact.h>
#include <stdatomic.h>

enum { BF_LAZY_LANES = BF_MIN_MAX_LANES }; /* landmarks of a block */

typedef struct bf_lazy {
  const bf_host *host;
  bf_task *task;
  const bf_points *points, *landmarks;
  uint32_t nu, n, blocks;
  float threshold; /* +inf: all pairs */

  uint32_t *place; /* n: where each landmark stands: landmarks that are close to one another share a block */
  double *x;       /* blocks × dim × LANES: coordinates, place by place */

  /* The batch of witnesses at hand. */
  uint64_t from; /* the first one: first come the landmarks, then the points 0, step, 2 step, … modulo their number */
  uint64_t step;
  uint32_t batch, room; /* how many there are, and room for: a multiple of LANES */
  float *excess;        /* blocks × room × LANES */
  float *least;         /* blocks × room: the least excess of a block; +inf behind the last witness */

  float **tile; /* blocks (blocks + 1) / 2, LANES × LANES weights each; NULL: none below the bound yet */
  float bound;  /* weights not below it need not be known */
  atomic_ullong tiles;
  uint64_t most_tiles; /* that fit into the memory */
} bf_lazy;

/* The witnesses, landmarks counted as such even if they are not among the points. */
static inline uint64_t bf_lazy_witnesses(const bf_lazy *z) { return z->n + z->points->n; }

/* Landmarks into blocks, and the order of the points: place, x and step (lazy_excess.c). */
bf_status bf_lazy_arrange(bf_lazy *z);

/* The jobs of a batch: first all of the first kind, for excess and least (lazy_excess.c), then all of the second, which lower the tiles (lazy_tiles.c). */
uint64_t bf_lazy_excess_jobs(uint64_t witnesses);
uint64_t bf_lazy_excess_bytes(const bf_lazy *z); /* that one thread needs */
bf_status bf_lazy_excess(bf_lazy *z, uint64_t done, uint64_t total);
uint64_t bf_lazy_tile_jobs(const bf_lazy *z);
bf_status bf_lazy_tiles(bf_lazy *z, uint64_t done, uint64_t total);

/* The weight of a pair of landmarks; bound or more when it is not known (lazy_tiles.c). */
float bf_lazy_weight(const bf_lazy *z, uint32_t i, uint32_t j);
uint64_t bf_lazy_tile_number(uint32_t block, uint32_t other); /* block >= other */

/* The tiles as a graph: fills all but id (lazy_graph.c). `memory`: bytes that it may take, 0 for no limit. */
bf_status bf_lazy_graph(const bf_lazy *z, uint64_t memory, bf_graph *graph);

#endif
