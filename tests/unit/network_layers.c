/* network.layers against a plain forward pass, one sample at a time: the same bits, in the promised order, with ids and classes. */
#include "host.h"
#include <bettiflow/artifact.h>
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { N = 507, DIM = 3, NLAYER = 4, WIDEST = 17 };
static const uint32_t width[NLAYER + 1] = {DIM, 17, 5, 1, 4};
static char *const functions[NLAYER] = {"activation.relu", "activation.clamp", "activation.tanh", ""};

typedef struct fixture {
  bf_network network;
  bf_points points;
  bf_task *task;
} fixture;

static void fill(float *x, size_t n, uint64_t seed) {
  for (uint64_t i = 0; i < n; i++) x[i] = (float)(2 * bf_random_uniform(seed, i) - 1);
}

static int set_up(void **state) {
  fixture *f = calloc(1, sizeof *f);
  f->network = (bf_network){NLAYER, calloc(NLAYER, sizeof(bf_layer))};
  for (uint32_t l = 0; l < NLAYER; l++) {
    bf_layer *layer = &f->network.layer[l];
    *layer =
        (bf_layer){width[l], width[l + 1], calloc((size_t)width[l] * width[l + 1], sizeof(float)), calloc(width[l + 1], sizeof(float)), strdup(functions[l])};
    fill(layer->weight, (size_t)width[l] * width[l + 1], 10 + l);
    fill(layer->bias, width[l + 1], 20 + l);
  }
  assert_int_equal(bf_points_new(&f->points, N, DIM, true), BF_OK);
  fill(f->points.x, (size_t)N * DIM, 1);
  for (uint64_t i = 0; i < N; i++) {
    f->points.label[i] = (int32_t[]){7, 0, 300}[bf_random_below(2, i, 3)]; /* not in order, with gaps */
    f->points.id[i] = (uint32_t)(1000 + 3 * i);
  }
  f->task = test_task_new("out");
  test_task_load(f->task, "activation/relu.so");
  test_task_load(f->task, "activation/clamp.so");
  test_task_load(f->task, "activation/tanh.so");
  test_task_load(f->task, "network/layers.so");
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  fixture *f = *state;
  bf_network_free(&f->network);
  bf_points_free(&f->points);
  test_task_free(f->task);
  free(f);
  return 0;
}

static bf_status run(fixture *f) {
  assert_int_equal(bf_network_write(&(bf_out){"model.bf", NULL, 0}, &f->network), BF_OK);
  assert_int_equal(bf_points_write(&(bf_out){"points.bf", NULL, 0}, &f->points), BF_OK);
  test_task_input(f->task, "model", "model.bf", NULL, 0);
  test_task_input(f->task, "points", "points.bf", NULL, 0);
  return test_task_run(f->task, "network.layers");
}

/* Sample i after each layer: sums from the bias on, in order, with fused multiply-adds. */
static void forward(fixture *f, uint64_t i, float y[NLAYER + 1][WIDEST]) {
  memcpy(y[0], f->points.x + i * DIM, DIM * sizeof(float));
  for (uint32_t l = 0; l < NLAYER; l++) {
    const bf_layer *layer = &f->network.layer[l];
    for (uint32_t o = 0; o < layer->outputs; o++) {
      float sum = layer->bias[o];
      for (uint32_t k = 0; k < layer->inputs; k++) sum = fmaf(layer->weight[o * layer->inputs + k], y[l][k], sum);
      y[l + 1][o] = sum;
    }
    if (!functions[l][0]) continue;
    bf_activation_use use = test_task_activation(f->task, functions[l]);
    use.is->apply(use.cfg, y[l + 1], y[l + 1], layer->outputs);
  }
}

/* Checks all items, for the classes in rising order and the class of each point. */
static void check_items(fixture *f, const int32_t *class, size_t nclass, const int32_t *of) {
  assert_int_equal(test_task_outputs(f->task, "layers"), nclass * (NLAYER + 1));
  for (uint32_t l = 0; l <= NLAYER; l++)
    for (size_t c = 0; c < nclass; c++) {
      size_t item = l * nclass + c;
      char layer_text[16], class_text[16];
      snprintf(layer_text, sizeof layer_text, "%u", l);
      snprintf(class_text, sizeof class_text, "%d", class[c]);
      assert_string_equal(test_task_label(f->task, "layers", item, "layer"), layer_text);
      assert_string_equal(test_task_label(f->task, "layers", item, "class"), class_text);
      bf_points part;
      assert_int_equal(bf_points_read(test_task_output(f->task, "layers", item)->path, 0, &part), BF_OK);
      assert_int_equal(part.dim, width[l]);
      uint64_t row = 0;
      for (uint64_t i = 0; i < N; i++) {
        if (of[i] != class[c]) continue;
        float y[NLAYER + 1][WIDEST];
        forward(f, i, y);
        assert_true(row < part.n);
        assert_int_equal(part.id[row], f->points.id[i]);
        assert_int_equal(part.label[row], class[c]);
        assert_memory_equal(part.x + row * part.dim, y[l], part.dim * sizeof(float));
        row++;
      }
      assert_int_equal(row, part.n);
      bf_points_free(&part);
    }
}

static void true_classes(void **state) {
  fixture *f = *state;
  assert_int_equal(run(f), BF_OK);
  check_items(f, (int32_t[]){0, 7, 300}, 3, f->points.label);
}

/* Points without class numbers, split by the largest logit; equal logits count for the first. */
static void predicted_classes(void **state) {
  fixture *f = *state;
  free(f->points.label);
  f->points.label = NULL;
  /* The one value before the logits is above its mean for class 1, below for class 2; 3 always ties with 1, 0 never wins. */
  float mean = 0;
  for (uint64_t i = 0; i < N; i++) {
    float y[NLAYER + 1][WIDEST];
    forward(f, i, y);
    mean += y[NLAYER - 1][0] / N;
  }
  memcpy(f->network.layer[NLAYER - 1].weight, (float[]){0, 2, -2, 2}, 4 * sizeof(float));
  memcpy(f->network.layer[NLAYER - 1].bias, (float[]){-1, -2 * mean, 2 * mean, -2 * mean}, 4 * sizeof(float));
  int32_t of[N], class[4];
  size_t count[4] = {0}, nclass = 0;
  for (uint64_t i = 0; i < N; i++) {
    float y[NLAYER + 1][WIDEST];
    forward(f, i, y);
    of[i] = 0;
    for (int32_t c = 1; c < 4; c++)
      if (y[NLAYER][c] > y[NLAYER][of[i]]) of[i] = c;
    count[of[i]]++;
  }
  for (int32_t c = 0; c < 4; c++)
    if (count[c]) class[nclass++] = c;
  assert_true(nclass == 2 && count[1] && count[2]);
  test_task_set(f->task, "class", "predicted");
  assert_int_equal(run(f), BF_OK);
  check_items(f, class, nclass, of);
}

static void bad_input(void **state) {
  fixture *f = *state;
  f->points.n = 10;
  free(f->points.label);
  f->points.label = NULL;
  assert_int_equal(run(f), BF_BAD_INPUT);
  assert_non_null(strstr(test_task_error(f->task), "no class numbers"));
}

static void wrong_dimension(void **state) {
  fixture *f = *state;
  f->points.dim = 2;
  assert_int_equal(run(f), BF_BAD_INPUT);
  assert_non_null(strstr(test_task_error(f->task), "points of 2 coordinates, but the network takes 3"));
}

static void overflow(void **state) {
  fixture *f = *state;
  for (uint32_t d = 0; d < DIM; d++) f->points.x[2 * DIM + d] = f->network.layer[0].weight[d] < 0 ? -3e38f : 3e38f;
  for (uint32_t d = 0; d < DIM; d++) f->network.layer[0].weight[d] *= 100;
  assert_int_equal(run(f), BF_FAILED);
  assert_non_null(strstr(test_task_error(f->task), "layer 1: point 1006 (row 2) has no finite image"));
}

static void limits(void **state) {
  fixture *f = *state;
  test_task_limits(f->task)->steps = 2;
  assert_int_equal(run(f), BF_CANCELLED);
  test_task_limits(f->task)->memory = 2000;
  assert_int_equal(test_task_run(f->task, "network.layers"), BF_NO_MEMORY);
}

static void no_points(void **state) {
  fixture *f = *state;
  f->points.n = 0;
  assert_int_equal(run(f), BF_OK);
  assert_int_equal(test_task_outputs(f->task, "layers"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(true_classes, set_up, tear_down), cmocka_unit_test_setup_teardown(predicted_classes, set_up, tear_down),
      cmocka_unit_test_setup_teardown(bad_input, set_up, tear_down),    cmocka_unit_test_setup_teardown(wrong_dimension, set_up, tear_down),
      cmocka_unit_test_setup_teardown(overflow, set_up, tear_down),     cmocka_unit_test_setup_teardown(limits, set_up, tear_down),
      cmocka_unit_test_setup_teardown(no_points, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
