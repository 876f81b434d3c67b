/* The cells of a filtration by dimension, each dimension in the order of the filtration, with their facets. */
#ifndef REDUCE_CELLS_H
#define REDUCE_CELLS_H

#include "flag/memory.h"
#include "../../jobs.h"
#include <bettiflow/artifact.h>
#include <string.h>

/* Entries of boundaries and coboundaries: position << 1 | 1 where the coefficient is -1. */
static inline uint32_t reduce_row(uint32_t entry) { return entry >> 1; }

enum {
  REDUCE_DIMS = 32,         /* with all its faces, a simplex of a higher dimension is more than 2^32 simplices */
  REDUCE_MOST = INT32_MAX,  /* simplices, so that positions have 31 bits */
  REDUCE_NONE = UINT32_MAX, /* no position */
};

typedef struct reduce_cells { /* of one dimension; the position of a cell is its index here */
  uint32_t n;
  uint32_t *simplex; /* n: its number in the filtration */
  uint32_t *facet;   /* n × (dim+1): entry i is the facet without vertex i; NULL for vertices, and where nothing will ask for them */
  size_t simplex_room, facet_room;
} reduce_cells;

typedef struct reduce_complex {
  const bf_filtration *filtration;
  bf_memory *memory;
  bf_jobs_progress *progress;
  uint32_t ndim; /* there are cells of dimensions 0 … ndim-1 */
  reduce_cells at[REDUCE_DIMS];
} reduce_complex;

static inline double reduce_value(const reduce_complex *c, uint32_t dim, uint32_t position) {
  return c->filtration->value[c->at[dim].simplex[position]] + 0.0; /* no -0 */
}

/* Sorts and checks; facets are kept up to dimension max_dim + 1. Filtration, memory and progress are set. */
bf_status reduce_complex_build(reduce_complex *c, uint32_t max_dim);
void reduce_complex_drop_facets(reduce_complex *c, uint32_t dim); /* of the cells of that dimension */
void reduce_complex_free(reduce_complex *c);

/* What is wrong with a filtration, as BF_BAD_INPUT: simplices by their numbers; a facet is missing, or comes later; a simplex is twice; there is none of so
 * high a dimension. */
bf_status reduce_blame_facet(const bf_filtration *f, uint64_t simplex);
bf_status reduce_blame_twice(const bf_filtration *f, uint64_t simplex, uint64_t other);
bf_status reduce_blame_dimension(const bf_filtration *f, uint64_t simplex);

#endif
