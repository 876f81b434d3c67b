/* dataset.cube: points that are uniform in the unit cube of any dimension: no shape at all, so what homology finds in them is chance. */
#include "shapes.h"

typedef struct cube {
  int64_t dim, points, seed;
  double noise;
} cube;

static const bf_param params[] = {BF_PARAM(cube, dim, .def = "2", .range = "[1, 1000]", .doc = "d of the cube [0,1]^d: coordinates of a point"),
                                  BF_POINTS_PARAM(cube, "1000"),
                                  BF_SEED_PARAM(cube),
                                  BF_NOISE_PARAM(cube),
                                  {0}};

static bf_status in_cube(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label) {
  const int64_t dim = ((const cube *)about)->dim;
  (void)i, (void)label;
  for (int64_t k = 0; k < dim; k++) x[k] = bf_draw_uniform(draws);
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const cube *c = cfg;
  const bf_shape shape = {.n = (uint64_t)c->points, .dim = (uint32_t)c->dim, .noise = c->noise, .about = c, .place = in_cube};
  return bf_shape_make(host, task, &shape);
}

const bf_stage bf_stage_cube = {.id = "dataset.cube",
                                .doc = "the unit cube [0,1]^d, uniform: β0 = 1, the others 0",
                                .revision = 1,
                                .outputs = bf_shape_outputs,
                                .cfg_size = sizeof(cube),
                                .params = params,
                                .run = run};
