/* The standard algorithm: to a column whose pivot another one has, that one is added, until the pivot is free. Most columns have a free pivot from the start
 * (apparent pairs among them), and are never put into a tree.
 *
 * Of a reduced coboundary what it is the sum of is kept, which is short as a rule, and added up again where it is needed. Where there is no geometry, sums grow
 * long: then the column itself is kept too. */
#include "reduce/reduction.h"

static const uint64_t MOST_PACKED = 1 << 26; /* bytes, if the matrix does not take more */

bf_status reduce_begin(reduce_reduction *r) {
  bf_status status = BF_OK;
  const reduce_matrix *m = r->matrix;
  BF_TRY(bf_memory_reserve(r->memory, (void **)&r->owner, &r->owner_room, m->nrow, sizeof *r->owner));
  memset(r->owner, 0xff, r->owner_room * sizeof *r->owner);
  BF_TRY(reduce_column_new(&r->work, m->nrow, r->modulus, r->memory));
  if (r->keep_columns) BF_TRY(reduce_column_new(&r->sum, m->ncolumn, r->modulus, r->memory));
out:
  return status;
}

void reduce_end(reduce_reduction *r) {
  bf_memory_release(r->memory, r->owner, r->owner_room, sizeof *r->owner);
  bf_memory_release(r->memory, r->reduced, r->reduced_room, sizeof *r->reduced);
  reduce_shelf_free(&r->shelf, r->memory);
  reduce_terms_free(&r->rows, r->memory);
  reduce_terms_free(&r->columns, r->memory);
  reduce_column_free(&r->work, r->memory);
  reduce_column_free(&r->sum, r->memory);
}

static uint32_t first_pivot(const reduce_matrix *m, uint32_t column) {
  const uint32_t *e = reduce_matrix_begin(m, column), *end = reduce_matrix_end(m, column);
  if (e == end) return REDUCE_NONE;
  uint32_t most = reduce_row(*e);
  if (m->begin) return most;
  for (e++; e < end; e++)
    if (reduce_row(*e) > most) most = reduce_row(*e);
  return most;
}

/* Adds `factor` times a column of the matrix. Rows above the limit are left out: they cancel. */
static inline void add_column(reduce_reduction *r, uint32_t column, uint32_t factor, uint32_t limit) {
  const uint32_t *end = reduce_matrix_end(r->matrix, column);
  for (const uint32_t *e = reduce_matrix_begin(r->matrix, column); e < end; e++)
    if (reduce_row(*e) <= limit) reduce_column_add(&r->work, reduce_row(*e), *e & 1 ? r->modulus - factor : factor);
}

static inline void add_terms(reduce_column *to, const reduce_terms *t, reduce_chain terms, uint32_t factor) {
  for (uint64_t k = terms.first; k < terms.first + terms.n; k++)
    reduce_column_add(to, t->index[k], t->coefficient ? reduce_times(to->modulus, factor, t->coefficient[k]) : 1);
}

/* Adds `factor` times a reduced column, whose pivot is `pivot`. */
static void add_reduced(reduce_reduction *r, uint32_t number, uint32_t factor, uint32_t pivot) {
  const reduce_reduced *c = &r->reduced[number];
  const reduce_chain sum = reduce_columns_of(r, number);
  if (r->keep_columns) add_terms(&r->sum, &r->columns, sum, factor);
  if (r->keep_rows) {
    add_terms(&r->work, &r->rows, reduce_rows_of(r, number), factor);
  } else if (c->packed.n > 0) {
    reduce_add_packed(&r->shelf, &c->packed, factor, &r->work);
  } else {
    for (uint64_t k = sum.first; k < sum.first + sum.n; k++)
      add_column(r, r->columns.index[k], r->columns.coefficient ? reduce_times(r->modulus, factor, r->columns.coefficient[k]) : 1, pivot);
  }
}

/* Cancels the pivot of the column in work. */
static void cancel(reduce_reduction *r, uint32_t pivot) {
  const uint32_t owner = r->owner[pivot], number = reduce_number(owner), negative = r->modulus - reduce_column_at(&r->work, pivot);
  if (number != REDUCE_NONE) {
    add_reduced(r, number, negative, pivot);
    return;
  }
  const uint32_t *e = reduce_matrix_begin(r->matrix, owner);
  while (reduce_row(*e) != pivot) e++;
  const uint32_t factor = *e & 1 ? r->modulus - negative : negative;
  add_column(r, owner, factor, pivot);
  if (r->keep_columns) reduce_column_add(&r->sum, owner, factor);
}

/* Whether to pack a column of so many words that is the sum of what begins at this term: whether it saves time, and fits. No result depends on it. */
static bool is_worth_packing(const reduce_reduction *r, uint64_t combined, uint32_t words) {
  const uint64_t spare = r->memory->limit - r->memory->used, matrix = r->matrix->begin ? 8 * r->matrix->begin[r->matrix->ncolumn] : 0;
  const uint64_t most = matrix > MOST_PACKED ? matrix : MOST_PACKED, a_row = r->modulus > 2 ? sizeof *r->shelf.coefficient : 0;
  const uint64_t bytes = reduce_shelf_bytes(&r->shelf) + words * (sizeof *r->shelf.word + 64 * a_row);
  uint64_t entries = 0;
  if (bytes > most || bytes > spare / 4) return false;
  for (uint64_t k = combined; k < r->columns.n && entries < words; k++)
    entries += (uint64_t)(reduce_matrix_end(r->matrix, r->columns.index[k]) - reduce_matrix_begin(r->matrix, r->columns.index[k]));
  return entries >= words;
}

/* Keeps the column in work and empties it. */
static bf_status keep(reduce_reduction *r, uint32_t column, uint32_t pivot) {
  bf_status status = BF_OK;
  const uint32_t scale = pivot == REDUCE_NONE ? 1 : reduce_inverse(r->modulus, reduce_column_at(&r->work, pivot));
  if (pivot == REDUCE_NONE && !r->keep_zero) return r->keep_columns ? reduce_column_drain(&r->sum, 1, NULL, r->memory) : BF_OK;
  BF_TRY(bf_memory_reserve(r->memory, (void **)&r->reduced, &r->reduced_room, r->nreduced + (size_t)1, sizeof *r->reduced));
  reduce_reduced *c = &r->reduced[r->nreduced++];
  *c = (reduce_reduced){.column = column, .row = r->rows.n, .combined = r->columns.n};
  if (r->keep_columns) BF_TRY(reduce_column_drain(&r->sum, scale, &r->columns, r->memory));
  if (r->keep_rows) BF_TRY(reduce_column_drain(&r->work, scale, &r->rows, r->memory));
  if (pivot == REDUCE_NONE) return BF_OK;
  r->owner[pivot] = REDUCE_NUMBERED | (r->nreduced - 1);
  if (r->keep_rows) return BF_OK;
  if (is_worth_packing(r, c->combined, reduce_packed_words(&r->work, pivot)))
    BF_TRY(reduce_pack(&r->shelf, &r->work, pivot, scale, r->memory, &c->packed));
  else
    BF_TRY(reduce_column_drain(&r->work, 1, NULL, r->memory));
out:
  return status;
}

bf_status reduce_next(reduce_reduction *r, uint32_t column, uint32_t *pivot) {
  bf_status status = BF_OK;
  if (++r->steps % 4096 == 0) BF_TRY(bf_jobs_tell(r->progress, column, r->matrix->ncolumn));
  *pivot = first_pivot(r->matrix, column);
  if (*pivot != REDUCE_NONE && r->owner[*pivot] == REDUCE_NONE) {
    r->owner[*pivot] = column;
    return BF_OK;
  }
  if (*pivot == REDUCE_NONE && !r->keep_zero) return BF_OK;
  add_column(r, column, 1, REDUCE_NONE);
  if (r->keep_columns) reduce_column_add(&r->sum, column, 1);
  for (; *pivot != REDUCE_NONE && r->owner[*pivot] != REDUCE_NONE; *pivot = reduce_column_pivot(&r->work)) {
    cancel(r, *pivot);
    if (++r->steps % 4096 == 0) BF_TRY(bf_jobs_tell(r->progress, column, r->matrix->ncolumn));
  }
  BF_TRY(keep(r, column, *pivot));
out:
  return status;
}
