/* The table of simplices: its memory. */
#include "table.h"
#include "../../jobs.h"

/* A key may come into a table that is half full from each thread at once; a search ends at a free slot. */
enum { LEAST_LOG = 7 };
_Static_assert(2 * BF_JOBS_MAX_THREADS <= 1 << LEAST_LOG, "there is a free slot at all times");

static unsigned log_for(size_t most) {
  unsigned log = LEAST_LOG;
  while ((size_t)1 << log < 2 * most) log++;
  return log;
}

uint64_t table_bytes(size_t most) { return (uint64_t)sizeof(table_slot) << log_for(most); }

bf_status table_new(table *t, size_t most, bf_memory *memory) {
  const unsigned log = log_for(most);
  *t = (table){.size = (size_t)1 << log, .shift = 64 - log};
  bf_status status = bf_memory_take(memory, &t->slot, t->size, sizeof *t->slot, "its simplices");
  if (status != BF_OK)
    *t = (table){0};
  else
    memset((void *)t->slot, 0xff, t->size * sizeof *t->slot);
  return status;
}

bf_status table_grow(table *t, bf_memory *memory) {
  table larger;
  bf_status status = table_new(&larger, t->size, memory);
  if (status != BF_OK) return status;
  for (size_t i = 0; i < t->size; i++)
    if (t->slot[i].value != TABLE_FREE) table_lower(&larger, t->slot[i].key, t->slot[i].value);
  table_free(t, memory);
  *t = larger;
  return BF_OK;
}

void table_free(table *t, bf_memory *memory) {
  bf_memory_release(memory, t->slot, t->size, sizeof *t->slot);
  *t = (table){0};
}
