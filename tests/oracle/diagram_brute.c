/* Bottleneck and 2-Wasserstein distance against their definition, all matchings of up to 6 points with each other and the diagonal, and laws that hold for any
 * size. */
#include "bottleneck.h"
#include "distance.h"
#include "transport.h"
#include "wasserstein.h"

#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 500 };
static uint64_t draw;
static double uniform(void) { return bf_random_uniform(11, draw++); }
static uint32_t below(uint32_t n) { return (uint32_t)(uniform() * n); }

typedef struct cloud {
  uint32_t n;
  double birth[MOST], death[MOST];
} cloud;

static plane_points points_of(const cloud *c) { return (plane_points){c->n, c->birth, c->death}; }

/* Real numbers, or a few whole ones so that many points and distances are equal. */
static void random_cloud(cloud *c, uint32_t n, int kind) {
  c->n = n;
  for (uint32_t i = 0; i < n; i++) {
    c->birth[i] = kind == 0 ? uniform() : kind == 1 ? below(4) : kind == 2 ? 0 : 1e-3 * below(3) + uniform() / 1024;
    c->death[i] = c->birth[i] + (kind == 0 ? uniform() * uniform() : kind == 1 ? 1 + below(4) : kind == 2 ? 1e-3 + uniform() : 1 + uniform() / 1024);
  }
}

/* ---- all matchings ---- */

typedef struct brute {
  const cloud *a, *b;
  bool taken[6];
  double bottleneck, square; /* the best so far */
} brute;

static void finish(brute *f, double most, double square) {
  for (uint32_t j = 0; j < f->b->n; j++) {
    const double height = (f->b->death[j] - f->b->birth[j]) / 2;
    if (f->taken[j]) continue;
    most = fmax(most, height);
    square += height * height;
  }
  f->bottleneck = fmin(f->bottleneck, most);
  f->square = fmin(f->square, square);
}

static void match_from(brute *f, uint32_t i, double most, double square) {
  if (i == f->a->n) {
    finish(f, most, square);
    return;
  }
  const double height = (f->a->death[i] - f->a->birth[i]) / 2;
  match_from(f, i + 1, fmax(most, height), square + height * height);
  for (uint32_t j = 0; j < f->b->n; j++) {
    if (f->taken[j]) continue;
    const double d = fmax(fabs(f->a->birth[i] - f->b->birth[j]), fabs(f->a->death[i] - f->b->death[j]));
    f->taken[j] = true;
    match_from(f, i + 1, fmax(most, d), square + d * d);
    f->taken[j] = false;
  }
}

static double bottleneck_of(const cloud *a, const cloud *b) {
  const plane_points side[2] = {points_of(a), points_of(b)};
  double d;
  assert_int_equal(bottleneck_distance(side, &(plane_step){0}, &d), BF_OK);
  return d;
}

static wasserstein wasserstein_of(const cloud *a, const cloud *b, uint64_t most) {
  const plane_points side[2] = {points_of(a), points_of(b)};
  wasserstein w;
  assert_int_equal(wasserstein_distance(side, most, &(plane_step){0}, &w), BF_OK);
  assert_true(w.least <= w.distance);
  if (!most) assert_true(w.finished && w.distance - w.least <= 1e-11 * w.distance);
  return w;
}

static bool near(double x, double y) { return fabs(x - y) <= 1e-12 * fmax(x, y); }

static void definition(void **state) {
  (void)state;
  static cloud a, b;
  for (uint32_t at = 0; at < 1500; at++) {
    random_cloud(&a, below(7), (int)(at % 4));
    random_cloud(&b, below(7), (int)(at % 4));
    for (uint32_t i = 0; i < b.n && i < a.n && below(2); i++) b.birth[i] = a.birth[i], b.death[i] = a.death[i]; /* some in common */
    brute f = {.a = &a, .b = &b, .bottleneck = INFINITY, .square = INFINITY};
    match_from(&f, 0, 0, 0);
    const double d = bottleneck_of(&a, &b);
    const wasserstein w = wasserstein_of(&a, &b, 0);
    if (d != f.bottleneck || !near(w.distance, sqrt(f.square)))
      fail_msg("case %u, %u and %u points: bottleneck %.17g, not %.17g; Wasserstein %.17g, not %.17g", at, a.n, b.n, d, f.bottleneck, w.distance,
               sqrt(f.square));
  }
}

/* Equal points may not be cancelled: (0, 9) to (1, 9) to (2, 9) is nearer than (0, 9) to (2, 9). */
static void in_common(void **state) {
  (void)state;
  static cloud a = {2, {0, 1}, {9, 9}}, b = {2, {1, 2}, {9, 9}};
  assert_true(bottleneck_of(&a, &b) == 1);
  assert_true(near(wasserstein_of(&a, &b, 0).distance, sqrt(2)));
}

/* ---- laws ---- */

static void scale(cloud *c, double by) {
  for (uint32_t i = 0; i < c->n; i++) c->birth[i] *= by, c->death[i] *= by;
}

static void shuffle(cloud *c) {
  for (uint32_t i = c->n; i > 1; i--) {
    const uint32_t j = below(i);
    const double birth = c->birth[i - 1], death = c->death[i - 1];
    c->birth[i - 1] = c->birth[j], c->death[i - 1] = c->death[j];
    c->birth[j] = birth, c->death[j] = death;
  }
}

/* Symmetric, the order of points is of no matter, powers of two change nothing but the scale, triangle inequality, bounds by the most distant points. */
static void laws(void **state) {
  (void)state;
  static cloud a, b, c;
  for (uint32_t at = 0; at < 40; at++) {
    random_cloud(&a, below(200), (int)(at % 4));
    random_cloud(&b, below(200), (int)(at % 4));
    random_cloud(&c, below(200), (int)(at % 4));
    const double d = bottleneck_of(&a, &b), w = wasserstein_of(&a, &b, 0).distance;
    assert_true(d <= w && bottleneck_of(&b, &a) == d && near(wasserstein_of(&b, &a, 0).distance, w));
    assert_true(d <= bottleneck_of(&a, &c) + bottleneck_of(&c, &b) + 1e-12);
    assert_true(w <= wasserstein_of(&a, &c, 0).distance + wasserstein_of(&c, &b, 0).distance + 1e-12);
    assert_true(bottleneck_of(&a, &a) == 0 && wasserstein_of(&a, &a, 0).distance == 0);
    shuffle(&a);
    assert_true(bottleneck_of(&a, &b) == d && near(wasserstein_of(&a, &b, 0).distance, w));
    const int power = at % 2 ? 1000 : -900;
    scale(&a, ldexp(1, power));
    scale(&b, ldexp(1, power));
    assert_true(bottleneck_of(&a, &b) == ldexp(d, power) && near(wasserstein_of(&a, &b, 0).distance, ldexp(w, power)));
  }
}

/* Values at the ends of the range of doubles: heights and distances overflow, answers don't. */
static void extremes(void **state) {
  (void)state;
  static cloud a = {2, {-1.7e308, -1e308}, {1.7e308, 1.6e308}}, b = {1, {-1.6e308}, {1.7e308}};
  assert_true(bottleneck_of(&a, &b) == 1.3e308);
  assert_true(near(wasserstein_of(&a, &b, 0).distance, 1.3e308 * sqrt(1 + (.1 / 1.3) * (.1 / 1.3))));
  static cloud small = {2, {0, 0}, {5e-324, 1e-323}}, none = {0};
  assert_true(bottleneck_of(&small, &none) <= 1e-323);
  assert_true(wasserstein_of(&small, &none, 0).distance <= 2e-323);
}

/* Many points of one side assigned to one of the other: the arcs of either end are found by its shorter list. */
static void star(void **state) {
  (void)state;
  enum { POINTS = 400 };
  static cloud many = {.n = POINTS}, one = {.n = POINTS};
  for (uint32_t i = 0; i < POINTS; i++) many.birth[i] = i, many.death[i] = 4 * POINTS, one.birth[i] = 0, one.death[i] = 4 * POINTS;
  for (int k = 0; k < 2; k++) {
    transport t;
    const plane_points side[2] = {points_of(k ? &one : &many), points_of(k ? &many : &one)};
    assert_int_equal(transport_new(&t, side, 1), BF_OK);
    for (int round = 0; round < 2; round++)
      for (uint32_t i = 0; i < POINTS; i++) assert_int_equal(k ? transport_add(&t, 0, i, 1) : transport_add(&t, i, 0, 1), BF_OK);
    assert_int_equal(t.narc, POINTS);
    for (uint32_t i = 0; i < POINTS; i++) assert_int_equal(t.arc[i].flow, 2);
    assert_true(t.looked <= UINT64_C(2) * POINTS);
    transport_free(&t);
  }
  assert_true(near(wasserstein_of(&many, &one, 0).distance, sqrt((POINTS - 1.0) * POINTS * (2 * POINTS - 1) / 6)));
}

/* A search that is cut short tells bounds. */
static void bounds(void **state) {
  (void)state;
  static cloud a, b;
  for (int kind = 0; kind < 4; kind++) {
    random_cloud(&a, 500, kind);
    random_cloud(&b, 420, kind);
    const double exact = wasserstein_of(&a, &b, 0).distance;
    for (uint64_t most = 1; most <= UINT64_C(1000000000); most *= 1000) {
      const wasserstein w = wasserstein_of(&a, &b, most);
      assert_true(w.least <= exact * (1 + 1e-12) && exact <= w.distance * (1 + 1e-12));
      if (most == 1000000000) assert_true(w.finished && near(w.distance, exact));
      if (most == 1 && kind == 0) assert_true(!w.finished);
    }
  }
}

typedef struct counter {
  uint32_t calls, stop;
} counter;

static bf_status count_call(void *context) {
  counter *c = context;
  return ++c->calls == c->stop ? bf_fail(BF_CANCELLED, "stop") : BF_OK;
}

/* What step() says ends the work; within a phase of the matching too. */
static void steps(void **state) {
  (void)state;
  static cloud a, b;
  random_cloud(&a, MOST, 1);
  random_cloud(&b, MOST, 0);
  const plane_points side[2] = {points_of(&a), points_of(&b)};
  for (int k = 0; k < 2; k++) {
    counter all = {0};
    for (uint32_t stop = 0; stop <= all.calls; stop++) {
      counter c = {.stop = stop};
      const plane_step step = {count_call, &c};
      double distance;
      wasserstein w;
      assert_int_equal(k ? wasserstein_distance(side, 0, &step, &w) : bottleneck_distance(side, &step, &distance), stop ? BF_CANCELLED : BF_OK);
      if (!stop) all = c;
    }
    assert_true(all.calls > 0);
  }
}

/* ---- intervals that never die, or always were there ---- */

static diagram_distance distance_of(uint64_t n, const double *birth, const double *death, uint64_t m, const double *birth2, const double *death2) {
  uint32_t dim[8] = {0};
  bf_diagram a = {.n = n, .dim = dim, .birth = (double *)(uintptr_t)birth, .death = (double *)(uintptr_t)death};
  bf_diagram b = {.n = m, .dim = dim, .birth = (double *)(uintptr_t)birth2, .death = (double *)(uintptr_t)death2};
  diagram_distance d;
  assert_int_equal(diagram_distance_of(&a, &b, 0, 0, 0, &(plane_step){0}, &d), BF_OK);
  return d;
}
#define LIST(...) ((const double[]){__VA_ARGS__})

static void unbounded(void **state) {
  (void)state;
  const double inf = INFINITY;
  diagram_distance d = distance_of(3, LIST(0, 1, 2), LIST(inf, 4, inf), 3, LIST(0, 1, 5), LIST(inf, 4, inf));
  assert_true(d.n[0] == 3 && d.n[1] == 3 && d.common == 2 && d.finished && d.bottleneck == 3 && d.wasserstein == 3 && d.least == 3);
  d = distance_of(2, LIST(0, 4), LIST(inf, inf), 2, LIST(1, 2), LIST(inf, inf)); /* in order of birth */
  assert_true(d.bottleneck == 2 && near(d.wasserstein, sqrt(5)));
  d = distance_of(2, LIST(0, 4), LIST(inf, 8), 2, LIST(3, 4), LIST(inf, 4 + 2)); /* a pair at 3, one at 2 */
  assert_true(d.bottleneck == 3 && near(d.wasserstein, sqrt(13)));
  d = distance_of(1, LIST(0), LIST(inf), 2, LIST(0, 1), LIST(inf, inf));
  assert_true(d.bottleneck == inf && d.wasserstein == inf && d.least == inf && d.common == 1);
  d = distance_of(3, LIST(-inf, -inf, -inf), LIST(1, 2, inf), 3, LIST(-inf, -inf, -inf), LIST(1, 4, inf));
  assert_true(d.bottleneck == 2 && d.wasserstein == 2 && d.common == 2);
  d = distance_of(1, LIST(-inf), LIST(1), 1, LIST(0), LIST(1));
  assert_true(d.bottleneck == inf);
  d = distance_of(1, LIST(0), LIST(inf), 1, LIST(0), LIST(inf));
  assert_true(d.bottleneck == 0 && d.wasserstein == 0 && d.common == 1);
  d = distance_of(4, LIST(0, 0, 0, 1), LIST(1, 1, 2, 2), 3, LIST(0, 0, 1), LIST(1, 3, 2));
  assert_true(d.common == 2 && d.bottleneck == 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(definition), cmocka_unit_test(in_common), cmocka_unit_test(laws),  cmocka_unit_test(extremes),
                                     cmocka_unit_test(star),       cmocka_unit_test(bounds),    cmocka_unit_test(steps), cmocka_unit_test(unbounded)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
