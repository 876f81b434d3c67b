/* bf_reduce_barcode on random filtrations that need not be flag, against the plain reduction of the whole boundary matrix: every order of the simplices, both
 * methods, three fields, all pairs with their simplices. And the methods against each other where there is more to do. */
#include "explicit.h"
#include "flag/flag.h"
#include "reduce/reduce.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* ---- the plain reduction ---- */

typedef struct pair {
  uint32_t birth, death; /* places in the case; UINT32_MAX: essential */
} pair;

static uint32_t column[EXPLICIT_CELLS][EXPLICIT_CELLS];

static uint32_t low_of(const explicit_case *c, uint32_t j) {
  for (uint32_t i = c->n; i-- > 0;)
    if (column[j][i]) return i;
  return UINT32_MAX;
}

static uint32_t inverse(uint32_t a, uint32_t modulus) {
  uint32_t x = 1;
  while (a * x % modulus != 1) x++;
  return x;
}

static void fill_boundary(const explicit_case *c, uint32_t j, uint32_t modulus) {
  uint32_t set = c->set[j], sign = 1;
  memset(column[j], 0, sizeof column[j]);
  for (uint32_t v = 0; v < EXPLICIT_VERTICES && set & (set - 1); v++) {
    if (!(set >> v & 1)) continue;
    column[j][explicit_find(c, set ^ 1u << v)] = sign;
    sign = modulus - sign;
  }
}

/* The births in order, with their deaths. */
static uint32_t plain_pairs(const explicit_case *c, uint32_t modulus, pair *out) {
  uint32_t owner[EXPLICIT_CELLS], death[EXPLICIT_CELLS], n = 0, low;
  bool dies[EXPLICIT_CELLS] = {false};
  memset(owner, 0xff, sizeof owner);
  memset(death, 0xff, sizeof death);
  for (uint32_t j = 0; j < c->n; j++) {
    fill_boundary(c, j, modulus);
    while ((low = low_of(c, j)) != UINT32_MAX && owner[low] != UINT32_MAX) {
      const uint32_t factor = (modulus - column[j][low]) * inverse(column[owner[low]][low], modulus) % modulus;
      for (uint32_t i = 0; i <= low; i++) column[j][i] = (column[j][i] + factor * column[owner[low]][i]) % modulus;
    }
    if (low == UINT32_MAX) continue;
    owner[low] = j;
    death[low] = j;
    dies[j] = true;
  }
  for (uint32_t i = 0; i < c->n; i++)
    if (!dies[i]) out[n++] = (pair){i, death[i]};
  return n;
}

static int by_interval(const void *x, const void *y, void *of) {
  const explicit_case *c = of;
  const pair *a = x, *b = y;
  const uint32_t d = explicit_dim(c->set[a->birth]), e = explicit_dim(c->set[b->birth]);
  const double s = a->death == UINT32_MAX ? INFINITY : c->value[a->death], t = b->death == UINT32_MAX ? INFINITY : c->value[b->death];
  if (d != e) return d < e ? -1 : 1;
  if (c->value[a->birth] != c->value[b->birth]) return c->value[a->birth] < c->value[b->birth] ? -1 : 1;
  if (s != t) return s < t ? -1 : 1;
  return a->birth < b->birth ? -1 : a->birth > b->birth;
}

static uint32_t keep_intervals(const explicit_case *c, uint32_t max_dim, pair *p, uint32_t n) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < n; i++)
    if (explicit_dim(c->set[p[i].birth]) <= max_dim && (p[i].death == UINT32_MAX || c->value[p[i].death] > c->value[p[i].birth])) p[kept++] = p[i];
  if (kept) qsort_r(p, kept, sizeof *p, by_interval, (void *)(uintptr_t)c);
  return kept;
}

/* ---- comparisons ---- */

static bf_diagram compute(const bf_filtration *f, const bf_reduce_options *o) {
  bf_diagram d;
  if (bf_reduce_barcode(f, o, &d) != BF_OK) fail_msg("%s", bf_error());
  assert_true(d.max_dim == o->max_dim && d.modulus == o->modulus && d.convention == f->convention);
  return d;
}

static void assert_pairs(const explicit_case *c, const bf_diagram *d, const pair *p, uint32_t n) {
  const uint32_t *birth = d->birth_simplex, *death = d->death_simplex;
  assert_int_equal(d->n, n);
  for (uint32_t i = 0; i < n; i++) {
    const uint32_t dim = explicit_dim(c->set[p[i].birth]);
    assert_int_equal(d->dim[i], dim);
    assert_true(d->birth[i] == c->value[p[i].birth] && !(d->birth[i] == 0 && signbit(d->birth[i])));
    assert_int_equal(explicit_set(c, birth, dim + 1), c->set[p[i].birth]);
    birth += dim + 1;
    assert_true(d->death[i] == (p[i].death == UINT32_MAX ? INFINITY : c->value[p[i].death]));
    if (p[i].death == UINT32_MAX) continue;
    assert_int_equal(explicit_set(c, death, dim + 2), c->set[p[i].death]);
    death += dim + 2;
  }
}

static void check(const explicit_case *c, uint32_t max_dim, uint32_t modulus, uint64_t seed) {
  pair p[EXPLICIT_CELLS];
  const uint32_t n = keep_intervals(c, max_dim, p, plain_pairs(c, modulus, p));
  bf_diagram first[3] = {{0}};
  for (explicit_order order = 0; order < EXPLICIT_ORDERS; order++) {
    bf_filtration f = explicit_filtration(c, order, seed);
    for (bf_reduce_method method = BF_REDUCE_AUTO; method <= BF_REDUCE_TWIST; method++) {
      for (bf_representatives kind = BF_NO_REPRESENTATIVES; kind <= BF_CYCLES; kind++) {
        bf_diagram d = compute(&f, &(bf_reduce_options){.max_dim = max_dim, .modulus = modulus, .method = method, .simplices = true, .representatives = kind});
        assert_pairs(c, &d, p, n);
        if (order == 0 && method == 0)
          first[kind] = d;
        else {
          assert_true(explicit_same(&first[kind], &d)); /* representatives too */
          bf_diagram_free(&d);
        }
      }
    }
    bf_filtration_free(&f);
  }
  for (int kind = 0; kind < 3; kind++) bf_diagram_free(&first[kind]);
}

static void random_filtrations(void **state) {
  static const uint32_t primes[] = {2, 3, 11};
  uint64_t loops = 0, essential = 0, infinite = 0, largest = 0;
  (void)state;
  for (uint64_t i = 0; i < 1500; i++) {
    const explicit_case c = explicit_random(1, i, i < 100 ? 4 : i < 1200 ? 6 : EXPLICIT_VERTICES, true);
    check(&c, (uint32_t)(i % 5), primes[i % 3], i);
    pair p[EXPLICIT_CELLS];
    const uint32_t n = keep_intervals(&c, 64, p, plain_pairs(&c, 2, p));
    for (uint32_t k = 0; k < n; k++) {
      loops += explicit_dim(c.set[p[k].birth]) > 0;
      essential += explicit_dim(c.set[p[k].birth]) > 0 && p[k].death == UINT32_MAX;
      infinite += c.value[p[k].birth] == -INFINITY;
    }
    if (c.n > largest) largest = c.n;
  }
  printf("%llu intervals above dimension 0, %llu essential, %llu from -inf on; up to %llu cells\n", (unsigned long long)loops, (unsigned long long)essential,
         (unsigned long long)infinite, (unsigned long long)largest);
  assert_true(loops > 300 && essential > 100 && infinite > 100 && largest > 100); /* the cases are not trivial */
}

/* Without simplices and representatives nothing else changes. */
static void bare_intervals(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 50; i++) {
    const explicit_case c = explicit_random(2, i, 7, true);
    bf_filtration f = explicit_filtration(&c, EXPLICIT_SHUFFLED, i);
    bf_diagram full = compute(&f, &(bf_reduce_options){.max_dim = 3, .modulus = 5, .simplices = true}),
               bare = compute(&f, &(bf_reduce_options){.max_dim = 3, .modulus = 5});
    assert_true(!bare.birth_simplex && !bare.death_simplex && !bare.first && bare.n == full.n);
    for (uint64_t k = 0; k < bare.n; k++) assert_true(bare.dim[k] == full.dim[k] && bare.birth[k] == full.birth[k] && bare.death[k] == full.death[k]);
    bf_diagram_free(&full);
    bf_diagram_free(&bare);
    bf_filtration_free(&f);
  }
}

/* All sets of up to `most` of n vertices, larger ones later, otherwise at random: where the methods have to add long sums. */
static bf_filtration skeleton(uint32_t n, uint32_t most, uint64_t seed) {
  bf_filtration f = {.convention = BF_VALUE, .threshold = INFINITY, .limit_dimension = BF_NOT_CUT};
  uint64_t draws = 0;
  f.first = calloc((1ull << n) + 1, sizeof *f.first);
  f.vertex = malloc((n << n) * sizeof *f.vertex);
  f.value = malloc((1ull << n) * sizeof *f.value);
  assert_true(f.first && f.vertex && f.value);
  for (uint32_t set = 1; set < 1u << n; set++) {
    const uint32_t count = (uint32_t)__builtin_popcount(set);
    if (count > most) continue;
    f.first[f.n + 1] = f.first[f.n];
    for (uint32_t v = 0; v < n; v++)
      if (set >> v & 1) f.vertex[f.first[f.n + 1]++] = v;
    f.value[f.n++] = count + bf_random_uniform(seed, draws++);
  }
  return f;
}

static void long_sums(void **state) {
  static const uint32_t primes[] = {2, 3, BF_FLAG_MAX_MODULUS};
  static const struct { uint32_t n, most, max_dim; } shapes[] = {{16, 5, 3}, {20, 3, 2}, {11, 11, 10}};
  (void)state;
  for (uint32_t i = 0; i < 9; i++) {
    bf_filtration f = skeleton(shapes[i / 3].n, shapes[i / 3].most, i);
    bf_reduce_options o = {.max_dim = shapes[i / 3].max_dim, .modulus = primes[i % 3], .simplices = true, .method = BF_REDUCE_COHOMOLOGY};
    bf_diagram a = compute(&f, &o);
    o.method = BF_REDUCE_TWIST;
    bf_diagram b = compute(&f, &o);
    assert_true(a.n > 1000 && explicit_same(&a, &b));
    bf_diagram_free(&a);
    bf_diagram_free(&b);
    bf_filtration_free(&f);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_filtrations), cmocka_unit_test(bare_intervals), cmocka_unit_test(long_sums)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
