/* From the engine's barcode to a PersistenceDiagram. */
#include "diagram.h"
#include <math.h>
#include <stdlib.h>

static void *numbers(uint64_t n, size_t size) { return reallocarray(NULL, n + 1, size); }

static bf_status no_memory(const bf_barcode *b) { return bf_fail(BF_NO_MEMORY, "no memory for a diagram of %zu intervals", b->n); }

static uint32_t *put(uint32_t *to, const bf_graph *graph, const uint32_t *vertex, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) *to++ = graph->id[vertex[i]];
  return to;
}

static bf_status fill_simplices(bf_diagram *d, const bf_graph *graph, const bf_barcode *b) {
  uint64_t births = 0, deaths = 0;
  for (size_t i = 0; i < b->n; i++) {
    births += b->at[i].dim + 1;
    deaths += b->at[i].death < INFINITY ? b->at[i].dim + 2 : 0;
  }
  d->birth_simplex = numbers(births, sizeof *d->birth_simplex);
  d->death_simplex = numbers(deaths, sizeof *d->death_simplex);
  if (!d->birth_simplex || !d->death_simplex) return no_memory(b);
  uint32_t *birth = d->birth_simplex, *death = d->death_simplex;
  for (size_t i = 0; i < b->n; i++) {
    const bf_interval *interval = &b->at[i];
    const uint32_t *vertex = b->vertex + interval->simplex, count = interval->dim + 1;
    birth = put(birth, graph, vertex, count);
    if (interval->death < INFINITY) death = put(death, graph, vertex + count, count + 1);
  }
  return BF_OK;
}

static bf_status fill_representatives(bf_diagram *d, const bf_graph *graph, const bf_barcode *b) {
  const bool cycles = d->representatives == BF_CYCLES;
  uint64_t terms = 0, vertices = 0;
  d->first = numbers(b->n, sizeof *d->first);
  if (!d->first) return no_memory(b);
  for (size_t i = 0; i < b->n; i++) {
    const bf_chain chain = cycles ? b->at[i].cycle : b->at[i].cocycle;
    d->first[i] = terms;
    terms += chain.n;
    vertices += chain.n * (b->at[i].dim + 1);
  }
  d->first[b->n] = terms;
  d->coefficient = numbers(terms, sizeof *d->coefficient);
  d->vertex = numbers(vertices, sizeof *d->vertex);
  if (!d->coefficient || !d->vertex) return no_memory(b);
  uint32_t *coefficient = d->coefficient, *vertex = d->vertex;
  for (size_t i = 0; i < b->n; i++) {
    const bf_chain chain = cycles ? b->at[i].cycle : b->at[i].cocycle;
    for (uint64_t k = chain.first; k < chain.first + chain.n; k++) {
      *coefficient++ = b->term[k].coefficient;
      vertex = put(vertex, graph, b->vertex + b->term[k].vertex, b->at[i].dim + 1);
    }
  }
  return BF_OK;
}

bf_status fill_diagram(bf_diagram *d, const bf_graph *graph, const bf_barcode *b, bool simplices) {
  bf_status status = BF_OK;
  d->n = b->n;
  d->dim = numbers(b->n, sizeof *d->dim);
  d->birth = numbers(b->n, sizeof *d->birth);
  d->death = numbers(b->n, sizeof *d->death);
  if (!d->dim || !d->birth || !d->death) return no_memory(b);
  for (size_t i = 0; i < b->n; i++) {
    d->dim[i] = b->at[i].dim;
    d->birth[i] = (double)b->at[i].birth;
    d->death[i] = (double)b->at[i].death;
  }
  if (simplices) BF_TRY(fill_simplices(d, graph, b));
  if (d->representatives) BF_TRY(fill_representatives(d, graph, b));
out:
  return status;
}
