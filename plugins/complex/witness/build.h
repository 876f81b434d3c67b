/* The simplices of a witness complex, dimension by dimension. */
#ifndef BF_WITNESS_BUILD_H
#define BF_WITNESS_BUILD_H

#include "run.h"
#include "table.h"

/* The simplices of one dimension. */
typedef struct layer {
  size_t n, room;
  witness_key *key;
  double *value;
} layer;

#define order_all WITNESS_NAME(order_all)

/* The layers 0 … count-1 as a filtration, in its order: value, dimension, vertices. */
bf_status order_all(witness_run *run, layer *layers, uint32_t count, bf_filtration *out);

#endif
