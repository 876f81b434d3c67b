/* Facets of the cells of one dimension after the other. */
#ifndef REDUCE_FACETS_H
#define REDUCE_FACETS_H

#include "reduce/cells.h"

typedef struct reduce_cell { /* what a search meets */
  double value;
  uint32_t last;     /* vertex */
  uint32_t position; /* in the order of the filtration */
} reduce_cell;

/* A dimension by vertices. The children of a cell are the cells of the next dimension that have one more vertex, behind its own; they stand side by side. */
typedef struct reduce_layer {
  uint32_t n;
  reduce_cell *cell;
  uint32_t *simplex; /* number in the filtration */
  uint32_t *child;   /* n+1: those of cell i are child[i] … child[i+1]-1 */
  uint32_t *facet;   /* n × (dim+1), in the layer below; only where there is a dimension above */
  size_t cell_room, simplex_room, child_room, facet_room;
} reduce_layer;

bf_status reduce_layer_reserve(reduce_layer *layer, uint32_t n, flag_memory *memory);
void reduce_layer_free(reduce_layer *layer, flag_memory *memory);

/* Finds and checks the facets of the cells of a dimension, whose layer has its cells and simplices; fills the facets, and the children of the layer below.
 */
bf_status reduce_find_facets(reduce_complex *c, uint32_t dim, reduce_layer *layer, reduce_layer *below, const reduce_layer *two_below);

#endif
