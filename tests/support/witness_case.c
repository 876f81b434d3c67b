/* Random questions for the builder of witness complexes. */
#include "witness_case.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* Draws of one case. */
typedef struct draws {
  uint64_t seed, next;
} draws;

static uint32_t below(draws *d, uint64_t n) { return (uint32_t)bf_random_below(d->seed, d->next++, n); }

/* A coarse grid (0 and 1 only, or some more), or normal, or normal and far from the origin. */
static void place(draws *d, uint32_t kind, uint64_t n, float *x) {
  for (uint64_t i = 0; i < n; i++) {
    const float normal = (float)bf_random_normal(d->seed, d->next++);
    x[i] = kind < 2 ? (float)below(d, kind ? 4 : 2) : kind == 2 ? normal : 100 + normal / 8;
  }
}

static double alpha(draws *d, bool is_grid) {
  switch (below(d, 6)) {
  case 0:
    return 0;
  case 1:
    return 1e6;
  case 2:
    return is_grid ? 1 : .1;
  case 3:
    return is_grid ? 2 : 1;
  case 4:
    return bf_random_uniform(d->seed, d->next++) * 3;
  default:
    return bf_random_uniform(d->seed, d->next++) * .1;
  }
}

witness_case witness_case_random(uint64_t seed, uint64_t i, uint32_t most_points, uint32_t most_landmarks) {
  draws d = {seed, i << 32};
  witness_case c = {0};
  const uint32_t dim = 1 + below(&d, 5), n = 1 + below(&d, most_points), kind = below(&d, 4), l = 1 + below(&d, most_landmarks);
  const bool among = l <= n && below(&d, 4);
  assert_int_equal(bf_points_new(&c.points, n, dim, false), BF_OK);
  assert_int_equal(bf_points_new(&c.landmarks, l, dim, false), BF_OK);
  place(&d, kind, (uint64_t)n * dim, c.points.x);
  place(&d, kind, (uint64_t)l * dim, c.landmarks.x);
  for (uint32_t k = 0; k < l; k++) c.landmarks.id[k] = (k * 37 + 11) % 1009 * 3;
  for (uint32_t k = 0, from = 0; among && k < l; k++, from++) { /* some of the points, in order */
    from += below(&d, n - from - (l - k) + 1);
    memcpy(c.landmarks.x + (size_t)k * dim, c.points.x + (size_t)from * dim, dim * sizeof(float));
  }
  c.options =
      (bf_witness_options){.kind = (bf_witness_kind)below(&d, 2), .limit_dimension = below(&d, l + 2), .alpha_square = alpha(&d, kind < 2), .threads = 1};
  return c;
}

void witness_case_free(witness_case *c) {
  bf_points_free(&c->points);
  bf_points_free(&c->landmarks);
}

bf_filtration witness_case_build(const witness_case *c) {
  bf_filtration f;
  if (bf_witness_complex(&c->points, &c->landmarks, &c->options, &f) != BF_OK) fail_msg("%s", bf_error());
  return f;
}

void witness_case_same(const bf_filtration *a, const bf_filtration *b, const char *what) {
  if (a->n != b->n) fail_msg("%s: %llu simplices, and %llu", what, (unsigned long long)a->n, (unsigned long long)b->n);
  assert_memory_equal(a->first, b->first, (a->n + 1) * sizeof *a->first);
  if (a->n) assert_memory_equal(a->vertex, b->vertex, a->first[a->n] * sizeof *a->vertex);
  if (a->n) assert_memory_equal(a->value, b->value, a->n * sizeof *a->value);
  assert_true(a->threshold == b->threshold);
  assert_int_equal(a->limit_dimension, b->limit_dimension);
  assert_int_equal(a->convention, b->convention);
}
