/* Distances from one point to a block of others, lane by lane: each lane sums over the coordinates in order, so a distance depends on its two points alone.
 *
 * A bound on the distances to a box does the same arithmetic with the gaps between point and box. A gap is at most the difference to any point of the box,
 * and rounding keeps that order in every difference, power and sum; so what a bound rules out is farther as computed, not only in theory. */
#include "metric.h"
#include "../clones.h"
#include "ripser/ripser_in.h"
#include <bettiflow/math.h>
#include <math.h>
#include <string.h>

bf_metric bf_metric_of(const char *name, double p) {
  const char *names = BF_METRICS;
  bf_metric m = {BF_EUCLIDEAN, p};
  for (const char *at = names; strncmp(at, name, strcspn(at, "|")) != 0 || strlen(name) != strcspn(at, "|"); at = strchr(at, '|') + 1) m.kind++;
  if (m.kind == BF_MINKOWSKI && p == 1) m.kind = BF_MANHATTAN;
  if (m.kind == BF_MINKOWSKI && p == INFINITY) m.kind = BF_CHEBYSHEV;
  return m;
}

typedef float floats __attribute__((vector_size(32), aligned(4)));
typedef double doubles __attribute__((vector_size(64), aligned(8)));
typedef int64_t masks __attribute__((vector_size(64)));
enum { LANES = 8, PARTS = BF_BLOCK / LANES };

/* Macros, since vectors between functions would make the ABI depend on the processor. */
#define WIDE(at) __builtin_convertvector(*(const floats *)(at), doubles)
#define SIZE(x) ((doubles)((masks)(x)&INT64_MAX))

/* Over all coordinates k and the four parts p of a block: STEP makes s[p] out of s[p] and x, the points' coordinates. */
#define OVER_BLOCK(load, STEP)                                                                                                                                 \
  doubles s[PARTS] = {0};                                                                                                                                      \
  for (uint32_t k = 0; k < dim; k++, column += stride)                                                                                                         \
    for (size_t p = 0; p < PARTS; p++) {                                                                                                                       \
      doubles x = load(column + p * LANES);                                                                                                                    \
      STEP                                                                                                                                                     \
    }                                                                                                                                                          \
  for (size_t p = 0; p < PARTS; p++) *(doubles *)(sum + p * LANES) = s[p];

BF_CLONES static void sum_of_sizes(const float *own, const float *column, size_t stride, uint32_t dim,
                                   double *sum){OVER_BLOCK(WIDE, { s[p] += SIZE(x - (double)own[k]); })}

BF_CLONES static void greatest_size(const float *own, const float *column, size_t stride, uint32_t dim,
                                    double *sum){OVER_BLOCK(WIDE,
                                                            {
                                                              doubles size = SIZE(x - (double)own[k]);
                                                              masks more = size > s[p];
                                                              s[p] = (doubles)(((masks)size & more) | ((masks)s[p] & ~more));
                                                            })}

BF_CLONES static void number_unequal(const float *own, const float *column, size_t stride, uint32_t dim, double *sum) {
  const doubles one = {1, 1, 1, 1, 1, 1, 1, 1};
  OVER_BLOCK(WIDE, { s[p] += (doubles)((masks)one & (x != (double)own[k])); })
}

#define AS_IT_IS(at) (*(const doubles *)(at))
BF_CLONES static void sum_of_squares(const double *own, const double *column, size_t stride, uint32_t dim, double *sum) {
  OVER_BLOCK(AS_IT_IS, {
    doubles difference = x - own[k];
    s[p] += difference * difference;
  })
}

/* t to the power p, 0 <= t <= 1, p >= 1. */
static double power(double t, double p) {
  if (p > 64 || p != floor(p)) return t > 0 ? bf_exp(p * bf_log(t)) : 0;
  double r = 1;
  for (unsigned e = (unsigned)p; e; e >>= 1, t *= t)
    if (e & 1) r *= t;
  return r;
}

/* Differences are divided by the greatest, so that no power overflows; its own is 1, and so the sum is at least that. */
static void minkowski(double p, const float *own, const float *column, size_t stride, uint32_t dim, double *sum) {
  double greatest[BF_BLOCK];
  greatest_size(own, column, stride, dim, greatest);
  for (size_t j = 0; j < BF_BLOCK; j++) {
    double total = 0;
    for (uint32_t k = 0; k < dim && greatest[j] > 0; k++) total += power(fabs((double)column[k * stride + j] - (double)own[k]) / greatest[j], p);
    sum[j] = greatest[j] > 0 ? greatest[j] * (p == 2 ? sqrt(total) : bf_exp(bf_log(total) / p)) : 0;
  }
}

void bf_metric_block(bf_metric m, const float *own, const float *column, size_t stride, uint32_t dim, float d[BF_BLOCK]) {
  double sum[BF_BLOCK] __attribute__((aligned(64)));
  switch (m.kind) {
  case BF_MANHATTAN:
    sum_of_sizes(own, column, stride, dim, sum);
    break;
  case BF_CHEBYSHEV:
    greatest_size(own, column, stride, dim, sum);
    break;
  case BF_MINKOWSKI:
    minkowski(m.p, own, column, stride, dim, sum);
    break;
  case BF_HAMMING:
    number_unequal(own, column, stride, dim, sum);
    for (size_t j = 0; j < BF_BLOCK; j++) sum[j] /= dim;
    break;
  default: /* Euclidean, which is Ripser's; cosine and correlation are not of floats */
    ripser_distances_from(own, column, stride, dim, BF_BLOCK, d);
    return;
  }
  for (size_t j = 0; j < BF_BLOCK; j++) d[j] = (float)sum[j];
}

/* Half the squared distance of unit vectors is 1 - their cosine, without cancellation. */
static void cosine_block(const double *own, const double *column, size_t stride, uint32_t dim, float *d) {
  double sum[BF_BLOCK] __attribute__((aligned(64)));
  sum_of_squares(own, column, stride, dim, sum);
  for (size_t j = 0; j < BF_BLOCK; j++) d[j] = sum[j] < 4 ? (float)(sum[j] / 2) : 2;
}

void bf_space_distances(const bf_space *s, uint32_t i, uint32_t from, uint32_t n, float *d) {
  const size_t row = (size_t)i * s->dim;
  if (s->metric.kind == BF_EUCLIDEAN) {
    ripser_distances_from((const float *)s->row + row, (const float *)s->column + from, s->n, s->dim, n, d);
    return;
  }
  for (uint32_t at = 0; at < n; at += BF_BLOCK) {
    float block[BF_BLOCK];
    uint32_t some = n - at < BF_BLOCK ? n - at : BF_BLOCK;
    if (s->unit)
      cosine_block(s->unit + row, (const double *)s->column + from + at, s->n, s->dim, block);
    else
      bf_metric_block(s->metric, (const float *)s->row + row, (const float *)s->column + from + at, s->n, s->dim, block);
    memcpy(d + at, block, some * sizeof *d);
  }
}

/* ---- boxes ---- */

bool bf_metric_has_boxes(bf_metric m) { return m.kind <= BF_MINKOWSKI; }

static float euclidean_gap(const float *own, const float *box, uint32_t dim) {
  float sum = 0;
  for (uint32_t k = 0; k < dim; k++) {
    float below = box[k] - own[k], above = own[k] - box[dim + k], gap = below > above ? below : above;
    if (gap > 0) sum += gap * gap;
  }
  return sqrtf(sum);
}

bool bf_metric_beyond(bf_metric m, const float *own, const float *box, uint32_t dim, float threshold) {
  double sum = 0, greatest = 0;
  if (m.kind == BF_EUCLIDEAN) return euclidean_gap(own, box, dim) > threshold;
  for (uint32_t k = 0; k < dim; k++) {
    double below = (double)box[k] - (double)own[k], above = (double)own[k] - (double)box[dim + k], gap = below > above ? below : above;
    if (gap > 0) sum += gap;
    if (gap > greatest) greatest = gap;
  }
  if (m.kind == BF_MANHATTAN) return (float)sum > threshold;
  if (m.kind == BF_CHEBYSHEV) return (float)greatest > threshold;
  return (float)(greatest * (1 - 0x1p-40)) > threshold; /* Minkowski's distance is at least that but for the rounding of its root */
}
