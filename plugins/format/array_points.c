/* Points out of arrays of numbers. */
#include "array_points.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static bf_status check_shape(const npy_array *a, bool label_last, bf_points *p) {
  const npy_header *h = &a->header;
  char shape[NPY_SHAPE_ROOM];
  npy_shape_text(h, shape);
  if (h->rank == 0) return bf_fail(BF_BAD_INPUT, "%s: a single number; points are the rows of an array", a->where);
  if (h->count == 0) return bf_fail(BF_BAD_INPUT, "%s: an empty array, of shape %s", a->where, shape);
  uint64_t columns = h->count / h->shape[0];
  if (h->shape[0] > UINT32_MAX || columns > UINT32_MAX / 8)
    return bf_fail(BF_BAD_INPUT, "%s: shape %s: %" PRIu64 " points of %" PRIu64 " coordinates are more than fit", a->where, shape, h->shape[0], columns);
  if (label_last && columns < 2) return bf_fail(BF_BAD_INPUT, "%s: label=last, but there is one column only", a->where);
  p->n = h->shape[0];
  p->dim = (uint32_t)columns - label_last;
  return BF_OK;
}

static bf_status take_ids(const npy_array *a, uint64_t *left, bf_points *p) {
  bf_status status = budget_take(left, p->n * sizeof *p->id, a->where);
  if (status != BF_OK) return status;
  if (!(p->id = malloc(p->n * sizeof *p->id + 1))) return bf_fail(BF_NO_MEMORY, "%s: out of memory", a->where);
  for (uint64_t i = 0; i < p->n; i++) p->id[i] = (uint32_t)i;
  return BF_OK;
}

/* The classes in the last of the array's columns, read before the numbers are narrowed to floats. */
static bf_status take_last_column(const npy_array *a, uint64_t *left, bf_points *p) {
  bf_status status = budget_take(left, p->n * sizeof *p->label, a->where);
  if (status != BF_OK) return status;
  if (!(p->label = malloc(p->n * sizeof *p->label + 1))) return bf_fail(BF_NO_MEMORY, "%s: out of memory", a->where);
  for (uint64_t i = 0; i < p->n; i++) {
    double x = npy_array_number(a, a->header.fortran ? p->dim * p->n + i : i * (p->dim + 1) + p->dim);
    if (!(x >= 0 && x <= INT32_MAX && x == floor(x)))
      return bf_fail(BF_BAD_INPUT, "%s: row %" PRIu64 ", column %" PRIu32 ": %g is not a class: whole numbers from 0 are", a->where, i, p->dim, x);
    p->label[i] = (int32_t)x;
  }
  return BF_OK;
}

bf_status array_points(npy_array *x, bool label_last, uint64_t *left, bf_points *out) {
  bf_status status = BF_OK;
  bf_points p = {0};
  BF_TRY(check_shape(x, label_last, &p));
  if (label_last && x->header.rank > 2) {
    status = bf_fail(BF_BAD_INPUT, "%s: label=last, but the array has %" PRIu32 " dimensions; two are meant", x->where, x->header.rank);
    goto out;
  }
  BF_TRY(take_ids(x, left, &p));
  if (label_last) BF_TRY(take_last_column(x, left, &p));
  BF_TRY(npy_array_floats(x, left, &p.x));
  for (uint64_t i = 1; label_last && i < p.n; i++) {
    for (uint32_t k = 0; k < p.dim; k++) p.x[i * p.dim + k] = p.x[i * (p.dim + 1) + k];
  }
out:
  if (status != BF_OK) bf_points_free(&p);
  *out = p;
  return status;
}

/* One whole number for each point, allocated; NULL after an error, which is in *status. */
static int64_t *one_each(npy_array *a, const char *what, int64_t most, uint64_t *left, const bf_points *p, bf_status *status) {
  char shape[NPY_SHAPE_ROOM];
  int64_t *x = NULL;
  *status = BF_BAD_INPUT;
  if (a->header.rank == 0 || a->header.count != p->n || a->header.shape[0] != p->n)
    bf_fail(BF_BAD_INPUT, "%s: shape %s; one %s for each of the %" PRIu64 " points is expected", a->where, npy_shape_text(&a->header, shape), what, p->n);
  else
    *status = npy_array_ints(a, 0, most, left, &x);
  return x;
}

bf_status array_classes(npy_array *label, uint64_t *left, bf_points *p) {
  bf_status status;
  int64_t *x = one_each(label, "class", INT32_MAX, left, p, &status);
  if (!x) return status;
  if (!(p->label = malloc(p->n * sizeof *p->label + 1))) status = bf_fail(BF_NO_MEMORY, "%s: out of memory", label->where);
  for (uint64_t i = 0; p->label && i < p->n; i++) p->label[i] = (int32_t)x[i];
  free(x);
  return status;
}

bf_status array_ids(npy_array *id, uint64_t *left, bf_points *p) {
  bf_status status;
  int64_t *x = one_each(id, "id", UINT32_MAX, left, p, &status);
  if (!x) return status;
  for (uint64_t i = 0; i < p->n; i++) p->id[i] = (uint32_t)x[i];
  free(x);
  return status;
}
