/* Groups of witnesses: their places and differences. */
#include "group.h"
#include "../../clones.h"
#include "lanes.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NOWHERE = UINT32_MAX, HERE = UINT32_MAX - 1 };

BF_CLONES static void least_of(const double *over, size_t vectors, const double *chosen, const uint32_t *place, size_t n, double *least) {
  for (size_t i = 0; i < n; i++) {
    const double *own = over + place[i] * vectors * LANES;
    lanes s = GREATER(AT(own), AT(chosen));
    for (size_t v = 1; v < vectors; v++) {
      const lanes more = GREATER(AT(own + v * LANES), AT(chosen + v * LANES));
      s = LESS(more, s);
    }
    lanes half = __builtin_shufflevector(s, s, 4, 5, 6, 7, 0, 1, 2, 3);
    s = LESS(half, s);
    half = __builtin_shufflevector(s, s, 2, 3, 0, 1, 6, 7, 4, 5);
    s = LESS(half, s);
    least[i] = s[0] < s[1] ? s[0] : s[1];
  }
}

void group_least(const group *g, const double *chosen, const uint32_t *place, size_t n, double *least) {
  least_of(g->over, g->vectors, chosen, place, n, least);
}

void group_choose(const group *g, const double *chosen, uint32_t place, double *next) {
  const double *own = g->over + place * g->vectors * LANES;
  for (size_t l = 0; l < g->vectors * LANES; l++) next[l] = own[l] > chosen[l] ? own[l] : chosen[l];
}

bf_status group_new(group *g, size_t landmarks, bf_memory *memory) {
  bf_status status = BF_OK;
  *g = (group){.landmarks = landmarks};
  BF_TRY(bf_memory_take(memory, &g->where, landmarks, sizeof *g->where, "the choices of witnesses"));
  memset(g->where, 0xff, landmarks * sizeof *g->where);
out:
  return status;
}

static size_t words_of(size_t places) { return (places + 63) / 64; }

static void drop(group *g, bf_memory *memory) {
  bf_memory_release(memory, g->vertex, g->room, sizeof *g->vertex);
  bf_memory_release(memory, g->over, g->room * GROUP_MOST, sizeof *g->over);
  bf_memory_release(memory, g->after, g->room * words_of(g->room), sizeof *g->after);
  g->vertex = NULL, g->over = NULL, g->after = NULL, g->room = 0;
}

void group_free(group *g, bf_memory *memory) {
  drop(g, memory);
  bf_memory_release(memory, g->where, g->landmarks, sizeof *g->where);
  *g = (group){0};
}

/* Room for as many places; what was there is lost. */
static bf_status reserve(group *g, size_t places, bf_memory *memory) {
  bf_status status = BF_OK;
  static const char what[] = "the choices of witnesses";
  if (places <= g->room) return BF_OK;
  drop(g, memory);
  g->room = places + places / 2 < g->landmarks ? places + places / 2 : g->landmarks;
  BF_TRY(bf_memory_take(memory, &g->vertex, g->room, sizeof *g->vertex, what));
  BF_TRY(bf_memory_take(memory, &g->over, g->room * GROUP_MOST, sizeof *g->over, what));
  BF_TRY(bf_memory_take(memory, &g->after, g->room * words_of(g->room), sizeof *g->after, what));
out:
  return status;
}

static int rising(const void *a, const void *b) { return (*(const uint32_t *)a > *(const uint32_t *)b) - (*(const uint32_t *)a < *(const uint32_t *)b); }

static void sort(uint32_t *v, size_t n) {
  if (n > 64) {
    qsort(v, n, sizeof *v, rising);
    return;
  }
  for (size_t i = 1; i < n; i++) {
    const uint32_t one = v[i];
    size_t to = i;
    for (; to && v[to - 1] > one; to--) v[to] = v[to - 1];
    v[to] = one;
  }
}

/* Where a witness's places begin and end in its list. */
typedef struct range {
  size_t from, to;
} range;

static range range_of(const witness_rule *rule, const witness_list *list, size_t m) {
  if (!rule->weak) return (range){0, list->n};
  range r = {m + 1, m + 1};
  while (r.to < list->n && list->square[r.to] - rule->alpha_square <= list->square[m]) r.to++;
  return r;
}

static bool joined(const witness_edges *edges, const uint32_t *prefix, size_t m, uint32_t v) {
  for (size_t i = 0; i < m; i++)
    if (!edges_have(edges, prefix[i], v)) return false;
  return true;
}

/* The places, rising, and where they are. Landmarks looked at and left out have been marked by HERE. */
static void find_places(group *g, const witness_edges *edges, const witness_list *list, const range *r, size_t n, size_t m) {
  g->places = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t e = r[i].from; e < r[i].to; e++) {
      const uint32_t v = list[i].landmark[e];
      if (g->where[v] != NOWHERE) continue;
      g->where[v] = HERE;
      if (joined(edges, list[0].landmark, m, v)) g->vertex[g->places++] = v;
    }
  sort(g->vertex, g->places);
  for (size_t p = 0; p < g->places; p++) g->where[g->vertex[p]] = (uint32_t)p;
}

static void fill_over(group *g, const witness_list *list, const range *r, size_t n, size_t m) {
  const size_t width = g->vectors * LANES;
  for (size_t i = 0; i < g->places * width; i++) g->over[i] = INFINITY;
  for (size_t i = 0; i < n; i++)
    for (size_t e = r[i].from; e < r[i].to; e++) {
      const uint32_t where = g->where[list[i].landmark[e]];
      if (where < HERE) g->over[where * width + i] = list[i].square[e] - list[i].square[m];
    }
}

static void fill_after(group *g, const witness_edges *edges) {
  for (size_t p = 0; p < g->places; p++) {
    uint64_t *after = g->after + p * g->words;
    for (size_t w = 0; w < g->words; w++) {
      uint64_t bits = 0;
      for (size_t q = w * 64 > p ? w * 64 : p + 1; q < g->places && q < (w + 1) * 64; q++)
        bits |= (uint64_t)edges_have(edges, g->vertex[p], g->vertex[q]) << q % 64;
      after[w] = bits;
    }
  }
}

bf_status group_make(group *g, const witness_rule *rule, const witness_edges *edges, const witness_list *list, size_t n, size_t m, bf_memory *memory) {
  range r[GROUP_MOST];
  size_t all = 0;
  for (size_t i = 0; i < n; i++) {
    r[i] = range_of(rule, &list[i], m);
    all += r[i].to - r[i].from;
  }
  bf_status status = reserve(g, all < g->landmarks ? all : g->landmarks, memory);
  if (status != BF_OK) return status;
  g->vectors = (n + LANES - 1) / LANES;
  find_places(g, edges, list, r, n, m);
  g->words = words_of(g->places);
  fill_over(g, list, r, n, m);
  for (size_t i = 0; i < n; i++)
    for (size_t e = r[i].from; e < r[i].to; e++) g->where[list[i].landmark[e]] = NOWHERE;
  fill_after(g, edges);
  return BF_OK;
}
