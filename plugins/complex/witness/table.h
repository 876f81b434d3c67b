/* The simplices of one dimension with a value each, which falls: a hash table with open addressing, for several threads at once and without locks. */
#ifndef BF_WITNESS_TABLE_H
#define BF_WITNESS_TABLE_H

#include "key.h"
#include "../../memory.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

/* Values are doubles that are not negative, which have the order of their bits; these are none. */
#define TABLE_FREE UINT64_MAX
#define TABLE_BUSY (UINT64_MAX - 1) /* its key is being written */
#define TABLE_GONE (UINT64_MAX - 2) /* found to be no simplex */

typedef struct table_slot {
  witness_key key; /* stays once it is there */
  _Atomic uint64_t value;
} table_slot;

typedef struct table {
  size_t size; /* 0 or a power of two */
  unsigned shift;
  table_slot *slot;
  _Atomic size_t used;
} table;

#define table_bytes WITNESS_NAME(table_bytes)
#define table_new WITNESS_NAME(table_new)
#define table_grow WITNESS_NAME(table_grow)
#define table_free WITNESS_NAME(table_free)

uint64_t table_bytes(size_t most); /* of a table with room for `most` keys */

/* Empty, with room for `most` keys. BF_NO_MEMORY. */
bf_status table_new(table *t, size_t most, bf_memory *memory);
bf_status table_grow(table *t, bf_memory *memory); /* to twice the size; one thread only */
void table_free(table *t, bf_memory *memory);

static inline uint64_t table_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline double table_double(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline size_t table_place(const table *t, witness_key key) { /* multiplicative hashing: the high bits of the product are mixed best */
  uint64_t folded = (uint64_t)key ^ (sizeof key > 8 ? (uint64_t)(key >> (sizeof key * 4)) * UINT64_C(0xff51afd7ed558ccd) : 0);
  return (size_t)(folded * UINT64_C(0x9e3779b97f4a7c15) >> t->shift);
}

static inline uint64_t table_value(const table_slot *slot) {
  uint64_t value;
  while ((value = atomic_load_explicit(&slot->value, memory_order_acquire)) == TABLE_BUSY) continue;
  return value;
}

/* The bits of a key's value; TABLE_FREE: it is not there. */
static inline uint64_t table_find(const table *t, witness_key key) {
  if (!t->size) return TABLE_FREE;
  for (size_t i = table_place(t, key);; i = (i + 1) & (t->size - 1)) {
    const uint64_t value = table_value(&t->slot[i]);
    if (value == TABLE_FREE || t->slot[i].key == key) return value;
  }
}

/* Lowers a key's value to this one, or puts it in; false, and nothing done, when the table is as full as it may be. */
static inline bool table_lower(table *t, witness_key key, uint64_t value) {
  for (size_t i = table_place(t, key);; i = (i + 1) & (t->size - 1)) {
    table_slot *slot = &t->slot[i];
    uint64_t old = table_value(slot);
    if (old == TABLE_FREE) {
      if (t->used >= t->size / 2) return false;
      if (!atomic_compare_exchange_strong(&slot->value, &old, TABLE_BUSY)) {
        old = table_value(slot);
      } else {
        slot->key = key;
        atomic_store_explicit(&slot->value, value, memory_order_release);
        atomic_fetch_add_explicit(&t->used, 1, memory_order_relaxed);
        return true;
      }
    }
    if (slot->key != key) continue;
    while (value < old)
      if (atomic_compare_exchange_weak(&slot->value, &old, value)) break;
    return true;
  }
}

#endif
