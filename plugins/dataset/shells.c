/* dataset.shells: the data set D-III of Naitzat, Zhitnikov and Lim, "Topology of deep neural networks", JMLR 21(184), 2020: nine thick spheres of class 0,
 * each inside a thick sphere of class 1 and around a small ball of class 1, at the centre and the corners of a cube. A thick sphere is a few sheets close
 * together. A sheet is sampled along a spiral (the Fibonacci sphere, nearly even) or at random. */
#include "cloud.h"
#include <bettiflow/math.h>
#include <math.h>

typedef struct config {
  int64_t points, seed;
  const char *sample;
  bf_reals inner, outer;
  double core, core_share, distance;
} config;

static const bf_param params[] = {
    BF_POINTS_PARAM(config, "37800"),
    BF_SEED_PARAM(config),
    BF_PARAM(config, sample, .def = "spiral", .choices = "spiral|random", .doc = "points of a sphere: evenly along a spiral, or uniformly at random"),
    BF_PARAM(config, inner, .def = "[1, 1.05]", .range = "(0, 1e6]", .doc = "radii of the sheets of an inner sphere, class 0"),
    BF_PARAM(config, outer, .def = "[2, 2.05]", .range = "(0, 1e6]", .doc = "radii of the sheets of an outer sphere, class 1"),
    BF_PARAM(config, core, .def = "0.5", .range = "(0, 1e6]", .doc = "radius of the small ball in the middle, class 1; its points lie on its surface"),
    BF_PARAM(config, core_share, .def = "0.2", .range = "[0, 1e6]", .doc = "points of the small ball, as a multiple of those of one sheet"),
    BF_PARAM(config, distance, .def = "3", .range = "[0, 1e6]",
             .doc = "of the outer units from the centre in each coordinate; before the whole is scaled to [-1, 1]"),
    {0}};

static const bf_port outputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points of space with classes 0 and 1, in random order"}, {0}};

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  (void)connected;
  if (!c->inner.n || c->inner.n > 1000) return bf_fail(BF_INVALID, "inner: %zu radii; a sphere has 1 to 1000 sheets", c->inner.n);
  if (!c->outer.n || c->outer.n > 1000) return bf_fail(BF_INVALID, "outer: %zu radii; a sphere has 1 to 1000 sheets", c->outer.n);
  return BF_OK;
}

/* Sheets are numbered through all units: inner ones, outer ones, core. */
static size_t sheets(const config *c) { return c->inner.n + c->outer.n + 1; }

/* The first point of sheet s; points are shared in proportion to the sheets' weights, 1 and core_share. */
static uint64_t first_of(const config *c, uint64_t s) {
  uint64_t whole = s / sheets(c), rest = s % sheets(c);
  double unit = (double)(sheets(c) - 1) + c->core_share, before = (double)whole * unit + (double)rest;
  return (uint64_t)floor((double)c->points * before / (BF_UNITS * unit) + .5);
}

static double radius_of(const config *c, size_t sheet) {
  if (sheet < c->inner.n) return c->inner.at[sheet];
  return sheet < c->inner.n + c->outer.n ? c->outer.at[sheet - c->inner.n] : c->core;
}

typedef struct context {
  const config *c;
  uint64_t spiral_seed;
  double reach; /* the largest coordinate there can be */
} context;

/* A point of the unit sphere: number j of m along the spiral, whose turn from point to point is the golden angle, or a random one (Archimedes: height and
 * turn are uniform). */
static void direction(const context *about, uint64_t sheet, uint64_t j, uint64_t m, bf_draws *draws, double u[3]) {
  const config *c = about->c;
  double height, turn;
  if (c->sample[0] == 'r') {
    height = 2 * bf_draw_uniform(draws) - 1;
    turn = bf_draw_uniform(draws);
  } else {
    double golden = (3 - sqrt(5)) / 2;
    height = (2 * (double)j + 1) / (double)m - 1;
    turn = (double)j * golden;
    if (sheet % sheets(c) == 0) turn += bf_random_uniform(about->spiral_seed, sheet); /* the authors turn one sheet of each unit at random */
  }
  double r = sqrt(1 - height * height);
  u[0] = r * bf_cos_turn(turn);
  u[1] = height;
  u[2] = r * bf_sin_turn(turn);
}

static bf_status place(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label) {
  const context *a = about;
  const config *c = a->c;
  uint64_t low = 0, high = BF_UNITS * sheets(c); /* the sheet with first_of(low) <= i < first_of(low + 1) */
  while (high - low > 1) {
    uint64_t middle = (low + high) / 2;
    if (first_of(c, middle) <= i)
      low = middle;
    else
      high = middle;
  }
  uint64_t first = first_of(c, low), sheet = low % sheets(c);
  double u[3], radius = radius_of(c, sheet);
  direction(a, low, i - first, first_of(c, low + 1) - first, draws, u);
  bf_unit_centre(low / sheets(c), c->distance, x);
  for (int k = 0; k < 3; k++) x[k] = (x[k] + radius * u[k]) / a->reach;
  *label = sheet >= c->inner.n;
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  context about = {.c = c, .spiral_seed = host->seed(task, "spiral")};
  for (size_t s = 0; s < sheets(c); s++) about.reach = fmax(about.reach, c->distance + radius_of(c, s));
  const bf_shape shape = {.n = (uint64_t)c->points, .dim = 3, .labelled = true, .about = &about, .place = place};
  return bf_shape_make(host, task, &shape);
}

static const bf_stage stage = {.id = "dataset.shells",
                               .doc = "nine thick spheres inside thick spheres, a small ball in each (D-III): Betti numbers (9,0,9) and (18,0,9)",
                               .revision = 1,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "shells", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
