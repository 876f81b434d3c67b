/* dataset.rings: the data set D-II of Naitzat, Zhitnikov and Lim, "Topology of deep neural networks", JMLR 21(184), 2020: nine pairs of linked solid
 * rings in space, at the centre and the corners of a cube, one ring of each pair for each class. Places and sizes are those of the authors' file. */
#include "cloud.h"
#include <bettiflow/math.h>
#include <math.h>

typedef struct config {
  int64_t points, seed;
  bf_reals radii;
  double thickness, shift, distance;
} config;

static const bf_param params[] = {
    BF_POINTS_PARAM(config, "45000"),
    BF_SEED_PARAM(config),
    BF_PARAM(config, radii, .def = "[2.5, 2.2]", .range = "(0, 1e6]", .doc = "radii of the circles at the core of a ring, which share its points"),
    BF_PARAM(config, thickness, .def = "0.7", .range = "[0, 1e6]", .doc = "greatest step from a core circle in each coordinate; steps are uniform"),
    BF_PARAM(config, shift, .def = "2.2", .range = "[0, 1e6]", .doc = "how far a pair's flat ring is moved along x, so that the upright one passes through it"),
    BF_PARAM(config, distance, .def = "5", .range = "[0, 1e6]",
             .doc = "of the outer pairs from the centre in each coordinate; before the whole is scaled to [-1, 1]"),
    {0}};

static const bf_port outputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points of space with classes 0 and 1, in random order"}, {0}};

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  (void)connected;
  return c->radii.n ? BF_OK : bf_fail(BF_INVALID, "radii: the list is empty; a ring needs a core circle");
}

/* In these units the flat ring is class 1 and the upright one class 0: (-,-,+), (+,-,-), (+,-,+), (+,+,-). */
static const bool swapped[BF_UNITS] = {[2] = true, [5] = true, [6] = true, [7] = true};

static bf_status place(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label) {
  const config *c = about;
  uint64_t n = (uint64_t)c->points, ring = i * 2 * BF_UNITS / n, unit = ring / 2, upright = ring % 2;
  double radius = c->radii.at[i % c->radii.n], t = bf_draw_uniform(draws), most = 0;
  bf_unit_centre(unit, c->distance, x);
  x[0] += radius * bf_cos_turn(t) + (upright ? 0 : c->shift);
  x[upright ? 2 : 1] += radius * bf_sin_turn(t);
  for (size_t k = 0; k < c->radii.n; k++) most = fmax(most, c->radii.at[k]);
  for (int k = 0; k < 3; k++) {
    x[k] += c->thickness * (2 * bf_draw_uniform(draws) - 1);
    x[k] /= c->distance + most + c->thickness + (k ? 0 : c->shift);
  }
  *label = upright != swapped[unit];
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  const bf_shape shape = {.n = (uint64_t)c->points, .dim = 3, .labelled = true, .about = c, .place = place};
  return bf_shape_make(host, task, &shape);
}

static const bf_stage stage = {.id = "dataset.rings",
                               .doc = "nine pairs of linked solid rings in space, a ring of each pair per class (D-II): Betti numbers (9,9) and (9,9)",
                               .revision = 1,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "rings", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
