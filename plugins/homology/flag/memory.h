/* Counted allocation: everything that the engine allocates goes through a budget. */
#ifndef FLAG_MEMORY_H
#define FLAG_MEMORY_H

#include <bettiflow/status.h>
#include <stddef.h>
#include <stdint.h>

typedef struct flag_memory { /* shared by all threads of a computation */
  _Atomic uint64_t used;     /* bytes, never over the limit */
  uint64_t limit;
} flag_memory;

/* Makes room for at least `need` elements in an array that holds room elements; grows by half at least. BF_NO_MEMORY leaves it as it was. */
bf_status flag_reserve(flag_memory *memory, void **array, size_t *room, size_t need, size_t size);
void flag_release(flag_memory *memory, void *array, size_t room, size_t size);

#endif
