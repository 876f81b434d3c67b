/* The simplices in the order of the filtration: a radix sort by value, and vertices where values are equal. */
#include "build.h"
#include "sort.h"

enum { FEW = 64 }; /* sorted by insertion */

/* What is being sorted: entries, with as many beside them for a radix sort. */
typedef struct sorting {
  const layer *layers;
  unsigned bits;
  witness_entry *entry, *other;
} sorting;

static void insert_by_key(witness_entry *e, size_t n, const witness_key *key) {
  for (size_t i = 1; i < n; i++) {
    const witness_entry one = e[i];
    size_t to = i;
    for (; to && key[e[to - 1].at] > key[one.at]; to--) e[to] = e[to - 1];
    e[to] = one;
  }
}

/* Entries of one value and one layer, whose `at` are places in this layer. */
static void sort_run(const sorting *s, size_t from, size_t n, const layer *of, unsigned bits) {
  witness_entry *e = s->entry + from, *a = e, *b = s->other + from;
  const uint64_t value = e->by;
  if (n <= FEW) {
    insert_by_key(e, n, of->key);
    return;
  }
  for (unsigned shift = 0; shift < bits; shift += 64) {
    for (size_t i = 0; i < n; i++) a[i].by = (uint64_t)(of->key[a[i].at] >> shift);
    witness_sort(&a, &b, n, bits - shift < 64 ? bits - shift : 64);
  }
  for (size_t i = 0; i < n; i++) e[i] = (witness_entry){value, a[i].at};
}

/* Entries of one value stand by layer: sorts each layer's by key. */
static void sort_by_key(const sorting *s, size_t from, size_t to) {
  size_t begin = 0, next;
  for (unsigned dim = 0; from < to; dim++, from = next) {
    const layer *of = &s->layers[dim];
    for (next = from; next < to && s->entry[next].at < begin + of->n; next++) s->entry[next].at -= begin;
    if (next > from) sort_run(s, from, next - from, of, (dim + 1) * s->bits);
    for (size_t i = from; i < next; i++) s->entry[i].at += begin;
    begin += of->n;
  }
}

/* Entries to simplices. */
static void spell(const witness_run *run, const witness_entry *e, size_t n, const layer *layers, bf_filtration *out) {
  uint32_t *vertex = out->vertex;
  for (size_t i = 0; i < n; i++) {
    uint64_t at = e[i].at;
    unsigned dim = 0;
    for (; at >= layers[dim].n; dim++) at -= layers[dim].n;
    const witness_key key = layers[dim].key[at];
    for (unsigned behind = dim + 1; behind--;) *vertex++ = run->landmark->id[run->row[key_vertex(key, run->bits, behind)]];
    out->value[i] = table_double(e[i].by);
    out->first[i + 1] = (uint64_t)(vertex - out->vertex);
  }
}

bf_status order_all(witness_run *run, layer *layers, uint32_t count, bf_filtration *out) {
  bf_status status = BF_OK;
  witness_entry *a = NULL, *b = NULL;
  size_t n = 0, nvertex = 0, at = 0;
  static const char what[] = "its simplices in order";
  for (uint32_t d = 0; d < count; d++) n += layers[d].n, nvertex += layers[d].n * (d + (size_t)1);
  BF_TRY(bf_memory_take(run->memory, &a, n, sizeof *a, what));
  BF_TRY(bf_memory_take(run->memory, &b, n, sizeof *b, what));
  for (uint32_t d = 0; d < count; d++)
    for (size_t i = 0; i < layers[d].n; i++, at++) a[at] = (witness_entry){table_bits(layers[d].value[i]), at};
  witness_sort(&a, &b, n, 64);
  for (size_t from = 0, to; from < n; from = to) {
    for (to = from + 1; to < n && a[to].by == a[from].by;) to++;
    if (to - from > 1) sort_by_key(&(sorting){layers, run->bits, a, b}, from, to);
  }
  out->n = n;
  BF_TRY(bf_memory_take(run->memory, &out->first, n + 1, sizeof *out->first, "its simplices"));
  BF_TRY(bf_memory_take(run->memory, &out->vertex, nvertex, sizeof *out->vertex, "its simplices"));
  BF_TRY(bf_memory_take(run->memory, &out->value, n, sizeof *out->value, "its simplices"));
  out->first[0] = 0;
  spell(run, a, n, layers, out);
out:
  bf_memory_release(run->memory, a, n, sizeof *a);
  bf_memory_release(run->memory, b, n, sizeof *b);
  return status;
}
