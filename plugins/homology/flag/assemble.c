/* Simplices and columns of the next dimension. */
#include "flag/apparent.h"
#include "flag/cohomology.h"

static bool in_apparent_pair(const flag_run *run, const simplex *s, uint32_t dim) {
  cofacets c;
  simplex other;
  return zero_apparent_cofacet(&c, run, s, dim, &other) || zero_apparent_facet(&c, run, s, dim, &other);
}

/* Each simplex is met once: as the cofacet, by its largest vertex, of its facet without that vertex. */
bf_status assemble_columns(const flag_run *run, uint32_t dim, simplices *lower, simplices *columns, const pivots *pivots) {
  bf_status status = BF_OK;
  simplices found = {0};
  const bool keep = dim < run->max_dim;
  columns->n = 0;
  for (size_t i = 0; i < lower->n; i++) {
    cofacets c;
    simplex s;
    cofacets_begin(&c, run, &lower->at[i], dim, FLT_MAX);
    while (cofacets_next(&c, &s) && c.below == c.count) {
      pivots_entry at;
      s.coefficient = 1;
      if (keep) {
        BF_TRY(simplices_reserve(&found, 1, run->memory));
        found.at[found.n++] = s;
      }
      if (pivots_find(pivots, s.key, &at) || in_apparent_pair(run, &s, dim)) continue;
      BF_TRY(simplices_reserve(columns, 1, run->memory));
      columns->at[columns->n++] = s;
    }
    if (i % 256 == 0) BF_TRY(flag_step(run, i, lower->n));
  }
  BF_TRY(sort_youngest_first(columns, (dim + 1) * run->bits, run->memory));
out:
  simplices_free(lower, run->memory);
  *lower = found;
  return status;
}
