/* A graph with its vertices in the order of their ids: for each vertex the neighbours after it. */
#ifndef BF_COMPLEX_FLAG_ROWS_H
#define BF_COMPLEX_FLAG_ROWS_H

#include <bettiflow/artifact.h>

typedef struct bf_neighbour {
  uint32_t vertex; /* its place in the order of ids */
  float weight;
} bf_neighbour;

typedef struct bf_flag_rows {
  uint32_t n;
  uint32_t *id;     /* n, rising */
  uint64_t *row;    /* n+1: the neighbours of vertex v are at[row[v]] … at[row[v+1]-1], rising */
  bf_neighbour *at; /* each larger than v */
  uint64_t degree;  /* the longest row */
} bf_flag_rows;

/* Edges up to the threshold, of finite weight. BF_BAD_INPUT: an id twice; BF_NO_MEMORY, when it is more than `memory` bytes (0: no limit). */
bf_status bf_flag_rows_make(const bf_graph *graph, float threshold, uint64_t memory, bf_flag_rows *out);
uint64_t bf_flag_rows_bytes(const bf_flag_rows *rows);
void bf_flag_rows_free(bf_flag_rows *rows);

#endif
