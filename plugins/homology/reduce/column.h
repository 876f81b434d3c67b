/* A column of a matrix in work: a tree of bits, 64 to a word, over the rows that are not zero, and over Z/p an array of all coefficients. Adding to a row is a
 * few instructions whatever is in the column, and so is finding the pivot, the largest row. After Bauer, Kerber, Reininghaus, Wagner (2017). */
#ifndef REDUCE_COLUMN_H
#define REDUCE_COLUMN_H

#include "reduce/cells.h"

enum { REDUCE_LEVELS = 6 }; /* 2^31 rows */

typedef struct reduce_column {
  unsigned levels;
  uint32_t modulus;
  uint64_t *word[REDUCE_LEVELS]; /* [0]: a bit for each row that is not zero; [k]: one for each word of [k-1] that is not 0; the last is one word */
  uint16_t *coefficient;         /* of each row; NULL over Z/2 */
  uint64_t *words;
  size_t words_room, coefficient_room;
} reduce_column;

bf_status reduce_column_new(reduce_column *c, uint32_t rows, uint32_t modulus, bf_memory *memory); /* zero; *c is zeroed or an older column, replaced */
void reduce_column_free(reduce_column *c, bf_memory *memory);

/* Terms of columns and chains. */
typedef struct reduce_terms {
  uint64_t n;
  uint32_t *index;
  uint16_t *coefficient; /* NULL over Z/2 */
  size_t index_room, coefficient_room;
} reduce_terms;

/* Moves what is in the column to the end of the terms, the largest row first, times `scale`; to NULL, it is only emptied. */
bf_status reduce_column_drain(reduce_column *c, uint32_t scale, reduce_terms *to, bf_memory *memory);

/* Room for so many more. */
bf_status reduce_terms_reserve(reduce_terms *t, uint64_t more, uint32_t modulus, bf_memory *memory);
void reduce_terms_free(reduce_terms *t, bf_memory *memory);

static inline uint32_t reduce_times(uint32_t modulus, uint32_t a, uint32_t b) { return (uint32_t)((uint64_t)a * b % modulus); }

static inline uint32_t reduce_inverse(uint32_t modulus, uint32_t a) { /* a^(p-2), Fermat */
  uint32_t result = 1;
  for (uint32_t e = modulus - 2; e > 0; e >>= 1) {
    if (e & 1) result = reduce_times(modulus, result, a);
    a = reduce_times(modulus, a, a);
  }
  return result;
}

static inline void reduce_column_flip(reduce_column *c, uint32_t row) {
  for (unsigned k = 0; k < c->levels; k++) {
    uint64_t *const word = &c->word[k][row / 64], old = *word;
    *word = old ^ UINT64_C(1) << row % 64;
    if (old && *word) return;
    row /= 64;
  }
}

/* Adds a coefficient in 1 … modulus-1. */
static inline void reduce_column_add(reduce_column *c, uint32_t row, uint32_t coefficient) {
  if (c->coefficient) {
    const uint32_t old = c->coefficient[row];
    uint32_t sum = old + coefficient;
    if (sum >= c->modulus) sum -= c->modulus;
    c->coefficient[row] = (uint16_t)sum;
    if (old && sum) return;
  }
  reduce_column_flip(c, row);
}

/* The largest row that is not zero; REDUCE_NONE: all are. */
static inline uint32_t reduce_column_pivot(const reduce_column *c) {
  uint64_t word = c->word[c->levels - 1][0];
  if (!word) return REDUCE_NONE;
  uint32_t row = 63 - (uint32_t)__builtin_clzll(word);
  for (unsigned k = c->levels - 1; k-- > 0;) row = row * 64 + 63 - (uint32_t)__builtin_clzll(c->word[k][row]);
  return row;
}

static inline uint32_t reduce_column_at(const reduce_column *c, uint32_t row) { return c->coefficient ? c->coefficient[row] : 1; }

#endif
