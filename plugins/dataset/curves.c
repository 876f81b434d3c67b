/* dataset.links and dataset.figure_eight: curves, uniform by length. */
#include "shapes.h"
#include <bettiflow/math.h>
#include <math.h>

typedef struct links {
  int64_t count, points, seed;
  double spacing, noise;
} links;

static const bf_param links_params[] = {
    BF_PARAM(links, count, .def = "2", .range = "[1, 1000000]", .doc = "circles of radius 1, each linked with the next; their numbers are the classes"),
    BF_PARAM(links, spacing, .def = "1.3", .range = "(0, 1000000]",
             .doc = "between centres of neighbours: linked below 2; above 1 a circle keeps off the next but one"),
    BF_POINTS_PARAM(links, "1000"),
    BF_SEED_PARAM(links),
    BF_NOISE_PARAM(links),
    {0}};

/* Circles along x, lying and standing in turn: the standing one crosses the plane of the lying one once inside and once outside of it. */
static bf_status on_links(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label) {
  const links *c = about;
  uint64_t circle = i * (uint64_t)c->count / (uint64_t)c->points;
  double t = bf_draw_uniform(draws);
  x[0] = c->spacing * (double)circle + bf_cos_turn(t);
  x[1] = x[2] = 0;
  x[circle % 2 ? 2 : 1] = bf_sin_turn(t);
  *label = (int32_t)circle;
  return BF_OK;
}

static bf_status run_links(const bf_host *host, bf_task *task, const void *cfg) {
  const links *c = cfg;
  const bf_shape shape = {.n = (uint64_t)c->points, .dim = 3, .labelled = true, .noise = c->noise, .about = c, .place = on_links};
  return bf_shape_make(host, task, &shape);
}

static const bf_port links_outputs[] = {
    {.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points whose class is the number of their circle, in random order"}, {0}};

const bf_stage bf_stage_links = {.id = "dataset.links",
                                 .doc = "a chain of linked circles in space, uniform: Betti numbers (count, count)",
                                 .revision = 1,
                                 .outputs = links_outputs,
                                 .cfg_size = sizeof(links),
                                 .params = links_params,
                                 .run = run_links};

typedef struct eight {
  int64_t points, seed;
  double noise;
} eight;

static const bf_param eight_params[] = {BF_POINTS_PARAM(eight, "500"), BF_SEED_PARAM(eight), BF_NOISE_PARAM(eight), {0}};

/* Gerono's lemniscate (sin a, sin a cos a), of speed √(cos² a + cos² 2a) <= √2. */
static bf_status on_eight(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label) {
  double t, cosine, twice;
  (void)about, (void)i, (void)label;
  do {
    t = bf_draw_uniform(draws);
    cosine = bf_cos_turn(t);
    twice = bf_cos_turn(2 * t);
  } while (bf_draw_uniform(draws) * sqrt(2) >= sqrt(cosine * cosine + twice * twice));
  x[0] = bf_sin_turn(t);
  x[1] = x[0] * cosine;
  return BF_OK;
}

static bf_status run_eight(const bf_host *host, bf_task *task, const void *cfg) {
  const eight *c = cfg;
  const bf_shape shape = {.n = (uint64_t)c->points, .dim = 2, .noise = c->noise, .about = c, .place = on_eight};
  return bf_shape_make(host, task, &shape);
}

const bf_stage bf_stage_figure_eight = {.id = "dataset.figure_eight",
                                        .doc = "a figure eight in the plane (Gerono's lemniscate), uniform by length: Betti numbers (1,2)",
                                        .revision = 1,
                                        .outputs = bf_shape_outputs,
                                        .cfg_size = sizeof(eight),
                                        .params = eight_params,
                                        .run = run_eight};
