/* Chunks in a list, the last one in use. */
#include "flag/arena.h"

struct flag_chunk {
  flag_chunk *before;
  size_t room; /* bytes, this head included */
};

enum { CHUNK = 1 << 16, HEAD = 16 };
_Static_assert(sizeof(flag_chunk) <= HEAD, "the head of a chunk");

bf_status flag_arena_take(flag_arena *arena, size_t bytes, bf_memory *memory, void **out) {
  bf_status status = BF_OK;
  bytes = (bytes + 15) & ~(size_t)15;
  if (bytes > arena->left) {
    flag_chunk *chunk = NULL;
    size_t room = 0, need = HEAD + bytes;
    BF_TRY(bf_memory_reserve(memory, (void **)&chunk, &room, need > CHUNK ? need : CHUNK, 1));
    chunk->before = arena->last;
    chunk->room = room;
    arena->last = chunk;
    arena->left = room - HEAD;
  }
  *out = (char *)arena->last + arena->last->room - arena->left;
  arena->left -= bytes;
out:
  return status;
}

void flag_arena_free(flag_arena *arena, bf_memory *memory) {
  for (flag_chunk *c = arena->last, *before; c; c = before) {
    before = c->before;
    bf_memory_release(memory, c, c->room, 1);
  }
  *arena = (flag_arena){0};
}
