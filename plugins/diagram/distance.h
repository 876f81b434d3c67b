/* How far two diagrams are from each other in one dimension. */
#ifndef DIAGRAM_DISTANCE_H
#define DIAGRAM_DISTANCE_H

#include "plane.h"

#include <bettiflow/artifact.h>

typedef struct diagram_distance {
  uint64_t n[2], common; /* intervals of each, and in both: equal to the last bit, each as often as it is in both */
  double bottleneck;     /* exact */
  double wasserstein;    /* of order 2, for the best matching found, */
  double least;          /* and what it is at least; the same when finished, but for rounding */
  bool finished;
} diagram_distance;

/* Distances between points are L∞, as in GUDHI and hera. Intervals that never die are matched with such, in order of birth, those that were always there with
 * such, in order of death; distances are +inf where there are not as many in both. `most` bounds the work as in wasserstein.h, `budget` the memory (0: no
 * limit). */
bf_status diagram_distance_of(const bf_diagram *a, const bf_diagram *b, uint32_t dim, uint64_t most, uint64_t budget, const plane_step *step,
                              diagram_distance *out);

#endif
