/* Persistent cohomology of the flag (Vietoris-Rips) filtration of a weighted graph, with coefficients in a prime field.
 *
 * A simplex is a set of vertices that are pairwise joined; its diameter is the largest weight of its edges, 0 for a vertex. The
 * filtration is by diameter; among simplices of one dimension and diameter, larger keys (key.h) come first. The method, and the
 * words used in these files (cofacet, pivot, clearing, emergent and apparent pair), are those of
 *   U. Bauer, Ripser: efficient computation of Vietoris-Rips persistence barcodes, J. Appl. Comput. Topol. 5 (2021).
 */
#ifndef FLAG_FLAG_H
#define FLAG_FLAG_H

#include <bettiflow/artifact.h>

typedef struct bf_flag_options {
  uint32_t max_dim;                                                /* dimensions 0 … max_dim are computed */
  float threshold;                                                 /* simplices of a larger diameter are left out; INFINITY: none */
  uint32_t modulus;                                                /* a prime up to BF_FLAG_MAX_MODULUS: coefficients Z/modulus */
  bool wide;                                                       /* keys of 128 bits even where 64 are enough: for tests */
  uint64_t memory;                                                 /* bytes that the computation may use, the graph not counted; 0: no limit */
  bf_status (*step)(void *context, uint64_t done, uint64_t total); /* progress within a dimension, and BF_CANCELLED; or NULL */
  void *context;
} bf_flag_options;

enum { BF_FLAG_MAX_MODULUS = 65521 };

typedef struct bf_interval { /* [birth, death); death INFINITY: essential in the filtration cut at the threshold */
  uint32_t dim;
  float birth, death;
} bf_interval;

typedef struct bf_barcode { /* by dimension; the order within one is that of the reduction */
  size_t n, room;
  bf_interval *at;
} bf_barcode;

/* Computes the intervals of the graph's flag filtration. Edges of infinite weight are absent. A dense graph without a threshold is cut at
 * its enclosing radius, which changes no interval. The struct need not be initialised; free it with bf_barcode_free, after errors too.
 * Errors: BF_INVALID (modulus not a prime, simplices too large for a 128-bit key), BF_NO_MEMORY, and what step returns. */
bf_status bf_flag_barcode(const bf_graph *graph, const bf_flag_options *options, bf_barcode *barcode);
void bf_barcode_free(bf_barcode *barcode);

/* The least over all vertices of the largest distance to another one; beyond it the complex is a cone, so nothing changes any more
 * (Bauer 2021, section 4). INFINITY for a sparse graph, 0 for fewer than two vertices. */
float bf_flag_enclosing_radius(const bf_graph *graph);

/* How many intervals of a dimension contain the scale: birth <= scale < death. */
uint64_t bf_barcode_betti(const bf_barcode *barcode, uint32_t dim, float scale);

bf_status bf_flag_check_modulus(int64_t modulus); /* BF_INVALID unless it is a prime up to BF_FLAG_MAX_MODULUS */

#endif
