/* Max-min (farthest point) choice: each next point is the one farthest from those chosen so far. T. F. Gonzalez, "Clustering to minimize the maximum
 * intercluster distance", Theoretical Computer Science 38, 1985; the landmarks of V. de Silva and G. Carlsson, "Topological estimation using witness
 * complexes", 2004. */
#ifndef BF_POINTS_MAX_MIN_H
#define BF_POINTS_MAX_MIN_H

#include <bettiflow/artifact.h>

/* Chooses `count` of the rows row[0 … n-1] of `points` (NULL: rows 0 … n-1), beginning with number `first` among them; 1 <= count <= n, first < n. chosen[0 …
 * count-1] gets numbers 0 … n-1 into `row`, in order of choice, none twice; of points equally far the lowest number is taken, and duplicates of chosen points
 * come last. *cover (may be NULL) is the squared cover radius: the largest squared distance from one of the n points to the nearest chosen one. Squared
 * distances are doubles, summed in order of the coordinates. Time count × n × dim; memory 4·dim + 8 bytes for each of the n points. BF_NO_MEMORY, BF_CANCELLED.
 */
bf_status bf_max_min(const bf_host *host, bf_task *task, const bf_points *points, const uint32_t *row, uint32_t n, uint32_t first, uint32_t count,
                     uint32_t *chosen, double *cover);

#endif
