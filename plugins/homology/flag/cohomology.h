/* The steps of the computation, for keys of one width. All lists of columns are youngest first. */
#ifndef FLAG_COHOMOLOGY_H
#define FLAG_COHOMOLOGY_H

#include "flag/pivots.h"
#include "flag/run.h"

#define pair_components FLAG_NAME(pair_components)
#define reduce_columns FLAG_NAME(reduce_columns)
#define assemble_columns FLAG_NAME(assemble_columns)

/* Dimension 0 by union-find. Gives all edges (if max_dim > 1), and as columns of dimension 1 those that neither join components (clearing) nor have an apparent
 * cofacet. */
bf_status pair_components(const flag_run *run, simplices *edges, simplices *columns);

/* Reduces the coboundary matrix with the columns of dimension dim, appends the intervals, and gives the pivots, of dimension dim+1. */
bf_status reduce_columns(const flag_run *run, uint32_t dim, const simplices *columns, pivots *pivots);

/* Replaces the simplices of dimension dim-1 by those of dimension dim (dim < max_dim; else they are dropped), and gives the columns of dimension dim that are
 * not pivots of the last reduction (clearing) and not in an apparent pair. */
bf_status assemble_columns(const flag_run *run, uint32_t dim, simplices *lower, simplices *columns, const pivots *pivots);

#endif
