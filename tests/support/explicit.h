/* Small explicit filtrations for tests, with their cells as sets of bits, and filtrations in any order made of them. */
#ifndef EXPLICIT_H
#define EXPLICIT_H

#include <bettiflow/artifact.h>

enum { EXPLICIT_VERTICES = 8, EXPLICIT_CELLS = 1 << EXPLICIT_VERTICES };

typedef struct explicit_case {
  uint32_t n;
  uint32_t set[EXPLICIT_CELLS]; /* in the order of the filtration: by value, dimension, vertices */
  double value[EXPLICIT_CELLS];
  uint32_t id[EXPLICIT_VERTICES]; /* of each vertex, rising */
} explicit_case;

typedef enum explicit_order { EXPLICIT_IN_ORDER, EXPLICIT_BY_VERTICES, EXPLICIT_SHUFFLED, EXPLICIT_ORDERS } explicit_order;

static inline uint32_t explicit_dim(uint32_t set) { return (uint32_t)__builtin_popcount(set) - 1; }

/* Case number i of a seed: a complex of up to `vertices` vertices, closed under faces, that need not be flag; values that do not fall from faces to cofaces:
 * with and without ties, negative ones, and -inf where `infinite` allows it. */
explicit_case explicit_random(uint64_t seed, uint64_t i, uint32_t vertices, bool infinite);

/* The complex of some simplices and all their faces; the value of each is its dimension times `step`. */
explicit_case explicit_closure(const uint32_t *set, uint32_t n, double step);

/* Not cut. The arrays are as long as their contents; free it with bf_filtration_free. */
bf_filtration explicit_filtration(const explicit_case *c, explicit_order order, uint64_t seed);

/* The set of bits of vertices by their ids; fails the process where one is unknown or they do not rise. */
uint32_t explicit_set(const explicit_case *c, const uint32_t *id, uint32_t count);

/* Its place in the case, or UINT32_MAX. */
uint32_t explicit_find(const explicit_case *c, uint32_t set);

/* Whether two diagrams are the same, number by number, simplices and representatives too. */
bool explicit_same(const bf_diagram *a, const bf_diagram *b);

#endif
