/* Trees of bits: their making, and what is taken out of them as a whole. */
#include "reduce/column.h"

bf_status reduce_column_new(reduce_column *c, uint32_t rows, uint32_t modulus, bf_memory *memory) {
  bf_status status = BF_OK;
  size_t begin[REDUCE_LEVELS] = {0}, total = 0, words = rows;
  c->modulus = modulus;
  c->levels = 0;
  do {
    words = words / 64 + (words % 64 != 0);
    begin[c->levels++] = total;
    total += words ? words : 1;
  } while (words > 1);
  BF_TRY(bf_memory_reserve(memory, (void **)&c->words, &c->words_room, total, sizeof *c->words));
  memset(c->words, 0, total * sizeof *c->words);
  for (unsigned k = 0; k < c->levels; k++) c->word[k] = c->words + begin[k];
  if (modulus == 2) goto out;
  BF_TRY(bf_memory_reserve(memory, (void **)&c->coefficient, &c->coefficient_room, rows, sizeof *c->coefficient));
  memset(c->coefficient, 0, c->coefficient_room * sizeof *c->coefficient);
out:
  return status;
}

void reduce_column_free(reduce_column *c, bf_memory *memory) {
  bf_memory_release(memory, c->words, c->words_room, sizeof *c->words);
  bf_memory_release(memory, c->coefficient, c->coefficient_room, sizeof *c->coefficient);
  *c = (reduce_column){0};
}

bf_status reduce_terms_reserve(reduce_terms *t, uint64_t more, uint32_t modulus, bf_memory *memory) {
  bf_status status = BF_OK;
  BF_TRY(bf_memory_reserve(memory, (void **)&t->index, &t->index_room, t->n + more, sizeof *t->index));
  if (modulus > 2) BF_TRY(bf_memory_reserve(memory, (void **)&t->coefficient, &t->coefficient_room, t->n + more, sizeof *t->coefficient));
out:
  return status;
}

void reduce_terms_free(reduce_terms *t, bf_memory *memory) {
  bf_memory_release(memory, t->index, t->index_room, sizeof *t->index);
  bf_memory_release(memory, t->coefficient, t->coefficient_room, sizeof *t->coefficient);
  *t = (reduce_terms){0};
}

static void take(reduce_column *c, uint32_t row, uint32_t scale, reduce_terms *to) {
  if (to) to->index[to->n] = row;
  if (c->coefficient) {
    if (to) to->coefficient[to->n] = (uint16_t)reduce_times(c->modulus, scale, c->coefficient[row]);
    c->coefficient[row] = 0;
  }
  if (to) to->n++;
}

bf_status reduce_column_drain(reduce_column *c, uint32_t scale, reduce_terms *to, bf_memory *memory) {
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
