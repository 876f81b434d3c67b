/* What the generators of point clouds have in common. */
#include "cloud.h"
#include <stdlib.h>
#include <string.h>

bf_status bf_cloud_fits(const bf_host *host, bf_task *task, uint64_t n, uint32_t dim) {
  uint64_t memory = host->memory(task), each = 4 * (uint64_t)dim + 8;
  if (!memory || n <= memory / each) return BF_OK;
  return bf_fail(BF_NO_MEMORY, "%llu points of %u coordinates need more memory than the task may use; ask for fewer", (unsigned long long)n, dim);
}

/* Point i of the shape, its noise included, into row i. */
static bf_status put(const bf_shape *shape, uint64_t i, uint64_t seed, uint64_t noise_seed, double *x, bf_points *p) {
  int32_t label = 0;
  bf_draws draws = {seed, i << 32};
  bf_status status = shape->place(shape->about, i, &draws, x, &label);
  if (status != BF_OK) return status;
  for (uint32_t k = 0; k < shape->dim; k++) {
    if (shape->noise > 0) x[k] += shape->noise * bf_random_normal(noise_seed, i * shape->dim + k);
    p->x[i * shape->dim + k] = (float)x[k];
  }
  if (p->label) p->label[i] = label;
  return BF_OK;
}

/* Fisher-Yates over rows with their classes; ids stay, so that they are the row numbers afterwards. */
static void shuffle(bf_points *p, uint64_t seed) {
  for (uint64_t i = p->n; i-- > 1;) {
    uint64_t j = bf_random_below(seed, i, i + 1);
    for (uint32_t k = 0; k < p->dim; k++) {
      float swap = p->x[i * p->dim + k];
      p->x[i * p->dim + k] = p->x[j * p->dim + k];
      p->x[j * p->dim + k] = swap;
    }
    if (!p->label) continue;
    int32_t swap = p->label[i];
    p->label[i] = p->label[j];
    p->label[j] = swap;
  }
}

bf_status bf_shape_make(const bf_host *host, bf_task *task, const bf_shape *shape) {
  bf_status status = BF_OK;
  bf_points p = {0};
  double *x = calloc(shape->dim, sizeof *x);
  uint64_t seed = host->seed(task, "points"), noise_seed = host->seed(task, "noise");
  const bf_out *out = host->output(task, "points", NULL, 0);
  if (!out || !x) {
    status = out ? bf_fail(BF_NO_MEMORY, "no memory for a point of %u coordinates", shape->dim) : BF_FAILED;
    goto out;
  }
  BF_TRY(bf_cloud_fits(host, task, shape->n, shape->dim));
  BF_TRY(bf_points_new(&p, shape->n, shape->dim, shape->labelled));
  for (uint64_t i = 0; i < shape->n; i++) {
    if (i % (1 + 4096 / shape->dim) == 0) BF_TRY(host->step(task, i, shape->n));
    BF_TRY(put(shape, i, seed, noise_seed, x, &p));
  }
  shuffle(&p, host->seed(task, "shuffle"));
  status = bf_points_write(out, &p);
out:
  free(x);
  bf_points_free(&p);
  return status;
}

void bf_unit_centre(uint64_t unit, double distance, double x[3]) {
  for (int k = 0; k < 3; k++) x[k] = !unit ? 0 : (unit - 1) >> (2 - k) & 1 ? distance : -distance;
}
