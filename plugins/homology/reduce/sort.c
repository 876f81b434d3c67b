/* Radix sort from the lowest digit up, of those digits that are not the same in all keys. */
#include "reduce/sort.h"
#include <stdbool.h>

enum { DIGIT = 11, VALUES = 1 << DIGIT, FEW = 48 };

bf_status reduce_sort_reserve(reduce_sort *s, size_t n, bf_memory *memory) {
  bf_status status = BF_OK;
  BF_TRY(bf_memory_reserve(memory, (void **)&s->key, &s->key_room, n, sizeof *s->key));
  BF_TRY(bf_memory_reserve(memory, (void **)&s->other_key, &s->other_key_room, n, sizeof *s->other_key));
  BF_TRY(bf_memory_reserve(memory, (void **)&s->item, &s->item_room, n, sizeof *s->item));
  BF_TRY(bf_memory_reserve(memory, (void **)&s->other_item, &s->other_item_room, n, sizeof *s->other_item));
out:
  return status;
}

void reduce_sort_free(reduce_sort *s, bf_memory *memory) {
  bf_memory_release(memory, s->key, s->key_room, sizeof *s->key);
  bf_memory_release(memory, s->other_key, s->other_key_room, sizeof *s->other_key);
  bf_memory_release(memory, s->item, s->item_room, sizeof *s->item);
  bf_memory_release(memory, s->other_item, s->other_item_room, sizeof *s->other_item);
  *s = (reduce_sort){0};
}

static void insert(reduce_sort *s, size_t n) {
  for (size_t i = 1; i < n; i++) {
    const uint64_t key = s->key[i];
    const uint32_t item = s->item[i];
    size_t at = i;
    for (; at > 0 && s->key[at - 1] > key; at--) s->key[at] = s->key[at - 1], s->item[at] = s->item[at - 1];
    s->key[at] = key;
    s->item[at] = item;
  }
}

static void swap(reduce_sort *s) {
  const reduce_sort t = *s;
  *s = (reduce_sort){t.other_key, t.key, t.other_item, t.item, t.other_key_room, t.key_room, t.other_item_room, t.item_room};
}

/* Sorts by the digit at this bit. */
static void spread(reduce_sort *s, size_t n, unsigned shift) {
  uint32_t begin[VALUES + 1] = {0};
  const uint64_t *key = s->key;
  for (size_t i = 0; i < n; i++) begin[(key[i] >> shift & (VALUES - 1)) + 1]++;
  for (unsigned v = 1; v < VALUES; v++) begin[v] += begin[v - 1];
  for (size_t i = 0; i < n; i++) {
    const uint32_t to = begin[key[i] >> shift & (VALUES - 1)]++;
    s->other_key[to] = key[i];
    s->other_item[to] = s->item[i];
  }
  swap(s);
}

void reduce_sort_run(reduce_sort *s, size_t n) {
  uint64_t varying = 0;
  bool sorted = true;
  for (size_t i = 1; i < n; i++) {
    varying |= s->key[i] ^ s->key[0];
    sorted &= s->key[i - 1] <= s->key[i];
  }
  if (sorted) return;
  if (n <= FEW) {
    insert(s, n);
    return;
  }
  while (varying) {
    const unsigned shift = (unsigned)__builtin_ctzll(varying);
    spread(s, n, shift);
    varying = shift + DIGIT < 64 ? varying >> (shift + DIGIT) << (shift + DIGIT) : 0;
  }
}
