/* Counted allocation. */
#include "memory.h"
#include <stdatomic.h>
#include <stdlib.h>

void *witness_try(witness_memory *memory, size_t n, size_t size) {
  uint64_t used = memory->used;
  do
    if (n > (memory->limit - used) / size) return NULL;
  while (!atomic_compare_exchange_weak(&memory->used, &used, used + n * size));
  void *array = malloc(n ? n * size : 1);
  if (!array) memory->used -= n * size;
  return array;
}

void witness_give(witness_memory *memory, void *array, size_t n, size_t size) {
  if (!array) return;
  free(array);
  memory->used -= n * size;
}

bf_status witness_take(witness_memory *memory, void *array, size_t n, size_t size, const char *what) {
  void **to = array, *got = witness_try(memory, n, size);
  *to = got;
  if (got) return BF_OK;
  const unsigned long long used = memory->used >> 20, more = (uint64_t)n * size >> 20, limit = memory->limit >> 20;
  if (memory->limit == UINT64_MAX)
    return bf_fail(BF_NO_MEMORY, "the witness complex: no memory for %s, %llu MiB beside %llu; %s", what, more, used, WITNESS_ADVICE);
  return bf_fail(BF_NO_MEMORY, "the witness complex: %s need %llu MiB beside %llu, more than the %llu MiB that it may use; %s", what, more, used, limit,
                 WITNESS_ADVICE);
}
