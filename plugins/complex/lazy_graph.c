/* complex.lazy_witness: its weights as a graph, in the order in which the landmarks were given. */
#include "lazy.h"
#include <math.h>
#include <stdlib.h>

enum { EDGE = 12 };

static bf_status dense(const bf_lazy *z, bf_graph *g) {
  g->dense = true;
  g->m = z->n ? (uint64_t)z->n * (z->n - 1) / 2 : 0;
  g->w = malloc((g->m + 1) * sizeof *g->w);
  if (!g->w) return bf_fail(BF_NO_MEMORY, "no memory for the weights of %llu pairs of landmarks; fewer landmarks need less", (unsigned long long)g->m);
  float *w = g->w;
  for (uint32_t i = 1; i < z->n; i++)
    for (uint32_t j = 0; j < i; j++) *w++ = bf_lazy_weight(z, i, j);
  return BF_OK;
}

static uint64_t edges(const bf_lazy *z) {
  uint64_t m = 0;
  for (uint32_t i = 0; i < z->n; i++)
    for (uint32_t j = i + 1; j < z->n; j++) m += bf_lazy_weight(z, i, j) < z->bound;
  return m;
}

static bf_status sparse(const bf_lazy *z, uint64_t memory, bf_graph *g) {
  uint64_t m = edges(z);
  if (memory && m > memory / EDGE)
    return bf_fail(BF_NO_MEMORY, "%llu edges need %llu bytes, more than the task may use; a lower threshold or fewer landmarks need less",
                   (unsigned long long)m, (unsigned long long)m * EDGE);
  g->u = malloc((m + 1) * sizeof *g->u);
  g->v = malloc((m + 1) * sizeof *g->v);
  g->w = malloc((m + 1) * sizeof *g->w);
  if (!g->u || !g->v || !g->w) return bf_fail(BF_NO_MEMORY, "no memory for %llu edges; a lower threshold or fewer landmarks need less", (unsigned long long)m);
  for (uint32_t i = 0; i < z->n; i++)
    for (uint32_t j = i + 1; j < z->n; j++) {
      float w = bf_lazy_weight(z, i, j);
      if (!(w < z->bound)) continue;
      g->u[g->m] = i;
      g->v[g->m] = j;
      g->w[g->m++] = w;
    }
  return BF_OK;
}

bf_status bf_lazy_graph(const bf_lazy *z, uint64_t memory, bf_graph *graph) {
  graph->n = z->n;
  return z->threshold < INFINITY ? sparse(z, memory, graph) : dense(z, graph);
}
