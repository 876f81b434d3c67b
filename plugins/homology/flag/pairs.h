/* The pairs of a weighted graph row by row, whether it is dense or sparse, in shares for several threads. */
#ifndef FLAG_PAIRS_H
#define FLAG_PAIRS_H

#include <bettiflow/artifact.h>
#include <math.h>

typedef struct flag_pairs {
  const bf_graph *graph;
  uint64_t at, end; /* edges; of a dense graph rows of the triangle */
} flag_pairs;

typedef struct flag_pair_row {
  uint32_t vertex;
  uint64_t n;
  const uint32_t *other; /* n vertices, rising; NULL: 0 … n-1 */
  const float *weight;   /* n */
} flag_pair_row;

/* The pairs of share i; shares are about as large as each other. */
static inline flag_pairs flag_pairs_share(const bf_graph *g, uint64_t i, uint64_t shares) {
  const double from = (double)i / (double)shares, to = (double)(i + 1) / (double)shares;
  if (g->dense) return (flag_pairs){g, (uint64_t)(g->n * sqrt(from)), (uint64_t)(g->n * sqrt(to))}; /* of a triangle */
  return (flag_pairs){g, g->m * i / shares, g->m * (i + 1) / shares};
}

enum { FLAG_FEW_PAIRS = 1 << 15 }; /* not worth a thread */

/* How many shares for so many threads: fewer where pairs are few, or so few to a vertex that arrays of vertices for each share would cost more. */
static inline uint32_t flag_pairs_shares(const bf_graph *g, uint32_t threads) {
  const uint64_t by_pairs = g->m / FLAG_FEW_PAIRS, by_vertices = g->m / (g->n + UINT64_C(1)), most = by_pairs < by_vertices ? by_pairs : by_vertices;
  return most < 2 || threads < 2 ? 1 : most < threads ? (uint32_t)most : threads;
}

/* The next row, or what the share has of it; false behind the last one. */
static inline bool flag_pairs_row(flag_pairs *p, flag_pair_row *row) {
  const bf_graph *g = p->graph;
  const uint64_t at = p->at;
  if (at == p->end) return false;
  if (g->dense) {
    *row = (flag_pair_row){(uint32_t)at, at, NULL, g->w + at * (at - (at > 0)) / 2};
    p->at++;
  } else {
    const uint32_t *u = g->u, x = u[at];
    while (p->at < p->end && u[p->at] == x) p->at++;
    *row = (flag_pair_row){x, p->at - at, g->v + at, g->w + at};
  }
  return true;
}

static inline uint32_t flag_pair_other(const flag_pair_row *row, uint64_t k) { return row->other ? row->other[k] : (uint32_t)k; }

#endif
