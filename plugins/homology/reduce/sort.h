/* Sorting numbered items by a key of 64 bits, stably; what is in order already costs a look. */
#ifndef REDUCE_SORT_H
#define REDUCE_SORT_H

#include "flag/memory.h"
#include <string.h>

typedef struct reduce_sort { /* room for items and as many copies */
  uint64_t *key, *other_key;
  uint32_t *item, *other_item;
  size_t key_room, other_key_room, item_room, other_item_room;
} reduce_sort;

bf_status reduce_sort_reserve(reduce_sort *s, size_t n, bf_memory *memory);
void reduce_sort_free(reduce_sort *s, bf_memory *memory);

/* Puts item[0 … n-1] in the order of key[0 … n-1]; the keys go along. */
void reduce_sort_run(reduce_sort *s, size_t n);

/* A key in the order of the numbers, equal for 0 and -0. Not for NaN. */
static inline uint64_t reduce_sort_key(double value) {
  uint64_t bits;
  value += 0.0;
  memcpy(&bits, &value, sizeof bits);
  return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

#endif
