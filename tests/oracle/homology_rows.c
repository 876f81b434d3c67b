/* Parts, lists of neighbours and rows of bits of a graph at one scale, against a plain search through all of its pairs; whatever the number of threads, on
 * graphs with enough edges that each thread gets some. */
#include "flag/pairs.h"
#include "flag/rows.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static uint64_t draws;
static uint32_t below(uint32_t n) { return (uint32_t)bf_random_below(11, draws++, n); }

static const uint32_t threads[] = {1, 2, 3, 7};
enum { THREADS = sizeof threads / sizeof *threads, LARGE = 1024 };

/* ---- graphs ---- */

static void *zeros(size_t n, size_t size) {
  void *array = calloc(n + 1, size);
  assert_non_null(array);
  return array;
}

/* Vertices are of one kind each, of so many, half of them of the last: only those of one kind are joined, each pair with this chance in a thousand, at weights
 * 1 to 4. Kind 0 has no edges. */
static bf_graph make(uint32_t n, uint32_t kinds, uint32_t chance, bool dense) {
  const size_t pairs = (size_t)n * (n - 1) / 2;
  bf_graph g = {.n = n, .dense = dense, .w = zeros(pairs, sizeof *g.w)};
  uint32_t *kind = zeros(n, sizeof *kind);
  if (!dense) g.u = zeros(pairs, sizeof *g.u), g.v = zeros(pairs, sizeof *g.v);
  for (uint32_t v = 0; v < n; v++) kind[v] = below(2) ? below(kinds) : kinds - 1;
  for (uint32_t x = 0; x < n; x++) {
    for (uint32_t y = dense ? 0 : x + 1; y < (dense ? x : n); y++) {
      const bool joined = kinds == 1 || (kind[x] == kind[y] && kind[x] > 0);
      const float w = joined && below(1000) < chance ? (float)(1 + below(4)) : INFINITY;
      if (dense)
        g.w[g.m++] = w;
      else if (w < INFINITY)
        g.u[g.m] = x, g.v[g.m] = y, g.w[g.m++] = w;
    }
  }
  free(kind);
  return g;
}

static void graph_free(bf_graph *g) {
  free(g->u);
  free(g->v);
  free(g->w);
}

/* A byte for each pair, whether it is an edge at this scale. */
static unsigned char *square_of(const bf_graph *g, float scale) {
  unsigned char *square = zeros((size_t)g->n * g->n, 1);
  uint64_t e = 0;
  for (uint32_t i = 1; g->dense && i < g->n; i++)
    for (uint32_t j = 0; j < i; j++, e++) square[(size_t)i * g->n + j] = square[(size_t)j * g->n + i] = g->w[e] <= scale && g->w[e] < INFINITY;
  for (; !g->dense && e < g->m; e++) square[(size_t)g->u[e] * g->n + g->v[e]] = square[(size_t)g->v[e] * g->n + g->u[e]] = g->w[e] <= scale;
  return square;
}

/* ---- what is expected ---- */

/* Breadth-first from s, neighbours rising: appends to order[], of n so far; returns how many there are then. */
static uint32_t search(const unsigned char *square, uint32_t vertices, uint32_t s, uint32_t *order, uint32_t n, bool *seen) {
  uint32_t head = n;
  seen[s] = true;
  order[n++] = s;
  for (; head < n; head++)
    for (uint32_t y = 0; y < vertices; y++)
      if (square[(size_t)order[head] * vertices + y] && !seen[y]) seen[y] = true, order[n++] = y;
  return n;
}

static bool has_edge(const unsigned char *square, uint32_t n, uint32_t v) { return memchr(square + (size_t)v * n, 1, n) != NULL; }

static void check_parts(const flag_parts *p, const unsigned char *square, uint32_t n) {
  bool *seen = zeros(n, sizeof *seen);
  uint32_t *order = zeros(n, sizeof *order);
  if (flag_parts_are_one(p)) {
    assert_int_equal(p->n, 1);
    assert_int_equal(search(square, n, 0, order, 0, seen), n);
  } else {
    for (uint32_t i = 0; i < n; i++) {
      assert_int_equal(p->place[p->vertex[i]], i);
      assert_int_equal(has_edge(square, n, p->vertex[i]), i < p->begin[p->n]);
    }
    for (uint32_t part = 0; part < p->n; part++) {
      for (uint32_t i = p->begin[part]; i < p->begin[part + 1]; i++) {
        const uint32_t v = p->vertex[i];
        if (i > p->begin[part]) assert_true(p->vertex[i - 1] < v);
        for (uint32_t y = 0; y < n; y++)
          if (square[(size_t)v * n + y]) assert_true(p->place[y] >= p->begin[part] && p->place[y] < p->begin[part + 1]);
      }
    }
    uint32_t components = 0;
    for (uint32_t v = 0; v < n; v++) {
      uint32_t part = 0, found = seen[v] ? 0 : search(square, n, v, order, 0, seen);
      components += found > 1;
      if (found < LARGE) continue;
      while (p->begin[part + 1] <= p->place[v]) part++;
      assert_int_equal(p->begin[part], p->place[v]); /* it shares its part with none before */
    }
    assert_true(p->n <= components);
  }
  free(order);
  free(seen);
}

static uint32_t vertex_at(const flag_parts *p, uint32_t i) { return flag_parts_are_one(p) ? i : p->vertex[i]; }

static void check_lists(const flag_lists *l, const flag_parts *p, const unsigned char *square, uint32_t n) {
  assert_int_equal(l->first[0], 0);
  for (uint32_t i = 0; i < n; i++) {
    uint64_t at = l->first[i];
    const unsigned char *row = square + (size_t)vertex_at(p, i) * n;
    for (uint32_t j = 0; j < n; j++)
      if (row[vertex_at(p, j)]) assert_true(at < l->first[i + 1] && l->to[at++] == j);
    assert_int_equal(at, l->first[i + 1]);
  }
}

/* The rows are those of a search breadth-first. */
static void check_rows(const flag_rows *r, const flag_parts *p, uint32_t begin, const unsigned char *square, uint32_t n) {
  bool *seen = zeros(n, sizeof *seen);
  uint32_t *order = zeros(n, sizeof *order), found = 0;
  for (uint32_t i = 0; i < r->n; i++)
    if (!seen[vertex_at(p, begin + i)]) found = search(square, n, vertex_at(p, begin + i), order, found, seen);
  assert_int_equal(found, r->n);
  for (uint32_t x = 0; x < r->n; x++) {
    uint64_t at = r->first[x];
    for (uint32_t b = 0; 64 * b < r->n; b++) {
      uint64_t word = 0;
      for (uint32_t y = 64 * b; y < r->n && y < 64 * b + 64; y++)
        if (x == y || square[(size_t)order[x] * n + order[y]]) word |= UINT64_C(1) << y % 64;
      if (!word) continue;
      assert_true(at < r->first[x + 1]);
      assert_int_equal(r->block[at], b);
      assert_int_equal(r->word[at++], word);
    }
    assert_int_equal(at, r->first[x + 1]);
  }
  free(order);
  free(seen);
}

/* ---- the check ---- */

static void check_at(const bf_graph *g, float scale, uint32_t by) {
  bf_memory memory = flag_memory(0);
  bf_jobs_progress progress = {.owner = pthread_self()};
  unsigned char *square = square_of(g, scale);
  flag_parts parts;
  flag_lists lists;
  assert_int_equal(flag_parts_find(g, scale, by, &progress, &memory, &parts), BF_OK);
  check_parts(&parts, square, g->n);
  assert_int_equal(flag_lists_build(g, scale, &parts, by, &progress, &memory, &lists), BF_OK);
  check_lists(&lists, &parts, square, g->n);
  for (uint32_t p = 0; p < parts.n; p++) {
    const uint32_t begin = flag_parts_are_one(&parts) ? 0 : parts.begin[p], end = flag_parts_are_one(&parts) ? g->n : parts.begin[p + 1];
    flag_rows rows;
    assert_int_equal(flag_rows_build(&lists, begin, end - begin, &memory, &rows), BF_OK);
    check_rows(&rows, &parts, begin, square, g->n);
    flag_rows_free(&rows, &memory);
  }
  flag_lists_free(&lists, &memory);
  flag_parts_free(&parts, &memory);
  assert_int_equal(memory.used, 0);
  free(square);
}

/* least: shares that there must be for as many threads. */
static void check(uint32_t n, uint32_t kinds, uint32_t chance, bool dense, uint32_t least) {
  bf_graph g = make(n, kinds, chance, dense);
  assert_true(flag_pairs_shares(&g, least) >= least);
  for (size_t t = below(2); t < THREADS; t += 2) check_at(&g, (float[]){INFINITY, 2, 1, 0}[below(4)], threads[t]);
  graph_free(&g);
}

static void small_graphs(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 400; round++) check(1 + below(round < 100 ? 6 : 90), 1 + below(5), below(300), round % 2, 1);
}

static void large_graphs(void **state) {
  (void)state;
  for (int dense = 0; dense < 2; dense++) {
    check(700, 1, 900, dense, 3);
    check(1400, 3, 700, dense, 3);
    check(2600, 4, 300, dense, 3);
    check(2200, 3, 300, dense, 7);
    check(2500, 300, 900, dense, 3);
  }
}

/* A path through all vertices, or most of them, in an order that has nothing to do with their numbers: trees are joined in the middle of other trees. */
static void long_paths(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 9; round++) {
    bf_graph g = make(1500, 1, 0, true);
    uint32_t *order = zeros(g.n, sizeof *order);
    for (uint32_t v = 0; v < g.n; v++) {
      const uint32_t other = below(v + 1);
      order[v] = order[other];
      order[other] = v;
    }
    for (uint32_t k = 1; k < g.n - round % 3; k++) {
      const uint32_t x = order[k] > order[k - 1] ? order[k] : order[k - 1], y = order[k] < order[k - 1] ? order[k] : order[k - 1];
      g.w[(size_t)x * (x - 1) / 2 + y] = 1;
    }
    for (size_t t = 0; t < THREADS; t++) check_at(&g, 1, threads[t]);
    free(order);
    graph_free(&g);
  }
}

/* Too little memory is an error, and nothing stays counted. */
static void little_memory(void **state) {
  bf_graph g = make(1200, 3, 700, false);
  bf_jobs_progress progress = {.owner = pthread_self()};
  bf_memory memory = flag_memory(0);
  flag_parts parts;
  flag_lists lists;
  int failed = 0;
  (void)state;
  assert_int_equal(flag_pairs_shares(&g, 2), 2);
  assert_int_equal(flag_parts_find(&g, 4, 2, &progress, &memory, &parts), BF_OK);
  const uint64_t used = memory.used;
  for (uint64_t more = 0; more < UINT64_C(1) << 23; more = more * 3 / 2 + 1000) {
    memory.limit = used + more;
    const bf_status status = flag_lists_build(&g, 4, &parts, 2, &progress, &memory, &lists);
    assert_true(status == BF_OK || status == BF_NO_MEMORY);
    failed += status != BF_OK;
    flag_lists_free(&lists, &memory);
    assert_int_equal(memory.used, used);
  }
  assert_true(failed > 2);
  flag_parts_free(&parts, &memory);
  assert_int_equal(memory.used, 0);
  graph_free(&g);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(small_graphs), cmocka_unit_test(large_graphs), cmocka_unit_test(long_paths),
                                     cmocka_unit_test(little_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
