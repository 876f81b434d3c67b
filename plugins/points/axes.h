/* Principal axes of a point cloud. */
#ifndef BF_POINTS_AXES_H
#define BF_POINTS_AXES_H

#include <bettiflow/artifact.h>

typedef struct bf_axes {
  uint32_t dim, n;  /* coordinates, axes */
  double *mean;     /* dim; zeros without centring */
  double *axis;     /* dim × n: coordinate k of axis j is axis[k * n + j] */
  double *variance; /* n, falling; 0 where there is none but rounding */
  double total;     /* variance of all coordinates */
} bf_axes;

/* The n axes of greatest variance, 1 <= n <= coordinates; without centring, the greatest second moments about the origin. An axis's sign: the first of its
 * largest entries (up to rounding) is positive. Free it after an error too. BF_NO_MEMORY, BF_CANCELLED, BF_FAILED when LAPACK finds no answer. */
bf_status bf_axes_find(const bf_host *host, bf_task *task, const bf_points *points, uint32_t n, bool centre, bf_axes *out);
void bf_axes_free(bf_axes *axes);

#endif
