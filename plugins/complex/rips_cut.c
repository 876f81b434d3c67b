/* complex.rips of a graph: its edges up to the threshold. */
#include "rips.h"
#include <stdlib.h>

static void cut_sparse(bf_graph *g, float threshold) {
  uint64_t kept = 0;
  for (uint64_t e = 0; e < g->m; e++) {
    if (!(g->w[e] <= threshold)) continue;
    g->u[kept] = g->u[e];
    g->v[kept] = g->v[e];
    g->w[kept++] = g->w[e];
  }
  g->m = kept;
}

/* The lower triangle lists pairs by the larger vertex; a sparse graph by the smaller. Counting the edges of each smaller vertex gives their places, and
 * rows in order make the larger vertices rise. */
static bf_status cut_dense(bf_graph *g, float threshold, uint64_t memory) {
  bf_graph s = *g;
  uint64_t *at = calloc((size_t)g->n + 1, sizeof *at), m = 0;
  const float *w = g->w;
  if (!at) return bf_fail(BF_NO_MEMORY, "no memory for %u vertices", g->n);
  for (uint32_t i = 1; i < g->n; i++)
    for (uint32_t j = 0; j < i; j++) at[j + 1] += *w++ <= threshold;
  for (uint32_t i = 0; i < g->n; i++) at[i + 1] += at[i];
  m = at[g->n];
  bool fits = !memory || m <= memory / 12;
  s.u = fits ? malloc((m + 1) * sizeof *s.u) : NULL;
  s.v = fits ? malloc((m + 1) * sizeof *s.v) : NULL;
  s.w = fits ? malloc((m + 1) * sizeof *s.w) : NULL;
  if (!s.u || !s.v || !s.w) {
    free(s.u);
    free(s.v);
    free(s.w);
    free(at);
    return bf_fail(BF_NO_MEMORY, "no memory for %llu edges up to %g; a lower threshold needs less", (unsigned long long)m, (double)threshold);
  }
  w = g->w;
  for (uint32_t i = 1; i < g->n; i++)
    for (uint32_t j = 0; j < i; j++, w++) {
      if (!(*w <= threshold)) continue;
      s.u[at[j]] = j;
      s.v[at[j]] = i;
      s.w[at[j]++] = *w;
    }
  free(at);
  free(g->w);
  *g = s;
  g->dense = false;
  g->m = m;
  return BF_OK;
}

bf_status bf_rips_cut(bf_graph *graph, float threshold, uint64_t memory) {
  if (graph->dense) return cut_dense(graph, threshold, memory);
  cut_sparse(graph, threshold);
  return BF_OK;
}
