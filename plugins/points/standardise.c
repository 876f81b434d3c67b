/* points.standardise: each coordinate with mean 0 and standard deviation 1. */
#include "reference.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const bf_port inputs[] = {BF_REFERENCE_PORTS};
static const bf_port outputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "the standardised points, with their classes and ids"}, {0}};

/* Standard deviations of the population (divisor n), summed about the mean in the points' order. */
static void deviations(const bf_points *p, const double *mean, double *deviation) {
  memset(deviation, 0, p->dim * sizeof *deviation);
  for (uint64_t i = 0; i < p->n; i++)
    for (uint32_t k = 0; k < p->dim; k++) {
      double d = (double)p->x[i * p->dim + k] - mean[k];
      deviation[k] += d * d;
    }
  for (uint32_t k = 0; k < p->dim; k++) deviation[k] = sqrt(deviation[k] / (double)p->n);
}

static bf_status standardise(const bf_host *host, bf_task *task, const double *mean, const double *deviation, bf_points *p) {
  bf_status status = BF_OK;
  for (uint64_t i = 0; i < p->n; i++) {
    if (i % 1024 == 0) BF_TRY(host->step(task, i, p->n));
    for (uint32_t k = 0; k < p->dim; k++) BF_TRY(bf_points_put(p, i, k, deviation[k] > 0 ? ((double)p->x[i * p->dim + k] - mean[k]) / deviation[k] : 0));
  }
out:
  return status;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  bf_points points = {0}, reference = {0};
  const bf_points *from;
  float *range = NULL;
  double *mean = NULL;
  (void)cfg;
  const bf_out *out = host->output(task, "points", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_reference_read(host, task, &points, &reference, &from));
  const uint32_t dim = points.dim;
  range = malloc(2 * sizeof *range * dim);
  mean = malloc(2 * sizeof *mean * dim); /* and the deviations */
  if (!range || !mean) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %u coordinates", dim);
    goto out;
  }
  bf_points_range(from, range, range + dim);
  bf_points_mean(from, mean);
  deviations(from, mean, mean + dim);
  for (uint32_t k = 0; k < dim; k++)
    if (!(range[k] < range[dim + k])) mean[dim + k] = 0; /* and not what rounding of the mean makes of it */
  bf_points_note_constant(host, task, range, range + dim, dim, "become 0");
  BF_TRY(standardise(host, task, mean, mean + dim, &points));
  status = bf_points_write(out, &points);
out:
  free(range);
  free(mean);
  bf_points_free(&points);
  bf_points_free(&reference);
  return status;
}

static const bf_stage stage = {.id = "points.standardise",
                               .doc = "each coordinate with mean 0 and standard deviation 1; what is constant becomes 0",
                               .revision = 1,
                               .inputs = inputs,
                               .outputs = outputs,
                               .run = run};

BF_PLUGIN(.name = "standardise", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
