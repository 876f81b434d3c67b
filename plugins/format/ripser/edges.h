/* The edges of a sparse file, on their way to a graph: they stand in its u, v and w. */
#ifndef RIPSER_EDGES_H
#define RIPSER_EDGES_H

#include "ripser/text_parts.h"
#include <bettiflow/artifact.h>

/* The triplet in the scan's line, and the line's end. BF_BAD_INPUT. */
bf_status edges_triplet(scan *s, uint32_t *i, uint32_t *j, float *w);

/* Reads all triplets: u < v, in the order of the lines; without those of a vertex and itself, which count for n only. *sorted: by (u, v), no pair twice.
 * BF_BAD_INPUT, with any message, when some line is wrong; BF_NO_MEMORY. The graph is to be freed after errors too. */
bf_status edges_read(const text_parts *text, uint32_t threads, bf_graph *graph, bool *sorted);

/* Sorts by (u, v); pairs that stand there twice stay in the order of the lines. BF_NO_MEMORY. */
bf_status edges_sort(const char *name, uint64_t budget, bf_graph *graph);

/* Of pairs that stand there twice, in sorted edges, keeps one; returns false at a pair with two distances, which is then edge `*at`. */
bool edges_drop_doubles(bf_graph *graph, uint64_t *at);

#endif
