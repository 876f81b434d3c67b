/* Reduction of a matrix, column by column. */
#ifndef REDUCE_REDUCTION_H
#define REDUCE_REDUCTION_H

#include "reduce/matrix.h"
#include "reduce/packed.h"

/* A column that did not have its pivot from the start, or none. */
typedef struct reduce_reduced {
  uint32_t column;
  uint64_t row, combined; /* its first terms in `rows` and in `columns`; the next one's are the end */
  reduce_packed packed;   /* the column itself, if it is long */
} reduce_reduced;

typedef struct reduce_reduction {
  const reduce_matrix *matrix;
  uint32_t modulus;
  bool keep_rows;    /* what reduced columns are; the pivot, first, has coefficient 1 */
  bool keep_columns; /* what columns they are sums of, the last first; at least one of the two */
  bool keep_zero;    /* that, of columns that became zero, too */
  bf_memory *memory;
  bf_jobs_progress *progress;
  uint32_t *owner; /* of each row: the column with this pivot, REDUCE_NUMBERED | the number of a reduced one, or REDUCE_NONE */
  reduce_reduced *reduced;
  uint32_t nreduced;
  reduce_terms rows, columns;
  reduce_shelf shelf;
  reduce_column work, sum; /* the column in work, and what it is the sum of, with keep_columns */
  uint64_t steps;
  size_t owner_room, reduced_room;
} reduce_reduction;

/* matrix, modulus, what to keep, memory and progress are set, all else zero. */
bf_status reduce_begin(reduce_reduction *r);

/* Reduces a column, after all smaller ones that are to be. *pivot: REDUCE_NONE if it became zero; then, with keep_zero, it is the last of those reduced. */
bf_status reduce_next(reduce_reduction *r, uint32_t column, uint32_t *pivot);
void reduce_end(reduce_reduction *r);

/* Of an owner: the number of a reduced column, or REDUCE_NONE where it is a column of the matrix. */
#define REDUCE_NUMBERED (UINT32_C(1) << 31)
static inline uint32_t reduce_number(uint32_t owner) { return owner & REDUCE_NUMBERED ? owner & ~REDUCE_NUMBERED : REDUCE_NONE; }

/* The terms of a reduced column in `rows`, and in `columns`. */
static inline reduce_chain reduce_rows_of(const reduce_reduction *r, uint32_t number) {
  const uint64_t first = r->reduced[number].row, end = number + 1 == r->nreduced ? r->rows.n : r->reduced[number + 1].row;
  return (reduce_chain){first, end - first};
}
static inline reduce_chain reduce_columns_of(const reduce_reduction *r, uint32_t number) {
  const uint64_t first = r->reduced[number].combined, end = number + 1 == r->nreduced ? r->columns.n : r->reduced[number + 1].combined;
  return (reduce_chain){first, end - first};
}

#endif
