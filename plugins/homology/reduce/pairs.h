/* What a reduction finds: which cells are births, and of what; and chains that represent the classes. */
#ifndef REDUCE_PAIRS_H
#define REDUCE_PAIRS_H

#include "reduce/column.h"
#include "reduce/reduce.h"

enum { REDUCE_ESSENTIAL = UINT32_MAX, REDUCE_DEATH = UINT32_MAX - 1 };

typedef struct reduce_chain { /* the terms first … first+n-1 */
  uint64_t first, n;
} reduce_chain;

typedef struct reduce_pairs {
  reduce_complex *complex;            /* of which facets are dropped that are of no use any more */
  uint32_t ndim;                      /* dimensions 0 … ndim-1 have homology here: max_dim + 1, or fewer if there are no more cells */
  uint32_t modulus;                   /* coefficients */
  bf_representatives representatives; /* cocycles are kept with the pairs, cycles after them */
  uint32_t *
      mate[REDUCE_DIMS]; /* of a cell of dimension < ndim, and with cycles <= ndim: the position of the cell at which its class dies; or one of the two above */
  reduce_chain *chain[REDUCE_DIMS]; /* of the intervals of dimensions < ndim that are not empty, where there are representatives; n = 0 elsewhere */
  reduce_terms terms;               /* positions */
  size_t mate_room[REDUCE_DIMS], chain_room[REDUCE_DIMS];
} reduce_pairs;

/* All essential, so far. */
bf_status reduce_pairs_new(reduce_pairs *p, reduce_complex *c, uint32_t max_dim, uint32_t modulus, bf_representatives representatives);
void reduce_pairs_free(reduce_pairs *p);

static inline void reduce_pairs_join(reduce_pairs *p, uint32_t dim, uint32_t birth, uint32_t death) {
  p->mate[dim][birth] = death;
  if (p->mate[dim + 1]) p->mate[dim + 1][death] = REDUCE_DEATH;
}

static inline bool reduce_pairs_cocycles(const reduce_pairs *p) { return p->representatives == BF_COCYCLES; }

static inline uint32_t reduce_pairs_n(const reduce_pairs *p, uint32_t dim) { return p->complex->at[dim].n; }

static inline bool reduce_pairs_empty(const reduce_pairs *p, uint32_t dim, uint32_t birth, uint32_t death) {
  return death != REDUCE_ESSENTIAL && reduce_value(p->complex, dim, birth) == reduce_value(p->complex, dim + 1, death);
}

/* Dimension 0 by union-find (components.c). */
bf_status reduce_components(reduce_pairs *p);

/* All dimensions: upwards from coboundaries, whose chains are cocycles; downwards from boundaries, without chains; and cycles for pairs that are known. */
bf_status reduce_by_cohomology(reduce_pairs *p);
bf_status reduce_by_twist(reduce_pairs *p);
bf_status reduce_cycles(reduce_pairs *p);

/* Intervals from pairs (diagram.c). */
bf_status reduce_fill_diagram(const reduce_pairs *p, const bf_reduce_options *options, bf_diagram *d);

#endif
