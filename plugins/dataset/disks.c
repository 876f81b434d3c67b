/* dataset.disks: the plane data set D-I of Naitzat, Zhitnikov and Lim, "Topology of deep neural networks", JMLR 21(184), 2020: nine small disks (class 0),
 * eight on a circle and one in its middle, in a square with nine larger holes (class 1). */
#include <bettiflow/artifact.h>
#include <math.h>
#include <stdlib.h>

typedef struct config {
  double step, half_width, radius, hole, circle;
  int64_t around;
} config;

static const bf_param params[] = {
    BF_PARAM(config, step, .def = "0.19", .range = "(0, inf)", .doc = "distance between neighbours of the grid from which the points are taken"),
    BF_PARAM(config, half_width, .def = "10", .range = "(0, inf)",
             .doc = "the grid begins at -half_width and ends before half_width; coordinates are divided by it"),
    BF_PARAM(config, radius, .def = "1.3", .range = "(0, inf)", .doc = "of a disk; its points are class 0"),
    BF_PARAM(config, hole, .def = "1.8", .range = "(0, inf)",
             .doc = "radius of a hole; points in a hole and not in a disk are dropped, the others are class 1"),
    BF_PARAM(config, circle, .def = "7", .range = "[0, inf)", .doc = "radius of the circle on which the outer disks are centred"),
    BF_PARAM(config, around, .def = "8", .range = "[0, 1000]", .doc = "disks on the circle, besides the one in the middle"),
    {0}};

static const bf_port outputs[] = {
    {.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points of the plane with classes 0 and 1, row by row of the grid"}, {0}};

enum { MOST_PER_SIDE = 1 << 14 };

/* Grid values -half_width + i * step below half_width. */
static uint64_t per_side(const config *c) { return (uint64_t)ceil(2 * c->half_width / c->step - 1e-9); }

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  (void)connected;
  if (!(2 * c->half_width / c->step <= MOST_PER_SIDE))
    return bf_fail(BF_INVALID, "step: %g gives more than %d points per side of the grid", c->step, MOST_PER_SIDE);
  if (c->hole < c->radius) return bf_fail(BF_INVALID, "hole: %g is smaller than the disks' radius %g", c->hole, c->radius);
  return BF_OK;
}

static double to_nearest_centre(const config *c, double x, double y) {
  double nearest = hypot(x, y);
  for (int64_t i = 0; i < c->around; i++) {
    double angle = 2 * M_PI * (double)i / (double)c->around;
    nearest = fmin(nearest, hypot(x - c->circle * cos(angle), y - c->circle * sin(angle)));
  }
  return nearest;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  bf_points p = {0};
  uint64_t side = per_side(c), n = 0;
  const bf_out *out = host->output(task, "points", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_points_new(&p, side * side, 2, true));
  for (uint64_t row = 0; row < side; row++) {
    BF_TRY(host->step(task, row, side));
    for (uint64_t column = 0; column < side; column++) {
      double x = -c->half_width + (double)column * c->step, y = -c->half_width + (double)row * c->step;
      double distance = to_nearest_centre(c, x, y);
      if (distance >= c->radius && distance < c->hole) continue;
      p.x[2 * n] = (float)(x / c->half_width);
      p.x[2 * n + 1] = (float)(y / c->half_width);
      p.label[n++] = distance >= c->hole;
    }
  }
  p.n = n;
  status = bf_points_write(out, &p);
out:
  bf_points_free(&p);
  return status;
}

static const bf_stage stage = {.id = "dataset.disks",
                               .doc = "nine small disks in a square with nine larger holes (D-I): Betti numbers (9,0) and (1,9)",
                               .revision = 1,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "disks", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
