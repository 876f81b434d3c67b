/* What the witnesses say of the simplices of one dimension. */
#ifndef BF_WITNESS_EMIT_H
#define BF_WITNESS_EMIT_H

#include "group.h"
#include "table.h"

#define emit_all WITNESS_NAME(emit_all)

/* Puts into the table each set of dim + 1 landmarks, pairwise joined by edges, that has a witness, with g. The table grows. BF_NO_MEMORY, BF_CANCELLED. */
bf_status emit_all(witness_run *run, uint32_t dim, const witness_edges *edges, table *t);

#endif
