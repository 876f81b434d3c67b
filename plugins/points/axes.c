/* Principal axes: the covariances are summed by covariance.c; their eigenvectors are LAPACK's (dsyev: Householder, then implicit QL). */
#include "axes.h"
#include "covariance.h"
#include "reference.h"
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

void bf_axes_free(bf_axes *a) {
  free(a->mean);
  free(a->axis);
  free(a->variance);
}

/* An eigenvector's sign is arbitrary: of its largest entries, up to rounding, the first is made positive. */
static double sign_of(const double *v, uint32_t dim) {
  double largest = 0;
  for (uint32_t k = 0; k < dim; k++) largest = fmax(largest, fabs(v[k]));
  for (uint32_t k = 0; k < dim; k++)
    if (fabs(v[k]) >= largest * (1 - 1e-6)) return v[k] < 0 ? -1 : 1;
  return 1;
}

/* Takes the axes from the eigenvectors, which are rows of `vector` with rising eigenvalues. */
static bf_status take(bf_axes *a, const double *vector, size_t stride, const double *value) {
  const uint32_t dim = a->dim;
  a->axis = malloc((size_t)dim * a->n * sizeof *a->axis);
  a->variance = malloc(a->n * sizeof *a->variance);
  if (!a->axis || !a->variance) return bf_fail(BF_NO_MEMORY, "no memory for %u axes of %u coordinates", a->n, dim);
  for (uint32_t j = 0; j < a->n; j++) {
    const double *v = vector + (dim - 1 - j) * stride, sign = sign_of(v, dim);
    for (uint32_t k = 0; k < dim; k++) a->axis[(size_t)k * a->n + j] = sign * v[k];
    a->variance[j] = value[dim - 1 - j] > dim * 0x1p-52 * value[dim - 1] ? value[dim - 1 - j] : 0;
  }
  return BF_OK;
}

bf_status bf_axes_find(const bf_host *host, bf_task *task, const bf_points *from, uint32_t n, bool centre, bf_axes *a) {
  bf_status status = BF_OK;
  const size_t stride = bf_covariance_stride(from->dim);
  double *matrix = NULL, *value = malloc(from->dim * sizeof *value);
  *a = (bf_axes){.dim = from->dim, .n = n, .mean = calloc(from->dim, sizeof *a->mean)};
  if (!value || !a->mean) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %u coordinates", from->dim);
    goto out;
  }
  if (centre) bf_points_mean(from, a->mean);
  BF_TRY(bf_covariance(host, task, from, a->mean, &matrix));
  for (uint32_t k = 0; k < from->dim; k++) a->total += matrix[k * stride + k];
  /* Our upper triangle by rows is LAPACK's lower one by columns; then an eigenvector is a column of LAPACK's and a row of ours. */
  lapack_int info = LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'L', (lapack_int)from->dim, matrix, (lapack_int)stride, value);
  if (info == LAPACK_WORK_MEMORY_ERROR)
    status = bf_fail(BF_NO_MEMORY, "no memory for the eigenvectors of %u coordinates", from->dim);
  else if (info != 0)
    status = bf_fail(BF_FAILED, "LAPACK's dsyev ended with info %d on the covariances of %u coordinates", (int)info, from->dim);
  else
    status = take(a, matrix, stride, value);
out:
  free(matrix);
  free(value);
  return status;
}
