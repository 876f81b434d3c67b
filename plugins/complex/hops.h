/* Numbers of hops in a neighbour graph. */
#ifndef BF_COMPLEX_HOPS_H
#define BF_COMPLEX_HOPS_H

#include <bettiflow/artifact.h>

/* An undirected graph: the neighbours of vertex i are to[first[i]] … to[first[i+1] - 1], rising. */
typedef struct bf_adjacency {
  uint32_t n;
  uint64_t *first; /* n + 1 */
  uint32_t *to;
} bf_adjacency;

/* The union of the relation "j is among the k neighbours of i" with its inverse. BF_NO_MEMORY. */
bf_status bf_adjacency_of(const uint32_t *neighbour, uint32_t n, uint32_t k, bf_adjacency *out);
void bf_adjacency_free(bf_adjacency *a);

/* Fills m, u, v, w of the sparse graph: all pairs at 1 … hops steps, the weight being the number of steps. Over `memory` bytes is BF_NO_MEMORY.
 * done, total: for the host's progress. */
bf_status bf_hops(const bf_host *host, bf_task *task, const bf_adjacency *a, uint32_t hops, uint64_t memory, uint64_t done, uint64_t total, bf_graph *graph);
uint64_t bf_hops_jobs(uint32_t n); /* how many units of progress it will report */

#endif
