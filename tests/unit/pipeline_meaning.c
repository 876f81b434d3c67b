/* What a good pipeline means: order, links, sweep points, names, parameters, saves. */
#include "base/text.h"
#include "pipeline_fake.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void test_quickstart(void **state) {
  (void)state;
  bf_pipeline *p = fake_good(fake_quickstart);
  static const char *const order[] = {"data", "net", "layers", "graph", "homology", "betti", "profile"};
  static const size_t instances[] = {1, 6, 6, 6, 6, 1, 1};
  assert_string_equal(p->name, "nine-disks");
  assert_int_equal(p->npoint, 6);
  assert_int_equal(p->nstage, 7);
  for (size_t i = 0; i < 7; i++) {
    assert_string_equal(p->stage[i].name, order[i]);
    assert_int_equal(p->stage[i].ninstance, instances[i]);
  }
  assert_string_equal(p->value_text[4][0], "tanh");
  assert_string_equal(p->value_text[4][1], "2");
  const bf_pstage *layers = fake_stage(p, "layers"), *homology = fake_stage(p, "homology"), *betti = fake_stage(p, "betti");
  assert_int_equal(layers->nlink, 2);
  assert_int_equal(layers->link[0].from, 1);
  assert_int_equal(layers->link[1].from, 0);
  assert_string_equal(homology->item_axes[0][0], "layer");
  assert_string_equal(homology->item_axes[0][1], "class");
  assert_null(homology->item_axes[0][2]);
  assert_null(betti->item_axes[0][0]);
  assert_int_equal(betti->across, 3);
  assert_int_equal(betti->link[0].kind, BF_LINK_GATHER);
  assert_true(betti->print);
  assert_string_equal(betti->print_format->id, "format.text");
  assert_int_equal(betti->nsave, 1);
  assert_string_equal(betti->save[0].format->id, "format.csv");
  assert_int_equal(fake_stage(p, "profile")->nsave, 2);
  bf_pipeline_free(p);
  bf_pipeline_free(NULL);
}

/* Sources before readers; where there is a choice, as written. */
static void test_order(void **state) {
  (void)state;
  bf_pipeline *p = fake_good("bettiflow: 1\nstages:\n"
                             "  d: { use: points.split, in: { points: b.whole } }\n"
                             "  a: { use: dataset.disks }\n"
                             "  b: { use: points.split, in: { points: a } }\n"
                             "  c: { use: dataset.disks }\n");
  assert_string_equal(p->name, "t");
  assert_int_equal(p->npoint, 1);
  for (size_t i = 0; i < 4; i++) assert_int_equal(p->stage[i].name[0], "abdc"[i]);
  assert_int_equal(p->stage[2].link[0].from, 1);
  assert_int_equal(p->stage[2].link[0].from_port, 1);
  bf_pipeline_free(p);
}

#define TWO_STAGES "stages:\n  a: { use: dataset.disks, params: { seed: $x } }\n  b: { use: dataset.disks, params: { seed: $y } }\n"

static void test_product(void **state) {
  (void)state;
  bf_pipeline *p = fake_good("bettiflow: 1\nvars: { n: 3 }\nsweep:\n  x: [-1..1, 7]\n  y: [10, $n]\n  z: one\n" TWO_STAGES);
  static const char *const x[] = {"-1", "0", "1", "7"}, *const y[] = {"10", "3"};
  assert_int_equal(p->npoint, 8);
  assert_int_equal(p->nvar, 3);
  for (size_t i = 0; i < 8; i++) {
    assert_string_equal(p->value_text[i][0], x[i / 2]);
    assert_string_equal(p->value_text[i][1], y[i % 2]);
    assert_string_equal(p->value_text[i][2], "one");
    assert_string_equal(p->value[i][0]->text, x[i / 2]);
    assert_int_equal(p->stage[0].point_instance[i], i / 2);
    assert_int_equal(p->stage[1].point_instance[i], i % 2);
  }
  assert_int_equal(p->stage[0].instance_point[3], 6);
  assert_int_equal(p->stage[1].instance_point[1], 1);
  bf_pipeline_free(p);
}

static void test_points(void **state) {
  (void)state;
  bf_pipeline *p = fake_good("bettiflow: 1\nsweep:\n  - { x: 1, y: 5 }\n  - { y: 5, x: 2 }\n  - { x: 1, y: 6 }\n" TWO_STAGES);
  static const size_t a[] = {0, 1, 0}, b[] = {0, 0, 1};
  assert_int_equal(p->npoint, 3);
  assert_string_equal(p->var[0], "x");
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(p->stage[0].point_instance[i], a[i]);
    assert_int_equal(p->stage[1].point_instance[i], b[i]);
  }
  bf_pipeline_free(p);
}

static bf_status keep_path(void *context, const char *path, bf_digest *digest, char **stored) {
  free(*(char **)context);
  *(char **)context = bf_strdup(path);
  memset(digest->hex, '0', 64);
  *stored = bf_strdup("/stored");
  return BF_OK;
}

/* A stage's parameter at an instance, as JSON text; the FILE parameter's path in *path. */
static char *param_text(const bf_pipeline *p, const char *stage, size_t instance, const char *name, char **path) {
  char *unused = NULL;
  bf_param_env env = {fake_registry, keep_path, path ? path : &unused};
  bf_params *params = NULL;
  if (bf_pipeline_params(p, (size_t)(fake_stage(p, stage) - p->stage), instance, &env, &params) != BF_OK) fail_msg("%s", bf_error());
  json_t *json = bf_params_json(params), *value = json_object_get(json, name);
  char *text = json_is_string(value) ? bf_strdup(json_string_value(value)) : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
  json_decref(json);
  bf_params_free(params);
  free(unused);
  return text;
}

static void expect_param(const bf_pipeline *p, const char *stage, size_t instance, const char *name, const char *expected) {
  char *text = param_text(p, stage, instance, name, NULL);
  assert_string_equal(text, expected);
  free(text);
}

/* Whole values, lists, splices, dollars, vars of vars; labels of list values. */
static void test_names(void **state) {
  (void)state;
  fake_file("x$y.csv", "1\n");
  bf_pipeline *p = fake_good("bettiflow: 1\n"
                             "vars: { wide: 50, narrow: [$wide, 3, $wide], digits: 4$wide, file: \"x$$y\", all: [1, $narrow] }\n"
                             "sweep: { h: [[15, 15], $narrow, 7], slope: [0.1, 0.2] }\n"
                             "stages:\n"
                             "  d: { use: dataset.file, params: { path: $file.csv, every: $digits } }\n"
                             "  n: { use: train.mlp, in: { train: d }, params: { hidden: $h, seed: 1$wide, activation: leaky_relu(slope=$slope) } }\n"
                             "  m: { use: train.mlp, in: { train: d }, params: { hidden: [1, $wide, 2] } }\n");
  assert_int_equal(p->npoint, 6);
  assert_string_equal(p->value_text[0][0], "[15, 15]");
  assert_string_equal(p->value_text[2][0], "[50, 3, 50]");
  expect_param(p, "d", 0, "every", "450");
  expect_param(p, "n", 0, "seed", "150");
  expect_param(p, "n", 0, "hidden", "[15,15]");
  expect_param(p, "n", 3, "hidden", "[50,3,50]");
  expect_param(p, "n", 5, "hidden", "[7]");
  expect_param(p, "m", 0, "hidden", "[1,50,2]");
  assert_int_equal(fake_stage(p, "m")->ninstance, 1);
  char *text = param_text(p, "n", 3, "activation", NULL), *path = NULL;
  assert_non_null(strstr(text, "0.2"));
  free(text);
  free(param_text(p, "d", 0, "path", &path));
  assert_non_null(strstr(path, "x$y.csv"));
  free(path);
  bf_pipeline_free(p);
}

/* Exponential growth by names of names is stopped. */
static void test_growth(void **state) {
  (void)state;
  bf_pipeline *p;
  bf_text t = {0};
  bf_text_add(&t, "bettiflow: 1\nvars:\n  a: [x, x, x, x, x, x, x, x, x, x]\n");
  for (int c = 'b'; c <= 'z'; c++) {
    bf_text_addf(&t, "  %c: [", c);
    for (int i = 0; i < 10; i++) bf_text_addf(&t, "$%c, ", c - 1);
    bf_text_add(&t, "]\n");
  }
  bf_text_add(&t, "stages: { a: { use: dataset.disks } }\n");
  assert_int_equal(fake_read(&p, t.at, NULL), BF_INVALID);
  assert_non_null(strstr(bf_error(), "too large"));
  bf_text_free(&t);
}

static void test_limits(void **state) {
  (void)state;
  bf_pipeline *p = fake_good("bettiflow: 1\nvars: { t: 1.5h }\nlimits: { time: $t, memory: 4GiB }\nstages:\n"
                             "  a: { use: dataset.disks }\n"
                             "  b: { use: dataset.disks, limits: { time: 90 } }\n"
                             "  c: { use: dataset.disks, limits: { time: none, memory: none } }\n");
  assert_true(p->stage[0].limits.seconds == 5400 && p->stage[0].limits.bytes == UINT64_C(4) << 30);
  assert_true(p->stage[1].limits.seconds == 90 && p->stage[1].limits.bytes == UINT64_C(4) << 30);
  assert_true(p->stage[2].limits.seconds == 0 && p->stage[2].limits.bytes == 0);
  bf_pipeline_free(p);
}

static void test_units(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double seconds; /* < 0: refused */
  } times[] = {{"10min", 600}, {"90s", 90}, {"1.5h", 5400}, {"30", 30},    {"250ms", .25}, {"2 d", 172800}, {"2w", 1209600},       {"1sec", 1},
               {"0", -1},      {"", -1},    {"min", -1},    {"-1", -1},    {"1e3", -1},    {"inf", -1},     {"nan", -1},           {"0x10", -1},
               {"1.", -1},     {".5s", -1}, {"1m", -1},     {"1 s s", -1}, {"1,5h", -1},   {" 1s", -1},     {"99999999999999", -1}};
  static const struct {
    const char *text;
    double bytes;
  } sizes[] = {{"4GiB", 4294967296.0},
               {"512MiB", 536870912},
               {"1GB", 1e9},
               {"1kB", 1e3},
               {"1KiB", 1024},
               {"1.5 MB", 1.5e6},
               {"123", 123},
               {"1TiB", 0x1p40},
               {"7B", 7},
               {"0", -1},
               {"0.5B", -1},
               {"4G", -1},
               {"gib", -1},
               {"-1", -1},
               {"1e9", -1},
               {"9999999TiB", -1},
               {"", -1}};
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
    double seconds = -1;
    assert_int_equal(bf_parse_duration(times[i].text, &seconds), times[i].seconds >= 0);
    if (times[i].seconds >= 0) assert_true(seconds == times[i].seconds);
  }
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    uint64_t bytes = 0;
    assert_int_equal(bf_parse_bytes(sizes[i].text, &bytes), sizes[i].bytes >= 0);
    if (sizes[i].bytes >= 0) assert_true((double)bytes == sizes[i].bytes);
  }
}

static void test_save_names(void **state) {
  (void)state;
  static const bf_label label[] = {{"a", "relu"}, {"b", "../x/.y"}, {"c", ""}, {"d", "."}};
  static const char *const cases[][2] = {
      {"x.csv", "x.csv"}, {"{a}.csv", "relu.csv"}, {"s/{b}-{a}{a}.csv", "s/_._x_.y-relurelu.csv"}, {"{c}/{d}/x", "_/_/x"}, {"{layer}-{a}", "{layer}-relu"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *name = bf_save_name(cases[i][0], label, 4);
    assert_string_equal(name, cases[i][1]);
    free(name);
  }
}

static void test_saves(void **state) {
  (void)state;
  bf_pipeline *p = fake_good("bettiflow: 1\nsweep: { s: [1, 2] }\nstages:\n"
                             "  d: { use: dataset.disks, params: { seed: $s }, save: './/d-{s}.csv' }\n"
                             "  k: { use: points.split, in: { points: d }, save: { whole: ['w/{s}.csv', 'w/{s}.csv.gz'], parts: 'p-{part}-{s}.csv' } }\n");
  const bf_pstage *k = fake_stage(p, "k");
  assert_string_equal(p->stage[0].save[0].file, "d-{s}.csv");
  assert_int_equal(k->nsave, 3);
  assert_int_equal(k->save[0].port, 1);
  assert_int_equal(k->save[2].port, 0);
  bf_pipeline_free(p);
  assert_int_equal(fake_read(&p,
                             "bettiflow: 1\nsweep: { s: [a/b, a_b] }\nstages:\n  d: { use: dataset.disks, params: { seed: 1 } }\n"
                             "  n: { use: train.mlp, in: { train: d } }\n"
                             "  l: { use: dataset.file, params: { path: t.yaml, class: $s, format: csv }, save: '{s}.csv' }\n",
                             NULL),
                   BF_INVALID);
  assert_non_null(strstr(bf_error(), "two points of the sweep would write one file, 'a_b.csv'"));
}

/* The merged text reads back as the same tree. */
static void test_text(void **state) {
  (void)state;
  static const char *const texts[] = {"bettiflow: 1\nname: a\nvars: { a: \"1\", b: 'x: y # z', c: [], d: {}, e: \"$$\", f: 'caf\xc3\xa9', g: \"\" }\n"
                                      "stages: { d: { use: dataset.disks, params: { seed: 1 } } }\n",
                                      NULL};
  for (size_t i = 0; i < 2; i++) {
    bf_pipeline *p = fake_good(texts[i] ? texts[i] : fake_quickstart);
    char *text = bf_pipeline_text(p);
    bf_pipeline *q = fake_good(text);
    assert_true(bf_node_equal(p->root, q->root));
    free(text);
    bf_pipeline_free(p);
    bf_pipeline_free(q);
  }
}

/* Many instances of a few stages are read in reasonable time. */
static void test_many(void **state) {
  (void)state;
  bf_pipeline *p = fake_good("bettiflow: 1\nsweep: { a: 1..100, b: 1..100, c: 1..5 }\nstages:\n"
                             "  d: { use: dataset.disks, params: { seed: $a } }\n"
                             "  e: { use: points.split, in: { points: d }, params: { seed: $b } }\n"
                             "  f: { use: points.split, in: { points: e.whole }, save: { whole: '{a}-{b}.csv' } }\n");
  assert_int_equal(p->npoint, 50000);
  assert_int_equal(p->stage[2].ninstance, 10000);
  bf_pipeline_free(p);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_quickstart), cmocka_unit_test(test_order), cmocka_unit_test(test_product),
                                     cmocka_unit_test(test_points),     cmocka_unit_test(test_names), cmocka_unit_test(test_growth),
                                     cmocka_unit_test(test_limits),     cmocka_unit_test(test_units), cmocka_unit_test(test_save_names),
                                     cmocka_unit_test(test_saves),      cmocka_unit_test(test_text),  cmocka_unit_test(test_many)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
