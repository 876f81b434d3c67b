/* Points, and the points whose statistics they are measured by. */
#include "reference.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

bf_status bf_reference_read(const bf_host *host, bf_task *task, bf_points *points, bf_points *reference, const bf_points **from) {
  bf_status status = BF_OK;
  size_t n, nreference;
  const bf_input *in = host->inputs(task, "points", &n), *other = host->inputs(task, "reference", &nreference);
  *from = nreference ? reference : points;
  BF_TRY(bf_points_read(in[0].path, host->memory(task), points));
  if (nreference) BF_TRY(bf_points_read(other[0].path, host->memory(task), reference));
  if ((*from)->dim != points->dim) return bf_fail(BF_BAD_INPUT, "reference: its points have %u coordinates, those of `points` %u", reference->dim, points->dim);
  if (!(*from)->n) return bf_fail(BF_BAD_INPUT, "%s: no points to measure by", nreference ? "reference" : "points");
out:
  return status;
}

void bf_points_mean(const bf_points *points, double *mean) {
  memset(mean, 0, points->dim * sizeof *mean);
  for (uint64_t i = 0; i < points->n; i++)
    for (uint32_t k = 0; k < points->dim; k++) mean[k] += (double)points->x[i * points->dim + k];
  for (uint32_t k = 0; k < points->dim; k++) mean[k] /= (double)points->n;
}

void bf_points_range(const bf_points *points, float *least, float *greatest) {
  memcpy(least, points->x, points->dim * sizeof *least);
  memcpy(greatest, points->x, points->dim * sizeof *greatest);
  for (uint64_t i = 1; i < points->n; i++)
    for (uint32_t k = 0; k < points->dim; k++) {
      float x = points->x[i * points->dim + k];
      least[k] = x < least[k] ? x : least[k];
      greatest[k] = x > greatest[k] ? x : greatest[k];
    }
}

void bf_points_note_constant(const bf_host *host, bf_task *task, const float *least, const float *greatest, uint32_t dim, const char *become) {
  char list[128] = "";
  uint32_t n = 0;
  for (uint32_t k = 0; k < dim; k++) {
    if (least[k] < greatest[k]) continue;
    size_t used = strlen(list);
    if (n++ < 8) snprintf(list + used, sizeof list - used, "%s%u", n > 1 ? ", " : "", k);
  }
  if (n)
    host->log(task, BF_LOG_WARNING, "%u of %u coordinates (%s%s, from 0) are the same in all points measured; they %s", n, dim, list, n > 8 ? ", …" : "",
              become);
}

bf_status bf_points_put(bf_points *points, uint64_t i, uint32_t k, double value) {
  float narrow = (float)value;
  if (!isfinite(narrow))
    return bf_fail(BF_FAILED, "point %llu: coordinate %u becomes %g, which is not finite as a 32-bit float", (unsigned long long)i, k, value);
  points->x[i * points->dim + k] = narrow;
  return BF_OK;
}
