/* A grid of step 0.19 over [-10, 10)²; class 0 lies within 1.3 of one of nine centres, points from there to 1.8 are left out. */
#include "disks.h"
#include <math.h>
#include <stdlib.h>

void test_disks(bf_points *points) {
  enum { SIDE = 106 };
  if (bf_points_new(points, (uint64_t)SIDE * SIDE, 2, true) != BF_OK) abort();
  uint64_t n = 0;
  for (int i = 0; i < SIDE; i++)
    for (int j = 0; j < SIDE; j++) {
      double x = -10.0 + 0.19 * i, y = -10.0 + 0.19 * j, nearest = hypot(x, y);
      for (int k = 0; k < 8; k++) nearest = fmin(nearest, hypot(x - 7.0 * cos(k * M_PI / 4), y - 7.0 * sin(k * M_PI / 4)));
      if (nearest > 1.3 && nearest < 1.8) continue;
      points->x[2 * n] = (float)(x / 10.0);
      points->x[2 * n + 1] = (float)(y / 10.0);
      points->label[n] = nearest <= 1.3 ? 0 : 1;
      n++;
    }
  points->n = n;
}
