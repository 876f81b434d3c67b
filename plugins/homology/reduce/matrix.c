/* Coboundaries from boundaries: a transposition by counting. */
#include "reduce/matrix.h"

static const uint64_t SKIPPED = UINT64_C(1) << 63;

reduce_matrix reduce_boundaries(const reduce_complex *c, uint32_t dim) {
  return (reduce_matrix){.ncolumn = c->at[dim].n, .nrow = c->at[dim - 1].n, .entry = c->at[dim].facet, .stride = dim + 1};
}

bf_status reduce_coboundaries(const reduce_complex *c, uint32_t dim, const reduce_pairs *pairs, reduce_matrix *m) {
  bf_status status = BF_OK;
  const uint32_t n = c->at[dim].n, above = dim + 1 < c->ndim ? c->at[dim + 1].n : 0, *mate = pairs->mate[dim];
  const uint32_t *facet = above ? c->at[dim + 1].facet : NULL;
  const uint64_t entries = (uint64_t)above * (dim + 2);
  *m = (reduce_matrix){.ncolumn = n, .nrow = above};
  BF_TRY(bf_memory_reserve(c->memory, (void **)&m->own_begin, &m->begin_room, n + (size_t)2, sizeof *m->own_begin));
  uint64_t *const begin = m->own_begin + 1; /* begin[i] first counts column i, then is where its next entry goes, and at last where column i+1 begins */
  memset(m->own_begin, 0, (n + (size_t)2) * sizeof *m->own_begin);
  for (uint64_t k = 0; k < entries; k++) begin[reduce_mirror(n, reduce_row(facet[k]))]++;
  uint64_t total = 0;
  for (uint32_t i = 0; i < n; i++) {
    const uint64_t count = begin[i];
    const bool wanted = mate[reduce_mirror(n, i)] != REDUCE_DEATH;
    begin[i] = wanted ? total : SKIPPED | total;
    total += wanted ? count : 0;
  }
  BF_TRY(bf_memory_reserve(c->memory, (void **)&m->own_entry, &m->entry_room, total, sizeof *m->own_entry));
  for (uint32_t p = 0; p < above; p++) { /* rising: so rows fall */
    for (uint32_t i = 0; i < dim + 2; i++, facet++) {
      uint64_t *const at = &begin[reduce_mirror(n, reduce_row(*facet))];
      if (!(*at & SKIPPED)) m->own_entry[(*at)++] = reduce_mirror(above, p) << 1 | (*facet & 1);
    }
  }
  for (uint32_t i = 0; i < n; i++) begin[i] &= ~SKIPPED;
  m->begin = m->own_begin;
  m->entry = m->own_entry;
out:
  return status;
}

void reduce_matrix_free(reduce_matrix *m, bf_memory *memory) {
  bf_memory_release(memory, m->own_entry, m->entry_room, sizeof *m->own_entry);
  bf_memory_release(memory, m->own_begin, m->begin_room, sizeof *m->own_begin);
  *m = (reduce_matrix){0};
}
