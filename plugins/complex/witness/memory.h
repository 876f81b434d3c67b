/* Counted allocation: what a witness complex takes goes through a budget. */
#ifndef BF_WITNESS_MEMORY_H
#define BF_WITNESS_MEMORY_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct witness_memory { /* shared by all threads of a computation */
  _Atomic uint64_t used;        /* bytes, never over the limit */
  uint64_t limit;
} witness_memory;

/* Memory for n elements of a size, not set, or NULL when it is not to be had; no null pointer for n = 0. */
void *witness_try(witness_memory *memory, size_t n, size_t size);
void witness_give(witness_memory *memory, void *array, size_t n, size_t size);

#define WITNESS_ADVICE "a smaller alpha_square or limit_dimension, or fewer landmarks, need less"

/* The same into *array, a pointer, with BF_NO_MEMORY and a message that names what it was for, in the plural. */
bf_status witness_take(witness_memory *memory, void *array, size_t n, size_t size, const char *what);

#endif
