/* Means, quantiles and the test of Mann and Whitney. */
#include "cli/statistics.h"
#include "base/text.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int rising(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void bf_sort_reals(double *x, size_t n) {
  if (n) qsort(x, n, sizeof *x, rising);
}

double bf_mean(const double *x, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i];
  return n ? sum / (double)n : (double)NAN;
}

double bf_quantile(const double *sorted, size_t n, double p) {
  if (!n) return (double)NAN;
  const double at = (double)(n - 1) * p;
  const size_t i = (size_t)at;
  const double part = at - (double)i;
  if (i + 1 >= n || part == 0 || sorted[i] == sorted[i + 1]) return sorted[i];
  return sorted[i] + part * (sorted[i + 1] - sorted[i]);
}

/* ---- the rank test ---- */

typedef struct ranked {
  double x;
  bool first; /* of the first sample */
} ranked;

static int by_value(const void *a, const void *b) { return rising(&((const ranked *)a)->x, &((const ranked *)b)->x); }

/* Twice the sum of the first sample's ranks, equal values having the mean of theirs; *ties becomes the sum of t^3 - t over groups of t equal values. */
static double twice_rank_sum(const ranked *r, size_t n, double *ties) {
  double sum = 0;
  *ties = 0;
  for (size_t i = 0, end; i < n; i = end) {
    size_t mine = 0;
    for (end = i; end < n && r[end].x == r[i].x; end++) mine += r[end].first;
    const double t = (double)(end - i);
    sum += (double)mine * (double)(i + 1 + end);
    *ties += t * t * t - t;
  }
  return sum;
}

/* P(U >= u) when all orders are equally likely. By the largest of all values: with m of n + m chances it is the second sample's, and U is that of the rest;
 * else it is greater than m values. So P(n, m, U = k) = (n P(n - 1, m, k - m) + m P(n, m - 1, k)) / (n + m), sums of positive numbers only. */
static double upper_tail(size_t n, size_t m, size_t u) {
  const size_t room = n * m + 1;
  double *table = bf_alloc((m + 1) * room, sizeof *table), *p = bf_alloc((m + 1) * room, sizeof *p), tail = 0; /* row j: sizes i and j */
  for (size_t j = 0; j <= m; j++) p[j * room] = 1;                                                             /* i = 0: U is 0 */
  for (size_t i = 1; i <= n; i++) {
    memcpy(table, p, (m + 1) * room * sizeof *p); /* of i - 1 */
    memset(p, 0, (m + 1) * room * sizeof *p);
    p[0] = 1;
    for (size_t j = 1; j <= m; j++)
      for (size_t k = 0; k <= i * j; k++)
        p[j * room + k] = ((k >= j ? (double)i * table[j * room + k - j] : 0) + (double)j * p[(j - 1) * room + k]) / (double)(i + j);
  }
  for (size_t k = room; k-- > u;) tail += p[m * room + k];
  free(table);
  free(p);
  return tail;
}

static double normal_tail(double z) { return erfc(z / sqrt(2)) / 2; }

bf_rank_test bf_mann_whitney(const double *x, size_t n, const double *y, size_t m) {
  bf_rank_test t = {(double)NAN, (double)NAN, false};
  double ties;
  if (!n || !m) return t;
  ranked *all = bf_alloc(n + m, sizeof *all);
  for (size_t i = 0; i < n; i++) all[i] = (ranked){x[i], true};
  for (size_t i = 0; i < m; i++) all[n + i] = (ranked){y[i], false};
  qsort(all, n + m, sizeof *all, by_value);
  t.u = (twice_rank_sum(all, n + m, &ties) - (double)n * (double)(n + 1)) / 2;
  free(all);
  const double pairs = (double)n * (double)m, total = (double)(n + m), most = fmax(t.u, pairs - t.u);
  t.exact = ties == 0 && n <= BF_EXACT_MOST && m <= BF_EXACT_MOST;
  if (t.exact) {
    t.p = fmin(1, 2 * upper_tail(n, m, (size_t)most));
    return t;
  }
  const double variance = pairs / 12 * (total + 1 - ties / (total * (total - 1)));
  t.p = variance > 0 ? fmin(1, 2 * normal_tail((most - pairs / 2 - .5) / sqrt(variance))) : 1;
  return t;
}
