/* dataset.sphere, dataset.torus, dataset.klein, dataset.swiss_roll: points that are uniform by area. Where a parametrisation stretches area, a draw is kept
 * with probability area element / its maximum (Diaconis, Holmes, Shahshahani, "Sampling from a manifold", 2013). */
#include "shapes.h"
#include <bettiflow/math.h>
#include <math.h>

/* ---- sphere ---- */

typedef struct sphere {
  int64_t dim, points, seed;
  double noise;
} sphere;

static const bf_param sphere_params[] = {BF_PARAM(sphere, dim, .def = "2", .range = "[0, 1000]", .doc = "n of the sphere S^n, in n + 1 coordinates"),
                                         BF_POINTS_PARAM(sphere, "1000"),
                                         BF_SEED_PARAM(sphere),
                                         BF_NOISE_PARAM(sphere),
                                         {0}};

/* A vector of independent normal numbers has a uniform direction. */
static bf_status on_sphere(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label) {
  const int64_t dim = ((const sphere *)about)->dim + 1;
  double square = 0;
  (void)i, (void)label;
  while (square == 0)
    for (int64_t k = 0; k < dim; k++) x[k] = bf_draw_normal(draws), square += x[k] * x[k];
  for (int64_t k = 0; k < dim; k++) x[k] /= sqrt(square);
  return BF_OK;
}

static bf_status run_sphere(const bf_host *host, bf_task *task, const void *cfg) {
  const sphere *c = cfg;
  const bf_shape shape = {.n = (uint64_t)c->points, .dim = (uint32_t)c->dim + 1, .noise = c->noise, .about = c, .place = on_sphere};
  return bf_shape_make(host, task, &shape);
}

const bf_stage bf_stage_sphere = {.id = "dataset.sphere",
                                  .doc = "the sphere S^n of radius 1, uniform: β0 = βn = 1, the others 0 (S^0, two points: β0 = 2)",
                                  .revision = 1,
                                  .outputs = bf_shape_outputs,
                                  .cfg_size = sizeof(sphere),
                                  .params = sphere_params,
                                  .run = run_sphere};

/* ---- torus and Klein bottle: a tube around a circle ---- */

typedef struct tube {
  double major, minor, noise;
  int64_t points, seed;
} tube;

static const bf_param tube_params[] = {BF_PARAM(tube, major, .def = "2", .range = "(0, 1e6]", .doc = "radius of the circle in the tube's middle"),
                                       BF_PARAM(tube, minor, .def = "1", .range = "(0, 1e6]", .doc = "radius of the tube, smaller than `major`"),
                                       BF_POINTS_PARAM(tube, "1000"),
                                       BF_SEED_PARAM(tube),
                                       BF_NOISE_PARAM(tube),
                                       {0}};

static bf_status check_tube(const void *cfg, uint32_t connected) {
  const tube *c = cfg;
  (void)connected;
  if (c->minor >= c->major) return bf_fail(BF_INVALID, "minor: %g is not below major, %g: the tube would meet itself", c->minor, c->major);
  return BF_OK;
}

/* Area element minor · (major + minor cos v). */
static bf_status on_torus(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label) {
  const tube *c = about;
  double u = bf_draw_uniform(draws), v, across;
  (void)i, (void)label;
  do {
    v = bf_draw_uniform(draws);
    across = c->major + c->minor * bf_cos_turn(v);
  } while (bf_draw_uniform(draws) * (c->major + c->minor) >= across);
  x[0] = across * bf_cos_turn(u);
  x[1] = across * bf_sin_turn(u);
  x[2] = c->minor * bf_sin_turn(v);
  return BF_OK;
}

/* As the point goes around the circle (u), the tube's section makes half a turn in the plane of the third and fourth coordinate. Area element
 * minor · √((major + minor cos v)² + (minor sin v / 2)²), greatest at v = 0. */
static bf_status on_klein(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label) {
  const tube *c = about;
  double u = bf_draw_uniform(draws), across, up;
  (void)i, (void)label;
  do {
    double v = bf_draw_uniform(draws);
    across = c->major + c->minor * bf_cos_turn(v);
    up = c->minor * bf_sin_turn(v);
  } while (bf_draw_uniform(draws) * (c->major + c->minor) >= sqrt(across * across + up * up / 4));
  x[0] = across * bf_cos_turn(u);
  x[1] = across * bf_sin_turn(u);
  x[2] = up * bf_cos_turn(u / 2);
  x[3] = up * bf_sin_turn(u / 2);
  return BF_OK;
}

static bf_status run_torus(const bf_host *host, bf_task *task, const void *cfg) {
  const tube *c = cfg;
  const bf_shape shape = {.n = (uint64_t)c->points, .dim = 3, .noise = c->noise, .about = c, .place = on_torus};
  return bf_shape_make(host, task, &shape);
}

static bf_status run_klein(const bf_host *host, bf_task *task, const void *cfg) {
  const tube *c = cfg;
  const bf_shape shape = {.n = (uint64_t)c->points, .dim = 4, .noise = c->noise, .about = c, .place = on_klein};
  return bf_shape_make(host, task, &shape);
}

const bf_stage bf_stage_torus = {.id = "dataset.torus",
                                 .doc = "the torus in space, uniform by area: Betti numbers (1,2,1)",
                                 .revision = 1,
                                 .outputs = bf_shape_outputs,
                                 .cfg_size = sizeof(tube),
                                 .params = tube_params,
                                 .check = check_tube,
                                 .run = run_torus};

const bf_stage bf_stage_klein = {.id = "dataset.klein",
                                 .doc = "the Klein bottle in four dimensions, uniform by area: Betti numbers (1,2,1) over Z/2, (1,1,0) over other fields",
                                 .revision = 1,
                                 .outputs = bf_shape_outputs,
                                 .cfg_size = sizeof(tube),
                                 .params = tube_params,
                                 .check = check_tube,
                                 .run = run_klein};

/* ---- Swiss roll ---- */

typedef struct roll {
  double inner, outer, height, noise;
  int64_t points, seed;
} roll;

static const bf_param roll_params[] = {
    BF_PARAM(roll, inner, .def = "0.75", .range = "[0, 1e4]", .doc = "turns of the spiral after which the roll begins; its radius is the angle in radians"),
    BF_PARAM(roll, outer, .def = "2.25", .range = "(0, 1e4]", .doc = "turns after which it ends"),
    BF_PARAM(roll, height, .def = "21", .range = "[0, 1e6]", .doc = "length along the axis"),
    BF_POINTS_PARAM(roll, "1000"),
    BF_SEED_PARAM(roll),
    BF_NOISE_PARAM(roll),
    {0}};

static bf_status check_roll(const void *cfg, uint32_t connected) {
  const roll *c = cfg;
  (void)connected;
  if (c->inner >= c->outer) return bf_fail(BF_INVALID, "inner: %g is not below outer, %g", c->inner, c->outer);
  return BF_OK;
}

/* The spiral (a cos a, a sin a) has speed √(1 + a²). */
static bf_status on_roll(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label) {
  const roll *c = about;
  double turn, angle, last = 2 * BF_PI * c->outer;
  (void)i, (void)label;
  do {
    turn = c->inner + (c->outer - c->inner) * bf_draw_uniform(draws);
    angle = 2 * BF_PI * turn;
  } while (bf_draw_uniform(draws) * sqrt(1 + last * last) >= sqrt(1 + angle * angle));
  x[0] = angle * bf_cos_turn(turn);
  x[1] = c->height * bf_draw_uniform(draws);
  x[2] = angle * bf_sin_turn(turn);
  return BF_OK;
}

static bf_status run_roll(const bf_host *host, bf_task *task, const void *cfg) {
  const roll *c = cfg;
  const bf_shape shape = {.n = (uint64_t)c->points, .dim = 3, .noise = c->noise, .about = c, .place = on_roll};
  return bf_shape_make(host, task, &shape);
}

const bf_stage bf_stage_swiss_roll = {.id = "dataset.swiss_roll",
                                      .doc = "a rolled-up rectangle in space, uniform by area: Betti numbers (1,0)",
                                      .revision = 1,
                                      .outputs = bf_shape_outputs,
                                      .cfg_size = sizeof(roll),
                                      .params = roll_params,
                                      .check = check_roll,
                                      .run = run_roll};
