/* Persistent cohomology of the flag (Vietoris-Rips) filtration of a weighted graph, with coefficients in a prime field.
 *
 * A simplex is a set of vertices that are pairwise joined; its diameter is the largest weight of its edges, 0 for a vertex. The filtration is by diameter;
 * among simplices of one dimension and diameter, larger keys (key.h) come first, but of vertices the smaller ones: when an edge joins two components, the
 * class of the one with the larger smallest vertex dies. The method, and the words used in these files (cofacet, pivot, clearing, emergent and apparent pair),
 * are those of
 *   U. Bauer, Ripser: efficient computation of Vietoris-Rips persistence barcodes, J. Appl. Comput. Topol. 5 (2021).
 */
#ifndef FLAG_FLAG_H
#define FLAG_FLAG_H

#include <bettiflow/artifact.h>

/* Filtered edge collapse before the reduction: fewer edges with the same intervals. AUTO decides by a forecast of what it saves. */
typedef enum bf_flag_collapse { BF_COLLAPSE_AUTO, BF_COLLAPSE_ALWAYS, BF_COLLAPSE_NEVER } bf_flag_collapse;

/* Other keys than the narrowest that the simplices need, for tests. */
typedef enum bf_flag_keys { BF_KEYS_NARROWEST, BF_KEYS_128, BF_KEYS_COMBINATORIAL } bf_flag_keys;

typedef struct bf_flag_options {
  uint32_t max_dim;          /* dimensions 0 … max_dim are computed */
  float threshold;           /* simplices of a larger diameter are left out; INFINITY: none */
  uint32_t modulus;          /* a prime up to BF_FLAG_MAX_MODULUS: coefficients Z/modulus */
  uint32_t threads;          /* at most so many; 0 counts as 1. No result depends on it */
  bf_flag_collapse collapse; /* with `simplices`, `cocycles`, `cycles` or `empty`, which are not those of a collapsed graph, there is none whatever this says */
  bool simplices;            /* give the birth and the death simplex of each interval */
  bool cocycles;             /* give a representative cocycle of each interval: born with the simplex that is oldest in it, a cocycle until its death */
  bool cycles; /* give a representative cycle of each interval: born with its youngest simplex, a boundary from its death on; implies `simplices` */
  bool empty;  /* keep intervals of length zero other than those of apparent pairs */
  bf_flag_keys keys;
  uint64_t memory;                                                 /* bytes that the computation may use, the graph not counted; 0: no limit */
  bf_status (*step)(void *context, uint64_t done, uint64_t total); /* progress of the step at hand, and BF_CANCELLED; or NULL. Called by the caller's thread */
  void *context;
} bf_flag_options;

enum { BF_FLAG_MAX_MODULUS = 65521 };

typedef struct bf_chain { /* the terms barcode->term[first … first+n-1] of a chain or a cochain */
  uint64_t first, n;
} bf_chain;

typedef struct bf_interval { /* [birth, death); death INFINITY: essential in the filtration cut at the threshold */
  uint32_t dim;
  float birth, death;
  uint64_t simplex; /* with `simplices`: barcode->vertex[simplex …] holds dim+1 vertices of the birth simplex and, unless death is INFINITY, dim+2 of the death
                       simplex; rising, each */
  bf_chain cocycle; /* with `cocycles`: of simplices of dim+1 vertices */
  bf_chain cycle;   /* with `cycles`: the same */
} bf_interval;

typedef struct bf_term { /* coefficient in 1 … modulus-1; its simplex is barcode->vertex[vertex …], rising */
  uint64_t vertex;
  uint32_t coefficient;
} bf_term;

typedef struct bf_barcode { /* sorted by dimension, birth, death, and vertices of the birth simplex */
  size_t n, room;
  bf_interval *at;
  size_t nvertex, vertex_room;
  uint32_t *vertex;
  size_t nterm, term_room;
  bf_term *term;
} bf_barcode;

/* Computes the intervals of the graph's flag filtration. Edges of infinite weight are absent. A dense graph without a threshold is cut at
 * its enclosing radius, which changes no interval. The struct need not be initialised; free it with bf_barcode_free, after errors too.
 * Errors: BF_INVALID (modulus not a prime, more simplices than 128 bits can number), BF_NO_MEMORY, and what step returns. */
bf_status bf_flag_barcode(const bf_graph *graph, const bf_flag_options *options, bf_barcode *barcode);
void bf_barcode_free(bf_barcode *barcode);

/* The least over all vertices of the largest distance to another one; beyond it the complex is a cone, so nothing changes any more
 * (Bauer 2021, section 4). INFINITY for a sparse graph, 0 for fewer than two vertices. */
float bf_flag_enclosing_radius(const bf_graph *graph);

/* Betti numbers at single scales: of the flag complex of all edges of weight <= scale[i], betti[i * (max_dim + 1) + dim]. The graph is first reduced by vertex
 * and edge domination at each scale; only max_dim, modulus, threads, keys, memory, step and context of the options matter. Errors as above. */
bf_status bf_flag_betti(const bf_graph *graph, const bf_flag_options *options, const float *scale, size_t nscale, uint64_t *betti);

/* How many intervals of a dimension contain the scale: birth <= scale < death. */
uint64_t bf_barcode_betti(const bf_barcode *barcode, uint32_t dim, float scale);

bf_status bf_flag_check_modulus(int64_t modulus); /* BF_INVALID unless it is a prime up to BF_FLAG_MAX_MODULUS */

#endif
