/* Counted allocation: all that a computation takes goes through its budget (libbf_memory.a). */
#ifndef BF_MEMORY_H
#define BF_MEMORY_H

#include <bettiflow/status.h>
#include <stddef.h>
#include <stdint.h>

typedef struct bf_memory {   /* shared by all threads of a computation */
  _Atomic uint64_t used;     /* bytes, never over the limit */
  uint64_t limit;            /* UINT64_MAX: none */
  const char *user, *advice; /* for messages: who takes it, as a subject in the singular, and what needs less, as the end of a sentence */
} bf_memory;

/* A budget of so many bytes; 0: without a limit. */
static inline bf_memory bf_memory_new(uint64_t limit, const char *user, const char *advice) {
  return (bf_memory){.limit = limit ? limit : UINT64_MAX, .user = user, .advice = advice};
}

/* Memory for n elements of a size, not set, or NULL when it is not to be had; no null pointer for n = 0. */
void *bf_memory_try(bf_memory *memory, size_t n, size_t size);

/* The same into *array, a pointer, with BF_NO_MEMORY and a message that names what it was for, in the plural. */
bf_status bf_memory_take(bf_memory *memory, void *array, size_t n, size_t size, const char *what);

/* Makes room for at least `need` elements in an array that holds room elements; grows by half at least. BF_NO_MEMORY leaves it as it was. */
bf_status bf_memory_reserve(bf_memory *memory, void **array, size_t *room, size_t need, size_t size);

/* Gives an array of n elements back; or NULL, whatever n is. */
void bf_memory_release(bf_memory *memory, void *array, size_t n, size_t size);

#endif
