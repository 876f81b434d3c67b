/* A column of the working coboundary: a binary heap with the oldest simplex on top. Equal simplices are added up only when they come out. */
#ifndef FLAG_COLUMN_H
#define FLAG_COLUMN_H

#include "flag/simplex.h"

/* Moves s from the free place i towards the top. Room is reserved by the caller (simplices_reserve). */
static inline void column_push(simplices *c, const simplex *s) {
  size_t i = c->n++;
  while (i > 0) {
    size_t parent = (i - 1) / 2;
    if (!is_older(s, &c->at[parent])) break;
    c->at[i] = c->at[parent];
    i = parent;
  }
  c->at[i] = *s;
}

/* Takes the top off: the hole sinks to a leaf, the last element rises from there. */
static inline void column_drop(simplices *c) {
  simplex last = c->at[--c->n];
  size_t hole = 0, child = 1;
  while (child < c->n) {
    if (child + 1 < c->n && is_older(&c->at[child + 1], &c->at[child])) child++;
    c->at[hole] = c->at[child];
    hole = child;
    child = 2 * hole + 1;
  }
  while (hole > 0 && is_older(&last, &c->at[(hole - 1) / 2])) {
    c->at[hole] = c->at[(hole - 1) / 2];
    hole = (hole - 1) / 2;
  }
  c->at[hole] = last;
}

/* Takes the oldest simplex with a coefficient other than 0 out of the column; false when the column is zero. */
static inline bool column_pop_pivot(simplices *c, uint32_t modulus, simplex *pivot) {
  while (c->n > 0) {
    *pivot = c->at[0];
    column_drop(c);
    while (c->n > 0 && c->at[0].key == pivot->key) {
      pivot->coefficient += c->at[0].coefficient;
      if (pivot->coefficient >= modulus) pivot->coefficient -= modulus;
      column_drop(c);
    }
    if (pivot->coefficient) return true;
  }
  return false;
}

#endif
