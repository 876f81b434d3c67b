/* The screen of complex.knn_geodesic never rules out what is within the bar, however the coordinates lie, and rules out what is clearly not. */
#include "../../plugins/complex/screen.h"
#include "../../plugins/activation/cpu.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { BLOCK = BF_SCREEN_BLOCK, DIMS = 300 };

static float query[BLOCK * DIMS], block[BLOCK * DIMS], origin[DIMS]; /* queries row by row, the block coordinate by coordinate */
static uint64_t looked, passed, far;                                 /* pairs; those let through; those ruled out */

static double distance(uint32_t q, uint32_t l, uint32_t dim) {
  double sum = 0;
  for (uint32_t k = 0; k < dim; k++) {
    double t = (double)query[q * dim + k] - (double)block[k * BLOCK + l];
    sum += t * t;
  }
  return sum;
}

/* The query's bar is, in turn, its distance to each point of the block. */
static void check_screen(const bf_screen *s, uint32_t dim) {
  static float moved[BLOCK * DIMS], other[BLOCK * DIMS];
  float half[BLOCK], least[BLOCK];
  double squares[BLOCK] = {0};
  uint32_t which[BLOCK], mask[BLOCK];
  for (uint32_t q = 0; q < BLOCK; q++)
    for (uint32_t k = 0; k < dim; k++) {
      moved[q * dim + k] = query[q * dim + k] - origin[k];
      squares[q] += (double)moved[q * dim + k] * (double)moved[q * dim + k];
    }
  s->centre(block, origin, dim, bf_screen_keep(dim), other, half);
  for (uint32_t turn = 0; turn < BLOCK; turn++) {
    uint32_t n = 0;
    for (uint32_t q = turn % 3; q < BLOCK; q += 1 + turn % 2) which[n++] = q;
    for (uint32_t i = 0; i < n; i++) least[which[i]] = bf_screen_least(squares[which[i]], distance(which[i], turn, dim), dim);
    s->pass(moved, which, n, other, half, dim, least, mask);
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t l = 0; l < BLOCK; l++, looked++) {
        double d = distance(which[i], l, dim), bar = distance(which[i], turn, dim);
        bool through = mask[i] >> l & 1;
        if (d <= bar && !through) fail_msg("%u coordinates: %.17g is within %.17g and was ruled out", dim, d, bar);
        passed += through;
        far += !through;
      }
  }
}

static void check_all(uint32_t dim) {
  check_screen(&bf_screen_baseline, dim);
#if defined(__x86_64__)
  if (bf_cpu_has() >= BF_CPU_AVX2) check_screen(&bf_screen_avx2, dim);
  if (bf_cpu_has() >= BF_CPU_AVX512) check_screen(&bf_screen_avx512, dim);
#endif
}

/* The i-th coordinate of some kind of data: the offset with small steps, clusters of very different sizes, a lattice, halves of zeros as behind ReLU. */
static float coordinate(int kind, uint64_t seed, uint64_t i, uint64_t point) {
  float normal = (float)bf_random_normal(seed, i);
  switch (kind) {
  case 0:
    return normal;
  case 1:
    return 1e6f + 1e-3f * normal; /* a few neighbouring floats */
  case 2:
    return (float)(point % 5) * 1000 + normal * 1e-3f;
  case 3:
    return 0.1f * (float)bf_random_below(seed, i, 4);
  case 4:
    return normal > 0 ? normal : 0;
  case 5:
    return ldexpf(normal, -(int)bf_random_below(seed + 9, point, 140));
  case 6:
    return ldexpf(normal, -75); /* squares underflow */
  default:
    return ldexpf(normal, 48);
  }
}
enum { KINDS = 8 };

static void make(int kind, uint64_t seed, uint32_t dim) {
  float box[2 * DIMS];
  for (uint32_t k = 0; k < dim; k++) box[k] = INFINITY, box[dim + k] = -INFINITY;
  for (uint32_t p = 0; p < 2 * BLOCK; p++) /* queries, then the block */
    for (uint32_t k = 0; k < dim; k++) {
      float x = coordinate(kind, seed, (uint64_t)p * dim + k, p);
      if (p == BLOCK + 7) x = query[3 * dim + k]; /* a duplicate */
      if (p < BLOCK)
        query[p * dim + k] = x;
      else
        block[k * BLOCK + p - BLOCK] = x;
      box[k] = fminf(box[k], x);
      box[dim + k] = fmaxf(box[dim + k], x);
    }
  assert_true(bf_screen_fits(box, dim));
  for (uint32_t k = 0; k < dim; k++) origin[k] = seed % 2 ? box[k] / 2 + box[dim + k] / 2 : query[k]; /* any point will do */
}

static void safe(void **state) {
  static const uint32_t dims[] = {1, 2, 3, 5, 15, 16, 50, 300};
  (void)state;
  for (int kind = 0; kind < KINDS; kind++)
    for (uint32_t d = 0; d < 8; d++)
      for (uint64_t seed = 0; seed < 3; seed++) {
        make(kind, seed, dims[d]);
        check_all(dims[d]);
      }
}

static void sharp(void **state) {
  (void)state;
  looked = passed = far = 0;
  for (uint64_t seed = 0; seed < 20; seed++) {
    make(0, seed, 50);
    check_all(50);
  }
  assert_true(far * 10 > looked * 4); /* the bars are all distances: about half of the pairs are farther */
  assert_true(passed * 10 > looked * 4);
}

static void too_large(void **state) {
  float box[] = {-1e30f, 0, 1e30f, 1}, flat[] = {3e38f, 3e38f};
  (void)state;
  assert_false(bf_screen_fits(box, 2));
  assert_true(bf_screen_fits(flat, 1)); /* it is differences that count */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(safe), cmocka_unit_test(sharp), cmocka_unit_test(too_large)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
