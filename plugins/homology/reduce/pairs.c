/* Pairs in the order in which methods find them. */
#include "reduce/pairs.h"
#include "reduce/reduction.h"

bf_status reduce_pairs_new(reduce_pairs *p, reduce_complex *c, uint32_t max_dim, uint32_t modulus, bf_representatives representatives) {
  bf_status status = BF_OK;
  *p = (reduce_pairs){.complex = c, .ndim = max_dim < c->ndim ? max_dim + 1 : c->ndim, .modulus = modulus, .representatives = representatives};
  for (uint32_t d = 0; d < c->ndim && d < p->ndim + (representatives == BF_CYCLES); d++) {
    BF_TRY(bf_memory_reserve(c->memory, (void **)&p->mate[d], &p->mate_room[d], c->at[d].n, sizeof *p->mate[d]));
    memset(p->mate[d], 0xff, p->mate_room[d] * sizeof *p->mate[d]);
    if (representatives == BF_NO_REPRESENTATIVES || d == p->ndim) continue;
    BF_TRY(bf_memory_reserve(c->memory, (void **)&p->chain[d], &p->chain_room[d], c->at[d].n, sizeof *p->chain[d]));
    memset(p->chain[d], 0, p->chain_room[d] * sizeof *p->chain[d]);
  }
out:
  return status;
}

void reduce_pairs_free(reduce_pairs *p) {
  for (uint32_t d = 0; d < REDUCE_DIMS && p->complex; d++) {
    bf_memory_release(p->complex->memory, p->mate[d], p->mate_room[d], sizeof *p->mate[d]);
    bf_memory_release(p->complex->memory, p->chain[d], p->chain_room[d], sizeof *p->chain[d]);
  }
  if (p->complex) reduce_terms_free(&p->terms, p->complex->memory);
}

/* Gives a birth a chain: those terms, mirrored where `mirror` is not 0, and scaled so that the first coefficient is 1. NULL: the cell alone. */
static bf_status keep_chain(reduce_pairs *p, uint32_t dim, uint32_t birth, const reduce_terms *from, reduce_chain terms, uint32_t mirror) {
  bf_status status = BF_OK;
  reduce_terms *to = &p->terms;
  const uint16_t *coefficient = from && p->modulus > 2 ? from->coefficient : NULL;
  const uint32_t scale = coefficient ? reduce_inverse(p->modulus, coefficient[terms.first]) : 1;
  p->chain[dim][birth] = (reduce_chain){to->n, terms.n};
  BF_TRY(reduce_terms_reserve(to, terms.n, p->modulus, p->complex->memory));
  for (uint64_t k = terms.first; k < terms.first + terms.n; k++, to->n++) {
    const uint32_t index = from ? from->index[k] : birth;
    to->index[to->n] = from && mirror ? reduce_mirror(mirror, index) : index;
    if (to->coefficient) to->coefficient[to->n] = (uint16_t)(coefficient ? reduce_times(p->modulus, scale, coefficient[k]) : 1);
  }
out:
  return status;
}

static bf_status keep_alone(reduce_pairs *p, uint32_t dim, uint32_t birth) { return keep_chain(p, dim, birth, NULL, (reduce_chain){0, 1}, 0); }

/* ---- upwards ---- */

static bf_status keep_cocycle(reduce_pairs *p, uint32_t dim, uint32_t birth, const reduce_reduction *r, uint32_t pivot) {
  const uint32_t death = pivot == REDUCE_NONE ? REDUCE_ESSENTIAL : reduce_mirror(r->matrix->nrow, pivot);
  if (reduce_pairs_empty(p, dim, birth, death)) return BF_OK;
  const uint32_t number = pivot == REDUCE_NONE ? r->nreduced - 1 : reduce_number(r->owner[pivot]);
  if (number == REDUCE_NONE) return keep_alone(p, dim, birth);
  return keep_chain(p, dim, birth, &r->columns, reduce_columns_of(r, number), r->matrix->ncolumn);
}

static bf_status cohomology(reduce_pairs *p, uint32_t dim) {
  bf_status status = BF_OK;
  const uint32_t n = reduce_pairs_n(p, dim);
  reduce_matrix m = {0};
  BF_TRY(reduce_coboundaries(p->complex, dim, p, &m));
  if (m.nrow > 0 && p->representatives != BF_CYCLES) reduce_complex_drop_facets(p->complex, dim + 1);
  reduce_reduction r = {.matrix = &m,
                        .modulus = p->modulus,
                        .keep_columns = true,
                        .keep_zero = reduce_pairs_cocycles(p),
                        .memory = p->complex->memory,
                        .progress = p->complex->progress};
  status = reduce_begin(&r);
  for (uint32_t i = 0, pivot; i < n && status == BF_OK; i++) {
    const uint32_t birth = reduce_mirror(n, i);
    if (p->mate[dim][birth] == REDUCE_DEATH) continue;
    status = reduce_next(&r, i, &pivot);
    if (status == BF_OK && pivot != REDUCE_NONE) reduce_pairs_join(p, dim, birth, reduce_mirror(m.nrow, pivot));
    if (status == BF_OK && reduce_pairs_cocycles(p)) status = keep_cocycle(p, dim, birth, &r, pivot);
  }
  reduce_end(&r);
out:
  reduce_matrix_free(&m, p->complex->memory);
  return status;
}

bf_status reduce_by_cohomology(reduce_pairs *p) {
  bf_status status = BF_OK;
  BF_TRY(reduce_components(p));
  for (uint32_t d = 1; d < p->ndim; d++) BF_TRY(cohomology(p, d));
out:
  return status;
}

/* ---- downwards ---- */

static bf_status twist(reduce_pairs *p, uint32_t dim) {
  bf_status status = BF_OK;
  const uint32_t n = reduce_pairs_n(p, dim);
  const reduce_matrix m = reduce_boundaries(p->complex, dim);
  reduce_reduction r = {.matrix = &m, .modulus = p->modulus, .keep_rows = true, .memory = p->complex->memory, .progress = p->complex->progress};
  BF_TRY(reduce_begin(&r));
  for (uint32_t i = 0, pivot; i < n; i++) {
    if (p->mate[dim] && p->mate[dim][i] != REDUCE_ESSENTIAL) continue; /* a birth */
    BF_TRY(reduce_next(&r, i, &pivot));
    if (pivot != REDUCE_NONE) reduce_pairs_join(p, dim - 1, pivot, i);
  }
out:
  reduce_end(&r);
  return status;
}

bf_status reduce_by_twist(reduce_pairs *p) {
  bf_status status = BF_OK;
  for (uint32_t d = p->ndim < p->complex->ndim ? p->ndim : p->complex->ndim - 1; d > 1; d--) BF_TRY(twist(p, d));
  BF_TRY(reduce_components(p));
out:
  return status;
}

/* ---- cycles ---- */

/* A column of the matrix as terms, the largest row first. */
static void sort_boundary(const reduce_reduction *r, uint32_t column, reduce_terms *to) {
  const uint32_t *e = reduce_matrix_begin(r->matrix, column), *end = reduce_matrix_end(r->matrix, column);
  for (; e < end; e++) {
    uint64_t at = to->n++;
    for (; at > 0 && to->index[at - 1] < reduce_row(*e); at--) {
      to->index[at] = to->index[at - 1];
      if (to->coefficient) to->coefficient[at] = to->coefficient[at - 1];
    }
    to->index[at] = reduce_row(*e);
    if (to->coefficient) to->coefficient[at] = (uint16_t)(*e & 1 ? r->modulus - 1 : 1);
  }
}

/* The reduced boundary of a death is the cycle of its birth. */
static bf_status keep_boundary(reduce_pairs *p, uint32_t dim, uint32_t birth, uint32_t death, const reduce_reduction *r) {
  const uint32_t owner = r->owner[birth], number = reduce_number(owner);
  if (reduce_pairs_empty(p, dim, birth, death)) return BF_OK;
  if (number != REDUCE_NONE) return keep_chain(p, dim, birth, &r->rows, reduce_rows_of(r, number), 0);
  uint32_t index[REDUCE_DIMS + 1];
  uint16_t coefficient[REDUCE_DIMS + 1] = {0};
  reduce_terms terms = {.index = index, .coefficient = p->modulus > 2 ? coefficient : NULL};
  sort_boundary(r, owner, &terms);
  return keep_chain(p, dim, birth, &terms, (reduce_chain){0, terms.n}, 0);
}

static bool has_essential(const reduce_pairs *p, uint32_t dim) {
  for (uint32_t i = 0; i < reduce_pairs_n(p, dim); i++)
    if (p->mate[dim][i] == REDUCE_ESSENTIAL) return true;
  return false;
}

/* Cycles of the classes of dimension dim-1 that die, and of those of dimension dim that do not. */
static bf_status cycles(reduce_pairs *p, uint32_t dim) {
  bf_status status = BF_OK;
  const uint32_t n = reduce_pairs_n(p, dim);
  const bool follow = dim < p->ndim && has_essential(p, dim);
  const reduce_matrix m = reduce_boundaries(p->complex, dim);
  reduce_reduction r = {.matrix = &m,
                        .modulus = p->modulus,
                        .keep_rows = true,
                        .keep_columns = follow,
                        .keep_zero = true,
                        .memory = p->complex->memory,
                        .progress = p->complex->progress};
  BF_TRY(reduce_begin(&r));
  for (uint32_t i = 0, pivot; i < n; i++) {
    const bool death = p->mate[dim][i] == REDUCE_DEATH;
    if (!death && (!follow || p->mate[dim][i] != REDUCE_ESSENTIAL)) continue;
    BF_TRY(reduce_next(&r, i, &pivot));
    BF_TRY(death ? keep_boundary(p, dim - 1, pivot, i, &r) : keep_chain(p, dim, i, &r.columns, reduce_columns_of(&r, r.nreduced - 1), 0));
  }
out:
  reduce_end(&r);
  return status;
}

bf_status reduce_cycles(reduce_pairs *p) {
  bf_status status = BF_OK;
  for (uint32_t i = 0; p->ndim > 0 && i < reduce_pairs_n(p, 0); i++)
    if (p->mate[0][i] == REDUCE_ESSENTIAL) BF_TRY(keep_alone(p, 0, i));
  for (uint32_t d = 1; d <= p->ndim && d < p->complex->ndim; d++) BF_TRY(cycles(p, d));
out:
  return status;
}
