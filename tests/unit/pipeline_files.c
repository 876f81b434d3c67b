/* What surrounds a pipeline's text: included files, --set, and the limits on what is read. */
#include "base/file.h"
#include "base/text.h"
#include "pipeline_fake.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect_error(bf_status status, const char *place, const char *phrase) {
  if (status != BF_INVALID) fail_msg("status %d, not 3, for: %s", (int)status, phrase);
  if (place && strncmp(bf_error(), place, strlen(place))) fail_msg("not at %s: %s", place, bf_error());
  if (!strstr(bf_error(), phrase)) fail_msg("not '%s': %s", phrase, bf_error());
}

/* ---- include ---- */

static const char main_text[] = "bettiflow: 1\n"
                                "include: [lib/base.yaml, over.yaml]\n"
                                "sweep: { k: [1, 2] }\n"
                                "stages:\n"
                                "  data: { params: { every: 3 } }\n"
                                "  graph: { use: complex.knn_geodesic, in: { points: data }, params: { k: $k } }\n";
static const char base_text[] = "bettiflow: 1\n"
                                "name: base\n"
                                "include: deep/vars.yaml\n"
                                "sweep: { k: [5, 6, 7], seed: 1 }\n"
                                "stages:\n"
                                "  data: { use: dataset.file, params: { path: $file, every: 2, class: a } }\n";

static void write_library(void) {
  assert_int_equal(bf_folder_make("lib/deep"), BF_OK);
  fake_file("lib/base.yaml", base_text);
  fake_file("lib/deep/vars.yaml", "vars: { file: points.csv, where: lib }\n");
  fake_file("lib/deep/points.csv", "1\n");
  fake_file("points.csv", "1\n");
  fake_file("over.yaml", "name: over\nstages: { data: { params: { class: b } } }\n");
}

static bf_status keep_path(void *context, const char *path, bf_digest *digest, char **stored) {
  free(*(char **)context);
  *(char **)context = bf_strdup(path);
  memset(digest->hex, '0', 64);
  *stored = bf_strdup("/stored");
  return BF_OK;
}

/* The path that stage 0's FILE parameter comes to; its other parameters as JSON. */
static char *file_of(const bf_pipeline *p, json_t **values) {
  char *path = NULL;
  bf_param_env env = {fake_registry, keep_path, &path};
  bf_params *params = NULL;
  if (bf_pipeline_params(p, 0, 0, &env, &params) != BF_OK) fail_msg("%s", bf_error());
  if (values) *values = bf_params_json(params);
  bf_params_free(params);
  return path;
}

static bool is_file(const char *path, const char *expected) {
  char *a = bf_path_absolute(path), *b = bf_path_absolute(expected);
  bool same = a && b && !strcmp(a, b);
  free(a);
  free(b);
  return same;
}

static void test_include(void **state) {
  (void)state;
  json_t *values;
  write_library();
  bf_pipeline *p = fake_good(main_text);
  assert_string_equal(p->name, "over");
  assert_int_equal(p->npoint, 2); /* the list of k is replaced, seed stays */
  assert_string_equal(p->var[0], "k");
  assert_string_equal(p->var[1], "seed");
  assert_string_equal(p->value_text[0][0], "1");
  char *path = file_of(p, &values);
  assert_true(is_file(path, "lib/deep/points.csv")); /* relative to the file that states it */
  assert_int_equal(json_integer_value(json_object_get(values, "every")), 3);
  assert_string_equal(json_string_value(json_object_get(values, "class")), "b");
  assert_null(bf_node_get(p->root, "include"));
  json_decref(values);
  free(path);
  bf_pipeline_free(p);
}

static void test_include_folder(void **state) {
  (void)state;
  bf_pipeline *p;
  write_library();
  fake_file("lib/one.yaml", "bettiflow: 1\nvars: { f: points }\nstages: { d: { use: dataset.file, params: { path: deep/$f.csv } } }\n");
  p = fake_good("bettiflow: 1\ninclude: lib/one.yaml\n");
  char *path = file_of(p, NULL);
  assert_true(is_file(path, "lib/deep/points.csv"));
  free(path);
  bf_pipeline_free(p);
  /* Text that begins with a variable is relative to what states the variable. */
  fake_file("lib/two.yaml", "stages: { d: { use: dataset.file, params: { path: $f.csv } } }\n");
  p = fake_good("bettiflow: 1\nvars: { f: points }\ninclude: lib/two.yaml\n");
  path = file_of(p, NULL);
  assert_true(is_file(path, "points.csv"));
  free(path);
  bf_pipeline_free(p);
  /* Also when the pipeline is not in the working folder; --set is relative to that. */
  static const bf_setting set[] = {{"vars.f=points"}};
  assert_int_equal(bf_pipeline_read("lib/one.yaml", NULL, 0, fake_registry, &p), BF_OK);
  bf_pipeline_free(p);
  fake_file("lib/three.yaml", "bettiflow: 1\nvars: { f: }\nstages: { d: { use: dataset.file, params: { path: $f.csv } } }\n");
  assert_int_equal(bf_pipeline_read("lib/three.yaml", set, 1, fake_registry, &p), BF_OK);
  path = file_of(p, NULL);
  assert_true(is_file(path, "points.csv"));
  free(path);
  bf_pipeline_free(p);
}

static void test_include_errors(void **state) {
  (void)state;
  bf_pipeline *p;
  write_library();
  fake_file("a.yaml", "include: [b.yaml]\n");
  fake_file("b.yaml", "name: b\ninclude: lib/../a.yaml\n");
  expect_error(fake_read(&p, "bettiflow: 1\ninclude: a.yaml\n", NULL), "b.yaml:2:10: ", "a.yaml -> b.yaml -> lib/../a.yaml");
  expect_error(fake_read(&p, "bettiflow: 1\ninclude: t.yaml\n", NULL), "t.yaml:2:10: ", "t.yaml -> t.yaml");
  expect_error(fake_read(&p, "bettiflow: 1\ninclude: [none.yaml]\n", NULL), "t.yaml:2:11: ", "none.yaml: No such file");
  expect_error(fake_read(&p, "bettiflow: 1\ninclude: lib\n", NULL), "t.yaml:2:10: ", "not a regular file");
  expect_error(fake_read(&p, "bettiflow: 1\ninclude: [[a]]\n", NULL), "t.yaml:2:11: ", "a file to include is a single value");
  expect_error(fake_read(&p, "bettiflow: 1\nvars: {v: a}\ninclude: $v.yaml\n", NULL), "t.yaml:3:10: ", "no $name can stand in include");
  fake_file("v2.yaml", "bettiflow: 2\nnovel: true\n");
  expect_error(fake_read(&p, "bettiflow: 1\ninclude: v2.yaml\n", NULL), "v2.yaml:1:12: ", "version 1 only");
  fake_file("bad.yaml", "name: x\nstages: { data: { use: dataset.none_such } }\n");
  expect_error(fake_read(&p, "bettiflow: 1\ninclude: bad.yaml\n", NULL), "bad.yaml:2:24: ", "no plugin offers");
  expect_error(bf_pipeline_read("nowhere.yaml", NULL, 0, fake_registry, &p), "nowhere.yaml: ", "No such file");
  expect_error(bf_pipeline_read(".", NULL, 0, fake_registry, &p), ".: ", "not a regular file");
}

/* A long chain of includes ends; so does a tree that doubles at each level, by the bytes that it reads. */
static void test_include_bounds(void **state) {
  (void)state;
  bf_pipeline *p;
  char name[32], text[64];
  for (int i = 0; i < 40; i++) {
    snprintf(name, sizeof name, "chain%d.yaml", i);
    snprintf(text, sizeof text, "include: chain%d.yaml\n", i + 1);
    fake_file(name, text);
    snprintf(name, sizeof name, "twice%d.yaml", i);
    snprintf(text, sizeof text, "include: [twice%d.yaml, twice%d.yaml]\n", i + 1, i + 1);
    fake_file(name, i < 25 ? text : "name: x\n");
  }
  expect_error(fake_read(&p, "bettiflow: 1\ninclude: chain0.yaml\n", NULL), NULL, "more than 32 files");
  expect_error(fake_read(&p, "bettiflow: 1\ninclude: twice0.yaml\n", NULL), NULL, "all files of a pipeline together");
}

/* ---- --set ---- */

#define BASE                                                                                                                                                   \
  "bettiflow: 1\nvars: { path: }\nsweep: { k: [1, 2], act: relu, hidden: 5 }\nstages:\n"                                                                       \
  "  data: { use: dataset.file, params: { path: $path } }\n"                                                                                                   \
  "  net: { use: train.mlp, in: { train: data }, params: { activation: $act, hidden: $hidden } }\n"                                                            \
  "  graph: { use: complex.knn_geodesic, in: { points: data }, params: { k: $k } }\n"

static void test_set(void **state) {
  (void)state;
  bf_pipeline *p;
  fake_file("points.csv", "1\n");
  fake_file("a #b: c.csv", "1\n");
  assert_int_equal(fake_read(&p, BASE, "vars.path=points.csv", NULL), BF_OK);
  assert_int_equal(p->npoint, 2);
  bf_pipeline_free(p);
  assert_int_equal(fake_read(&p, BASE, "vars.path=a #b: c.csv", "sweep.k=5..7", "graph.hops=3", NULL), BF_OK);
  assert_int_equal(p->npoint, 3);
  assert_string_equal(p->value_text[2][0], "7");
  bf_pipeline_free(p);
  assert_int_equal(fake_read(&p, BASE, "vars.path=\"points.csv\"", "graph.k=9", NULL), BF_OK);
  assert_int_equal(fake_stage(p, "graph")->axes, 0); /* the sweep variable is no longer in its params */
  bf_pipeline_free(p);
  assert_int_equal(fake_read(&p, BASE, "vars.path=points.csv", "sweep.act=relu, leaky_relu(slope=0.1),\"tanh\"", "sweep.hidden=[5, 5],[6],7", NULL), BF_OK);
  assert_int_equal(p->npoint, 18);
  assert_string_equal(p->value_text[3][1], "leaky_relu(slope=0.1)");
  assert_string_equal(p->value_text[0][2], "[5, 5]");
  bf_pipeline_free(p);
  assert_int_equal(fake_read(&p, BASE, "vars.path=points.csv", "sweep.hidden=[[5, 5], [6]]", "sweep.k=[3, 4]", "sweep.k=8", NULL), BF_OK);
  assert_int_equal(p->npoint, 2); /* the last --set counts */
  assert_string_equal(p->value_text[1][2], "[6]");
  bf_pipeline_free(p);
  assert_int_equal(fake_read(&p, BASE, "vars.path=points.csv", "net.seed=$k", "data.class=a,b", NULL), BF_OK);
  assert_int_equal(fake_stage(p, "net")->axes, 7);
  bf_pipeline_free(p);
}

static void test_set_errors(void **state) {
  (void)state;
  bf_pipeline *p;
  static const char *const malformed[] = {"k=1", "graph.k", "=1", ".k=1", "graph.=1", "", "graph.k=\xff", "graph.k=a\nb"};
  static const char *const cases[][3] = {
      {"grap.k=1", "--set:1:1: ", "no stage 'grap'; did you mean 'graph'?"},
      {"graph.kk=1", "--set:1:7: ", "did you mean 'k'?"},
      {"graph.k=0", "--set:1:9: ", "[1, 65535]"},
      {"graph.k=[1", "--set:", "not valid YAML"},
      {"graph.k=&a 1", "--set:1:9: ", "graph"},
      {"sweep.kk=1", "--set:1:7: ", "no sweep variable 'kk'; did you mean 'k'?"},
      {"sweep.k=", "--set:1:7: ", "empty value"},
      {"sweep.k=1,,2", "--set:1:7: ", "empty value"},
      {"sweep.k=1,2,1", "--set:1:13: ", "stands twice"},
      {"sweep.k=[1, 1]", "--set:1:13: ", "stands twice"},
      {"sweep.act=relu,tanhh", "--set:1:16: ", "did you mean 'tanh'?"},
      {"vars.pat=x", "--set:1:6: ", "no name in vars: 'pat'; did you mean 'path'?"},
      {"vars.path=nowhere.csv", "--set:1:11: ", "nowhere.csv"},
      {"net.hidden=[15, [1]]", "--set:1:17: ", "hidden"},
  };
  fake_file("points.csv", "1\n");
  for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) assert_int_equal(fake_read(&p, BASE, malformed[i], NULL), BF_USAGE);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    expect_error(fake_read(&p, BASE, "vars.path=points.csv", cases[i][0], NULL), cases[i][1], cases[i][2]);
  expect_error(fake_read(&p, BASE, NULL), "t.yaml:5:46: ", "vars.path has no value; give it one with --set vars.path=");
  expect_error(fake_read(&p, "bettiflow: 1\nsweep: [{ a: 1 }]\nstages: { d: { use: dataset.disks } }\n", "sweep.a=1", NULL), "--set:1:1: ", "a list of points");
  expect_error(fake_read(&p, "bettiflow: 1\nstages: { d: { use: dataset.disks } }\n", "sweep.a=1", NULL), "--set:1:7: ", "no sweep variable 'a'");
  expect_error(fake_read(&p, "bettiflow: 1\nstages: { d: { use: dataset.disks, params: [1] } }\n", "d.seed=1", NULL), "t.yaml:2:44: ", "params is a map");
}

/* ---- bounds ---- */

static void test_brackets(void **state) {
  (void)state;
  bf_pipeline *p;
  char *text = bf_alloc((1 << 20) + 2, 1);
  for (const char *c = "[{\"-"; *c; c++) {
    memset(text, *c, 1 << 20);
    text[1 << 20] = 0;
    bf_status status = fake_read(&p, text, NULL);
    if (*c == '[') expect_error(status, "t.yaml:1:33: ", "nested deeper than 32");
    assert_int_equal(status, BF_INVALID);
  }
  for (size_t i = 0; i < 1 << 19; i++) memcpy(text + 2 * i, "- ", 2);
  expect_error(fake_read(&p, text, NULL), "t.yaml:1:65: ", "nested deeper than 32");
  memset(text, '#', (1 << 20) + 1);
  expect_error(fake_read(&p, text, NULL), "t.yaml: ", "1048577 bytes");
  free(text);
}

static void test_depth(void **state) {
  (void)state;
  for (int depth = 31; depth <= 33; depth++) {
    bf_text t = {0};
    bf_node *n = NULL;
    for (int i = 0; i < depth; i++) bf_text_add(&t, i % 2 ? "{a: " : "[");
    for (int i = depth; i-- > 0;) bf_text_add(&t, i % 2 ? "}" : "]");
    assert_int_equal(bf_yaml_read("x", ".", t.at, t.n, &n), depth <= 32 ? BF_OK : BF_INVALID);
    bf_node_free(n);
    bf_text_free(&t);
  }
}

static void test_many_keys(void **state) {
  (void)state;
  for (int extra = 0; extra <= 1; extra++) {
    bf_text t = {0};
    bf_node *n = NULL;
    for (int i = 0; i < 1024 + extra; i++) bf_text_addf(&t, "k%d: 1\n", i);
    bf_status status = bf_yaml_read("x", ".", t.at, t.n, &n);
    if (extra)
      expect_error(status, "x:1025:1: ", "more than 1024 keys");
    else
      assert_int_equal(status, BF_OK);
    bf_node_free(n);
    bf_text_free(&t);
  }
}

static void test_zero_bytes(void **state) {
  (void)state;
  bf_node *n = NULL;
  expect_error(bf_yaml_read("x", ".", "a: b\nc: \0d\n", 11, &n), "x:2:4: ", "a zero byte");
  assert_null(n);
}

static void test_places(void **state) {
  (void)state;
  bf_node *n = NULL;
  static const char text[] = "\xef\xbb\xbf"
                             "a: { b: 'x' }\nc:\n  - d\n  - \"e\"\n";
  assert_int_equal(bf_yaml_read("x", ".", text, sizeof text - 1, &n), BF_OK);
  const bf_node *d = bf_node_get(n, "c")->item[0], *e = bf_node_get(n, "c")->item[1];
  assert_int_equal(d->line, 3);
  assert_int_equal(d->column, 5);
  assert_false(d->quoted);
  assert_true(e->quoted);
  assert_string_equal(d->origin->name, "x");
  assert_int_equal(n->key_at[1]->line, 2);
  bf_node_free(n);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_include),   cmocka_unit_test(test_include_folder), cmocka_unit_test(test_include_errors), cmocka_unit_test(test_include_bounds),
      cmocka_unit_test(test_set),       cmocka_unit_test(test_set_errors),     cmocka_unit_test(test_brackets),       cmocka_unit_test(test_depth),
      cmocka_unit_test(test_many_keys), cmocka_unit_test(test_zero_bytes),     cmocka_unit_test(test_places)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
