/* The choice of k-means++. Weights are summed in a fixed order, chunk by chunk, so that a seed means the same everywhere. */
#include "plus_plus.h"
#include "spread.h"
#include <bettiflow/random.h>
#include <stdlib.h>

static double weight(const bf_spread *s, size_t i) { return s->least[i] > 0 ? s->least[i] : 0; }

/* One past the last point of a chunk. */
static size_t end_of(const bf_spread *s, size_t chunk) { return s->n - chunk * BF_SPREAD_CHUNK < BF_SPREAD_CHUNK ? s->n : (chunk + 1) * BF_SPREAD_CHUNK; }

static double sum_of(const bf_spread *s, size_t chunk) {
  double sum = 0;
  for (size_t i = chunk * BF_SPREAD_CHUNK; i < end_of(s, chunk); i++) sum += weight(s, i);
  return sum;
}

static uint32_t first_left(const bf_spread *s) {
  uint32_t i = 0;
  while (s->least[i] < 0) i++;
  return i;
}

/* The point at which the sum of weights exceeds a share of all, 0 <= share < 1. */
static uint32_t at_share(const bf_spread *s, double *sum, double share) {
  double all = 0, before = 0;
  size_t chunk = 0;
  for (size_t c = 0; c < s->chunks; c++) all += sum[c] = sum_of(s, c);
  if (!(all > 0)) return first_left(s);
  while (chunk + 1 < s->chunks && before + sum[chunk] <= share * all) before += sum[chunk++];
  for (size_t i = chunk * BF_SPREAD_CHUNK; i < s->n; i++)
    if ((before += weight(s, i)) > share * all) return (uint32_t)i;
  return bf_spread_farthest(s); /* rounding left nothing */
}

bf_status bf_plus_plus(const bf_host *host, bf_task *task, const bf_points *points, uint64_t seed, uint32_t count, uint32_t *chosen) {
  bf_status status = BF_OK;
  bf_spread s;
  double *sum = NULL;
  BF_TRY(bf_spread_new(points, NULL, (uint32_t)points->n, &s));
  if (!(sum = malloc(s.chunks * sizeof *sum))) {
    status = bf_fail(BF_NO_MEMORY, "no memory to draw from %u points", s.n);
    goto out;
  }
  for (uint32_t l = 0; l < count; l++) {
    chosen[l] = l ? at_share(&s, sum, bf_random_uniform(seed, l)) : (uint32_t)bf_random_below(seed, 0, s.n);
    BF_TRY(bf_spread_choose(host, task, &s, chosen[l], l, count));
  }
out:
  free(sum);
  bf_spread_free(&s);
  return status;
}
