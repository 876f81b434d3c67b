/* Parameter tables: what is accepted and how it comes out (key, JSON, filled struct), and what is refused with which message. */
#include "base/file.h"
#include "plugin/loader.h"
#include "plugin/param_value.h"
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

typedef struct config {
  bool flag;
  int64_t k;
  double rate, threshold;
  const char *text, *mode;
  bf_ints widths;
  bf_reals scales;
  bf_file path;
  bf_activation_use activation;
  bf_format_use format;
} config;

static const bf_param table[] = {BF_PARAM(config, flag, .def = "true", .doc = "a flag"),
                                 BF_PARAM(config, k, .def = "14", .range = "[1, 65535]", .doc = "neighbours"),
                                 BF_PARAM(config, rate, .def = "0.1", .range = "(0, inf)", .doc = "rate"),
                                 BF_PARAM(config, threshold, .def = "none", .range = "[0, inf]", .doc = "threshold"),
                                 BF_PARAM(config, text, .def = "", .doc = "text"),
                                 BF_PARAM(config, mode, .def = "fast", .choices = "fast|exact|none", .doc = "mode"),
                                 BF_PARAM(config, widths, .def = "[15, 15]", .range = "[1, 100]", .doc = "widths"),
                                 BF_PARAM(config, scales, .def = "", .range = "[0, 1)", .doc = "scales"),
                                 BF_PARAM(config, path, .def = "", .doc = "file"),
                                 BF_PARAM(config, activation, .def = "test_scale", .doc = "activation"),
                                 BF_PARAM(config, format, .def = "", .doc = "format"),
                                 {0}};

static bf_registry *registry;

static int open_all(void **state) {
  (void)state;
  return bf_registry_open(PLUGINS "/good", &registry);
}

static int close_all(void **state) {
  (void)state;
  bf_registry_free(registry);
  return 0;
}

/* {name: value} with the value read as a default's text is: "[1, 2]" a list, "'x'" quoted. */
static bf_node *map_of(const char *name, const char *value) {
  bf_origin *origin = bf_origin_new("test.yaml", ".", "k: v\n");
  bf_node *map = bf_node_map(origin, 1, 1), at = {.kind = BF_SCALAR, .origin = origin, .line = 1, .column = 4};
  if (name) {
    bf_node *node = bf_node_of_text(value, &at);
    assert_non_null(node);
    bf_node_set(map, name, NULL, node);
  }
  bf_origin_release(origin);
  return map;
}

static bf_status parse(const char *name, const char *value, bf_params **out) {
  const bf_param_env env = {.registry = registry};
  bf_node *map = map_of(name, value);
  bf_status status = bf_params_parse(table, map, "stage 'a' (test.all)", &env, out);
  bf_node_free(map);
  return status;
}

/* ---- accepted ---- */

static const struct {
  const char *name, *value, *key; /* a line of the key */
} accepted[] = {
    {NULL, NULL, "param flag true\n"},
    {NULL, NULL, "param k 14\n"},
    {NULL, NULL, "param rate 0x1.999999999999ap-4\n"},
    {NULL, NULL, "param threshold none\n"},
    {NULL, NULL, "param text \"\"\n"},
    {NULL, NULL, "param widths [15,15]\n"},
    {NULL, NULL, "param scales []\n"},
    {NULL, NULL, "param path none\n"},
    {NULL, NULL, "param activation activation.test_scale(by=0x1p+1)\nuses activation.test_scale revision 1 build "},
    {NULL, NULL, "param format none\n"},
    {"flag", "false", "param flag false\n"},
    {"k", "1", "param k 1\n"},
    {"k", "+65535", "param k 65535\n"},
    {"rate", "1", "param rate 0x1p+0\n"},
    {"rate", "1e-3", "param rate 0x1.0624dd2f1a9fcp-10\n"},
    {"rate", "0x1p-3", "param rate 0x1p-3\n"},
    {"threshold", "inf", "param threshold inf\n"},
    {"threshold", "-0.0", "param threshold 0x0p+0\n"},
    {"threshold", ".5", "param threshold 0x1p-1\n"},
    {"text", "true", "param text \"true\"\n"},
    {"text", "'12'", "param text \"12\"\n"},
    {"text", "a \"b\" \\ \xc3\xa4", "param text \"a \\\"b\\\" \\\\ \xc3\xa4\"\n"},
    {"mode", "none", "param mode \"none\"\n"},
    {"widths", "7", "param widths [7]\n"},
    {"widths", "[]", "param widths []\n"},
    {"widths", "[1,2 , 3]", "param widths [1,2,3]\n"},
    {"scales", "[0, 0.5]", "param scales [0x0p+0,0x1p-1]\n"},
    {"activation", "activation.test_scale", "activation.test_scale(by=0x1p+1)\n"},
    {"activation", "test_scale( by = 0.5 )", "activation.test_scale(by=0x1p-1)\n"},
    {"activation", "'test_scale(by=3)'", "activation.test_scale(by=0x1.8p+1)\n"},
    {"activation", "test_scale()", "activation.test_scale(by=0x1p+1)\n"},
    {"activation", "test-scale", "activation.test_scale(by=0x1p+1)\n"},
    {"format", "test_points(separator=comma)", "param format format.test_points(separator=\"comma\")\n"},
    {"format", "test_points(separator='comma')", "param format format.test_points(separator=\"comma\")\n"},
};

static void test_accepted(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
    bf_params *p;
    bf_text key = {0};
    if (parse(accepted[i].name, accepted[i].value, &p) != BF_OK) fail_msg("%s: %s: %s", accepted[i].name, accepted[i].value, bf_error());
    bf_params_key(p, &key);
    if (!strstr(key.at, accepted[i].key)) fail_msg("%s: %s: not '%s' in the key\n%s", accepted[i].name, accepted[i].value, accepted[i].key, key.at);
    bf_text_free(&key);
    bf_params_free(p);
  }
}

/* ---- refused ---- */

static const struct {
  const char *name, *value, *message;
} refused[] = {
    {"kk", "1", "no parameter 'kk'; did you mean 'k'?"},
    {"qqqqqqqqqq", "1", "it has flag, k, rate, threshold, text, mode, widths, scales, path, activation, format"},
    {"flag", "yes", "'flag' must be true or false, not 'yes'"},
    {"flag", "[true]", "must be true or false, not [true]"},
    {"flag", "'true'", "in quotes, so it is text"},
    {"k", "0", "'k' is 0, which is out of its range [1, 65535]"},
    {"k", "65536", "out of its range"},
    {"k", "1.0", "must be a whole number, not '1.0'"},
    {"k", "1e3", "must be a whole number"},
    {"k", "", "must be a whole number, not ''"},
    {"k", "99999999999999999999", "must be a whole number"},
    {"k", "0x10", "must be a whole number"},
    {"k", "'3'", "in quotes"},
    {"k", "[3]", "must be a whole number, not [3]"},
    {"rate", "0", "'rate' is 0, which is out of its range (0, inf)"},
    {"rate", "inf", "out of its range"},
    {"rate", "nan", "must be a number, not 'nan'"},
    {"rate", "none", "'rate' can't be none"},
    {"rate", "1e999", "must be a number"},
    {"rate", "1,5", "must be a number, not '1,5'"},
    {"rate", "1.5 ", "must be a number"},
    {"rate", "infinity", "must be a number"},
    {"threshold", "'none'", "in quotes"},
    {"threshold", "-1", "out of its range [0, inf]"},
    {"text", "[a]", "'text' must be text, not [a]"},
    {"text", "\xff", "not valid UTF-8"},
    {"text", "\xc0\xaf", "not valid UTF-8"},
    {"text", "\xed\xa0\x80", "not valid UTF-8"},
    {"mode", "fats", "one of fast, exact, none, not 'fats'; did you mean 'fast'?"},
    {"mode", "fast|exact", "one of fast"},
    {"widths", "[1, 0]", "out of its range [1, 100]"},
    {"widths", "[1, x]", "must be a whole number, not 'x'"},
    {"widths", "", "must be a whole number, not ''"},
    {"scales", "[0.5, 1]", "is 1, which is out of its range [0, 1)"},
    {"path", "not-there.csv", "'path': ./not-there.csv: No such file"},
    {"path", ".", "a folder; a file is read here"},
    {"path", "[a]", "must be a file name"},
    {"activation", "test_scal", "the activation 'activation.test_scal'; did you mean 'test_scale'?"},
    {"activation", "test_scale(bi=1)", "activation.test_scale has no parameter 'bi'; did you mean 'by'?"},
    {"activation", "test_scale(by=100)", "out of its range (-100, 100)"},
    {"activation", "test_scale(by=1", "no activation; write NAME or NAME(parameter=value, …)"},
    {"activation", "test_scale(by=1,by=2)", "no activation"},
    {"activation", "test_scale(by=1)x", "no activation"},
    {"activation", "test_scale(=1)", "no activation"},
    {"activation", "test_points", "no plugin offers the activation 'activation.test_points'"},
    {"activation", "[relu]", "must be an activation"},
    {"format", "test_points(separator=tab)", "one of space, comma, not 'tab'"},
};

static void test_refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    bf_params *p = NULL;
    bf_status status = parse(refused[i].name, refused[i].value, &p);
    if (status != BF_INVALID) fail_msg("%s: %s: status %d, not BF_INVALID", refused[i].name, refused[i].value, status);
    if (!strstr(bf_error(), refused[i].message)) fail_msg("%s: %s: not '%s' in\n%s", refused[i].name, refused[i].value, refused[i].message, bf_error());
    if (strncmp(bf_error(), "test.yaml:1:", 12)) fail_msg("%s: %s: no place in\n%s", refused[i].name, refused[i].value, bf_error());
  }
}

static void test_needed(void **state) {
  (void)state;
  const bf_param needed[] = {{.name = "n", .type = BF_PARAM_INT, .doc = "how many"}, {0}};
  const bf_param_env env = {.registry = registry};
  bf_params *p;
  assert_int_equal(bf_params_parse(needed, NULL, "stage 'b'", &env, &p), BF_INVALID);
  assert_string_equal(bf_error(), "stage 'b' needs the parameter 'n' (how many)");
}

/* ---- files ---- */

typedef struct stored {
  char *seen;
} stored;

static bf_status store_file(void *context, const char *path, bf_digest *digest, char **copy) {
  stored *s = context;
  free(s->seen);
  s->seen = bf_strdup(path);
  *copy = bf_strdup("/store/object");
  return bf_digest_of_file(path, digest, NULL);
}

static void test_file(void **state) {
  (void)state;
  stored s = {0};
  bf_text key = {0};
  const bf_param_env env = {.registry = registry, .file = store_file, .context = &s};
  bf_params *p;
  assert_int_equal(bf_file_replace("points.xy", "abc", 3), BF_OK);
  bf_node *map = map_of("path", "points.xy");
  assert_int_equal(bf_params_parse(table, map, "stage", &env, &p), BF_OK);
  assert_string_equal(s.seen, "./points.xy");
  bf_params_key(p, &key);
  /* SHA-256 of "abc": FIPS 180-2, appendix B.1 */
  assert_non_null(strstr(key.at, "param path file ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"));
  assert_null(strstr(key.at, "points.xy"));
  assert_null(strstr(key.at, "/store"));
  assert_non_null(strstr(key.at, "param format format.test_points(separator=\"space\")\n")); /* by the extension */
  json_t *j = bf_params_json(p);
  assert_string_equal(json_string_value(json_object_get(json_object_get(j, "path"), "path")), "/store/object");
  const bf_entry *const *uses;
  assert_int_equal(bf_params_uses(p, &uses), 2);
  json_decref(j);
  bf_text_free(&key);
  bf_params_free(p);
  bf_node_free(map);
  map = map_of("path", "gone.xy");
  assert_int_equal(bf_params_parse(table, map, "stage", &env, &p), BF_INVALID);
  bf_node_free(map);
  assert_int_equal(bf_file_replace("points.unknown", "abc", 3), BF_OK);
  map = map_of("path", "points.unknown");
  assert_int_equal(bf_params_parse(table, map, "stage", &env, &p), BF_INVALID);
  assert_non_null(strstr(bf_error(), "points.unknown: no format that reads data has the extension .unknown"));
  bf_node_free(map);
  free(s.seen);
}

/* ---- the task's side ---- */

static void test_fill(void **state) {
  (void)state;
  const bf_param_env env = {.registry = registry};
  bf_loader *loader;
  bf_filled *memory;
  bf_params *p;
  config c;
  assert_int_equal(bf_file_replace("points.xy", "abc", 3), BF_OK);
  bf_node *map = map_of("path", "points.xy");
  bf_node_set(map, "rate", NULL, bf_node_scalar("0.30000000000000004", NULL, 1, 1));
  bf_node_set(map, "widths", NULL, bf_node_of_text("[3, 4]", NULL));
  bf_node_set(map, "scales", NULL, bf_node_of_text("0.1", NULL));
  bf_node_set(map, "activation", NULL, bf_node_scalar("test_scale(by=0.1)", NULL, 1, 1));
  assert_int_equal(bf_params_parse(table, map, "stage", &env, &p), BF_OK);
  json_t *j = bf_params_json(p), *again;
  char *text = json_dumps(j, JSON_COMPACT); /* as it travels to the task */
  again = json_loads(text, 0, NULL);
  assert_int_equal(bf_loader_new(&loader), BF_OK);
  assert_int_equal(bf_loader_add(loader, PLUGINS "/good/stages.so", NULL, NULL), BF_OK);
  bf_objects objects = bf_loader_objects(loader);
  assert_int_equal(bf_params_fill(table, again, &objects, &c, sizeof c, &memory), BF_OK);
  assert_true(c.flag);
  assert_int_equal(c.k, 14);
  assert_true(c.rate == 0.30000000000000004); /* every bit */
  assert_true(isnan(c.threshold));
  assert_string_equal(c.text, "");
  assert_string_equal(c.mode, "fast");
  assert_int_equal(c.widths.n, 2);
  assert_int_equal(c.widths.at[1], 4);
  assert_int_equal(c.scales.n, 1);
  assert_true(c.scales.at[0] == 0.1);
  assert_int_equal(c.path.path[0], '/');
  assert_string_equal(bf_path_base(c.path.path), "points.xy");
  float y = 3;
  c.activation.is->apply(c.activation.cfg, &y, &y, 1);
  assert_true(fabsf(y - 0.3f) < 1e-6f);
  assert_string_equal(c.activation.text, "activation.test_scale(by=0x1.999999999999ap-4)");
  assert_string_equal(c.format.is->id, "format.test_points");

  bf_activation_use use;
  bf_filled *more;
  assert_int_equal(bf_object_fill(c.activation.text, BF_KIND_ACTIVATION, &objects, &use, &more), BF_OK);
  assert_string_equal(use.text, c.activation.text); /* canonical text is a fixed point */
  assert_true(*(const double *)use.cfg == 0.1);
  bf_filled_free(more);
  assert_int_equal(bf_object_fill("activation.other", BF_KIND_ACTIVATION, &objects, &use, &more), BF_BAD_INPUT);
  assert_int_equal(bf_object_fill("activation.test_scale(by=", BF_KIND_ACTIVATION, &objects, &use, &more), BF_BAD_INPUT);
  assert_int_equal(bf_object_fill("activation.test_scale(by=1e9)", BF_KIND_ACTIVATION, &objects, &use, &more), BF_INVALID);

  bf_filled *none;
  assert_int_equal(bf_params_fill(table, again, &objects, &c, sizeof c - 8, &none), BF_PLUGIN); /* a table that lies about its struct */
  json_object_del(again, "k");
  assert_int_equal(bf_params_fill(table, again, &objects, &c, sizeof c, &none), BF_PLUGIN);
  json_object_set_new(again, "k", json_string("14"));
  assert_int_equal(bf_params_fill(table, again, &objects, &c, sizeof c, &none), BF_PLUGIN);
  bf_filled_free(memory);
  bf_loader_free(loader);
  json_decref(again);
  json_decref(j);
  free(text);
  bf_params_free(p);
  bf_node_free(map);
}

/* ---- ranges ---- */

static void test_ranges(void **state) {
  (void)state;
  bf_range r;
  assert_true(bf_range_parse("[1, 2)", &r) && bf_range_holds(&r, 1) && !bf_range_holds(&r, 2));
  assert_true(bf_range_parse("(0,inf)", &r) && !bf_range_holds(&r, 0) && !bf_range_holds(&r, INFINITY) && bf_range_holds(&r, 1e300L));
  assert_true(bf_range_parse("[-inf, inf]", &r) && bf_range_holds(&r, INFINITY) && bf_range_holds(&r, -INFINITY));
  assert_true(bf_range_parse("[0, 9223372036854775807]", &r) && bf_range_holds(&r, INT64_MAX));
  const char *const bad[] = {"", "[", "[]", "[1]", "1, 2", "[1, 2", "[1 2]", "[2, 1]", "[a, b]", "[1, 2] ]", "[nan, 2]", "[1,,2]", "[1, 2]]"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (bf_range_parse(bad[i], &r)) fail_msg("'%s' was taken for a range", bad[i]);
}

/* A bound that no double equals is the double that its text is read as. */
static void test_real_bounds(void **state) {
  static const struct {
    const char *range, *value;
    bf_status status;
  } cases[] = {{"[0, 0.1]", "0.1", BF_OK},      {"[0, 0.1)", "0.1", BF_INVALID}, {"[0, 1e30]", "1e30", BF_OK}, {"[0.9, 1]", "0.9", BF_OK},
               {"(0.9, 1]", "0.9", BF_INVALID}, {"(0.1, 1]", "0.1", BF_INVALID}, {"[0, 0.7]", "0.7", BF_OK},   {"[0.7, 1]", "0.7", BF_OK}};
  const bf_param_env env = {.registry = registry};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const bf_param row[] = {{.name = "x", .type = BF_PARAM_REAL, .def = "0.95", .range = cases[i].range, .doc = "a real"}, {0}};
    bf_node *map = map_of("x", cases[i].value);
    bf_params *p = NULL;
    if (bf_params_parse(row, map, "stage 'b'", &env, &p) != cases[i].status) fail_msg("%s in %s", cases[i].value, cases[i].range);
    bf_params_free(p);
    bf_node_free(map);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_accepted),   cmocka_unit_test(test_refused), cmocka_unit_test(test_needed),
                                     cmocka_unit_test(test_file),       cmocka_unit_test(test_fill),    cmocka_unit_test(test_ranges),
                                     cmocka_unit_test(test_real_bounds)};
  return cmocka_run_group_tests(tests, open_all, close_all);
}
