/* The plugins homology.ripser and format.* of Ripser's files, loaded as the host loads them: text to artifact, to diagram, to the text that `bettiflow ripser`
 * prints; and graphs to text and back. */
#include <bettiflow/artifact.h>
#include <bettiflow/random.h>
#include <dlfcn.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* ---- a host for one stage with one input and one output ---- */

struct bf_task {
  bf_input in;
  bf_out out;
  char warning[512];
};

static const bf_input *host_inputs(bf_task *task, const char *port, size_t *n) {
  assert_string_equal(port, "graph");
  *n = 1;
  return &task->in;
}

static const bf_out *host_output(bf_task *task, const char *port, const bf_label *label, size_t nlabel) {
  assert_string_equal(port, "diagram");
  assert_null(label);
  assert_int_equal(nlabel, 0);
  return &task->out;
}

static uint64_t memory = 100 << 20;

static uint64_t host_memory(bf_task *task) {
  (void)task;
  return memory;
}

static uint32_t host_threads(bf_task *task) {
  (void)task;
  return 2;
}

static bf_status host_step(bf_task *task, uint64_t done, uint64_t total) {
  (void)task;
  assert_true(done <= total);
  return BF_OK;
}

static void host_log(bf_task *task, bf_log_level level, const char *format, ...) {
  va_list args;
  assert_int_equal(level, BF_LOG_WARNING);
  va_start(args, format);
  vsnprintf(task->warning, sizeof task->warning, format, args);
  va_end(args);
}

static const bf_host host = {
    .size = sizeof host, .inputs = host_inputs, .output = host_output, .threads = host_threads, .memory = host_memory, .step = host_step, .log = host_log};

static const bf_plugin *load(const char *name) {
  char path[1024];
  snprintf(path, sizeof path, "%s/lib/bettiflow/plugins/%s/ripser.so", getenv("BF_BUILD"), name);
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) fail_msg("%s", dlerror());
  const bf_plugin *plugin = dlsym(library, "bettiflow_plugin");
  assert_non_null(plugin);
  return plugin;
}

static const bf_format *format(const char *id) {
  const bf_plugin *plugin = load("format");
  for (const bf_format *const *f = plugin->formats; *f; f++)
    if (!strcmp((*f)->id, id)) return *f;
  fail_msg("no format %s", id);
  return NULL;
}

static void set(void *cfg, const bf_param *table, const char *name, double value) {
  for (; table->name; table++) {
    if (strcmp(table->name, name)) continue;
    if (table->type == BF_PARAM_REAL)
      *(double *)(void *)((char *)cfg + table->offset) = value;
    else if (table->type == BF_PARAM_BOOL)
      *(bool *)((char *)cfg + table->offset) = value != 0;
    else
      *(int64_t *)(void *)((char *)cfg + table->offset) = (int64_t)value;
    return;
  }
  fail_msg("no parameter %s", name);
}

static void set_text(void *cfg, const bf_param *table, const char *name, const char *value) {
  while (table->name && strcmp(table->name, name)) table++;
  assert_true(table->name && table->type == BF_PARAM_TEXT);
  *(const char **)(void *)((char *)cfg + table->offset) = value;
}

static void import(const char *id, const char *text, bf_type type, const char *to) {
  bf_task task = {0};
  bf_out out = {to, NULL, 0};
  assert_int_equal(format(id)->read(&host, &task, NULL, text, type, &out), BF_OK);
}

static void export(const char *id, const char *artifact, bf_type type, const char *to) {
  bf_task task = {0};
  const bf_format *f = format(id);
  union {
    char bytes[64];
    double align;
  } cfg = {{0}};
  assert_true(f->cfg_size <= sizeof cfg);
  if (f->params) set(&cfg, f->params, "digits", 6);
  unlink(to);
  assert_int_equal(f->write(&host, &task, &cfg, artifact, type, to), BF_OK);
}

static bf_status run_stage(const char *graph, int max_dim) {
  bf_task task = {.in = {.path = graph}, .out = {.path = "diagram"}};
  const bf_stage *stage = load("homology")->stages[0];
  char cfg[64] __attribute__((aligned(16))) = {0};
  assert_true(stage->cfg_size <= sizeof cfg);
  set(cfg, stage->params, "max_dim", max_dim);
  set(cfg, stage->params, "modulus", 2);
  set(cfg, stage->params, "threshold", NAN);
  set_text(cfg, stage->params, "representatives", "none");
  set_text(cfg, stage->params, "collapse", "auto");
  return stage->run(&host, &task, cfg);
}

static void chains(const char *graph, const char *diagram, int max_dim, double threshold, bool simplices, const char *representatives) {
  bf_task task = {.in = {.path = graph}, .out = {.path = diagram}};
  const bf_stage *stage = load("homology")->stages[0];
  char cfg[64] __attribute__((aligned(16))) = {0};
  assert_true(stage->cfg_size <= sizeof cfg);
  set(cfg, stage->params, "max_dim", max_dim);
  set(cfg, stage->params, "modulus", 2);
  set(cfg, stage->params, "threshold", threshold);
  set(cfg, stage->params, "simplices", simplices);
  set_text(cfg, stage->params, "representatives", representatives);
  set_text(cfg, stage->params, "collapse", "always");
  assert_int_equal(stage->check(cfg, 1), simplices || representatives[0] == 'c' ? BF_INVALID : BF_OK);
  set_text(cfg, stage->params, "collapse", "auto");
  assert_int_equal(stage->check(cfg, 1), BF_OK);
  assert_int_equal(stage->run(&host, &task, cfg), BF_OK);
  set(cfg, stage->params, "modulus", 4);
  assert_int_equal(stage->check(cfg, 1), BF_INVALID);
}

static void homology(const char *graph, const char *diagram, int max_dim, double threshold) { chains(graph, diagram, max_dim, threshold, false, "none"); }

static void write_text(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  assert_int_equal(fclose(f), 0);
}

static void same_file(const char *path, const char *text) {
  char got[4096];
  FILE *f = fopen(path, "r");
  assert_non_null(f);
  got[fread(got, 1, sizeof got - 1, f)] = 0;
  fclose(f);
  assert_string_equal(got, text);
}

/* ---- tests ---- */

static void sparse_graph(void **state) {
  bf_graph g;
  (void)state;
  write_text("in.sparse", "3 0 1\n0 1 1\n2 1 1\n2 3 1\n0 2 2\n6 6 0\n");
  import("format.sparse", "in.sparse", BF_WEIGHTED_GRAPH, "graph");
  assert_int_equal(bf_graph_read("graph", 0, &g), BF_OK);
  assert_int_equal(g.n, 7);
  assert_int_equal(g.m, 5);
  assert_false(g.dense);
  for (uint32_t i = 0; i < g.n; i++) assert_int_equal(g.id[i], i);
  bf_graph_free(&g);
  export("format.sparse", "graph", BF_WEIGHTED_GRAPH, "out.sparse");
  same_file("out.sparse", "0 1 1\n0 2 2\n0 3 1\n1 2 1\n2 3 1\n6 6 0\n");
  export("format.lower_distance", "graph", BF_WEIGHTED_GRAPH, "out.lower");
  same_file("out.lower", "1\n2,1\n1,inf,1\ninf,inf,inf,inf\ninf,inf,inf,inf,inf\ninf,inf,inf,inf,inf,inf\n");
  import("format.lower_distance", "out.lower", BF_WEIGHTED_GRAPH, "dense");
  export("format.sparse", "dense", BF_WEIGHTED_GRAPH, "again.sparse");
  same_file("again.sparse", "1 0 1\n2 0 2\n2 1 1\n3 0 1\n3 2 1\n6 6 0\n");
  homology("graph", "diagram", 2, NAN);
  export("format.ripser", "diagram", BF_PERSISTENCE_DIAGRAM, "out.ripser");
  same_file("out.ripser", "persistence intervals in dim 0:\n [0,1)\n [0,1)\n [0,1)\n [0, )\n [0, )\n [0, )\n [0, )\n"
                          "persistence intervals in dim 1:\n [1,2)\npersistence intervals in dim 2:\n");
  homology("dense", "diagram", 1, 1);
  export("format.ripser", "diagram", BF_PERSISTENCE_DIAGRAM, "out.ripser");
  same_file("out.ripser", "persistence intervals in dim 0:\n [0,1)\n [0,1)\n [0,1)\n [0, )\n [0, )\n [0, )\n [0, )\n"
                          "persistence intervals in dim 1:\n [1, )\n");
}

#define SAME_NUMBERS(array, ...)                                                                                                                               \
  do {                                                                                                                                                         \
    const uint32_t expected[] = {__VA_ARGS__};                                                                                                                 \
    assert_memory_equal(array, expected, sizeof expected);                                                                                                     \
  } while (0)

/* A square, whose vertices are the points 40, 7, 20, 10: its loop is born with an edge, and filled by the second of the triangles on the diagonal. */
static void simplices_and_representatives(void **state) {
  static uint32_t u[] = {0, 0, 0, 1, 1, 2}, v[] = {1, 2, 3, 2, 3, 3}, id[] = {40, 7, 20, 10};
  static float w[] = {1, 2, 1, 1, 2, 1};
  bf_graph g = {.n = 4, .m = 6, .u = u, .v = v, .w = w, .id = id};
  bf_diagram d;
  (void)state;
  assert_int_equal(bf_graph_write(&(bf_out){.path = "square"}, &g), BF_OK);
  for (int kind = 0; kind < 4; kind++) {
    chains("square", "diagram", 1, NAN, kind < 3, kind == 0 ? "none" : kind == 1 ? "cocycles" : "cycles");
    assert_int_equal(bf_diagram_read("diagram", 0, &d), BF_OK);
    assert_int_equal(d.n, 5);
    assert_true(d.death[3] == (double)INFINITY && d.dim[4] == 1 && d.birth[4] == 1 && d.death[4] == 2);
    if (kind < 3) {
      SAME_NUMBERS(d.birth_simplex, 7, 20, 10, 40, 40, 7);
      SAME_NUMBERS(d.death_simplex, 7, 20, 40, 10, 20, 10, 40, 7, 10);
    } else {
      assert_true(!d.birth_simplex && !d.death_simplex);
    }
    assert_int_equal(d.representatives, kind == 0 ? BF_NO_REPRESENTATIVES : kind == 1 ? BF_COCYCLES : BF_CYCLES);
    if (kind == 1) { /* of components, and the edge where the loop is cut */
      assert_int_equal(d.first[5], d.first[4] + 1);
      SAME_NUMBERS(d.vertex + d.first[4], 40, 7);
    } else if (kind >= 2) {
      assert_int_equal(d.first[5], d.first[4] + 4);
      SAME_NUMBERS(d.vertex + d.first[4], 40, 7, 7, 20, 40, 10, 20, 10);
    }
    bf_diagram_free(&d);
  }
}

/* Ids of points are what the data say: two vertices may have the same. */
static void equal_ids(void **state) {
  static uint32_t u[] = {0}, v[] = {1}, id[] = {3, 3};
  static float w[] = {1};
  bf_graph g = {.n = 2, .m = 1, .u = u, .v = v, .w = w, .id = id};
  bf_diagram d;
  (void)state;
  assert_int_equal(bf_graph_write(&(bf_out){.path = "twins"}, &g), BF_OK);
  chains("twins", "diagram", 1, NAN, true, "cocycles");
  assert_int_equal(bf_diagram_read("diagram", 0, &d), BF_OK);
  assert_int_equal(d.n, 2);
  SAME_NUMBERS(d.death_simplex, 3, 3);
  bf_diagram_free(&d);
}

/* The least memory of a task with this graph, to 1 %. */
static uint64_t least_memory(const bf_graph *g) {
  uint64_t low = 1000, high = 100 << 20, kept = memory;
  assert_int_equal(bf_graph_write(&(bf_out){.path = "large"}, g), BF_OK);
  while (high - low > low / 100) {
    memory = (low + high) / 2;
    bf_status status = run_stage("large", 0);
    assert_true(status == BF_OK || status == BF_NO_MEMORY);
    *(status == BF_OK ? &high : &low) = memory;
  }
  memory = kept;
  return high;
}

/* The graph takes a part of the task's memory, which the engine cannot have: one with many members needs more, for the same work. */
static void graph_counts(void **state) {
  enum { N = 300, M = N * (N - 1) / 2, EACH = 1000 };
  static float w[M];
  static uint32_t id[N], member[N * EACH];
  static uint64_t first[N + 1];
  bf_graph g = {.n = N, .dense = true, .m = M, .w = w, .id = id};
  (void)state;
  for (uint32_t k = 0; k < M; k++) w[k] = 1 + (float)bf_random_uniform(5, k);
  for (uint32_t i = 0; i < N * EACH; i++) member[i] = i;
  for (uint32_t i = 0; i < N; i++) id[i] = i * EACH, first[i + 1] = (i + UINT64_C(1)) * EACH;
  uint64_t bare = least_memory(&g);
  g.first = first;
  g.member = member;
  assert_true(least_memory(&g) > bare + sizeof member / 10 * 9);
}

static void point_cloud(void **state) {
  bf_points p;
  bf_graph g;
  (void)state;
  write_text("points", "0 0\n3 4\n0.1 0\n");
  import("format.point_cloud", "points", BF_POINT_CLOUD, "cloud");
  assert_int_equal(bf_points_read("cloud", 0, &p), BF_OK);
  assert_int_equal(p.n, 3);
  assert_int_equal(p.dim, 2);
  assert_true(p.x[4] == 0.1f && p.id[2] == 2 && !p.label);
  bf_points_free(&p);
  import("format.point_cloud", "points", BF_WEIGHTED_GRAPH, "graph");
  assert_int_equal(bf_graph_read("graph", 0, &g), BF_OK);
  assert_true(g.dense && g.n == 3 && g.w[0] == 5 && g.w[1] == 0.1f);
  bf_graph_free(&g);
  write_text("none", "\n");
  import("format.point_cloud", "none", BF_POINT_CLOUD, "cloud");
  assert_int_equal(bf_points_read("cloud", 0, &p), BF_OK);
  assert_int_equal(p.n, 0);
  bf_points_free(&p);
}

/* Points to text and back: shortest decimals, no classes, the same floats and distances. */
static void points_written(void **state) {
  enum { N = 200, D = 5 };
  float x[N * D] = {0, -0.f, 0.1f, 16777216, 1e-40f, 1.f / 3, -1e30f, 1.17549435e-38f, 3.40282347e38f, 1};
  uint32_t id[N];
  int32_t label[N] = {1};
  bf_points p = {.n = N, .dim = D, .x = x, .id = id, .label = label}, back;
  (void)state;
  for (uint32_t i = 0; i < N; i++) id[i] = 3 * i;
  for (uint32_t k = 10; k < N * D; k++) x[k] = (float)exp(10 * bf_random_normal(4, k)) * (k % 2 ? 1 : -1);
  assert_int_equal(bf_points_write(&(bf_out){"cloud", NULL, 0}, &p), BF_OK);
  export("format.point_cloud", "cloud", BF_POINT_CLOUD, "out.point_cloud");
  import("format.point_cloud", "out.point_cloud", BF_POINT_CLOUD, "back");
  assert_int_equal(bf_points_read("back", 0, &back), BF_OK);
  assert_true(back.n == N && back.dim == D && !back.label && back.id[5] == 5);
  assert_memory_equal(back.x, x, sizeof x);
  bf_points_free(&back);
  p.n = 2;
  assert_int_equal(bf_points_write(&(bf_out){"cloud", NULL, 0}, &p), BF_OK);
  export("format.point_cloud", "cloud", BF_POINT_CLOUD, "out.point_cloud");
  same_file("out.point_cloud", "0 -0 0.1 16777216 9.99995e-41\n0.33333334 -1e+30 1.1754944e-38 3.4028235e+38 1\n");
  p.n = 0;
  assert_int_equal(bf_points_write(&(bf_out){"cloud", NULL, 0}, &p), BF_OK);
  export("format.point_cloud", "cloud", BF_POINT_CLOUD, "out.point_cloud");
  same_file("out.point_cloud", "\n");
  import("format.point_cloud", "out.point_cloud", BF_POINT_CLOUD, "back");
  assert_int_equal(bf_points_read("back", 0, &back), BF_OK);
  assert_int_equal(back.n, 0);
  bf_points_free(&back);
}

/* One matrix in each of the formats gives one graph. */
static void matrices(void **state) {
  static const struct {
    const char *id, *text;
  } files[] = {{"format.lower_distance", "1\n2,3\n"}, {"format.upper_distance", "1,2\n3\n"}, {"format.distance", "0 1 2\n1 0 3\n2 3 0\n"}};
  static const double square[9] = {0, 1, 2, 1, 0, 3, 2, 3, 0};
  static const int64_t header[3] = {8067171840, 7, 3};
  static const float triangle[3] = {1, 2, 3};
  static const char *const binary[2] = {"format.dipha", "format.binary"};
  (void)state;
  for (int i = 0; i < 5; i++) {
    bf_graph g;
    if (i < 3)
      write_text("in", files[i].text);
    else {
      FILE *f = fopen("in", "wb");
      assert_non_null(f);
      if (i == 3) fwrite(header, sizeof header, 1, f);
      fwrite(i == 3 ? (const void *)square : triangle, i == 3 ? sizeof square : sizeof triangle, 1, f);
      assert_int_equal(fclose(f), 0);
    }
    import(i < 3 ? files[i].id : binary[i - 3], "in", BF_WEIGHTED_GRAPH, "graph");
    assert_int_equal(bf_graph_read("graph", 0, &g), BF_OK);
    assert_true(g.dense && g.n == 3 && g.m == 3 && g.w[0] == 1 && g.w[1] == 2 && g.w[2] == 3);
    bf_graph_free(&g);
  }
}

static void numbers_survive(void **state) {
  enum { N = 40 };
  float w[N * (N - 1) / 2];
  uint32_t id[N];
  bf_graph g = {.n = N, .dense = true, .m = N * (N - 1) / 2, .w = w, .id = id}, back;
  (void)state;
  for (uint32_t i = 0; i < N; i++) id[i] = i;
  for (uint32_t k = 0; k < g.m; k++) w[k] = k % 50 == 0 ? INFINITY : (float)exp(10 * bf_random_normal(3, k));
  assert_int_equal(bf_graph_write(&(bf_out){"graph", NULL, 0}, &g), BF_OK);
  export("format.lower_distance", "graph", BF_WEIGHTED_GRAPH, "text");
  import("format.lower_distance", "text", BF_WEIGHTED_GRAPH, "back");
  assert_int_equal(bf_graph_read("back", 0, &back), BF_OK);
  assert_int_equal(back.m, g.m);
  assert_memory_equal(back.w, w, sizeof w);
  bf_graph_free(&back);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sparse_graph), cmocka_unit_test(simplices_and_representatives),
                                     cmocka_unit_test(equal_ids),    cmocka_unit_test(graph_counts),
                                     cmocka_unit_test(point_cloud),  cmocka_unit_test(points_written),
                                     cmocka_unit_test(matrices),     cmocka_unit_test(numbers_survive)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
