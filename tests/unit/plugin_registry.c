/* The registry: what the scan finds, which plugins are broken and why, the cache, lookups and their messages. */
#include "base/file.h"
#include "base/text.h"
#include "plugin/cache.h"
#include "plugin/registry.h"
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static bf_registry *open_registry(const char *path) {
  bf_registry *r;
  assert_int_equal(bf_registry_open(path, &r), BF_OK);
  return r;
}

static void test_entries(void **state) {
  (void)state;
  bf_registry *r = open_registry(PLUGINS "/good");
  const bf_entry *e;
  for (size_t i = 1; i < bf_registry_size(r); i++) {
    const bf_entry *a = bf_registry_at(r, i - 1), *b = bf_registry_at(r, i);
    assert_true(a->kind < b->kind || (a->kind == b->kind && strcmp(a->id, b->id) < 0));
  }
  assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.check", &e), BF_OK);
  assert_string_equal(e->doc, "high - low points, where low may not be above high");
  assert_int_equal(e->stage->max_threads, 4);
  assert_non_null(e->stage->check);
  assert_null(e->stage->run);
  assert_string_equal(e->stage->inputs[1].name, "right");
  assert_int_equal(e->stage->inputs[1].types, BF_BIT(BF_POINT_CLOUD) | BF_BIT(BF_WEIGHTED_GRAPH));
  assert_int_equal(e->stage->inputs[1].flags, BF_OPTIONAL);
  assert_null(e->stage->inputs[2].name);
  assert_string_equal(e->params[1].range, "[0, 100]");
  assert_null(e->params[2].name);
  assert_string_equal(e->from->name, "test-stages");
  assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.items", &e), BF_OK);
  assert_string_equal(e->stage->outputs[0].axes, "item");
  assert_null(e->stage->check);
  assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.count", &e), BF_OK);
  assert_null(e->params[0].name);
  assert_int_equal(bf_registry_find(r, BF_KIND_ACTIVATION, "test_scale", &e), BF_OK);
  assert_string_equal(e->id, "activation.test_scale");
  assert_int_equal(bf_registry_find(r, BF_KIND_FORMAT, "format.test_points", &e), BF_OK);
  assert_int_equal(bf_registry_format_for(r, "/a.b/c.TEST.xy", BF_POINT_CLOUD, true, &e), BF_OK);
  assert_int_equal(bf_registry_format_for(r, ".xy", BF_POINT_CLOUD, true, &e), BF_INVALID);
  assert_int_equal(bf_registry_format_for(r, "c.xyz", BF_POINT_CLOUD, false, &e), BF_INVALID);
  assert_non_null(strstr(bf_error(), ".xy .test.xy"));
  assert_int_equal(bf_registry_format_for(r, "c.xy", BF_NETWORK, false, &e), BF_INVALID);
  bf_registry_free(r);
}

static void test_not_found(void **state) {
  (void)state;
  bf_registry *r = open_registry(PLUGINS "/good");
  const bf_entry *e;
  assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.itms", &e), BF_INVALID);
  assert_non_null(strstr(bf_error(), "did you mean 'test.items'?"));
  assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "other.items", &e), BF_INVALID);
  assert_non_null(strstr(bf_error(), "did you mean 'test.items'?"));
  assert_int_equal(bf_registry_find(r, BF_KIND_ACTIVATION, "test_skale", &e), BF_INVALID);
  assert_non_null(strstr(bf_error(), "did you mean 'test_scale'?"));
  bf_registry_free(r);
}

static const struct {
  const char *file, *why;
} broken_plugins[] = {
    {"wrong_abi.so", "ABI 0x62660002, this bettiflow needs 0x62660001"},
    {"wrong_size.so", "16 bytes"},
    {"no_symbol.so", "no symbol bettiflow_plugin"},
    {"crash.so", BF_ASAN ? "in a constructor" : "killed by SIGSEGV in a constructor"},
    {"leave.so", "ended the process with status 0 in a constructor"},
    {"wild.so", BF_ASAN ? "while its tables were read" : "killed by SIGSEGV while its tables were read"},
    {"bad_id.so", "bad id 'Hostile stage'"},
    {"null_doc.so", "hostile.stage: a name, doc or other text is missing"},
    {"outside.so", "parameter 'k' lies outside of its struct"},
    {"default.so", "parameter 'k' must be a whole number, not 'many' (its own default)"},
    {"default_range.so", "out of its range [1, 9] (its own default)"},
    {"range.so", "parameter 'k' has a bad range"},
    {"twice.so", "two parameters 'k'"},
    {"type.so", "the output port 'points' has no type that is known"},
    {"axes.so", "has no valid item axes"},
    {"no_run.so", "one of its functions is NULL"},
    {"same_id.so", "offered twice by this plugin"},
};

static void check_broken(const bf_registry *r) {
  const bf_broken *list;
  size_t n = bf_registry_broken(r, &list), count = sizeof broken_plugins / sizeof *broken_plugins;
  for (size_t i = 0; i < count; i++) {
    size_t k = 0;
    while (k < n && strcmp(bf_path_base(list[k].path), broken_plugins[i].file)) k++;
    if (k == n) fail_msg("%s is not among the broken", broken_plugins[i].file);
    if (!strstr(list[k].why, broken_plugins[i].why)) fail_msg("%s: '%s' lacks '%s'", list[k].path, list[k].why, broken_plugins[i].why);
  }
  assert_int_equal(n, count);
}

/* Broken plugins are told with their reasons, from the scan and from the cache alike, and the good ones beside them work. */
static void test_broken(void **state) {
  (void)state;
  const bf_entry *e;
  for (int round = 0; round < 2; round++) {
    bf_registry *r = open_registry(PLUGINS "/bad:" PLUGINS "/good:" PLUGINS "/print");
    check_broken(r);
    assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.points", &e), BF_OK);
    assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "hostile.print", &e), BF_OK); /* what it prints reaches nobody */
    assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "hostile.stage", &e), BF_PLUGIN);
    assert_non_null(strstr(bf_error(), "is in a plugin that can't be used"));
    bf_registry_free(r);
  }
}

static void test_twice(void **state) {
  (void)state;
  const bf_entry *e;
  bf_registry *r = open_registry(PLUGINS "/good:" PLUGINS "/other");
  assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.points", &e), BF_PLUGIN);
  assert_non_null(strstr(bf_error(), "/good/stages.so"));
  assert_non_null(strstr(bf_error(), "/other/stages.so"));
  assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.misbehave", &e), BF_OK);
  bf_registry_free(r);
}

/* One file under two names, and a byte-equal copy, count once; sub-folders are searched one level down; other names are not looked at. */
static void test_folders(void **state) {
  (void)state;
  const bf_entry *e;
  const bf_broken *list;
  assert_int_equal(bf_folder_make("plugins/one/two"), BF_OK);
  assert_int_equal(bf_file_copy(PLUGINS "/good/stages.so", "plugins/one/a.so"), BF_OK);
  assert_int_equal(bf_file_copy(PLUGINS "/good/stages.so", "plugins/one/b.so"), BF_OK);
  assert_int_equal(symlink("a.so", "plugins/one/c.so"), 0);
  assert_int_equal(bf_file_copy(PLUGINS "/good/misbehave.so", "plugins/one/two/deep.so"), BF_OK);
  assert_int_equal(bf_file_copy(PLUGINS "/good/misbehave.so", "plugins/one/name.so.bak"), BF_OK);
  assert_int_equal(bf_file_copy(PLUGINS "/good/misbehave.so", "here.so"), BF_OK);
  for (int round = 0; round < 2; round++) {
    bf_registry *r = open_registry("plugins:plugins/one::not-there");
    assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.points", &e), BF_OK);
    assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.misbehave", &e), BF_OK); /* plugins/one/two is below plugins/one */
    assert_int_equal(bf_registry_broken(r, &list), 1);
    assert_string_equal(list[0].path, "not-there");
    bf_registry_free(r);
    r = open_registry("plugins");
    assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.misbehave", &e), BF_INVALID);
    bf_registry_free(r);
    r = open_registry(":"); /* never the current folder */
    assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.misbehave", &e), BF_INVALID);
    bf_registry_free(r);
  }
}

/* ---- the cache ---- */

static char *cache_text(void) {
  char *path = bf_cache_path(), *text = NULL;
  size_t n;
  assert_int_equal(bf_file_read(path, 1 << 24, &text, &n), BF_OK);
  free(path);
  return text;
}

static void write_cache(const char *text) {
  char *path = bf_cache_path(), *folder = bf_path_parent(path);
  assert_int_equal(bf_folder_make(folder), BF_OK);
  assert_int_equal(bf_file_replace(path, text, strlen(text)), BF_OK);
  free(folder);
  free(path);
}

static void expect_doc(const char *doc) {
  const bf_entry *e;
  bf_registry *r = open_registry(PLUGINS "/good");
  assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.points", &e), BF_OK);
  assert_string_equal(e->doc, doc);
  bf_registry_free(r);
}

/* Replaces the first `from` by `to`; allocated. */
static char *replaced(const char *text, const char *from, const char *to) {
  const char *at = strstr(text, from);
  assert_non_null(at);
  return bf_format_text("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void test_cache(void **state) {
  (void)state;
  static const char doc[] = "random points in the unit square";
  bf_registry_free(open_registry(PLUGINS "/good"));
  char *good = cache_text();
  /* It is used: a sound entry with other words is believed. */
  char *other = replaced(good, doc, "from the cache");
  write_cache(other);
  expect_doc("from the cache");
  /* Unsound ones are not: each costs a rescan and is mended. */
  const struct {
    const char *from, *to;
  } damage[] = {{"\"test.points\"", "\"Test.points\""},
                {"\"default\":\"10\"", "\"default\":\"x\""},
                {"\"program\":\"", "\"program\":\"0"},
                {"\"identity\":\"", "\"identity\":\"9"},
                {"\"entries\"", "\"entrees\""},
                {"\"version\":1", "\"version\":0"},
                {"\"code\":2", "\"code\":77"},
                {"\"kind\":\"stage\"", "\"kind\":7"},
                {"{", "{{"}};
  for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
    char *bad = replaced(other, damage[i].from, damage[i].to);
    write_cache(bad);
    bf_registry_free(open_registry(PLUGINS "/good"));
    char *after = cache_text();
    if (!strcmp(after, bad)) fail_msg("%s: the cache was not mended", damage[i].to);
    free(after);
    free(bad);
  }
  write_cache("");
  expect_doc(doc);
  free(other);
  free(good);
}

/* The cache knows a file by its identity: a file that is replaced is scanned again, one that is gone is forgotten. */
static void test_replaced_file(void **state) {
  (void)state;
  const bf_entry *e;
  assert_int_equal(bf_folder_make("some"), BF_OK);
  assert_int_equal(bf_file_copy(PLUGINS "/good/stages.so", "some/plugin.so"), BF_OK);
  bf_registry *r = open_registry("some");
  assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.points", &e), BF_OK);
  bf_registry_free(r);
  assert_int_equal(bf_file_copy(PLUGINS "/good/misbehave.so", "some/plugin.so"), BF_OK);
  r = open_registry("some");
  assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.points", &e), BF_INVALID);
  assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.misbehave", &e), BF_OK);
  bf_registry_free(r);
  assert_int_equal(unlink("some/plugin.so"), 0);
  assert_int_equal(bf_file_copy(PLUGINS "/bad/crash.so", "some/other.so"), BF_OK);
  bf_registry_free(open_registry("some"));
  char *text = cache_text();
  assert_null(strstr(text, "some/plugin.so"));
  assert_non_null(strstr(text, "some/other.so"));
  free(text);
}

static void test_no_cache(void **state) {
  (void)state;
  char *kept = bf_strdup(getenv("XDG_CACHE_HOME"));
  setenv("XDG_CACHE_HOME", "/dev/null/nowhere", 1);
  expect_doc("random points in the unit square");
  expect_doc("random points in the unit square");
  unsetenv("XDG_CACHE_HOME");
  char *home = bf_strdup(getenv("HOME"));
  unsetenv("HOME");
  assert_null(bf_cache_path());
  expect_doc("random points in the unit square");
  setenv("HOME", home, 1);
  setenv("XDG_CACHE_HOME", kept, 1);
  free(home);
  free(kept);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_entries),  cmocka_unit_test(test_not_found),    cmocka_unit_test(test_broken),
                                     cmocka_unit_test(test_twice),    cmocka_unit_test(test_folders),      cmocka_unit_test(test_cache),
                                     cmocka_unit_test(test_no_cache), cmocka_unit_test(test_replaced_file)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
