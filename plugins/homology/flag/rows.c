/* From lists of neighbours to rows of bits. When a vertex has its turn breadth-first, all of its neighbours have their numbers, so its row is built at once. */
#include "flag/rows.h"
#include <string.h>

#define UNSEEN UINT32_MAX

typedef struct building {
  const uint64_t *first; /* lists of the vertices, which count from `begin` in `to` */
  const uint32_t *to;
  uint32_t begin, seen; /* seen: vertices that have a number */
  uint32_t *number;     /* of a vertex */
  uint32_t *order;      /* the vertex of a number */
  uint64_t *at;         /* a word for each block, all 0 before and after a row */
  size_t number_room, order_room, at_room;
} building;

static void give_number(building *b, uint32_t v) {
  b->number[v] = b->seen;
  b->order[b->seen++] = v;
}

/* Numbers the neighbours of the vertex numbered x and gathers its row. Returns its words. */
static uint64_t take_row(building *b, uint32_t x, uint32_t *block, uint64_t *word) {
  const uint32_t v = b->order[x];
  uint32_t least = x / 64, most = least;
  uint64_t n = 0;
  b->at[x / 64] |= UINT64_C(1) << x % 64;
  for (uint64_t i = b->first[v]; i < b->first[v + 1]; i++) {
    const uint32_t w = b->to[i] - b->begin;
    if (b->number[w] == UNSEEN) give_number(b, w);
    const uint32_t y = b->number[w], s = y / 64;
    b->at[s] |= UINT64_C(1) << y % 64;
    if (s < least) least = s;
    if (s > most) most = s;
  }
  for (uint32_t s = least; s <= most; s++) {
    block[n] = s;
    word[n] = b->at[s];
    n += b->at[s] != 0;
    b->at[s] = 0;
  }
  return n;
}

static bf_status begin_building(building *b, uint32_t n, bf_memory *memory) {
  bf_status status = BF_OK;
  const size_t blocks = n / 64 + (size_t)1;
  BF_TRY(bf_memory_reserve(memory, (void **)&b->number, &b->number_room, n, sizeof *b->number));
  BF_TRY(bf_memory_reserve(memory, (void **)&b->order, &b->order_room, n, sizeof *b->order));
  BF_TRY(bf_memory_reserve(memory, (void **)&b->at, &b->at_room, blocks, sizeof *b->at));
  memset(b->at, 0, blocks * sizeof *b->at);
  for (uint32_t v = 0; v < n; v++) b->number[v] = UNSEEN;
out:
  return status;
}

bf_status flag_rows_build(const flag_lists *l, uint32_t begin, uint32_t n, bf_memory *memory, flag_rows *out) {
  bf_status status = BF_OK;
  building b = {.first = l->first + begin, .to = l->to, .begin = begin};
  uint64_t words = 0;
  uint32_t s = 0; /* where the next component may begin */
  *out = (flag_rows){.n = n};
  BF_TRY(begin_building(&b, n, memory));
  BF_TRY(bf_memory_reserve(memory, (void **)&out->first, &out->first_room, n + (size_t)1, sizeof *out->first));
  for (uint32_t x = 0; x < n; x++) {
    if (x == b.seen) {
      while (b.number[s] != UNSEEN) s++;
      give_number(&b, s);
    }
    const uint64_t most = words + b.first[b.order[x] + 1] - b.first[b.order[x]] + 1;
    out->first[x] = words;
    BF_TRY(bf_memory_reserve(memory, (void **)&out->block, &out->block_room, most, sizeof *out->block));
    BF_TRY(bf_memory_reserve(memory, (void **)&out->word, &out->word_room, most, sizeof *out->word));
    words += take_row(&b, x, out->block + words, out->word + words);
  }
  out->first[n] = words;
out:
  bf_memory_release(memory, b.number, b.number_room, sizeof *b.number);
  bf_memory_release(memory, b.order, b.order_room, sizeof *b.order);
  bf_memory_release(memory, b.at, b.at_room, sizeof *b.at);
  return status;
}

void flag_rows_free(flag_rows *r, bf_memory *memory) {
  bf_memory_release(memory, r->first, r->first_room, sizeof *r->first);
  bf_memory_release(memory, r->block, r->block_room, sizeof *r->block);
  bf_memory_release(memory, r->word, r->word_room, sizeof *r->word);
  *r = (flag_rows){0};
}
