/* What both distances between diagrams work on: points (birth, death) of the plane, both finite, birth < death. */
#ifndef DIAGRAM_PLANE_H
#define DIAGRAM_PLANE_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct plane_points {
  uint32_t n; /* < 2^30 */
  const double *birth, *death;
} plane_points;

/* Called every few milliseconds, in a search of very many points more rarely; what it returns ends the work unless it is BF_OK. */
typedef struct plane_step {
  bf_status (*call)(void *context);
  void *context;
} plane_step;

/* Half the height above the diagonal, the L∞ distance to it; does not overflow. */
static inline double plane_height(double birth, double death) { return death * 0.5 - birth * 0.5; }

#endif
