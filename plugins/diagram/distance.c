/* How far two diagrams are from each other in one dimension. */
#include "distance.h"

#include "bottleneck.h"
#include "wasserstein.h"

#include <math.h>
#include <stdlib.h>

enum { POINT_BYTES = 256 /* of memory for a point, at most, in either distance */, MIB = 1 << 20 };

/* The intervals of one dimension by kind. */
typedef struct intervals {
  const double *birth, *death; /* all of them, in order of birth, death */
  uint64_t n;
  double *point;                        /* 2 n: births of those with two finite ends, then from n on their deaths */
  double *end;                          /* n: the one finite end of those that always were there, by size, then of those that never die */
  uint64_t points, always, never, both; /* how many have two finite ends, a death only, a birth only, neither */
} intervals;

static bf_status sort_out(const bf_diagram *d, uint32_t dim, intervals *x) {
  uint64_t first = 0, last;
  while (first < d->n && d->dim[first] < dim) first++;
  for (last = first; last < d->n && d->dim[last] == dim;) last++;
  *x = (intervals){.birth = d->birth + first, .death = d->death + first, .n = last - first};
  x->point = malloc((2 * (size_t)x->n + 1) * sizeof *x->point);
  x->end = malloc(((size_t)x->n + 1) * sizeof *x->end);
  if (!x->point || !x->end) return bf_fail(BF_NO_MEMORY, "out of memory for %llu intervals", (unsigned long long)x->n);
  for (uint64_t i = 0; i < x->n; i++) { /* births of -inf come first */
    const bool born = isfinite(x->birth[i]), dies = isfinite(x->death[i]);
    if (born && dies) {
      x->point[x->points] = x->birth[i];
      x->point[x->n + x->points++] = x->death[i];
    } else if (born || dies) {
      x->end[x->always + x->never] = born ? x->birth[i] : x->death[i];
      x->always += dies;
      x->never += born;
    } else {
      x->both++;
    }
  }
  return BF_OK;
}

static void intervals_free(intervals *x) {
  free(x->point);
  free(x->end);
}

static uint64_t count_common(const intervals *a, const intervals *b) {
  uint64_t n = 0, i = 0, j = 0;
  while (i < a->n && j < b->n) {
    const bool before = a->birth[i] != b->birth[j] ? a->birth[i] < b->birth[j] : a->death[i] < b->death[j];
    const bool equal = a->birth[i] == b->birth[j] && a->death[i] == b->death[j];
    n += equal;
    i += equal || before;
    j += equal || !before;
  }
  return n;
}

/* The greatest difference of ends, matched in order, and the root of the sum of squares: on a line no matching does better. */
static void match_ends(const intervals *a, const intervals *b, double *greatest, double *root) {
  const uint64_t n = a->always + a->never;
  double sum = 0;
  *greatest = 0;
  for (uint64_t i = 0; i < n; i++) *greatest = fmax(*greatest, fabs(a->end[i] - b->end[i]));
  for (uint64_t i = 0; i<n && * greatest> 0; i++) {
    const double part = (a->end[i] - b->end[i]) / *greatest;
    sum += part * part;
  }
  *root = *greatest < (double)INFINITY ? *greatest * sqrt(sum) : *greatest;
}

/* √(a² + b²), without overflow and with the same bits everywhere, which hypot() does not promise. */
static double root_of_squares(double a, double b) {
  const double most = fmax(a, b), part = most > 0 ? fmin(a, b) / most : 0;
  return most < (double)INFINITY && part > 0 ? most * sqrt(1 + part * part) : most;
}

/* Room for the points of both, and of what finds their matchings. */
static bf_status check_size(const intervals *a, const intervals *b, uint32_t dim, uint64_t budget) {
  const unsigned long long n = a->points, m = b->points;
  if (n >= 1u << 30 || m >= 1u << 30)
    return bf_fail(BF_NO_MEMORY,
                   "dimension %u: %llu and %llu intervals with two ends are too many, distances are told of fewer than 2^30; leave short ones out", dim, n, m);
  if (budget && n + m > budget / POINT_BYTES)
    return bf_fail(BF_NO_MEMORY, "dimension %u: the distances of %llu and %llu intervals need %.3g MiB, and the memory limit is %.3g MiB; raise it (`memory`)",
                   dim, n, m, (double)(n + m) * POINT_BYTES / MIB, (double)budget / MIB);
  return BF_OK;
}

static bf_status measure(const intervals *a, const intervals *b, uint64_t most, const plane_step *step, diagram_distance *out) {
  bf_status status = BF_OK;
  wasserstein w = {0};
  double greatest, root;
  const plane_points side[2] = {{(uint32_t)a->points, a->point, a->point + a->n}, {(uint32_t)b->points, b->point, b->point + b->n}};
  match_ends(a, b, &greatest, &root);
  BF_TRY(bottleneck_distance(side, step, &out->bottleneck));
  BF_TRY(wasserstein_distance(side, most, step, &w));
  out->bottleneck = fmax(out->bottleneck, greatest);
  out->wasserstein = root_of_squares(w.distance, root);
  out->least = fmin(out->wasserstein, fmax(out->bottleneck, root_of_squares(w.least, root))); /* no sum of squares is below the greatest of them */
  out->finished = w.finished;
out:
  return status;
}

bf_status diagram_distance_of(const bf_diagram *a, const bf_diagram *b, uint32_t dim, uint64_t most, uint64_t budget, const plane_step *step,
                              diagram_distance *out) {
  bf_status status = BF_OK;
  intervals x = {0}, y = {0};
  BF_TRY(sort_out(a, dim, &x));
  BF_TRY(sort_out(b, dim, &y));
  *out = (diagram_distance){.n = {x.n, y.n}, .common = count_common(&x, &y), .finished = true};
  if (out->common == x.n && out->common == y.n) goto out;
  if (x.always != y.always || x.never != y.never || x.both != y.both) {
    out->bottleneck = out->wasserstein = out->least = INFINITY;
    goto out;
  }
  BF_TRY(check_size(&x, &y, dim, budget));
  BF_TRY(measure(&x, &y, most, step, out));
out:
  intervals_free(&x);
  intervals_free(&y);
  return status;
}
