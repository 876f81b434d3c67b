/* A k-d tree over points of the plane, each with a weight, for searches by the greatest distance of coordinates (L∞). Weights change, points do not; a point
 * with the weight -inf is out of all searches. Distances and squares are rounded once, and bounds of boxes are too, so no search loses a point by rounding. */
#ifndef DIAGRAM_KD_H
#define DIAGRAM_KD_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stdint.h>

#define KD_NONE UINT32_MAX

typedef struct kd kd;

/* All weights are 0. n < 2^31. BF_NO_MEMORY. */
bf_status kd_new(kd **out, const double *x, const double *y, uint32_t n);
void kd_free(kd *t);

void kd_set(kd *t, uint32_t i, double weight);
void kd_fill(kd *t, const double *weight); /* of all points; NULL: 0 */

/* Some point at most `radius` away whose weight is at least `least`, or KD_NONE. */
uint32_t kd_within(kd *t, double x, double y, double radius, double least);

/* The point that is in with the least distance, or KD_NONE; *distance is then +inf. */
uint32_t kd_nearest(kd *t, double x, double y, double *distance);

/* The point with the least distance² - weight, if that is below `limit`, else KD_NONE; *cost is then `limit`. */
uint32_t kd_cheapest(kd *t, double x, double y, double limit, double *cost);

uint64_t kd_work(const kd *t); /* boxes and leaves that all searches so far looked at */

#endif
