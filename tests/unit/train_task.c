/* Running train.mlp in unit tests. */
#include "train_task.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

bf_task *train_task(const char *folder, const bf_points *points) {
  bf_task *t = test_task_new(folder);
  test_task_load(t, "activation/relu.so");
  test_task_load(t, "activation/tanh.so");
  test_task_load(t, "train/mlp.so");
  assert_int_equal(bf_points_write(&(bf_out){"points.bf", NULL, 0}, points), BF_OK);
  test_task_input(t, "train", "points.bf", NULL, 0);
  return t;
}

void train_set(bf_task *t, const char *text) {
  char copy[512];
  snprintf(copy, sizeof copy, "%s", text);
  for (char *s = strtok(copy, ";"); s; s = strtok(NULL, ";")) {
    char *equals = strchr(s, '=');
    assert_non_null(equals);
    *equals = 0;
    test_task_set(t, s, equals + 1);
  }
}

bf_task *train_run(const char *folder, const bf_points *points, const char *settings) {
  bf_task *t = train_task(folder, points);
  train_set(t, settings);
  if (test_task_run(t, "train.mlp") != BF_OK) fail_msg("%s: %s", settings, test_task_error(t));
  return t;
}

double *train_theta(const char *path, size_t *n) {
  bf_network network;
  assert_int_equal(bf_network_read(path, 0, &network), BF_OK);
  *n = 0;
  for (uint32_t l = 0; l < network.nlayer; l++) *n += (network.layer[l].inputs + 1ul) * network.layer[l].outputs;
  double *theta = malloc((*n + 1) * sizeof *theta), *to = theta;
  assert_non_null(theta);
  for (uint32_t l = 0; l < network.nlayer; l++) {
    const bf_layer *layer = &network.layer[l];
    for (size_t i = 0; i < (size_t)layer->inputs * layer->outputs; i++) *to++ = (double)layer->weight[i];
    for (size_t i = 0; i < layer->outputs; i++) *to++ = (double)layer->bias[i];
  }
  bf_network_free(&network);
  return theta;
}

void train_log(bf_task *t, bf_training_log *log) {
  if (bf_training_log_read(test_task_output(t, "log", 0)->path, 0, log) != BF_OK) fail_msg("%s", bf_error());
}

static char *bytes_of(const char *path, size_t *n) {
  FILE *f = fopen(path, "rb");
  if (!f) fail_msg("no file %s", path);
  fseek(f, 0, SEEK_END);
  *n = (size_t)ftell(f);
  rewind(f);
  char *bytes = malloc(*n + 1);
  assert_non_null(bytes);
  assert_int_equal(fread(bytes, 1, *n, f), *n);
  fclose(f);
  return bytes;
}

void train_same_bytes(const char *a, const char *b) {
  size_t n, m;
  char *x = bytes_of(a, &n), *y = bytes_of(b, &m);
  if (n != m || memcmp(x, y, n) != 0) fail_msg("%s and %s differ", a, b);
  free(x);
  free(y);
}
