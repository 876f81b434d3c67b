/* From a pivot to the column that has it: a hash table with open addressing, for several threads at once and without locks. */
#ifndef FLAG_PIVOTS_H
#define FLAG_PIVOTS_H

#include "flag/simplex.h"
#include <stdatomic.h>

typedef struct pivots {
  size_t size; /* 0 or a power of two */
  size_t key_room, owner_room;
  flag_key *key;           /* stays once it is there */
  _Atomic uint32_t *owner; /* column + 2; 0: free; 1: the key is being written */
} pivots;

#define pivots_clear FLAG_NAME(pivots_clear)
#define pivots_claim FLAG_NAME(pivots_claim)
#define pivots_free FLAG_NAME(pivots_free)

/* Empty, with room for `most` pivots; columns are numbered below PIVOTS_MAX. */
bf_status pivots_clear(pivots *p, size_t most, bf_memory *memory);
void pivots_free(pivots *p, bf_memory *memory);

#define PIVOTS_MAX (UINT32_MAX - 2)

typedef struct pivots_entry { /* where a pivot stands, and whose it was when looked at */
  size_t slot;
  uint32_t column;
} pivots_entry;

/* Gives the pivot to the column; false when another column has it, which *at tells. */
bool pivots_claim(pivots *p, flag_key key, uint32_t column, pivots_entry *at);

/* Takes the pivot from the column that had it; false when that one has it no more. */
static inline bool pivots_replace(pivots *p, const pivots_entry *at, uint32_t column) {
  uint32_t expected = at->column + 2;
  return atomic_compare_exchange_strong(&p->owner[at->slot], &expected, column + 2);
}

static inline size_t pivots_slot(const pivots *p, flag_key key) { return (size_t)(key_hash(key) >> 20) & (p->size - 1); }

/* The owner word of a slot, once its key can be read. */
static inline uint32_t pivots_owner(const pivots *p, size_t slot) {
  uint32_t owner;
  while ((owner = atomic_load_explicit(&p->owner[slot], memory_order_acquire)) == 1) continue;
  return owner;
}

static inline bool pivots_find(const pivots *p, flag_key key, pivots_entry *at) {
  uint32_t owner;
  if (!p->size) return false;
  for (size_t i = pivots_slot(p, key); (owner = pivots_owner(p, i)); i = (i + 1) & (p->size - 1)) {
    if (p->key[i] == key) {
      *at = (pivots_entry){i, owner - 2};
      return true;
    }
  }
  return false;
}

#endif
