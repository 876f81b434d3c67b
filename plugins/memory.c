/* Counted allocation. */
#include "memory.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/* Counts so many elements, unless they would be too many for the budget. */
static bool count(bf_memory *memory, size_t n, size_t size) {
  uint64_t used = memory->used;
  do
    if (n > (memory->limit - used) / size) return false;
  while (!atomic_compare_exchange_weak(&memory->used, &used, used + n * size));
  return true;
}

void *bf_memory_try(bf_memory *memory, size_t n, size_t size) {
  if (!count(memory, n, size)) return NULL;
  void *array = malloc(n ? n * size : 1);
  if (!array) memory->used -= n * size;
  return array;
}

bf_status bf_memory_take(bf_memory *memory, void *array, size_t n, size_t size, const char *what) {
  void **to = array, *got = bf_memory_try(memory, n, size);
  *to = got;
  if (got) return BF_OK;
  const unsigned long long used = memory->used >> 20, more = (uint64_t)n * size >> 20, limit = memory->limit >> 20;
  if (memory->limit == UINT64_MAX)
    return bf_fail(BF_NO_MEMORY, "%s: no memory for %s, %llu MiB beside %llu; %s", memory->user, what, more, used, memory->advice);
  return bf_fail(BF_NO_MEMORY, "%s: %s need %llu MiB beside %llu, more than the %llu MiB that it may use; %s", memory->user, what, more, used, limit,
                 memory->advice);
}

bf_status bf_memory_reserve(bf_memory *memory, void **array, size_t *room, size_t need, size_t size) {
  if (need == 0) need = 1; /* an array of nothing is no null pointer, which memset and others must not get */
  if (need <= *room) return BF_OK;
  size_t wanted = *room + *room / 2;
  if (wanted < need) wanted = need;
  if (wanted < 16) wanted = 16;
  if (!count(memory, wanted, size)) { /* the old array and the new one: both may exist while it grows */
    wanted = need;
    if (!count(memory, wanted, size))
      return bf_fail(BF_NO_MEMORY, "%s needs more than its %llu MiB of memory; %s", memory->user, (unsigned long long)(memory->limit >> 20), memory->advice);
  }
  void *larger = realloc(*array, wanted * size);
  if (!larger) {
    memory->used -= wanted * size;
    return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu MiB more; %s", memory->user, (wanted * size) >> 20, memory->advice);
  }
  memory->used -= *room * size;
  *array = larger;
  *room = wanted;
  return BF_OK;
}

void bf_memory_release(bf_memory *memory, void *array, size_t n, size_t size) {
  if (!array) return;
  free(array);
  memory->used -= n * size;
}
