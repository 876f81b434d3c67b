/* Numbers of hops in a neighbour graph. */
#ifndef BF_COMPLEX_HOPS_H
#define BF_COMPLEX_HOPS_H

#include "edges.h"

/* An undirected graph whose vertices stand at places, such that neighbours are mostly close by: the vertex at place p is order[p], and its neighbours' places
 * are the bits of a few words, word[first[p]] … word[first[p+1] - 1] in any order. */
typedef struct bf_adjacency {
  uint32_t n;
  const uint32_t *order; /* n; the caller's */
  uint32_t *place;       /* n: the inverse */
  uint64_t *first;       /* n + 1 */
  uint32_t *word;        /* which 64 places */
  uint64_t *bits;        /* of these, the neighbours */
} bf_adjacency;

/* The union of the relation "j is among the k neighbours of i" with its inverse; frees `neighbour`. BF_NO_MEMORY. */
bf_status bf_adjacency_of(uint32_t *neighbour, const uint32_t *order, uint32_t n, uint32_t k, bf_adjacency *out);
void bf_adjacency_free(bf_adjacency *a);

/* Fills m, u, v, w of the sparse graph: all pairs at 1 … hops steps, the weight being the number of steps. Over `memory` bytes is BF_NO_MEMORY.
 * done, total: for the host's progress, which counts bf_edges_jobs(n). */
bf_status bf_hops(const bf_host *host, bf_task *task, const bf_adjacency *a, uint32_t hops, uint64_t memory, uint64_t done, uint64_t total, bf_graph *graph);

#endif
