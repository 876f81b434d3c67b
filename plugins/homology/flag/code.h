/* How the simplices of a run are numbered (key.h): the kind of the keys, and what takes them apart. */
#ifndef FLAG_CODE_H
#define FLAG_CODE_H

#include "flag/flag.h"
#include "flag/memory.h"

typedef enum flag_kind { FLAG_FIELDS_64, FLAG_FIELDS_128, FLAG_COMBINATORIAL, FLAG_KINDS } flag_kind;

/* No key is of more vertices: with 131 of them, all binomial coefficients are below 2^128, and with more, those of half as many vertices are not. */
enum { FLAG_MOST_VERTICES = 131 };

typedef struct flag_code {
  flag_kind kind;
  unsigned bits;               /* bit fields: of a vertex */
  uint32_t n;                  /* combinatorial: vertices of the graph */
  unsigned __int128 *binomial; /* combinatorial: C(v, k) for v <= n at (k - 1) * (n + 1) + v, k from 1 to the vertices of a simplex */
  size_t binomial_room;
} flag_code;

/* The code for simplices of up to `count` (>= 2, and at most n where n > 1) of n vertices, the narrowest or what `keys` says. Errors: BF_INVALID, when no key
 * of 128 bits can tell them apart, and BF_NO_MEMORY. Free with flag_code_free, after errors too. */
bf_status flag_code_make(uint32_t n, uint64_t count, bf_flag_keys keys, bf_memory *memory, flag_code *out);
void flag_code_free(flag_code *code, bf_memory *memory);

static inline unsigned __int128 flag_binomial(const flag_code *code, uint32_t v, unsigned k) {
  return code->binomial[(size_t)(k - 1) * (code->n + (size_t)1) + v];
}

/* Low bits in which the keys of simplices of `count` vertices can differ. */
unsigned flag_code_width(const flag_code *code, unsigned count);

#endif
