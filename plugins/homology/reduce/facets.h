/* Facets of the cells of one dimension after the other. */
#ifndef REDUCE_FACETS_H
#define REDUCE_FACETS_H

#include "reduce/cells.h"

typedef struct reduce_cell {
  uint32_t last;     /* vertex */
  uint32_t position; /* in the list of simplices: in the end, in the order of the filtration */
} reduce_cell;

/* A dimension by vertices. The children of a cell are the cells of the next dimension that have one more vertex, behind its own; they stand side by side. */
typedef struct reduce_layer {
  uint32_t n;
  reduce_cell *cell; /* by vertices, as key, child and facet */
  bool keyed;        /* the vertices of a cell fit into a key */
  uint64_t *key;     /* they, `bits` each */
  uint64_t *value;   /* by position: reduce_sort_key */
  uint32_t *child;   /* n+1: the children of cell i are child[i] … child[i+1]-1 */
  uint32_t *facet;   /* n × (dim+1), numbers in the layer below; only where there is a dimension above */
  size_t cell_room, key_room, value_room, child_room, facet_room;
} reduce_layer;

/* The dimension at hand and those below. */
typedef struct reduce_layers {
  reduce_complex *complex;
  uint32_t dim;
  unsigned bits; /* of a vertex */
  bool above;    /* there are cells of dimension dim+1 */
  reduce_layer *here, *below, *two_below;
} reduce_layers;

/* Gives the cells of the layer below their children here, whose cells and, where they fit, keys are there. A facet without its last vertex that is missing, or
 * a cell that is there twice, is an error. */
bf_status reduce_find_children(const reduce_layers *l);

/* Finds and checks all facets, once positions and values are there. */
bf_status reduce_find_facets(const reduce_layers *l);

void reduce_layer_free(reduce_layer *layer, bf_memory *memory);

#endif
