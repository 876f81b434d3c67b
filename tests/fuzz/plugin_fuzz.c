/* Hostile descriptions and values: descriptions of real plugins, damaged at random, are refused or sound; random text never breaks the parser of values,
 * and what it accepts has a canonical text that means the same. */
#include "base/file.h"
#include "plugin/cache.h"
#include "plugin/describe.h"
#include "plugin/param_value.h"
#include <bettiflow/random.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static uint64_t draws;
static uint64_t below(uint64_t n) { return bf_random_below(42, draws++, n); }

static bf_registry *registry;
static json_t *descriptions; /* an array */

static int collect(void **state) {
  (void)state;
  const char *path;
  json_t *entry;
  if (bf_registry_open(PLUGINS "/good", &registry) != BF_OK) return 1;
  json_t *cache = bf_cache_read();
  descriptions = json_array();
  json_object_foreach(cache, path, entry) { json_array_append(descriptions, json_object_get(entry, "plugin")); }
  json_decref(cache);
  return json_array_size(descriptions) < 2;
}

static int dispose(void **state) {
  (void)state;
  json_decref(descriptions);
  bf_registry_free(registry);
  return 0;
}

/* ---- descriptions ---- */

static json_t *something(void) {
  static const char *const texts[] = {"", "stage", "activation.x", "test.points", "a,b", "a|b", "[1, 2]", "\n", ".csv", "none", "\x1b[31m"};
  switch (below(6)) {
  case 0:
    return json_null();
  case 1:
    return json_integer((json_int_t)below(100) - 5);
  case 2:
    return json_integer(INT64_MAX);
  case 3:
    return json_array();
  case 4:
    return json_boolean(below(2));
  default:
    return json_string(texts[below(sizeof texts / sizeof *texts)]);
  }
}

/* Replaces, removes or doubles something below j. */
static void damage(json_t *j) {
  if (json_is_array(j) && json_array_size(j)) {
    size_t i = below(json_array_size(j));
    json_t *item = json_array_get(j, i);
    if (below(3) && (json_is_object(item) || json_is_array(item)))
      damage(item);
    else if (below(3) == 0)
      json_array_remove(j, i);
    else if (below(2))
      json_array_append_new(j, json_deep_copy(item));
    else
      json_array_set_new(j, i, something());
  } else if (json_is_object(j) && json_object_size(j)) {
    size_t skip = below(json_object_size(j));
    void *at = json_object_iter(j);
    while (skip--) at = json_object_iter_next(j, at);
    char *key = bf_strdup(json_object_iter_key(at));
    json_t *item = json_object_get(j, key);
    if (below(4) && (json_is_object(item) || json_is_array(item)))
      damage(item);
    else if (below(3) == 0)
      json_object_del(j, key);
    else
      json_object_set_new(j, key, something());
    free(key);
  }
}

static void test_descriptions(void **state) {
  (void)state;
  size_t accepted = 0;
  for (int round = 0; round < 4000; round++) {
    bf_described d;
    json_t *j = json_deep_copy(json_array_get(descriptions, below(json_array_size(descriptions))));
    for (uint64_t n = below(4) + 1; n; n--) damage(j);
    if (bf_described_read(j, &d) == BF_OK) {
      accepted++;
      for (size_t i = 0; i < d.n; i++) {
        json_decref(bf_entry_json(&d.entry[i]));
        assert_int_equal(bf_entry_validate(&d.entry[i]), BF_OK);
      }
      bf_described_free(&d);
    }
    json_decref(j);
  }
  assert_in_range(accepted, 50, 3500); /* docs and numbers may differ; most damage must not pass */
}

/* ---- values ---- */

static void random_text(char *text, size_t max) {
  static const char *const pieces[] = {
      "test_scale", "activation.", "(",       ")", "by", "=",   "1",   "0.5",  ",",    " ",        "[",    "]",      "\"",
      "'",          "\\",          "\\u0041", "e", "-",  "inf", "nan", "none", "true", "\xc3\xa4", "\xff", "0x1p-3", "99999999999999999999",
      "\n"};
  size_t used = 0;
  text[0] = 0;
  for (uint64_t n = below(9); n; n--) {
    const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
    size_t length = strlen(piece);
    if (used + length >= max) continue;
    memcpy(text + used, piece, length + 1);
    used += length;
  }
}

static void check_object(const char *text, size_t *good) {
  const bf_param_env env = {.registry = registry};
  const bf_entry *entry;
  bf_params *first, *second;
  if (bf_object_parse(text, BF_KIND_ACTIVATION, NULL, &env, &entry, &first) != BF_OK) return;
  ++*good;
  char *canonical = bf_object_text(entry, first);
  assert_int_equal(bf_object_parse(canonical, BF_KIND_ACTIVATION, NULL, &env, &entry, &second), BF_OK);
  char *again = bf_object_text(entry, second);
  assert_string_equal(canonical, again);
  free(canonical);
  free(again);
  bf_params_free(first);
  bf_params_free(second);
}

static void check_values(const char *text) {
  static const bf_param table[] = {{"b", BF_PARAM_BOOL, 0, "true", NULL, NULL, "b"},   {"i", BF_PARAM_INT, 0, "1", NULL, NULL, "i"},
                                   {"r", BF_PARAM_REAL, 0, "none", NULL, NULL, "r"},   {"t", BF_PARAM_TEXT, 0, "", NULL, NULL, "t"},
                                   {"is", BF_PARAM_INTS, 0, "[1]", NULL, NULL, "is"},  {"rs", BF_PARAM_REALS, 0, "[1]", NULL, NULL, "rs"},
                                   {"a", BF_PARAM_ACTIVATION, 0, "", NULL, NULL, "a"}, {0}};
  const bf_param_env env = {.registry = registry};
  for (size_t k = 0; table[k].name; k++) {
    bf_node *map = bf_node_map(NULL, 1, 1), *value = bf_node_of_text(text, NULL);
    bf_params *p;
    if (value) bf_node_set(map, table[k].name, NULL, value);
    if (value && bf_params_parse(table, map, "fuzz", &env, &p) == BF_OK) {
      bf_text key = {0};
      bf_params_key(p, &key);
      json_t *j = bf_params_json(p);
      assert_int_equal(json_object_size(j), 7);
      json_decref(j);
      bf_text_free(&key);
      bf_params_free(p);
    }
    bf_node_free(map);
  }
}

static void test_values(void **state) {
  (void)state;
  size_t good = 0;
  for (int round = 0; round < 20000; round++) {
    char text[128], whole[200];
    random_text(text, sizeof text);
    snprintf(whole, sizeof whole, below(2) ? "test_scale(by=%s)" : "test_scale%s", text);
    check_object(whole, &good);
    if (round % 4 == 0) check_values(text);
  }
  assert_in_range(good, 100, 15000);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_descriptions), cmocka_unit_test(test_values)};
  return cmocka_run_group_tests(tests, collect, dispose);
}
