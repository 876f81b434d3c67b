/* The graph that the edge collapse works on, and how long an edge is dominated in it.
 *
 * The vertices get new numbers, near ones near each other, so that the neighbours of a vertex lie in few words of 64 bits; only words that are not empty are
 * kept, and the values of their edges in one list. Values are the bits of floats that are not negative: they have the same order. */
#ifndef FLAG_COLLAPSE_GRAPH_H
#define FLAG_COLLAPSE_GRAPH_H

#include "flag/graph.h"
#include <string.h>

typedef int32_t flag_value;

enum { NEVER = 0x7f800000 }; /* the bits of INFINITY: no edge */

static inline flag_value value_of(float distance) {
  flag_value value;
  memcpy(&value, &distance, sizeof value);
  return value;
}

static inline float distance_of(flag_value value) {
  float distance;
  memcpy(&distance, &value, sizeof distance);
  return distance;
}

typedef struct neighbour_word { /* 64 neighbours of one vertex */
  uint64_t now;                 /* the edges not above the value under work, and the vertex itself */
  uint64_t all;                 /* the edges that are not removed */
  uint64_t begun;               /* the edges at the beginning, which have values */
  uint32_t value;               /* where those start */
} neighbour_word;

typedef struct word_index { /* which of 64 words of a vertex are there */
  uint64_t there;
  uint32_t word; /* the first of them */
} word_index;

typedef struct common_word { /* one word of both ends */
  uint64_t now, all;         /* the common neighbours, at the edge's value and at any */
  uint64_t left;             /* those that may still dominate */
  uint32_t at;               /* its place among all words */
  uint32_t of_u, of_v;       /* the words */
} common_word;

typedef struct working_graph {
  uint32_t n, indices;           /* indices of a vertex */
  uint32_t *new_number, *vertex; /* and back */
  word_index *index;
  neighbour_word *word;
  flag_value *value;
  uint32_t *hint; /* the last dominator of an edge at this vertex */
  common_word *common;
  flag_value *barred; /* by vertex: up to where it can't dominate */
  uint64_t work;
  size_t number_room, vertex_room, index_room, word_room, value_room, hint_room, common_room, barred_room;
} working_graph;

/* From lists of neighbours, and back to them. */
bf_status working_graph_build(const flag_graph *from, bf_memory *memory, working_graph *out);
bf_status working_graph_give(const working_graph *g, bf_memory *memory, flag_graph *out);
void working_graph_free(working_graph *g, bf_memory *memory);

/* In the following, u and v are numbers of the graph `from`. */

/* The first value from t on, that of the edge uv, at which the edge is not dominated; NEVER if there is none. */
flag_value domination_end(working_graph *g, uint32_t u, uint32_t v, flag_value t);

void working_graph_move(working_graph *g, uint32_t u, uint32_t v, flag_value value); /* gives an edge a new value */
void working_graph_pass(working_graph *g, uint32_t u, uint32_t v);                   /* the value under work falls below that of the edge */

#endif
