/* Sorting pairs of a number and a place by the number. */
#ifndef BF_WITNESS_SORT_H
#define BF_WITNESS_SORT_H

#include <stddef.h>
#include <stdint.h>

typedef struct witness_entry {
  uint64_t by, at;
} witness_entry;

/* Sorts *a by the low `bits` bits of `by`; equal ones keep their order. Of the two arrays of n the one that *a then is holds the result. */
void witness_sort(witness_entry **a, witness_entry **b, size_t n, unsigned bits);

#endif
