/* Reduction of a coboundary matrix that is never stored: each column is enumerated when it is needed, and of a reduced column only the
 * combination that made it is kept (Bauer 2021, section 4). */
#include "flag/apparent.h"
#include "flag/cohomology.h"
#include "flag/column.h"

/* Reduced columns: column i is the coboundary of diagonal[i] · columns[i] + entry[begin[i]] + … + entry[begin[i+1]-1], scaled to make its pivot's
 * coefficient 1. */
typedef struct reduction {
  const flag_run *run;
  const simplices *columns;
  uint32_t dim;
  pivots *pivots;
  uint64_t work, done; /* coboundaries added, columns reduced */
  size_t begin_room, diagonal_room;
  uint64_t *begin;
  uint32_t *diagonal;
  simplices entry;
  simplices combination; /* of the column in work: simplices of dimension dim, in any order, with repetitions */
  simplices coboundary;  /* of the combination */
} reduction;

static uint32_t times(const flag_run *run, uint32_t a, uint32_t b) { return (uint32_t)((uint64_t)a * b % run->modulus); }

static uint32_t inverse(const flag_run *run, uint32_t a) { /* a^(p-2), Fermat */
  uint32_t result = 1;
  for (uint32_t e = run->modulus - 2; e > 0; e >>= 1) {
    if (e & 1) result = times(run, result, a);
    a = times(run, a, a);
  }
  return result;
}

/* Adds the coboundary of s to the column in work. */
static bf_status add_coboundary(reduction *r, const simplex *s) {
  bf_status status = BF_OK;
  cofacets c;
  simplex cofacet;
  cofacets_begin(&c, r->run, s, r->dim + 1, FLT_MAX);
  BF_TRY(simplices_reserve(&r->coboundary, cofacets_bound(&c), r->run->memory));
  while (cofacets_next(&c, &cofacet)) column_push(&r->coboundary, &cofacet);
  if ((++r->work & 1023) == 0) BF_TRY(flag_step(r->run, r->done, r->columns->n));
out:
  return status;
}

/* Adds s and its coboundary. */
static bf_status add_simplex(reduction *r, const simplex *s) {
  bf_status status = BF_OK;
  BF_TRY(simplices_reserve(&r->combination, 1, r->run->memory));
  r->combination.at[r->combination.n++] = *s;
  BF_TRY(add_coboundary(r, s));
out:
  return status;
}

/* Adds `factor` times the reduced column i. */
static bf_status add_column(reduction *r, uint32_t i, uint32_t factor) {
  bf_status status = BF_OK;
  simplex s = r->columns->at[i];
  s.coefficient = times(r->run, factor, r->diagonal[i]);
  BF_TRY(add_simplex(r, &s));
  for (uint64_t k = r->begin[i]; k < r->begin[i + 1]; k++) {
    s = r->entry.at[k];
    s.coefficient = times(r->run, factor, s.coefficient);
    BF_TRY(add_simplex(r, &s));
  }
out:
  return status;
}

/* Keeps the column in work as reduced column i. */
static bf_status store_column(reduction *r, uint32_t i, const simplex *pivot) {
  bf_status status = BF_OK;
  uint32_t scale = inverse(r->run, pivot->coefficient);
  size_t n = r->combination.n;
  simplex s;
  r->combination.n = 0;
  for (size_t k = 0; k < n; k++) { /* makes the list a heap, in place */
    s = r->combination.at[k];
    column_push(&r->combination, &s);
  }
  while (column_pop_pivot(&r->combination, r->run->modulus, &s)) {
    BF_TRY(simplices_reserve(&r->entry, 1, r->run->memory));
    s.coefficient = times(r->run, s.coefficient, scale);
    r->entry.at[r->entry.n++] = s;
  }
  r->diagonal[i] = scale;
  BF_TRY(pivots_insert(r->pivots, pivot->key, i, r->run->memory));
out:
  return status;
}

/* The oldest cofacet is a pivot at once when it has the diameter of s and no other column has it (an emergent pair: Bauer 2021, section 3.3). */
static bool is_emergent(const reduction *r, const simplex *s, simplex *cofacet) {
  cofacets c;
  simplex facet;
  uint32_t column;
  return zero_cofacet(&c, r->run, s, r->dim, cofacet) && !pivots_find(r->pivots, cofacet->key, &column) &&
         !zero_apparent_facet(&c, r->run, cofacet, r->dim + 1, &facet);
}

static bf_status reduce_column(reduction *r, uint32_t i) {
  bf_status status = BF_OK;
  const flag_run *run = r->run;
  const simplex *s = &r->columns->at[i];
  simplex pivot, facet;
  cofacets c;
  uint32_t other;
  r->combination.n = r->coboundary.n = 0;
  if (is_emergent(r, s, &pivot)) return store_column(r, i, &pivot);
  BF_TRY(add_coboundary(r, s));
  while (column_pop_pivot(&r->coboundary, run->modulus, &pivot)) {
    column_push(&r->coboundary, &pivot); /* it meets its negative in what is added */
    if (pivots_find(r->pivots, pivot.key, &other)) {
      BF_TRY(add_column(r, other, run->modulus - pivot.coefficient));
    } else if (zero_apparent_facet(&c, run, &pivot, r->dim + 1, &facet)) {
      facet.coefficient = run->modulus - facet.coefficient;
      BF_TRY(add_simplex(r, &facet));
    } else {
      BF_TRY(flag_interval(run, r->dim, s->diameter, pivot.diameter));
      return store_column(r, i, &pivot);
    }
  }
  BF_TRY(flag_interval(run, r->dim, s->diameter, INFINITY));
out:
  return status;
}

bf_status reduce_columns(const flag_run *run, uint32_t dim, const simplices *columns, pivots *pivots) {
  bf_status status = BF_OK;
  reduction r = {.run = run, .columns = columns, .dim = dim, .pivots = pivots};
  size_t n = columns->n;
  if (n >= UINT32_MAX) return bf_fail(BF_NO_MEMORY, "persistent homology: 2^32 columns or more in dimension %u; lower the threshold or the dimension", dim);
  BF_TRY(pivots_clear(pivots, n, run->memory));
  BF_TRY(flag_reserve(run->memory, (void **)&r.begin, &r.begin_room, n + 1, sizeof *r.begin));
  BF_TRY(flag_reserve(run->memory, (void **)&r.diagonal, &r.diagonal_room, n, sizeof *r.diagonal));
  r.begin[0] = 0;
  for (uint32_t i = 0; i < n; i++) {
    r.done = i;
    BF_TRY(reduce_column(&r, i));
    r.begin[i + 1] = r.entry.n;
    if (i % 1024 == 0) BF_TRY(flag_step(run, i, n));
  }
out:
  flag_release(run->memory, r.begin, r.begin_room, sizeof *r.begin);
  flag_release(run->memory, r.diagonal, r.diagonal_room, sizeof *r.diagonal);
  simplices_free(&r.entry, run->memory);
  simplices_free(&r.combination, run->memory);
  simplices_free(&r.coboundary, run->memory);
  return status;
}
