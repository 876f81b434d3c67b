/* Trees of bits: their making, and what is taken out of them as a whole. */
#include "reduce/column.h"

bf_status reduce_column_new(reduce_column *c, uint32_t rows, uint32_t modulus, flag_memory *memory) {
  bf_status status = BF_OK;
  size_t begin[REDUCE_LEVELS] = {0}, total = 0, words = rows;
  c->modulus = modulus;
  c->levels = 0;
  do {
    words = words / 64 + (words % 64 != 0);
    begin[c->levels++] = total;
    total += words ? words : 1;
  } while (words > 1);
  BF_TRY(flag_reserve(memory, (void **)&c->words, &c->words_room, total, sizeof *c->words));
  memset(c->words, 0, total * sizeof *c->words);
  for (unsigned k = 0; k < c->levels; k++) c->word[k] = c->words + begin[k];
  if (modulus == 2) goto out;
  BF_TRY(flag_reserve(memory, (void **)&c->coefficient, &c->coefficient_room, rows, sizeof *c->coefficient));
  memset(c->coefficient, 0, c->coefficient_room * sizeof *c->coefficient);
out:
  return status;
}

void reduce_column_free(reduce_column *c, flag_memory *memory) {
  flag_release(memory, c->words, c->words_room, sizeof *c->words);
  flag_release(memory, c->coefficient, c->coefficient_room, sizeof *c->coefficient);
  *c = (reduce_column){0};
}

bf_status reduce_terms_reserve(reduce_terms *t, uint64_t more, uint32_t modulus, flag_memory *memory) {
  bf_status status = BF_OK;
  BF_TRY(flag_reserve(memory, (void **)&t->index, &t->index_room, t->n + more, sizeof *t->index));
  if (modulus > 2) BF_TRY(flag_reserve(memory, (void **)&t->coefficient, &t->coefficient_room, t->n + more, sizeof *t->coefficient));
out:
  return status;
}

void reduce_terms_free(reduce_terms *t, flag_memory *memory) {
  flag_release(memory, t->index, t->index_room, sizeof *t->index);
  flag_release(memory, t->coefficient, t->coefficient_room, sizeof *t->coefficient);
  *t = (reduce_terms){0};
}

/* Adds words to level 0, and tells the level above, of words first … last, which of them are not 0. */
static void add_to_leaves(reduce_column *c, const uint64_t *word, uint32_t first, uint32_t last) {
  for (uint32_t w = first; w <= last;) {
    const uint32_t begin = w, end = last < (w | 63) ? last : w | 63;
    const uint64_t covered = ~UINT64_C(0) >> (63 - (end - begin)) << begin % 64;
    uint64_t present = 0;
    for (; w <= end; w++) present |= (uint64_t)((c->word[0][w] ^= *word++) != 0) << w % 64;
    if (c->levels > 1) c->word[1][begin / 64] = (c->word[1][begin / 64] & ~covered) | present;
  }
}

void reduce_column_add_words(reduce_column *c, const uint64_t *word, uint32_t first, uint32_t n) {
  uint32_t last = first + n - 1;
  add_to_leaves(c, word, first, last);
  for (unsigned k = 1; k + 1 < c->levels; k++) {
    first /= 64;
    last /= 64;
    for (uint32_t w = first; w <= last; w++) {
      uint64_t *const above = &c->word[k + 1][w / 64], bit = UINT64_C(1) << w % 64;
      *above = c->word[k][w] ? *above | bit : *above & ~bit;
    }
  }
}

uint32_t reduce_column_first_word(const reduce_column *c) {
  uint32_t w = 0;
  for (unsigned k = c->levels; k-- > 1;) w = w * 64 + (uint32_t)__builtin_ctzll(c->word[k][w]);
  return w;
}

static void take(reduce_column *c, uint32_t row, uint32_t scale, reduce_terms *to) {
  if (to) to->index[to->n] = row;
  if (c->coefficient) {
    if (to) to->coefficient[to->n] = (uint16_t)reduce_times(c->modulus, scale, c->coefficient[row]);
    c->coefficient[row] = 0;
  }
  if (to) to->n++;
}

bf_status reduce_column_drain(reduce_column *c, uint32_t scale, reduce_terms *to, flag_memory *memory) {
  bf_status status = BF_OK;
  for (uint32_t row; (row = reduce_column_pivot(c)) != REDUCE_NONE;) { /* word by word */
    if (to) BF_TRY(reduce_terms_reserve(to, 64, c->modulus, memory));
    uint64_t bits = c->word[0][row / 64];
    c->word[0][row / 64] = UINT64_C(1) << row % 64; /* so that taking the last one tells the levels above */
    reduce_column_flip(c, row);
    for (; bits; bits &= ~(UINT64_C(1) << row % 64)) {
      row = row / 64 * 64 + 63 - (uint32_t)__builtin_clzll(bits);
      take(c, row, scale, to);
    }
  }
out:
  return status;
}
