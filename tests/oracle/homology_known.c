/* Known homology of small triangulated spaces, as flag complexes and as metrics, on every path of the engine.
 *
 * The order complex of the cells of a regular complex is flag and has its homology: vertices are cells, edges join a cell with its faces (barycentric
 * subdivision). Where a group acts on the cells and no cell is a face of two cells of one orbit, the same holds of the orbits and the quotient space. So
 * spheres, projective and lens spaces come from joins of circles or point pairs, tori and the Klein bottle from products of circles. The homology: A. Hatcher,
 * Algebraic Topology (2002), examples 2.42 and 2.43 and section 2.1.
 */
#include "flag_ways.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { COORDINATES = 5, CELLS = 2100, WHY = 400, DIMS = 7 };

/* ---- spaces ---- */

/* A circle of `length` half-steps: vertices at even, edges at odd places. A step of 2 leaves the edges out: length 4 gives two points. The group's generator
 * takes place x to sign · x + shift. */
typedef struct circle {
  int length, step, sign, shift;
} circle;

typedef struct space {
  const char *name;
  bool join; /* of the circles; else their product */
  int order; /* of the group */
  circle of[COORDINATES];
  uint32_t torsion;                          /* a prime, or 0 */
  uint64_t betti[DIMS], torsion_betti[DIMS]; /* over Z/p for p other than the torsion, and for that */
} space;

#define POINTS(shift)                                                                                                                                          \
  { 4, 2, 1, shift }
#define CIRCLE(vertices, shift)                                                                                                                                \
  { 2 * (vertices), 1, 1, 2 * (shift) }

static const space spaces[] = {
    {"circle", true, 1, {CIRCLE(5, 0)}, 0, {1, 1}, {0}},
    {"sphere S^2", true, 1, {POINTS(0), POINTS(0), POINTS(0)}, 0, {1, 0, 1}, {0}},
    {"sphere S^3", true, 1, {CIRCLE(4, 0), CIRCLE(3, 0)}, 0, {1, 0, 0, 1}, {0}},
    {"torus", false, 1, {CIRCLE(4, 0), CIRCLE(3, 0)}, 0, {1, 2, 1}, {0}},
    {"torus of dimension 3", false, 1, {CIRCLE(3, 0), CIRCLE(3, 0), CIRCLE(3, 0)}, 0, {1, 3, 3, 1}, {0}},
    {"Klein bottle", false, 2, {CIRCLE(6, 3), {6, 1, -1, 0}}, 2, {1, 1, 0}, {1, 2, 1}},
    {"projective plane", true, 2, {POINTS(2), POINTS(2), POINTS(2)}, 2, {1, 0, 0}, {1, 1, 1}},
    {"projective space RP^3", true, 2, {POINTS(2), POINTS(2), POINTS(2), POINTS(2)}, 2, {1, 0, 0, 1}, {1, 1, 1, 1}},
    {"projective space RP^4", true, 2, {POINTS(2), POINTS(2), POINTS(2), POINTS(2), POINTS(2)}, 2, {1, 0, 0, 0, 0}, {1, 1, 1, 1, 1}},
    {"lens space L(3,1)", true, 3, {CIRCLE(6, 2), CIRCLE(6, 2)}, 3, {1, 0, 0, 1}, {1, 1, 1, 1}},
    {"lens space L(5,2)", true, 5, {CIRCLE(10, 2), CIRCLE(10, 4)}, 5, {1, 0, 0, 1}, {1, 1, 1, 1}},
    {"lens space L(11,3)", true, 11, {CIRCLE(22, 2), CIRCLE(22, 6)}, 11, {1, 0, 0, 1}, {1, 1, 1, 1}},
};
enum { SPACES = sizeof spaces / sizeof *spaces, NOWHERE = -1 };

typedef struct cell {
  int at[COORDINATES]; /* NOWHERE: the join's cell has no part of this circle */
} cell;

static const cell *turn(const space *s, cell *x) {
  for (int k = 0; k < COORDINATES && s->of[k].length; k++)
    if (x->at[k] != NOWHERE) x->at[k] = (s->of[k].sign * x->at[k] + s->of[k].shift + s->of[k].length) % s->of[k].length;
  return x;
}

static bool is_face(const space *s, const cell *x, const cell *y) {
  for (int k = 0; k < COORDINATES && s->of[k].length; k++) {
    int a = x->at[k], b = y->at[k], length = s->of[k].length;
    if (a == NOWHERE || a == b) continue;
    if (b == NOWHERE || b % 2 == 0 || ((b + 1) % length != a && b - 1 != a)) return false;
  }
  return true;
}

/* Whether a cell is the first of its orbit. */
static bool is_first(const space *s, cell x) {
  cell other = x;
  for (int g = 1; g < s->order; g++)
    if (memcmp(turn(s, &other), &x, sizeof x) < 0) return false;
  return true;
}

/* One cell of each orbit, as numbers in mixed base count up. */
static uint32_t list_cells(const space *s, cell *out) {
  uint32_t n = 0;
  cell x = {{0}};
  int k = 0;
  for (int i = 0; i < COORDINATES && s->of[i].length; i++) x.at[i] = s->join ? NOWHERE : 0;
  if (s->join) x.at[0] = 0; /* not the empty cell */
  do {
    assert_true(n < CELLS);
    if (is_first(s, x)) out[n++] = x;
    for (k = 0; k < COORDINATES && s->of[k].length; k++) {
      x.at[k] += x.at[k] == NOWHERE ? 1 : s->of[k].step;
      if (x.at[k] < s->of[k].length) break;
      x.at[k] = s->join ? NOWHERE : 0;
    }
  } while (k < COORDINATES && s->of[k].length);
  return n;
}

static flag_case build(const space *s) {
  static cell cells[CELLS];
  flag_case c = flag_case_new(list_cells(s, cells));
  snprintf(c.kind, sizeof c.kind, "%s", s->name);
  for (uint32_t i = 0; i < c.n; i++) {
    cell y = cells[i];
    for (int g = 0; g < s->order; g++, turn(s, &y))
      for (uint32_t j = 0; j < c.n; j++)
        if (i != j && is_face(s, &cells[j], &y)) flag_case_join(&c, i, j, 1);
  }
  return c;
}

/* ---- checks ---- */

static const uint64_t *betti_over(const space *s, uint32_t modulus) { return modulus == s->torsion ? s->torsion_betti : s->betti; }

static uint32_t dimension(const space *s) {
  uint32_t d = DIMS - 1;
  while (d > 0 && !s->betti[d] && !s->torsion_betti[d]) d--;
  return d;
}

/* All edges have weight 1; with `metric` all other pairs are joined at 2, where the complex becomes a simplex. */
static void check(const flag_case *c, flag_ways ways, bool metric, const uint64_t *betti) {
  char why[WHY];
  bf_barcode b;
  bf_interval *expected = calloc(c->n + 1000, sizeof *expected);
  uint64_t wanted[3 * DIMS] = {0};
  size_t n = 0;
  float end = metric ? 2 : INFINITY;
  for (uint32_t v = 0; v < c->n; v++) expected[n++] = (bf_interval){.death = metric ? v ? 1 : INFINITY : v < betti[0] ? INFINITY : 1};
  for (uint32_t d = 1; d <= c->max_dim; d++)
    for (uint64_t i = 0; i < betti[d]; i++) expected[n++] = (bf_interval){.dim = d, .birth = 1, .death = end};
  flag_sort(expected, n);
  if (!flag_ways_barcode(c, ways, &b, why, WHY) || !flag_same(b.at, b.n, expected, n, why, WHY)) fail_msg("%s over Z/%u: %s", c->kind, c->modulus, why);
  for (uint32_t d = 0; d <= c->max_dim; d++) {
    wanted[d] = d ? 0 : c->n;
    wanted[c->max_dim + 1 + d] = betti[d];
    wanted[2 * c->max_dim + 2 + d] = metric ? d == 0 : betti[d];
  }
  if (!flag_ways_betti(c, ways, (float[]){0.5f, 1, 2}, 3, wanted, why, WHY)) fail_msg("%s over Z/%u: %s", c->kind, c->modulus, why);
  free(expected);
  bf_barcode_free(&b);
}

static const uint32_t primes[] = {2, 3, 5, 11, 65521};
enum { PRIMES = sizeof primes / sizeof *primes };

static void flag_complexes(void **state) {
  (void)state;
  for (int i = 0; i < SPACES; i++) {
    flag_case c = build(&spaces[i]);
    c.max_dim = dimension(&spaces[i]) + 1;
    for (int p = 0; p < PRIMES; p++) {
      c.modulus = primes[p];
      check(&c, c.n < 100 && p < 2 ? FLAG_WAYS_ALL : FLAG_WAYS_FEW, false, betti_over(&spaces[i], c.modulus));
    }
    flag_case_free(&c);
  }
}

/* The subdivisions with distances 1 and 2, a metric. */
static void metrics(void **state) {
  (void)state;
  for (int i = 0; i < SPACES; i++) {
    flag_case c = build(&spaces[i]);
    c.max_dim = dimension(&spaces[i]);
    for (uint32_t u = 0; u < c.n; u++)
      for (uint32_t v = 0; v < u; v++)
        if (flag_case_weight(&c, u, v) == INFINITY) flag_case_join(&c, u, v, 2);
    for (int p = 0; p < 3 && c.n <= (c.max_dim < 3 ? 60u : 20u); p++) {
      c.modulus = primes[p];
      check(&c, FLAG_WAYS_FEW, true, betti_over(&spaces[i], c.modulus));
    }
    flag_case_free(&c);
  }
}

/* Spaces side by side, or all through one point (a wedge), and three isolated vertices. */
static void together(bool wedge, uint32_t modulus) {
  enum { FIRST = 0, LAST = 9 };
  flag_case part[SPACES], c;
  uint64_t betti[DIMS] = {3};
  uint32_t n = 3 + wedge;
  for (int i = FIRST; i <= LAST; i++) {
    part[i] = build(&spaces[i]);
    n += part[i].n - wedge;
    for (int d = 0; d < DIMS; d++) betti[d] += betti_over(&spaces[i], modulus)[d];
  }
  if (wedge) betti[0] = 4;
  c = flag_case_new(n);
  snprintf(c.kind, sizeof c.kind, wedge ? "a wedge" : "a disjoint union");
  uint32_t at = wedge;
  for (int i = FIRST; i <= LAST; i++) {
    for (uint32_t u = 0; u < part[i].n; u++)
      for (uint32_t v = 0; v < u; v++)
        if (flag_case_weight(&part[i], u, v) < INFINITY) flag_case_join(&c, at + u - wedge, wedge && v == 0 ? 0 : at + v - wedge, 1);
    at += part[i].n - wedge;
    flag_case_free(&part[i]);
  }
  c.max_dim = 4;
  c.modulus = modulus;
  check(&c, FLAG_WAYS_FEW, false, betti);
  flag_case_free(&c);
}

static void unions_and_wedges(void **state) {
  (void)state;
  for (int p = 0; p < PRIMES; p++) {
    together(true, primes[p]);
    together(false, primes[p]);
  }
}

/* The cross-polytope is flag as it is: a sphere of dimension d on d+1 pairs; its pairs at distance 2. */
static void cross_polytopes(void **state) {
  (void)state;
  for (uint32_t d = 0; d < 5; d++) {
    flag_case c = flag_case_new(2 * d + 2);
    uint64_t betti[DIMS] = {1};
    snprintf(c.kind, sizeof c.kind, "cross-polytope of dimension %u", d + 1);
    c.max_dim = d + 1;
    betti[d]++;
    for (uint32_t i = 0; i < c.n; i++)
      for (uint32_t j = 0; j < i; j++)
        if (j / 2 != i / 2) flag_case_join(&c, i, j, 1);
    for (c.modulus = 2; c.modulus < 4; c.modulus++) check(&c, FLAG_WAYS_ALL, false, betti);
    for (uint32_t i = 0; i < c.n; i += 2) flag_case_join(&c, i, i + 1, 2);
    if (d) /* else distance 1 is nowhere */
      for (c.modulus = 2; c.modulus < 4; c.modulus++) check(&c, FLAG_WAYS_ALL, true, betti);
    flag_case_free(&c);
  }
}

/* Barycentric subdivisions of triangulations with the fewest vertices: 6 for the projective plane, 7 for the torus. */
static void from_triangles(const char *name, const uint8_t (*face)[3], uint32_t nface, uint32_t vertices, const uint64_t *over_2, const uint64_t *over_3) {
  uint32_t set[128], n = 0;
  for (uint32_t bits = 1; bits < 1u << vertices; bits++) {
    bool inside = false;
    for (uint32_t f = 0; f < nface; f++) inside = inside || !(bits & ~(1u << face[f][0] | 1u << face[f][1] | 1u << face[f][2]));
    if (inside) set[n++] = bits;
  }
  flag_case c = flag_case_new(n);
  snprintf(c.kind, sizeof c.kind, "%s", name);
  c.max_dim = 2;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = i + 1; j < n; j++)
      if ((set[i] & set[j]) == set[i] || (set[i] & set[j]) == set[j]) flag_case_join(&c, i, j, 1);
  check(&c, FLAG_WAYS_ALL, false, over_2);
  c.modulus = 3;
  check(&c, FLAG_WAYS_ALL, false, over_3);
  flag_case_free(&c);
}

static void minimal_triangulations(void **state) {
  static const uint8_t plane[10][3] = {{0, 1, 2}, {0, 2, 3}, {0, 3, 4}, {0, 4, 5}, {0, 1, 5}, {1, 2, 4}, {2, 3, 5}, {1, 3, 4}, {2, 4, 5}, {1, 3, 5}};
  uint8_t torus[14][3];
  (void)state;
  for (size_t i = 0; i < 7; i++) {
    memcpy(torus[2 * i], (uint8_t[]){(uint8_t)i, (uint8_t)((i + 1) % 7), (uint8_t)((i + 3) % 7)}, 3);
    memcpy(torus[2 * i + 1], (uint8_t[]){(uint8_t)i, (uint8_t)((i + 2) % 7), (uint8_t)((i + 3) % 7)}, 3);
  }
  from_triangles("projective plane on 6 vertices", plane, 10, 6, (uint64_t[DIMS]){1, 1, 1}, (uint64_t[DIMS]){1, 0, 0});
  from_triangles("torus on 7 vertices", torus, 14, 7, (uint64_t[DIMS]){1, 2, 1}, (uint64_t[DIMS]){1, 2, 1});
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(flag_complexes), cmocka_unit_test(metrics), cmocka_unit_test(unions_and_wedges),
                                     cmocka_unit_test(cross_polytopes), cmocka_unit_test(minimal_triangulations)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
