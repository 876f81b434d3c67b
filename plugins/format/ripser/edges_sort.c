/* Sorting the edges of a sparse file. */
#include "ripser/edges.h"
#include <stdlib.h>
#include <string.h>

typedef struct edge {
  uint32_t u, v;
  float w;
} edge;

/* begin[x]: how many ends are smaller than x. */
static void count_ends(const uint32_t *end, uint64_t n, size_t *begin, uint32_t vertices) {
  memset(begin, 0, ((size_t)vertices + 1) * sizeof *begin);
  for (uint64_t k = 0; k < n; k++) begin[end[k] + (size_t)1]++;
  for (size_t v = 0; v < vertices; v++) begin[v + 1] += begin[v];
}

/* Two stable counting sorts, by v and then by u. */
bf_status edges_sort(const char *name, uint64_t budget, bf_graph *g) {
  bf_status status = BF_OK;
  size_t *begin = NULL;
  edge *by_v = calloc(g->m + 1, sizeof *by_v);
  if (!budget || g->n < budget / sizeof *begin) begin = calloc((size_t)g->n + 1, sizeof *begin);
  if (!by_v || !begin) {
    status = bf_fail(BF_NO_MEMORY, "%s: no memory to sort %llu edges of %u vertices", name, (unsigned long long)g->m, g->n);
    goto out;
  }
  count_ends(g->v, g->m, begin, g->n);
  for (uint64_t k = 0; k < g->m; k++) by_v[begin[g->v[k]]++] = (edge){g->u[k], g->v[k], g->w[k]};
  count_ends(g->u, g->m, begin, g->n);
  for (uint64_t k = 0; k < g->m; k++) {
    size_t to = begin[by_v[k].u]++;
    g->u[to] = by_v[k].u;
    g->v[to] = by_v[k].v;
    g->w[to] = by_v[k].w;
  }
out:
  free(by_v);
  free(begin);
  return status;
}

bool edges_drop_doubles(bf_graph *g, uint64_t *at) {
  uint64_t kept = 0;
  for (uint64_t k = 0; k < g->m; k++) {
    if (kept && g->u[kept - 1] == g->u[k] && g->v[kept - 1] == g->v[k]) {
      *at = kept - 1;
      if (g->w[kept - 1] != g->w[k]) return false;
    } else {
      g->u[kept] = g->u[k];
      g->v[kept] = g->v[k];
      g->w[kept++] = g->w[k];
    }
  }
  g->m = kept;
  return true;
}
