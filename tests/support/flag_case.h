/* Inputs of the engine in tests: a weighted graph as a square of weights, with the question asked of it. */
#ifndef FLAG_CASE_H
#define FLAG_CASE_H

#include "flag/flag.h"
#include <stdio.h>

typedef struct flag_case {
  float *w; /* n × n, symmetric, 0 on the diagonal; INFINITY: no edge */
  uint32_t n, max_dim, modulus;
  float threshold;
  char kind[64]; /* what it was made as, for messages */
} flag_case;

flag_case flag_case_new(uint32_t n); /* without edges; dimension 1, Z/2, no threshold */
void flag_case_free(flag_case *c);
static inline float flag_case_weight(const flag_case *c, uint32_t i, uint32_t j) { return c->w[(size_t)i * c->n + j]; }
void flag_case_join(flag_case *c, uint32_t i, uint32_t j, float weight);

/* A copy without a vertex (n: with all). */
flag_case flag_case_without(const flag_case *c, uint32_t vertex);

/* The graph in both layouts of WeightedGraph; free it with bf_graph_free. */
void flag_case_graph(const flag_case *c, bool dense, bf_graph *g);

/* Adds to count[d] the simplices of dimension d <= max_dim and diameter <= scale, for at most 64 vertices; false once they are more than `most`. */
bool flag_case_count(const flag_case *c, float scale, uint32_t max_dim, uint64_t most, uint64_t *count);

/* Case number i of the stream of a seed: at most FLAG_CASE_MOST vertices, dimension 0 to 4. */
enum { FLAG_CASE_MOST = 40 };
flag_case flag_case_random(uint64_t seed, uint64_t i);

/* The command line and the sparse file that ask the same. */
void flag_case_print(const flag_case *c, FILE *f);

#endif
