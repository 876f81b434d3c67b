/* The budget of persistent homology: everything that the engines allocate goes through it. */
#ifndef FLAG_MEMORY_H
#define FLAG_MEMORY_H

#include "../../memory.h"

static inline bf_memory flag_memory(uint64_t limit) { /* 0: none */
  return bf_memory_new(limit, "persistent homology", "lower the threshold or the dimension, take fewer points, or allow more memory");
}

#endif
