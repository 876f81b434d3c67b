/* A column of a matrix in work, as a queue from which the oldest simplex is taken. Equal simplices are added up when they come out.
 *
 * What is put in is never older than what came out last, so a radix heap does it (Ahuja, Mehlhorn, Orlin, Tarjan, Faster algorithms for the shortest path
 * problem, J. ACM 37 (1990)): simplices wait in buckets by the highest bit in which their diameter, or else their key, differs from that of the last one.
 * Nothing is compared with its neighbours, and what is never asked for is never moved.
 */
#ifndef FLAG_COLUMN_H
#define FLAG_COLUMN_H

#include "flag/simplex.h"

enum { COLUMN_KEY_BITS = 8 * sizeof(flag_key), COLUMN_BUCKETS = COLUMN_KEY_BITS + 33 };

typedef struct column {
  simplex last;                     /* that came out; nothing in the column is older */
  simplices bucket[COLUMN_BUCKETS]; /* 0: equal to last; 1 + b: of its diameter, keys differ in bit b; COLUMN_KEY_BITS + 1 + b: diameters do */
} column;

#define column_grow FLAG_NAME(column_grow)
#define column_pop_pivot FLAG_NAME(column_pop_pivot)
#define column_free FLAG_NAME(column_free)

bf_status column_grow(simplices *bucket, flag_memory *memory);

/* Takes the oldest simplex with a coefficient other than 0 out into c->last; *found is false when there is none. */
bf_status column_pop_pivot(column *c, uint32_t modulus, flag_memory *memory, bool *found);

void column_free(column *c, flag_memory *memory);

/* Empties the column; only simplices of this diameter or a larger one will be put in. */
static inline void column_clear(column *c, float diameter) {
  for (unsigned b = 0; b < COLUMN_BUCKETS; b++) c->bucket[b].n = 0;
  c->last = (simplex){.key = ~(flag_key)0, .diameter = diameter}; /* older than all */
}

static inline unsigned column_bucket(const column *c, const simplex *s) {
  uint32_t x, y;
  memcpy(&x, &c->last.diameter, sizeof x);
  memcpy(&y, &s->diameter, sizeof y);
  if (x != y) return COLUMN_KEY_BITS + 32 - (unsigned)__builtin_clz(x ^ y);
  flag_key z = c->last.key ^ s->key;
#if FLAG_KEY_BITS == 128
  if (z >> 64) return 128 - (unsigned)__builtin_clzll((uint64_t)(z >> 64));
#endif
  return (uint64_t)z ? 64 - (unsigned)__builtin_clzll((uint64_t)z) : 0;
}

static inline bf_status column_push(column *c, const simplex *s, flag_memory *memory) {
  simplices *b = &c->bucket[column_bucket(c, s)];
  if (b->n == b->room) {
    bf_status status = column_grow(b, memory);
    if (status != BF_OK) return status;
  }
  b->at[b->n++] = *s;
  return BF_OK;
}

#endif
