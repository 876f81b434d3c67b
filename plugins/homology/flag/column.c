/* The radix heap. */
#include "flag/column.h"

bf_status column_grow(simplices *bucket, flag_memory *memory) { return simplices_reserve(bucket, 1, memory); }

/* Makes the oldest simplex of a bucket the last one, and spreads the bucket over those below. */
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

bf_status column_pop_pivot(column *c, uint32_t modulus, flag_memory *memory, bool *found) {
  *found = false;
  for (;;) {
    simplices *equal = &c->bucket[0];
    uint32_t sum = 0;
    for (size_t i = 0; i < equal->n; i++) {
      sum += equal->at[i].coefficient;
      if (sum >= modulus) sum -= modulus;
    }
    equal->n = 0;
    if (sum) {
      c->last.coefficient = sum;
      *found = true;
      return BF_OK;
    }
    unsigned b = 1;
    while (b < COLUMN_BUCKETS && c->bucket[b].n == 0) b++;
    if (b == COLUMN_BUCKETS) return BF_OK;
    bf_status status = advance(c, &c->bucket[b], memory);
    if (status != BF_OK) return status;
  }
}

void column_free(column *c, flag_memory *memory) {
  for (unsigned b = 0; b < COLUMN_BUCKETS; b++) simplices_free(&c->bucket[b], memory);
}
