/* The optimisers against their formulas in double, schedules, initial weights and minibatches. */
#include "../../plugins/train/initial.h"
#include "../../plugins/train/schedule.h"
#include "train_reference.h"
#include "train_task.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { STEPS = 20 };
static const uint32_t width[] = {2, 9, 17, 5, 2};
#define NET "hidden=[9, 17, 5];seed=3;accuracy=0;steps=20;checkpoints=0;warmup=0;"

/* The points of each step of a reference run. */
static void select_batch(const bf_points *points, const bf_task *t, uint64_t batch, uint64_t step, bf_points *out) {
  uint64_t batches = (points->n + batch - 1) / batch, first = step % batches * batch;
  uint32_t words[4], *order = calloc(points->n, sizeof *order);
  bf_random_words(test_host()->seed((bf_task *)(uintptr_t)t, "batches"), step / batches, words);
  bf_random_permutation((uint64_t)words[1] << 32 | words[0], (uint32_t)points->n, order);
  assert_int_equal(bf_points_new(out, points->n - first < batch ? points->n - first : batch, points->dim, true), BF_OK);
  for (uint64_t i = 0; i < out->n; i++) {
    memcpy(out->x + i * out->dim, points->x + (size_t)order[first + i] * points->dim, points->dim * sizeof(float));
    out->label[i] = points->label[order[first + i]];
  }
  free(order);
}

typedef struct how {
  const char *name, *settings;
  double rate, beta1, beta2, epsilon, momentum, decay;
  uint64_t batch;
} how;

/* The formulas as their papers and PyTorch's documentation write them. */
static void update(const how *h, int t, double *theta, double g, double *m, double *v) {
  if (strcmp(h->name, "adamw") == 0)
    *theta -= h->rate * h->decay * *theta;
  else
    g += h->decay * *theta;
  if (strcmp(h->name, "sgd") == 0) {
    *m = t == 1 ? g : h->momentum * *m + g;
    *theta -= h->rate * *m;
    return;
  }
  *v = h->beta2 * *v + (1 - h->beta2) * g * g;
  if (strcmp(h->name, "rmsprop") == 0) {
    *m = h->momentum * *m + g / (sqrt(*v) + h->epsilon);
    *theta -= h->rate * *m;
    return;
  }
  *m = h->beta1 * *m + (1 - h->beta1) * g;
  double c1 = 1 - pow(h->beta1, t), c2 = 1 - pow(h->beta2, t);
  if (strcmp(h->name, "adam_tf1") == 0)
    *theta -= h->rate * sqrt(c2) / c1 * *m / (sqrt(*v) + h->epsilon);
  else
    *theta -= h->rate * (*m / c1) / (sqrt(*v / c2) + h->epsilon);
}

static void run_reference(const how *h, const bf_points *points, const bf_task *task, reference *r) {
  double *g = calloc(r->nparam, sizeof *g), *m = calloc(r->nparam, sizeof *m), *v = calloc(r->nparam, sizeof *v);
  for (int t = 1; t <= STEPS; t++) {
    bf_points batch = {0};
    if (h->batch) select_batch(points, task, h->batch, (uint64_t)t - 1, &batch);
    reference_loss(r, h->batch ? &batch : points, g, NULL);
    for (size_t i = 0; i < r->nparam; i++) update(h, t, &r->theta[i], g[i], &m[i], &v[i]);
    bf_points_free(&batch);
  }
  free(g);
  free(m);
  free(v);
}

static void check_how(const how *h, const bf_points *points, const char *activation) {
  char settings[512];
  reference r;
  size_t n;
  double worst = 0, moved = 0;
  snprintf(settings, sizeof settings, NET "clip=inf;schedule=constant;activation=%s;optimiser=%s;%s", activation, h->name, h->settings);
  bf_task *t = train_run("out", points, settings);
  reference_new(&r, activation, 4, width);
  double *start = train_theta(test_task_output(t, "checkpoints", 0)->path, &n), *end = train_theta(test_task_output(t, "model", 0)->path, &n);
  assert_int_equal(n, r.nparam);
  memcpy(r.theta, start, n * sizeof *start);
  run_reference(h, points, t, &r);
  for (size_t i = 0; i < n; i++) {
    worst = fmax(worst, fabs(end[i] - r.theta[i]) / fmax(fabs(r.theta[i]), 0.3));
    moved = fmax(moved, fabs(end[i] - start[i]));
  }
  if (!(worst < 1e-5 && moved > 0.01)) fail_msg("%s, %s: off by %g, moved by %g", h->name, settings, worst, moved);
  free(start);
  free(end);
  reference_free(&r);
  test_task_free(t);
}

static void steps_follow_the_formulas(void **state) {
  static const how all[] = {
      {"adam_tf1", "rate=0.01", 0.01, 0.9, 0.999, 1e-8, 0, 0, 0},
      {"adam_tf1", "rate=0.01;beta1=0.8;beta2=0.99;epsilon=0.001", 0.01, 0.8, 0.99, 1e-3, 0, 0, 0},
      {"adam", "rate=0.01", 0.01, 0.9, 0.999, 1e-8, 0, 0, 0},
      {"adam", "rate=0.01;beta1=0.8;beta2=0.99;epsilon=0.001;weight_decay=0.02;batch=128", 0.01, 0.8, 0.99, 1e-3, 0, 0.02, 128},
      {"adamw", "rate=0.01", 0.01, 0.9, 0.999, 1e-8, 0, 0.01, 0},
      {"adamw", "rate=0.01;weight_decay=0.5;batch=300", 0.01, 0.9, 0.999, 1e-8, 0, 0.5, 300},
      {"sgd", "rate=0.1", 0.1, 0, 0, 0, 0.9, 0, 0},
      {"sgd", "rate=0.1;momentum=0;weight_decay=0.1;batch=77", 0.1, 0, 0, 0, 0, 0.1, 77},
      {"rmsprop", "rate=0.001", 0.001, 0, 0.9, 1e-8, 0, 0, 0},
      {"rmsprop", "rate=0.001;beta2=0.99;epsilon=0.001;momentum=0.5;weight_decay=0.01;batch=128", 0.001, 0, 0.99, 1e-3, 0.5, 0.01, 128},
  };
  bf_points points;
  (void)state;
  reference_points(&points, 400, 2, 2, 5);
  for (uint64_t i = 0; i < points.n; i++) points.label[i] = points.x[2 * i] * points.x[2 * i + 1] > 0.1f;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) check_how(&all[i], &points, "tanh");
  check_how(&all[0], &points, "relu");
  bf_points_free(&points);
}

static void schedules(void **state) {
  (void)state;
  const bf_schedule e = {BF_EXPONENTIAL, 0.02, 2500, 0, 100}, c = {BF_COSINE, 0.3, 0, 500, 7.5}, k = {BF_CONSTANT, 0.1, 0, 0, 0};
  for (uint64_t t = 0; t < 700; t++) {
    double x = (double)t;
    assert_true(fabs(bf_schedule_rate(&e, t) / (0.02 * exp2(-x / 2500) * fmin(1, (x + 1) / 100)) - 1) < 1e-14);
    double cosine = t < 500 ? 0.15 * (1 + cos(x * acos(-1) / 500)) * fmin(1, (x + 1) / 7.5) : 0;
    assert_true(fabs(bf_schedule_rate(&c, t) - cosine) < 1e-15);
    assert_true(bf_schedule_rate(&k, t) == 0.1);
  }
  assert_true(bf_schedule_rate(&c, UINT64_MAX) == 0 && bf_schedule_rate(&e, UINT64_MAX) == 0);
}

/* Bounds and variances of all layers; the draws of a seed do not depend on the kind of layer before. */
static void initial_weights(void **state) {
  static const uint32_t wide[] = {40, 60, 30};
  bf_mlp mlp;
  (void)state;
  assert_int_equal(bf_mlp_new(&mlp, 2, wide, 0), BF_OK);
  for (bf_initial kind = 0; kind < BF_INITIALS; kind++) {
    bf_initial_fill(&mlp, kind, 11);
    for (uint32_t l = 0; l < 2; l++) {
      const float *w = mlp.theta + mlp.offset[l];
      size_t n = (size_t)wide[l] * wide[l + 1];
      bool he = kind == BF_HE_UNIFORM || kind == BF_HE_NORMAL, uniform = kind == BF_GLOROT_UNIFORM || kind == BF_HE_UNIFORM;
      double variance = 2.0 / (he ? wide[l] : wide[l] + wide[l + 1]), sum = 0, squares = 0, largest = 0;
      for (size_t i = 0; i < n; i++) {
        sum += (double)w[i];
        squares += (double)w[i] * (double)w[i];
        largest = fmax(largest, fabs((double)w[i]));
      }
      assert_true(fabs(sum / (double)n) < 4 * sqrt(variance / (double)n));
      assert_true(fabs(squares / (double)n / variance - 1) < 6 / sqrt((double)n));
      assert_true(uniform ? largest <= sqrt(3 * variance) && largest > 0.99 * sqrt(3 * variance) : largest > 3 * sqrt(variance));
      for (size_t i = 0; i < wide[l + 1]; i++) assert_true(w[n + i] == 0);
    }
  }
  bf_mlp_free(&mlp);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(steps_follow_the_formulas), cmocka_unit_test(schedules), cmocka_unit_test(initial_weights)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
