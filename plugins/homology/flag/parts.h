/* The components of a graph at its threshold. Their filtrations have nothing in common, so each can be computed for itself: with fewer vertices, shorter keys,
 * and at the same time as others. */
#ifndef FLAG_PARTS_H
#define FLAG_PARTS_H

#include "../../jobs.h"
#include "flag/graph.h"

typedef struct flag_parts {
  uint32_t n;       /* parts: large components, or several small ones together */
  uint32_t *begin;  /* n + 1: part p has the vertices vertex[begin[p]] … vertex[begin[p+1] - 1], rising */
  uint32_t *vertex; /* of the graph; those without an edge come last, from begin[n] on, in no part */
  uint32_t nvertex;
  uint32_t *place; /* of each vertex of the graph in vertex[] */
  size_t begin_room, vertex_room, place_room;
} flag_parts;

/* Edges count up to the threshold. When the graph is connected n is 1, all vertices are in that part, and the arrays are NULL. BF_NO_MEMORY, BF_CANCELLED.
 * Free with flag_parts_free, after errors too. */
bf_status flag_parts_find(const bf_graph *from, float threshold, uint32_t threads, bf_jobs_progress *progress, bf_memory *memory, flag_parts *out);
void flag_parts_free(flag_parts *parts, bf_memory *memory);

static inline bool flag_parts_are_one(const flag_parts *p) { return !p->place; }

/* Part p as a graph of its own, out of the lists of the whole graph, its vertices numbered from 0 in the same order. */
bf_status flag_parts_take(const flag_parts *parts, uint32_t p, const flag_graph *lists, bf_memory *memory, flag_graph *out);

#endif
