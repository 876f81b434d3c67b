/* Counted allocation for the flag engine. */
#include "flag/memory.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/* Counts so many elements, unless they would be too many for the budget. */
static bool count(flag_memory *memory, size_t n, size_t size) {
  uint64_t used = memory->used;
  do
    if (n > (memory->limit - used) / size) return false;
  while (!atomic_compare_exchange_weak(&memory->used, &used, used + n * size));
  return true;
}

bf_status flag_reserve(flag_memory *memory, void **array, size_t *room, size_t need, size_t size) {
  if (need == 0) need = 1; /* an array of nothing is no null pointer, which memset and others must not get */
  if (need <= *room) return BF_OK;
  size_t wanted = *room + *room / 2;
  if (wanted < need) wanted = need;
  if (wanted < 16) wanted = 16;
  if (!count(memory, wanted, size)) { /* the old array and the new one: both may exist while it grows */
    wanted = need;
    if (!count(memory, wanted, size))
      return bf_fail(
          BF_NO_MEMORY,
          "persistent homology needs more than its %llu MiB of memory; lower the threshold or the dimension, take fewer points, or allow more memory",
          (unsigned long long)(memory->limit >> 20));
  }
  void *larger = realloc(*array, wanted * size);
  if (!larger) {
    memory->used -= wanted * size;
    return bf_fail(BF_NO_MEMORY, "persistent homology: no memory for %zu MiB more", (wanted * size) >> 20);
  }
  memory->used -= *room * size;
  *array = larger;
  *room = wanted;
  return BF_OK;
}

void flag_release(flag_memory *memory, void *array, size_t room, size_t size) {
  free(array);
  memory->used -= room * size;
}
