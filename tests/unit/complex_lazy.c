/* complex.lazy_witness against brute force over its definition, and the homology of what it makes of a circle, a sphere and a torus. */
#include "stage_host.h"
#include <bettiflow/artifact.h>
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static bf_points cloud, landmarks; /* of the test at hand */

static void new_cloud(uint32_t n, uint32_t dim) {
  bf_points_free(&cloud);
  assert_int_equal(bf_points_new(&cloud, n, dim, false), BF_OK);
  for (uint32_t i = 0; i < n; i++) cloud.id[i] = 7 + 2 * i;
}

static void make_normal(uint64_t seed, uint32_t n, uint32_t dim, int exponent) {
  new_cloud(n, dim);
  for (uint64_t i = 0; i < (uint64_t)n * dim; i++) cloud.x[i] = ldexpf((float)bf_random_normal(seed, i), exponent);
}

/* Points of a coarse grid: many equal distances and many duplicates. */
static void make_grid(uint64_t seed, uint32_t n, uint32_t dim, uint32_t values) {
  new_cloud(n, dim);
  for (uint64_t i = 0; i < (uint64_t)n * dim; i++) cloud.x[i] = (float)bf_random_below(seed, i, values);
}

/* So many rows of the cloud by chance, in random order. */
static void choose(uint64_t seed, uint32_t n) {
  uint32_t *order = malloc((size_t)cloud.n * sizeof *order + 1);
  bf_random_permutation(seed, (uint32_t)cloud.n, order);
  bf_points_free(&landmarks);
  assert_int_equal(bf_points_new(&landmarks, n, cloud.dim, false), BF_OK);
  for (uint32_t l = 0; l < n; l++) {
    memcpy(landmarks.x + (size_t)l * cloud.dim, cloud.x + (size_t)order[l] * cloud.dim, cloud.dim * sizeof *cloud.x);
    landmarks.id[l] = cloud.id[order[l]];
  }
  free(order);
}

/* ---- the definition ---- */

static double distance(const float *x, const float *y) {
  double sum = 0;
  for (uint32_t k = 0; k < cloud.dim; k++) sum += ((double)x[k] - (double)y[k]) * ((double)x[k] - (double)y[k]);
  return sqrt(sum);
}

static int rising(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Lowers f by one witness. */
static void witness(const float *w, uint32_t nu, double *f) {
  const uint32_t n = (uint32_t)landmarks.n;
  double *d = malloc((n + 1) * sizeof *d), *sorted = malloc((n + 1) * sizeof *d);
  for (uint32_t i = 0; i < n; i++) sorted[i] = d[i] = distance(w, landmarks.x + (size_t)i * cloud.dim);
  qsort(sorted, n, sizeof *sorted, rising);
  const double m = nu ? sorted[nu - 1] : 0;
  for (uint32_t i = 1; i < n; i++)
    for (uint32_t j = 0; j < i; j++, f++) *f = fmin(*f, fmax(0, fmax(d[i], d[j]) - m));
  free(d);
  free(sorted);
}

/* Weights of all pairs, (1,0), (2,0), (2,1), … */
static double *defined(uint32_t nu) {
  size_t pairs = landmarks.n * (landmarks.n + 1) / 2;
  double *f = calloc(pairs + 1, sizeof *f);
  for (size_t i = 0; i < pairs; i++) f[i] = INFINITY;
  for (uint64_t i = 0; i < cloud.n; i++) witness(cloud.x + i * cloud.dim, nu, f);
  for (uint64_t i = 0; i < landmarks.n; i++) witness(landmarks.x + i * cloud.dim, nu, f);
  return f;
}

/* ---- runs ---- */

typedef struct setting {
  uint32_t nu, threads;
  const char *threshold;
  uint64_t memory, cancel_at;
} setting;

static bf_status run(const setting *s, const char *output) {
  char nu[16];
  snprintf(nu, sizeof nu, "%u", s->nu);
  assert_int_equal(bf_points_write(&(bf_out){"points", NULL, 0}, &cloud), BF_OK);
  assert_int_equal(bf_points_write(&(bf_out){"landmarks", NULL, 0}, &landmarks), BF_OK);
  return run_stage(&(stage_call){.plugin = "complex/lazy_witness",
                                 .stage = "complex.lazy_witness",
                                 .input = {"points", "points", "landmarks", "landmarks"},
                                 .param = {"nu", nu, "threshold", s->threshold ? s->threshold : "none"},
                                 .output = output,
                                 .threads = s->threads,
                                 .memory = s->memory,
                                 .cancel_at = s->cancel_at});
}

static bf_graph graph(const setting *s) {
  bf_graph g;
  if (run(s, "graph") != BF_OK) fail_msg("%s", stage_error());
  assert_int_equal(bf_graph_read("graph", 0, &g), BF_OK);
  assert_int_equal(g.n, landmarks.n);
  if (g.n) assert_memory_equal(g.id, landmarks.id, g.n * sizeof *g.id);
  assert_null(g.first);
  assert_int_equal(g.convention, s->nu ? BF_VALUE : BF_RADIUS);
  return g;
}

static void check_dense(const bf_graph *g, const double *f, uint32_t nu) {
  assert_true(g->dense);
  for (uint32_t i = 1, e = 0; i < g->n; i++)
    for (uint32_t j = 0; j < i; j++, e++)
      if (g->w[e] != (float)f[e]) fail_msg("nu %u, landmarks %u and %u of %u: %.9g, not %.17g", nu, i, j, g->n, (double)g->w[e], f[e]);
}

static void check_sparse(const bf_graph *g, const double *f, float threshold) {
  uint64_t m = 0;
  assert_false(g->dense);
  for (uint32_t u = 0; u < g->n; u++)
    for (uint32_t v = u + 1; v < g->n; v++) {
      float w = (float)f[(uint64_t)v * (v - 1) / 2 + u];
      if (!(w <= threshold)) continue;
      assert_true(m < g->m && g->u[m] == u && g->v[m] == v && g->w[m] == w);
      m++;
    }
  assert_int_equal(m, g->m);
}

/* All pairs, and those up to some thresholds equal to weights, on one thread and on several. */
static void check(uint64_t seed, uint32_t nu) {
  double *f = defined(nu);
  const uint64_t pairs = landmarks.n * (landmarks.n - 1) / 2;
  for (uint32_t threads = 1; threads <= 3; threads += 2) {
    bf_graph g = graph(&(setting){.nu = nu, .threads = threads});
    check_dense(&g, f, nu);
    bf_graph_free(&g);
  }
  for (uint64_t t = 0; t < 2 && pairs; t++) {
    char text[32];
    float threshold = (float)f[bf_random_below(seed, t, pairs)];
    snprintf(text, sizeof text, "%.9g", (double)threshold);
    bf_graph g = graph(&(setting){.nu = nu, .threads = 1 + (uint32_t)t, .threshold = text});
    check_sparse(&g, f, threshold);
    bf_graph_free(&g);
  }
  free(f);
}

static void brute_force(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 150; seed++) {
    const uint32_t n = 1 + (uint32_t)bf_random_below(seed, 1, seed % 3 ? 40 : 200), dim = 1 + (uint32_t)(seed / 2 % 5);
    if (seed % 2)
      make_normal(seed, n, dim, (int)bf_random_below(seed, 3, 200) - 100);
    else
      make_grid(seed, n, dim, 2 + (uint32_t)bf_random_below(seed, 4, 4));
    choose(seed, 1 + (uint32_t)bf_random_below(seed, 2, n < 70 ? n : 70));
    for (uint32_t nu = 0; nu <= 2 && nu <= landmarks.n; nu++) check(seed, nu);
  }
}

/* Blocks and batches at their edges. */
static void sizes(void **state) {
  (void)state;
  for (uint32_t n = 15; n <= 49; n += n % 16 == 1 ? 14 : 1) {
    make_normal(n, 120, 3, 0);
    choose(n, n);
    check(n, 1);
  }
  make_normal(1, 17003, 2, 0); /* three batches */
  choose(1, 40);
  check(1, 2);
  make_normal(2, 2500, 40, 0);
  choose(2, 300);
  check(2, 1);
}

static void few_landmarks(void **state) {
  (void)state;
  make_normal(1, 20, 2, 0);
  choose(1, 1);
  for (uint32_t nu = 0; nu <= 1; nu++) check(1, nu);
  assert_int_equal(run(&(setting){.nu = 2}, "failed"), BF_BAD_INPUT);
  assert_non_null(strstr(stage_error(), "nu: 2 needs at least as many landmarks, not 1"));
  choose(1, 0);
  bf_graph g = graph(&(setting){.nu = 0}), h = graph(&(setting){.nu = 0, .threshold = "1"});
  assert_true(g.dense && !g.m && !h.dense && !h.m);
  bf_graph_free(&g);
  bf_graph_free(&h);
  assert_int_equal(run(&(setting){.nu = 1}, "failed"), BF_BAD_INPUT);
  new_cloud(0, 2); /* landmarks are witnesses even if they are not among the points */
  bf_points_free(&landmarks);
  assert_int_equal(bf_points_new(&landmarks, 3, 2, false), BF_OK);
  memcpy(landmarks.x, (float[]){0, 0, 2, 0, 6, 1}, 6 * sizeof(float));
  landmarks.id[0] = 4;
  check(1, 0);
  check(1, 1);
}

/* Another order of landmarks gives the same weights to the same ids; another processor the same bytes. */
static void orders(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 20; seed++) {
    seed % 2 ? make_normal(seed, 100, 2, 0) : make_grid(seed, 100, 2, 6);
    choose(seed, 37);
    bf_graph g = graph(&(setting){.nu = (uint32_t)seed % 3});
    float weight[37][37];
    uint32_t rank[37];
    for (uint32_t i = 1, e = 0; i < 37; i++)
      for (uint32_t j = 0; j < i; j++, e++) weight[i][j] = weight[j][i] = g.w[e];
    bf_points old = landmarks;
    landmarks = (bf_points){0};
    assert_int_equal(bf_points_new(&landmarks, 37, 2, false), BF_OK);
    bf_random_permutation(seed + 100, 37, rank);
    for (uint32_t i = 0; i < 37; i++) {
      memcpy(landmarks.x + (size_t)2 * i, old.x + (size_t)2 * rank[i], 2 * sizeof *old.x);
      landmarks.id[i] = old.id[rank[i]];
    }
    bf_graph h = graph(&(setting){.nu = (uint32_t)seed % 3});
    for (uint32_t i = 1, e = 0; i < 37; i++)
      for (uint32_t j = 0; j < i; j++, e++) assert_true(h.w[e] == weight[rank[i]][rank[j]]);
    for (int cpu = 0; cpu < 2; cpu++) {
      setenv("BETTIFLOW_CPU", cpu ? "avx2" : "baseline", 1);
      bf_graph other = graph(&(setting){.nu = (uint32_t)seed % 3});
      assert_memory_equal(other.w, h.w, h.m * sizeof *h.w);
      bf_graph_free(&other);
    }
    unsetenv("BETTIFLOW_CPU");
    bf_points_free(&old);
    bf_graph_free(&g);
    bf_graph_free(&h);
  }
}

static void errors(void **state) {
  (void)state;
  make_normal(1, 3000, 3, 0);
  choose(1, 400);
  landmarks.id[300] = landmarks.id[17] = 4711;
  assert_int_equal(run(&(setting){.nu = 1}, "failed"), BF_BAD_INPUT);
  assert_non_null(strstr(stage_error(), "both have the id 4711; ids name vertices"));
  landmarks.id[300] = 4712;
  setting s = {.nu = 1, .memory = 1 << 19};
  assert_int_equal(run(&s, "failed"), BF_NO_MEMORY);
  assert_non_null(strstr(stage_error(), "400 landmarks and 3000 points need"));
  s.threshold = "10"; /* all tiles, but no triangle */
  s.memory = 900000;
  assert_int_equal(run(&s, "failed"), BF_NO_MEMORY);
  assert_non_null(strstr(stage_error(), "a lower threshold"));
  s.threshold = "0.02";
  if (run(&s, "sparse") != BF_OK) fail_msg("%s", stage_error());
  for (s.cancel_at = 1; s.cancel_at < 60; s.cancel_at += 29) assert_int_equal(run(&s, "failed"), BF_CANCELLED);
  bf_points_free(&landmarks);
  assert_int_equal(bf_points_new(&landmarks, 3, 2, false), BF_OK);
  memset(landmarks.x, 0, 6 * sizeof *landmarks.x);
  assert_int_equal(run(&(setting){.nu = 1}, "failed"), BF_BAD_INPUT);
  assert_non_null(strstr(stage_error(), "landmarks have 2 coordinates and points 3"));
}

/* ---- homology ---- */

/* The chosen shape with max-min landmarks; then how many intervals of each dimension are longer than `length`. */
static void check_shape(const char *count, uint32_t nu, const char *threshold, double length, const uint32_t betti[3]) {
  bf_diagram d;
  uint32_t found[3] = {0};
  assert_int_equal(bf_points_write(&(bf_out){"points", NULL, 0}, &cloud), BF_OK);
  stage_call subsample = {.plugin = "points/subsample",
                          .stage = "points.subsample",
                          .input = {"points", "points"},
                          .param = {"method", "max_min", "count", count, "first", "0"},
                          .output = "chosen"};
  if (run_stage(&subsample) != BF_OK) fail_msg("%s", stage_error());
  bf_points_free(&landmarks);
  assert_int_equal(bf_points_read("chosen", 0, &landmarks), BF_OK);
  if (run(&(setting){.nu = nu, .threshold = threshold}, "graph") != BF_OK) fail_msg("%s", stage_error());
  stage_call ripser = {.plugin = "homology/ripser", .stage = "homology.ripser", .input = {"graph", "graph"}, .param = {"max_dim", "2"}, .output = "diagram"};
  if (run_stage(&ripser) != BF_OK) fail_msg("%s", stage_error());
  assert_int_equal(bf_diagram_read("diagram", 0, &d), BF_OK);
  for (uint64_t i = 0; i < d.n; i++) found[d.dim[i]] += d.death[i] - d.birth[i] > length;
  bf_diagram_free(&d);
  if (memcmp(found, betti, sizeof found) != 0) fail_msg("%s landmarks, nu %u: (%u, %u, %u)", count, nu, found[0], found[1], found[2]);
}

static void shapes(void **state) {
  (void)state;
  new_cloud(600, 2);
  for (uint32_t i = 0; i < 600; i++) {
    double t = 2 * 3.14159265358979 * bf_random_uniform(1, i);
    cloud.x[(size_t)2 * i] = (float)cos(t), cloud.x[(size_t)2 * i + 1] = (float)sin(t);
  }
  for (uint32_t nu = 0; nu <= 2; nu++) check_shape("24", nu, NULL, 0.4, (uint32_t[]){1, 1, 0});
  new_cloud(4000, 3);
  for (uint64_t i = 0; i < 4000; i++) {
    double x[3], r = 0;
    for (uint64_t k = 0; k < 3; k++) x[k] = bf_random_normal(2, 3 * i + k), r += x[k] * x[k];
    for (uint64_t k = 0; k < 3; k++) cloud.x[3 * i + k] = (float)(x[k] / sqrt(r));
  }
  for (uint32_t nu = 0; nu <= 2; nu++) check_shape("60", nu, NULL, 0.4, (uint32_t[]){1, 0, 1});
  for (uint32_t i = 0; i < 4000; i++) {
    double s = 2 * 3.14159265358979 * bf_random_uniform(3, i), t = 2 * 3.14159265358979 * bf_random_uniform(4, i);
    cloud.x[(size_t)3 * i] = (float)((2 + cos(t)) * cos(s)), cloud.x[(size_t)3 * i + 1] = (float)((2 + cos(t)) * sin(s)),
                        cloud.x[(size_t)3 * i + 2] = (float)sin(t);
  }
  check_shape("100", 1, "0.6", 0.3, (uint32_t[]){1, 2, 1});
}

static int clean(void **state) {
  (void)state;
  bf_points_free(&cloud);
  bf_points_free(&landmarks);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(brute_force), cmocka_unit_test(sizes),  cmocka_unit_test(few_landmarks),
                                     cmocka_unit_test(orders),      cmocka_unit_test(errors), cmocka_unit_test(shapes)};
  return cmocka_run_group_tests(tests, NULL, clean);
}
