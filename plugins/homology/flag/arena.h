/* Memory that is given out piece by piece and taken back as a whole; counted. */
#ifndef FLAG_ARENA_H
#define FLAG_ARENA_H

#include "flag/memory.h"

typedef struct flag_chunk flag_chunk;

typedef struct flag_arena {
  flag_chunk *last;
  size_t left; /* bytes in it */
} flag_arena;

/* Sets *out to so many bytes, aligned to 16; BF_NO_MEMORY. */
bf_status flag_arena_take(flag_arena *arena, size_t bytes, bf_memory *memory, void **out);
void flag_arena_free(flag_arena *arena, bf_memory *memory);

#endif
