/* Flag complexes simplex by simplex, reduced by bf_reduce_barcode, against the engine of homology.ripser, on random graphs and clouds; and the complexes
 * themselves against sets of vertices that are pairwise joined.
 *
 *   test_homology_reduce_flag [COUNT [SEED]]    2,000 cases of seed 1; a failure is printed as a case of that seed
 */
#include "flag_case.h"
#include "flag_complex.h"
#include "reduce/reduce.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static uint64_t ncase = 2000, seed = 1;

static bf_filtration complex_of(const bf_graph *g, uint32_t limit, float threshold) {
  bf_filtration f;
  if (bf_flag_complex(g, &(bf_flag_complex_options){.limit_dimension = limit, .threshold = threshold}, &f) != BF_OK) fail_msg("%s", bf_error());
  return f;
}

/* ---- the complex ---- */

static float diameter_of(const flag_case *c, const uint32_t *v, uint64_t count) {
  float most = 0;
  for (uint64_t i = 0; i < count; i++)
    for (uint64_t j = 0; j < i; j++)
      if (flag_case_weight(c, v[i], v[j]) > most) most = flag_case_weight(c, v[i], v[j]);
  return most;
}

/* As many as there are, each there and with its diameter, by dimension and then vertices: so these are all, and the right ones. */
static void assert_complex(const flag_case *c, const bf_filtration *f, uint32_t limit) {
  uint64_t count[66] = {0}, total = 0, above;
  assert_true(flag_case_count(c, c->threshold, limit + 1, UINT64_MAX, count));
  for (uint32_t d = 0; d <= limit; d++) total += count[d];
  above = count[limit + 1];
  assert_int_equal(f->n, total);
  assert_int_equal(f->limit_dimension, above ? limit : BF_NOT_CUT);
  assert_true(f->convention == BF_DIAMETER && f->threshold == (double)c->threshold);
  for (uint64_t s = 0; s < f->n; s++) {
    const uint32_t *v = f->vertex + f->first[s];
    const uint64_t n = f->first[s + 1] - f->first[s], before = s ? f->first[s] - f->first[s - 1] : 0;
    const float diameter = diameter_of(c, v, n);
    assert_true(diameter < INFINITY && diameter <= c->threshold && f->value[s] == (double)diameter && !signbit(f->value[s]));
    for (uint64_t i = 1; i < n; i++) assert_true(v[i - 1] < v[i]);
    assert_true(n >= before);
    uint64_t same = 0;
    while (n == before && same < n && v[same] == v[same - n]) same++;
    assert_true(n > before || (same < n && v[same - n] < v[same]));
  }
}

/* ---- its homology ---- */

static void assert_same(const bf_barcode *b, const bf_diagram *d, const char *what, uint64_t i) {
  bool same = b->n == d->n;
  for (size_t k = 0; k < b->n && same; k++) same = b->at[k].dim == d->dim[k] && (double)b->at[k].birth == d->birth[k] && (double)b->at[k].death == d->death[k];
  if (!same) fail_msg("case %llu of seed %llu, %s: other intervals", (unsigned long long)i, (unsigned long long)seed, what);
}

static void check(const flag_case *c, const bf_graph *g, const bf_filtration *f, uint64_t i) {
  static const uint32_t primes[] = {2, 3, 11};
  for (int p = 0; p < 3; p++) {
    const bf_flag_options options = {.max_dim = c->max_dim, .threshold = c->threshold, .modulus = primes[p]};
    bf_barcode b;
    if (bf_flag_barcode(g, &options, &b) != BF_OK) fail_msg("%s", bf_error());
    for (bf_reduce_method method = BF_REDUCE_AUTO; method <= BF_REDUCE_TWIST; method++) {
      bf_diagram d;
      if (bf_reduce_barcode(f, &(bf_reduce_options){.max_dim = c->max_dim, .modulus = primes[p], .method = method}, &d) != BF_OK) fail_msg("%s", bf_error());
      assert_same(&b, &d, method == BF_REDUCE_TWIST ? "twist" : "cohomology", i);
      bf_diagram_free(&d);
    }
    bf_barcode_free(&b);
  }
}

static void random_graphs(void **state) {
  enum { MOST = 20000 };
  uint64_t done = 0, intervals[5] = {0}, cut = 0;
  (void)state;
  for (uint64_t i = 0; done < ncase; i++) {
    flag_case c = flag_case_random(seed, i);
    uint64_t count[66] = {0};
    if (flag_case_count(&c, c.threshold, c.max_dim + 1, MOST, count)) {
      bf_graph g;
      flag_case_graph(&c, i % 2, &g);
      bf_filtration f = complex_of(&g, c.max_dim + 1, c.threshold);
      assert_complex(&c, &f, c.max_dim + 1);
      check(&c, &g, &f, i);
      cut += f.limit_dimension != BF_NOT_CUT;
      bf_diagram d;
      assert_int_equal(bf_reduce_barcode(&f, &(bf_reduce_options){.max_dim = c.max_dim, .modulus = 2}, &d), BF_OK);
      for (uint64_t k = 0; k < d.n; k++) intervals[d.dim[k]]++;
      bf_diagram_free(&d);
      bf_filtration_free(&f);
      bf_graph_free(&g);
      done++;
    }
    flag_case_free(&c);
  }
  for (int d = 0; d < 5; d++) printf("dimension %d: %llu intervals\n", d, (unsigned long long)intervals[d]);
  printf("%llu of %llu complexes were cut\n", (unsigned long long)cut, (unsigned long long)done);
  if (ncase >= 1000) { /* the cases are not trivial */
    for (int d = 0; d < 4; d++) assert_true(intervals[d] > 100);
    assert_true(cut > ncase / 10 && cut < ncase);
  }
}

/* Vertices stand by their ids, whatever their order in the graph. */
static void other_ids(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 60; i++) {
    flag_case c = flag_case_random(7, i), turned = flag_case_new(c.n);
    uint32_t to[FLAG_CASE_MOST] = {0};
    uint64_t count[66] = {0};
    bf_graph g;
    if (flag_case_count(&c, INFINITY, 3, 20000, count)) {
      bf_random_permutation(i, c.n, to);
      for (uint32_t u = 0; u < c.n; u++)
        for (uint32_t v = 0; v < u; v++) flag_case_join(&turned, to[u], to[v], flag_case_weight(&c, u, v));
      flag_case_graph(&turned, i % 2, &g);
      for (uint32_t u = 0; u < c.n; u++) g.id[to[u]] = u; /* so the names are those of c */
      bf_filtration f = complex_of(&g, 2, c.threshold);
      assert_complex(&c, &f, 2);
      bf_filtration_free(&f);
      bf_graph_free(&g);
    }
    flag_case_free(&turned);
    flag_case_free(&c);
  }
}

int main(int argc, char **argv) {
  const char *asan = getenv("BF_ASAN");
  if (asan && !strcmp(asan, "1")) ncase = 400;
  if (argc > 1) ncase = strtoull(argv[1], NULL, 10);
  if (argc > 2) seed = strtoull(argv[2], NULL, 10);
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_graphs), cmocka_unit_test(other_ids)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
