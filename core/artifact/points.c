/* PointCloud. */
#include "artifact/container.h"
#include <math.h>
#include <stdlib.h>

static bf_status check(const bf_points *p, bf_status bad) {
  if (p->n > UINT32_MAX) return bf_fail(bad, "%llu points, more than 2^32 - 1", (unsigned long long)p->n);
  if (!p->dim) return bf_fail(bad, "points without coordinates");
  for (uint64_t i = 0; i < p->n * p->dim; i++)
    if (!isfinite(p->x[i])) return bf_fail(bad, "array x: point %llu has a coordinate that is not finite", (unsigned long long)(i / p->dim));
  for (uint64_t i = 0; p->label && i < p->n; i++)
    if (p->label[i] < 0) return bf_fail(bad, "array label: point %llu has the class %d, below 0", (unsigned long long)i, p->label[i]);
  return BF_OK;
}

bf_status bf_points_read(const char *path, uint64_t budget, bf_points *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  uint64_t n = BF_ANY, dim = BF_ANY;
  bf_array a[] = {{.name = "x", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {&n, &dim}},
                  {.name = "label", .dtype = BETTIFLOW__DATA_TYPE__I32, .shape = {&n}, .optional = true},
                  {.name = "id", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&n}}};
  *out = (bf_points){0};
  BF_TRY(bf_container_open(path, BF_POINT_CLOUD, budget, &c));
  BF_TRY(bf_container_load(&c, a, 3));
  *out = (bf_points){.n = n, .x = a[0].data, .label = a[1].data, .id = a[2].data};
  out->dim = dim > UINT32_MAX ? 0 : (uint32_t)dim;
  status = check(out, BF_BAD_INPUT);
  if (status != BF_OK) bf_fail_in(status, "%s", path);
out:
  bf_container_close(&c);
  if (status != BF_OK) bf_points_free(out);
  return status;
}

bf_status bf_points_write(const bf_out *out, const bf_points *value) {
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;
  uint64_t n = value->n, dim = value->dim;
  const bf_array a[] = {{.name = "x", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {&n, &dim}, .data = value->x},
                        {.name = "label", .dtype = BETTIFLOW__DATA_TYPE__I32, .shape = {&n}, .optional = true, .data = value->label},
                        {.name = "id", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {&n}, .data = value->id}};
  bf_status status = check(value, BF_FAILED);
  if (status != BF_OK) return bf_fail_in(status, "%s: not a PointCloud", out->path);
  header.type = BETTIFLOW__ARTIFACT_TYPE__POINT_CLOUD;
  return bf_container_write(out, &header, a, 3);
}

void bf_points_free(bf_points *value) {
  free(value->x);
  free(value->label);
  free(value->id);
  *value = (bf_points){0};
}

bf_status bf_points_new(bf_points *out, uint64_t n, uint32_t dim, bool labelled) {
  uint64_t size;
  *out = (bf_points){.n = n, .dim = dim};
  if (n <= UINT32_MAX && !__builtin_mul_overflow(n, (uint64_t)dim * sizeof *out->x, &size) && size < SIZE_MAX / 2) {
    out->x = malloc(size ? size : 1);
    out->id = malloc(n ? n * sizeof *out->id : 1);
    if (labelled) out->label = calloc(n ? n : 1, sizeof *out->label);
  }
  if (!out->x || !out->id || (labelled && !out->label)) {
    bf_points_free(out);
    return bf_fail(BF_NO_MEMORY, "no memory for %llu points of %u coordinates", (unsigned long long)n, dim);
  }
  for (uint32_t i = 0; i < n; i++) out->id[i] = i;
  return BF_OK;
}
