/* From a weighted graph to rows of bits: adjacency lists, components breadth-first, rows. */
#include "flag/rows.h"
#include "flag/graph.h"
#include <string.h>

typedef struct lists {
  uint32_t n;
  uint64_t *first; /* n + 1 */
  uint32_t *to;
  size_t first_room, to_room;
} lists;

/* first[v + 1] counts v's neighbours. */
static uint64_t count(const bf_graph *g, float scale, uint64_t *first) {
  uint64_t edges = 0;
  const float *w = g->w;
  if (g->dense) {
    for (uint32_t i = 1; i < g->n; i++)
      for (uint32_t j = 0; j < i; j++, w++)
        if (flag_is_edge(*w, scale)) first[i + 1]++, first[j + 1]++, edges++;
  } else {
    for (uint64_t e = 0; e < g->m; e++)
      if (flag_is_edge(w[e], scale)) first[g->u[e] + 1]++, first[g->v[e] + 1]++, edges++;
  }
  return edges;
}

/* first[v] runs through v's places. */
static void place(const bf_graph *g, float scale, uint64_t *first, uint32_t *to) {
  const float *w = g->w;
  if (g->dense) {
    for (uint32_t i = 1; i < g->n; i++)
      for (uint32_t j = 0; j < i; j++, w++)
        if (flag_is_edge(*w, scale)) to[first[i]++] = j, to[first[j]++] = i;
  } else {
    for (uint64_t e = 0; e < g->m; e++)
      if (flag_is_edge(w[e], scale)) to[first[g->u[e]]++] = g->v[e], to[first[g->v[e]]++] = g->u[e];
  }
}

static bf_status build_lists(const bf_graph *g, float scale, flag_memory *memory, lists *out) {
  bf_status status = BF_OK;
  size_t n = g->n;
  out->n = g->n;
  BF_TRY(flag_reserve(memory, (void **)&out->first, &out->first_room, n + 1, sizeof *out->first));
  memset(out->first, 0, (n + 1) * sizeof *out->first);
  uint64_t edges = count(g, scale, out->first);
  for (size_t v = 0; v < n; v++) out->first[v + 1] += out->first[v];
  BF_TRY(flag_reserve(memory, (void **)&out->to, &out->to_room, 2 * edges, sizeof *out->to));
  place(g, scale, out->first, out->to);
  memmove(out->first + 1, out->first, n * sizeof *out->first); /* each stands at its end, where the next one begins */
  out->first[0] = 0;
out:
  return status;
}

#define UNSEEN UINT32_MAX
enum { PART = 1024 }; /* vertices from which on a part is large enough */

/* Numbers what can be reached from s, from `next` on; order[] tells who has which number. Returns the next number. */
static uint32_t number_component(const lists *l, uint32_t s, uint32_t next, uint32_t *number, uint32_t *order) {
  uint32_t head = next;
  number[s] = next;
  order[next++] = s;
  for (; head < next; head++) {
    uint32_t v = order[head];
    for (uint64_t i = l->first[v]; i < l->first[v + 1]; i++) {
      uint32_t w = l->to[i];
      if (number[w] != UNSEEN) continue;
      number[w] = next;
      order[next++] = w;
    }
  }
  return next;
}

/* Room for a part that begins with number `next`, and for the numbers of all vertices in it. */
static bf_status begin_part(flag_rows *out, uint64_t next, uint32_t n, uint32_t **order, size_t *order_room, flag_memory *memory) {
  bf_status status = BF_OK;
  if (next > UINT32_MAX / 2) return bf_fail(BF_NO_MEMORY, "Betti numbers at one scale: more than 2^31 vertices");
  BF_TRY(flag_reserve(memory, (void **)&out->begin, &out->begin_room, out->npart + (size_t)2, sizeof *out->begin));
  BF_TRY(flag_reserve(memory, (void **)&out->count, &out->count_room, out->npart + (size_t)1, sizeof *out->count));
  BF_TRY(flag_reserve(memory, (void **)order, order_room, next + n + 64, sizeof **order));
  out->begin[out->npart++] = (uint32_t)next;
out:
  return status;
}

static uint32_t end_part(flag_rows *out, uint32_t next, uint32_t *order) {
  uint32_t *begin = &out->begin[out->npart];
  out->count[out->npart - 1] = next - begin[-1];
  for (; next % 64; next++) order[next] = UNSEEN;
  return *begin = next;
}

static bf_status number_all(const lists *l, uint32_t *number, uint32_t **order, size_t *order_room, flag_memory *memory, flag_rows *out) {
  bf_status status = BF_OK;
  uint32_t next = 0;
  bool open = false;
  for (uint32_t v = 0; v < l->n; v++) number[v] = UNSEEN;
  for (uint32_t s = 0; s < l->n; s++) {
    if (number[s] != UNSEEN) continue;
    if (l->first[s] == l->first[s + 1]) {
      out->isolated++;
      continue;
    }
    if (!open) BF_TRY(begin_part(out, next, l->n, order, order_room, memory));
    next = number_component(l, s, next, number, *order);
    open = next - out->begin[out->npart - 1] < PART;
    if (!open) next = end_part(out, next, *order);
  }
  if (open) end_part(out, next, *order);
out:
  return status;
}

/* Gathers the row of the vertex with the number x, as v in the lists; `at` has a word for each block, all 0 before and after. Returns its words. */
static uint64_t gather(const lists *l, const uint32_t *number, uint32_t x, uint32_t v, uint64_t *at, uint32_t *block, uint64_t *word) {
  uint32_t least = x / 64, most = least;
  uint64_t n = 0;
  at[x / 64] |= UINT64_C(1) << x % 64;
  for (uint64_t i = l->first[v]; i < l->first[v + 1]; i++) {
    uint32_t y = number[l->to[i]], b = y / 64;
    at[b] |= UINT64_C(1) << y % 64;
    if (b < least) least = b;
    if (b > most) most = b;
  }
  for (uint32_t b = least; b <= most; b++) {
    if (!at[b]) continue;
    block[n] = b;
    word[n++] = at[b];
    at[b] = 0;
  }
  return n;
}

static bf_status fill_rows(const lists *l, const uint32_t *number, const uint32_t *order, flag_memory *memory, flag_rows *out) {
  bf_status status = BF_OK;
  uint32_t n = out->begin[out->npart];
  uint64_t *at = NULL, words = 0;
  size_t at_room = 0;
  BF_TRY(flag_reserve(memory, (void **)&at, &at_room, n / 64, sizeof *at));
  memset(at, 0, n / 64 * sizeof *at);
  BF_TRY(flag_reserve(memory, (void **)&out->first, &out->first_room, n + (size_t)1, sizeof *out->first));
  for (uint32_t x = 0; x < n; x++) {
    uint32_t v = order[x];
    out->first[x] = words;
    if (v == UNSEEN) continue;
    uint64_t most = words + l->first[v + 1] - l->first[v] + 1;
    BF_TRY(flag_reserve(memory, (void **)&out->block, &out->block_room, most, sizeof *out->block));
    BF_TRY(flag_reserve(memory, (void **)&out->word, &out->word_room, most, sizeof *out->word));
    words += gather(l, number, x, v, at, out->block + words, out->word + words);
  }
  out->first[n] = words;
out:
  flag_release(memory, at, at_room, sizeof *at);
  return status;
}

bf_status flag_rows_build(const bf_graph *from, float scale, flag_memory *memory, flag_rows *out) {
  bf_status status = BF_OK;
  lists l = {0};
  uint32_t *number = NULL, *order = NULL;
  size_t number_room = 0, order_room = 0;
  *out = (flag_rows){0};
  BF_TRY(build_lists(from, scale, memory, &l));
  BF_TRY(flag_reserve(memory, (void **)&number, &number_room, from->n, sizeof *number));
  BF_TRY(number_all(&l, number, &order, &order_room, memory, out));
  if (order) BF_TRY(fill_rows(&l, number, order, memory, out));
out:
  flag_release(memory, l.first, l.first_room, sizeof *l.first);
  flag_release(memory, l.to, l.to_room, sizeof *l.to);
  flag_release(memory, number, number_room, sizeof *number);
  flag_release(memory, order, order_room, sizeof *order);
  return status;
}

void flag_rows_free(flag_rows *r, flag_memory *memory) {
  flag_release(memory, r->begin, r->begin_room, sizeof *r->begin);
  flag_release(memory, r->count, r->count_room, sizeof *r->count);
  flag_release(memory, r->first, r->first_room, sizeof *r->first);
  flag_release(memory, r->block, r->block_room, sizeof *r->block);
  flag_release(memory, r->word, r->word_room, sizeof *r->word);
  *r = (flag_rows){0};
}
