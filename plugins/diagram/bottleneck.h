/* The bottleneck distance of two sets of points above the diagonal: the least r such that each point can be matched with a point of the other set at an L∞
 * distance of at most r, or with the diagonal if its height above it is at most 2r. */
#ifndef DIAGRAM_BOTTLENECK_H
#define DIAGRAM_BOTTLENECK_H

#include "plane.h"

/* Exact: one of the distances as rounded once. Memory grows with the points alone, time about as n^1.5 log n. BF_NO_MEMORY; what step() says. */
bf_status bottleneck_distance(const plane_points side[2], const plane_step *step, double *distance);

#endif
