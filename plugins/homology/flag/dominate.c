/* Reduction by domination: the vertices' links, one after the other, breadth-first. */
#include "flag/dominate.h"
#include <string.h>

enum { MATRIX_LIMIT = 1 << 25 }; /* words; a vertex with a larger link is left alone */

/* The link of one vertex x. A set of its vertices has a bit at the place of each: bit i of word s is the vertex 64 · block[s] + i. */
typedef struct link {
  uint32_t x, words, n; /* of a set; vertices */
  uint32_t hint;        /* the place of the last dominator */
  uint32_t built;       /* rows of the matrix */
  uint32_t *block;
  uint64_t *all, *left, *pending, *hood, *candidates; /* sets: of all, not yet taken away, to be looked at, two for the test at hand */
  uint32_t *row;                                      /* of each place: number of its row + 1, or 0 when it is not built yet */
  uint64_t *matrix;                                   /* rows of 1 + words: closed neighbourhoods; word 0 takes what is outside of the link */
  size_t block_room, sets_room, row_room, matrix_room;
} link;

typedef struct reduction {
  flag_rows *rows;
  bf_memory *memory;
  uint32_t blocks;
  uint64_t *alive, *pending; /* vertices: not yet taken away; to be looked at */
  uint32_t *slot;            /* of each block, while a link is built: 1 + its place in the link's sets, or 0 */
  size_t alive_room, pending_room, slot_room;
  link link;
} reduction;

static unsigned lowest(uint64_t word) { return (unsigned)__builtin_ctzll(word); }
static unsigned highest(uint64_t word) { return 63 - (unsigned)__builtin_clzll(word); }

/* ---- the link as a matrix of bits ---- */

/* Gathers x's neighbours. A set that is too large for its matrix counts as empty. */
static bf_status begin_link(reduction *r, uint32_t x) {
  bf_status status = BF_OK;
  const flag_rows *g = r->rows;
  link *l = &r->link;
  uint64_t most = g->first[x + 1] - g->first[x];
  l->x = x;
  l->words = l->n = l->built = 0;
  BF_TRY(bf_memory_reserve(r->memory, (void **)&l->block, &l->block_room, most, sizeof *l->block));
  if (l->sets_room < 5 * most) {
    BF_TRY(bf_memory_reserve(r->memory, (void **)&l->all, &l->sets_room, 5 * most, sizeof *l->all));
    l->left = l->all + l->sets_room / 5;
    l->pending = l->left + l->sets_room / 5;
    l->hood = l->pending + l->sets_room / 5;
    l->candidates = l->hood + l->sets_room / 5;
  }
  for (uint64_t i = g->first[x]; i < g->first[x + 1]; i++) {
    uint32_t b = g->block[i];
    uint64_t word = g->word[i] & r->alive[b];
    if (b == x / 64) word &= ~(UINT64_C(1) << x % 64);
    if (!word) continue;
    l->block[l->words] = b;
    l->all[l->words++] = word;
    for (; word; word &= word - 1) l->n++;
  }
  if ((uint64_t)l->n * (l->words + 1) > MATRIX_LIMIT) l->words = l->n = 0;
  BF_TRY(bf_memory_reserve(r->memory, (void **)&l->matrix, &l->matrix_room, (size_t)l->n * (l->words + 1), sizeof *l->matrix));
  BF_TRY(bf_memory_reserve(r->memory, (void **)&l->row, &l->row_room, (size_t)64 * l->words, sizeof *l->row));
  memset(l->row, 0, (size_t)64 * l->words * sizeof *l->row);
  for (uint32_t s = 0; s < l->words; s++) r->slot[l->block[s]] = s + 1;
out:
  return status;
}

static void end_link(reduction *r) {
  for (uint32_t s = 0; s < r->link.words; s++) r->slot[r->link.block[s]] = 0;
}

static void build_row(const reduction *r, uint32_t place, uint64_t *row) {
  const flag_rows *g = r->rows;
  const link *l = &r->link;
  uint32_t y = 64 * l->block[place / 64] + place % 64;
  memset(row, 0, (l->words + (size_t)1) * sizeof *row);
  for (uint64_t i = g->first[y]; i < g->first[y + 1]; i++) row[r->slot[g->block[i]]] = g->word[i];
}

/* The closed neighbourhood of the vertex at a place; it may hold vertices that are not in the link, or no more. */
static const uint64_t *row_of(reduction *r, uint32_t place) {
  link *l = &r->link;
  if (!l->row[place]) {
    build_row(r, place, l->matrix + (size_t)l->built * (l->words + 1));
    l->row[place] = ++l->built;
  }
  return l->matrix + (size_t)(l->row[place] - 1) * (l->words + 1) + 1;
}

/* ---- domination ---- */

/* The place of an element of a ∖ b, the first or the last; false when there is none. */
static bool outside(const uint64_t *a, const uint64_t *b, uint32_t words, bool last, uint32_t *place) {
  for (uint32_t i = 0; i < words; i++) {
    uint32_t s = last ? words - 1 - i : i;
    uint64_t word = a[s] & ~b[s];
    if (!word) continue;
    *place = 64 * s + (last ? highest(word) : lowest(word));
    return true;
  }
  return false;
}

/* Whether one of the candidates has all of the hood in its closed neighbourhood. A candidate that lacks some z rules out all others that z is no neighbour of,
 * so few are tried. Uses up the candidates. */
static bool find_dominator(reduction *r) {
  link *l = &r->link;
  uint32_t w = l->hint, z;
  bool any = true;
  if (w / 64 >= l->words || !(l->candidates[w / 64] >> w % 64 & 1)) {
    uint32_t s = 0;
    while (s < l->words && !l->candidates[s]) s++;
    if (s == l->words) return false;
    w = 64 * s + lowest(l->candidates[s]);
  }
  for (bool last = true; any; last = !last) {
    if (!outside(l->hood, row_of(r, w), l->words, last, &z)) {
      l->hint = w;
      return true;
    }
    const uint64_t *of_z = row_of(r, z);
    any = false;
    for (uint32_t s = 0; s < l->words; s++) {
      l->candidates[s] &= of_z[s];
      if (!any && l->candidates[s]) {
        any = true;
        w = 64 * s + lowest(l->candidates[s]);
      }
    }
  }
  return false;
}

/* Whether x has a dominator: the link is a cone. */
static bool is_cone(reduction *r) {
  link *l = &r->link;
  l->hint = UINT32_MAX;
  memcpy(l->hood, l->all, l->words * sizeof *l->hood);
  memcpy(l->candidates, l->all, l->words * sizeof *l->candidates);
  return find_dominator(r);
}

static bool is_dominated(reduction *r, uint32_t place) {
  link *l = &r->link;
  const uint64_t *row = row_of(r, place);
  for (uint32_t s = 0; s < l->words; s++) l->hood[s] = l->candidates[s] = row[s] & l->left[s];
  l->candidates[place / 64] &= ~(UINT64_C(1) << place % 64);
  return find_dominator(r);
}

/* Takes dominated vertices of the link away until none is; returns how many are left. */
static uint32_t reduce_link(reduction *r) {
  link *l = &r->link;
  uint32_t left = l->n;
  memcpy(l->left, l->all, l->words * sizeof *l->left);
  memcpy(l->pending, l->all, l->words * sizeof *l->pending);
  for (bool again = true; again && left > 1;) {
    again = false;
    for (uint32_t s = 0; s < l->words; s++) {
      while (l->pending[s] && left > 1) {
        uint32_t place = 64 * s + lowest(l->pending[s]);
        l->pending[s] &= l->pending[s] - 1;
        if (!is_dominated(r, place)) continue;
        l->left[s] &= ~(UINT64_C(1) << place % 64);
        left--;
        for (uint32_t t = 0; t < l->words; t++) l->pending[t] |= l->hood[t] & l->left[t];
        again = true;
      }
    }
  }
  return left;
}

/* ---- the graph ---- */

static void clear_bit(flag_rows *g, uint32_t x, uint32_t y) {
  uint64_t low = g->first[x], high = g->first[x + 1];
  while (high - low > 1) {
    uint64_t middle = low + (high - low) / 2;
    if (g->block[middle] <= y / 64)
      low = middle;
    else
      high = middle;
  }
  g->word[low] &= ~(UINT64_C(1) << y % 64);
}

/* Takes the edges from x to what is no more in its link away. */
static void clear_edges(reduction *r) {
  const link *l = &r->link;
  for (uint32_t s = 0; s < l->words; s++) {
    for (uint64_t gone = l->all[s] & ~l->left[s]; gone; gone &= gone - 1) {
      uint32_t y = 64 * l->block[s] + lowest(gone);
      clear_bit(r->rows, l->x, y);
      clear_bit(r->rows, y, l->x);
    }
  }
}

static bf_status reduce_vertex(reduction *r, uint32_t x) {
  bf_status status = BF_OK;
  link *l = &r->link;
  BF_TRY(begin_link(r, x));
  uint32_t left = l->n == 0 ? 0 : l->n == 1 || is_cone(r) ? 1 : reduce_link(r);
  if (left == 1)
    r->alive[x / 64] &= ~(UINT64_C(1) << x % 64);
  else if (left < l->n)
    clear_edges(r);
  if (left < l->n || left == 1) /* the links of all neighbours have changed */
    for (uint32_t s = 0; s < l->words; s++) r->pending[l->block[s]] |= l->all[s];
  end_link(r);
out:
  return status;
}

static bf_status reduce_all(reduction *r, bf_jobs_progress *progress) {
  bf_status status = BF_OK;
  for (bool again = true; again;) {
    again = false;
    for (uint32_t b = 0; b < r->blocks; b++) {
      while ((r->pending[b] &= r->alive[b])) {
        uint32_t x = 64 * b + lowest(r->pending[b]);
        r->pending[b] &= r->pending[b] - 1;
        BF_TRY(reduce_vertex(r, x));
        again = true;
      }
      BF_TRY(bf_jobs_tell(progress, b, r->blocks));
    }
  }
out:
  return status;
}

/* ---- what is left ---- */

static bf_status take_rest(reduction *r, flag_graph *out) {
  bf_status status = BF_OK;
  const flag_rows *g = r->rows;
  uint32_t *number = NULL, n = 0;
  size_t number_room = 0;
  uint64_t ends = 0;
  BF_TRY(bf_memory_reserve(r->memory, (void **)&number, &number_room, (size_t)64 * r->blocks, sizeof *number));
  for (uint32_t b = 0; b < r->blocks; b++)
    for (uint64_t word = r->alive[b]; word; word &= word - 1) number[64 * b + lowest(word)] = n++;
  *out = (flag_graph){.n = n};
  BF_TRY(bf_memory_reserve(r->memory, (void **)&out->row, &out->row_room, n + (size_t)1, sizeof *out->row));
  for (uint32_t b = 0; b < r->blocks; b++) {
    for (uint64_t rest = r->alive[b]; rest; rest &= rest - 1) {
      uint32_t x = 64 * b + lowest(rest);
      out->row[number[x]] = ends;
      for (uint64_t i = g->first[x]; i < g->first[x + 1]; i++) {
        uint32_t c = g->block[i];
        for (uint64_t word = g->word[i] & r->alive[c]; word; word &= word - 1) {
          uint32_t y = 64 * c + lowest(word);
          if (y == x) continue;
          BF_TRY(bf_memory_reserve(r->memory, (void **)&out->neighbour, &out->neighbour_room, ends + 1, sizeof *out->neighbour));
          out->neighbour[ends++] = (flag_neighbour){number[y], 1};
        }
      }
    }
  }
  out->row[n] = ends;
  out->edges = ends / 2;
out:
  bf_memory_release(r->memory, number, number_room, sizeof *number);
  return status;
}

static void reduction_free(reduction *r) {
  link *l = &r->link;
  bf_memory_release(r->memory, r->alive, r->alive_room, sizeof *r->alive);
  bf_memory_release(r->memory, r->pending, r->pending_room, sizeof *r->pending);
  bf_memory_release(r->memory, r->slot, r->slot_room, sizeof *r->slot);
  bf_memory_release(r->memory, l->block, l->block_room, sizeof *l->block);
  bf_memory_release(r->memory, l->all, l->sets_room, sizeof *l->all);
  bf_memory_release(r->memory, l->row, l->row_room, sizeof *l->row);
  bf_memory_release(r->memory, l->matrix, l->matrix_room, sizeof *l->matrix);
}

bf_status flag_dominate(flag_rows *rows, bf_jobs_progress *progress, bf_memory *memory, flag_graph *out) {
  bf_status status = BF_OK;
  const uint32_t n = rows->n, blocks = n / 64 + (n % 64 > 0);
  reduction r = {.rows = rows, .memory = memory, .blocks = blocks};
  *out = (flag_graph){0};
  BF_TRY(bf_memory_reserve(memory, (void **)&r.alive, &r.alive_room, blocks, sizeof *r.alive));
  BF_TRY(bf_memory_reserve(memory, (void **)&r.pending, &r.pending_room, blocks, sizeof *r.pending));
  BF_TRY(bf_memory_reserve(memory, (void **)&r.slot, &r.slot_room, blocks, sizeof *r.slot));
  memset(r.slot, 0, blocks * sizeof *r.slot);
  for (uint32_t b = 0; b < blocks; b++) r.alive[b] = r.pending[b] = n - 64 * b >= 64 ? UINT64_MAX : (UINT64_C(1) << n % 64) - 1;
  BF_TRY(reduce_all(&r, progress));
  BF_TRY(take_rest(&r, out));
out:
  reduction_free(&r);
  return status;
}
