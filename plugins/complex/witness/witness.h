/* Witness complexes: few landmarks are the vertices, all points testify to their simplices. With d² the squared Euclidean distance (differences of the
 * coordinates in double, squared and summed in double, in the order of the coordinates), L the landmarks, α² >= 0, and s a set of landmarks:
 *
 *   weak     a point w is a witness of s when max(d²(w,p), p in s) - α² <= min(d²(w,q), q in L without s), where the minimum over nothing is infinite.
 *            g(s) is the least max(0, max d² - min d²) of its witnesses, and f(s) the greatest of g(s) and f of its facets; s is a simplex if it has a
 *            witness and all its facets are simplices. This goes for vertices too.
 *   strong   w is a witness of s when max(d²(w,p), p in s) < (double)(float)(m + α²), m = min(d²(w,q), q in L); f(s) is the least max d² - m of its
 *            witnesses. That a float is the limit matters for equality only.
 *
 * V. de Silva, G. Carlsson, "Topological estimation using witness complexes", Eurographics Symposium on Point-Based Graphics, 2004; the relaxed filtrations,
 * and the float, are those of GUDHI's Witness_complex and Strong_witness_complex (S. Kachanovich), whose simplices and values these are.
 */
#ifndef BF_WITNESS_WITNESS_H
#define BF_WITNESS_WITNESS_H

#include <bettiflow/artifact.h>

typedef enum bf_witness_kind { BF_WITNESS_WEAK, BF_WITNESS_STRONG } bf_witness_kind;

typedef struct bf_witness_options {
  bf_witness_kind kind;
  uint32_t limit_dimension;                                        /* simplices of higher dimensions are left out */
  double alpha_square;                                             /* α², >= 0, +inf too; NaN: the squared cover radius, as bf_witness_cover gives it */
  uint32_t threads;                                                /* at most so many; 0 counts as 1. No result depends on it */
  uint64_t memory;                                                 /* bytes that the computation and its result may use, the points not counted; 0: no limit */
  bf_status (*step)(void *context, uint64_t done, uint64_t total); /* progress, and BF_CANCELLED; or NULL. Called by the caller's thread */
  void *context;
} bf_witness_options;

/* The complex, in the order of the filtration: by value, then dimension, then vertices. Vertices are the landmarks' point ids; neither their order nor that of
 * the witnesses matters. The threshold is α², or a value that is greater: differences are rounded. It says that it was cut at limit_dimension, unless no
 * set of landmarks has a higher dimension. Free *out with bf_filtration_free. Errors: BF_BAD_INPUT (another number of coordinates, an id that two landmarks
 * have), BF_INVALID (α² < 0, simplices that 128 bits can't number), BF_NO_MEMORY, and what step returns; then *out is zero. */
bf_status bf_witness_complex(const bf_points *witnesses, const bf_points *landmarks, const bf_witness_options *options, bf_filtration *out);

/* The squared cover radius: the greatest squared distance from a witness to its nearest landmark; 0 without witnesses, +inf without landmarks. Of the options
 * threads, memory, step and context matter. */
bf_status bf_witness_cover(const bf_points *witnesses, const bf_points *landmarks, const bf_witness_options *options, double *square);

#endif
