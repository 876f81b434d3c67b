/* Filtered edge collapse: fewer edges with the same persistent homology.
 *
 * An edge uv is dominated in a graph if some common neighbour c of u and v is adjacent to, or equal to, each common neighbour; then the flag complex without it
 * has the same homotopy type. In a filtration, an edge may be moved from its value t to T if it is dominated in the graph at each value in [t, T):
 *   J.-D. Boissonnat, S. Pritam, Edge Collapse and Persistence of Flag Complexes, SoCG 2020;
 *   M. Glisse, S. Pritam, Swap, Shift and Trim to Edge Collapse a Filtration, SoCG 2022.
 */
#ifndef FLAG_COLLAPSE_H
#define FLAG_COLLAPSE_H

#include "flag/collapse_rule.h"
#include "flag/graph.h"
#include "../../jobs.h"

/* Takes the edges in falling order of value (equal ones by smaller, then by larger vertex) and moves each to the first value from its own on at which it is not
 * dominated in the graph as it then stands, or removes it if there is none. The intervals of the flag filtration stay the same, not so simplices and chains.
 * It stops when the rule says so, by units of work that are each a word of 64 pairs or a value looked up, and the other edges stay as they are, which is right
 * too, or all do if it was futile; *work is what was used. A graph for which the memory does not suffice for an index of n * n / 256 bytes stays as it is. Told
 * as progress: edges. The vertices keep their numbers; *out is new, dense or sparse as flag_graph_build would make it, and is freed with flag_graph_free, after
 * errors too. Errors: BF_NO_MEMORY and what the progress gives. */
bf_status flag_collapse(const flag_graph *g, const collapse_rule *rule, bf_memory *memory, bf_jobs_progress *progress, flag_graph *out, uint64_t *work);

#endif
