/* Sorting by ids, and finding equal ones. */
#include "by_id.h"
#include <stdlib.h>

static int compare(const void *a, const void *b, void *ids) {
  const uint32_t *id = ids, i = *(const uint32_t *)a, j = *(const uint32_t *)b;
  return id[i] != id[j] ? (id[i] > id[j]) - (id[i] < id[j]) : (i > j) - (i < j);
}

void bf_by_id(const uint32_t *id, uint32_t n, uint32_t *order) {
  for (uint32_t i = 0; i < n; i++) order[i] = i;
  if (n) qsort_r(order, n, sizeof *order, compare, (void *)(uintptr_t)id);
}

bf_status bf_by_id_distinct(const uint32_t *id, uint32_t n, const uint32_t *order) {
  for (uint32_t i = 1; i < n; i++)
    if (id[order[i]] == id[order[i - 1]])
      return bf_fail(BF_BAD_INPUT, "the landmarks %u and %u, counted from 0, both have the id %u; ids name vertices, so each landmark needs its own",
                     order[i - 1], order[i], id[order[i]]);
  return BF_OK;
}
