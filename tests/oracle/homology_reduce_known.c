/* Known homology of small triangulations, as explicit simplices: A. Hatcher, Algebraic Topology (2002), section 2.2. */
#include "reduce/reduce.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 4000, DIM = 7 };

/* ---- a complex: simplices of rising vertices, each once ---- */

typedef struct simplex {
  uint32_t dim, vertex[DIM + 1];
} simplex;

static simplex list[MOST];
static uint32_t n;

static int compare(const void *x, const void *y) {
  const simplex *a = x, *b = y;
  if (a->dim != b->dim) return a->dim < b->dim ? -1 : 1;
  for (uint32_t i = 0; i <= a->dim; i++)
    if (a->vertex[i] != b->vertex[i]) return a->vertex[i] < b->vertex[i] ? -1 : 1;
  return 0;
}

static int rising(const void *x, const void *y) {
  const uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
  return a < b ? -1 : a > b;
}

/* Adds a simplex with its faces. */
static void add(const uint32_t *vertex, uint32_t count) {
  uint32_t v[DIM + 1];
  memcpy(v, vertex, count * sizeof *v);
  qsort(v, count, sizeof *v, rising);
  for (uint32_t set = 1; set < 1u << count; set++) {
    simplex s = {.dim = (uint32_t)__builtin_popcount(set) - 1};
    for (uint32_t i = 0, k = 0; i < count; i++)
      if (set >> i & 1) s.vertex[k++] = v[i];
    assert_true(n < MOST);
    list[n++] = s;
  }
}

static void triangle(uint32_t a, uint32_t b, uint32_t c) {
  assert_true(a != b && b != c && a != c);
  add((uint32_t[]){a, b, c}, 3);
}

static void tidy(void) {
  uint32_t kept = 0;
  qsort(list, n, sizeof *list, compare);
  for (uint32_t i = 0; i < n; i++)
    if (i == 0 || compare(&list[kept - 1], &list[i]) != 0) list[kept++] = list[i];
  n = kept;
}

/* ---- its Betti numbers ---- */

/* All the same with seed 0, else a random number for each vertex, summed up: more vertices, a larger value. */
static double value_of(const simplex *s, uint64_t seed) {
  double sum = 0;
  for (uint32_t i = 0; i <= s->dim; i++) sum += seed ? bf_random_uniform(seed, s->vertex[i]) : 0;
  return sum;
}

static void check(const char *what, uint32_t modulus, uint32_t max_dim, const uint64_t *betti) {
  uint64_t *first = malloc((n + 1) * sizeof *first);
  uint32_t *vertex = malloc((size_t)n * (DIM + 1) * sizeof *vertex);
  double *value = malloc(n * sizeof *value);
  bf_filtration f = {BF_VALUE, INFINITY, BF_NOT_CUT, n, first, vertex, value};
  for (uint64_t seed = 0; seed < 3; seed++) {
    first[0] = 0;
    for (uint32_t i = 0; i < n; i++) {
      memcpy(vertex + first[i], list[i].vertex, (list[i].dim + 1) * sizeof *vertex);
      first[i + 1] = first[i] + list[i].dim + 1;
      value[i] = value_of(&list[i], seed);
    }
    for (bf_reduce_method method = BF_REDUCE_COHOMOLOGY; method <= BF_REDUCE_TWIST; method++) {
      uint64_t found[DIM + 1] = {0};
      bf_diagram d;
      if (bf_reduce_barcode(&f, &(bf_reduce_options){.max_dim = BF_REDUCE_SOUND, .modulus = modulus, .method = method}, &d) != BF_OK)
        fail_msg("%s", bf_error());
      assert_int_equal(d.max_dim, max_dim);
      for (uint64_t i = 0; i < d.n; i++) found[d.dim[i]] += d.death[i] == INFINITY;
      if (seed == 0) assert_int_equal(d.n, found[0] + found[1] + found[2] + found[3] + found[4] + found[5] + found[6]);
      for (uint32_t k = 0; k <= max_dim; k++)
        if (found[k] != betti[k])
          fail_msg("%s over Z/%u: Betti number %llu in dimension %u, expected %llu", what, modulus, (unsigned long long)found[k], k,
                   (unsigned long long)betti[k]);
      bf_diagram_free(&d);
    }
  }
  bf_filtration_free(&f);
}

static const uint32_t primes[] = {2, 3, 5, 7, 11, 65521};
enum { PRIMES = sizeof primes / sizeof *primes };

static void projective_plane(void **state) {
  static const uint8_t face[10][3] = {{0, 1, 2}, {0, 2, 3}, {0, 3, 4}, {0, 4, 5}, {0, 1, 5}, {1, 2, 4}, {2, 3, 5}, {1, 3, 4}, {2, 4, 5}, {1, 3, 5}};
  (void)state;
  n = 0;
  for (int i = 0; i < 10; i++) triangle(face[i][0], face[i][1], face[i][2]);
  tidy();
  for (int p = 0; p < PRIMES; p++) check("projective plane", primes[p], 2, primes[p] == 2 ? (uint64_t[]){1, 1, 1} : (uint64_t[]){1, 0, 0});
}

/* A grid of a × b squares, each cut in two, its right side glued to the left, its upper side to the lower, turned over with `flip`. */
static uint32_t grid_vertex(uint32_t i, uint32_t j, uint32_t a, uint32_t b, bool flip) {
  if (j == b) i = flip ? 2 * a - i : i, j = 0;
  return i % a + a * j;
}

static void surface(uint32_t a, uint32_t b, bool flip) {
  n = 0;
  for (uint32_t i = 0; i < a; i++) {
    for (uint32_t j = 0; j < b; j++) {
      const uint32_t p = grid_vertex(i, j, a, b, flip), q = grid_vertex(i + 1, j, a, b, flip), r = grid_vertex(i, j + 1, a, b, flip),
                     s = grid_vertex(i + 1, j + 1, a, b, flip);
      triangle(p, q, s);
      triangle(p, r, s);
    }
  }
  tidy();
  assert_int_equal(n, 6 * a * b); /* so nothing was glued that should not */
}

static void surfaces(void **state) {
  (void)state;
  for (int p = 0; p < PRIMES; p++) {
    surface(4, 5, false);
    check("torus", primes[p], 2, (uint64_t[]){1, 2, 1});
    surface(5, 4, true);
    check("Klein bottle", primes[p], 2, primes[p] == 2 ? (uint64_t[]){1, 2, 1} : (uint64_t[]){1, 1, 0});
  }
}

/* A disc whose edge runs m times around a circle of three vertices: first homology Z/m. */
static void moore_spaces(void **state) {
  (void)state;
  for (uint32_t m = 2; m < 12; m++) {
    const uint32_t k = 3 * m;
    n = 0;
    for (uint32_t i = 0; i < k; i++) {
      const uint32_t a = i % 3, b = (i + 1) % 3, inner = 3 + i, next = 3 + (i + 1) % k;
      triangle(a, b, inner);
      triangle(b, inner, next);
      triangle(inner, next, 3 + k);
    }
    tidy();
    for (int p = 0; p < PRIMES; p++) check("Moore space", primes[p], 2, m % primes[p] == 0 ? (uint64_t[]){1, 1, 1} : (uint64_t[]){1, 0, 0});
  }
}

/* The boundary of a simplex, the simplex itself, and two spheres that share a vertex. */
static void spheres(void **state) {
  static const uint32_t vertex[DIM + 1] = {0, 1, 2, 3, 4, 5, 6, 7};
  (void)state;
  for (uint32_t d = 1; d < DIM; d++) {
    uint64_t betti[DIM + 1] = {1};
    n = 0;
    for (uint32_t without = 0; without < d + 2; without++) {
      uint32_t v[DIM + 1] = {0}, k = 0;
      for (uint32_t i = 0; i < d + 2; i++)
        if (i != without) v[k++] = vertex[i];
      add(v, k);
    }
    tidy();
    betti[d] = 1;
    for (int p = 0; p < 3; p++) check("sphere", primes[p], d, betti);
    const uint32_t half = n;
    for (uint32_t i = 0; i < half; i++) {
      simplex s = list[i];
      for (uint32_t k = 0; k <= s.dim; k++)
        if (s.vertex[k]) s.vertex[k] += 100;
      list[n++] = s;
    }
    tidy();
    betti[d] = 2;
    check("two spheres", 3, d, betti);
    n = 0;
    add(vertex, d + 1);
    tidy();
    betti[d] = 0;
    for (int p = 0; p < 3; p++) check("simplex", primes[p], d, betti);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(projective_plane), cmocka_unit_test(surfaces), cmocka_unit_test(moore_spaces), cmocka_unit_test(spheres)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
