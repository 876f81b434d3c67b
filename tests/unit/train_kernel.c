/* The kernels one by one: the fused multiply-add of every instruction set against the C library's, softmax against double, partial sums. */
#include "../../plugins/network/mlp.h"
#include "../../plugins/train/schedule.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* A float with random sign and mantissa; its exponent is random in [low, high]. */
static float draw(uint64_t i, int low, int high) {
  uint32_t w[4];
  bf_random_words(5, i, w);
  float mantissa = w[0] & 1 ? 1.0f : 1.0f + (float)(w[1] >> 9) * 0x1p-23f; /* halves are hard cases */
  return (w[0] & 2 ? -1.0f : 1.0f) * ldexpf(mantissa, low + (int)(w[2] % (uint32_t)(high - low + 1)));
}

/* With one input, y = w x + bias is one fused multiply-add. */
static void fused_multiply_add_is_exact(void **state) {
  (void)state;
  float *x = bf_floats_new(BF_TILE), *y = bf_floats_new(BF_TILE);
  for (uint64_t round = 0; round < 3000; round++) {
    int wide = round % 3 == 0 ? 70 : 12; /* also products far below and above the addend */
    float w = draw(3000 * round, -wide, wide), bias = draw(3000 * round + 1, -wide, wide);
    if (round % 7 == 0) bias = -w * draw(3000 * round + 2, -1, 1); /* cancellation */
    for (uint64_t t = 0; t < BF_TILE; t++) x[t] = draw(3000 * round + 2 + t, -wide, wide);
    for (size_t k = 0; k < bf_kernels_count; k++) {
      if (!bf_kernels_at(k)) continue;
      bf_kernels_at(k)->affine(&w, &bias, x, NULL, y, 1, 1);
      for (size_t t = 0; t < BF_TILE; t++) {
        float truth = fmaf(w, x[t], bias);
        assert_memory_equal(&truth, &y[t], sizeof truth);
      }
    }
  }
  free(x);
  free(y);
}

static void overflow_and_nan(void **state) {
  (void)state;
  float *x = bf_floats_new(BF_TILE), *y = bf_floats_new(BF_TILE);
  for (size_t t = 0; t < BF_TILE; t++) x[t] = t % 3 == 0 ? 3e38f : t % 3 == 1 ? NAN : 1e-38f;
  for (size_t k = 0; k < bf_kernels_count; k++) {
    if (!bf_kernels_at(k)) continue;
    bf_kernels_at(k)->affine((float[]){10.0f}, (float[]){1.0f}, x, NULL, y, 1, 1);
    assert_true(isinf(y[0]) && isnan(y[1]) && y[2] == 1.0f);
  }
  free(x);
  free(y);
}

/* Widths of every remainder, and some large ones. */
static size_t draw_width(uint64_t i) {
  static const size_t large[] = {127, 255, 512};
  uint64_t k = bf_random_below(21, i, 73);
  return k < 70 ? (size_t)k + 1 : large[k - 70];
}

typedef struct layer { /* random numbers for a layer, and what each kernel makes of them */
  size_t inputs, outputs;
  float *w, *x, *scale, *y, *first, *lanes, *sum, *first_sum;
} layer;

static float *floats(size_t n) {
  float *x = bf_floats_new(n);
  if (!x) abort();
  return x;
}

static float *random_floats(uint64_t stream, size_t n) {
  float *x = floats(n);
  for (uint64_t i = 0; i < n; i++) x[i] = (float)(2 * bf_random_uniform(stream, i) - 1);
  return x;
}

/* The first kernels against double: errors within those of n roundings of the largest sums that can be; the others against the first, bit for bit. */
static void check_affine(const layer *l, bool biased, bool scaled) {
  const float *b = l->w + l->inputs * l->outputs;
  const float *by = NULL;
  for (size_t k = 0; k < bf_kernels_count; k++) {
    if (!bf_kernels_at(k)) continue;
    float *y = by ? l->y : l->first;
    bf_kernels_at(k)->affine(l->w, biased ? b : NULL, l->x, scaled ? l->scale : NULL, y, l->inputs, l->outputs);
    if (by) assert_memory_equal(by, y, l->outputs * BF_TILE * sizeof *y);
    by = l->first;
  }
  for (size_t o = 0; o < l->outputs; o++)
    for (size_t t = 0; t < BF_TILE; t++) {
      double sum = biased ? (double)b[o] : 0, size = fabs(sum);
      for (size_t i = 0; i < l->inputs; i++) {
        double term = (double)l->w[o * l->inputs + i] * (double)l->x[i * BF_TILE + t];
        sum += term;
        size += fabs(term);
      }
      if (scaled) sum *= (double)l->scale[o * BF_TILE + t];
      assert_true(fabs(sum - (double)l->first[o * BF_TILE + t]) <= 0x1p-24 * (double)(l->inputs + 2) * size);
    }
}

/* Two tiles, the second added to the first. delta is `scale`. */
static void check_gradient(const layer *l) {
  size_t n = (l->inputs + 1) * l->outputs;
  const float *by = NULL;
  for (size_t k = 0; k < bf_kernels_count; k++) {
    if (!bf_kernels_at(k)) continue;
    float *sum = by ? l->sum : l->first_sum;
    memset(l->lanes, 0xff, n * BF_LANES * sizeof *l->lanes); /* NaN, not to be used */
    bf_kernels_at(k)->gradient(l->scale, l->x, l->lanes, l->inputs, l->outputs, true);
    bf_kernels_at(k)->gradient(l->scale, l->x, l->lanes, l->inputs, l->outputs, false);
    bf_kernels_at(k)->fold(l->lanes, sum, n);
    if (by) assert_memory_equal(by, sum, n * sizeof *sum);
    by = l->first_sum;
  }
  for (size_t o = 0; o < l->outputs; o++)
    for (size_t i = 0; i <= l->inputs; i++) { /* the last is the bias */
      const float *delta = l->scale + o * BF_TILE, *x = l->x + i * BF_TILE;
      double is = (double)l->first_sum[i < l->inputs ? o * l->inputs + i : l->inputs * l->outputs + o], sum = 0, size = 0;
      for (size_t t = 0; t < BF_TILE; t++) {
        double term = 2 * (double)delta[t] * (i < l->inputs ? (double)x[t] : 1);
        sum += term;
        size += fabs(term);
      }
      assert_true(fabs(sum - is) <= 0x1p-24 * 40 * size); /* 30 additions in a lane, 4 across */
    }
}

static void every_width_against_double(void **state) {
  (void)state;
  for (uint64_t round = 0; round < 60; round++) {
    size_t inputs = draw_width(2 * round), outputs = draw_width(2 * round + 1);
    if (inputs * outputs > 20000) outputs = 1 + round % 9; /* or the emulated multiply-add takes long */
    layer l = {.inputs = inputs, .outputs = outputs};
    l.w = random_floats(31 + round, (inputs + 1) * outputs);
    l.x = random_floats(131 + round, inputs * BF_TILE);
    l.scale = random_floats(231 + round, outputs * BF_TILE);
    l.y = floats(outputs * BF_TILE);
    l.first = floats(outputs * BF_TILE);
    l.lanes = floats((inputs + 1) * outputs * BF_LANES);
    l.sum = floats((inputs + 1) * outputs);
    l.first_sum = floats((inputs + 1) * outputs);
    check_affine(&l, true, false);
    check_affine(&l, false, true);
    check_gradient(&l);
    float *all[] = {l.w, l.x, l.scale, l.y, l.first, l.lanes, l.sum, l.first_sum};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
  }
}

static void softmax_against_double(void **state) {
  (void)state;
  enum { CLASSES = 7 };
  float *z = bf_floats_new(CLASSES * (size_t)BF_TILE), *before = bf_floats_new(CLASSES * (size_t)BF_TILE);
  int32_t label[BF_TILE];
  for (uint64_t i = 0; i < CLASSES * (size_t)BF_TILE; i++) before[i] = (float)(bf_random_normal(3, i) * (double)(1 + i % 40));
  for (size_t t = 0; t < BF_TILE; t++) label[t] = t % 11 == 0 ? -1 : (int32_t)(t % CLASSES);
  for (size_t c = 0; c < CLASSES; c++) before[c * BF_TILE + 5] = 2.5f; /* equal logits: the first counts */
  label[5] = 0;
  double loss = 0;
  uint32_t right = 0;
  for (size_t t = 0; t < BF_TILE; t++) {
    double top = -INFINITY, sum = 0;
    size_t first = 0;
    for (size_t c = 0; c < CLASSES; c++)
      if ((double)before[c * BF_TILE + t] > top) top = (double)before[c * BF_TILE + t], first = c;
    for (size_t c = 0; c < CLASSES; c++) sum += exp((double)before[c * BF_TILE + t] - top);
    if (label[t] < 0) continue;
    loss += log(sum) + top - (double)before[(size_t)label[t] * BF_TILE + t];
    right += (int32_t)first == label[t];
  }
  for (size_t k = 0; k < bf_kernels_count; k++) {
    if (!bf_kernels_at(k)) continue;
    memcpy(z, before, CLASSES * (size_t)BF_TILE * sizeof *z);
    bf_tally tally = bf_kernels_at(k)->softmax(z, label, CLASSES, 0.25f);
    assert_int_equal(tally.right, right);
    assert_true(fabs(tally.loss - loss) < 1e-5 * loss);
    for (size_t t = 0; t < BF_TILE; t++) {
      double sum = 0;
      for (size_t c = 0; c < CLASSES; c++) sum += exp((double)before[c * BF_TILE + t] - (double)before[t]);
      for (size_t c = 0; c < CLASSES; c++) {
        double truth = exp((double)before[c * BF_TILE + t] - (double)before[t]) / sum - ((int32_t)c == label[t]);
        assert_true(fabs((double)z[c * BF_TILE + t] - (label[t] < 0 ? 0 : 0.25 * truth)) < 1e-6);
      }
    }
  }
  free(z);
  free(before);
}

static void folding_sums_lanes(void **state) {
  (void)state;
  enum { N = 37 };
  float *lanes = bf_floats_new(N * (size_t)BF_LANES), sum[N];
  for (uint64_t i = 0; i < N * (size_t)BF_LANES; i++) lanes[i] = (float)bf_random_below(9, i, 1000); /* exact in any order */
  for (size_t k = 0; k < bf_kernels_count; k++) {
    if (!bf_kernels_at(k)) continue;
    bf_kernels_at(k)->fold(lanes, sum, N);
    for (size_t i = 0; i < N; i++) {
      float truth = 0;
      for (size_t l = 0; l < BF_LANES; l++) truth += lanes[i * BF_LANES + l];
      assert_true(sum[i] == truth);
    }
  }
  free(lanes);
}

static void halving(void **state) {
  (void)state;
  for (int i = 0; i < 5000; i++) assert_true(fabs(bf_half_to_the(i * 0.0137) / exp2(-i * 0.0137) - 1) < 4e-15);
  assert_true(bf_half_to_the(0) == 1 && bf_half_to_the(3) == 0.125 && bf_half_to_the(2000) == 0);
  assert_true(bf_half_to_the(7.0 / INFINITY) == 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(fused_multiply_add_is_exact), cmocka_unit_test(overflow_and_nan),
                                     cmocka_unit_test(every_width_against_double),  cmocka_unit_test(softmax_against_double),
                                     cmocka_unit_test(folding_sums_lanes),          cmocka_unit_test(halving)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
