/* points.pca: principal components. I. T. Jolliffe, "Principal Component Analysis", 2nd edition, Springer 2002. */
#include "../clones.h"
#include "axes.h"
#include "covariance.h"
#include "reference.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct config {
  int64_t dim;
  bool whiten, centre;
} config;

static const bf_param params[] = {
    BF_PARAM(config, dim, .def = NULL, .range = "[1, 65535]", .doc = "how many components, those of the greatest variance; at most the number of coordinates"),
    BF_PARAM(config, whiten, .def = "false", .doc = "divide each component by its standard deviation"),
    BF_PARAM(config, centre, .def = "true", .doc = "subtract the mean first; false: components about the origin"),
    {0}};

static const bf_port inputs[] = {BF_REFERENCE_PORTS};
static const bf_port outputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "the points in the new coordinates, with their classes and ids"},
                                  {0}};

/* Says how much of the variance the components have. */
static void note(const bf_host *host, bf_task *task, const bf_axes *a) {
  char list[256] = "";
  double sum = 0;
  uint32_t none = 0;
  for (uint32_t j = 0; j < a->n; j++) {
    size_t used = strlen(list);
    sum += a->variance[j];
    none += a->variance[j] == 0;
    if (j < 10) snprintf(list + used, sizeof list - used, "%s%.2f", j ? ", " : "", a->total > 0 ? 100 * a->variance[j] / a->total : 0);
  }
  host->log(task, BF_LOG_INFO, "%u components of %u coordinates have %.2f %% of the variance: %s%s", a->n, a->dim, a->total > 0 ? 100 * sum / a->total : 0,
            list, a->n > 10 ? ", …" : "");
  if (none) host->log(task, BF_LOG_WARNING, "the last %u components have no variance, and are 0", none);
}

/* y = Aᵀ(x - mean) for one point, each sum in the order of the coordinates. */
BF_CLONES static void project_one(const bf_axes *a, const float *x, double *y) {
  memset(y, 0, a->n * sizeof *y);
  for (uint32_t k = 0; k < a->dim; k++) {
    const double d = (double)x[k] - a->mean[k], *axis = a->axis + (size_t)k * a->n;
    for (uint32_t j = 0; j < a->n; j++) y[j] += d * axis[j];
  }
}

static bf_status project(const bf_host *host, bf_task *task, const bf_axes *a, bool whiten, const bf_points *p, bf_points *out) {
  bf_status status = BF_OK;
  double *y = malloc(a->n * sizeof *y);
  if (!y) return bf_fail(BF_NO_MEMORY, "no memory for %u components", a->n);
  BF_TRY(bf_points_new(out, p->n, a->n, p->label != NULL));
  if (p->label) memcpy(out->label, p->label, p->n * sizeof *p->label);
  memcpy(out->id, p->id, p->n * sizeof *p->id);
  for (uint64_t i = 0; i < p->n; i++) {
    if (i % 64 == 0) BF_TRY(host->step(task, i, p->n));
    project_one(a, p->x + i * p->dim, y);
    for (uint32_t j = 0; j < a->n; j++) {
      const double scale = whiten ? sqrt(a->variance[j]) : 1;
      BF_TRY(bf_points_put(out, i, j, a->variance[j] > 0 ? y[j] / scale : 0));
    }
  }
out:
  free(y);
  return status;
}

static bf_status check_size(const config *c, const bf_points *points, uint64_t budget) {
  if (c->dim > points->dim)
    return bf_fail(BF_BAD_INPUT, "dim: %d components, but the points have %u coordinates; ask for no more than these", (int)c->dim, points->dim);
  const uint64_t bytes = bf_covariance_bytes(points->dim);
  if (points->dim > INT32_MAX / 2 || bytes == UINT64_MAX || (budget && bytes > budget))
    return bf_fail(BF_NO_MEMORY, "the covariances of %u coordinates need %llu MiB, more than the memory limit of %llu MiB", points->dim,
                   (unsigned long long)(bytes >> 20), (unsigned long long)(budget >> 20));
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  bf_points points = {0}, reference = {0}, result = {0};
  bf_axes a = {0};
  const bf_points *from;
  const bf_out *out = host->output(task, "points", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_reference_read(host, task, &points, &reference, &from));
  BF_TRY(check_size(c, &points, host->memory(task)));
  BF_TRY(bf_axes_find(host, task, from, (uint32_t)c->dim, c->centre, &a));
  note(host, task, &a);
  BF_TRY(project(host, task, &a, c->whiten, &points, &result));
  status = bf_points_write(out, &result);
out:
  bf_axes_free(&a);
  bf_points_free(&points);
  bf_points_free(&reference);
  bf_points_free(&result);
  return status;
}

static const bf_stage stage = {.id = "points.pca",
                               .doc = "principal components",
                               .revision = 1,
                               .inputs = inputs,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .run = run};

BF_PLUGIN(.name = "pca", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
