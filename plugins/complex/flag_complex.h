/* The flag complex of a weighted graph, simplex by simplex. */
#ifndef BF_COMPLEX_FLAG_COMPLEX_H
#define BF_COMPLEX_FLAG_COMPLEX_H

#include <bettiflow/artifact.h>

enum { BF_FLAG_COMPLEX_MOST = 64 }; /* limit_dimension */

typedef struct bf_flag_complex_options {
  uint32_t limit_dimension; /* of simplices, itself included */
  float threshold;          /* edges of a larger weight are left out; INFINITY: none. Edges of infinite weight are absent */
  uint64_t memory;          /* bytes that may be used, the graph not counted; 0: no limit */
  bf_status (*step)(void *context, uint64_t done, uint64_t total); /* progress, and BF_CANCELLED; or NULL */
  void *context;
} bf_flag_complex_options;

/* All sets of up to limit_dimension + 1 vertices that are pairwise joined, with their diameter, the largest weight of an edge; a vertex has 0. Vertices are the
 * graph's ids. The simplices stand by dimension, then by vertices. The filtration says that it was cut at limit_dimension, unless nothing was left out there.
 * *out need not be initialised; free it with bf_filtration_free, after errors too. BF_BAD_INPUT: an id twice; BF_NO_MEMORY, before anything is listed. */
bf_status bf_flag_complex(const bf_graph *graph, const bf_flag_complex_options *options, bf_filtration *out);

#endif
