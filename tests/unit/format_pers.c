/* GUDHI's .pers files: what is read and refused; and every type of artifact as JSON. */
#include "artifact_samples.h"
#include "fake.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bf_status read_text(fake *f, const char *text) {
  fake_spill("in.pers", text, strlen(text));
  remove("diagram");
  return fake_read(f, "format.pers", "in.pers", BF_PERSISTENCE_DIAGRAM, "diagram");
}

static void reads(void **state) {
  (void)state;
  bf_diagram d;
  fake *f = fake_new(fake_plugin("format/pers"));
  assert_int_equal(read_text(f, "# a comment\n1 0.5 1.5\n0 0 inf\n\n 2\t1 1\n0 -inf 3\r\n0 0 0.25\n"), BF_OK);
  assert_int_equal(bf_diagram_read("diagram", 0, &d), BF_OK);
  const uint32_t dim[] = {0, 0, 0, 1};
  const double birth[] = {-INFINITY, 0, 0, 0.5}, death[] = {3, 0.25, INFINITY, 1.5};
  assert_int_equal(d.n, 4);
  assert_int_equal(d.max_dim, 1);
  assert_int_equal(d.modulus, 11);
  assert_int_equal(d.convention, BF_DIAMETER);
  assert_memory_equal(d.dim, dim, sizeof dim);
  assert_memory_equal(d.birth, birth, sizeof birth);
  assert_memory_equal(d.death, death, sizeof death);
  bf_diagram_free(&d);
  remove("again.pers");
  assert_int_equal(fake_write(f, "format.pers", "diagram", BF_PERSISTENCE_DIAGRAM, "again.pers"), BF_OK);
  char *text = fake_slurp("again.pers", NULL);
  assert_string_equal(text, "# pers(convention=diameter, modulus=11, threshold=inf)\n0 -inf 3\n0 0 0.25\n0 0 inf\n1 0.5 1.5\n");
  free(text);
  fake_set(f, "convention", "squared_radius");
  assert_int_equal(read_text(f, "2 0 0 inf\n2 1 1 2\n"), BF_OK);
  assert_int_equal(bf_diagram_read("diagram", 0, &d), BF_OK);
  assert_int_equal(d.modulus, 2);
  assert_int_equal(d.convention, BF_SQUARED_RADIUS);
  bf_diagram_free(&d);
  static const char *const others[] = {"radius", "value"};
  for (int i = 0; i < 2; i++) {
    fake_set(f, "convention", others[i]);
    assert_int_equal(read_text(f, "0 0 inf\n"), BF_OK);
    assert_int_equal(bf_diagram_read("diagram", 0, &d), BF_OK);
    assert_int_equal(d.convention, i ? BF_VALUE : BF_RADIUS);
    bf_diagram_free(&d);
  }
  fake_free(f);
}

static void refuses(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"", "in.pers: no intervals"},
      {"0 1 1\n", "in.pers: no intervals"},
      {"0 0 inf\n0 1\n", "in.pers:2: '0' begins a line"},
      {"1 2 3 4 5\n", "in.pers:1: '1' begins a line"},
      {"0 0 inf\nx 0 1\n", "in.pers:2: 'x' is not a whole number"},
      {"-1 0 1\n", "'-1' is not a whole number"},
      {"65 0 1\n", "'65' is not a whole number"},
      {"0 zero 1\n", "'zero' is not a number"},
      {"0 0 nan\n", "'nan' is not a number"},
      {"0 0 inf\n0 0 1e999\n", "in.pers:2: '1e999' is beyond the range of a double"},
      {"0 -1e999 0\n", "in.pers:1: '-1e999' is beyond"},
      {"0 0 0x1p3\n", "'0x1p3' is not a number"},
      {"0 0 INFINITY\n", "'INFINITY' is not a number"},
      {"0 0 infinity\n", "'infinity' is not a number"},
      {"0 2 1\n", "'1' is a death before the birth"},
      {"0 inf inf\n", "'inf' is no birth"},
      {"2 0 0 1\n3 0 0 1\n", "in.pers:2: '3' is another coefficient field"},
      {"1 0 0 1\n", "'1' is no coefficient field"},
      {"9 0 0 1\n", "'9' is no coefficient field"},
      {"# pers(modulus=3)\n2 0 0 1\n", "in.pers:2: '2' is another coefficient field"},
      {"# pers(modulus=4)\n", "in.pers:1: the modulus 4 is no prime"},
      {"# pers(modulus=0)\n", "in.pers:1: the modulus 0 is no prime"},
      {"# pers(modulus=two)\n", "in.pers:1:16: 'two)' is no modulus"},
      {"# pers(convention=metre)\n", "in.pers:1:19: 'metre)' is no convention"},
      {"# pers(threshold=nan)\n", "in.pers:1:18: 'nan)' is no threshold"},
      {"# pers(limit=3)\n", "'limit=3)' begins with none of convention=, modulus= and threshold="},
      {"# pers(modulus=3\n", "in.pers:1:17: ')' is missing"},
      {"# a comment\n# pers(modulus=4)\n", "in.pers:2: the modulus 4 is no prime"},
      {"0 0 1\n# pers(modulus=3)\n", "in.pers:2: "},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    fake *f = fake_new(fake_plugin("format/pers"));
    assert_int_equal(read_text(f, rows[i][0]), BF_BAD_INPUT);
    if (!strstr(fake_error(f), rows[i][1])) fail_msg("row %zu: '%s' is not in '%s'", i, rows[i][1], fake_error(f));
    fake_free(f);
  }
}

/* What the first line says of the values is kept, and comes before parameters that were not given; those that were must agree. */
static void first_line(void **state) {
  (void)state;
  static const bf_convention convention[] = {BF_DIAMETER, BF_RADIUS, BF_SQUARED_RADIUS, BF_VALUE};
  static const char *const text[] = {
      "# pers(convention=diameter, modulus=2, threshold=0.10000000000000001)\n0 0 inf\n", "# pers(convention=radius, modulus=46349, threshold=inf)\n1 0 2\n",
      "# pers(convention=squared_radius, modulus=65521, threshold=2.5)\n", "# pers(convention=value, modulus=4294967291, threshold=1)\n0 -inf 0.5\n"};
  for (int i = 0; i < 4; i++) {
    fake *f = fake_new(fake_plugin("format/pers"));
    bf_diagram d;
    if (read_text(f, text[i]) != BF_OK) fail_msg("%s", fake_error(f));
    assert_int_equal(bf_diagram_read("diagram", 0, &d), BF_OK);
    assert_int_equal(d.convention, convention[i]);
    assert_int_equal(d.n, i != 2);
    bf_diagram_free(&d);
    remove("again.pers");
    assert_int_equal(fake_write(f, "format.pers", "diagram", BF_PERSISTENCE_DIAGRAM, "again.pers"), BF_OK);
    char *again = fake_slurp("again.pers", NULL);
    if (i)
      assert_string_equal(again, text[i]);
    else
      assert_string_equal(again, "# pers(convention=diameter, modulus=2, threshold=0.1)\n0 0 inf\n");
    free(again);
    fake_free(f);
  }
  fake *f = fake_new(fake_plugin("format/pers"));
  bf_diagram d;
  fake_set(f, "convention", "radius"), fake_set(f, "modulus", "3"), fake_set(f, "threshold", "7");
  assert_int_equal(read_text(f, "# pers(convention=radius)\n0 0 1\n"), BF_OK); /* what it does not name, the parameters say */
  assert_int_equal(bf_diagram_read("diagram", 0, &d), BF_OK);
  assert_true(d.convention == BF_RADIUS && d.modulus == 3 && d.threshold == 7);
  bf_diagram_free(&d);
  fake_free(f);
  static const char *const late[][2] = {
      {"# of mine\n0 1 1\n # pers(convention=radius)\n", "in.pers:3: '# pers(…' says what the values are, and must stand before the first one, in line 2"},
      {"#pers(modulus=2)\n# pers(convention=radius)\n", "in.pers:2: line 1 says already"},
      {"#\n#pers(modulus=4)\n", "in.pers:2: the modulus 4 is no prime"}};
  for (int i = 0; i < 3; i++) {
    f = fake_new(fake_plugin("format/pers"));
    assert_int_equal(read_text(f, late[i][0]), BF_BAD_INPUT);
    if (!strstr(fake_error(f), late[i][1])) fail_msg("%s", fake_error(f));
    fake_free(f);
  }
  f = fake_new(fake_plugin("format/pers"));
  assert_int_equal(read_text(f, "# of mine\n\n#  pers(convention=radius)\n0 0 1\n"), BF_OK);
  assert_int_equal(bf_diagram_read("diagram", 0, &d), BF_OK);
  assert_int_equal(d.convention, BF_RADIUS);
  bf_diagram_free(&d);
  fake_free(f);
  static const char *const given[][2] = {{"convention", "radius"}, {"modulus", "5"}, {"threshold", "0.5"}};
  for (int i = 0; i < 3; i++) {
    char says[128];
    f = fake_new(fake_plugin("format/pers"));
    fake_set(f, given[i][0], given[i][1]);
    assert_int_equal(read_text(f, "# pers(convention=value, modulus=3, threshold=inf)\n0 0 inf\n"), BF_BAD_INPUT);
    snprintf(says, sizeof says, "in.pers:1: this line says something else than the parameter %s", given[i][0]);
    if (!strstr(fake_error(f), says)) fail_msg("%s", fake_error(f));
    fake_free(f);
  }
}

static json_t *exported(bf_type type) {
  json_error_t error;
  fake *f = fake_new(fake_plugin("format/json"));
  write_sample(type, "sample");
  remove("sample.json");
  if (fake_write(f, "format.json", "sample", type, "sample.json") != BF_OK) fail_msg("%s", fake_error(f));
  json_t *j = json_load_file("sample.json", JSON_REJECT_DUPLICATES, &error);
  if (!j) fail_msg("%s: line %d: %s", bf_type_name(type), error.line, error.text);
  assert_string_equal(json_string_value(json_object_get(j, "type")), bf_type_name(type));
  json_t *label = json_object_get(j, "label");
  for (int i = 0; i < 2; i++) assert_string_equal(json_string_value(json_object_get(label, sample_label[i].name)), sample_label[i].value);
  fake_free(f);
  return j;
}

/* Valid JSON for all types but the training states, which are for train.mlp alone; for points, each number read back is the float. */
static void json(void **state) {
  (void)state;
  for (bf_type type = BF_POINT_CLOUD; type <= BF_TYPE_LAST; type++)
    if (type != BF_TRAINING_STATE) json_decref(exported(type));
  bf_points p;
  json_t *j = exported(BF_POINT_CLOUD), *rows = json_object_get(j, "points");
  assert_int_equal(bf_points_read("sample", 0, &p), BF_OK);
  assert_int_equal(json_array_size(rows), p.n);
  for (uint64_t i = 0; i < p.n * p.dim; i++) {
    const json_t *x = json_array_get(json_array_get(rows, (size_t)(i / p.dim)), (size_t)(i % p.dim));
    assert_true(json_is_number(x) && (float)json_number_value(x) == p.x[i]);
  }
  bf_points_free(&p);
  json_decref(j);
  bf_diagram d;
  j = exported(BF_PERSISTENCE_DIAGRAM), rows = json_object_get(j, "intervals");
  assert_int_equal(bf_diagram_read("sample", 0, &d), BF_OK);
  assert_int_equal(json_array_size(rows), d.n);
  for (size_t i = 0; i < d.n; i++) {
    const json_t *row = json_array_get(rows, i), *death = json_array_get(row, 2);
    assert_int_equal(json_integer_value(json_array_get(row, 0)), d.dim[i]);
    assert_true(isinf(d.death[i]) ? strcmp(json_string_value(death), "inf") == 0 : json_number_value(death) == d.death[i]);
  }
  bf_diagram_free(&d);
  json_decref(j);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(first_line), cmocka_unit_test(refuses), cmocka_unit_test(json)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
