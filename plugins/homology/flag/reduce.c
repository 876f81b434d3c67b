/* Reduction of a coboundary matrix that is never stored: each column is enumerated when it is needed, and of a reduced column only the
 * combination that made it is kept (Bauer 2021, section 4). */
#include "flag/apparent.h"
#include "flag/chains.h"
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
  column combination; /* of the column in work, but for its own simplex: what was added to it */
  column coboundary;  /* what is left of its coboundary; the pivot is coboundary.last */
} reduction;

/* Adds of the coboundary of s what is younger than the pivot last found. Nothing else is left over in the end: whatever is added as a whole cancels the pivot
 * and has no older part. */
static bf_status add_coboundary(reduction *r, const simplex *s) {
  bf_status status = BF_OK;
  cofacets c;
  simplex cofacet;
  cofacets_begin(&c, r->run, s, r->dim + 1, FLT_MAX);
  while (cofacets_next(&c, &cofacet))
    if (is_older(&r->coboundary.last, &cofacet)) BF_TRY(column_push(&r->coboundary, &cofacet, r->run->memory));
  if ((++r->work & 1023) == 0) BF_TRY(flag_step(r->run, r->done, r->columns->n));
out:
  return status;
}

static bf_status add_simplex(reduction *r, const simplex *s) {
  bf_status status = BF_OK;
  BF_TRY(column_push(&r->combination, s, r->run->memory));
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

/* Moves the combination of the column in work, times `scale`, to the entries of column i. */
static bf_status store_combination(reduction *r, uint32_t i, uint32_t scale) {
  bf_status status = BF_OK;
  bool found;
  for (;;) {
    BF_TRY(column_pop_pivot(&r->combination, r->run->modulus, r->run->memory, &found));
    if (!found) break;
    BF_TRY(simplices_reserve(&r->entry, 1, r->run->memory));
    simplex s = r->combination.last;
    s.coefficient = times(r->run, s.coefficient, scale);
    r->entry.at[r->entry.n++] = s;
  }
  r->diagonal[i] = scale;
out:
  return status;
}

/* The interval of column i, whose combination is stored if cocycles are asked for. */
static bf_status keep_column(const reduction *r, uint32_t i, const simplex *pivot) {
  simplex s = r->columns->at[i];
  if (!is_kept(r->run, &s, pivot)) return BF_OK;
  s.coefficient = r->diagonal[i];
  size_t n = r->entry.n - r->begin[i];
  return keep_pair(r->run, r->dim, &s, pivot, n ? r->entry.at + r->begin[i] : NULL, n);
}

/* Keeps the column in work as reduced column i. */
static bf_status store_column(reduction *r, uint32_t i, const simplex *pivot) {
  bf_status status = BF_OK;
  BF_TRY(store_combination(r, i, inverse(r->run, pivot->coefficient)));
  BF_TRY(pivots_insert(r->pivots, pivot->key, i, r->run->memory));
  BF_TRY(keep_column(r, i, pivot));
out:
  return status;
}

/* Column i became zero: an essential class. The combination is of no use to other columns. */
static bf_status drop_column(reduction *r, uint32_t i) {
  bf_status status = BF_OK;
  r->diagonal[i] = 1;
  if (r->run->options->cocycles) BF_TRY(store_combination(r, i, 1));
  BF_TRY(keep_column(r, i, NULL));
  r->entry.n = r->begin[i];
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

/* Adds to column i what cancels its pivot, until nothing has this pivot: reduced columns, and the coboundaries of facets in apparent pairs, which are stored
 * nowhere. */
static bf_status reduce_column(reduction *r, uint32_t i) {
  bf_status status = BF_OK;
  const flag_run *run = r->run;
  const simplex *s = &r->columns->at[i], *pivot = &r->coboundary.last;
  simplex facet, cofacet;
  cofacets c;
  uint32_t other;
  bool found;
  column_clear(&r->combination, 0);
  if (is_emergent(r, s, &cofacet)) return store_column(r, i, &cofacet);
  column_clear(&r->coboundary, s->diameter);
  BF_TRY(add_coboundary(r, s));
  for (;;) {
    BF_TRY(column_pop_pivot(&r->coboundary, run->modulus, run->memory, &found));
    if (!found) return drop_column(r, i);
    if (pivots_find(r->pivots, pivot->key, &other)) {
      BF_TRY(add_column(r, other, run->modulus - pivot->coefficient));
    } else if (zero_apparent_facet(&c, run, pivot, r->dim + 1, &facet)) {
      facet.coefficient = run->modulus - facet.coefficient;
      BF_TRY(add_simplex(r, &facet));
    } else {
      return store_column(r, i, pivot);
    }
  }
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
  column_free(&r.combination, run->memory);
  column_free(&r.coboundary, run->memory);
  return status;
}
