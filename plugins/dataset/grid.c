/* dataset.grid: a regular grid, to see what a trained network makes of the whole space. */
#include <bettiflow/artifact.h>
#include <math.h>
#include <stdlib.h>

typedef struct config {
  double lo, hi, step;
  int64_t dim;
  bool labelled;
} config;

static const bf_param params[] = {BF_PARAM(config, lo, .def = "-1.1", .doc = "least value of a coordinate"),
                                  BF_PARAM(config, hi, .def = "1.1", .doc = "coordinates stay below it"),
                                  BF_PARAM(config, step, .def = "0.025", .range = "(0, inf)", .doc = "distance between neighbours"),
                                  BF_PARAM(config, dim, .def = "2", .range = "[1, 16]", .doc = "coordinates of a point"),
                                  BF_PARAM(config, labelled, .def = "false", .doc = "give all points class 0; else they have no classes"),
                                  {0}};

static const bf_port outputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "the grid, the first coordinate changing fastest"}, {0}};

/* Points of the whole grid, 0 when there are too many. */
static uint64_t size(const config *c, uint64_t *side) {
  double wide = ceil((c->hi - c->lo) / c->step - 1e-9); /* a last point that misses hi by rounding alone is hi, and left out */
  uint64_t n = 1;
  if (!(wide <= 1e9)) return 0;
  *side = wide < 1 ? 1 : (uint64_t)wide;
  for (int64_t d = 0; d < c->dim; d++)
    if ((n *= *side) > UINT32_MAX) return 0;
  return n;
}

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  uint64_t side;
  (void)connected;
  if (!(c->lo < c->hi) || !isfinite(c->lo) || !isfinite(c->hi) || fabs(c->lo) > 1e30 || fabs(c->hi) > 1e30)
    return bf_fail(BF_INVALID, "lo: %g is not below hi, %g, or not of use", c->lo, c->hi);
  if (!size(c, &side)) return bf_fail(BF_INVALID, "step: %g gives a grid of 2^32 points or more", c->step);
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  bf_points p = {0};
  uint64_t side = 0, n = size(c, &side), dim = (uint64_t)c->dim, memory = host->memory(task);
  const bf_out *out = host->output(task, "points", NULL, 0);
  if (!out) return BF_FAILED;
  if (memory && n > memory / (4 * dim + 8)) {
    status = bf_fail(BF_NO_MEMORY, "a grid of %llu points needs more memory than the task may use; a larger step needs less", (unsigned long long)n);
    goto out;
  }
  BF_TRY(bf_points_new(&p, n, (uint32_t)dim, c->labelled));
  for (uint64_t i = 0; i < n; i++) {
    uint64_t rest = i;
    if (i % 4096 == 0) BF_TRY(host->step(task, i, n));
    for (uint64_t d = 0; d < dim; d++, rest /= side) p.x[i * dim + d] = (float)(c->lo + (double)(rest % side) * c->step);
  }
  status = bf_points_write(out, &p);
out:
  bf_points_free(&p);
  return status;
}

static const bf_stage stage = {.id = "dataset.grid",
                               .doc = "a regular grid over [lo, hi) in each coordinate",
                               .revision = 1,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "grid", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
