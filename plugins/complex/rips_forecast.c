/* complex.rips: what the graph will need, from a sample of pairs, and what would fit. */
#include "rips.h"
#include <bettiflow/random.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { EDGE = 24, SAMPLES = 512 }; /* bytes of an edge while a sparse graph is made; blocks of pairs */

static int rising(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

/* Distances of some pairs, rising. */
static uint32_t sample(const bf_space *s, float *d) {
  uint32_t n = s->n < BF_BLOCK ? s->n : BF_BLOCK;
  for (uint32_t i = 0; i < SAMPLES; i++) {
    uint32_t from = (uint32_t)bf_random_below(2, i, s->n - n + 1);
    bf_space_distances(s, (uint32_t)bf_random_below(1, i, s->n), from, n, d + (size_t)i * n);
  }
  qsort(d, (size_t)SAMPLES * n, sizeof *d, rising);
  return SAMPLES * n;
}

static double pairs(double n) { return n * (n - 1) / 2; }

/* Every how many points would leave a graph of so many bytes, when all points need `need`. */
static uint64_t every(double need, double bytes) { return (uint64_t)ceil(sqrt(need / bytes)); }

/* Sentence and status; needed < 0: not known, only that it is too much. */
static bf_status refuse(const bf_rips *r, double needed, const float *d, uint32_t sampled) {
  const bf_space *s = r->space;
  char what[128], threshold[64] = "", bound[64] = "";
  double fit = 0.8 * (double)r->memory / EDGE / pairs(s->n); /* share of the pairs that fits */
  uint64_t at = (uint64_t)(fit * sampled);
  if (at >= 8 && at < sampled) snprintf(threshold, sizeof threshold, "a threshold of about %.3g or ", (double)d[at]);
  if (at < 8) snprintf(threshold, sizeof threshold, "a %s threshold or ", r->threshold < INFINITY ? "lower" : "low");
  if (r->threshold < INFINITY)
    snprintf(what, sizeof what, "the pairs of %u points up to %g", s->n, (double)r->threshold);
  else
    snprintf(what, sizeof what, "all pairs of %u points", s->n);
  snprintf(bound, sizeof bound, "%llu bytes that the task may use", (unsigned long long)r->memory);
  return bf_fail(BF_NO_MEMORY, "%s need about %.0f bytes, more than the %s; %spoints.subsample with every: %llu would fit", what, needed, bound, threshold,
                 (unsigned long long)every(needed, 0.8 * (double)r->memory));
}

/* What the graph takes by the sample: the share of the pairs within the threshold. */
static double estimate(const bf_rips *r, const float *d, uint32_t sampled) {
  uint32_t within = 0;
  if (r->threshold == INFINITY) return pairs(r->space->n) * sizeof(float);
  while (within < sampled && d[within] <= r->threshold) within++;
  return pairs(r->space->n) * within / sampled * EDGE;
}

static bf_status look(const bf_rips *r, bool too_large) {
  bf_status status = BF_OK;
  float *d = NULL;
  if (!r->memory || r->space->n < 2)
    return too_large ? bf_fail(BF_NO_MEMORY, "no memory for a graph of %u points; take fewer points, or a lower threshold", r->space->n) : BF_OK;
  if (!too_large && pairs(r->space->n) * (r->threshold < INFINITY ? EDGE : sizeof(float)) <= (double)r->memory) return BF_OK;
  d = malloc((size_t)SAMPLES * BF_BLOCK * sizeof *d);
  if (!d) return bf_fail(BF_NO_MEMORY, "no memory for a graph of %u points; take fewer points, or a lower threshold", r->space->n);
  uint32_t sampled = sample(r->space, d);
  double need = estimate(r, d, sampled), doubt = r->threshold < INFINITY ? 2 : 1; /* a sample may err; the work itself counts exactly */
  if (too_large && need < 1.25 * (double)r->memory) need = 1.25 * (double)r->memory;
  if (too_large || need > doubt * (double)r->memory) status = refuse(r, need, d, sampled);
  free(d);
  return status;
}

bf_status bf_rips_forecast(const bf_rips *r) { return look(r, false); }
bf_status bf_rips_too_large(const bf_rips *r) { return look(r, true); }
