/* Networks and recorded activations from archives of NumPy arrays: what they become, and what is refused, bombs included, within the memory given. */
#include "fake.h"
#include "zipped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 1 << 20, MOST = 8 };

typedef struct array {
  const char *name, *descr, *shape;
  const void *data;
  size_t n;
  bool deflated;
} array;

static void spill(const char *path, const array *a) {
  static unsigned char archive[ROOM], bytes[MOST][1 << 16];
  char header[200];
  zipped member[MOST];
  size_t n = 0;
  for (; a[n].name; n++) {
    snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", a[n].descr, a[n].shape);
    member[n] = (zipped){.name = a[n].name, .data = bytes[n], .n = npy_make(bytes[n], sizeof bytes[n], header, a[n].data, a[n].n), .deflated = a[n].deflated};
  }
  fake_spill(path, archive, zip_make(archive, sizeof archive, member, n));
}

/* ---- networks ---- */

static const float w[] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, b[] = {0.5f, -0.5f, 0.25f};

static bf_status read_network(fake *f, const array *a) {
  spill("in.npz", a);
  remove("net");
  return fake_read(f, "format.npz", "in.npz", BF_NETWORK, "net");
}

static void networks(void **state) {
  (void)state;
  bf_network net;
  fake *f = fake_new(fake_plugin("format/npz"));
  const array named[] = {{"w1.npy", "<f4", "(1, 3)", w + 6, 12, true},
                         {"w0.npy", "<f4", "(3, 2)", w, 24, false},
                         {"b0.npy", "<f4", "(3,)", b, 12, false},
                         {"activations.npy", "|u1", "(6,)", "tanh\n\n", 6, false},
                         {0}};
  if (read_network(f, named) != BF_OK) fail_msg("%s", fake_error(f));
  assert_int_equal(bf_network_read("net", 0, &net), BF_OK);
  assert_int_equal(net.nlayer, 2);
  assert_memory_equal(net.layer[0].weight, w, 24);
  assert_memory_equal(net.layer[0].bias, b, 12);
  assert_string_equal(net.layer[0].activation, "activation.tanh");
  assert_memory_equal(net.layer[1].weight, w + 6, 12);
  assert_string_equal(net.layer[1].activation, "");
  bf_network_free(&net);
  size_t n, m;
  remove("out.npz");
  assert_int_equal(fake_write(f, "format.npz", "net", BF_NETWORK, "out.npz"), BF_OK);
  char *made = fake_slurp("net", &n);
  remove("net");
  assert_int_equal(fake_read(f, "format.npz", "out.npz", BF_NETWORK, "net"), BF_OK);
  char *back = fake_slurp("net", &m);
  assert_int_equal(n, m);
  assert_memory_equal(made, back, n);
  free(made);
  free(back);
  fake_free(f);
}

static void bad_networks(void **state) {
  (void)state;
  static const char zeros[60000];
  const array weight = {"w0.npy", "<f4", "(3, 2)", w, 24, false}, second = {"w1.npy", "<f4", "(1, 3)", w, 12, false};
  const struct {
    array a[4];
    bf_status status;
    const char *message;
  } row[] = {
      {{weight, second}, BF_BAD_INPUT, "does not say which activation"},
      {{weight, {"x.npy", "<f4", "(3,)", b, 12, false}}, BF_BAD_INPUT, "'x' is neither a weight nor a bias"},
      {{weight, {"w1.npy", "<f4", "(1, 2)", w, 8, false}}, BF_BAD_INPUT, "layers 0 and 1 don't fit: 'w0' (3, 2) gives 3 values, 'w1' (1, 2) takes 2"},
      {{weight, {"activations.npy", "|u1", "(5,)", "tanh\n", 5, false}, second}, BF_BAD_INPUT, "1 activations for 2 layers"},
      {{weight, {"activations.npy", "|u1", "(6,)", "t nh(\n", 6, false}}, BF_BAD_INPUT, "'t nh(' is no activation"},
      {{weight, {"activations.npy", "<f4", "(1,)", w, 4, false}}, BF_BAD_INPUT, "a line of text for each layer"},
      {{{"w0.npy", "|O", "(3, 2)", w, 24, false}}, BF_BAD_INPUT, "|O"},
      {{{"w0.npy", "<f4", "(100, 150)", zeros, 60000, true}}, BF_NO_MEMORY, "w0"},
  };
  fake *f = fake_new(fake_plugin("format/npz"));
  fake_memory(f, 50000);
  for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
    bf_status status = read_network(f, row[i].a);
    if (status != row[i].status || !strstr(fake_error(f), row[i].message))
      fail_msg("row %zu: status %d, '%s' is not in '%s'", i, (int)status, row[i].message, fake_error(f));
    assert_null(fopen("net", "rb"));
  }
  fake_free(f);
}

/* ---- recorded activations ---- */

static const unsigned char classes[] = {1, 0, 1};

static bf_status record(fake *f, const array *a) {
  spill("acts.npz", a);
  fake_set(f, "path", "acts.npz");
  return fake_run(f, "network.recorded");
}

static void recorded(void **state) {
  (void)state;
  bf_points p;
  fake *f = fake_new(fake_plugin("network/recorded"));
  const array a[] = {
      {"layer10.npy", "<f4", "(3, 1, 1)", w + 6, 12, false}, {"y.npy", "|u1", "(3, 1)", classes, 3, false}, {"layer9.npy", "<f4", "(3, 2)", w, 24, true}, {0}};
  if (record(f, a) != BF_OK) fail_msg("%s", fake_error(f));
  assert_int_equal(fake_outputs(f), 4);
  static const char *const labels[] = {"0", "0", "0", "1", "1", "0", "1", "1"};
  for (size_t i = 0; i < 4; i++) {
    assert_string_equal(fake_output(f, i)->label[0].value, labels[2 * i]);
    assert_string_equal(fake_output(f, i)->label[1].value, labels[2 * i + 1]);
  }
  assert_int_equal(bf_points_read(fake_output(f, 1)->path, 0, &p), BF_OK);
  assert_int_equal(p.n, 2);
  assert_int_equal(p.dim, 2);
  assert_memory_equal(p.x, ((const float[]){1, 2, 5, 6}), 16);
  assert_memory_equal(p.id, ((const uint32_t[]){0, 2}), 8);
  assert_memory_equal(p.label, ((const int32_t[]){1, 1}), 8);
  bf_points_free(&p);
  assert_int_equal(bf_points_read(fake_output(f, 2)->path, 0, &p), BF_OK);
  assert_int_equal(p.dim, 1);
  assert_float_equal(p.x[0], 8, 0);
  bf_points_free(&p);
  fake_free(f);
}

/* Which arrays are layers, and which one the labels: the number of items, and the class of the last. */
static void class_numbers(void **state) {
  (void)state;
  static const unsigned char others[] = {1, 2, 1};
  const array layer = {"a.npy", "<f4", "(3, 2)", w, 24, false}, labels = {"labels.npy", "|u1", "(3,)", others, 3, false},
              y = {"y.npy", "|u1", "(3,)", classes, 3, false}, label = {"label.npy", "|u1", "(3,)", classes, 3, false},
              real = {"y.npy", "<f4", "(3,)", b, 12, false}, wide = {"label.npy", "|u1", "(3, 2)", "\1\2\3\4\5\6", 6, false};
  const struct {
    array a[4];
    const char *set;
    size_t outputs;
    const char *last;
  } row[] = {
      {{layer, label}, "", 2, "1"},        {{layer, label, y}, "", 2, "1"},      {{labels, layer, y}, "labels", 2, "2"},
      {{labels, layer, y}, "y", 2, "1"},   {{labels, layer, y}, "none", 1, "0"}, {{labels, layer, real}, "", 4, "2"}, /* y is a layer of one value */
      {{labels, layer, wide}, "", 4, "2"},
  };
  for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
    fake *f = fake_new(fake_plugin("network/recorded"));
    if (*row[i].set) fake_set(f, "labels", row[i].set);
    if (record(f, row[i].a) != BF_OK) fail_msg("row %zu: %s", i, fake_error(f));
    if (fake_outputs(f) != row[i].outputs) fail_msg("row %zu: %zu items", i, fake_outputs(f));
    assert_string_equal(fake_output(f, row[i].outputs - 1)->label[1].value, row[i].last);
    fake_free(f);
  }
}

static void bad_records(void **state) {
  (void)state;
  static const char zeros[60000];
  const array layer = {"l.npy", "<f4", "(3, 2)", w, 24, false}, y = {"y.npy", "|u1", "(3,)", classes, 3, false};
  const struct {
    array a[4];
    const char *set[2];
    bf_status status;
    const char *message;
  } row[] = {
      {{layer},
       {"class", "all"},
       BF_BAD_INPUT,
       "no array 'labels' with the class numbers (`labels` names it, `labels: none` does without); there are 'l' (3, 2)"},
      {{layer, y, {"labels.npy", "|u1", "(3,)", "\2\0\2", 3, false}},
       {"class", "all"},
       BF_BAD_INPUT,
       "'labels' and 'y' both look like class numbers, and differ; the parameter `labels`"},
      {{layer, y}, {"labels", "l"}, BF_BAD_INPUT, "no array beside the labels"},
      {{layer}, {"labels", "k"}, BF_BAD_INPUT, "no array 'k'"},
      {{y}, {"class", "all"}, BF_BAD_INPUT, "no array beside the labels"},
      {{layer, y, {"m.npy", "<f4", "(2, 3)", w, 24, false}}, {"class", "all"}, BF_BAD_INPUT, "'m' has 2 rows, but 'l' has 3"},
      {{y, {"m.npy", "<f4", "(2, 3)", w, 24, false}}, {"class", "all"}, BF_BAD_INPUT, "3 labels for 2 samples"},
      {{layer, {"y.npy", "<f4", "(3,)", b, 12, false}}, {"class", "all"}, BF_BAD_INPUT, "y"},
      {{y, {"m.npy", "<f4", "()", w, 4, false}}, {"class", "all"}, BF_BAD_INPUT, "has the shape ()"},
      {{y, {"m.npy", "<f4", "(3, 0)", w, 0, false}}, {"class", "all"}, BF_BAD_INPUT, "has the shape (3, 0)"},
      {{layer, y}, {"class", "1,7"}, BF_BAD_INPUT, "no sample has class 7"},
      {{layer, y}, {"class", "x"}, BF_INVALID, "class"},
      {{{"l.npy", "<f4", "(100, 150)", zeros, 60000, true}}, {"labels", "none"}, BF_NO_MEMORY, "l"},
  };
  for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
    fake *f = fake_new(fake_plugin("network/recorded"));
    fake_memory(f, 50000);
    fake_set(f, row[i].set[0], row[i].set[1]);
    bf_status status = record(f, row[i].a);
    if (status != row[i].status || !strstr(fake_error(f), row[i].message))
      fail_msg("row %zu: status %d, '%s' is not in '%s'", i, (int)status, row[i].message, fake_error(f));
    fake_free(f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(networks), cmocka_unit_test(bad_networks), cmocka_unit_test(recorded), cmocka_unit_test(class_numbers),
                                     cmocka_unit_test(bad_records)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
