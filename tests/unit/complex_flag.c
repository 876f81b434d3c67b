/* complex.flag, and homology.reduce behind it, as stages: files in, files out; what homology.ripser makes of the same graph; ids, thresholds, memory. The
 * complexes themselves: tests/oracle/homology_reduce_flag.c. */
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

enum { N = 40 };

/* A random graph, dense or sparse, with ids that neither rise nor follow each other. */
static void write_graph(bool dense, uint32_t n, double share) {
  static uint32_t u[N * N], v[N * N], id[N];
  static float w[N * N];
  bf_graph g = {.n = n, .dense = dense, .u = dense ? NULL : u, .v = dense ? NULL : v, .w = w, .id = id};
  for (uint32_t i = 0; i < n; i++) id[i] = 1000 * ((7 * i + 3) % n) + i;
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = dense ? 0 : i + 1; j < (dense ? i : n); j++) {
      const uint64_t pair = i < j ? i * N + j : j * N + i;
      const float weight = bf_random_uniform(1, pair) < share ? (float)bf_random_uniform(2, pair) : INFINITY;
      if (!dense && weight == INFINITY) continue;
      if (!dense) u[g.m] = i, v[g.m] = j;
      w[g.m++] = weight;
    }
  }
  assert_int_equal(bf_graph_write(&(bf_out){"graph", NULL, 0}, &g), BF_OK);
}

static bf_status flag(const char *limit_dimension, const char *threshold, uint64_t memory, uint64_t cancel_at) {
  return run_stage(&(stage_call){.plugin = "complex/flag",
                                 .stage = "complex.flag",
                                 .input = {"graph", "graph"},
                                 .param = {"limit_dimension", limit_dimension, "threshold", threshold},
                                 .output = "filtration",
                                 .memory = memory,
                                 .cancel_at = cancel_at});
}

static bf_status reduce(const char *max_dim, const char *modulus, const char *representatives, uint64_t memory) {
  return run_stage(&(stage_call){.plugin = "homology/reduce",
                                 .stage = "homology.reduce",
                                 .input = {"filtration", "filtration"},
                                 .param = {"max_dim", max_dim, "modulus", modulus, "representatives", representatives},
                                 .output = "reduced",
                                 .memory = memory});
}

static void must(bf_status status) {
  if (status != BF_OK) fail_msg("%s", stage_error());
}

static void assert_refused(bf_status status, bf_status expected, const char *message) {
  assert_int_equal(status, expected);
  if (!strstr(stage_error(), message)) fail_msg("\"%s\" is not in \"%s\"", message, stage_error());
}

static void as_homology_ripser(void **state) {
  (void)state;
  for (int i = 0; i < 16; i++) {
    char modulus[8];
    bf_diagram a, b;
    snprintf(modulus, sizeof modulus, "%d", (int[]){2, 3, 5, 7}[i / 4]);
    write_graph(i % 2, N - (uint32_t)i, i & 2 ? 1 : 0.5);
    must(flag("3", i & 2 ? "0.6" : "none", 0, 0));
    must(reduce("-1", modulus, i & 4 ? "cycles" : "none", 0));
    must(run_stage(&(stage_call){.plugin = "homology/ripser",
                                 .stage = "homology.ripser",
                                 .input = {"graph", "graph"},
                                 .param = {"max_dim", "2", "modulus", modulus, "threshold", i & 2 ? "0.6" : "none"},
                                 .output = "ripser"}));
    assert_int_equal(bf_diagram_read("reduced", 0, &a), BF_OK);
    assert_int_equal(bf_diagram_read("ripser", 0, &b), BF_OK);
    assert_int_equal(a.n, b.n);
    assert_true(a.n > 20 && a.max_dim == 2 && a.convention == BF_DIAMETER && a.modulus == b.modulus && a.birth_simplex);
    assert_int_equal(a.representatives, i & 4 ? BF_CYCLES : BF_NO_REPRESENTATIVES);
    for (uint64_t k = 0; k < a.n; k++) assert_true(a.dim[k] == b.dim[k] && a.birth[k] == b.birth[k] && a.death[k] == b.death[k]);
    bf_diagram_free(&a);
    bf_diagram_free(&b);
  }
}

/* The threshold is rounded to a float, as the weights are, and what is equal to it stays. */
static void thresholds(void **state) {
  static float w[] = {0.1f, 0.2f, 0.2f};
  static uint32_t u[] = {0, 0, 1}, v[] = {1, 2, 2}, id[] = {5, 3, 9};
  const bf_graph g = {.n = 3, .m = 3, .u = u, .v = v, .w = w, .id = id};
  static const struct {
    const char *threshold, *limit;
    uint64_t n;
    uint32_t cut;
  } cases[] = {{"none", "2", 7, BF_NOT_CUT}, {"0.2", "2", 7, BF_NOT_CUT}, {"0.2", "1", 6, 1},          {"0.1", "1", 4, BF_NOT_CUT},
               {"0.05", "0", 3, BF_NOT_CUT}, {"0.1", "0", 3, 0},          {"inf", "64", 7, BF_NOT_CUT}};
  (void)state;
  assert_int_equal(bf_graph_write(&(bf_out){"graph", NULL, 0}, &g), BF_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bf_filtration f;
    must(flag(cases[i].limit, cases[i].threshold, 0, 0));
    assert_int_equal(bf_filtration_read("filtration", 0, &f), BF_OK);
    assert_int_equal(f.n, cases[i].n);
    assert_int_equal(f.limit_dimension, cases[i].cut);
    assert_true(f.vertex[0] == 3 && f.vertex[1] == 5 && f.vertex[2] == 9 && f.value[0] == 0);
    bf_filtration_free(&f);
  }
}

static void equal_ids(void **state) {
  static uint32_t id[] = {4, 7, 4};
  const bf_graph g = {.n = 3, .u = id, .v = id, .w = (float[]){0}, .id = id};
  (void)state;
  assert_int_equal(bf_graph_write(&(bf_out){"graph", NULL, 0}, &g), BF_OK);
  assert_refused(flag("2", "none", 0, 0), BF_BAD_INPUT, "graph: two vertices of the graph have the id 4");
}

static void no_vertices(void **state) {
  bf_diagram d;
  (void)state;
  write_graph(true, 0, 1);
  must(flag("2", "none", 0, 0));
  must(reduce("-1", "2", "cycles", 0));
  assert_int_equal(bf_diagram_read("reduced", 0, &d), BF_OK);
  assert_int_equal(d.n + d.max_dim, 0);
  bf_diagram_free(&d);
}

static void memory(void **state) {
  (void)state;
  write_graph(true, N, 1);
  assert_refused(flag("6", "none", 1 << 20, 0), BF_NO_MEMORY, "limit_dimension 6: the flag complex has more than");
  assert_refused(flag("6", "none", 1 << 20, 0), BF_NO_MEMORY, "limit_dimension 2 would fit"); /* with 10,700 simplices; the next has 102,090 */
  assert_refused(flag("64", "none", 1 << 20, 0), BF_NO_MEMORY, "limit_dimension 2 would fit");
  must(flag("2", "none", 1 << 20, 0));
  assert_refused(reduce("-1", "2", "none", 500 << 10), BF_NO_MEMORY, "memory"); /* the filtration alone takes 300 KB */
  must(reduce("-1", "2", "none", 2 << 20));
  assert_int_equal(flag("3", "none", 0, 1), BF_CANCELLED);
  must(flag("3", "none", 0, 0));
}

/* Nearly all simplices of a complete graph begin with one of the first vertices: it must be possible to cancel between these. */
static void cancelled(void **state) {
  (void)state;
  write_graph(true, N, 1);
  for (uint64_t at = 1; at < 12; at++) assert_int_equal(flag("4", "none", 0, at), BF_CANCELLED); /* 760,098 simplices */
  must(flag("4", "none", 0, 40));
}

/* Errors of content name the file; a homology that is not sound is refused. */
static void refused(void **state) {
  static uint64_t first[] = {0, 1, 3};
  static uint32_t vertex[] = {1, 1, 2};
  static double value[] = {0, 1};
  const bf_filtration f = {BF_VALUE, INFINITY, 1, 2, first, vertex, value};
  (void)state;
  assert_int_equal(bf_filtration_write(&(bf_out){"filtration", NULL, 0}, &f), BF_OK);
  assert_refused(reduce("0", "2", "none", 0), BF_BAD_INPUT, "filtration: not a filtration: simplex {1, 2} (value 1) is there, its face {2} is not");
  assert_refused(reduce("1", "2", "none", 0), BF_INVALID, "max_dim 1: the filtration was cut at dimension 1");
  assert_refused(reduce("0", "6", "none", 0), BF_INVALID, "modulus 6");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(as_homology_ripser), cmocka_unit_test(thresholds), cmocka_unit_test(equal_ids), cmocka_unit_test(no_vertices), cmocka_unit_test(memory),
      cmocka_unit_test(cancelled),          cmocka_unit_test(refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
