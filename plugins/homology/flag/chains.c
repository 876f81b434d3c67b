/* Intervals with simplices and cocycles, from keys to vertices. */
#include "flag/chains.h"

static bf_status keep_vertices(const flag_run *run, const simplex *s, unsigned count) {
  bf_barcode *b = run->barcode;
  bf_status status = bf_memory_reserve(run->memory, (void **)&b->vertex, &b->vertex_room, b->nvertex + count, sizeof *b->vertex);
  if (status != BF_OK) return status;
  key_vertices(s->key, count, &run->code, b->vertex + b->nvertex);
  b->nvertex += count;
  return BF_OK;
}

bf_status keep_term(const flag_run *run, const simplex *s, unsigned count) {
  bf_status status = BF_OK;
  bf_barcode *b = run->barcode;
  BF_TRY(bf_memory_reserve(run->memory, (void **)&b->term, &b->term_room, b->nterm + 1, sizeof *b->term));
  b->term[b->nterm++] = (bf_term){b->nvertex, s->coefficient};
  BF_TRY(keep_vertices(run, s, count));
out:
  return status;
}

bf_status keep_pair(const flag_run *run, uint32_t dim, const simplex *birth, const simplex *death, const simplex *rest, size_t n) {
  bf_status status = BF_OK;
  bf_barcode *b = run->barcode;
  if (!is_kept(run, birth, death)) return BF_OK;
  bf_interval interval = {.dim = dim, .birth = birth->diameter, .death = death ? death->diameter : INFINITY};
  if (flag_keeps_simplices(run->options)) {
    interval.simplex = b->nvertex;
    BF_TRY(keep_vertices(run, birth, dim + 1));
    if (death) BF_TRY(keep_vertices(run, death, dim + 2));
  }
  if (run->options->cocycles) {
    interval.cocycle = (bf_chain){b->nterm, n + 1};
    BF_TRY(keep_term(run, birth, dim + 1));
    for (size_t i = 0; i < n; i++) BF_TRY(keep_term(run, &rest[i], dim + 1));
  }
  BF_TRY(bf_memory_reserve(run->memory, (void **)&b->at, &b->room, b->n + 1, sizeof *b->at));
  b->at[b->n++] = interval;
out:
  return status;
}
