/* Axes and instances against their meaning: two sweep points share an instance of a stage exactly when all that the stage is made from is the same. Random
 * pipelines; for each stage and point that "all" is written out as text, from the pipeline's description alone. */
#include "base/text.h"
#include "pipeline_fake.h"
#include <bettiflow/random.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_STAGES = 8, MAX_VARS = 4 };

typedef struct stage {
  unsigned own;         /* variables in its params */
  int direct, gathered; /* stages that it reads by in and by gather; -1: none */
  unsigned across;
} stage;

typedef struct plan {
  size_t nvar, nstage, npoint, size[MAX_VARS];
  stage stage[MAX_STAGES];
} plan;

static uint64_t draws;
static size_t draw(size_t n) { return (size_t)bf_random_below(20261123, draws++, n); }

static size_t value_at(const plan *p, size_t point, size_t v) {
  for (size_t i = p->nvar; i-- > v + 1;) point /= p->size[i];
  return point % p->size[v];
}

/* Whether two points agree in all variables but those of `except`. */
static bool agree(const plan *p, size_t a, size_t b, unsigned except) {
  for (size_t v = 0; v < p->nvar; v++)
    if (!(except >> v & 1) && value_at(p, a, v) != value_at(p, b, v)) return false;
  return true;
}

/* What the stage is made from at the point. */
static char *made_from(const plan *p, size_t s, size_t point) {
  const stage *at = &p->stage[s];
  bf_text t = {0};
  bf_text_addf(&t, "s%zu", s);
  for (size_t v = 0; v < p->nvar; v++)
    if (at->own >> v & 1) bf_text_addf(&t, " v%zu=%zu", v, value_at(p, point, v));
  if (at->direct >= 0) {
    char *from = made_from(p, (size_t)at->direct, point);
    bf_text_addf(&t, " in(%s)", from);
    free(from);
  }
  for (size_t q = 0; at->gathered >= 0 && q < p->npoint; q++) {
    if (!agree(p, point, q, at->across)) continue;
    char *from = made_from(p, (size_t)at->gathered, q), *all = bf_format_text(" all(%s)", from);
    if (!strstr(t.at, all)) bf_text_add(&t, all);
    free(from);
    free(all);
  }
  return bf_text_take(&t);
}

/* The variables that change a stage's text, by trying all pairs of points that differ in one. */
static unsigned axes_of(const plan *p, size_t s) {
  unsigned axes = 0;
  for (size_t v = 0; v < p->nvar; v++)
    for (size_t q = 1; q < p->npoint && !(axes >> v & 1); q++) {
      if (!agree(p, 0, q, 1u << v)) continue;
      char *a = made_from(p, s, 0), *b = made_from(p, s, q);
      if (strcmp(a, b)) axes |= 1u << v;
      free(a);
      free(b);
    }
  return axes;
}

static plan random_plan(void) {
  plan p = {.nvar = 1 + draw(3), .nstage = 2 + draw(MAX_STAGES - 2), .npoint = 1};
  for (size_t v = 0; v < p.nvar; v++) p.npoint *= p.size[v] = 2 + draw(2); /* two values at least, so that an axis can be told */
  for (size_t s = 0; s < p.nstage; s++) {
    stage *at = &p.stage[s];
    unsigned some = (unsigned)draw(1u << p.nvar);
    some &= (unsigned)draw(1u << p.nvar);
    *at = (stage){.own = some, .direct = -1, .gathered = -1};
    if (s && draw(4)) at->direct = (int)draw(s);
    if (s && !draw(2)) at->gathered = (int)draw(s);
    if (at->gathered < 0) continue;
    unsigned may = axes_of(&p, (size_t)at->gathered) & ~at->own;
    if (at->direct >= 0) may &= ~axes_of(&p, (size_t)at->direct);
    at->across = may & (unsigned)draw(1u << p.nvar);
  }
  return p;
}

static char *yaml_of(const plan *p) {
  bf_text t = {0};
  bf_text_add(&t, "bettiflow: 1\nsweep:\n");
  for (size_t v = 0; v < p->nvar; v++) bf_text_addf(&t, "  v%zu: 0..%zu\n", v, p->size[v] - 1);
  bf_text_add(&t, "stages:\n");
  for (size_t s = 0; s < p->nstage; s++) {
    const stage *at = &p->stage[s];
    bf_text_addf(&t, "  s%zu:\n    use: %s\n    params: { seed: 1", s, at->gathered >= 0 ? "points.any" : at->direct >= 0 ? "points.thin" : "dataset.disks");
    for (size_t v = 0; v < p->nvar; v++)
      if (at->own >> v & 1) bf_text_addf(&t, "$v%zu", v);
    bf_text_add(&t, " }\n");
    if (at->direct >= 0) bf_text_addf(&t, "    in: { %s: s%d }\n", at->gathered >= 0 ? "extra" : "points", at->direct);
    if (at->gathered >= 0) bf_text_addf(&t, "    gather: { points: s%d }\n", at->gathered);
    if (at->across) bf_text_add(&t, "    across: [");
    for (size_t v = 0, n = 0; v < p->nvar; v++)
      if (at->across >> v & 1) bf_text_addf(&t, "%sv%zu", n++ ? ", " : "", v);
    if (at->across) bf_text_add(&t, "]\n");
  }
  return bf_text_take(&t);
}

static void check_stage(const plan *p, const bf_pipeline *read, size_t s) {
  char name[32];
  snprintf(name, sizeof name, "s%zu", s);
  const bf_pstage *got = fake_stage(read, name);
  char **text = bf_alloc(p->npoint, sizeof *text);
  size_t seen = 0;
  for (size_t i = 0; i < p->npoint; i++) {
    size_t same = 0;
    text[i] = made_from(p, s, i);
    while (strcmp(text[same], text[i])) same++;
    if (same == i) { /* a new instance: numbered in order, its first point is this */
      assert_int_equal(got->point_instance[i], seen);
      assert_int_equal(got->instance_point[seen], i);
      seen++;
    } else
      assert_int_equal(got->point_instance[i], got->point_instance[same]);
  }
  assert_int_equal(got->ninstance, seen);
  assert_int_equal(got->axes, axes_of(p, s));
  assert_int_equal(got->own_axes, p->stage[s].own);
  assert_int_equal(got->across, p->stage[s].across);
  for (size_t i = 0; i < p->npoint; i++) free(text[i]);
  free(text);
}

static void test_instances(void **state) {
  (void)state;
  for (int round = 0; round < 200; round++) {
    plan p = random_plan();
    char *yaml = yaml_of(&p);
    bf_pipeline *read = fake_good(yaml);
    assert_int_equal(read->npoint, p.npoint);
    for (size_t s = 0; s < p.nstage; s++) check_stage(&p, read, s);
    bf_pipeline_free(read);
    free(yaml);
  }
}

#define SOURCES                                                                                                                                                \
  "bettiflow: 1\nstages:\n"                                                                                                                                    \
  "  d: { use: dataset.disks }\n"                                                                                                                              \
  "  n: { use: train.mlp, in: { train: d } }\n"                                                                                                                \
  "  l: { use: network.layers, in: { model: n, points: d } }\n"                                                                                                \
  "  g: { use: complex.knn_geodesic, each: { points: l } }\n"                                                                                                  \
  "  s: { use: points.split, in: { points: d } }\n"

static void expect_axes(const char *stage, size_t port, const char *expected) {
  char *text = bf_format_text(SOURCES "  x: { %s }\n", stage);
  bf_pipeline *p = fake_good(text);
  bf_text axes = {0};
  for (char **a = fake_stage(p, "x")->item_axes[port]; *a; a++) bf_text_addf(&axes, "%s%s", axes.n ? " " : "", *a);
  assert_string_equal(axes.at ? axes.at : "", expected);
  bf_text_free(&axes);
  bf_pipeline_free(p);
  free(text);
}

/* Item axes: common ones once, in the order of the ports, a port's own ones last; gather ends them. */
static void test_items(void **state) {
  (void)state;
  expect_axes("use: complex.knn_geodesic, in: { points: d }", 0, "");
  expect_axes("use: complex.knn_geodesic, each: { points: d }", 0, "");
  expect_axes("use: complex.knn_geodesic, each: { points: l }", 0, "layer class");
  expect_axes("use: complex.knn_geodesic, each: { points: s }", 0, "part");
  expect_axes("use: complex.knn_geodesic, in: { points: s.whole }", 0, "");
  expect_axes("use: homology.match, each: { points: l, graph: g }", 0, "layer class");
  expect_axes("use: homology.match, each: { points: s, graph: g }", 0, "layer class part");
  expect_axes("use: homology.match, each: { graph: g }, in: { points: d }", 0, "layer class");
  expect_axes("use: points.split, each: { points: l }", 0, "layer class part");
  expect_axes("use: points.split, each: { points: l }", 1, "layer class");
  expect_axes("use: network.layers, in: { model: n }, each: { points: s }", 0, "part layer class");
  expect_axes("use: points.any, gather: { points: l }", 0, "");
  expect_axes("use: points.any, gather: { points: l }, each: { extra: s }", 0, "part");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_instances), cmocka_unit_test(test_items)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
