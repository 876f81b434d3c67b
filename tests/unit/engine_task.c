/* One task in a child, by bf_task_run: a stage, a format's read and write, a check, and a plugin that is not the planned one. */
#include "base/file.h"
#include "engine/engine.h"
#include <bettiflow/artifact.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static bf_registry *registry;

static const bf_entry *entry_of(bf_kind kind, const char *id) {
  const bf_entry *e;
  assert_int_equal(bf_registry_find(registry, kind, id, &e), BF_OK);
  return e;
}

/* A spec with the entry's parameters as in `text` ("n: 3"), and a new folder. */
static bf_task_spec spec_of(int kind, const bf_entry *e, const char *text, bf_params **params, const char *folder) {
  bf_param_env env = {registry, NULL, NULL};
  bf_node *map = NULL;
  if (text) assert_int_equal(bf_yaml_read("test", ".", text, strlen(text), &map), BF_OK);
  assert_int_equal(bf_params_parse(e->params, map, "the test", &env, params), BF_OK);
  bf_node_free(map);
  bf_folder_remove(folder);
  assert_int_equal(bf_folder_make(folder), BF_OK);
  return (bf_task_spec){.kind = kind, .entry = e, .params = *params, .threads = 1, .folder = folder};
}

static void test_stage(void **state) {
  (void)state;
  bf_params *params;
  bf_task_result r;
  bf_points points;
  bf_digest digest;
  const bf_label label[] = {{"layer", "3"}};
  bf_task_spec spec = spec_of(BF_TASK_STAGE, entry_of(BF_KIND_STAGE, "test.items"), "n: 2", &params, "items");
  spec.label = label;
  spec.nlabel = 1;
  assert_int_equal(bf_task_run(&spec, &r), BF_OK);
  assert_int_equal(r.noutput, 1);
  assert_string_equal(r.output[0].port, "points");
  assert_int_equal(r.output[0].nitem, 2);
  const bf_item *item = &r.output[0].item[1];
  assert_int_equal(item->nlabel, 2); /* the spec's label, then the port's axis */
  assert_string_equal(item->label[0].value, "3");
  assert_string_equal(item->label[1].name, "item");
  assert_string_equal(item->label[1].value, "1");
  assert_int_equal(bf_points_read("items/points.1", 0, &points), BF_OK);
  assert_int_equal(points.n, 2);
  assert_int_equal(bf_digest_of_file("items/points.1", &digest, NULL), BF_OK);
  assert_string_equal(digest.hex, item->digest.hex);
  assert_true(r.usage.peak_bytes > 0 && r.usage.wall_seconds > 0);
  bf_points_free(&points);
  bf_task_result_free(&r);
  bf_params_free(params);
}

static void test_read_and_write(void **state) {
  (void)state;
  bf_params *params;
  bf_task_result r;
  char *text;
  size_t n;
  assert_int_equal(bf_file_replace("in.xy", "1 2\n3 4.5\n", 10), BF_OK);
  bf_task_spec spec = spec_of(BF_TASK_READ, entry_of(BF_KIND_FORMAT, "test_points"), NULL, &params, "read");
  spec.foreign = "in.xy";
  spec.type = BF_POINT_CLOUD;
  assert_int_equal(bf_task_run(&spec, &r), BF_OK);
  assert_string_equal(r.output[0].port, "artifact");
  bf_task_result_free(&r);
  bf_params_free(params);

  spec = spec_of(BF_TASK_WRITE, entry_of(BF_KIND_FORMAT, "test_points"), "separator: comma", &params, "write");
  spec.foreign = "read/artifact.0";
  spec.type = BF_POINT_CLOUD;
  assert_int_equal(bf_task_run(&spec, &r), BF_OK);
  assert_int_equal(bf_file_read("write/file.0", 100, &text, &n), BF_OK);
  assert_string_equal(text, "1,2\n3,4.5\n");
  free(text);
  bf_task_result_free(&r);
  bf_params_free(params);

  assert_int_equal(bf_file_replace("bad.xy", "1 2\nx\n", 6), BF_OK);
  spec = spec_of(BF_TASK_READ, entry_of(BF_KIND_FORMAT, "test_points"), NULL, &params, "read");
  spec.foreign = "bad.xy";
  spec.type = BF_POINT_CLOUD;
  assert_int_equal(bf_task_run(&spec, &r), BF_BAD_INPUT);
  assert_non_null(strstr(r.message, "line 2 is not two numbers"));
  assert_string_equal(bf_error(), r.message);
  bf_task_result_free(&r);
  bf_params_free(params);
}

static void test_check(void **state) {
  (void)state;
  bf_params *params, *more;
  bf_task_result r;
  const bf_entry *e = entry_of(BF_KIND_STAGE, "test.check");
  bf_task_spec spec = spec_of(BF_TASK_CHECK, e, "high: 3", &params, "check");
  assert_int_equal(bf_task_run(&spec, &r), BF_OK);
  assert_int_equal(r.noutput, 0);
  bf_task_result_free(&r);
  spec.connected = 3;
  assert_int_equal(bf_task_run(&spec, &r), BF_INVALID);
  bf_task_result_free(&r);
  spec_of(BF_TASK_CHECK, e, "{ low: 5, high: 3 }", &more, "check");
  spec.connected = 0;
  spec.nmore = 1;
  spec.more = (const bf_params *const[]){more};
  assert_int_equal(bf_task_run(&spec, &r), BF_INVALID);
  assert_string_equal(r.message, "low (5) is above high (3)");
  bf_task_result_free(&r);
  bf_params_free(params);
  bf_params_free(more);
}

/* The build that was planned is the one that runs, or nothing runs. */
static void test_other_build(void **state) {
  (void)state;
  bf_params *params;
  bf_task_result r;
  const bf_entry *planned = entry_of(BF_KIND_STAGE, "test.points");
  bf_provider other = *planned->from;
  bf_entry e = *planned;
  bf_task_spec spec = spec_of(BF_TASK_STAGE, planned, NULL, &params, "other");
  e.from = &other;
  spec.entry = &e;
  other.build_id = "0123456789abcdef0123456789abcdef01234567";
  assert_int_equal(bf_task_run(&spec, &r), BF_PLUGIN);
  assert_non_null(strstr(r.message, other.path));
  bf_task_result_free(&r);
  other.path = "/nowhere/plugin.so";
  assert_int_equal(bf_task_run(&spec, &r), BF_PLUGIN);
  bf_task_result_free(&r);
  bf_task_result_free(&r); /* freed once more is fine */
  bf_params_free(params);
}

static int set_up(void **state) {
  (void)state;
  char *plugins = bf_format_text("%s/tests/plugins/good", getenv("BF_BUILD"));
  int failed = bf_registry_open(plugins, &registry) != BF_OK;
  free(plugins);
  return failed;
}

static int tear_down(void **state) {
  (void)state;
  bf_registry_free(registry);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_stage), cmocka_unit_test(test_read_and_write), cmocka_unit_test(test_check),
                                     cmocka_unit_test(test_other_build)};
  return cmocka_run_group_tests_name("engine_task", tests, set_up, tear_down);
}
