/* Witness complexes against brute force over the definitions of witness.h; any order of landmarks, threads and memory give the same; errors. */
#include "witness_case.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* ---- the definitions ---- */

enum { MOST = 17 }; /* landmarks, so that a set is a number */

typedef struct brute {
  const witness_case *c;
  uint32_t n;
  double *square; /* points × landmarks */
  double *value;  /* of each set; NaN: no simplex */
} brute;

static double square_of(const bf_points *p, uint64_t i, const bf_points *q, uint64_t j) {
  double sum = 0;
  for (uint32_t k = 0; k < p->dim; k++) {
    const double d = (double)p->x[i * p->dim + k] - (double)q->x[j * q->dim + k];
    sum += d * d;
  }
  return sum;
}

static double most_in(const double *square, uint32_t n, uint32_t set) {
  double most = -INFINITY;
  for (uint32_t i = 0; i < n; i++)
    if (set >> i & 1) most = fmax(most, square[i]);
  return most;
}

static double least_in(const double *square, uint32_t n, uint32_t set) {
  double least = INFINITY;
  for (uint32_t i = 0; i < n; i++)
    if (set >> i & 1) least = fmin(least, square[i]);
  return least;
}

static double weak(const brute *b, uint32_t set) {
  double g = NAN;
  for (uint64_t w = 0; w < b->c->points.n; w++) {
    const double *square = b->square + w * b->n, most = most_in(square, b->n, set), least = least_in(square, b->n, ~set);
    if (most - b->c->options.alpha_square <= least) g = fmin(g, fmax(0, most - least)); /* fmin passes over a NaN */
  }
  for (uint32_t i = 0; i < b->n && !isnan(g); i++) {
    const uint32_t facet = set & ~(1u << i);
    if (facet == set || !facet) continue;
    g = isnan(b->value[facet]) ? NAN : fmax(g, b->value[facet]);
  }
  return g;
}

static double strong(const brute *b, uint32_t set) {
  double f = NAN;
  for (uint64_t w = 0; w < b->c->points.n; w++) {
    const double *square = b->square + w * b->n, most = most_in(square, b->n, set), least = least_in(square, b->n, UINT32_MAX);
    if (most < (double)(float)(least + b->c->options.alpha_square)) f = fmin(f, most - least);
  }
  return f;
}

static brute brute_force(const witness_case *c) {
  brute b = {c, (uint32_t)c->landmarks.n, malloc(c->points.n * c->landmarks.n * sizeof(double)), malloc((sizeof(double)) << c->landmarks.n)};
  assert_true(b.n <= MOST);
  for (uint64_t w = 0; w < c->points.n; w++)
    for (uint32_t i = 0; i < b.n; i++) b.square[w * b.n + i] = square_of(&c->points, w, &c->landmarks, i);
  for (uint32_t set = 1; set < 1u << b.n; set++) {
    const bool counts = (uint32_t)__builtin_popcount(set) <= c->options.limit_dimension + 1;
    b.value[set] = !counts ? NAN : c->options.kind == BF_WITNESS_WEAK ? weak(&b, set) : strong(&b, set);
  }
  return b;
}

static void brute_free(brute *b) {
  free(b->square);
  free(b->value);
}

static uint32_t set_of(const brute *b, const bf_filtration *f, uint64_t s) {
  uint32_t set = 0;
  for (uint64_t k = f->first[s]; k < f->first[s + 1]; k++)
    for (uint32_t i = 0; i < b->n; i++)
      if (b->c->landmarks.id[i] == f->vertex[k]) set |= 1u << i;
  return set;
}

/* Before in the order of the filtration. */
static bool before(const bf_filtration *f, uint64_t s, uint64_t t) {
  const uint64_t a = f->first[s + 1] - f->first[s], b = f->first[t + 1] - f->first[t];
  if (f->value[s] != f->value[t]) return f->value[s] < f->value[t];
  if (a != b) return a < b;
  for (uint64_t k = 0; k < a; k++) {
    const uint32_t u = f->vertex[f->first[s] + k], v = f->vertex[f->first[t] + k];
    if (u != v) return u < v;
  }
  return false;
}

static void check_case(const witness_case *c, uint64_t number) {
  brute b = brute_force(c);
  bf_filtration f = witness_case_build(c);
  uint64_t expected = 0;
  double most = c->options.alpha_square;
  for (uint32_t set = 1; set < 1u << b.n; set++) expected += isnan(b.value[set]) ? 0 : 1;
  if (f.n != expected) fail_msg("case %llu: %llu simplices, not %llu", (unsigned long long)number, (unsigned long long)f.n, (unsigned long long)expected);
  for (uint64_t s = 0; s < f.n; s++) {
    const double right = b.value[set_of(&b, &f, s)];
    if (!(f.value[s] == right)) fail_msg("case %llu, simplex %llu: %.17g, not %.17g", (unsigned long long)number, (unsigned long long)s, f.value[s], right);
    if (s) assert_true(before(&f, s - 1, s)); /* so each is there once */
    most = fmax(most, right);
  }
  assert_true(f.threshold == most);
  assert_int_equal(f.convention, BF_SQUARED_RADIUS);
  assert_int_equal(f.limit_dimension, c->options.limit_dimension < b.n - 1 ? c->options.limit_dimension : BF_NOT_CUT);
  if (number % 16 == 0) assert_int_equal(bf_filtration_write(&(bf_out){"filtration", NULL, 0}, &f), BF_OK); /* its checks */
  bf_filtration_free(&f);
  brute_free(&b);
}

static void definitions(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 1500; i++) {
    witness_case c = witness_case_random(1, i, i % 2 ? 8 : 40, 8);
    check_case(&c, i);
    witness_case_free(&c);
  }
}

/* Keys of more than 64 bits. */
static void wide_keys(void **state) {
  (void)state;
  for (uint64_t i = 0, found = 0; found < 6; i++) {
    witness_case c = witness_case_random(2, i, 12, MOST);
    if (c.landmarks.n < MOST) {
      witness_case_free(&c);
      continue;
    }
    found++;
    c.options.limit_dimension = found % 2 ? MOST - 1 : 13;
    c.options.alpha_square = found % 4 < 2 ? 1 : 1e6;
    check_case(&c, i);
    witness_case_free(&c);
  }
}

/* ---- what must not matter ---- */

static void swap_rows(bf_points *p, uint64_t i, uint64_t j) {
  const uint32_t id = p->id[i];
  p->id[i] = p->id[j], p->id[j] = id;
  for (uint32_t k = 0; k < p->dim; k++) {
    float *a = p->x + i * p->dim + k, *b = p->x + j * p->dim + k, x = *a;
    *a = *b, *b = x;
  }
}

static void shuffle(bf_points *p, uint64_t seed) {
  for (uint64_t i = p->n; i > 1; i--) swap_rows(p, i - 1, bf_random_below(seed, i, i));
}

/* A cloud with more landmarks than a word has bits, n of the points. */
static witness_case large(bf_witness_kind kind, uint32_t n, uint32_t landmarks, uint32_t dim, double alpha, bool grid) {
  witness_case c = {.options = {.kind = kind, .limit_dimension = 2, .alpha_square = alpha, .threads = 1}};
  assert_int_equal(bf_points_new(&c.points, n, dim, false), BF_OK);
  assert_int_equal(bf_points_new(&c.landmarks, landmarks, dim, false), BF_OK);
  for (uint64_t i = 0; i < (uint64_t)n * dim; i++) c.points.x[i] = grid ? (float)bf_random_below(3, i, 6) : (float)bf_random_uniform(3, i);
  memcpy(c.landmarks.x, c.points.x, (size_t)landmarks * dim * sizeof *c.points.x);
  for (uint32_t l = 0; l < landmarks; l++) c.landmarks.id[l] = UINT32_MAX - 3 * l;
  return c;
}

static void check_indifference(witness_case *c, uint64_t memory) {
  const bf_filtration first = witness_case_build(c);
  assert_in_range(first.n, c->landmarks.n, UINT32_MAX);
  for (uint64_t i = 0; i < 4; i++) {
    c->options.threads = (const uint32_t[]){2, 7, 1, 2}[i];
    c->options.memory = i < 2 ? 0 : memory;
    shuffle(&c->landmarks, i);
    if (i % 2) shuffle(&c->points, i);
    bf_filtration f = witness_case_build(c);
    witness_case_same(&first, &f, "other threads, order or memory");
    bf_filtration_free(&f);
  }
  bf_filtration_free(&(bf_filtration){.first = first.first, .vertex = first.vertex, .value = first.value});
  witness_case_free(c);
}

static void indifference(void **state) {
  (void)state;
  for (int kind = 0; kind < 2; kind++) {
    witness_case c = large((bf_witness_kind)kind, 1000, 120, 3, .05, false);
    check_indifference(&c, 24 << 20);
    c = large((bf_witness_kind)kind, 200, 70, 2, .5, false); /* nearly all triples of 70 */
    check_indifference(&c, 24 << 20);
    c = large((bf_witness_kind)kind, 1000, 100, 3, 2, true);
    check_indifference(&c, 24 << 20);
    c = large((bf_witness_kind)kind, 30000, 60, 2, .04, false);
    check_indifference(&c, 6 << 20); /* no room to keep all lists */
  }
}

/* Some sets of a large complex, by the definition; and how many vertices, edges and triangles there are, where all are. */
static void large_sets(void **state) {
  (void)state;
  for (int kind = 0; kind < 2; kind++) {
    witness_case c = large((bf_witness_kind)kind, 100, 70, 3, INFINITY, false);
    bf_filtration f = witness_case_build(&c);
    assert_int_equal(f.n, 70 + 2415 + 54740);
    double *square = malloc((size_t)100 * 70 * sizeof *square);
    for (uint64_t w = 0; w < 100; w++)
      for (uint64_t l = 0; l < 70; l++) square[w * 70 + l] = square_of(&c.points, w, &c.landmarks, l);
    for (uint64_t s = 0; s < f.n; s += 397) {
      const uint64_t n = f.first[s + 1] - f.first[s];
      double least = INFINITY;
      for (uint64_t w = 0; w < 100; w++) {
        double in = -INFINITY, out = INFINITY;
        for (uint64_t l = 0; l < 70; l++) {
          bool has = false;
          for (uint64_t k = 0; k < n; k++) has |= f.vertex[f.first[s] + k] == c.landmarks.id[l];
          if (has) in = fmax(in, square[w * 70 + l]);
          if (!has || kind) out = fmin(out, square[w * 70 + l]);
        }
        least = fmin(least, fmax(0, in - out));
      }
      assert_true(kind ? f.value[s] == least : f.value[s] >= least); /* of a weak one, facets may have come later */
    }
    free(square);
    bf_filtration_free(&f);
    witness_case_free(&c);
  }
}

/* The matrix of edges, of 50 MB, has no room, and need not have any; nor a table of four triangles to an edge. */
static void many_landmarks(void **state) {
  (void)state;
  witness_case c = large(BF_WITNESS_WEAK, 40000, 20000, 2, 0, false);
  const bf_filtration roomy = witness_case_build(&c);
  assert_in_range(roomy.n, 20000, UINT32_MAX);
  for (c.options.memory = 30 << 20; c.options.memory >= 6 << 20; c.options.memory -= 3 << 20) {
    bf_filtration f = witness_case_build(&c);
    witness_case_same(&roomy, &f, "less memory");
    bf_filtration_free(&f);
  }
  bf_filtration_free(&(bf_filtration){.first = roomy.first, .vertex = roomy.vertex, .value = roomy.value});
  witness_case_free(&c);
}

/* ---- the cover radius, and it as α² ---- */

static void cover(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 100; i++) {
    witness_case c = witness_case_random(4, i, 200, 30);
    double square, right = 0;
    for (uint64_t w = 0; w < c.points.n; w++) {
      double least = INFINITY;
      for (uint64_t l = 0; l < c.landmarks.n; l++) least = fmin(least, square_of(&c.points, w, &c.landmarks, l));
      right = fmax(right, least);
    }
    c.options.threads = 1 + (uint32_t)i % 3;
    assert_int_equal(bf_witness_cover(&c.points, &c.landmarks, &c.options, &square), BF_OK);
    assert_true(square == right);
    c.options.limit_dimension = 2;
    c.options.alpha_square = right;
    bf_filtration given = witness_case_build(&c);
    c.options.alpha_square = NAN;
    bf_filtration found = witness_case_build(&c);
    witness_case_same(&given, &found, "alpha_square by default");
    bf_filtration_free(&given);
    bf_filtration_free(&found);
    witness_case_free(&c);
  }
}

/* ---- limits and errors ---- */

static void empty(void **state) {
  (void)state;
  for (int i = 0; i < 12; i++) {
    bf_points points, landmarks;
    double square;
    assert_int_equal(bf_points_new(&points, i % 2 ? 3 : 0, 2, false), BF_OK);
    assert_int_equal(bf_points_new(&landmarks, i / 2 % 2 && !(i % 2) ? 2 : 0, 2, false), BF_OK);
    memset(points.x, 0, points.n * 2 * sizeof *points.x);
    memset(landmarks.x, 0, landmarks.n * 2 * sizeof *landmarks.x);
    witness_case c = {points, landmarks, {.kind = (bf_witness_kind)(i & 1), .limit_dimension = 40, .alpha_square = i < 4 ? 0 : i < 8 ? NAN : INFINITY}};
    bf_filtration f = witness_case_build(&c);
    assert_int_equal(f.n, 0);
    assert_int_equal(f.first[0], 0);
    bf_filtration_free(&f);
    assert_int_equal(bf_witness_cover(&points, &landmarks, &c.options, &square), BF_OK);
    assert_true(square == (points.n ? INFINITY : 0));
    witness_case_free(&c);
  }
}

static void assert_fails(const witness_case *c, bf_status status, const char *says) {
  bf_filtration f;
  assert_int_equal(bf_witness_complex(&c->points, &c->landmarks, &c->options, &f), status);
  if (says && !strstr(bf_error(), says)) fail_msg("'%s' does not say '%s'", bf_error(), says);
  assert_true(f.n == 0 && !f.first && !f.vertex && !f.value);
}

static bf_status cancel(void *context, uint64_t done, uint64_t total) {
  uint64_t *left = context;
  assert_true(done <= total);
  return (*left)-- ? BF_OK : BF_CANCELLED;
}

static void errors(void **state) {
  (void)state;
  witness_case c = large(BF_WITNESS_WEAK, 4000, 200, 3, 10, false);
  c.options.memory = 8 << 20;
  assert_fails(&c, BF_NO_MEMORY, "more than the 8 MiB");
  c.options.memory = 1000;
  assert_fails(&c, BF_NO_MEMORY, "fewer landmarks");
  witness_case_free(&c);
  c = large(BF_WITNESS_WEAK, 2000, 60, 3, 10, false);
  c.options.step = cancel;
  for (uint64_t at = 0; at < 60; at += at < 20 ? 1 : 7) { /* in lists, in each dimension, and between */
    uint64_t left = at;
    c.options.context = &left;
    assert_fails(&c, BF_CANCELLED, NULL);
  }
  c.options.step = NULL;
  c.options.limit_dimension = 21;
  assert_fails(&c, BF_INVALID, "up to dimension 20");
  c.options.limit_dimension = 1;
  c.options.alpha_square = -1;
  assert_fails(&c, BF_INVALID, "negative");
  c.options.alpha_square = 0;
  c.landmarks.id[50] = c.landmarks.id[3];
  assert_fails(&c, BF_BAD_INPUT, "the landmarks 3 and 50, counted from 0, both have the id 4294967286");
  c.landmarks.dim = 2;
  assert_fails(&c, BF_BAD_INPUT, "2 coordinates and the points 3");
  c.landmarks.dim = 3;
  witness_case_free(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(definitions), cmocka_unit_test(wide_keys),      cmocka_unit_test(indifference),
                                     cmocka_unit_test(large_sets),  cmocka_unit_test(many_landmarks), cmocka_unit_test(cover),
                                     cmocka_unit_test(empty),       cmocka_unit_test(errors)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
