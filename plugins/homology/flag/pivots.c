/* The table of pivots. */
#include "flag/pivots.h"
#include <string.h>

static bf_status resize(pivots *p, size_t size, flag_memory *memory) {
  bf_status status = BF_OK;
  pivots old = *p;
  *p = (pivots){.size = size};
  BF_TRY(flag_reserve(memory, (void **)&p->key, &p->key_room, size, sizeof *p->key));
  BF_TRY(flag_reserve(memory, (void **)&p->column, &p->column_room, size, sizeof *p->column));
  memset(p->column, 0, size * sizeof *p->column);
  for (size_t i = 0; i < old.size; i++)
    if (old.column[i]) BF_TRY(pivots_insert(p, old.key[i], old.column[i] - 1, memory));
out:
  if (status != BF_OK) p->size = 0;
  pivots_free(&old, memory);
  return status;
}

bf_status pivots_clear(pivots *p, size_t expected, flag_memory *memory) {
  size_t size = 16;
  while (size / 2 < expected) size *= 2;
  pivots_free(p, memory);
  return resize(p, size, memory);
}

bf_status pivots_insert(pivots *p, flag_key key, uint32_t column, flag_memory *memory) {
  if (p->n >= p->size / 2) {
    bf_status status = resize(p, p->size * 2, memory);
    if (status != BF_OK) return status;
  }
  size_t i = pivots_slot(p, key);
  while (p->column[i]) i = (i + 1) & (p->size - 1);
  p->key[i] = key;
  p->column[i] = column + 1;
  p->n++;
  return BF_OK;
}

void pivots_free(pivots *p, flag_memory *memory) {
  flag_release(memory, p->key, p->key_room, sizeof *p->key);
  flag_release(memory, p->column, p->column_room, sizeof *p->column);
  *p = (pivots){0};
}
