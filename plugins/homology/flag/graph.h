/* The graph as the engine reads it: all rows of a distance matrix, or lists of neighbours, cut at the threshold. */
#ifndef FLAG_GRAPH_H
#define FLAG_GRAPH_H

#include "flag/matrix.h"
#include "flag/memory.h"
#include "../../jobs.h"
#include <bettiflow/artifact.h>
#include <math.h>

typedef struct flag_neighbour {
  uint32_t vertex;
  float distance;
} flag_neighbour;

enum { FLAG_STEPS = 1024 };

typedef struct flag_graph {
  uint32_t n;
  uint64_t edges; /* not longer than the threshold */
  bool dense;
  uint32_t stride; /* dense: of a row, n rounded up to a multiple of FLAG_LANES */
  float *square;   /* dense: n rows of distances, INFINITY where there is no edge, on the diagonal, and behind the end */
  uint32_t nstep;  /* dense: quantiles of the distances, in which columns are enumerated bit by bit */
  float step[FLAG_STEPS];
  uint64_t *row;             /* sparse: n+1 */
  flag_neighbour *neighbour; /* the neighbours of u, rising, are neighbour[row[u] .. row[u+1]-1] */
  size_t square_room, row_room, neighbour_room;
} flag_graph;

/* An edge that counts. */
static inline bool flag_is_edge(float w, float threshold) { return (w <= threshold) & (w < INFINITY); }

/* Edges count up to the threshold. A graph with more than a quarter of all pairs becomes a matrix, unless lists are wanted. BF_NO_MEMORY; free with
 * flag_graph_free, after errors too. */
bf_status flag_graph_build(const bf_graph *from, float threshold, bool lists, uint32_t threads, bf_jobs_progress *progress, bf_memory *memory, flag_graph *out);

/* Memory for so many edges, and whether they go to a matrix (without an edge so far) or to lists (row and neighbour are to be filled). Then flag_graph_ready.
 */
bf_status flag_graph_new(uint32_t n, uint64_t edges, bool lists, bf_memory *memory, flag_graph *out);
void flag_graph_ready(flag_graph *graph);

void flag_graph_free(flag_graph *graph, bf_memory *memory);

/* A bound on the dimension of simplices: the largest d up to the limit for which d+1 vertices have d neighbours or more. BF_NO_MEMORY. */
bf_status flag_graph_dimension(const flag_graph *graph, uint32_t limit, bf_memory *memory, uint32_t *out);

static inline float flag_distance(const flag_graph *g, uint32_t u, uint32_t v) {
  if (g->dense) return g->square[(size_t)u * g->stride + v];
  uint64_t low = g->row[u], high = g->row[u + 1];
  if (g->row[v + 1] - g->row[v] < high - low) { /* search the shorter list */
    low = g->row[v];
    high = g->row[v + 1];
    v = u;
  }
  while (high - low > 1) {
    uint64_t middle = low + (high - low) / 2;
    if (g->neighbour[middle].vertex <= v)
      low = middle;
    else
      high = middle;
  }
  return high > low && g->neighbour[low].vertex == v ? g->neighbour[low].distance : INFINITY;
}

#endif
