/* complex.lazy_witness, the first half: how much farther than m_nu each landmark is from each witness. */
#include "../clones.h"
#include "knn.h"
#include "lazy.h"
#include "parallel.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = BF_LAZY_LANES, JOB = 32, GROUP = 4 }; /* witnesses of a job; those whose distances to a block are summed at once */

typedef double half __attribute__((vector_size(64), aligned(8))); /* of a block */

/* ---- before the work ---- */

/* A number near the golden section of n and prime to it: its multiples run through all points, and any piece of that run is spread over them: weights fall
 * early, and more of what follows can be passed over. */
static uint64_t scattering(uint64_t n) {
  for (uint64_t step = (uint64_t)(0.6180339887 * (double)n) + 1;; step++) {
    uint64_t a = n, b = step;
    while (b) {
      uint64_t rest = a % b;
      a = b;
      b = rest;
    }
    if (a <= 1) return step;
  }
}

bf_status bf_lazy_arrange(bf_lazy *z) {
  bf_status status = BF_OK;
  const bf_points *p = z->landmarks;
  bf_knn_tree tree = {0};
  uint32_t *row = malloc((z->n + 1) * sizeof *row);
  z->step = scattering(z->points->n);
  z->place = malloc((z->n + 1) * sizeof *z->place);
  z->x = calloc((size_t)z->blocks * LANES + 1, p->dim * sizeof *z->x);
  if (!row || !z->place || !z->x) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %u landmarks", z->n);
    goto out;
  }
  for (uint32_t i = 0; i < z->n; i++) row[i] = i;
  BF_TRY(bf_knn_tree_build(p->x, row, z->n, p->dim, &tree)); /* its leaves follow one another without a gap */
  for (uint32_t at = 0; at < z->n; at++) {
    z->place[tree.point[at]] = at;
    for (size_t k = 0; k < p->dim; k++) z->x[((size_t)(at / LANES) * p->dim + k) * LANES + at % LANES] = (double)p->x[(size_t)tree.point[at] * p->dim + k];
  }
out:
  bf_knn_tree_free(&tree);
  free(row);
  return status;
}

/* ---- witnesses ---- */

static const float *coordinates(const bf_lazy *z, uint64_t number) {
  const uint32_t dim = z->points->dim;
  return number < z->n ? z->landmarks->x + number * dim : z->points->x + (number - z->n) * z->step % z->points->n * dim; /* both below 2^32 */
}

/* One thread's memory. */
typedef struct state {
  double *witness; /* JOB × dim */
  double *square;  /* JOB × blocks × LANES: squared distances */
} state;

static void free_state(void *context, void *scratch) {
  state *t = scratch;
  (void)context;
  free(t->witness);
  free(t->square);
  free(t);
}

static void *new_state(void *context) {
  const bf_lazy *z = context;
  state *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  t->witness = calloc((size_t)JOB * z->points->dim, sizeof *t->witness);
  t->square = malloc((size_t)JOB * z->blocks * LANES * sizeof *t->square);
  if (t->witness && t->square) return t;
  free_state(context, t);
  return NULL;
}

uint64_t bf_lazy_excess_bytes(const bf_lazy *z) { return (uint64_t)JOB * sizeof(double) * (z->points->dim + (uint64_t)z->blocks * LANES); }
uint64_t bf_lazy_excess_jobs(uint64_t witnesses) { return (witnesses + JOB - 1) / JOB; }

/* Squared distances of GROUP witnesses to a block, summed in the order of the coordinates; to[g * stride] is the g-th one's. */
BF_CLONES static void squares(const double *block, const double *witness, size_t dim, double *to, size_t stride) {
  half sum[GROUP][2] = {{{0}}};
  for (size_t k = 0; k < dim; k++) {
    half low = *(const half *)(block + k * LANES), high = *(const half *)(block + k * LANES + LANES / 2);
#pragma GCC unroll 4
    for (size_t g = 0; g < GROUP; g++) {
      half a = low - witness[g * dim + k], b = high - witness[g * dim + k];
      sum[g][0] += a * a;
      sum[g][1] += b * b;
    }
  }
#pragma GCC unroll 4
  for (size_t g = 0; g < GROUP; g++) {
    *(half *)(to + g * stride) = sum[g][0];
    *(half *)(to + g * stride + LANES / 2) = sum[g][1];
  }
}

/* The least and the second least of so many lanes, equal ones counted each. */
BF_CLONES static void two_least(const double *square, size_t lanes, double least[2]) {
  double first[LANES], second[LANES];
  for (size_t l = 0; l < LANES; l++) first[l] = second[l] = INFINITY;
  for (size_t at = 0; at < lanes; at += LANES)
    for (size_t l = 0; l < LANES; l++) {
      double x = square[at + l], more = x > first[l] ? x : first[l];
      first[l] = x < first[l] ? x : first[l];
      second[l] = more < second[l] ? more : second[l];
    }
  least[0] = least[1] = INFINITY;
  for (size_t l = 0; l < LANES; l++) {
    const double x[2] = {first[l], second[l]};
    for (int i = 0; i < 2; i++) {
      double more = x[i] > least[0] ? x[i] : least[0];
      least[0] = x[i] < least[0] ? x[i] : least[0];
      least[1] = more < least[1] ? more : least[1];
    }
  }
}

/* Excesses of a block, rounded to the nearest float; gives the least. */
BF_CLONES static float excesses(const double *square, double m, float *to) {
  float least[LANES];
  for (size_t l = 0; l < LANES; l++) {
    double e = sqrt(square[l]) - m;
    to[l] = (float)(e > 0 ? e : 0);
  }
  memcpy(least, to, sizeof least);
  for (size_t w = LANES / 2; w; w /= 2)
    for (size_t l = 0; l < w; l++) least[l] = least[l + w] < least[l] ? least[l + w] : least[l];
  return least[0];
}

static bf_status excess_job(void *context, void *scratch, uint64_t job) {
  bf_lazy *z = context;
  const state *t = scratch;
  const size_t dim = z->points->dim, lanes = (size_t)z->blocks * LANES;
  const uint32_t from = (uint32_t)job * JOB, n = z->batch - from < JOB ? z->batch - from : JOB;
  for (uint32_t i = 0; i < n; i++) {
    const float *x = coordinates(z, z->from + from + i);
    for (size_t k = 0; k < dim; k++) t->witness[i * dim + k] = (double)x[k];
  }
  for (uint32_t b = 0; b < z->blocks; b++)
    for (uint32_t i = 0; i < n; i += GROUP) /* behind n stands what was there before: not used */
      squares(z->x + (size_t)b * dim * LANES, t->witness + i * dim, dim, t->square + i * lanes + (size_t)b * LANES, lanes);
  for (uint32_t i = 0; i < n; i++) {
    double *square = t->square + i * lanes, least[2];
    for (size_t l = z->n; l < lanes; l++) square[l] = INFINITY;
    two_least(square, lanes, least);
    const double m = z->nu ? sqrt(least[z->nu - 1]) : 0;
    for (uint32_t b = 0; b < z->blocks; b++) {
      const size_t at = (size_t)b * z->room + from + i;
      z->least[at] = excesses(square + (size_t)b * LANES, m, z->excess + at * LANES);
    }
  }
  return BF_OK;
}

bf_status bf_lazy_excess(bf_lazy *z, uint64_t done, uint64_t total) {
  for (size_t b = 0; b < z->blocks; b++)
    for (size_t i = z->batch; i < z->room; i++) z->least[b * z->room + i] = INFINITY;
  bf_host_jobs jobs = {.n = bf_lazy_excess_jobs(z->batch), .run = excess_job, .scratch = new_state, .release = free_state, .context = z};
  return bf_host_jobs_run(z->host, z->task, &jobs, done, total);
}
