/* From a pivot to the column that has it: a hash table with open addressing. */
#ifndef FLAG_PIVOTS_H
#define FLAG_PIVOTS_H

#include "flag/simplex.h"

typedef struct pivots {
  size_t n, size; /* size: 0 or a power of two */
  size_t key_room, column_room;
  flag_key *key;
  uint32_t *column; /* column + 1; 0: free */
} pivots;

#define pivots_clear FLAG_NAME(pivots_clear)
#define pivots_insert FLAG_NAME(pivots_insert)
#define pivots_free FLAG_NAME(pivots_free)

bf_status pivots_clear(pivots *p, size_t expected, flag_memory *memory); /* empty, with room for `expected` pivots */
bf_status pivots_insert(pivots *p, flag_key key, uint32_t column, flag_memory *memory);
void pivots_free(pivots *p, flag_memory *memory);

static inline size_t pivots_slot(const pivots *p, flag_key key) { /* multiplicative hashing: the high bits of the product are mixed best */
  uint64_t folded = (uint64_t)key ^ (sizeof key > 8 ? (uint64_t)(key >> (sizeof key * 4)) * UINT64_C(0xff51afd7ed558ccd) : 0);
  uint64_t product = folded * UINT64_C(0x9e3779b97f4a7c15);
  return (size_t)(product >> 20) & (p->size - 1);
}

static inline bool pivots_find(const pivots *p, flag_key key, uint32_t *column) {
  if (!p->size) return false;
  for (size_t i = pivots_slot(p, key); p->column[i]; i = (i + 1) & (p->size - 1)) {
    if (p->key[i] == key) {
      *column = p->column[i] - 1;
      return true;
    }
  }
  return false;
}

#endif
