/* What `show FILE` prints of each type of artifact: facts of the samples, as text and as JSON. */
#include "artifact_samples.h"
#include "cli/show_artifact.h"
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* What showing the sample of a type prints; allocated. */
static char *shown(bf_type type, bool json) {
  size_t n;
  write_sample(type, "sample");
  fflush(stdout);
  int out = dup(STDOUT_FILENO);
  assert_non_null(freopen("printed", "w", stdout));
  bf_status status = bf_show_artifact("sample", json);
  fflush(stdout);
  dup2(out, STDOUT_FILENO);
  close(out);
  assert_int_equal(status, BF_OK);
  char *text = (char *)slurp("printed", &n);
  text[n] = 0;
  return text;
}

/* The value of a fact as compact JSON, "" when it is not there. */
static void check_fact(const json_t *facts, const char *key, const char *want) {
  char *got = json_dumps(json_object_get(facts, key), JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
  if (strcmp(got ? got : "", want) != 0) fail_msg("%s is %s, not %s", key, got ? got : "not there", want);
  free(got);
}

static const struct {
  bf_type type;
  const char *key, *want;
} facts[] = {
    {BF_POINT_CLOUD, "type", "\"PointCloud\""},
    {BF_POINT_CLOUD, "label", "{\"layer\":\"3\",\"class\":\"α b\"}"},
    {BF_POINT_CLOUD, "points", "3"},
    {BF_POINT_CLOUD, "dim", "2"},
    {BF_POINT_CLOUD, "classes", "[{\"class\":0,\"points\":1},{\"class\":1,\"points\":1},{\"class\":7,\"points\":1}]"},
    {BF_NETWORK, "uses", "[\"activation.leaky_relu\"]"},
    {BF_NETWORK, "widths", "[2,3,1]"},
    {BF_NETWORK, "parameters", "13"},
    {BF_TRAINING_LOG, "steps", "501"},
    {BF_TRAINING_LOG, "success", "true"},
    {BF_TRAINING_LOG, "final_accuracy", "1.0"},
    {BF_TRAINING_LOG, "attempts", "3"},
    {BF_TRAINING_LOG, "final_validation", "0.75"},
    {BF_TRAINING_LOG, "least_validation_loss", "0.5"},
    {BF_WEIGHTED_GRAPH, "vertices", "4"},
    {BF_WEIGHTED_GRAPH, "edges", "3"},
    {BF_WEIGHTED_GRAPH, "isolated", "0"},
    {BF_WEIGHTED_GRAPH, "duplicates_merged", "1"},
    {BF_WEIGHTED_GRAPH, "histogram", "[{\"weight\":0.0,\"edges\":1},{\"weight\":1.0,\"edges\":1},{\"weight\":2.0,\"edges\":1}]"},
    {BF_FILTRATION, "dims", "[{\"dim\":0,\"simplices\":2},{\"dim\":1,\"simplices\":1}]"},
    {BF_FILTRATION, "values_are", "\"squared_radius\""},
    {BF_FILTRATION, "threshold", "3.0"},
    {BF_FILTRATION, "limit_dimension", "2"},
    {BF_FILTRATION, "values", "{\"least\":\"-inf\",\"most\":2.5}"},
    {BF_PERSISTENCE_DIAGRAM, "dims",
     "[{\"dim\":0,\"intervals\":2,\"essential\":1},{\"dim\":1,\"intervals\":1,\"essential\":0},{\"dim\":2,\"intervals\":0,\"essential\":0}]"},
    {BF_PERSISTENCE_DIAGRAM, "longest_finite",
     "[{\"dim\":0,\"birth\":0.0,\"death\":1.5,\"length\":1.5,\"birth_simplex\":[7],\"death_simplex\":[9,7]},"
     "{\"dim\":1,\"birth\":0.25,\"death\":0.5,\"length\":0.25,\"birth_simplex\":[9,4],\"death_simplex\":[4,7,9]}]"},
    {BF_PERSISTENCE_DIAGRAM, "representatives", "\"cycles\""},
    {BF_PERSISTENCE_DIAGRAM, "threshold", "\"inf\""},
    {BF_BETTI_TABLE, "rows", "2"},
    {BF_BETTI_TABLE, "table",
     "[{\"seed\":\"1\",\"layer\":\"1\",\"scale\":\"inf\",\"dim\":0,\"betti\":9},{\"seed\":\"2\",\"layer\":\"\",\"scale\":2.0,\"dim\":1,\"betti\":1099511627776}"
     "]"},
    {BF_BETTI_TABLE, "declined", "[{\"seed\":\"2\",\"layer\":\"\",\"reason\":\"no luck\\nat all\"}]"},
    {BF_TABLE, "caption", "\"Of three\""},
    {BF_TABLE, "table",
     "[{\"steps\":-3,\"activation\":\"relu\",\"share\":0.25,\"more\":1},{\"steps\":null,\"activation\":\"β₁, \\\"a\\\"\",\"share\":null,\"more\":2},"
     "{\"steps\":9223372036854775807,\"activation\":\"\",\"share\":\"inf\",\"more\":3}]"},
    {BF_TABLE, "notes", "[{\"note\":\"two lines\\nof it\"}]"},
    {BF_TRAINING_STATE, "widths", "[1,2]"},
    {BF_TRAINING_STATE, "optimiser", "\"sgd\""},
    {BF_TRAINING_STATE, "step", "700"},
    {BF_TRAINING_STATE, "best_accuracy", "0.75"},
    {BF_FIGURE, "operations", "3"},
    {BF_FIGURE, "width", "100.0"},
};

static void as_json(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    char *text = shown(facts[i].type, true);
    json_t *all = json_loads(text, 0, NULL);
    if (!all) fail_msg("not JSON: %s", text);
    check_fact(all, facts[i].key, facts[i].want);
    json_decref(all);
    free(text);
  }
}

static void as_text(void **state) {
  static const struct {
    bf_type type;
    const char *line;
  } lines[] = {{BF_POINT_CLOUD, "label              layer = 3, class = α b\n"},
               {BF_POINT_CLOUD, "points             3\n"},
               {BF_NETWORK, "widths             2, 3, 1\n"},
               {BF_WEIGHTED_GRAPH, "duplicates merged  1\n"},
               {BF_PERSISTENCE_DIAGRAM, "  dim  intervals  essential\n    0          2          1\n"},
               {BF_BETTI_TABLE, "  2            no luck at all\n"},
               {BF_TABLE, "                   -3  relu         0.25     1\n"},
               {BF_FIGURE, "operations         3\n"}};
  (void)state;
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    char *text = shown(lines[i].type, false);
    if (!strstr(text, lines[i].line)) fail_msg("no line '%s' in:\n%s", lines[i].line, text);
    free(text);
  }
}

static void bad_files(void **state) {
  (void)state;
  assert_int_equal(bf_show_artifact("not there", false), BF_BAD_INPUT);
  spill("empty", "", 0);
  assert_int_equal(bf_show_artifact("empty", true), BF_BAD_INPUT);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(as_json), cmocka_unit_test(as_text), cmocka_unit_test(bad_files)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
