/* Second moments of the coordinates. */
#ifndef BF_POINTS_COVARIANCE_H
#define BF_POINTS_COVARIANCE_H

#include <bettiflow/artifact.h>

/* Bytes that bf_covariance needs, its result included; UINT64_MAX when that is beyond counting. */
uint64_t bf_covariance_bytes(uint32_t dim);

/* Row length, in doubles, of the result: dim, rounded up. */
size_t bf_covariance_stride(uint32_t dim);

/* *out (allocated, free() it) is the matrix of Σ_i (x_i - mean)(x_i - mean)ᵀ / n, dim rows of bf_covariance_stride(dim) doubles; only its upper triangle,
 * columns >= row, is set. Each entry is summed in the points' order, product and sum rounded one by one, so that every machine gets the same bits. n >= 1.
 * BF_NO_MEMORY, BF_CANCELLED. */
bf_status bf_covariance(const bf_host *host, bf_task *task, const bf_points *points, const double *mean, double **out);

#endif
