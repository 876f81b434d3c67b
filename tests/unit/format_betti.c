/* Betti tables as files: betti.csv as users rely on it, and the table for people. */
#include "fake.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *slurp(const char *path) {
  static char text[1 << 16];
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  size_t n = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[n] = 0;
  remove(path);
  return text;
}

static const char *const texts[] = {"", "relu", "tanh", "1", "2", "0", "a,\"b\"", "accuracy 0.98"};

/* Two activations, two seeds, layers 0 and 1, class 0 and one with an awkward name; tanh with seed 2 declined. */
static void write_table(const char *path, bool layers, double scale) {
  char *axis[] = {"activation", "seed", layers ? "layer" : "k", "class"};
  uint32_t value[64][4], dim[64], declined[] = {2, 4, 0, 0}, reason[] = {7}, n = 0;
  double scales[64];
  int64_t betti[64];
  for (uint32_t run = 0; run < 3; run++) {
    for (uint32_t i = 0; i < 8; i++, n++) {
      uint32_t layer = i / 4, class = i / 2 % 2;
      uint32_t row[] = {run < 2 ? 1 : 2, run == 1 ? 4 : 3, layer ? 3 : 5, class ? 6 : 5};
      memcpy(value[n], row, sizeof row);
      dim[n] = i % 2;
      scales[n] = scale;
      betti[n] = layer ? run + dim[n] : class ? 1 : 9;
    }
  }
  bf_betti_table t = {.naxis = 4, .nsweep = 2, .axis = axis, .ntext = 8, .text = (char **)texts, .n = n, .value = value[0], .scale = scales, .dim = dim};
  t.betti = betti;
  t.ndeclined = 1;
  t.declined = declined;
  t.reason = reason;
  if (bf_betti_table_write(&(bf_out){.path = path}, &t) != BF_OK) fail_msg("%s", bf_error());
}

static const char *written(const char *plugin, const char *format, const char *name, const char *value, bool layers, double scale) {
  fake *f = fake_new(fake_plugin(plugin));
  write_table("table", layers, scale);
  if (name) fake_set(f, name, value);
  if (fake_write(f, format, "table", BF_BETTI_TABLE, "out") != BF_OK) fail_msg("%s", fake_error(f));
  fake_free(f);
  remove("table");
  return slurp("out");
}

static void csv(void **state) {
  (void)state;
  assert_string_equal(written("format/csv", "format.csv", NULL, NULL, true, INFINITY),
                      "activation,seed,layer,class,scale,dim,betti\n"
                      "relu,1,0,0,inf,0,9\nrelu,1,0,0,inf,1,9\nrelu,1,0,\"a,\"\"b\"\"\",inf,0,1\nrelu,1,0,\"a,\"\"b\"\"\",inf,1,1\n"
                      "relu,1,1,0,inf,0,0\nrelu,1,1,0,inf,1,1\nrelu,1,1,\"a,\"\"b\"\"\",inf,0,0\nrelu,1,1,\"a,\"\"b\"\"\",inf,1,1\n"
                      "relu,2,0,0,inf,0,9\nrelu,2,0,0,inf,1,9\nrelu,2,0,\"a,\"\"b\"\"\",inf,0,1\nrelu,2,0,\"a,\"\"b\"\"\",inf,1,1\n"
                      "relu,2,1,0,inf,0,1\nrelu,2,1,0,inf,1,2\nrelu,2,1,\"a,\"\"b\"\"\",inf,0,1\nrelu,2,1,\"a,\"\"b\"\"\",inf,1,2\n"
                      "tanh,1,0,0,inf,0,9\ntanh,1,0,0,inf,1,9\ntanh,1,0,\"a,\"\"b\"\"\",inf,0,1\ntanh,1,0,\"a,\"\"b\"\"\",inf,1,1\n"
                      "tanh,1,1,0,inf,0,2\ntanh,1,1,0,inf,1,3\ntanh,1,1,\"a,\"\"b\"\"\",inf,0,2\ntanh,1,1,\"a,\"\"b\"\"\",inf,1,3\n");
}

/* An item axis other than layer and class stands after the sweep variables; the missing layer leaves its column empty; scales are shortest decimals. */
static void csv_other_axes(void **state) {
  (void)state;
  const char *text = written("format/csv", "format.csv", "separator", "semicolon", false, 0.1);
  const char *start = "activation;seed;k;layer;class;scale;dim;betti\nrelu;1;0;;0;0.1;0;9\n";
  assert_memory_equal(text, start, strlen(start));
  assert_non_null(strstr(text, "relu;1;0;;\"a,\"\"b\"\"\";0.1;1;1\n"));
}

static void layers(void **state) {
  (void)state;
  assert_string_equal(written("format/text", "format.text", NULL, NULL, true, INFINITY), "Betti numbers by layer, mean over seed\n"
                                                                                         "\n"
                                                                                         "activation   relu                      tanh\n"
                                                                                         "class        0            a,\"b\"        0        a,\"b\"\n"
                                                                                         "layer        β0    β1     β0    β1     β0  β1   β0  β1\n"
                                                                                         "         0    9     9      1     1      9   9    1   1\n"
                                                                                         "         1    0.5   1.5    0.5   1.5    2   3    2   3\n"
                                                                                         "networks     2            2            1 of 2   1 of 2\n"
                                                                                         "\n"
                                                                                         "declined (1):\n"
                                                                                         "  activation=tanh seed=2 – accuracy 0.98\n");
}

/* Narrow lines: the columns of tanh go into a block of their own, with the layers again. One scale is said in the title. */
static void blocks(void **state) {
  (void)state;
  const char *text = written("format/text", "format.text", "width", "40", true, 2.5);
  assert_memory_equal(text, "Betti numbers by layer, mean over seed; scale 2.5\n", 50);
  const char *second = strstr(text, "\n\nactivation   tanh\nclass        0        a,\"b\"\nlayer        β0  β1   β0  β1\n");
  assert_non_null(second);
  assert_non_null(strstr(second, "\n         1    2   3    2   3\nnetworks     1 of 2   1 of 2\n\ndeclined"));
  text = written("format/text", "format.text", "over", "trial, see, seed", true, INFINITY);
  assert_memory_equal(text, "Betti numbers by layer, mean over seed\n", 39);
}

static void rows(void **state) {
  (void)state;
  const char *text = written("format/text", "format.text", NULL, NULL, false, INFINITY);
  const char *start = "activation  seed  k  class  scale  β0  β1\n"
                      "      relu     1  0      0    inf   9   9\n"
                      "      relu     1  0  a,\"b\"    inf   1   1\n";
  assert_memory_equal(text, start, strlen(start));
  assert_non_null(strstr(text, "declined (1):\n  activation=tanh seed=2 – accuracy 0.98\n"));
}

static void existing_file(void **state) {
  (void)state;
  fake *f = fake_new(fake_plugin("format/csv"));
  write_table("table", true, INFINITY);
  fclose(fopen("there", "w"));
  assert_int_equal(fake_write(f, "format.csv", "table", BF_BETTI_TABLE, "there"), BF_STORE);
  assert_int_equal(fake_write(f, "format.csv", "table", BF_POINT_CLOUD, "new"), BF_BAD_INPUT);
  assert_null(fopen("new", "r"));
  assert_int_equal(fake_write(f, "format.csv", "table", BF_BETTI_TABLE, "no/folder"), BF_STORE);
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(csv),    cmocka_unit_test(csv_other_axes), cmocka_unit_test(layers),
      cmocka_unit_test(blocks), cmocka_unit_test(rows),           cmocka_unit_test(existing_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
