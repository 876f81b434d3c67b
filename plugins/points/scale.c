/* points.scale: each coordinate's range brought to a standard one, and all of them multiplied and divided by a number. */
#include "reference.h"
#include <math.h>
#include <stdlib.h>

typedef struct config {
  const char *range;
  double multiply, divide;
} config;

static const bf_param params[] = {
    BF_PARAM(config, range, .def = "keep", .choices = "keep|unit|symmetric|largest",
             .doc = "what each coordinate's range becomes: unit is [0,1], symmetric [-1,1], and largest divides by its largest absolute value"),
    BF_PARAM(config, multiply, .def = "1", .doc = "factor for all coordinates, after that"),
    BF_PARAM(config, divide, .def = "1", .doc = "divisor for all coordinates, after that: 255 makes of a grey pixel a number in [0,1]"),
    {0}};

static const bf_port inputs[] = {BF_REFERENCE_PORTS};
static const bf_port outputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "the scaled points, with their classes and ids"}, {0}};

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  if (!isfinite(c->multiply)) return bf_fail(BF_INVALID, "multiply: %g is no factor; give a finite number", c->multiply);
  if (!isfinite(c->divide) || c->divide == 0) return bf_fail(BF_INVALID, "divide: %g is no divisor; give a finite number that is not 0", c->divide);
  if (c->range[0] == 'k' && connected & 2) return bf_fail(BF_INVALID, "range: `keep` measures nothing, so the port `reference` has no use; leave it out");
  return BF_OK;
}

/* A coordinate x becomes (x - shift) / width · gain + offset; width 0: it becomes 0. */
typedef struct map {
  double shift, width, gain, offset;
} map;

static map map_of(const config *c, double least, double greatest) {
  double largest = fmax(fabs(least), fabs(greatest));
  switch (c->range[0]) {
  case 'u':
    return (map){least, greatest - least, 1, 0};
  case 's':
    return (map){least, greatest - least, 2, -1};
  case 'l':
    return (map){0, largest, 1, 0};
  default:
    return (map){0, 1, 1, 0};
  }
}

static bf_status scale(const bf_host *host, bf_task *task, const config *c, const map *to, bf_points *p) {
  bf_status status = BF_OK;
  for (uint64_t i = 0; i < p->n; i++) {
    if (i % 1024 == 0) BF_TRY(host->step(task, i, p->n));
    for (uint32_t k = 0; k < p->dim; k++) {
      double x = (double)p->x[i * p->dim + k];
      x = to[k].width > 0 ? (x - to[k].shift) / to[k].width * to[k].gain + to[k].offset : 0;
      BF_TRY(bf_points_put(p, i, k, x * c->multiply / c->divide));
    }
  }
out:
  return status;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  bf_points points = {0}, reference = {0};
  const bf_points *from;
  float *range = NULL;
  map *to = NULL;
  const bf_out *out = host->output(task, "points", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_reference_read(host, task, &points, &reference, &from));
  const uint32_t dim = points.dim;
  range = malloc(2 * sizeof *range * dim);
  to = malloc(sizeof *to * dim);
  if (!range || !to) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %u coordinates", dim);
    goto out;
  }
  bf_points_range(from, range, range + dim);
  for (uint32_t k = 0; k < dim; k++) to[k] = map_of(c, (double)range[k], (double)range[dim + k]);
  if (c->range[0] == 'u' || c->range[0] == 's') bf_points_note_constant(host, task, range, range + dim, dim, "become 0");
  BF_TRY(scale(host, task, c, to, &points));
  status = bf_points_write(out, &points);
out:
  free(range);
  free(to);
  bf_points_free(&points);
  bf_points_free(&reference);
  return status;
}

static const bf_stage stage = {.id = "points.scale",
                               .doc = "coordinates scaled to a range, or by a number",
                               .revision = 1,
                               .inputs = inputs,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "scale", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
