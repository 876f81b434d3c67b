/* The longest stretch of a parameter on which Betti numbers stay the same. */
#include "stretch.h"

#include <bettiflow/math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bf_status no_memory(void) { return bf_fail(BF_NO_MEMORY, "out of memory for the stretches of Betti numbers"); }

static bf_status stretches_new(stretches *s, uint32_t dims) {
  *s = (stretches){.dims = dims};
  s->together = calloc(dims + 1u, sizeof *s->together);
  s->each = calloc(dims + 1u, sizeof *s->each);
  s->alone = calloc(dims + 1u, sizeof *s->alone);
  return s->together && s->each && s->alone ? BF_OK : no_memory();
}

void stretches_free(stretches *s) {
  free(s->together);
  free(s->each);
  free(s->alone);
  *s = (stretches){0};
}

/* ---- what lasts now, and the longest so far ---- */

enum { MIB = 1 << 20 };
enum { SERIES = STRETCH_MAX_DIM + 2 }; /* one for each dimension, and the last, number `dims`, for all together */

typedef struct now {
  double since[SERIES], last[SERIES]; /* first and last value of what lasts */
  uint64_t values[SERIES];            /* 0: nothing yet */
  int64_t each[SERIES], together[SERIES];
  bool constant; /* the numbers stay the same from a value to the next one; else they are known at the values only */
  bool log;
} now;

static double length_of(const now *n, double from, double to) { return n->log ? bf_log(to) - bf_log(from) : to - from; }

static void end_stretch(stretches *s, const now *n, uint32_t k, double to) {
  const double length = length_of(n, n->since[k], to);
  stretch *best = k < s->dims ? &s->alone[k] : &s->joint;
  if (best->values && !(length > best->length)) return;
  *best = (stretch){n->since[k], to, length, n->values[k]};
  if (k < s->dims)
    s->each[k] = n->each[k];
  else
    memcpy(s->together, n->together, s->dims * sizeof *s->together);
}

/* At the value `at`, series k either is as before or begins a new stretch. */
static void go_on(stretches *s, now *n, uint32_t k, double at, bool same) {
  if (n->values[k] && same) {
    n->last[k] = at;
    n->values[k]++;
    return;
  }
  if (n->values[k]) end_stretch(s, n, k, n->constant ? at : n->last[k]);
  n->since[k] = n->last[k] = at;
  n->values[k] = 1;
}

/* The numbers at the next value; -1 where one is not known. */
static void next_value(stretches *s, now *n, const int64_t *betti, double at) {
  go_on(s, n, s->dims, at, memcmp(n->together, betti, s->dims * sizeof *betti) == 0);
  memcpy(n->together, betti, s->dims * sizeof *betti);
  for (uint32_t k = 0; k < s->dims; k++) {
    if (betti[k] < 0) continue;
    go_on(s, n, k, at, n->each[k] == betti[k]);
    n->each[k] = betti[k];
  }
}

/* ---- diagrams ---- */

typedef struct event {
  double at;
  int32_t step; /* dim + 1 for a birth, -(dim + 1) for a death */
} event;

static int by_value(const void *a, const void *b) {
  const event *x = a, *y = b;
  return (x->at > y->at) - (x->at < y->at);
}

static bf_status make_events(const bf_diagram *d, uint64_t budget, event **out, uint64_t *n) {
  if (d->n > SIZE_MAX / (2 * sizeof **out) - 1 || (budget && d->n > budget / (2 * sizeof **out)))
    return bf_fail(BF_NO_MEMORY,
                   "%llu intervals, in dimensions 0 to %u: their births and deaths need %.3g MiB, and the memory limit is %.3g MiB; raise it (`memory`)",
                   (unsigned long long)d->n, d->max_dim, (double)d->n * (2 * sizeof **out) / MIB, (double)budget / MIB);
  event *e = malloc((2 * (size_t)d->n + 1) * sizeof *e);
  if (!e) return no_memory();
  *n = 0;
  for (uint64_t i = 0; i < d->n; i++) {
    const int32_t step = (int32_t)d->dim[i] + 1;
    e[(*n)++] = (event){d->birth[i], step};
    if (d->death[i] < (double)INFINITY) e[(*n)++] = (event){d->death[i], -step};
  }
  qsort(e, *n, sizeof *e, by_value);
  *out = e;
  return BF_OK;
}

/* Thresholds of graphs are floats: the threshold was given as 0.7 where it is 0.7f, which is less. */
static double as_threshold(double x, double threshold) { return isfinite(threshold) && (double)(float)x == threshold ? threshold : x; }

/* The range of a diagram's values as the header tells; NaN where there is none. False: the diagram was cut before it. */
static bool find_range(const bf_diagram *d, const stretch_range *r, const event *e, uint64_t n, double *from, double *to) {
  double least = (double)NAN, most = (double)NAN;
  for (uint64_t i = 0; i < n; i++) {
    if (!isfinite(e[i].at)) continue;
    if (isnan(least) && (!r->log || e[i].at > 0)) least = e[i].at;
    most = e[i].at;
  }
  const double begin = as_threshold(r->from, d->threshold);
  if (begin > d->threshold) return false;
  *to = fmin(as_threshold(r->to, d->threshold), d->threshold); /* fmin: a NaN says nothing */
  if (!isfinite(*to)) *to = isnan(begin) ? most : fmax(most, begin);
  *from = isnan(begin) ? least : begin;
  if (isnan(*from) && r->log && !isnan(most)) *from = *to; /* nothing above 0 */
  if (*from > *to) *from = *to;
  return true;
}

static void apply(int64_t *betti, const event *e) {
  if (e->step > 0)
    betti[e->step - 1]++;
  else
    betti[-e->step - 1]--;
}

/* The numbers do not change, or there is no telling from where to where. */
static void take_all(stretches *s, const int64_t *betti, double from, double to) {
  s->joint = (stretch){from, to, to - from, 1};
  memcpy(s->together, betti, s->dims * sizeof *betti);
  memcpy(s->each, betti, s->dims * sizeof *betti);
  for (uint32_t k = 0; k < s->dims; k++) s->alone[k] = s->joint;
}

static void sweep(stretches *s, const event *e, uint64_t count, double from, double to, bool log) {
  now n = {.constant = true, .log = log};
  int64_t betti[STRETCH_MAX_DIM + 1] = {0};
  uint64_t i = 0;
  const bool some = from < to;
  while (i < count && (e[i].at <= (some ? from : to) || isnan(to))) apply(betti, &e[i++]);
  if (!some) {
    take_all(s, betti, from, to);
    return;
  }
  next_value(s, &n, betti, from);
  while (i < count && e[i].at < to) {
    const double at = e[i].at;
    for (; i < count && e[i].at == at; i++) apply(betti, &e[i]);
    next_value(s, &n, betti, at);
  }
  for (uint32_t k = 0; k <= s->dims; k++) end_stretch(s, &n, k, to);
}

bf_status stretch_of_diagram(const bf_diagram *d, const stretch_range *r, uint64_t budget, stretches *out) {
  bf_status status = BF_OK;
  event *e = NULL;
  uint64_t n = 0;
  double from, to;
  *out = (stretches){0};
  if (d->max_dim > STRETCH_MAX_DIM)
    return bf_fail(BF_BAD_INPUT, "a diagram up to dimension %u; the stretches are told up to dimension %d", d->max_dim, STRETCH_MAX_DIM);
  BF_TRY(stretches_new(out, d->max_dim + 1));
  BF_TRY(make_events(d, budget, &e, &n));
  out->known = find_range(d, r, e, n, &from, &to);
  if (out->known) sweep(out, e, n, from, to, r->log);
out:
  free(e);
  if (status != BF_OK) stretches_free(out);
  return status;
}

/* ---- rows ---- */

static int by_place(const void *a, const void *b) {
  const stretch_row *x = a, *y = b;
  if (x->at != y->at) return x->at < y->at ? -1 : 1;
  return (x->dim > y->dim) - (x->dim < y->dim);
}

static bool in_range(const stretch_range *r, double at) { return !(at < r->from) && !(at > r->to) && !(r->log && at <= 0); }

bf_status stretch_of_rows(stretch_row *row, uint64_t n, const stretch_range *r, stretches *out) {
  bf_status status = BF_OK;
  uint32_t dims = 0;
  now state = {.log = r->log};
  int64_t betti[STRETCH_MAX_DIM + 1] = {0};
  *out = (stretches){0};
  for (uint64_t i = 0; i < n; i++) dims = row[i].dim + 1 > dims ? row[i].dim + 1 : dims;
  if (dims > STRETCH_MAX_DIM + 1) return bf_fail(BF_BAD_INPUT, "a row of dimension %u; the stretches are told up to dimension %d", dims - 1, STRETCH_MAX_DIM);
  BF_TRY(stretches_new(out, dims));
  qsort(row, n, sizeof *row, by_place);
  for (uint64_t i = 0; i < n;) {
    const double at = row[i].at;
    for (uint32_t k = 0; k < dims; k++) betti[k] = -1;
    for (; i < n && row[i].at == at; i++) {
      int64_t *b = &betti[row[i].dim];
      if (*b >= 0 && *b != row[i].betti) {
        status =
            bf_fail(BF_BAD_INPUT, "at %g there are two Betti numbers of dimension %u, %lld and %lld", at, row[i].dim, (long long)*b, (long long)row[i].betti);
        goto out;
      }
      *b = row[i].betti;
    }
    if (in_range(r, at)) next_value(out, &state, betti, at);
  }
  for (uint32_t k = 0; k <= dims; k++)
    if (state.values[k]) end_stretch(out, &state, k, state.last[k]);
  out->known = out->joint.values > 0;
out:
  if (status != BF_OK) stretches_free(out);
  return status;
}
