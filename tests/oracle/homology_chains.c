/* Birth and death simplices, cocycles and cycles against their definitions, by linear algebra over Z/p in every complex K_t of small filtrations. */
#include "flag/flag.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 8, SETS = 1 << MOST, CELLS = 70, SCALES = 32 }; /* at most 8 vertices: a simplex is a set of bits, at most 70 have one dimension */

static uint64_t draws;
static double uniform(void) { return bf_random_uniform(2, draws++); }
static uint32_t below(uint32_t n) { return (uint32_t)bf_random_below(2, draws++, n); }

/* The filtration. */
static uint32_t n, max_dim, modulus;
static float threshold, weight[MOST][MOST]; /* INFINITY: no edge */
static float diameter[SETS];
static int ncell[MOST + 1], cell[MOST + 1][CELLS], position[SETS]; /* the cells of each dimension by diameter, and where a cell is among them */
static float scale[SCALES];
static int nscale;

static bool in_filtration(uint32_t set) { return diameter[set] <= threshold && diameter[set] < INFINITY; }

static int by_diameter(const void *x, const void *y) {
  float a = diameter[*(const int *)x], b = diameter[*(const int *)y];
  return (a > b) - (a < b);
}

static int by_size(const void *x, const void *y) {
  float a = *(const float *)x, b = *(const float *)y;
  return (a > b) - (a < b);
}

static void list_cells(void) {
  memset(ncell, 0, sizeof ncell);
  nscale = 0;
  scale[nscale++] = 0;
  for (uint32_t set = 1; set < 1u << n; set++) {
    diameter[set] = 0;
    for (uint32_t i = 0; i < n; i++)
      for (uint32_t j = 0; j < i; j++)
        if (set >> i & 1 && set >> j & 1 && weight[i][j] > diameter[set]) diameter[set] = weight[i][j];
    if (!in_filtration(set)) continue;
    int dim = __builtin_popcount(set) - 1;
    cell[dim][ncell[dim]++] = (int)set;
    if (dim == 1) scale[nscale++] = diameter[set];
  }
  for (int dim = 0; dim < MOST; dim++) {
    qsort(cell[dim], (size_t)ncell[dim], sizeof **cell, by_diameter);
    for (int i = 0; i < ncell[dim]; i++) position[cell[dim][i]] = i;
  }
  qsort(scale, (size_t)nscale, sizeof *scale, by_size);
}

/* How many cells of the dimension are in K_t: a prefix of the list. */
static int cells_until(int dim, float t) {
  int k = 0;
  while (dim >= 0 && k < ncell[dim] && diameter[cell[dim][k]] <= t) k++;
  return k;
}

/* Chains and cochains of one dimension. */
typedef struct vector {
  uint32_t at[CELLS];
} vector;

/* The coefficient of the facet without vertex v in the boundary of a cell. */
static uint32_t sign(uint32_t set, uint32_t v) { return __builtin_popcount(set & ((1u << v) - 1)) & 1 ? modulus - 1 : 1; }

static vector boundary_of(int dim, int i) {
  vector b = {0};
  uint32_t set = (uint32_t)cell[dim][i];
  for (uint32_t v = 0; dim > 0 && v < n; v++)
    if (set >> v & 1) b.at[position[set ^ 1u << v]] = sign(set, v);
  return b;
}

static vector coboundary_of(int dim, int i) {
  vector b = {0};
  uint32_t set = (uint32_t)cell[dim][i];
  for (uint32_t v = 0; v < n; v++) {
    uint32_t larger = set | 1u << v;
    if (larger != set && in_filtration(larger)) b.at[position[larger]] = sign(larger, v);
  }
  return b;
}

static void add(vector *to, const vector *from, uint32_t factor) {
  for (int i = 0; i < CELLS; i++) to->at[i] = (to->at[i] + factor * from->at[i]) % modulus;
}

static bool is_zero(const vector *v) {
  for (int i = 0; i < CELLS; i++)
    if (v->at[i]) return false;
  return true;
}

/* A space in echelon form. */
typedef struct space {
  int rank;
  bool has[CELLS];
  vector with[CELLS]; /* with[i]: its first entry is 1, at i */
} space;

static vector remainder_of(const space *s, vector v) {
  for (int i = 0; i < CELLS; i++)
    if (v.at[i] && s->has[i]) add(&v, &s->with[i], modulus - v.at[i]);
  return v;
}

static bool extend(space *s, vector v) { /* false: v was in it */
  v = remainder_of(s, v);
  for (int i = 0; i < CELLS; i++) {
    if (!v.at[i]) continue;
    uint32_t inverse = 1;
    while (inverse * v.at[i] % modulus != 1) inverse++;
    for (int k = 0; k < CELLS; k++) v.at[k] = v.at[k] * inverse % modulus;
    s->has[i] = true;
    s->with[i] = v;
    s->rank++;
    return true;
  }
  return false;
}

static space boundaries(int dim, float t) { /* of the cells of dimension dim in K_t */
  space s = {0};
  for (int i = 0; i < cells_until(dim, t); i++) extend(&s, boundary_of(dim, i));
  return s;
}

static vector cut(vector v, int dim, float t) {
  for (int i = cells_until(dim, t); i < CELLS; i++) v.at[i] = 0;
  return v;
}

static space coboundaries(int dim, float t) { /* of the cells of dimension dim in K_t */
  space s = {0};
  for (int i = 0; i < cells_until(dim, t); i++) extend(&s, cut(coboundary_of(dim, i), dim + 1, t));
  return s;
}

/* What the engine says. */
static uint32_t set_of(const bf_barcode *b, uint64_t first, uint32_t count) {
  uint32_t set = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t v = b->vertex[first + i];
    assert_true(first + i < b->nvertex && v < n && set >> v == 0); /* rising */
    set |= 1u << v;
  }
  return set;
}

static uint32_t birth_of(const bf_barcode *b, const bf_interval *i) { return set_of(b, i->simplex, i->dim + 1); }
static uint32_t death_of(const bf_barcode *b, const bf_interval *i) { return set_of(b, i->simplex + i->dim + 1, i->dim + 2); }

static vector chain_of(const bf_barcode *b, const bf_interval *interval, bf_chain chain) {
  vector v = {0};
  assert_true(chain.n > 0 && chain.first + chain.n <= b->nterm);
  for (uint64_t k = chain.first; k < chain.first + chain.n; k++) {
    uint32_t set = set_of(b, b->term[k].vertex, interval->dim + 1), coefficient = b->term[k].coefficient;
    assert_true(in_filtration(set) && coefficient > 0 && coefficient < modulus);
    assert_int_equal(v.at[position[set]], 0); /* each simplex once */
    v.at[position[set]] = coefficient;
  }
  assert_int_not_equal(v.at[position[birth_of(b, interval)]], 0);
  return v;
}

static void check_simplices(const bf_barcode *b, const bf_interval *i) {
  assert_true(diameter[birth_of(b, i)] == i->birth);
  if (i->death < INFINITY) assert_true(diameter[death_of(b, i)] == i->death);
}

/* Its oldest simplex enters at birth; the coboundary in K_t is not zero from death on. */
static void check_cocycle(const bf_barcode *b, const bf_interval *interval) {
  int dim = (int)interval->dim;
  vector z = chain_of(b, interval, interval->cocycle), coboundary = {0};
  float oldest = INFINITY, dies = INFINITY;
  for (int i = ncell[dim]; i-- > 0;) {
    if (!z.at[i]) continue;
    oldest = diameter[cell[dim][i]];
    vector d = coboundary_of(dim, i);
    add(&coboundary, &d, z.at[i]);
  }
  for (int i = ncell[dim + 1]; i-- > 0;)
    if (coboundary.at[i]) dies = diameter[cell[dim + 1][i]];
  assert_true(oldest == interval->birth && dies == interval->death);
}

/* Its youngest simplex enters at birth, its boundary is zero, and it bounds in K_t from death on. */
static void check_cycle(const bf_barcode *b, const bf_interval *interval, const space bounding[SCALES]) {
  int dim = (int)interval->dim;
  vector z = chain_of(b, interval, interval->cycle), boundary = {0};
  float youngest = 0;
  for (int i = 0; i < ncell[dim]; i++) {
    if (!z.at[i]) continue;
    youngest = diameter[cell[dim][i]];
    vector d = boundary_of(dim, i);
    add(&boundary, &d, z.at[i]);
  }
  assert_true(youngest == interval->birth && is_zero(&boundary));
  for (int t = 0; t < nscale; t++) {
    vector rest = remainder_of(&bounding[t], z);
    assert_int_equal(is_zero(&rest), scale[t] >= interval->death);
  }
}

static bool is_alive(const bf_interval *i, float t) { return i->birth <= t && t < i->death; }

/* Those of one dimension alive at scale[t] are independent in (co)homology, and as many as the Betti number. */
static void check_alive(const bf_barcode *b, int dim, float t, const space *bounding) {
  space cycles = *bounding, cocycles = coboundaries(dim - 1, t), lower = boundaries(dim, t);
  int alive = 0;
  for (size_t k = 0; k < b->n; k++) {
    const bf_interval *i = &b->at[k];
    if ((int)i->dim != dim || !is_alive(i, t)) continue;
    alive++;
    assert_true(extend(&cycles, chain_of(b, i, i->cycle)));
    assert_true(extend(&cocycles, cut(chain_of(b, i, i->cocycle), dim, t)));
  }
  assert_int_equal(alive, cells_until(dim, t) - lower.rank - bounding->rank);
}

static void check_chains(const bf_barcode *b) {
  static space bounding[SCALES];
  for (int dim = 0; dim <= (int)max_dim; dim++) {
    for (int t = 0; t < nscale; t++) bounding[t] = boundaries(dim + 1, scale[t]);
    for (size_t k = 0; k < b->n; k++) {
      if ((int)b->at[k].dim != dim) continue;
      check_simplices(b, &b->at[k]);
      check_cocycle(b, &b->at[k]);
      check_cycle(b, &b->at[k], bounding);
    }
    for (int t = 0; t < nscale; t++)
      if (t + 1 == nscale || scale[t + 1] > scale[t]) check_alive(b, dim, scale[t], &bounding[t]);
  }
}

static int compare(const bf_barcode *b, const bf_interval *x, const bf_interval *y) {
  if (x->dim != y->dim) return x->dim < y->dim ? -1 : 1;
  if (x->birth != y->birth) return x->birth < y->birth ? -1 : 1;
  if (x->death != y->death) return x->death < y->death ? -1 : 1;
  for (uint32_t i = 0; i <= x->dim; i++)
    if (b->vertex[x->simplex + i] != b->vertex[y->simplex + i]) return b->vertex[x->simplex + i] < b->vertex[y->simplex + i] ? -1 : 1;
  return 0;
}

/* a before b in the filtration, of one dimension: as the engine's header says. */
static bool is_older(uint32_t a, uint32_t b) { return diameter[a] < diameter[b] || (a > b && diameter[a] == diameter[b]); }

static uint32_t oldest_cofacet(uint32_t set) {
  uint32_t oldest = 0;
  for (uint32_t v = 0; v < n; v++) {
    uint32_t larger = set | 1u << v;
    if (larger != set && in_filtration(larger) && (!oldest || is_older(larger, oldest))) oldest = larger;
  }
  return oldest;
}

static uint32_t youngest_facet(uint32_t set) {
  uint32_t youngest = 0;
  for (uint32_t v = 0; v < n; v++)
    if (set >> v & 1 && (!youngest || is_older(youngest, set ^ 1u << v))) youngest = set ^ 1u << v;
  return youngest;
}

static bool is_apparent(uint32_t set, uint32_t cofacet) { return cofacet && diameter[set] == diameter[cofacet] && youngest_facet(cofacet) == set; }

/* With empty intervals, each simplex is born, or kills, or is in an apparent pair: one of the three. */
static void check_all_paired(const bf_barcode *b) {
  uint8_t seen[SETS] = {0};
  for (size_t k = 0; k < b->n; k++) {
    seen[birth_of(b, &b->at[k])]++;
    if (b->at[k].death < INFINITY) seen[death_of(b, &b->at[k])]++;
  }
  for (int dim = 0; dim <= (int)max_dim; dim++) {
    for (int i = 0; i < ncell[dim]; i++) {
      uint32_t set = (uint32_t)cell[dim][i], facet = youngest_facet(set);
      if (dim > 0) seen[set] = (uint8_t)(seen[set] + is_apparent(set, oldest_cofacet(set)));
      if (dim > 1) seen[set] = (uint8_t)(seen[set] + (oldest_cofacet(facet) == set && is_apparent(facet, set)));
      assert_int_equal(seen[set], 1);
    }
  }
}

static void make_graph(bf_graph *g, bool dense) {
  static uint32_t u[MOST * MOST], v[MOST * MOST];
  static float w[MOST * MOST];
  *g = (bf_graph){.n = n, .dense = dense, .u = dense ? NULL : u, .v = dense ? NULL : v, .w = w};
  for (uint32_t i = 0; i < n; i++) {
    if (dense) {
      for (uint32_t j = 0; j < i; j++) w[g->m++] = weight[i][j];
    } else {
      for (uint32_t j = i + 1; j < n; j++)
        if (weight[i][j] < INFINITY) u[g->m] = i, v[g->m] = j, w[g->m++] = weight[i][j];
    }
  }
}

static bf_barcode compute(bool dense, const bf_flag_options *wanted) {
  bf_graph g;
  bf_barcode b;
  bf_flag_options o = *wanted;
  o.max_dim = max_dim;
  o.threshold = threshold;
  o.modulus = modulus;
  make_graph(&g, dense);
  assert_int_equal(bf_flag_barcode(&g, &o, &b), BF_OK);
  for (size_t k = 0; k < b.n; k++) {
    assert_true(o.empty ? b.at[k].birth <= b.at[k].death : b.at[k].birth < b.at[k].death);
    if (k && o.simplices) assert_true(compare(&b, &b.at[k - 1], &b.at[k]) < 0);
  }
  return b;
}

static void assert_same_terms(const bf_barcode *a, bf_chain x, const bf_barcode *b, bf_chain y, uint32_t count) {
  assert_int_equal(x.n, y.n);
  for (uint64_t k = 0; k < x.n; k++) {
    const bf_term *s = &a->term[x.first + k], *t = &b->term[y.first + k];
    assert_int_equal(s->coefficient, t->coefficient);
    assert_int_equal(set_of(a, s->vertex, count), set_of(b, t->vertex, count));
  }
}

static void assert_same(const bf_barcode *a, const bf_barcode *b, bool chains) {
  assert_int_equal(a->n, b->n);
  for (size_t k = 0; k < a->n; k++) {
    const bf_interval *x = &a->at[k], *y = &b->at[k];
    assert_true(x->dim == y->dim && x->birth == y->birth && x->death == y->death);
    assert_int_equal(birth_of(a, x), birth_of(b, y));
    if (x->death < INFINITY) assert_int_equal(death_of(a, x), death_of(b, y));
    if (!chains) continue;
    assert_same_terms(a, x->cocycle, b, y->cocycle, x->dim + 1);
    assert_same_terms(a, x->cycle, b, y->cycle, x->dim + 1);
  }
}

static void check_one(void) {
  list_cells();
  bf_barcode b = compute(false, &(bf_flag_options){.simplices = true, .cocycles = true, .cycles = true});
  check_chains(&b);
  for (int way = 1; way < 6; way++) { /* dense or sparse input, keys of 64 or 128 bits, simplices alone */
    bf_flag_options o = {.simplices = true, .cocycles = way < 4, .cycles = way < 4, .keys = way & 2 ? BF_KEYS_128 : BF_KEYS_NARROWEST};
    bf_barcode other = compute(way & 1, &o);
    assert_same(&b, &other, way < 4);
    bf_barcode_free(&other);
  }
  bf_barcode_free(&b);
  b = compute(false,
              &(bf_flag_options){.simplices = true, .cocycles = true, .cycles = true, .empty = true, .keys = below(2) ? BF_KEYS_128 : BF_KEYS_NARROWEST});
  check_chains(&b);
  check_all_paired(&b);
  bf_barcode_free(&b);
}

/* Uniform weights, few different ones, zeros among them, or a sphere: pairs of opposite vertices that are not joined, or late. */
static void random_weights(void) {
  uint32_t kind = below(4);
  float late = below(2) ? 2 : INFINITY;
  double kept = kind == 3 || below(3) == 0 ? 1 : 0.2 + 0.8 * uniform();
  for (uint32_t i = 0; i < n; i++) {
    weight[i][i] = 0;
    for (uint32_t j = 0; j < i; j++) {
      double w = kind == 0 ? uniform() : kind == 1 ? 0.25 * (1 + below(4)) : kind == 2 ? below(3) : below(2) ? uniform() : 0.25 * (1 + below(3));
      if (w == 0 && below(2)) w = -0.0; /* 0 as well */
      weight[i][j] = weight[j][i] = kind == 3 && j == i - n / 2 ? late : uniform() < kept ? (float)w : INFINITY;
    }
  }
}

static void random_graphs(void **state) {
  static const uint32_t primes[] = {2, 3, 11};
  (void)state;
  for (int c = 0; c < 600; c++) {
    n = c < 20 ? (uint32_t)c / 5 : 2 + below(MOST - 1);
    max_dim = below(4);
    modulus = primes[c % 3];
    threshold = below(2) ? INFINITY : (float)uniform();
    random_weights();
    check_one();
  }
}

/* Cycles of more than one column, and essential ones: a circle of 8 in two strands, cut before it is filled. */
static void essential_loops(void **state) {
  (void)state;
  n = 8;
  max_dim = 3;
  for (modulus = 2; modulus < 12; modulus += modulus == 3 ? 8 : 1) {
    for (int steps = 1; steps < 5; steps++) {
      threshold = (float)steps;
      for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) weight[i][j] = (float)((i - j) % 8 < (j - i) % 8 ? (i - j) % 8 : (j - i) % 8);
      check_one();
    }
  }
}

static bf_status stop(void *context, uint64_t done, uint64_t total) {
  assert_true(done <= total);
  return --*(int *)context ? BF_OK : BF_CANCELLED;
}

static bf_graph random_matrix(void) {
  static float w[40 * 39 / 2];
  for (size_t i = 0; i < sizeof w / sizeof *w; i++) w[i] = 1 + (float)uniform();
  return (bf_graph){.n = 40, .dense = true, .m = 40 * 39 / 2, .w = w};
}

/* Intervals, simplices and cycles do not depend on what else is asked for, nor on threads. */
static void options_and_threads(void **state) {
  bf_graph g = random_matrix();
  bf_flag_options o = {.max_dim = 2, .threshold = 1.6f, .modulus = 3, .simplices = true, .cocycles = true, .cycles = true};
  bf_barcode all, b;
  (void)state;
  assert_int_equal(bf_flag_barcode(&g, &o, &all), BF_OK);
  o.cocycles = false;
  for (o.threads = 1; o.threads < 5; o.threads++) {
    assert_int_equal(bf_flag_barcode(&g, &o, &b), BF_OK);
    assert_int_equal(all.n, b.n);
    for (size_t i = 0; i < b.n; i++) {
      const bf_interval *x = &all.at[i], *y = &b.at[i];
      const uint32_t count = x->dim + 1;
      assert_true(x->dim == y->dim && x->birth == y->birth && x->death == y->death && x->cycle.n == y->cycle.n && y->cocycle.n == 0);
      assert_memory_equal(all.vertex + x->simplex, b.vertex + y->simplex, (count + (x->death < INFINITY ? count + 1 : 0)) * sizeof *b.vertex);
      for (uint64_t k = 0; k < x->cycle.n; k++) {
        const bf_term *s = &all.term[x->cycle.first + k], *t = &b.term[y->cycle.first + k];
        assert_int_equal(s->coefficient, t->coefficient);
        assert_memory_equal(all.vertex + s->vertex, b.vertex + t->vertex, count * sizeof *b.vertex);
      }
    }
    bf_barcode_free(&b);
  }
  bf_flag_options plain = {.max_dim = 2, .threshold = 1.6f, .modulus = 3};
  assert_int_equal(bf_flag_barcode(&g, &plain, &b), BF_OK);
  assert_int_equal(all.n, b.n);
  for (size_t i = 0; i < b.n; i++) assert_true(all.at[i].dim == b.at[i].dim && all.at[i].birth == b.at[i].birth && all.at[i].death == b.at[i].death);
  assert_int_equal(b.nvertex + b.nterm, 0);
  bf_barcode_free(&b);
  bf_barcode_free(&all);
}

static void budget_and_cancelling(void **state) {
  bf_graph g = random_matrix();
  bf_flag_options o = {.max_dim = 2, .threshold = 1.6f, .modulus = 3, .simplices = true, .cocycles = true, .cycles = true};
  bf_barcode b;
  (void)state;
  bool enough = false;
  for (o.memory = 1000; !enough; o.memory += o.memory / 4) { /* each budget ends in an error or in the answer, and leaks nothing */
    bf_status status = bf_flag_barcode(&g, &o, &b);
    assert_true(status == BF_OK || status == BF_NO_MEMORY);
    enough = status == BF_OK;
    bf_barcode_free(&b);
  }
  o.memory = 0;
  o.step = stop;
  bf_status status = BF_CANCELLED;
  for (int steps = 1; status != BF_OK; steps++) {
    int left = steps;
    o.context = &left;
    status = bf_flag_barcode(&g, &o, &b);
    assert_true(status == BF_OK || status == BF_CANCELLED);
    bf_barcode_free(&b);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_graphs), cmocka_unit_test(essential_loops), cmocka_unit_test(options_and_threads),
                                     cmocka_unit_test(budget_and_cancelling)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
