/* What bf_reduce_barcode refuses, and how; where homology is sound; memory and cancelling. */
#include "explicit.h"
#include "reduce/reduce.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* A filtration as text: "value v0 v1 …" for each simplex, separated by ";". */
enum { MOST = 4000 };
static uint64_t first[MOST];
static uint32_t vertex[8 * MOST];
static double value[MOST];

static bf_filtration parse(const char *text) {
  bf_filtration f = {BF_VALUE, INFINITY, BF_NOT_CUT, 0, first, vertex, value};
  char copy[2000], *line, *rest = copy;
  snprintf(copy, sizeof copy, "%s", text);
  while ((line = strsep(&rest, ";")) && *line) {
    first[f.n + 1] = first[f.n];
    value[f.n] = strtod(line, &line);
    while (*line == ' ') vertex[first[f.n + 1]++] = (uint32_t)strtoul(line, &line, 10);
    f.n++;
  }
  return f;
}

static bf_status run(const bf_filtration *f, uint32_t max_dim, bool top, bf_diagram *d) {
  return bf_reduce_barcode(f, &(bf_reduce_options){.max_dim = max_dim, .top = top, .modulus = 2, .simplices = true}, d);
}

static void assert_refused(const bf_filtration *f, uint32_t max_dim, bool top, bf_status status, const char *message) {
  bf_diagram d;
  if (run(f, max_dim, top, &d) != status) fail_msg("no \"%s\"", message);
  if (!strstr(bf_error(), message)) fail_msg("\"%s\" is not in \"%s\"", message, bf_error());
  bf_diagram_free(&d);
}

/* The intervals, as "dim birth death;". */
static void assert_intervals(const bf_filtration *f, uint32_t max_dim, bool top, uint32_t dims, const char *expected) {
  char got[1000] = "";
  bf_diagram d;
  if (run(f, max_dim, top, &d) != BF_OK) fail_msg("%s", bf_error());
  for (uint64_t i = 0; i < d.n; i++) snprintf(got + strlen(got), sizeof got - strlen(got), "%u %g %g;", d.dim[i], d.birth[i], d.death[i]);
  assert_string_equal(got, expected);
  assert_int_equal(d.max_dim, dims);
  bf_diagram_free(&d);
}

static void not_filtrations(void **state) {
  static const struct {
    const char *text, *message;
  } bad[] = {
      {"0 3;0 7;0 9;0.1 3 7;0.1 7 9;0.25 3 7 9", "simplex {3, 7, 9} (value 0.25) is there, its face {3, 9} is not"},
      {"0.25 3 7 9;0.1 7 9;0 9;0.1 3 9;0 3;0 7", "simplex {3, 7, 9} (value 0.25) is there, its face {3, 7} is not"},
      {"0 3;0 7;0 9;0.1 3 7;0.1 3 9;0.25 3 7 9", "simplex {3, 7, 9} (value 0.25) is there, its face {7, 9} is not"},
      {"0 3;1 3 9", "simplex {3, 9} (value 1) is there, its face {9} is not"},
      {"0 9;1 3 9", "simplex {3, 9} (value 1) is there, its face {3} is not"},
      {"1 3 9", "simplex {3, 9} (value 1) is there, its face {3} is not"},
      {"0 1;0 2;0 3;0 4;1 1 2;1 1 3;1 2 3;1 2 4;2 1 2 3;2 1 2 4", "simplex {1, 2, 4} (value 2) is there, its face {1, 4} is not"},
      {"1 1 2 3", "simplex {1, 2, 3} (value 1) is there, its face {1, 2} is not"},
      {"0 3;0 7;0 9;0.1 3 7;0.1 7 9;0.5 3 9;0.25 3 7 9", "simplex {3, 7, 9} has the value 0.25, its face {3, 9} comes later, with 0.5"},
      {"0 3;0 7;0 9;0.1 3 7;0.1 7 9;inf 3 9;0.25 3 7 9", "simplex {3, 7, 9} has the value 0.25, its face {3, 9} comes later, with inf"},
      {"0 3;0 7;0 9;inf 3 7;0.1 3 7;0.1 7 9;0.25 3 7 9", "simplex {3, 7, 9} (value 0.25) is there, its face {3, 9} is not"},
      {"0 3;0.30000000000000004 7;0.3 3 7", "simplex {3, 7} has the value 0.3, its face {7} comes later, with 0.30000000000000004"},
      {"-1 3;-2 7;-3 3 7", "simplex {3, 7} has the value -3, its face {3} comes later, with -1"},
      {"0 3;0 7;1 3 7;2 3 7", "simplex {3, 7} is there twice, with the values 1 and 2"},
      {"0 3;0 7;0 3", "simplex {3} is there twice, with the values 0 and 0"},
      {"0 3;0 7;0 9;1 3 7;1 3 9;1 7 9;4 3 7 9;3 3 7 9", "simplex {3, 7, 9} is there twice"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const bf_filtration f = parse(bad[i].text);
    assert_refused(&f, 0, false, BF_BAD_INPUT, bad[i].message); /* dimensions that are not asked for are checked, too */
    assert_refused(&f, 3, false, BF_BAD_INPUT, bad[i].message);
  }
}

/* ---- filtrations with something done to them ---- */

static const uint32_t *vertices_of(const bf_filtration *f, uint64_t s, uint64_t *count) {
  *count = f->first[s + 1] - f->first[s];
  return f->vertex + f->first[s];
}

static bool is_face(const bf_filtration *f, uint64_t s, uint64_t of) {
  uint64_t n, m, i = 0;
  const uint32_t *v = vertices_of(f, s, &n), *w = vertices_of(f, of, &m);
  for (uint64_t k = 0; k < m && i < n; k++) i += v[i] == w[k];
  return i == n;
}

/* By the definition: each set of vertices of a simplex is there, once, with no larger value. Values of +inf are none. */
static bool is_filtration(const bf_filtration *f) {
  for (uint64_t s = 0; s < f->n; s++) {
    uint64_t faces = 0, count;
    if (f->value[s] == INFINITY) continue;
    vertices_of(f, s, &count);
    for (uint64_t t = 0; t < f->n; t++) {
      if (f->value[t] == INFINITY || !is_face(f, t, s)) continue;
      if (f->value[t] > f->value[s]) return false;
      faces++;
    }
    if (faces != (UINT64_C(1) << count) - 1) return false; /* a simplex twice, and another missing: then that other's faces tell */
  }
  for (uint64_t s = 0; s < f->n; s++)
    for (uint64_t t = 0; t < s; t++)
      if (f->value[s] < INFINITY && f->value[t] < INFINITY && is_face(f, s, t) && is_face(f, t, s)) return false;
  return true;
}

/* Takes a simplex out, puts another in its place, changes a value or a vertex. */
static void damage(bf_filtration *f, uint64_t seed) {
  const uint64_t what = bf_random_below(seed, 0, 4), s = bf_random_below(seed, 1, f->n), other = bf_random_below(seed, 2, f->n);
  uint64_t n, m, last = f->n - 1;
  uint32_t *v = f->vertex + f->first[s];
  const uint32_t *w = vertices_of(f, other, &m);
  vertices_of(f, s, &n);
  if (what == 0 && f->first[f->n] - f->first[last] == n) { /* the last one takes its place */
    memmove(v, f->vertex + f->first[last], n * sizeof *v);
    f->value[s] = f->value[last];
    f->n--;
  }
  if (what == 1 && n == m) memmove(v, w, n * sizeof *v);
  if (what == 2) f->value[s] = bf_random_below(seed, 3, 4) ? f->value[other] : INFINITY;
  if (what == 3) v[n - 1] += 1 + (uint32_t)bf_random_below(seed, 4, 3);
}

static void damaged_ones(void **state) {
  uint64_t right = 0, wrong = 0;
  (void)state;
  for (uint64_t i = 0; i < 3000; i++) {
    const explicit_case c = explicit_random(6, i, 5, true);
    if (c.n == 0) continue;
    bf_filtration f = explicit_filtration(&c, i % 3, i);
    for (uint64_t times = bf_random_below(7, i, 3); times-- > 0 && f.n > 1;) damage(&f, 10 * i + times);
    bf_diagram d;
    const bf_status status = bf_reduce_barcode(&f, &(bf_reduce_options){.max_dim = (uint32_t)(i % 4), .modulus = 2}, &d);
    const bool fine = is_filtration(&f);
    if (status != (fine ? BF_OK : BF_BAD_INPUT)) fail_msg("case %llu: %s", (unsigned long long)i, fine ? bf_error() : "no error");
    if (!fine && (!strstr(bf_error(), "not a filtration: simplex {") || strstr(bf_error(), "as they should be"))) fail_msg("%s", bf_error());
    right += fine;
    wrong += !fine;
    bf_diagram_free(&d);
    bf_filtration_free(&f);
  }
  assert_true(right > 500 && wrong > 500);
}

static void large_simplex(void **state) {
  (void)state;
  bf_filtration f = parse("0 0");
  for (uint32_t i = 0; i < 40; i++) vertex[i] = i;
  first[1] = 40;
  assert_refused(&f, 1, false, BF_BAD_INPUT, "simplex {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...} of dimension 39 is there, its faces are not all");
  first[1] = 32;
  assert_refused(&f, 1, false, BF_BAD_INPUT, "is there, its face {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...} is not");
}

static void small_ones(void **state) {
  (void)state;
  bf_filtration f = parse("");
  assert_intervals(&f, BF_REDUCE_SOUND, false, 0, "");
  assert_intervals(&f, 3, false, 3, "");
  f = parse("-2.5 4000000000");
  assert_intervals(&f, BF_REDUCE_SOUND, false, 0, "0 -2.5 inf;");
  assert_intervals(&f, 3, false, 3, "0 -2.5 inf;");
  f = parse("-inf 4;-inf 5;-inf 4 5;3 6;inf 5 6;inf 7");
  assert_intervals(&f, BF_REDUCE_SOUND, false, 1, "0 -inf inf;0 3 inf;"); /* what is at infinity never comes */
  f = parse("0 4;0 5;1 4 5;inf 4 5 6;inf 1 2 3 4");
  assert_intervals(&f, BF_REDUCE_SOUND, false, 1, "0 0 1;0 0 inf;");
  f.limit_dimension = 2; /* and nothing was cut there */
  assert_intervals(&f, 2, false, 2, "0 0 1;0 0 inf;");
  f = parse("-0 4;0 5;-0 4 5");
  assert_intervals(&f, 1, false, 1, "0 0 inf;");
  f = parse("0 4294967295;0 0;0 4294967294;1 0 4294967295;2 4294967294 4294967295;3 0 4294967294;5 0 4294967294 4294967295");
  assert_intervals(&f, BF_REDUCE_SOUND, false, 2, "0 0 1;0 0 2;0 0 inf;1 3 5;");
  bf_diagram d;
  assert_int_equal(bf_reduce_barcode(&f, &(bf_reduce_options){.max_dim = 1, .modulus = 4}, &d), BF_INVALID);
  bf_diagram_free(&d);
}

/* A hollow tetrahedron with a tail, as if cut at dimensions 2, 1 and 0. */
static void where_it_is_sound(void **state) {
  static const char *const whole = "0 0;0 1;0 2;0 3;0 4;1 0 1;1 0 2;1 0 3;1 1 2;1 1 3;1 2 3;2 3 4;3 0 1 2;3 0 1 3;3 0 2 3;3 1 2 3";
  static const char *const lower = "0 0 1;0 0 1;0 0 1;0 0 2;0 0 inf;", *const loops = "1 1 3;1 1 3;1 1 3;";
  char expected[200];
  (void)state;
  bf_filtration f = parse(whole);
  snprintf(expected, sizeof expected, "%s%s2 3 inf;", lower, loops);
  assert_intervals(&f, BF_REDUCE_SOUND, false, 2, expected); /* not cut */
  assert_intervals(&f, 5, false, 5, expected);
  f.limit_dimension = 3; /* without any simplex of that dimension nothing was left out; one below is the default all the same */
  assert_intervals(&f, BF_REDUCE_SOUND, false, 2, expected);
  assert_intervals(&f, 3, false, 3, expected);
  assert_intervals(&f, 5, false, 5, expected);
  f.limit_dimension = 2;
  assert_refused(&f, 2, false, BF_INVALID,
                 "max_dim 2: the filtration was cut at dimension 2, where cycles are not filled; homology is sound below. Set top: true");
  assert_refused(&f, 3, false, BF_INVALID, "max_dim 3: the filtration was cut at dimension 2; build it with limit_dimension 4");
  assert_refused(&f, 3, true, BF_INVALID, "max_dim 3: the filtration was cut at dimension 2; build it with limit_dimension 4");
  assert_intervals(&f, 2, true, 2, expected);
  assert_intervals(&f, BF_REDUCE_SOUND, true, 2, expected);
  snprintf(expected, sizeof expected, "%s%s", lower, loops);
  assert_intervals(&f, BF_REDUCE_SOUND, false, 1, expected);
  assert_intervals(&f, 1, false, 1, expected);
  assert_intervals(&f, 0, true, 0, lower);
  f.n = 12; /* the edges */
  f.limit_dimension = 1;
  assert_intervals(&f, BF_REDUCE_SOUND, false, 0, lower);
  snprintf(expected, sizeof expected, "%s1 1 inf;1 1 inf;1 1 inf;", lower);
  assert_intervals(&f, BF_REDUCE_SOUND, true, 1, expected);
  f.n = 5; /* the vertices */
  f.limit_dimension = 0;
  assert_refused(&f, BF_REDUCE_SOUND, false, BF_INVALID, "the filtration was cut at dimension 0");
  assert_refused(&f, 0, false, BF_INVALID, "max_dim 0: the filtration was cut at dimension 0");
  assert_intervals(&f, BF_REDUCE_SOUND, true, 0, "0 0 inf;0 0 inf;0 0 inf;0 0 inf;0 0 inf;");
}

/* All triples of 16 vertices, with values at random; in no order. */
static bf_filtration triples(void) {
  enum { VERTICES = 16 };
  static uint64_t at;
  bf_filtration f = {BF_VALUE, INFINITY, 2, 0, first, vertex, value};
  uint64_t draws = 0;
  at = 0;
  for (uint32_t count = 3; count > 0; count--) {
    for (uint32_t a = 0; a < VERTICES; a++) {
      for (uint32_t b = count > 1 ? a + 1 : VERTICES - 1; b < VERTICES; b++) {
        for (uint32_t c = count > 2 ? b + 1 : VERTICES - 1; c < VERTICES; c++) {
          const uint32_t v[] = {a, b, c};
          memcpy(vertex + at, v, count * sizeof *v);
          first[f.n] = at;
          first[++f.n] = at += count;
          value[f.n - 1] = count + bf_random_uniform(5, draws++);
        }
      }
    }
  }
  return f;
}

static bf_status stop(void *context, uint64_t done, uint64_t total) {
  assert_true(done <= total);
  return --*(int *)context ? BF_OK : BF_CANCELLED;
}

static void budget_and_cancelling(void **state) {
  const bf_filtration f = triples();
  (void)state;
  for (int kind = BF_NO_REPRESENTATIVES; kind <= BF_CYCLES; kind++) {
    for (int method = BF_REDUCE_COHOMOLOGY; method <= BF_REDUCE_TWIST; method++) {
      bf_reduce_options o = {.max_dim = 2, .top = true, .modulus = 3, .method = method, .simplices = true, .representatives = kind};
      bf_diagram d;
      bf_status status = BF_NO_MEMORY;
      for (o.memory = 1000; status != BF_OK; o.memory += o.memory / 4) { /* each budget ends in an error or in the answer, and leaks nothing */
        status = bf_reduce_barcode(&f, &o, &d);
        assert_true(status == BF_OK || (status == BF_NO_MEMORY && strstr(bf_error(), "memory")));
        bf_diagram_free(&d);
      }
      assert_true(o.memory > 40 * f.n && o.memory < 2000 * f.n);
      o.memory = 0;
      o.step = stop;
      status = BF_CANCELLED;
      int steps = 0;
      while (status != BF_OK) {
        int left = ++steps;
        o.context = &left;
        status = bf_reduce_barcode(&f, &o, &d);
        assert_true(status == BF_OK || status == BF_CANCELLED);
        bf_diagram_free(&d);
      }
      assert_true(steps > 3);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(not_filtrations), cmocka_unit_test(damaged_ones),      cmocka_unit_test(large_simplex),
                                     cmocka_unit_test(small_ones),      cmocka_unit_test(where_it_is_sound), cmocka_unit_test(budget_and_cancelling)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
