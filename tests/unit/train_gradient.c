/* The trainer's gradient against finite differences in double, for every activation and odd widths; the same bits for any number of
 * threads and any instruction set. */
#include "../../plugins/train/gradient.h"
#include "../../plugins/train/initial.h"
#include "host.h"
#include "train_reference.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const activations[] = {"tanh", "sigmoid", "relu", "leaky_relu", "clamp", "identity", "elu", "gelu", "silu", "softplus", "sine"};
static const uint32_t odd_widths[][5] = {{1, 1, 2, 3, 2}, {2, 5, 17, 1, 2}, {3, 33, 2, 5, 3}, {2, 17, 33, 17, 5}, {5, 3, 3, 3, 2}, {2, 15, 15, 15, 2}};
enum { NACTIVATIONS = sizeof activations / sizeof *activations, NLAYER = 4, NSHAPES = sizeof odd_widths / sizeof *odd_widths };

static bf_task *task;

static int load(void **state) {
  (void)state;
  task = test_task_new("out");
  for (size_t i = 0; i < NACTIVATIONS; i++) {
    char file[64];
    snprintf(file, sizeof file, "activation/%s.so", activations[i]);
    test_task_load(task, file);
  }
  return 0;
}

static int unload(void **state) {
  (void)state;
  test_task_free(task);
  return 0;
}

/* A network with Glorot weights and biases that are not zero. */
static void make(bf_mlp *mlp, const char *activation, const uint32_t *width) {
  assert_int_equal(bf_mlp_new(mlp, NLAYER, width, 0), BF_OK);
  for (uint32_t l = 0; l + 1 < NLAYER; l++) mlp->f[l] = test_task_activation(task, activation);
  bf_initial_fill(mlp, BF_GLOROT_UNIFORM, 7);
  for (uint32_t l = 0; l < NLAYER; l++)
    for (uint32_t o = 0; o < width[l + 1]; o++) mlp->theta[mlp->offset[l + 1] - 1 - o] = 0.05f * (float)(o % 7) - 0.11f;
}

static bf_evaluation evaluate(const bf_mlp *mlp, const bf_points *points, const bf_kernels *kernels, uint32_t threads, float *gradient) {
  bf_trainer *trainer;
  assert_int_equal(bf_trainer_new(mlp, points, kernels, threads, 0, &trainer), BF_OK);
  bf_evaluation e = bf_trainer_evaluate(trainer, gradient);
  bf_trainer_free(trainer);
  return e;
}

/* Central differences of the reference's loss in a spread of parameters, all biases of a short network included. */
static void check_differences(reference *r, const bf_points *points, const float *gradient) {
  double largest = 0;
  for (size_t i = 0; i < r->nparam; i++) largest = fmax(largest, fabs((double)gradient[i]));
  size_t stride = 1 + r->nparam / 30;
  for (size_t i = 0; i < r->nparam; i += stride) {
    const double h = 1e-8; /* so small that hardly a sample crosses a kink */
    double at = r->theta[i];
    r->theta[i] = at + h;
    double above = reference_loss(r, points, NULL, NULL);
    r->theta[i] = at - h;
    double below = reference_loss(r, points, NULL, NULL);
    r->theta[i] = at;
    assert_true(fabs((above - below) / (2 * h) - (double)gradient[i]) < 1e-5 * largest + 1e-7);
  }
}

static void gradients_are_finite_differences(void **state) {
  (void)state;
  for (size_t a = 0; a < NACTIVATIONS; a++)
    for (size_t s = 0; s < NSHAPES; s++) {
      bf_mlp mlp;
      bf_points points;
      reference r;
      make(&mlp, activations[a], odd_widths[s]);
      reference_new(&r, activations[a], NLAYER, odd_widths[s]);
      reference_points(&points, 301, odd_widths[s][0], odd_widths[s][NLAYER], 11);
      assert_int_equal(mlp.offset[NLAYER], r.nparam);
      for (size_t i = 0; i < r.nparam; i++) r.theta[i] = (double)mlp.theta[i];
      float *gradient = calloc(r.nparam + 1, sizeof *gradient);
      double *exact = calloc(r.nparam + 1, sizeof *exact), largest = 0;
      bf_evaluation e = evaluate(&mlp, &points, bf_kernels_best(), 1, gradient);
      uint64_t right;
      double loss = reference_loss(&r, &points, exact, &right);
      assert_true(fabs(e.loss - loss) < 1e-6);
      assert_int_equal(e.right, right);
      for (size_t i = 0; i < r.nparam; i++) largest = fmax(largest, fabs(exact[i]));
      for (size_t i = 0; i < r.nparam; i++) assert_true(fabs(exact[i] - (double)gradient[i]) < 3e-6 * largest);
      check_differences(&r, &points, gradient);
      free(gradient);
      free(exact);
      bf_points_free(&points);
      reference_free(&r);
      bf_mlp_free(&mlp);
    }
}

/* Counts of points around the edges of tiles and chunks. */
static void same_bits_for_threads_and_kernels(void **state) {
  (void)state;
  static const uint64_t counts[] = {1, 239, 240, 241, 1919, 1921, 5000};
  for (size_t s = 0; s < NSHAPES; s++)
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      bf_mlp mlp;
      bf_points points;
      make(&mlp, activations[(s + 5 * c) % NACTIVATIONS], odd_widths[s]);
      reference_points(&points, counts[c], odd_widths[s][0], odd_widths[s][NLAYER], 13);
      size_t n = mlp.offset[NLAYER];
      float *first = calloc(n, sizeof *first), *other = calloc(n, sizeof *other);
      bf_evaluation e = evaluate(&mlp, &points, bf_kernels_best(), 1, first);
      for (size_t k = 0; k < bf_kernels_count; k++) {
        if (!bf_kernels_at(k) || (bf_kernels_at(k) == &bf_kernels_baseline && counts[c] > 2000)) continue; /* slow */
        for (uint32_t threads = 1; threads <= 3; threads++) {
          bf_evaluation f = evaluate(&mlp, &points, bf_kernels_at(k), threads, other);
          assert_memory_equal(&e.loss, &f.loss, sizeof e.loss);
          assert_int_equal(e.right, f.right);
          assert_memory_equal(first, other, n * sizeof *first);
          if (bf_kernels_at(k) == &bf_kernels_baseline && counts[c] > 300) break;
        }
      }
      free(first);
      free(other);
      bf_points_free(&points);
      bf_mlp_free(&mlp);
    }
}

/* A batch of all rows in order is the whole cloud, bit for bit; other batches and clouds agree with the reference on just those points. */
static void batches_and_other_clouds(void **state) {
  (void)state;
  static const size_t sizes[] = {1, 32, 240, 700, 2500};
  bf_mlp mlp;
  bf_points all;
  bf_trainer *trainer;
  reference r;
  make(&mlp, "tanh", odd_widths[3]);
  reference_new(&r, "tanh", NLAYER, odd_widths[3]);
  for (size_t i = 0; i < r.nparam; i++) r.theta[i] = (double)mlp.theta[i];
  reference_points(&all, 2500, 2, 5, 17);
  float *whole = calloc(r.nparam + 1, sizeof *whole), *gradient = calloc(r.nparam + 1, sizeof *gradient);
  double *exact = calloc(r.nparam + 1, sizeof *exact);
  uint32_t row[2500];
  assert_int_equal(bf_trainer_new(&mlp, &all, bf_kernels_best(), 2, 0, &trainer), BF_OK);
  bf_evaluation full = bf_trainer_evaluate(trainer, whole);
  for (uint32_t i = 0; i < 2500; i++) row[i] = i;
  bf_evaluation same = bf_trainer_batch(trainer, row, 2500, gradient);
  assert_true(full.loss == same.loss && full.right == same.right);
  assert_memory_equal(whole, gradient, r.nparam * sizeof *whole);
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    bf_points some;
    bf_cloud cloud;
    uint64_t right;
    double largest = 0;
    assert_int_equal(bf_points_new(&some, sizes[s], 2, true), BF_OK);
    for (size_t i = 0; i < sizes[s]; i++) {
      row[i] = (uint32_t)(i * 977 % 2500); /* 977 and 2500 have no common factor; the last batch is everything in another order */
      memcpy(some.x + 2 * i, all.x + 2 * (size_t)row[i], 2 * sizeof(float));
      some.label[i] = all.label[row[i]];
    }
    bf_evaluation e = bf_trainer_batch(trainer, row, sizes[s], gradient);
    double loss = reference_loss(&r, &some, exact, &right);
    assert_true(fabs(e.loss - loss) < 1e-6 && e.right == right);
    for (size_t i = 0; i < r.nparam; i++) largest = fmax(largest, fabs(exact[i]));
    for (size_t i = 0; i < r.nparam; i++) assert_true(fabs(exact[i] - (double)gradient[i]) < 3e-6 * largest);
    assert_int_equal(bf_cloud_new(&cloud, &some), BF_OK);
    bf_evaluation score = bf_trainer_score(trainer, &cloud);
    assert_true(score.loss == e.loss && score.right == right);
    bf_cloud_free(&cloud);
    bf_points_free(&some);
  }
  free(whole);
  free(gradient);
  free(exact);
  bf_trainer_free(trainer);
  bf_points_free(&all);
  reference_free(&r);
  bf_mlp_free(&mlp);
}

static void too_little_memory(void **state) {
  (void)state;
  bf_mlp mlp;
  bf_points points;
  bf_trainer *trainer;
  static const uint32_t wide[] = {2, 4096, 4096, 4096, 2};
  assert_int_equal(bf_mlp_new(&mlp, NLAYER, wide, 1 << 20), BF_NO_MEMORY);
  make(&mlp, "relu", odd_widths[3]);
  reference_points(&points, 300, 2, 5, 1);
  assert_int_equal(bf_trainer_new(&mlp, &points, bf_kernels_best(), 2, 100000, &trainer), BF_NO_MEMORY);
  assert_null(trainer);
  assert_int_equal(bf_trainer_new(&mlp, &points, bf_kernels_best(), 2, 400000, &trainer), BF_OK); /* one thread fits, two do not */
  bf_trainer_free(trainer);
  bf_trainer_free(NULL);
  bf_points_free(&points);
  bf_mlp_free(&mlp);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(gradients_are_finite_differences), cmocka_unit_test(same_bits_for_threads_and_kernels),
                                     cmocka_unit_test(batches_and_other_clouds), cmocka_unit_test(too_little_memory)};
  return cmocka_run_group_tests(tests, load, unload);
}
