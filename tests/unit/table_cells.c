/* The Table artifact: built row by row, and written as comma-separated text, as JSON and for people. */
#include "fake.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OK(call)                                                                                                                                               \
  do {                                                                                                                                                         \
    if ((call) != BF_OK) fail_msg("%s", bf_error());                                                                                                           \
  } while (0)

/* More rows than the first piece of memory holds, and a column that comes late. */
static void built(void **state) {
  (void)state;
  bf_table t = {0};
  OK(bf_table_column(&t, "n", BF_COLUMN_INTEGER));
  OK(bf_table_column(&t, "name", BF_COLUMN_TEXT));
  for (int i = 0; i < 100; i++) {
    OK(bf_table_row(&t));
    if (i % 2) OK(bf_table_put_integer(&t, 0, i));
    if (i % 3) OK(bf_table_put_text(&t, 1, "a"));
    if (i % 3 == 2) OK(bf_table_put_text(&t, 1, "b"));
  }
  OK(bf_table_column(&t, "late", BF_COLUMN_REAL));
  OK(bf_table_put_real(&t, 2, .5));
  OK(bf_table_caption(&t, "%d rows", 1));
  OK(bf_table_caption(&t, "%d rows", 100));
  OK(bf_table_note(&t, "first"));
  OK(bf_table_note(&t, "%s", "second"));
  assert_int_equal(bf_table_put_real(&t, 0, 1), BF_FAILED);
  assert_int_equal(bf_table_put_text(&t, 3, ""), BF_FAILED);
  assert_int_equal(bf_table_column(&t, "none", (bf_column_type)4), BF_FAILED);
  OK(bf_table_write(&(bf_out){.path = "built"}, &t));
  bf_table_free(&t);
  OK(bf_table_read("built", 0, &t));
  assert_true(t.n == 100 && t.ncolumn == 3 && t.nnote == 2);
  assert_string_equal(t.caption, "100 rows");
  assert_string_equal(t.note[1], "second");
  for (int i = 0; i < 100; i++) {
    assert_int_equal(t.column[0].integer[i], i % 2 ? i : BF_NO_INTEGER);
    assert_string_equal(t.column[1].text[i], i % 3 == 2 ? "b" : i % 3 ? "a" : "");
    assert_true(i == 99 ? t.column[2].real[i] == .5 : isnan(t.column[2].real[i]));
  }
  OK(bf_table_row(&t)); /* a table that was read can grow */
  assert_string_equal(t.column[1].text[99], "");
  bf_table_free(&t);
  OK(bf_table_column(&t, "same", BF_COLUMN_REAL));
  assert_int_equal(bf_table_put_real(&t, 0, 1), BF_FAILED); /* there is no row */
  OK(bf_table_column(&t, "same", BF_COLUMN_REAL));
  assert_int_equal(bf_table_write(&(bf_out){.path = "none"}, &t), BF_FAILED);
  assert_non_null(strstr(bf_error(), "two columns have the name 'same'"));
  bf_table_free(&t);
}

static const char reason[] = "training accuracy 0.99990 (10049 of 10050 points right) after 12000 steps, the last of 5 attempts";

static void write_table(const char *path) {
  bf_table t = {0};
  OK(bf_table_caption(&t, "Trials"));
  OK(bf_table_column(&t, "activation", BF_COLUMN_TEXT));
  OK(bf_table_column(&t, "trial", BF_COLUMN_TEXT));
  OK(bf_table_column(&t, "steps", BF_COLUMN_INTEGER));
  OK(bf_table_column(&t, "accuracy", BF_COLUMN_REAL));
  OK(bf_table_column(&t, "reason", BF_COLUMN_TEXT));
  for (int i = 0; i < 2; i++) {
    OK(bf_table_row(&t));
    OK(bf_table_put_text(&t, 0, i ? "leaky_relu(slope=0.2)" : "β, \"x\""));
    OK(bf_table_put_text(&t, 1, i ? "10" : "9"));
    if (!i) OK(bf_table_put_integer(&t, 2, 1234));
    if (!i) OK(bf_table_put_real(&t, 3, .1));
    if (i) OK(bf_table_put_text(&t, 4, reason));
  }
  OK(bf_table_note(&t, "two lines\nof a note"));
  OK(bf_table_write(&(bf_out){.path = path}, &t));
  bf_table_free(&t);
}

static void written(const char *plugin, const char *format, const char *name, const char *value, const char *want) {
  fake *f = fake_new(fake_plugin(plugin));
  write_table("table");
  if (name) fake_set(f, name, value);
  if (fake_write(f, format, "table", BF_TABLE, "out") != BF_OK) fail_msg("%s", fake_error(f));
  char *text = fake_slurp("out", NULL);
  if (want) assert_string_equal(text, want);
  free(text);
  remove("out");
  fake_free(f);
}

static void formats(void **state) {
  (void)state;
  written("format/csv", "format.csv", NULL, NULL,
          "activation,trial,steps,accuracy,reason\n\"β, \"\"x\"\"\",9,1234,0.1,\n"
          "leaky_relu(slope=0.2),10,,,\"training accuracy 0.99990 (10049 of 10050 points right) after 12000 steps, the last of 5 attempts\"\n");
  written("format/json", "format.json", NULL, NULL,
          "{\n \"type\":\"Table\",\n \"label\":{},\n \"caption\":\"Trials\",\n \"columns\":[\"activation\",\"trial\",\"steps\",\"accuracy\",\"reason\"],\n "
          "\"rows\":[\n"
          "  {\"activation\":\"β, \\\"x\\\"\",\"trial\":\"9\",\"steps\":1234,\"accuracy\":0.1,\"reason\":\"\"},\n"
          "  {\"activation\":\"leaky_relu(slope=0.2)\",\"trial\":\"10\",\"steps\":null,\"accuracy\":null,\"reason\":\"training accuracy 0.99990 (10049 of "
          "10050 points right) after 12000 steps, the last of 5 attempts\"}],\n \"notes\":[\"two lines\\nof a note\"]\n}\n");
  written("format/text", "format.text", "width", "80",
          "Trials\n\n"
          "activation             trial  steps  accuracy  reason\n"
          "β, \"x\"                     9   1234       0.1\n"
          "leaky_relu(slope=0.2)     10      –         –  training accuracy 0.99990 (10049\n"
          "                                               of 10050 points right) after\n"
          "                                               12000 steps, the last of 5\n"
          "                                               attempts\n"
          "\ntwo lines\n  of a note\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(built), cmocka_unit_test(formats)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
