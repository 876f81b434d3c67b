/* Second moments of the coordinates. Points are centred in blocks and laid out in strips of eight coordinates, where a tile of 4 × 8 entries stays in registers
 * while the block's points are added to it one after the other. */
#include "covariance.h"
#include "../clones.h"
#include <stdlib.h>
#include <string.h>

enum { WIDE = 8, TALL = 4, BLOCK = 64 };
typedef double strip __attribute__((vector_size(WIDE * sizeof(double))));

size_t bf_covariance_stride(uint32_t dim) { return ((size_t)dim + WIDE - 1) / WIDE * WIDE; }

uint64_t bf_covariance_bytes(uint32_t dim) {
  uint64_t stride = bf_covariance_stride(dim), bytes;
  return __builtin_mul_overflow((stride + BLOCK) * sizeof(double), stride, &bytes) ? UINT64_MAX : bytes;
}

/* Centres points from … from+n-1: strip s of point i is block[s * BLOCK + i]. Coordinates beyond dim stay 0. */
static void lay_out(const bf_points *p, const double *mean, uint64_t from, size_t n, strip *block) {
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < p->dim; k++) block[k / WIDE * BLOCK + i][k % WIDE] = (double)p->x[(from + i) * p->dim + k] - mean[k];
}

/* Adds n points to the entries in rows row … row+3 and all columns from the strip of `row` on. */
BF_CLONES static void add_rows(const strip *block, size_t n, size_t strips, size_t row, strip *sum) {
  const strip *left = block + row / WIDE * BLOCK;
  const size_t at = row % WIDE;
  for (size_t s = row / WIDE; s < strips; s++) {
    const strip *right = block + s * BLOCK;
    strip *to = sum + row * strips + s;
    strip a = to[0], b = to[strips], c = to[2 * strips], d = to[3 * strips];
    for (size_t i = 0; i < n; i++) {
      a += left[i][at] * right[i];
      b += left[i][at + 1] * right[i];
      c += left[i][at + 2] * right[i];
      d += left[i][at + 3] * right[i];
    }
    to[0] = a, to[strips] = b, to[2 * strips] = c, to[3 * strips] = d;
  }
}

bf_status bf_covariance(const bf_host *host, bf_task *task, const bf_points *points, const double *mean, double **out) {
  bf_status status = BF_OK;
  const size_t stride = bf_covariance_stride(points->dim), strips = stride / WIDE;
  strip *sum = aligned_alloc(sizeof *sum, stride * strips * sizeof *sum), *block = aligned_alloc(sizeof *block, strips * BLOCK * sizeof *block);
  if (!sum || !block) {
    status = bf_fail(BF_NO_MEMORY, "no memory for the covariances of %u coordinates", points->dim);
    goto out;
  }
  memset(sum, 0, stride * strips * sizeof *sum);
  memset(block, 0, strips * BLOCK * sizeof *block);
  for (uint64_t from = 0; from < points->n; from += BLOCK) {
    const size_t n = points->n - from < BLOCK ? (size_t)(points->n - from) : BLOCK;
    lay_out(points, mean, from, n, block);
    for (size_t row = 0; row < points->dim; row += TALL) {
      add_rows(block, n, strips, row, sum);
      BF_TRY(host->step(task, from, points->n));
    }
  }
  for (size_t i = 0; i < stride * strips; i++) sum[i] /= (double)points->n;
  *out = (double *)sum;
  sum = NULL;
out:
  free(sum);
  free(block);
  return status;
}
