/* Packing columns, and adding them. */
#include "reduce/packed.h"

static uint32_t first_word(const reduce_column *c) {
  uint32_t w = 0;
  for (unsigned k = c->levels; k-- > 1;) w = w * 64 + (uint32_t)__builtin_ctzll(c->word[k][w]);
  return w;
}

uint32_t reduce_packed_words(const reduce_column *c, uint32_t pivot) { return pivot / 64 - first_word(c) + 1; }

bf_status reduce_pack(reduce_shelf *shelf, reduce_column *c, uint32_t pivot, uint32_t scale, bf_memory *memory, reduce_packed *out) {
  bf_status status = BF_OK;
  const uint32_t first = first_word(c), n = pivot / 64 - first + 1;
  uint64_t rows = 0;
  for (uint32_t w = first; w < first + n; w++) rows += (uint64_t)__builtin_popcountll(c->word[0][w]);
  BF_TRY(bf_memory_reserve(memory, (void **)&shelf->word, &shelf->word_room, shelf->nword + n, sizeof *shelf->word));
  if (c->coefficient)
    BF_TRY(bf_memory_reserve(memory, (void **)&shelf->coefficient, &shelf->coefficient_room, shelf->ncoefficient + rows, sizeof *shelf->coefficient));
  *out = (reduce_packed){n, first, shelf->nword, shelf->ncoefficient};
  for (uint32_t w = first; w < first + n; w++) {
    shelf->word[shelf->nword++] = c->word[0][w];
    for (uint64_t bits = c->coefficient ? c->word[0][w] : 0; bits; bits &= bits - 1) {
      const uint32_t coefficient = c->coefficient[w * 64 + (uint32_t)__builtin_ctzll(bits)];
      shelf->coefficient[shelf->ncoefficient++] = (uint16_t)reduce_times(c->modulus, scale, coefficient);
    }
  }
  BF_TRY(reduce_column_drain(c, 1, NULL, memory));
out:
  return status;
}

void reduce_shelf_free(reduce_shelf *shelf, bf_memory *memory) {
  bf_memory_release(memory, shelf->word, shelf->word_room, sizeof *shelf->word);
  bf_memory_release(memory, shelf->coefficient, shelf->coefficient_room, sizeof *shelf->coefficient);
  *shelf = (reduce_shelf){0};
}

/* Adds the coefficients of the rows of one word, and returns what the word becomes. */
static inline uint64_t add_coefficients(reduce_column *to, uint32_t w, uint64_t bits, const uint16_t **from, uint32_t factor) {
  uint16_t *const coefficient = to->coefficient + (size_t)w * 64;
  const uint32_t modulus = to->modulus, inverse = (uint32_t)((UINT64_C(1) << 32) / modulus); /* product · inverse / 2^32 is the quotient, or 1 less */
  uint64_t present = 0;
  for (uint64_t left = bits; left; left &= left - 1) {
    const unsigned bit = (unsigned)__builtin_ctzll(left);
    const uint32_t product = factor * *(*from)++; /* below 2^32 */
    uint32_t sum = product - (uint32_t)((uint64_t)product * inverse >> 32) * modulus;
    sum = sum >= modulus ? sum - modulus : sum;
    sum += coefficient[bit];
    sum = sum >= modulus ? sum - modulus : sum;
    coefficient[bit] = (uint16_t)sum;
    present |= (uint64_t)(sum != 0) << bit;
  }
  return (to->word[0][w] & ~bits) | present;
}

/* Tells the level above, of the words first … last of a level, which of them are not 0. */
static void tell_above(reduce_column *c, unsigned level, uint32_t first, uint32_t last) {
  for (uint32_t w = first; w <= last;) {
    const uint32_t begin = w, end = last < (w | 63) ? last : w | 63;
    const uint64_t covered = ~UINT64_C(0) >> (63 - (end - begin)) << begin % 64;
    uint64_t present = 0;
    for (; w <= end; w++) present |= (uint64_t)(c->word[level][w] != 0) << w % 64;
    c->word[level + 1][begin / 64] = (c->word[level + 1][begin / 64] & ~covered) | present;
  }
}

void reduce_add_packed(const reduce_shelf *shelf, const reduce_packed *packed, uint32_t factor, reduce_column *to) {
  const uint64_t *const word = shelf->word + packed->word;
  uint32_t first = packed->first, last = first + packed->n - 1;
  if (to->coefficient) {
    const uint16_t *coefficient = shelf->coefficient + packed->coefficient;
    for (uint32_t k = 0; k < packed->n; k++) to->word[0][first + k] = add_coefficients(to, first + k, word[k], &coefficient, factor);
  } else {
    for (uint32_t k = 0; k < packed->n; k++) to->word[0][first + k] ^= word[k];
  }
  for (unsigned level = 0; level + 1 < to->levels; level++, first /= 64, last /= 64) tell_above(to, level, first, last);
}
