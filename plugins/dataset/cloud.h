/* What the generators of point clouds have in common: a shape says where point i lies, the rest is done here. */
#ifndef BF_DATASET_CLOUD_H
#define BF_DATASET_CLOUD_H

#include <bettiflow/artifact.h>
#include <bettiflow/random.h>

/* Random numbers for one point: a run of draws that no other point of the stream has (2^32 of them). */
typedef struct bf_draws {
  uint64_t seed, next;
} bf_draws;

static inline double bf_draw_uniform(bf_draws *d) { return bf_random_uniform(d->seed, d->next++); } /* in [0, 1) */
static inline double bf_draw_normal(bf_draws *d) { return bf_random_normal(d->seed, d->next++); }

typedef struct bf_shape {
  uint64_t n;        /* points, < 2^32 */
  uint32_t dim;      /* coordinates of a point */
  bool labelled;     /* the points have classes */
  double noise;      /* standard deviation of a normal step added to each coordinate */
  const void *about; /* handed to place */
  /* Fills x[0 … dim-1], and *label (0 before) of a labelled shape, for point i of n. */
  bf_status (*place)(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label);
} bf_shape;

/* Makes the points with the task's streams "points", "noise" and "shuffle", puts them in random order and writes them to the port `points`; ids are the
 * row numbers of what is written. BF_NO_MEMORY, BF_CANCELLED, and what place fails with. */
bf_status bf_shape_make(const bf_host *host, bf_task *task, const bf_shape *shape);

/* BF_NO_MEMORY when n points with classes and ids are more than the task's memory. */
bf_status bf_cloud_fits(const bf_host *host, bf_task *task, uint64_t n, uint32_t dim);

/* Unit 0 … 8 of the sets in space: the centre, then the corners (±distance, ±distance, ±distance), the last coordinate's sign changing fastest, minus first. */
enum { BF_UNITS = 9 };
void bf_unit_centre(uint64_t unit, double distance, double x[3]);

/* Rows for parameters that several generators have. */
#define BF_POINTS_PARAM(config, number) BF_PARAM(config, points, .def = number, .range = "[1, 1000000000]", .doc = "number of points in all")
#define BF_SEED_PARAM(config)                                                                                                                                  \
  BF_PARAM(config, seed, .def = "0", .range = "[0, inf)", .doc = "of the random numbers; another seed gives other points of the same shape")
#define BF_NOISE_PARAM(config)                                                                                                                                 \
  BF_PARAM(config, noise, .def = "0", .range = "[0, 1e30]", .doc = "standard deviation of a normal random step added to each coordinate")

#endif
