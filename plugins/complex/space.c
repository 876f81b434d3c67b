/* Points made ready for a metric: unit vectors where only directions count, and coordinates side by side. */
#include "metric.h"
#include <math.h>
#include <stdlib.h>

static bool directional(bf_metric m) { return m.kind == BF_COSINE || m.kind == BF_CORRELATION; }

static bool all_equal(const float *x, uint32_t dim) {
  for (uint32_t k = 1; k < dim; k++)
    if (x[k] != x[0]) return false;
  return true;
}

/* Divides by the length, for correlation after taking the mean away. */
static bf_status point_to_unit(bf_metric m, uint64_t i, uint32_t id, const float *x, uint32_t dim, double *unit) {
  double mean = 0, squares = 0;
  bool flat = all_equal(x, dim);
  if (m.kind == BF_CORRELATION && flat)
    return bf_fail(BF_BAD_INPUT, "point %llu (id %u): all its coordinates are %g, and correlation is not defined; take it out, or another metric",
                   (unsigned long long)i, id, (double)x[0]);
  if (flat && x[0] == 0)
    return bf_fail(BF_BAD_INPUT, "point %llu (id %u) is zero, and the cosine with it is not defined; take it out, or another metric", (unsigned long long)i,
                   id);
  for (uint32_t k = 0; k < dim && m.kind == BF_CORRELATION; k++) mean += (double)x[k];
  mean /= dim;
  for (uint32_t k = 0; k < dim; k++) {
    unit[k] = (double)x[k] - mean;
    squares += unit[k] * unit[k];
  }
  double length = sqrt(squares);
  for (uint32_t k = 0; k < dim; k++) unit[k] /= length;
  return BF_OK;
}

static bf_status all_to_units(bf_metric m, const bf_points *p, double *unit) {
  bf_status status = BF_OK;
  for (uint64_t i = 0; i < p->n; i++) BF_TRY(point_to_unit(m, i, p->id[i], p->x + i * p->dim, p->dim, unit + i * p->dim));
out:
  return status;
}

static void transpose(const bf_space *s) {
  for (size_t i = 0; i < s->n; i++)
    for (size_t k = 0; k < s->dim; k++)
      if (s->unit)
        ((double *)s->column)[k * s->n + i] = s->unit[i * s->dim + k];
      else
        ((float *)s->column)[k * s->n + i] = ((const float *)s->row)[i * s->dim + k];
}

uint64_t bf_space_bytes(bf_metric metric, uint64_t n, uint64_t dim) {
  return (n * dim + BF_BLOCK) * (directional(metric) ? 2 * sizeof(double) : sizeof(float));
}

bf_status bf_space_new(bf_metric metric, const bf_points *points, bf_space *out) {
  bf_status status = BF_OK;
  size_t values = (size_t)points->n * points->dim + BF_BLOCK;
  *out = (bf_space){.metric = metric, .n = (uint32_t)points->n, .dim = points->dim, .row = points->x};
  out->column = calloc(values, directional(metric) ? sizeof(double) : sizeof(float));
  if (directional(metric)) out->row = out->unit = calloc(values, sizeof *out->unit);
  if (!out->column || !out->row) {
    status = bf_fail(BF_NO_MEMORY, "no memory for the coordinates of %u points", out->n);
    goto out;
  }
  if (out->unit) BF_TRY(all_to_units(metric, points, out->unit));
  transpose(out);
out:
  if (status != BF_OK) bf_space_free(out);
  return status;
}

void bf_space_free(bf_space *s) {
  free(s->column);
  free(s->unit);
  *s = (bf_space){0};
}
