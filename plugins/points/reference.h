/* Points, and the points whose statistics they are measured by. */
#ifndef BF_POINTS_REFERENCE_H
#define BF_POINTS_REFERENCE_H

#include <bettiflow/artifact.h>

#define BF_REFERENCE_PORTS                                                                                                                                     \
  {.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points, with or without classes"},                                                               \
      {.name = "reference",                                                                                                                                    \
       .types = BF_BIT(BF_POINT_CLOUD),                                                                                                                        \
       .flags = BF_OPTIONAL,                                                                                                                                   \
       .doc = "other points to measure by, such as the training points when `points` are test points"},                                                        \
  {                                                                                                                                                            \
    0                                                                                                                                                          \
  }

/* Reads the ports `points` and, where it is connected, `reference`, which must have as many coordinates and at least one point. *from is the one
 * to measure by: `reference` or `points`. Both are to be freed by the caller, after an error too. */
bf_status bf_reference_read(const bf_host *host, bf_task *task, bf_points *points, bf_points *reference, const bf_points **from);

/* mean[0 … dim-1] of the coordinates: doubles, summed in the points' order. n >= 1. */
void bf_points_mean(const bf_points *points, double *mean);

/* least[k] and greatest[k], the range of each coordinate; n >= 1. */
void bf_points_range(const bf_points *points, float *least, float *greatest);

/* Notes in the log the coordinates k where least[k] == greatest[k], which have no scale: `become` says what is done with them. */
void bf_points_note_constant(const bf_host *host, bf_task *task, const float *least, const float *greatest, uint32_t dim, const char *become);

/* Writes a double as coordinate k of point i. BF_FAILED, saying which it is, if it is not finite as a 32-bit float. */
bf_status bf_points_put(bf_points *points, uint64_t i, uint32_t k, double value);

#endif
