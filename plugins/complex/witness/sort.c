/* A radix sort, least significant digit first. */
#include "sort.h"
#include <stdbool.h>

enum { DIGIT = 11, VALUES = 1 << DIGIT };

static size_t digit(const witness_entry *e, unsigned shift) { return e->by >> shift & (VALUES - 1); }

/* One stable pass from a to b by the digit at `shift`; false when all share that digit, and nothing was done. */
static bool pass(const witness_entry *a, witness_entry *b, size_t n, unsigned shift) {
  size_t begin[VALUES] = {0}, sum = 0;
  for (size_t i = 0; i < n; i++) begin[digit(&a[i], shift)]++;
  if (begin[digit(&a[0], shift)] == n) return false;
  for (size_t d = 0; d < VALUES; d++) {
    const size_t count = begin[d];
    begin[d] = sum;
    sum += count;
  }
  for (size_t i = 0; i < n; i++) b[begin[digit(&a[i], shift)]++] = a[i];
  return true;
}

void witness_sort(witness_entry **a, witness_entry **b, size_t n, unsigned bits) {
  for (unsigned shift = 0; n > 1 && shift < bits; shift += DIGIT) {
    if (!pass(*a, *b, n, shift)) continue;
    witness_entry *swap = *a;
    *a = *b;
    *b = swap;
  }
}
