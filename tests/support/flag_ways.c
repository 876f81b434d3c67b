/* Paths of the engine, compared with each other. */
#include "flag_ways.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *x, const void *y) {
  const bf_interval *a = x, *b = y;
  if (a->dim != b->dim) return a->dim < b->dim ? -1 : 1;
  if (a->birth != b->birth) return a->birth < b->birth ? -1 : 1;
  return (a->death > b->death) - (a->death < b->death);
}

void flag_sort(bf_interval *at, size_t n) {
  if (n) qsort(at, n, sizeof *at, by_value);
}

bool flag_same(const bf_interval *got, size_t ngot, const bf_interval *expected, size_t nexpected, char *why, size_t room) {
  size_t i = 0;
  while (i < ngot && i < nexpected && by_value(&got[i], &expected[i]) == 0) i++;
  if (i == ngot && i == nexpected) return true;
  int used = snprintf(why, room, "%zu intervals, expected %zu; the first other one:", ngot, nexpected);
  for (int side = 0; side < 2 && used > 0 && (size_t)used < room; side++) {
    const bf_interval *b = side ? expected + i : got + i;
    const char *word = side ? ", expected" : "";
    if (i < (side ? nexpected : ngot))
      used += snprintf(why + used, room - (size_t)used, "%s dim %u [%.9g,%.9g)", word, b->dim, (double)b->birth, (double)b->death);
    else
      used += snprintf(why + used, room - (size_t)used, "%s none", word);
  }
  return false;
}

/* ---- barcodes ---- */

typedef struct way {
  bf_flag_collapse collapse;
  bf_flag_keys keys;
  bool dense;
  uint32_t threads;
  bool simplices, cocycles, cycles;
} way;

enum { EVERY_WAY = 36, WAYS = EVERY_WAY + 12 };

static way numbered(int i) {
  static const bf_flag_collapse collapse[] = {BF_COLLAPSE_NEVER, BF_COLLAPSE_ALWAYS, BF_COLLAPSE_AUTO};
  static const bf_flag_keys keys[] = {BF_KEYS_NARROWEST, BF_KEYS_128, BF_KEYS_COMBINATORIAL};
  if (i < EVERY_WAY) return (way){collapse[i % 3], keys[i / 3 % 3], i / 9 % 2, 1 + (uint32_t)(i / 18 % 2), false, false, false};
  i -= EVERY_WAY;
  return (way){BF_COLLAPSE_NEVER, keys[i % 3], i / 3 % 2, 1 + (uint32_t)(i / 6 % 2), true, i % 3 != 1, i % 3 != 0};
}

/* The rows of the orthogonal array L9, in which any two columns hold all pairs; two-valued options fold the third value. */
static bool is_few(int i) {
  int collapse = i % 3, keys = i / 3 % 3, dense = i / 9 % 2, second = i / 18 % 2;
  return i < EVERY_WAY && dense == (collapse + keys) % 3 % 2 && second == (collapse + 2 * keys) % 3 % 2;
}

static const char *describe(way w, char *text, size_t room) {
  static const char *const collapse[] = {"auto", "always", "never"}, *const keys[] = {"narrowest", "of 128 bits", "combinatorial"};
  snprintf(text, room, "collapse %s, keys %s, %s input, threads %u%s%s%s", collapse[w.collapse], keys[w.keys], w.dense ? "dense" : "sparse", w.threads,
           w.simplices ? ", simplices" : "", w.cocycles ? ", cocycles" : "", w.cycles ? ", cycles" : "");
  return text;
}

static bf_flag_options options(const flag_case *c, way w) {
  return (bf_flag_options){.max_dim = c->max_dim,
                           .threshold = c->threshold,
                           .modulus = c->modulus,
                           .threads = w.threads,
                           .collapse = w.collapse,
                           .keys = w.keys,
                           .simplices = w.simplices,
                           .cocycles = w.cocycles,
                           .cycles = w.cycles};
}

static bool is_sorted(const bf_barcode *b) {
  for (size_t i = 1; i < b->n; i++)
    if (by_value(&b->at[i - 1], &b->at[i]) > 0) return false;
  return true;
}

static bool along(const flag_case *c, way w, bf_barcode *barcode, char *why, size_t room) {
  char text[160];
  bf_graph g;
  flag_case_graph(c, w.dense, &g);
  bf_flag_options o = options(c, w);
  bf_status status = bf_flag_barcode(&g, &o, barcode);
  bf_graph_free(&g);
  if (status == BF_OK && is_sorted(barcode)) return true;
  snprintf(why, room, "%s: %s", describe(w, text, sizeof text), status == BF_OK ? "not sorted" : bf_error());
  return false;
}

/* Simplices are ordered alike whatever the keys, so they are paired alike. */
static bool same_simplices(const bf_barcode *x, const bf_barcode *y) {
  for (size_t i = 0; i < x->n; i++) {
    const bf_interval *a = &x->at[i], *b = &y->at[i];
    size_t vertices = a->dim + (size_t)1 + (a->death < INFINITY ? a->dim + (size_t)2 : 0);
    if (memcmp(x->vertex + a->simplex, y->vertex + b->simplex, vertices * sizeof *x->vertex) != 0) return false;
  }
  return true;
}

bool flag_ways_barcode(const flag_case *c, flag_ways ways, bf_barcode *barcode, char *why, size_t room) {
  char text[160], difference[200];
  bf_barcode paired = {0};
  bool same = along(c, numbered(0), barcode, why, room);
  for (int i = 1; i < WAYS && same; i++) {
    bf_barcode other = {0};
    if (ways == FLAG_WAYS_FEW && !is_few(i)) continue;
    same = along(c, numbered(i), &other, why, room);
    if (same && !flag_same(other.at, other.n, barcode->at, barcode->n, difference, sizeof difference)) {
      snprintf(why, room, "%s: %s", describe(numbered(i), text, sizeof text), difference);
      same = false;
    }
    if (same && i > EVERY_WAY && !same_simplices(&other, &paired)) {
      snprintf(why, room, "%s: other birth and death simplices than narrowest keys, sparse input, one thread", describe(numbered(i), text, sizeof text));
      same = false;
    }
    if (i == EVERY_WAY) {
      paired = other;
      continue;
    }
    bf_barcode_free(&other);
  }
  bf_barcode_free(&paired);
  return same;
}

/* ---- single scales ---- */

static bool betti_along(const flag_case *c, const bf_graph *g, way w, const float *scale, size_t nscale, const uint64_t *betti, char *why, size_t room) {
  char text[160];
  size_t dims = c->max_dim + (size_t)1;
  uint64_t *got = calloc(nscale * dims + 1, sizeof *got);
  bf_flag_options o = options(c, w);
  bf_status status = bf_flag_betti(g, &o, scale, nscale, got);
  bool same = status == BF_OK;
  if (!same) snprintf(why, room, "single scales, %s: %s", describe(w, text, sizeof text), bf_error());
  for (size_t i = 0; i < nscale * dims && same; i++) {
    same = got[i] == betti[i];
    if (!same)
      snprintf(why, room, "single scales, %s: Betti number %llu in dimension %zu at %.9g, expected %llu", describe(w, text, sizeof text),
               (unsigned long long)got[i], i % dims, (double)scale[i / dims], (unsigned long long)betti[i]);
  }
  free(got);
  return same;
}

bool flag_ways_betti(const flag_case *c, flag_ways ways, const float *scale, size_t nscale, const uint64_t *betti, char *why, size_t room) {
  bool same = true;
  for (int dense = 0; dense < 2 && same; dense++) {
    bf_graph g;
    flag_case_graph(c, dense, &g);
    for (int i = 0; i < EVERY_WAY && same; i++) {
      way w = numbered(i);
      if (w.dense != dense || (ways == FLAG_WAYS_FEW && i != 27 * dense)) continue; /* few: sparse with one thread, dense with two */
      if (i % 3) continue;                                                          /* collapse has no say here */
      same = betti_along(c, &g, w, scale, nscale, betti, why, room);
    }
    for (size_t k = 0; k < nscale && same && ways == FLAG_WAYS_ALL; k++)
      same = betti_along(c, &g, numbered(0), &scale[k], 1, betti + k * (c->max_dim + 1), why, room);
    bf_graph_free(&g);
  }
  return same;
}
