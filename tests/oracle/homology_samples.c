/* Samples of circles, spheres, tori and the projective plane, a few hundred to 2,000 points: neighbour graphs with hops, and distances, whose complexes at one
 * scale have the homology of the space. The one-scale path has to say so, and the filtration path the same. */
#include "flag_ways.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 2400, WHY = 400, DIMS = 3 };

typedef struct sample {
  uint32_t n;
  double x[MOST][3];
} sample;

static uint64_t draws;
static double jitter(double width) { return width * (bf_random_uniform(4, draws++) - 0.5); }

static void add(sample *s, double x, double y, double z) {
  assert_true(s->n < MOST);
  double *p = s->x[s->n++];
  p[0] = x, p[1] = y, p[2] = z;
}

static void add_circle(sample *s, uint32_t n, double x, double radius) {
  for (uint32_t i = 0; i < n; i++) {
    double angle = 2 * M_PI * (i + jitter(1)) / n;
    add(s, x + radius * cos(angle), radius * sin(angle), jitter(0.02));
  }
}

/* Along a spiral from pole to pole, or to the equator. */
static void add_sphere(sample *s, uint32_t n, double x, double radius, bool half) {
  for (uint32_t i = 0; i < n; i++) {
    double z = half ? (i + 0.5) / n : 1 - (2 * i + 1.0) / n, angle = M_PI * (3 - sqrt(5)) * i + jitter(0.1), r = sqrt(1 - z * z);
    add(s, x + radius * r * cos(angle), radius * r * sin(angle), radius * z);
  }
}

static void add_torus(sample *s, uint32_t along, uint32_t around, double x, double radius) {
  for (uint32_t i = 0; i < along * around; i++) {
    const uint32_t place = i / around;
    double u = 2 * M_PI * (place + jitter(0.5)) / along, v = 2 * M_PI * (i % around + jitter(0.5)) / around;
    add(s, x + (radius + cos(v)) * cos(u), (radius + cos(v)) * sin(u), sin(v));
  }
}

/* ---- graphs ---- */

static double squared(const sample *s, uint32_t i, uint32_t j) {
  double sum = 0;
  for (int k = 0; k < 3; k++) sum += (s->x[i][k] - s->x[j][k]) * (s->x[i][k] - s->x[j][k]);
  return sum;
}

typedef struct near {
  double distance;
  uint32_t vertex;
} near;

static int by_distance(const void *x, const void *y) {
  const near *a = x, *b = y;
  return a->distance != b->distance ? (a->distance > b->distance) - (a->distance < b->distance) : (a->vertex > b->vertex) - (a->vertex < b->vertex);
}

/* Joins, at weight 1, each point with its k nearest, and at 2 what two such steps connect. */
static flag_case hop_graph(const sample *s, uint32_t k, const char *kind) {
  static near list[MOST];
  flag_case c = flag_case_new(s->n);
  snprintf(c.kind, sizeof c.kind, "%s, %u points", kind, s->n);
  for (uint32_t i = 0; i < s->n; i++) {
    for (uint32_t j = 0; j < s->n; j++) list[j] = (near){squared(s, i, j), j};
    qsort(list, s->n, sizeof *list, by_distance);
    for (uint32_t j = 0; j <= k; j++)
      if (list[j].vertex != i) flag_case_join(&c, i, list[j].vertex, 1);
  }
  for (uint32_t i = 0; i < s->n; i++) {
    uint32_t n = 0;
    for (uint32_t j = 0; j < s->n; j++)
      if (j != i && flag_case_weight(&c, i, j) == 1) list[n++].vertex = j;
    for (uint32_t a = 0; a < n; a++)
      for (uint32_t b = 0; b < a; b++)
        if (flag_case_weight(&c, list[a].vertex, list[b].vertex) == INFINITY) flag_case_join(&c, list[a].vertex, list[b].vertex, 2);
  }
  c.threshold = 2;
  return c;
}

/* ---- checks ---- */

/* The filtration path, with and without collapse, against the one-scale path; at the last scale both against what is known. */
static void check(const flag_case *c, const float *scale, size_t nscale, const uint64_t *known) {
  char why[WHY];
  uint64_t betti[8 * DIMS];
  bf_barcode b, other;
  bf_graph g;
  bf_flag_options o = {.max_dim = c->max_dim, .threshold = c->threshold, .modulus = c->modulus, .threads = 1, .collapse = BF_COLLAPSE_NEVER};
  flag_case_graph(c, false, &g);
  assert_int_equal(bf_flag_barcode(&g, &o, &b), BF_OK);
  o.collapse = BF_COLLAPSE_ALWAYS;
  o.threads = 2;
  assert_int_equal(bf_flag_barcode(&g, &o, &other), BF_OK);
  if (!flag_same(other.at, other.n, b.at, b.n, why, WHY)) fail_msg("%s over Z/%u, collapsed, with two threads: %s", c->kind, c->modulus, why);
  for (size_t i = 0; i < nscale; i++)
    for (uint32_t d = 0; d <= c->max_dim; d++) betti[i * (c->max_dim + 1) + d] = bf_barcode_betti(&b, d, scale[i]);
  for (uint32_t d = 0; d <= c->max_dim; d++) {
    uint64_t got = betti[(nscale - 1) * (c->max_dim + 1) + d];
    if (got != known[d])
      fail_msg("%s over Z/%u: Betti number %llu in dimension %u, expected %llu", c->kind, c->modulus, (unsigned long long)got, d, (unsigned long long)known[d]);
  }
  if (!flag_ways_betti(c, FLAG_WAYS_FEW, scale, nscale, betti, why, WHY)) fail_msg("%s over Z/%u: %s", c->kind, c->modulus, why);
  bf_barcode_free(&b);
  bf_barcode_free(&other);
  bf_graph_free(&g);
}

static void check_hops(const sample *s, uint32_t k, const char *kind, const uint64_t *known) {
  flag_case c = hop_graph(s, k, kind);
  c.max_dim = 2;
  check(&c, (float[]){1, 2}, 2, known);
  flag_case_free(&c);
}

static sample s;

static void hop_graphs(void **state) {
  const char *asan = getenv("BF_ASAN");
  bool quick = asan && !strcmp(asan, "1");
  (void)state;
  s.n = 0;
  add_circle(&s, quick ? 200 : 400, 0, 1);
  check_hops(&s, 8, "a circle", (uint64_t[]){1, 1, 0});
  s.n = 0;
  add_sphere(&s, quick ? 250 : 1000, 0, 1, false);
  check_hops(&s, 12, "a sphere", (uint64_t[]){1, 0, 1});
  s.n = 0;
  add_torus(&s, quick ? 30 : 80, quick ? 15 : 25, 0, 2);
  check_hops(&s, 14, "a torus", (uint64_t[]){1, 2, 1});
}

/* Several spaces, one within the other, two linked, as the data sets of the paper have them. */
static void spaces_together(void **state) {
  (void)state;
  s.n = 0;
  for (int i = 0; i < 3; i++) {
    add_circle(&s, 120, 10 * i, 1);
    add_sphere(&s, 200, 10 * i, 3, false);
  }
  add_torus(&s, 60, 16, 50, 3);
  check_hops(&s, 14, "circles in spheres and a torus", (uint64_t[]){7, 5, 4});
}

/* Lines through the origin of R^3, by their angles. */
static void projective_plane(void **state) {
  const char *asan = getenv("BF_ASAN");
  (void)state;
  s.n = 0;
  add_sphere(&s, asan && !strcmp(asan, "1") ? 100 : 250, 0, 1, true);
  flag_case c = flag_case_new(s.n);
  snprintf(c.kind, sizeof c.kind, "the projective plane");
  c.max_dim = 2;
  c.threshold = 0.6f;
  for (uint32_t i = 0; i < s.n; i++)
    for (uint32_t j = 0; j < i; j++)
      flag_case_join(&c, i, j, (float)acos(fmin(1, fabs(s.x[i][0] * s.x[j][0] + s.x[i][1] * s.x[j][1] + s.x[i][2] * s.x[j][2]))));
  for (c.modulus = 2; c.modulus < 4; c.modulus++)
    check(&c, (float[]){0.1f, 0.2f, 0.3f, 0.4f, 0.6f}, 5, c.modulus == 2 ? (uint64_t[]){1, 1, 1} : (uint64_t[]){1, 0, 0});
  flag_case_free(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(hop_graphs), cmocka_unit_test(spaces_together), cmocka_unit_test(projective_plane)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
