/* From a point cloud to a graph of Euclidean distances. */
#include "ripser/read.h"
#include "../../clones.h"
#include <math.h>
#include <stdlib.h>

enum { BLOCK = 32 }; /* points whose sums stay in registers */
typedef float floats __attribute__((vector_size(64), aligned(4)));

/* Lanes are points; each sum keeps the order of the coordinates. */
BF_CLONES static void block_from(const float *own, const float *column, size_t stride, uint32_t dim, float *d) {
  floats s = {0}, t = {0};
  for (uint32_t k = 0; k < dim; k++, column += stride) {
    floats x = own[k] - *(const floats *)column, y = own[k] - *(const floats *)(column + BLOCK / 2);
    s += x * x;
    t += y * y;
  }
  *(floats *)d = s;
  *(floats *)(d + BLOCK / 2) = t;
  for (size_t j = 0; j < BLOCK; j++) d[j] = sqrtf(d[j]);
}

void ripser_distances_from(const float *own, const float *column, size_t stride, uint32_t dim, size_t n, float *d) {
  size_t at = 0;
  for (; at + BLOCK <= n; at += BLOCK) block_from(own, column + at, stride, dim, d + at);
  for (; at < n; at++) { /* the last few points */
    float sum = 0;
    for (uint32_t k = 0; k < dim; k++) sum += (own[k] - column[k * stride + at]) * (own[k] - column[k * stride + at]);
    d[at] = sqrtf(sum);
  }
}

static float *transpose(const bf_points *p) {
  float *column = malloc((p->n * p->dim + 1) * sizeof *column);
  for (size_t i = 0; column && i < p->n; i++)
    for (size_t k = 0; k < p->dim; k++) column[k * p->n + i] = p->x[i * p->dim + k];
  return column;
}

/* Two walks over all pairs: the first counts the edges, the second stores them, sorted by (smaller, larger) vertex. */
static bf_status near_pairs(const float *column, const bf_points *p, float threshold, uint64_t budget, float *d, bf_graph *g) {
  uint64_t m = 0;
  for (int walk = 0; walk < 2; walk++) {
    m = 0;
    for (size_t i = 0; i < p->n; i++) {
      ripser_distances_from(p->x + i * p->dim, column + i, p->n, p->dim, p->n - i, d + i);
      for (size_t j = i + 1; j < p->n; j++) {
        if (!(d[j] <= threshold)) continue;
        if (walk == 1) g->u[m] = (uint32_t)i, g->v[m] = (uint32_t)j, g->w[m] = d[j];
        m++;
      }
    }
    if (walk == 1) break;
    bool fits = !budget || m < budget / 12;
    g->u = fits ? malloc((m + 1) * sizeof *g->u) : NULL;
    g->v = fits ? malloc((m + 1) * sizeof *g->v) : NULL;
    g->w = fits ? malloc((m + 1) * sizeof *g->w) : NULL;
    if (!g->u || !g->v || !g->w) return bf_fail(BF_NO_MEMORY, "no memory for %llu distances; lower the threshold", (unsigned long long)m);
  }
  g->m = m;
  return BF_OK;
}

static bf_status all_pairs(const float *column, const bf_points *p, uint64_t budget, bf_graph *g) {
  bf_status status = BF_OK;
  if (budget && p->n && p->n * (p->n - 1) / 2 > budget / sizeof *g->w) {
    return bf_fail(BF_NO_MEMORY, "no memory for the distances of %llu points; set a threshold or take fewer points", (unsigned long long)p->n);
  }
  BF_TRY(dense_graph(g, (uint32_t)p->n));
  float *w = g->w;
  for (size_t i = 1; i < p->n; i++) {
    ripser_distances_from(p->x + i * p->dim, column, p->n, p->dim, i, w);
    w += i;
  }
out:
  return status;
}

bf_status ripser_distances(const bf_points *p, float threshold, uint64_t budget, bf_graph *out) {
  bf_status status = BF_OK;
  float *column = transpose(p), *d = malloc((p->n + 1) * sizeof *d);
  *out = (bf_graph){.n = (uint32_t)p->n, .dense = threshold == INFINITY};
  if (!column || !d) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %llu points", (unsigned long long)p->n);
    goto out;
  }
  if (out->dense)
    BF_TRY(all_pairs(column, p, budget, out));
  else
    BF_TRY(near_pairs(column, p, threshold, budget, d, out));
out:
  free(column);
  free(d);
  return status;
}
