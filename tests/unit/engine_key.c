/* The text of keys, line for line, and the reader of what a task's process reports under damage. */
#include "base/file.h"
#include "engine/child.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char pipeline[] = "bettiflow: 1\n"
                               "name: key\n"
                               "sweep: { v: [4, 5] }\n"
                               "stages:\n"
                               "  value: { use: trace.value, params: { value: $v, decline: 5 } }\n"
                               "  grid: { use: trace.grid, in: { base: value }, params: { layers: 1, classes: 1 } }\n"
                               "  plus: { use: trace.sum, each: { a: grid }, params: { activation: leaky_relu(slope=0.5) } }\n"
                               "  list: { use: trace.list, gather: { items: plus }, across: [v], save: list.trace }\n";

static const bf_task_entry *find(const bf_run_info *run, const char *stage, const char *v) {
  for (size_t i = 0; i < run->ntask; i++)
    if (!strcmp(run->task[i].stage, stage) && (!run->task[i].nsweep || !strcmp(run->task[i].sweep[0].value, v))) return &run->task[i];
  fail_msg("no task %s at %s", stage, v);
  return NULL;
}

static void expect(const bf_task_entry *e, bf_text *text) {
  assert_string_equal(e->parts, text->at);
  assert_string_equal(e->key, bf_digest_of(text->at, text->n).hex);
  bf_text_free(text);
}

static const char *build_of(const bf_registry *registry, bf_kind kind, const char *id) {
  const bf_entry *e;
  assert_int_equal(bf_registry_find(registry, kind, id, &e), BF_OK);
  return e->from->build_id;
}

typedef struct world { /* the pipeline, and a new store for it */
  bf_registry *registry;
  bf_pipeline *pipeline;
  bf_store *store;
} world;

static world open_world(const char *store) {
  world w;
  char *plugins = bf_format_text("%s/tests/plugins/trace", getenv("BF_BUILD"));
  assert_int_equal(bf_file_replace("key.yaml", pipeline, strlen(pipeline)), BF_OK);
  assert_int_equal(bf_registry_open(plugins, &w.registry), BF_OK);
  assert_int_equal(bf_pipeline_read("key.yaml", NULL, 0, w.registry, &w.pipeline), BF_OK);
  assert_int_equal(bf_store_open(store, BF_STORE_RUN, &w.store), BF_OK);
  free(plugins);
  return w;
}

static void close_world(world *w) {
  bf_store_close(w->store);
  bf_pipeline_free(w->pipeline);
  bf_registry_free(w->registry);
}

static void test_parts(void **state) {
  (void)state;
  bf_run_result result;
  bf_run_info *run;
  bf_text t = {0};
  world w = open_world("store");
  bf_run_options options = {.threads = 2, .folder = "saved"};
  assert_int_equal(bf_run_local(w.store, w.registry, w.pipeline, &options, &result), BF_OK);
  assert_int_equal(result.counts.total, 8);
  assert_int_equal(result.counts.declined, 3);
  assert_int_equal(result.nsaved, 1);
  assert_string_equal(result.saved[0].path, "saved/list.trace");
  assert_int_equal(bf_run_read(w.store, "last", &run), BF_OK);
  const char *build = build_of(w.registry, BF_KIND_STAGE, "trace.list");
  const bf_task_entry *value = find(run, "value", "4"), *grid = find(run, "grid", "4"), *plus = find(run, "plus", "4"), *list = find(run, "list", "");

  bf_text_addf(&t, "bettiflow-key 1\ncore 1\nstage trace.value 1\nbuild %s\nparam decline 5\nparam fail -1\nparam milliseconds 0\nparam value 4\n", build);
  expect(value, &t);
  bf_text_addf(&t, "bettiflow-key 1\ncore 1\nstage trace.grid 1\nbuild %s\nparam backwards false\nparam classes 1\nparam decline -1\nparam layers 1\n", build);
  bf_text_addf(&t, "input base [] %s\n", value->output[0].item[0].digest.hex);
  expect(grid, &t);
  bf_text_addf(&t, "bettiflow-key 1\ncore 1\nstage trace.sum 1\nbuild %s\nparam activation activation.leaky_relu(slope=0x1p-1)\n", build);
  bf_text_addf(&t, "uses activation.leaky_relu revision 1 build %s\n", build_of(w.registry, BF_KIND_ACTIVATION, "leaky_relu"));
  bf_text_addf(&t, "param decline -1\nparam fail -1\nparam milliseconds 0\nparam value 0\n");
  bf_text_addf(&t, "input a [layer=\"0\",class=\"0\"] %s\n", grid->output[0].item[0].digest.hex);
  expect(plus, &t);
  bf_text_addf(&t, "bettiflow-key 1\ncore 1\nstage trace.list 1\nbuild %s\n", build);
  bf_text_addf(&t, "input items [v=\"4\";layer=\"0\",class=\"0\"] %s\n", plus->output[0].item[0].digest.hex);
  bf_text_addf(&t, "declined items [v=\"5\";] \"declined 5\"\n");
  expect(list, &t);
  bf_text_addf(&t, "bettiflow-key 1\ncore 1\nsave format.trace 1\nbuild %s\ninput artifact [] %s\n", build, list->output[0].item[0].digest.hex);
  expect(find(run, "list.save", ""), &t);

  bf_run_info_free(run);
  bf_run_result_free(&result);
  close_world(&w);
}

/* A record is what somebody wrote into the store: one that does not hold what its task gives is a miss. */
static void test_strange_records(void **state) {
  (void)state;
  bf_run_result result;
  bf_run_info *run;
  world w = open_world("strange");
  bf_run_options options = {.threads = 2, .folder = "saved"};
  assert_int_equal(bf_run_local(w.store, w.registry, w.pipeline, &options, &result), BF_OK);
  assert_int_equal(bf_run_read(w.store, "last", &run), BF_OK);
  bf_run_result_free(&result);
  static const char *const stages[] = {"list.save", "list", "plus"};
  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
    const bf_task_entry *e = find(run, stages[i], "4");
    bf_record record = {.parts = e->parts, .stage = e->use, .reason = (char *)(uintptr_t) "", .version = (char *)(uintptr_t) "1"};
    memcpy(record.key.hex, e->key, sizeof record.key.hex);
    assert_int_equal(bf_store_commit(w.store, &record), BF_OK);
    assert_int_equal(bf_run_local(w.store, w.registry, w.pipeline, &options, &result), BF_OK);
    assert_int_equal(result.counts.ran, 1);
    assert_int_equal(result.nsaved, 1);
    bf_run_result_free(&result);
  }
  bf_run_info_free(run);
  close_world(&w);
}

static const char report[] =
    "{\"status\":0,\"message\":\"\",\"peak\":4096,\"outputs\":[{\"port\":\"points\",\"items\":[{\"label\":[[\"layer\",\"3\"],[\"class\",\"a\"]],\"digest\":"
    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"size\":7,\"uses\":[\"activation.relu\"]}]}]}";

static void test_report(void **state) {
  (void)state;
  bf_task_result r;
  size_t n = strlen(report);
  assert_true(bf_result_parse(report, n, &r));
  assert_int_equal(r.usage.peak_bytes, 4096);
  assert_int_equal(r.output[0].item[0].size, 7);
  assert_string_equal(r.output[0].item[0].label[1].value, "a");
  assert_string_equal(r.output[0].item[0].use[0], "activation.relu");
  bf_task_result_free(&r);
  for (size_t i = 0; i < n; i++) { /* whatever is cut or changed is refused or read, and never harmful */
    char *copy = bf_strndup(report, n);
    assert_false(bf_result_parse(copy, i, &r));
    for (const char *c = "0[]{}\",-x\x80"; *c; c++) {
      copy[i] = *c;
      if (bf_result_parse(copy, n, &r)) {
        assert_true(r.status >= BF_OK && r.status <= BF_CANCELLED);
        for (size_t p = 0; p < r.noutput; p++)
          for (size_t k = 0; k < r.output[p].nitem; k++) assert_true(bf_digest_valid(r.output[p].item[k].digest.hex));
      }
      bf_task_result_free(&r);
    }
    free(copy);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_parts), cmocka_unit_test(test_strange_records), cmocka_unit_test(test_report)};
  return cmocka_run_group_tests_name("engine_key", tests, NULL, NULL);
}
