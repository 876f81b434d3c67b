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
