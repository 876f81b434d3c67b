/* Reduction of a flag complex at one scale by domination of vertices and edges.
 *
 * A vertex x is dominated if a neighbour y has N[x] ⊆ N[y], closed neighbourhoods; an edge xy if a common neighbour w has N(x) ∩ N(y) ⊆ N[w]. Taking one of
 * them away keeps the homotopy type of the flag complex: J. A. Barmak, E. G. Minian, Strong homotopy types, nerves and collapses, Discrete Comput. Geom. 47
 * (2012); J.-D. Boissonnat, S. Pritam, Edge collapse and persistence of flag complexes, SoCG 2020. Only one at a time: each test is on what is left by then.
 *
 * An edge xy is dominated just when y is a dominated vertex of the link of x, the graph on x's neighbours. So the link of x, as a matrix of bits, is reduced
 * vertex by vertex; if one is left, x itself is dominated.
 */
#ifndef FLAG_DOMINATE_H
#define FLAG_DOMINATE_H

#include "flag/graph.h"
#include "../../jobs.h"
#include "flag/rows.h"

/* Reduces a part of the graph, changing its rows, until nothing in it is dominated, and gives what is left, all weights 1, its vertices numbered from 0.
 * BF_NO_MEMORY, and what the progress says. */
bf_status flag_dominate(flag_rows *rows, bf_jobs_progress *progress, bf_memory *memory, flag_graph *out);

#endif
