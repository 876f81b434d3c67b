/* Simplices with diameter and coefficient, their order in the filtration, and arrays of them. */
#ifndef FLAG_SIMPLEX_H
#define FLAG_SIMPLEX_H

#include "flag/key.h"
#include "flag/memory.h"
#include "../../jobs.h"
#include <stdbool.h>
#include <string.h>

typedef struct simplex {
  flag_key key;
  float diameter;
  uint32_t coefficient; /* in 1 … modulus-1, where it means something */
} simplex;
_Static_assert(sizeof(simplex) == 2 * sizeof(flag_key), "what the forecast counts with");

/* Whether a enters the filtration before b (both of one dimension): smaller diameter first, then larger key. Without branches: which way it goes is as good as
 * random in a heap, and floats that are not negative have the order of their bits. */
static inline bool is_older(const simplex *a, const simplex *b) {
  uint32_t x, y;
  memcpy(&x, &a->diameter, sizeof x);
  memcpy(&y, &b->diameter, sizeof y);
  return (x < y) | ((x == y) & (a->key > b->key));
}

typedef struct simplices {
  size_t n, room;
  simplex *at;
} simplices;

static inline bf_status simplices_reserve(simplices *s, size_t more, bf_memory *memory) {
  if (s->room - s->n >= more) return BF_OK;
  return bf_memory_reserve(memory, (void **)&s->at, &s->room, s->n + more, sizeof *s->at);
}

static inline void simplices_free(simplices *s, bf_memory *memory) {
  bf_memory_release(memory, s->at, s->room, sizeof *s->at);
  *s = (simplices){0};
}

/* Sorts youngest first: diameters fall, then keys rise. key_bits: how many low bits of the keys can differ; 0 when keys rise already. */
#define sort_youngest_first FLAG_NAME(sort_youngest_first)
bf_status sort_youngest_first(simplices *s, unsigned key_bits, uint32_t threads, bf_jobs_progress *progress, bf_memory *memory);

#endif
