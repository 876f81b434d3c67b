/* Text tables as the UCI repository has them: separators, places of the class, class names, missing values, comments; and small files of the shapes of
 * HTRU2, Banknote authentication, Sensorless Drive and Iris. */
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct table {
  const char *text, *parameter[6]; /* name, value, … */
  uint64_t n;
  uint32_t dim;
  float x[8];
  int32_t class[4]; /* -1 first: no classes */
  uint32_t id[4];   /* all 0: 0, 1, … */
} table;

static const table accepted[] = {
    /* HTRU2, Banknote: commas, the class last; Sensorless Drive: blanks, classes from 1 */
    {"140.5625,55.68,-0.23,0\n102.5,58.9,0.46,1\n", {"label", "last"}, 2, 3, {140.5625f, 55.68f, -0.23f, 102.5f, 58.9f, 0.46f}, {0, 1}, {0}},
    {"-3.0146e-007 8.2603e-006 1\r\n2.9132e-006 -5.2477e-006 11\r\n",
     {"label", "last"},
     2,
     2,
     {-3.0146e-007f, 8.2603e-006f, 2.9132e-006f, -5.2477e-006f},
     {1, 11},
     {0}},
    /* Iris: names, in the order of their bytes whatever the order of the rows; blank lines at the end */
    {"5.1,3.5,virginica\n4.9,3,setosa\n6,3,versicolor\n7,2,setosa\n\n\n", {"label", "last"}, 4, 2, {5.1f, 3.5f, 4.9f, 3, 6, 3, 7, 2}, {2, 0, 1, 0}, {0}},
    {"sepal length,class\n1,b\n2,\"a, c\"\n", {NULL}, 2, 1, {1, 2}, {1, 0}, {0}},
    /* Wine: the class first */
    {"1,14.23,1.71\n3,13.2,1.78\n", {"label", "first"}, 2, 2, {14.23f, 1.71f, 13.2f, 1.78f}, {1, 3}, {0}},
    {"1;2;3\n4;5;6\n", {"label", "2"}, 2, 2, {1, 3, 4, 6}, {2, 5}, {0}},
    {"a;b;c\n4;5;6\n", {"label", "3"}, 1, 2, {4, 5}, {6}, {0}},
    {"3;2;1\n4;5;6\n", {"label", "3", "header", "yes"}, 1, 2, {5, 6}, {4}, {0}}, /* a column named 3 goes before the third column */
    {"label,0,1\n4,5,6\n", {"label", "label"}, 1, 2, {5, 6}, {4}, {0}},
    {"label,0,1\n4,5,6\n", {NULL}, 1, 2, {5, 6}, {4}, {0}},
    {"1\t2\n3\t4\n", {NULL}, 2, 2, {1, 2, 3, 4}, {-1}, {0}},
    {"  1   2 \n3 4\n", {NULL}, 2, 2, {1, 2, 3, 4}, {-1}, {0}},
    {"1, 2\n3, 4\n", {NULL}, 2, 2, {1, 2, 3, 4}, {-1}, {0}},
    {"1 \n2\n", {NULL}, 2, 1, {1, 2}, {-1}, {0}},
    {"\"a b\",\"c;d\"\n1,2\n", {NULL}, 1, 2, {1, 2}, {-1}, {0}},
    {"# of 1999\n\n# x y\n1 2\n # between\n3 4\n", {NULL}, 2, 2, {1, 2, 3, 4}, {-1}, {0}},
    {"% of 1999\n1 2\n", {"comment", "%"}, 1, 2, {1, 2}, {-1}, {0}},
    {"1,2,+\n3,4,-\n", {"label", "last"}, 2, 2, {1, 2, 3, 4}, {0, 1}, {0}},
    {"1,-1\n3,1\n4,-1\n", {"label", "last", "classes", "names"}, 3, 1, {1, 3, 4}, {0, 1, 0}, {0}},
    {"1,2,0\n?,4,1\n5,,0\n7,8,NA\n9,10,1\n", {"label", "last", "missing", "skip"}, 2, 2, {1, 2, 9, 10}, {0, 1}, {0, 4}},
};

static fake *with(const char *const *parameter) {
  fake *f = fake_new(fake_plugin("format/csv"));
  for (size_t i = 0; i < 6 && parameter[i]; i += 2) fake_set(f, parameter[i], parameter[i + 1]);
  return f;
}

static bf_status read_text(fake *f, const char *text) {
  fake_spill("in.data", text, strlen(text));
  remove("points");
  return fake_read(f, "format.uci", "in.data", BF_POINT_CLOUD, "points");
}

static void reads(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
    const table *t = &accepted[i];
    fake *f = with(t->parameter);
    if (read_text(f, t->text) != BF_OK) fail_msg("row %zu: %s", i, fake_error(f));
    bf_points p;
    assert_int_equal(bf_points_read("points", 0, &p), BF_OK);
    if (p.n != t->n || p.dim != t->dim || memcmp(p.x, t->x, p.n * p.dim * sizeof *p.x) != 0) fail_msg("row %zu: other points", i);
    if ((t->class[0] < 0) != !p.label || (p.label && memcmp(p.label, t->class, p.n * sizeof *p.label) != 0)) fail_msg("row %zu: other classes", i);
    for (uint32_t k = 0; k < p.n; k++) assert_int_equal(p.id[k], t->id[p.n - 1] ? t->id[k] : k);
    bf_points_free(&p);
    fake_free(f);
  }
}

static const struct bad {
  const char *text, *parameter[6], *message;
} refused[] = {
    {"1,2\n?,4\n", {NULL}, "in.data:2:1: '?' is a missing value; fill it in, or leave such rows out with the format's parameter missing=skip"},
    {"1,2\n3,N/A\n", {NULL}, "in.data:2:3: 'N/A' is a missing value"},
    {"?,2\n3,4\n", {NULL}, "in.data:1:1: '?' is a missing value"},
    {"1,\n", {"missing", "skip"}, "in.data: every row has missing values"},
    {"1,2;3\n", {NULL}, "in.data:1: what separates the fields? There are several of comma, semicolon and tab"},
    {"5.1,3.5,setosa\n",
     {NULL},
     "in.data:1:9: 'setosa' is not a number, but other fields of the first line are; if it is a class, the format's parameter `label`"},
    {"1,2\n", {"label", "3"}, "in.data:1: `label` asks for column 3, and there are 2"},
    {"1\n2\n", {"label", "last"}, "in.data:1: there is no column besides the label"},
    {"1,0\n2,b\n", {"label", "last"}, "in.data:2:3: 'b' is not a class: whole numbers from 0 are; with classes=names"},
    {"1,-1\n", {"label", "last"}, "in.data:1:3: '-1' is not a class"},
    {"1,a\xff\n", {"label", "last"}, "is no name of a class: at most 255 bytes of UTF-8"},
    {"# only\n# comments\n", {NULL}, "in.data: empty file"},
    {"1 2\n# c\n\n3 4\n", {NULL}, "in.data:3: a blank line between rows"},
    {"1 2 3\n4 5\n", {NULL}, "in.data:2:3: 2 fields, but the lines before have 3"},
};

static void refuses(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    fake *f = with(refused[i].parameter);
    bf_status status = read_text(f, refused[i].text);
    if (status != BF_BAD_INPUT || !strstr(fake_error(f), refused[i].message))
      fail_msg("row %zu: status %d, '%s' is not in '%s'", i, (int)status, refused[i].message, fake_error(f));
    assert_int_equal(access("points", F_OK), -1);
    fake_free(f);
  }
}

/* Text that would make the reader hold more than the file is worth: a line of separators, a class column of ever new names, one endless line. */
static void hostile(void **state) {
  (void)state;
  enum { N = 17 << 20 };
  char *text = malloc(N + 1);
  fake *f = with((const char *const[6]){"label", "last"});
  fake_memory(f, 1 << 20);
  memset(text, ',', N / 16);
  text[N / 16] = 0;
  assert_int_equal(read_text(f, text), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "in.data:1:32769: more than 32768 fields in a line"));
  char *to = text;
  for (int i = 0; i < 5000; i++) to += sprintf(to, "1,c%d\n", i * 7919 % 5000);
  assert_int_equal(read_text(f, text), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "in.data:4097:3: 'c1224' is the 4097th name in the column of classes"));
  memset(text, '1', N);
  text[N] = 0;
  assert_int_equal(read_text(f, text), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "in.data:1: a line of more than 16 MiB"));
  free(text);
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(refuses), cmocka_unit_test(hostile)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
