/* Exact duplicates among points, by hashing rows. */
#include "distinct.h"
#include <stdlib.h>
#include <string.h>

static uint64_t hash_row(const float *x, uint32_t dim) {
  uint64_t h = 0x9e3779b97f4a7c15u;
  for (uint32_t d = 0; d < dim; d++) {
    uint32_t bits;
    float value = x[d] == 0 ? 0 : x[d]; /* -0 and 0 are one value */
    memcpy(&bits, &value, sizeof bits);
    h = (h ^ bits) * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
  }
  return h;
}

static bool same_row(const float *x, const float *y, uint32_t dim) {
  for (uint32_t d = 0; d < dim; d++)
    if (x[d] != y[d]) return false;
  return true;
}

bf_status bf_distinct_find(const bf_points *points, bf_distinct *out) {
  uint64_t slots = 16;
  uint32_t n = (uint32_t)points->n, dim = points->dim;
  *out = (bf_distinct){0};
  while (slots < 2 * points->n) slots *= 2;
  uint32_t *table = malloc(slots * sizeof *table); /* open addressing; a slot holds a distinct point + 1 */
  out->row = malloc((n ? n : 1) * sizeof *out->row);
  out->owner = malloc((n ? n : 1) * sizeof *out->owner);
  if (!table || !out->row || !out->owner) {
    free(table);
    bf_distinct_free(out);
    return bf_fail(BF_NO_MEMORY, "no memory to look for duplicates among %u points", n);
  }
  memset(table, 0, slots * sizeof *table);
  for (uint32_t i = 0; i < n; i++) {
    const float *x = points->x + (size_t)i * dim;
    uint64_t at = hash_row(x, dim) & (slots - 1);
    while (table[at] && !same_row(x, points->x + (size_t)out->row[table[at] - 1] * dim, dim)) at = (at + 1) & (slots - 1);
    if (!table[at]) {
      out->row[out->n] = i;
      table[at] = ++out->n;
    }
    out->owner[i] = table[at] - 1;
  }
  free(table);
  return BF_OK;
}

void bf_distinct_free(bf_distinct *d) {
  free(d->row);
  free(d->owner);
  *d = (bf_distinct){0};
}

bf_status bf_distinct_members(const bf_distinct *d, const bf_points *points, bf_graph *graph) {
  graph->n = d->n;
  graph->id = malloc((d->n ? d->n : 1) * sizeof *graph->id);
  if (!graph->id) return bf_fail(BF_NO_MEMORY, "no memory for %u vertices", d->n);
  for (uint32_t i = 0; i < d->n; i++) graph->id[i] = points->id[d->row[i]];
  if (d->n == points->n) return BF_OK;
  graph->first = calloc((size_t)d->n + 2, sizeof *graph->first);
  graph->member = malloc(points->n * sizeof *graph->member);
  if (!graph->first || !graph->member) return bf_fail(BF_NO_MEMORY, "no memory for %llu points", (unsigned long long)points->n);
  /* first[v + 2] counts v's members, then first[v + 1] runs through v's places, and ends where v + 1 begins. */
  for (uint64_t i = 0; i < points->n; i++) graph->first[d->owner[i] + 2]++;
  for (uint32_t v = 0; v < d->n; v++) graph->first[v + 2] += graph->first[v + 1];
  for (uint64_t i = 0; i < points->n; i++) graph->member[graph->first[d->owner[i] + 1]++] = points->id[i];
  return BF_OK;
}
