/* Distances between points. docs/complexes.md defines them. */
#ifndef BF_COMPLEX_METRIC_H
#define BF_COMPLEX_METRIC_H

#include <bettiflow/artifact.h>

typedef enum bf_metric_kind { BF_EUCLIDEAN, BF_MANHATTAN, BF_CHEBYSHEV, BF_MINKOWSKI, BF_COSINE, BF_CORRELATION, BF_HAMMING } bf_metric_kind;
#define BF_METRICS "euclidean|manhattan|chebyshev|minkowski|cosine|correlation|hamming" /* in the order of the kinds */

typedef struct bf_metric {
  bf_metric_kind kind;
  double p; /* of BF_MINKOWSKI */
} bf_metric;

/* `name` is one of BF_METRICS. Minkowski with p 1 and inf becomes what it is. */
bf_metric bf_metric_of(const char *name, double p);

enum { BF_BLOCK = 32 }; /* points of a block; as BF_LEAF */

/* Points as a metric wants them: floats as they are, or doubles of length 1 for cosine and correlation. */
typedef struct bf_space {
  bf_metric metric;
  uint32_t n, dim;
  const void *row; /* n × dim */
  void *column;    /* dim × n, and BF_BLOCK values more, so that a block may reach beyond the end */
  double *unit;    /* what `row` points to, for cosine and correlation */
} bf_space;

/* `points` must outlive it. BF_NO_MEMORY; BF_BAD_INPUT for a point without a direction, by number. */
bf_status bf_space_new(bf_metric metric, const bf_points *points, bf_space *out);
void bf_space_free(bf_space *s);
uint64_t bf_space_bytes(bf_metric metric, uint64_t n, uint64_t dim); /* what bf_space_new allocates */

/* Distances of point i to the n points from `from` on, into d. The same bits whichever of a pair is i. */
void bf_space_distances(const bf_space *s, uint32_t i, uint32_t from, uint32_t n, float *d);

/* ---- the same for a tree's leaf: metrics on floats only ---- */

bool bf_metric_has_boxes(bf_metric m);

/* Distances of `own` to a block of points of floats, coordinate by coordinate. */
void bf_metric_block(bf_metric m, const float *own, const float *column, size_t stride, uint32_t dim, float d[BF_BLOCK]);

/* Whether all points of the box (lower corner, upper corner) are farther from `own` than the threshold, as bf_metric_block computes distances. */
bool bf_metric_beyond(bf_metric m, const float *own, const float *box, uint32_t dim, float threshold);

#endif
