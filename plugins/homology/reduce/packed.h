/* Long columns, put away as they stand in the tree: the words of level 0, and over Z/p the coefficients of the rows whose bits are set. They are added word by
 * word. */
#ifndef REDUCE_PACKED_H
#define REDUCE_PACKED_H

#include "reduce/column.h"

typedef struct reduce_packed {
  uint32_t n, first;    /* words, and the number of the first; n = 0: it was not packed */
  uint64_t word;        /* where they begin on the shelf */
  uint64_t coefficient; /* the same, row by row */
} reduce_packed;

typedef struct reduce_shelf {
  uint64_t nword, ncoefficient;
  uint64_t *word;
  uint16_t *coefficient; /* NULL over Z/2 */
  size_t word_room, coefficient_room;
} reduce_shelf;

/* How many words a column has, from the first that is not 0 on; it is not zero. */
uint32_t reduce_packed_words(const reduce_column *c, uint32_t pivot);

/* Moves a column that is not zero to the shelf, times `scale`; it is zero then. */
bf_status reduce_pack(reduce_shelf *shelf, reduce_column *c, uint32_t pivot, uint32_t scale, bf_memory *memory, reduce_packed *out);

/* Adds `factor` times a packed column. */
void reduce_add_packed(const reduce_shelf *shelf, const reduce_packed *packed, uint32_t factor, reduce_column *to);

static inline uint64_t reduce_shelf_bytes(const reduce_shelf *s) { return s->nword * sizeof *s->word + s->ncoefficient * sizeof *s->coefficient; }
void reduce_shelf_free(reduce_shelf *shelf, bf_memory *memory);

#endif
