/* example.spiral: two arms of a spiral in the plane, a class each. */
#include "example.h"
#include <bettiflow/random.h>
#include <math.h>

typedef struct config {
  int64_t n, seed;
  double turns, noise;
} config;

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  const uint64_t seed = host->seed(task, "noise"), n = (uint64_t)c->n;
  bf_points points;
  const bf_out *out = host->output(task, "points", NULL, 0);
  if (!out) return BF_FAILED;
  bf_status status = bf_points_new(&points, 2 * n, 2, true);
  for (uint64_t i = 0; status == BF_OK && i < 2 * n; i++) {
    const double t = ((double)(i % n) + 1) / (double)n, angle = 6.283185307179586 * c->turns * t + (i < n ? 0 : 3.141592653589793);
    points.x[2 * i] = (float)(t * cos(angle) + c->noise * bf_random_normal(seed, 2 * i));
    points.x[2 * i + 1] = (float)(t * sin(angle) + c->noise * bf_random_normal(seed, 2 * i + 1));
    points.label[i] = i < n ? 0 : 1;
  }
  if (status == BF_OK) status = bf_points_write(out, &points);
  bf_points_free(&points);
  return status;
}

const bf_stage example_spiral = {
    .id = "example.spiral",
    .doc = "two arms of a spiral, a class each",
    .revision = 1,
    .outputs = (const bf_port[]){{"points", BF_BIT(BF_POINT_CLOUD), 0, NULL, "2n points of the plane, from the centre outwards, first class 0"}, {0}},
    .cfg_size = sizeof(config),
    .params = (const bf_param[]){BF_PARAM(config, n, .def = "100", .range = "[1, 1000000]", .doc = "points of an arm"),
                                 BF_PARAM(config, turns, .def = "1", .range = "(0, 100]", .doc = "turns of an arm"),
                                 BF_PARAM(config, noise, .def = "0", .range = "[0, inf)", .doc = "standard deviation of what is added to each coordinate"),
                                 BF_PARAM(config, seed, .def = "0", .doc = "of the noise"),
                                 {0}},
    .run = run,
};
