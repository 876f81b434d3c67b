/* The simplices in the order of the filtration: a radix sort by value, and vertices where values are equal. */
#include "build.h"
#include <stdlib.h>

enum { DIGIT = 11, VALUES = 1 << DIGIT };

typedef struct entry {
  uint64_t value; /* bits, which have the order of the values */
  uint64_t at;    /* in the layers, one behind the other */
} entry;

/* One stable pass from a to b by the digit at `shift`; false when all share that digit, and nothing was done. */
static bool pass(const entry *a, entry *b, size_t n, unsigned shift) {
  size_t begin[VALUES] = {0}, sum = 0;
  for (size_t i = 0; i < n; i++) begin[a[i].value >> shift & (VALUES - 1)]++;
  if (begin[a[0].value >> shift & (VALUES - 1)] == n) return false;
  for (size_t d = 0; d < VALUES; d++) {
    const size_t count = begin[d];
    begin[d] = sum;
    sum += count;
  }
  for (size_t i = 0; i < n; i++) b[begin[a[i].value >> shift & (VALUES - 1)]++] = a[i];
  return true;
}

/* The two arrays change places as needed. */
static void sort_by_value(entry **a, entry **b, size_t n) {
  for (unsigned shift = 0; n && shift < 64; shift += DIGIT) {
    if (!pass(*a, *b, n, shift)) continue;
    entry *swap = *a;
    *a = *b;
    *b = swap;
  }
}

static int by_key(const void *a, const void *b, void *keys) {
  const witness_key *key = keys, x = key[((const entry *)a)->at], y = key[((const entry *)b)->at];
  return (x > y) - (x < y);
}

/* Sorts entries of equal value, which stand by layer: each layer's by key. */
static void sort_by_key(entry *e, size_t n, const layer *layers) {
  for (size_t from = 0, begin = 0; from < n; layers++) {
    size_t to = from;
    while (to < n && e[to].at < begin + layers->n) e[to++].at -= begin;
    if (to - from > 1) qsort_r(e + from, to - from, sizeof *e, by_key, layers->key);
    while (from < to) e[from++].at += begin;
    begin += layers->n;
  }
}

/* Entries to simplices. */
static void spell(const witness_run *run, const entry *e, size_t n, const layer *layers, bf_filtration *out) {
  uint32_t *vertex = out->vertex;
  for (size_t i = 0; i < n; i++) {
    uint64_t at = e[i].at;
    unsigned dim = 0;
    for (; at >= layers[dim].n; dim++) at -= layers[dim].n;
    const witness_key key = layers[dim].key[at];
    for (unsigned behind = dim + 1; behind--;) *vertex++ = run->landmark->id[run->row[key_vertex(key, run->bits, behind)]];
    out->value[i] = table_double(e[i].value);
    out->first[i + 1] = (uint64_t)(vertex - out->vertex);
  }
}

bf_status order_all(witness_run *run, layer *layers, uint32_t count, bf_filtration *out) {
  bf_status status = BF_OK;
  entry *a = NULL, *b = NULL;
  size_t n = 0, nvertex = 0, at = 0;
  static const char what[] = "its simplices in order";
  for (uint32_t d = 0; d < count; d++) n += layers[d].n, nvertex += layers[d].n * (d + (size_t)1);
  BF_TRY(witness_take(run->memory, &a, n, sizeof *a, what));
  BF_TRY(witness_take(run->memory, &b, n, sizeof *b, what));
  for (uint32_t d = 0; d < count; d++)
    for (size_t i = 0; i < layers[d].n; i++, at++) a[at] = (entry){table_bits(layers[d].value[i]), at};
  sort_by_value(&a, &b, n);
  for (size_t from = 0, to; from < n; from = to) {
    for (to = from + 1; to < n && a[to].value == a[from].value;) to++;
    if (to - from > 1) sort_by_key(a + from, to - from, layers);
  }
  out->n = n;
  BF_TRY(witness_take(run->memory, &out->first, n + 1, sizeof *out->first, "its simplices"));
  BF_TRY(witness_take(run->memory, &out->vertex, nvertex, sizeof *out->vertex, "its simplices"));
  BF_TRY(witness_take(run->memory, &out->value, n, sizeof *out->value, "its simplices"));
  out->first[0] = 0;
  spell(run, a, n, layers, out);
out:
  witness_give(run->memory, a, n, sizeof *a);
  witness_give(run->memory, b, n, sizeof *b);
  return status;
}
