/* Boundaries of a dimension, or coboundaries, as columns. */
#ifndef REDUCE_MATRIX_H
#define REDUCE_MATRIX_H

#include "reduce/pairs.h"

/* Columns are reduced in rising order, and the pivot is the largest row. Boundary matrices have that order: columns and rows are positions. For coboundaries
 * both are mirrored: position p of n has the index n-1-p (the anti-transpose of de Silva et al. 2011). */
typedef struct reduce_matrix {
  uint32_t ncolumn, nrow;
  const uint32_t *entry; /* as in cells.h */
  const uint64_t *begin; /* ncolumn+1; NULL: each column has `stride` entries */
  uint32_t stride;
  uint32_t *own_entry; /* what is freed */
  uint64_t *own_begin;
  size_t entry_room, begin_room;
} reduce_matrix;

/* The boundaries of dimension dim >= 1, as they are. */
reduce_matrix reduce_boundaries(const reduce_complex *c, uint32_t dim);

/* The coboundaries of dimension dim, their pivots first; those of death cells are left empty. */
bf_status reduce_coboundaries(const reduce_complex *c, uint32_t dim, const reduce_pairs *pairs, reduce_matrix *out);
void reduce_matrix_free(reduce_matrix *m, bf_memory *memory);

static inline uint32_t reduce_mirror(uint32_t n, uint32_t i) { return n - 1 - i; }

static inline const uint32_t *reduce_matrix_begin(const reduce_matrix *m, uint32_t column) {
  return m->entry + (m->begin ? m->begin[column] : (uint64_t)column * m->stride);
}
static inline const uint32_t *reduce_matrix_end(const reduce_matrix *m, uint32_t column) { return reduce_matrix_begin(m, column + 1); }

#endif
