/* Persistent homology of an explicit filtration, with coefficients in a prime field.
 *
 * The order of the filtration is by value, then dimension, then vertices from the smallest up; -0 and 0 are one value. The simplices may stand in any order; if
 * they stand in this one, or by their vertices, they are sorted no more. A filtration has to have all faces of its simplices, each once, none of a larger
 * value: what is wrong is named. Simplices of the value +inf are never there.
 *
 * Pairs are found either from coboundaries, dimension by dimension upwards, or from boundaries downwards; what one dimension pairs, the next need not reduce
 * (clearing). Both give the same pairs.
 *   V. de Silva, D. Morozov, M. Vejdemo-Johansson, Dualities in persistent (co)homology, Inverse Problems 27 (2011);
 *   C. Chen, M. Kerber, Persistent homology computation with a twist, EuroCG 2011;
 *   U. Bauer, M. Kerber, J. Reininghaus, H. Wagner, Phat - persistent homology algorithms toolbox, J. Symb. Comput. 78 (2017), for the columns as trees of
 * bits.
 */
#ifndef REDUCE_REDUCE_H
#define REDUCE_REDUCE_H

#include <bettiflow/artifact.h>

typedef enum bf_reduce_method {
  BF_REDUCE_AUTO,       /* what is expected to be faster */
  BF_REDUCE_COHOMOLOGY, /* coboundaries */
  BF_REDUCE_TWIST       /* boundaries; cocycles still come from coboundaries */
} bf_reduce_method;

enum { BF_REDUCE_SOUND = UINT32_MAX }; /* as max_dim: the highest dimension that bf_reduce_max_dim allows */

typedef struct bf_reduce_options {
  uint32_t max_dim;                   /* dimensions 0 … max_dim are computed, at most BF_MAX_SIMPLEX_DIM; or BF_REDUCE_SOUND */
  bool top;                           /* the homology of a complex that was cut at a dimension is wanted in that dimension, too */
  uint32_t modulus;                   /* a prime up to BF_FLAG_MAX_MODULUS: coefficients Z/modulus */
  bf_reduce_method method;            /* no result depends on it */
  bool simplices;                     /* give the birth and the death simplex of each interval */
  bf_representatives representatives; /* cycles take a second reduction, of boundaries of death simplices */
  uint64_t memory;                    /* bytes that the computation may use, the diagram among them and the filtration not; 0: no limit */
  bf_status (*step)(void *context, uint64_t done, uint64_t total); /* progress of the step at hand, and BF_CANCELLED; or NULL */
  void *context;
} bf_reduce_options;

/* Which dimension the homology of a filtration is computed to, where `wanted` was asked for. A complex without its simplices above dimension d has too much
 * homology in dimension d: there it is computed only with `top`, and above never; BF_INVALID. Without any simplex of dimension d, nothing was cut. */
bf_status bf_reduce_max_dim(const bf_filtration *filtration, uint32_t wanted, bool top, uint32_t *max_dim);

/* Computes the diagram. Intervals of length zero are left out; the rest stand by dimension, birth, death and birth simplex. Oldest first in cocycles, youngest
 * first in cycles: the birth simplex comes first, with coefficient 1. The filtration must be as bf_filtration_read promises. *diagram need not be initialised;
 * free it with bf_diagram_free, after errors too. Errors: BF_INVALID (modulus, max_dim), BF_BAD_INPUT (not a filtration), BF_NO_MEMORY, and what step returns.
 */
bf_status bf_reduce_barcode(const bf_filtration *filtration, const bf_reduce_options *options, bf_diagram *diagram);

#endif
