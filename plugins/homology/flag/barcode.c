/* The barcode at the end: what was only needed on the way is dropped, the rest is put in order. */
#include "flag/barcode.h"
#include <stdlib.h>

/* Vertices of the birth simplex, from the smallest up. Without simplices nothing is left to compare. */
static int compare_simplices(const bf_barcode *barcode, const bf_interval *a, const bf_interval *b) {
  for (uint32_t i = 0; i <= a->dim; i++) {
    uint32_t u = barcode->vertex[a->simplex + i], v = barcode->vertex[b->simplex + i];
    if (u != v) return u < v ? -1 : 1;
  }
  return 0;
}

static int compare(const void *x, const void *y, void *of) {
  const bf_interval *a = x, *b = y;
  const bf_barcode *barcode = of;
  if (a->dim != b->dim) return a->dim < b->dim ? -1 : 1;
  if (a->birth != b->birth) return a->birth < b->birth ? -1 : 1;
  if (a->death != b->death) return a->death < b->death ? -1 : 1;
  return barcode ? compare_simplices(barcode, a, b) : 0;
}

void flag_finish_barcode(const bf_flag_options *options, bf_barcode *b) {
  if (!options->empty && flag_keeps_empty(options)) {
    size_t kept = 0;
    for (size_t i = 0; i < b->n; i++)
      if (b->at[i].death > b->at[i].birth) b->at[kept++] = b->at[i];
    b->n = kept;
  }
  if (b->n > 1) qsort_r(b->at, b->n, sizeof *b->at, compare, flag_keeps_simplices(options) ? b : NULL);
}

bf_status flag_join_barcodes(bf_barcode *whole, bf_barcode *part, const uint32_t *vertex, bf_memory *memory) {
  bf_status status = BF_OK;
  BF_TRY(bf_memory_reserve(memory, (void **)&whole->at, &whole->room, whole->n + part->n, sizeof *whole->at));
  BF_TRY(bf_memory_reserve(memory, (void **)&whole->vertex, &whole->vertex_room, whole->nvertex + part->nvertex, sizeof *whole->vertex));
  BF_TRY(bf_memory_reserve(memory, (void **)&whole->term, &whole->term_room, whole->nterm + part->nterm, sizeof *whole->term));
  for (size_t i = 0; i < part->n; i++) {
    bf_interval *to = &whole->at[whole->n + i];
    *to = part->at[i];
    to->simplex += whole->nvertex;
    to->cocycle.first += whole->nterm;
    to->cycle.first += whole->nterm;
  }
  for (size_t i = 0; i < part->nterm; i++) whole->term[whole->nterm + i] = (bf_term){part->term[i].vertex + whole->nvertex, part->term[i].coefficient};
  for (size_t i = 0; i < part->nvertex; i++) whole->vertex[whole->nvertex + i] = vertex[part->vertex[i]];
  whole->n += part->n;
  whole->nvertex += part->nvertex;
  whole->nterm += part->nterm;
  flag_release_barcode(part, memory);
out:
  return status;
}

void flag_release_barcode(bf_barcode *b, bf_memory *memory) {
  bf_memory_release(memory, b->at, b->room, sizeof *b->at);
  bf_memory_release(memory, b->vertex, b->vertex_room, sizeof *b->vertex);
  bf_memory_release(memory, b->term, b->term_room, sizeof *b->term);
  *b = (bf_barcode){0};
}
