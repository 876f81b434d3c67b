/* complex.rips against brute force over the definitions of docs/complexes.md, its search tree against all pairs, and its limits. */
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

static const char *const metrics[] = {"euclidean", "manhattan", "chebyshev", "minkowski", "cosine", "correlation", "hamming"};
enum { EUCLIDEAN, MANHATTAN, CHEBYSHEV, MINKOWSKI, COSINE, CORRELATION, HAMMING, METRICS };

static bf_points cloud; /* of the test at hand */

static const float *at(uint32_t row) { return cloud.x + (size_t)row * cloud.dim; }

static void new_cloud(uint32_t n, uint32_t dim) {
  bf_points_free(&cloud);
  assert_int_equal(bf_points_new(&cloud, n, dim, false), BF_OK);
  for (uint32_t i = 0; i < n; i++) cloud.id[i] = 7 + 2 * i;
}

static void make_normal(uint64_t seed, uint32_t n, uint32_t dim) {
  new_cloud(n, dim);
  for (uint64_t i = 0; i < (uint64_t)n * dim; i++) cloud.x[i] = (float)bf_random_normal(seed, i);
}

/* Points of a coarse grid, none of them zero or flat in two dimensions and more: many equal distances and many duplicates. */
static void make_grid(uint64_t seed, uint32_t n, uint32_t dim, uint32_t values) {
  new_cloud(n, dim);
  for (uint64_t i = 0; i < (uint64_t)n * dim; i++) cloud.x[i] = (float)bf_random_below(seed, i, values) - (i % dim == 0 ? 9.0f : 0.0f);
}

/* ---- definitions ---- */

static float euclidean(const float *x, const float *y, uint32_t dim) {
  float sum = 0;
  for (uint32_t k = 0; k < dim; k++) sum += (x[k] - y[k]) * (x[k] - y[k]);
  return sqrtf(sum);
}

static double cosine(const float *x, const float *y, uint32_t dim, bool centre) {
  long double mx = 0, my = 0, xy = 0, xx = 0, yy = 0;
  for (uint32_t k = 0; k < dim && centre; k++) mx += (long double)x[k] / dim, my += (long double)y[k] / dim;
  for (uint32_t k = 0; k < dim; k++) {
    long double a = (long double)x[k] - mx, b = (long double)y[k] - my;
    xy += a * b, xx += a * a, yy += b * b;
  }
  return (double)(1 - xy / sqrtl(xx * yy));
}

static double defined(int metric, double p, const float *x, const float *y, uint32_t dim) {
  double sum = 0;
  long double powers = 0;
  if (metric == EUCLIDEAN) return (double)euclidean(x, y, dim);
  if (metric == COSINE || metric == CORRELATION) return cosine(x, y, dim, metric == CORRELATION);
  for (uint32_t k = 0; k < dim; k++) {
    double t = fabs((double)x[k] - (double)y[k]);
    if (metric == MANHATTAN) sum += t;
    if (metric == CHEBYSHEV && t > sum) sum = t;
    if (metric == HAMMING) sum += t > 0;
    if (metric == MINKOWSKI) powers += powl((long double)t, (long double)p);
  }
  if (metric == MINKOWSKI) return (double)powl(powers, 1 / (long double)p);
  return metric == HAMMING ? sum / dim : sum;
}

/* Whether a distance is what the definition says: exactly, or where roots and lengths come in, to the last places of a float. */
static bool agrees(int metric, float found, double right) {
  if (metric == COSINE || metric == CORRELATION) return fabs((double)found - right) <= 1e-7 * right + 1e-15;
  if (metric == MINKOWSKI) return fabs((double)found - right) <= 1e-7 * right;
  return found == (float)right;
}

/* ---- runs ---- */

typedef struct setting {
  const char *metric, *p, *threshold, *duplicates;
  uint32_t threads;
} setting;

static bf_status run(const setting *s, const char *port, const char *input, const char *output) {
  stage_call call = {.plugin = "complex/rips",
                     .stage = "complex.rips",
                     .input = {port, input},
                     .param = {"metric", s->metric ? s->metric : "euclidean", "p", s->p ? s->p : "2", "threshold", s->threshold ? s->threshold : "none",
                               "duplicates", s->duplicates ? s->duplicates : "keep"},
                     .output = output,
                     .threads = s->threads};
  return run_stage(&call);
}

static bf_graph graph_of_cloud(const setting *s) {
  bf_graph g;
  assert_int_equal(bf_points_write(&(bf_out){"points", NULL, 0}, &cloud), BF_OK);
  if (run(s, "points", "points", "graph") != BF_OK) fail_msg("%s", stage_error());
  assert_int_equal(bf_graph_read("graph", 0, &g), BF_OK);
  return g;
}

static void assert_same_files(const char *a, const char *b) {
  static char x[1 << 22], y[1 << 22];
  FILE *f = fopen(a, "rb"), *g = fopen(b, "rb");
  assert_non_null(f);
  assert_non_null(g);
  size_t n = fread(x, 1, sizeof x, f), m = fread(y, 1, sizeof y, g);
  fclose(f);
  fclose(g);
  assert_true(n < sizeof x);
  assert_int_equal(n, m);
  assert_memory_equal(x, y, n);
}

static void assert_same_graph(const bf_graph *a, const bf_graph *b) {
  assert_int_equal(a->n, b->n);
  assert_int_equal(a->m, b->m);
  if (!a->m) return;
  assert_memory_equal(a->u, b->u, a->m * sizeof *a->u);
  assert_memory_equal(a->v, b->v, a->m * sizeof *a->v);
  assert_memory_equal(a->w, b->w, a->m * sizeof *a->w);
}

/* The edges up to the threshold of a dense graph. */
static bf_graph brute_cut(const bf_graph *dense, float threshold) {
  bf_graph g = {.n = dense->n};
  g.u = malloc((dense->m + 1) * sizeof *g.u);
  g.v = malloc((dense->m + 1) * sizeof *g.v);
  g.w = malloc((dense->m + 1) * sizeof *g.w);
  for (uint32_t i = 0; i < g.n; i++)
    for (uint32_t j = i + 1; j < g.n; j++) {
      float w = dense->w[(uint64_t)j * (j - 1) / 2 + i];
      if (w <= threshold) g.u[g.m] = i, g.v[g.m] = j, g.w[g.m++] = w;
    }
  return g;
}

/* All pairs against the definition; then, at some thresholds equal to distances, the sparse graph with one and with two threads, from points and
 * from the matrix. */
static void check_metric(int metric, const char *p) {
  setting s = {.metric = metrics[metric], .p = p};
  bf_graph dense = graph_of_cloud(&s);
  assert_true(dense.dense);
  assert_int_equal(dense.n, cloud.n);
  for (uint32_t i = 1; i < cloud.n; i++)
    for (uint32_t j = cloud.n < 200 ? 0 : i % 13; j < i; j += cloud.n < 200 ? 1 : 13) {
      float found = dense.w[(uint64_t)i * (i - 1) / 2 + j];
      double right = defined(metric, p ? atof(p) : 2, at(i), at(j), cloud.dim);
      if (!agrees(metric, found, right)) fail_msg("%s, points %u and %u of %u coordinates: %.9g, not %.17g", s.metric, i, j, cloud.dim, (double)found, right);
    }
  assert_int_equal(rename("graph", "dense"), 0);
  for (uint64_t t = 0; t < 4; t++) {
    char text[32];
    float threshold = dense.m && t ? dense.w[bf_random_below(5, t, dense.m)] : 0;
    for (uint64_t i = 0; i < 400 && dense.m && t == 3; i++) threshold = fminf(threshold, dense.w[bf_random_below(6, i, dense.m)]); /* a small one */
    if (isinf(threshold)) continue;
    snprintf(text, sizeof text, "%.9g", (double)threshold);
    bf_graph right = brute_cut(&dense, threshold);
    s.threshold = text;
    for (s.threads = 1; s.threads <= 2; s.threads++) {
      bf_graph near = graph_of_cloud(&s);
      assert_false(near.dense);
      assert_same_graph(&near, &right);
      bf_graph_free(&near);
      if (s.threads == 1) assert_int_equal(rename("graph", "first"), 0);
    }
    assert_same_files("first", "graph");
    if (run(&(setting){.threshold = text}, "graph", "dense", "cut") != BF_OK) fail_msg("%s", stage_error());
    assert_same_files("cut", "graph");
    bf_graph_free(&right);
  }
  bf_graph_free(&dense);
}

static void all_metrics(uint32_t least_dim) {
  static const char *const p[] = {"1.5", "2", "3", "17", "100"}; /* 1 and inf: special_powers */
  for (int m = 0; m < METRICS; m++) {
    if ((m == COSINE || m == CORRELATION) && least_dim < 2) continue;
    for (size_t i = 0; i < (m == MINKOWSKI ? sizeof p / sizeof *p : 1); i++) check_metric(m, m == MINKOWSKI ? p[i] : NULL);
  }
}

static void few_points(void **state) {
  (void)state;
  for (uint32_t n = 0; n < 4; n++) {
    make_normal(n, n, 3);
    all_metrics(3);
  }
}

static void coordinates(void **state) {
  (void)state;
  for (uint32_t dim = 1; dim <= 40; dim += dim < 4 ? 1 : 9) {
    make_normal(dim, 70, dim);
    all_metrics(dim);
  }
}

static void ties_and_duplicates(void **state) {
  (void)state;
  for (uint32_t dim = 1; dim <= 4; dim++) {
    make_grid(dim, 100, dim, 3);
    all_metrics(dim);
  }
}

/* Enough points for the tree; a small threshold makes it worth it, a large one does not. Both must give what all pairs give. */
static void tree(void **state) {
  (void)state;
  for (uint32_t dim = 1; dim <= 5; dim += 2) {
    make_normal(dim, 540, dim);
    check_metric(EUCLIDEAN, NULL);
    check_metric(MANHATTAN, NULL);
    check_metric(CHEBYSHEV, NULL);
    check_metric(MINKOWSKI, "3");
    make_grid(dim, 520, dim, 40);
    check_metric(EUCLIDEAN, NULL);
    check_metric(CHEBYSHEV, NULL);
    check_metric(MINKOWSKI, "1.5");
  }
}

/* Far from the origin, where rounding eats differences; squares that overflow and vanish. */
static void sizes(void **state) {
  (void)state;
  make_normal(1, 520, 2);
  for (uint64_t i = 0; i < 1040; i++) cloud.x[i] = cloud.x[i] * 0.5f + 1e6f;
  check_metric(EUCLIDEAN, NULL);
  check_metric(MANHATTAN, NULL);
  make_normal(2, 520, 3);
  for (uint64_t i = 0; i < 1560; i++) cloud.x[i] = ldexpf(cloud.x[i], (int)bf_random_below(4, i, 240) - 130);
  check_metric(EUCLIDEAN, NULL);
  check_metric(CHEBYSHEV, NULL);
  make_normal(3, 520, 2);
  for (uint64_t i = 0; i < 1040; i++) cloud.x[i] = ldexpf(cloud.x[i], -70);
  check_metric(EUCLIDEAN, NULL); /* squares of about 1e-42 */
}

/* Minkowski with 1 and inf is Manhattan and Chebyshev, to the bit. */
static void special_powers(void **state) {
  (void)state;
  make_normal(1, 50, 7);
  for (int i = 0; i < 2; i++) {
    bf_graph a = graph_of_cloud(&(setting){.metric = "minkowski", .p = i ? "inf" : "1"}), b = graph_of_cloud(&(setting){.metric = metrics[MANHATTAN + i]});
    assert_memory_equal(a.w, b.w, a.m * sizeof *a.w);
    bf_graph_free(&a);
    bf_graph_free(&b);
  }
}

static void merged(void **state) {
  (void)state;
  make_grid(3, 80, 2, 3); /* nine places */
  for (int t = 0; t < 2; t++) {
    bf_graph g = graph_of_cloud(&(setting){.duplicates = "merge", .threshold = t ? "1" : NULL});
    assert_int_equal(g.n, 9);
    uint32_t all = 0;
    for (uint32_t v = 0; v < g.n; v++) { /* each vertex lists the rows with its coordinates, in order */
      uint64_t member = g.first[v];
      uint32_t own = (g.id[v] - 7) / 2;
      for (uint32_t r = 0; r < cloud.n; r++)
        if (euclidean(at(r), at(own), 2) == 0) assert_int_equal(g.member[member++], cloud.id[r]);
      assert_int_equal(member, g.first[v + 1]);
      all += (uint32_t)(g.first[v + 1] - g.first[v]);
    }
    assert_int_equal(all, 80);
    if (t) assert_int_equal(g.m, 12); /* the sides of a 3 × 3 grid */
    for (uint64_t e = 0; e < g.m; e++) assert_true(g.w[e] > 0);
    bf_graph_free(&g);
  }
}

static void assert_fails(const setting *s, const char *port, const char *path, bf_status status, const char *says) {
  assert_int_equal(run(s, port, path, "failed"), status);
  if (!strstr(stage_error(), says)) fail_msg("'%s' does not say '%s'", stage_error(), says);
}

static void errors(void **state) {
  (void)state;
  make_normal(1, 20, 3);
  memset(cloud.x + 12, 0, 3 * sizeof *cloud.x);
  cloud.x[15] = cloud.x[16] = cloud.x[17] = 2.5f;
  assert_int_equal(bf_points_write(&(bf_out){"points", NULL, 0}, &cloud), BF_OK);
  assert_fails(&(setting){.metric = "cosine"}, "points", "points", BF_BAD_INPUT, "point 4 (id 15) is zero");
  assert_fails(&(setting){.metric = "correlation"}, "points", "points", BF_BAD_INPUT, "point 4 (id 15): all its coordinates are 0");
  memcpy(cloud.x + 12, cloud.x, 3 * sizeof *cloud.x);
  assert_int_equal(bf_points_write(&(bf_out){"points", NULL, 0}, &cloud), BF_OK);
  assert_fails(&(setting){.metric = "correlation"}, "points", "points", BF_BAD_INPUT, "point 5 (id 17): all its coordinates are 2.5");
  assert_fails(&(setting){.p = "3"}, "points", "points", BF_INVALID, "minkowski");
  assert_fails(&(setting){0}, NULL, NULL, BF_INVALID, "needs an input");
  bf_graph g = graph_of_cloud(&(setting){0});
  bf_graph_free(&g);
  assert_int_equal(rename("graph", "matrix"), 0);
  assert_fails(&(setting){.metric = "cosine"}, "graph", "matrix", BF_INVALID, "metric");
  assert_fails(&(setting){.duplicates = "merge"}, "graph", "matrix", BF_INVALID, "duplicates");
}

/* A graph without a threshold stays as it is; a sparse one is cut; what is infinite in a matrix is no edge. */
static void graphs(void **state) {
  (void)state;
  float w[] = {1, INFINITY, 2, 3, 2, 0.5f};
  uint32_t id[] = {5, 6, 7, 8};
  bf_graph g = {.n = 4, .dense = true, .m = 6, .w = w, .id = id}, cut;
  assert_int_equal(bf_graph_write(&(bf_out){"matrix", NULL, 0}, &g), BF_OK);
  assert_int_equal(run(&(setting){0}, "graph", "matrix", "cut"), BF_OK);
  assert_same_files("cut", "matrix");
  assert_int_equal(run(&(setting){.threshold = "1e30"}, "graph", "matrix", "sparse"), BF_OK);
  assert_int_equal(bf_graph_read("sparse", 0, &cut), BF_OK);
  assert_int_equal(cut.m, 5);
  bf_graph_free(&cut);
  assert_int_equal(run(&(setting){.threshold = "2"}, "graph", "sparse", "cut"), BF_OK);
  assert_int_equal(run(&(setting){.threshold = "2"}, "graph", "matrix", "cut2"), BF_OK);
  assert_same_files("cut", "cut2");
  assert_int_equal(bf_graph_read("cut", 0, &cut), BF_OK);
  assert_int_equal(cut.m, 4);
  assert_int_equal(cut.n, 4);
  assert_int_equal(cut.id[3], 8);
  assert_int_equal(cut.u[3], 2);
  assert_int_equal(cut.v[3], 3);
  assert_true(cut.w[3] == 0.5f);
  bf_graph_free(&cut);
}

static void limits(void **state) {
  stage_call call = {.plugin = "complex/rips", .stage = "complex.rips", .input = {"points", "points"}, .output = "limited"};
  (void)state;
  make_normal(2, 3000, 2);
  assert_int_equal(bf_points_write(&(bf_out){"points", NULL, 0}, &cloud), BF_OK);
  call.memory = 4000000; /* the matrix takes 18 MB */
  assert_int_equal(run_stage(&call), BF_NO_MEMORY);
  const char *threshold = strstr(stage_error(), "a threshold of about ");
  if (!threshold || !strstr(stage_error(), "every: ")) fail_msg("%s", stage_error());
  char text[32] = "", every[32] = "";
  assert_int_equal(sscanf(threshold, "a threshold of about %31s", text), 1);
  assert_int_equal(sscanf(strstr(stage_error(), "every: "), "every: %31s", every), 1);
  call.param[0] = "threshold";
  call.param[1] = text; /* what the message names fits */
  if (run_stage(&call) != BF_OK) fail_msg("at the threshold of the message: %s", stage_error());
  call.param[1] = "3"; /* refused before the work */
  assert_int_equal(run_stage(&call), BF_NO_MEMORY);
  assert_non_null(strstr(stage_error(), "up to 3"));
  call.param[1] = "0.5"; /* found out while it works: more than the memory, but less than the doubt of a sample */
  assert_int_equal(run_stage(&call), BF_NO_MEMORY);
  assert_non_null(strstr(stage_error(), "up to 0.5"));
  call.memory = 0;
  call.cancel_at = 20;
  assert_int_equal(run_stage(&call), BF_CANCELLED);
  call.param[0] = NULL;
  assert_int_equal(run_stage(&call), BF_CANCELLED);
  make_normal(2, 3000 / (uint32_t)atoi(every), 2);
  assert_int_equal(bf_points_write(&(bf_out){"points", NULL, 0}, &cloud), BF_OK);
  call.memory = 4000000;
  call.cancel_at = 0;
  if (run_stage(&call) != BF_OK) fail_msg("with every %s: %s", every, stage_error());
}

static int clean(void **state) {
  (void)state;
  bf_points_free(&cloud);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(few_points), cmocka_unit_test(coordinates), cmocka_unit_test(ties_and_duplicates),
                                     cmocka_unit_test(tree),       cmocka_unit_test(sizes),       cmocka_unit_test(special_powers),
                                     cmocka_unit_test(merged),     cmocka_unit_test(errors),      cmocka_unit_test(graphs),
                                     cmocka_unit_test(limits)};
  return cmocka_run_group_tests(tests, NULL, clean);
}
