/* The radix heap. */
#include "flag/column.h"

/* The first bucket that is not empty, taken off the list of those; COLUMN_BUCKETS: all are empty. */
static unsigned first_occupied(column *c) {
  for (unsigned word = 0; word < COLUMN_WORDS; word++) {
    if (!c->occupied[word]) continue;
    unsigned bit = (unsigned)__builtin_ctzll(c->occupied[word]);
    c->occupied[word] &= c->occupied[word] - 1;
    return 64 * word + bit;
  }
  return COLUMN_BUCKETS;
}

void column_clear(column *c, float diameter) {
  for (unsigned i; (i = first_occupied(c)) < COLUMN_BUCKETS;) c->bucket[i].n = 0;
  c->last = (simplex){.key = ~(flag_key)0, .diameter = diameter}; /* older than all */
}

bf_status column_grow(simplices *bucket, flag_memory *memory) { return simplices_reserve(bucket, 1, memory); }

/* Makes the oldest simplex of a bucket the last one, and spreads the bucket over those before it. */
static bf_status advance(column *c, simplices *bucket, flag_memory *memory) {
  bf_status status = BF_OK;
  size_t oldest = 0;
  for (size_t i = 1; i < bucket->n; i++)
    if (is_older(&bucket->at[i], &bucket->at[oldest])) oldest = i;
  c->last = bucket->at[oldest];
  for (size_t i = 0; i < bucket->n; i++) BF_TRY(column_push(c, &bucket->at[i], memory));
out:
  bucket->n = 0;
  return status;
}

/* Adds up what is equal to the last one. */
static uint32_t sum_equal(simplices *equal, uint32_t modulus) {
  uint32_t sum = 0;
  for (size_t i = 0; i < equal->n; i++) {
    sum += equal->at[i].coefficient;
    if (sum >= modulus) sum -= modulus;
  }
  equal->n = 0;
  return sum;
}

bf_status column_pop_pivot(column *c, uint32_t modulus, flag_memory *memory, bool *found) {
  *found = false;
  while (!*found) {
    unsigned i = first_occupied(c);
    if (i == COLUMN_BUCKETS) return BF_OK;
    if (i > 0) {
      bf_status status = advance(c, &c->bucket[i], memory);
      if (status != BF_OK) return status;
      c->occupied[0] &= ~UINT64_C(1); /* what is equal comes out at once */
    }
    c->last.coefficient = sum_equal(&c->bucket[0], modulus);
    *found = c->last.coefficient != 0;
  }
  return BF_OK;
}

void column_free(column *c, flag_memory *memory) {
  for (unsigned b = 0; b < COLUMN_BUCKETS; b++) simplices_free(&c->bucket[b], memory);
}
