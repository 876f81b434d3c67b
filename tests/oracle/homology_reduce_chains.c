/* Cocycles and cycles of bf_reduce_barcode against what docs/homology.md says they are, by linear algebra over Z/p in every complex K_t of small filtrations
 * that need not be flag. */
#include "explicit.h"
#include "reduce/reduce.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { CELLS = 64 }; /* 6 vertices */

static explicit_case c; /* the filtration at hand */
static uint32_t modulus, max_dim;
static int place[EXPLICIT_CELLS];

typedef struct vector { /* a chain or a cochain: a coefficient for each cell */
  uint32_t at[CELLS];
} vector;

static uint32_t dim_of(uint32_t cell) { return explicit_dim(c.set[cell]); }

/* The coefficient of the facet without vertex v. */
static uint32_t sign(uint32_t set, uint32_t v) { return __builtin_popcount(set & ((1u << v) - 1)) & 1 ? modulus - 1 : 1; }

static vector boundary_of(uint32_t cell) {
  vector b = {{0}};
  const uint32_t set = c.set[cell];
  for (uint32_t v = 0; v < EXPLICIT_VERTICES && dim_of(cell) > 0; v++)
    if (set >> v & 1) b.at[place[set ^ 1u << v]] = sign(set, v);
  return b;
}

static vector coboundary_of(uint32_t cell) {
  vector b = {{0}};
  for (uint32_t v = 0; v < EXPLICIT_VERTICES; v++) {
    const uint32_t set = c.set[cell] | 1u << v;
    if (set != c.set[cell] && place[set] >= 0) b.at[place[set]] = sign(set, v);
  }
  return b;
}

static void add(vector *to, const vector *from, uint32_t factor) {
  for (uint32_t i = 0; i < c.n; i++) to->at[i] = (to->at[i] + factor * from->at[i]) % modulus;
}

static bool is_zero(const vector *v) {
  for (uint32_t i = 0; i < c.n; i++)
    if (v->at[i]) return false;
  return true;
}

/* What v is in K_t, as a cochain. */
static vector cut(vector v, double t) {
  for (uint32_t i = 0; i < c.n; i++)
    if (c.value[i] > t) v.at[i] = 0;
  return v;
}

/* A space in echelon form: with[i] begins with 1, at i. */
typedef struct space {
  uint32_t rank;
  bool has[CELLS];
  vector with[CELLS];
} space;

static vector remainder_of(const space *s, vector v) {
  for (uint32_t i = 0; i < c.n; i++)
    if (v.at[i] && s->has[i]) add(&v, &s->with[i], modulus - v.at[i]);
  return v;
}

static bool extend(space *s, vector v) { /* false: v was in it */
  v = remainder_of(s, v);
  for (uint32_t i = 0; i < c.n; i++) {
    if (!v.at[i]) continue;
    uint32_t inverse = 1;
    while (inverse * v.at[i] % modulus != 1) inverse++;
    for (uint32_t k = 0; k < c.n; k++) v.at[k] = v.at[k] * inverse % modulus;
    s->has[i] = true;
    s->with[i] = v;
    s->rank++;
    return true;
  }
  return false;
}

static space boundaries(uint32_t dim, double t) { /* of the cells of that dimension in K_t */
  space s = {0};
  for (uint32_t i = 0; i < c.n && c.value[i] <= t; i++)
    if (dim_of(i) == dim) extend(&s, boundary_of(i));
  return s;
}

static space coboundaries(uint32_t dim, double t) {
  space s = {0};
  for (uint32_t i = 0; i < c.n && c.value[i] <= t && dim != UINT32_MAX; i++)
    if (dim_of(i) == dim) extend(&s, cut(coboundary_of(i), t));
  return s;
}

/* ---- what is said of one interval ---- */

typedef struct said {
  uint32_t birth; /* cell */
  vector chain;
} said;

/* The terms name cells of the right dimension, each once, the birth simplex first and with coefficient 1; in the order of the filtration or against it. */
static said read_chain(const bf_diagram *d, uint64_t i, const uint32_t *birth, const uint32_t *vertex) {
  const bool cycles = d->representatives == BF_CYCLES;
  const uint32_t count = d->dim[i] + 1;
  said s = {(uint32_t)place[explicit_set(&c, birth, count)], {{0}}};
  uint32_t before = 0;
  for (uint64_t k = d->first[i]; k < d->first[i + 1]; k++, vertex += count) {
    const int cell = place[explicit_set(&c, vertex, count)];
    assert_true(cell >= 0 && d->coefficient[k] > 0 && d->coefficient[k] < modulus);
    if (k == d->first[i])
      assert_true((uint32_t)cell == s.birth && d->coefficient[k] == 1);
    else if (cycles)
      assert_true((uint32_t)cell < before);
    else
      assert_true((uint32_t)cell > s.birth && s.chain.at[cell] == 0);
    before = (uint32_t)cell;
    s.chain.at[cell] = d->coefficient[k];
  }
  assert_true(d->first[i + 1] > d->first[i] && c.value[s.birth] == d->birth[i]);
  return s;
}

/* The coboundary is zero in K_t before death, and is not from then on. */
static void check_cocycle(const said *s, double death) {
  vector coboundary = {{0}};
  double first = INFINITY;
  for (uint32_t i = 0; i < c.n; i++) {
    if (!s->chain.at[i]) continue;
    const vector b = coboundary_of(i);
    add(&coboundary, &b, s->chain.at[i]);
  }
  for (uint32_t i = c.n; i-- > 0;)
    if (coboundary.at[i]) first = c.value[i];
  assert_true(first == death);
}

static void check_cycle(const said *s) {
  vector boundary = {{0}};
  for (uint32_t i = 0; i < c.n; i++) {
    if (!s->chain.at[i]) continue;
    const vector b = boundary_of(i);
    add(&boundary, &b, s->chain.at[i]);
  }
  assert_true(is_zero(&boundary));
}

/* At t: cycles bound from their death on and not before; those of one dimension alive are a basis of homology, or cohomology. */
static void check_at(const bf_diagram *d, const said *s, uint32_t dim, double t) {
  const bool cycles = d->representatives == BF_CYCLES;
  const space bounding = boundaries(dim + 1, t), lower = boundaries(dim, t);
  space classes = cycles ? bounding : coboundaries(dim - 1, t);
  uint32_t alive = 0, cells = 0;
  for (uint32_t i = 0; i < c.n && c.value[i] <= t; i++) cells += dim_of(i) == dim;
  for (uint64_t i = 0; i < d->n; i++) {
    if (d->dim[i] != dim || d->birth[i] > t) continue;
    if (cycles) {
      const vector rest = remainder_of(&bounding, s[i].chain);
      assert_int_equal(is_zero(&rest), d->death[i] <= t);
    }
    if (d->death[i] <= t) continue;
    assert_true(extend(&classes, cut(s[i].chain, t)));
    alive++;
  }
  assert_int_equal(alive, cells - lower.rank - bounding.rank);
}

static uint64_t long_chains, essential_chains;

static void check(const bf_diagram *d) {
  static said s[CELLS];
  const uint32_t *birth = d->birth_simplex, *vertex = d->vertex;
  assert_true(d->n <= CELLS);
  for (uint64_t i = 0; i < d->n; i++) {
    s[i] = read_chain(d, i, birth, vertex);
    if (d->representatives == BF_CYCLES)
      check_cycle(&s[i]);
    else
      check_cocycle(&s[i], d->death[i]);
    birth += d->dim[i] + 1;
    vertex += (d->first[i + 1] - d->first[i]) * (d->dim[i] + 1);
    long_chains += d->dim[i] > 0 && d->first[i + 1] - d->first[i] > 2;
    essential_chains += d->dim[i] > 0 && d->death[i] == INFINITY;
  }
  for (uint32_t dim = 0; dim <= max_dim; dim++)
    for (uint32_t i = 0; i < c.n; i++)
      if (i + 1 == c.n || c.value[i + 1] > c.value[i]) check_at(d, s, dim, c.value[i]);
}

static void check_case(uint64_t seed) {
  memset(place, 0xff, sizeof place);
  for (uint32_t i = 0; i < c.n; i++) place[c.set[i]] = (int)i;
  bf_filtration f = explicit_filtration(&c, EXPLICIT_SHUFFLED, seed);
  for (bf_representatives kind = BF_COCYCLES; kind <= BF_CYCLES; kind++) {
    bf_diagram d;
    const bf_reduce_options o = {.max_dim = max_dim, .modulus = modulus, .simplices = true, .representatives = kind};
    if (bf_reduce_barcode(&f, &o, &d) != BF_OK) fail_msg("%s", bf_error());
    check(&d);
    bf_diagram_free(&d);
  }
  bf_filtration_free(&f);
}

static void random_filtrations(void **state) {
  static const uint32_t primes[] = {2, 3, 11};
  (void)state;
  for (uint64_t i = 0; i < 3000; i++) {
    c = explicit_random(3, i, i < 1000 ? 5 : 6, true);
    modulus = primes[i % 3];
    max_dim = (uint32_t)(i % 4);
    check_case(i);
  }
  printf("above dimension 0: %llu chains of more than two terms, %llu essential\n", (unsigned long long)long_chains, (unsigned long long)essential_chains);
  assert_true(long_chains > 100 && essential_chains > 50); /* the cases are not trivial */
}

/* Circles and spheres of several simplices, born one by one, never filled. */
static void essential_classes(void **state) {
  static const uint32_t circle[] = {3, 6, 12, 24, 48, 33}, theta[] = {3, 6, 12, 9, 5}, sphere[] = {7, 11, 13, 14}, two[] = {7, 11, 13, 14, 19, 21, 22};
  static const struct {
    const uint32_t *set;
    uint32_t n;
  } spaces[] = {{circle, 6}, {theta, 5}, {sphere, 4}, {two, 7}};
  (void)state;
  for (int i = 0; i < 4; i++) {
    for (modulus = 2; modulus < 12; modulus += modulus == 3 ? 8 : 1) {
      c = explicit_closure(spaces[i].set, spaces[i].n, 0);
      for (uint32_t k = 0; k < c.n; k++) c.value[k] = k * 0.5;
      max_dim = 2;
      check_case(1);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_filtrations), cmocka_unit_test(essential_classes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
