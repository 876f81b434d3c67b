/* Exact duplicates among points. */
#ifndef BF_COMPLEX_DISTINCT_H
#define BF_COMPLEX_DISTINCT_H

#include <bettiflow/artifact.h>

/* Distinct points in order of first occurrence; -0 equals 0. */
typedef struct bf_distinct {
  uint32_t n;
  uint32_t *row;   /* n: row of the first occurrence */
  uint32_t *owner; /* for each row of the cloud the distinct point that it equals */
} bf_distinct;

bf_status bf_distinct_find(const bf_points *points, bf_distinct *out); /* BF_NO_MEMORY */
void bf_distinct_free(bf_distinct *d);

/* Fills id and, where a vertex stands for more than one point, first and member of a graph on the distinct points. */
bf_status bf_distinct_members(const bf_distinct *d, const bf_points *points, bf_graph *graph);

#endif
