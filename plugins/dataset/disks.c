/* dataset.disks: the plane data set D-I of Naitzat, Zhitnikov and Lim, "Topology of deep neural networks", JMLR 21(184), 2020: nine small disks (class 0),
 * eight on a circle and one in its middle, in a square with nine larger holes (class 1). The points are those of a grid, or as many as wanted drawn
 * uniformly from the same disks and surroundings, in the grid's ratio of the classes. */
#include "cloud.h"
#include <bettiflow/math.h>
#include <math.h>
#include <stdlib.h>

typedef struct config {
  double step, half_width, radius, hole, circle;
  int64_t around, points, seed;
  const char *sample;
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
    BF_PARAM(config, sample, .def = "grid", .choices = "grid|random",
             .doc = "the points of the grid, or random ones from the same disks and surroundings, classes in the grid's ratio"),
    BF_PARAM(config, points, .def = "10050", .range = "[1, 1000000000]", .doc = "number of random points; the grid has as many as it has"),
    BF_SEED_PARAM(config),
    {0}};

static const bf_port outputs[] = {
    {.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points of the plane with classes 0 and 1, row by row of the grid or in random order"}, {0}};

enum { MOST_PER_SIDE = 1 << 14, MOST_TRIES = 1 << 20 };

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

typedef struct scene {
  const config *c;
  double *centre;  /* 2 × (around + 1): the disk in the middle, then those on the circle */
  uint64_t inside; /* random points in disks; the rest are outside of the holes */
} scene;

static bf_status scene_new(const config *c, scene *s) {
  *s = (scene){.c = c, .centre = calloc((size_t)c->around + 1, 2 * sizeof *s->centre)};
  if (!s->centre) return bf_fail(BF_NO_MEMORY, "no memory for %lld disks", (long long)c->around);
  for (int64_t i = 0; i < c->around; i++) {
    double turn = (double)i / (double)c->around;
    s->centre[2 * (i + 1)] = c->circle * bf_cos_turn(turn);
    s->centre[2 * (i + 1) + 1] = c->circle * bf_sin_turn(turn);
  }
  return BF_OK;
}

static double to_centre(const scene *s, int64_t disk, const double x[2]) {
  double dx = x[0] - s->centre[2 * disk], dy = x[1] - s->centre[2 * disk + 1];
  return sqrt(dx * dx + dy * dy);
}

/* -1 for a point that is dropped. */
static int32_t class_at(const scene *s, const double x[2]) {
  double nearest = INFINITY;
  for (int64_t i = 0; i <= s->c->around; i++) nearest = fmin(nearest, to_centre(s, i, x));
  return nearest < s->c->radius ? 0 : nearest < s->c->hole ? -1 : 1;
}

/* Walks over the grid row by row: counts the points of each class, and puts them into p if it is not NULL. */
static bf_status walk(const bf_host *host, bf_task *task, const scene *s, uint64_t count[2], bf_points *p) {
  bf_status status = BF_OK;
  const config *c = s->c;
  uint64_t side = per_side(c), n = 0;
  count[0] = count[1] = 0;
  for (uint64_t row = 0; row < side; row++) {
    BF_TRY(host->step(task, row, side));
    for (uint64_t column = 0; column < side; column++) {
      const double x[2] = {-c->half_width + (double)column * c->step, -c->half_width + (double)row * c->step};
      int32_t class = class_at(s, x);
      if (class < 0) continue;
      count[class]++;
      if (!p) continue;
      for (int k = 0; k < 2; k++) p->x[2 * n + (uint64_t)k] = (float)(x[k] / c->half_width);
      p->label[n++] = class;
    }
  }
out:
  return status;
}

static bf_status on_grid(const bf_host *host, bf_task *task, const scene *s, uint64_t count[2]) {
  bf_status status = BF_OK;
  bf_points p = {0};
  const bf_out *out = host->output(task, "points", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_cloud_fits(host, task, count[0] + count[1], 2));
  BF_TRY(bf_points_new(&p, count[0] + count[1], 2, true));
  BF_TRY(walk(host, task, s, count, &p));
  status = bf_points_write(out, &p);
out:
  bf_points_free(&p);
  return status;
}

/* Whether x lies in this disk and in none before it: so that points of disks that overlap are not counted twice. */
static bool first_in(const scene *s, int64_t disk, const double x[2]) {
  for (int64_t i = 0; i < disk; i++)
    if (to_centre(s, i, x) < s->c->radius) return false;
  return to_centre(s, disk, x) < s->c->radius && fabs(x[0]) < s->c->half_width && fabs(x[1]) < s->c->half_width;
}

/* A random point of the square around some disk until it lies in that disk, or of the whole square until it lies outside of the holes. */
static bf_status place(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label) {
  const scene *s = about;
  const config *c = s->c;
  *label = i >= s->inside;
  for (int t = 0; t < MOST_TRIES; t++) {
    int64_t disk = *label ? 0 : (int64_t)(bf_draw_uniform(draws) * (double)(c->around + 1));
    double half = *label ? c->half_width : c->radius;
    for (int k = 0; k < 2; k++) x[k] = (*label ? 0 : s->centre[2 * disk + k]) + half * (2 * bf_draw_uniform(draws) - 1);
    if (*label ? class_at(s, x) != 1 : !first_in(s, disk, x)) continue;
    for (int k = 0; k < 2; k++) x[k] /= c->half_width;
    return BF_OK;
  }
  return bf_fail(BF_FAILED, "class %d fills too little of the square: none of %d random points was in it", *label, MOST_TRIES);
}

static bf_status at_random(const bf_host *host, bf_task *task, scene *s, const uint64_t count[2]) {
  const config *c = s->c;
  double all = (double)(count[0] + count[1]);
  if (all == 0) return bf_fail(BF_FAILED, "the grid has no point outside of the gaps around the disks, so there is no ratio of the classes to keep");
  s->inside = (uint64_t)floor((double)c->points * ((double)count[0] / all) + .5);
  const bf_shape shape = {.n = (uint64_t)c->points, .dim = 2, .labelled = true, .about = s, .place = place};
  return bf_shape_make(host, task, &shape);
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  scene s;
  uint64_t count[2];
  BF_TRY(scene_new(c, &s));
  BF_TRY(walk(host, task, &s, count, NULL));
  status = c->sample[0] == 'g' ? on_grid(host, task, &s, count) : at_random(host, task, &s, count);
out:
  free(s.centre);
  return status;
}

static const bf_stage stage = {.id = "dataset.disks",
                               .doc = "nine small disks in a square with nine larger holes (D-I): Betti numbers (9,0) and (1,9)",
                               .revision = 2,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "disks", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
