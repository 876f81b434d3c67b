/* The 2-Wasserstein distance of two sets of points above the diagonal: the square root of the least sum of squares over all matchings, where each point is
 * matched with a point of the other set, at their L∞ distance, or with the diagonal, at half its height above it. */
#ifndef DIAGRAM_WASSERSTEIN_H
#define DIAGRAM_WASSERSTEIN_H

#include "plane.h"

typedef struct wasserstein {
  double distance; /* of the best matching found */
  double least;    /* the distance is at least that; nearly equal when the work was done to its end */
  bool finished;
} wasserstein;

/* Exact up to rounding, by shortest augmenting paths; memory grows with the points alone. The work, in boxes of search trees and assigned pairs that are looked
 * at, may grow with their square: after `most` it ends (0: never), and what is known then is told. BF_NO_MEMORY; what step() says. */
bf_status wasserstein_distance(const plane_points side[2], uint64_t most, const plane_step *step, wasserstein *out);

#endif
