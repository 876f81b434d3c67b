/* The table of pivots. */
#include "flag/pivots.h"
#include <string.h>

bf_status pivots_clear(pivots *p, size_t most, bf_memory *memory) {
  bf_status status = BF_OK;
  size_t size = 16;
  while (size / 2 < most) size *= 2;
  pivots_free(p, memory);
  BF_TRY(bf_memory_reserve(memory, (void **)&p->key, &p->key_room, size, sizeof *p->key));
  BF_TRY(bf_memory_reserve(memory, (void **)&p->owner, &p->owner_room, size, sizeof *p->owner));
  memset((void *)p->owner, 0, size * sizeof *p->owner);
  p->size = size;
out:
  return status;
}

bool pivots_claim(pivots *p, flag_key key, uint32_t column, pivots_entry *at) {
  for (size_t i = pivots_slot(p, key);; i = (i + 1) & (p->size - 1)) {
    uint32_t owner = 0;
    if (atomic_compare_exchange_strong(&p->owner[i], &owner, 1)) {
      p->key[i] = key;
      atomic_store_explicit(&p->owner[i], column + 2, memory_order_release);
      return true;
    }
    owner = pivots_owner(p, i);
    if (p->key[i] != key) continue;
    *at = (pivots_entry){i, owner - 2};
    return false;
  }
}

void pivots_free(pivots *p, bf_memory *memory) {
  bf_memory_release(memory, p->key, p->key_room, sizeof *p->key);
  bf_memory_release(memory, (void *)p->owner, p->owner_room, sizeof *p->owner);
  *p = (pivots){0};
}
