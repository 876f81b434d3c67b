/* What the parts of complex.rips share. */
#ifndef BF_COMPLEX_RIPS_H
#define BF_COMPLEX_RIPS_H

#include "edges.h"
#include "metric.h"

typedef struct bf_rips {
  const bf_host *host;
  bf_task *task;
  const bf_space *space;
  float threshold; /* +inf: all pairs */
  uint64_t memory; /* bytes that the graph may take */
} bf_rips;

/* All pairs, as a dense graph: fills dense, m and w (rips_pairs.c). */
bf_status bf_rips_dense(const bf_rips *r, bf_graph *graph);

/* The pairs up to the threshold, as a sparse graph: fills m, u, v and w. By a search tree where that looks at few pairs, else by looking at all
 * (rips_near.c, rips_pairs.c); the result is the same. */
bf_status bf_rips_near(const bf_rips *r, bf_graph *graph);
bf_status bf_rips_near_pairs(const bf_rips *r, bf_edges *edges);

/* Those edges of a graph that are up to the threshold, in place: a dense one becomes sparse (rips_cut.c). */
bf_status bf_rips_cut(bf_graph *graph, float threshold, uint64_t memory);

/* Before the work: BF_NO_MEMORY, naming a threshold or a share of the points that would fit, if the graph certainly needs too much (rips_forecast.c). */
bf_status bf_rips_forecast(const bf_rips *r);
bf_status bf_rips_too_large(const bf_rips *r); /* the same after it was too much */

#endif
