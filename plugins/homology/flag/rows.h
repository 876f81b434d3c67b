/* A graph at one scale as rows of bits, for reduction by domination: row x holds the closed neighbourhood N[x] as words of 64 vertices, words without a bit
 * left out. Vertices are numbered breadth-first, so that neighbours share words: some ten of them stand for a hundred neighbours. */
#ifndef FLAG_ROWS_H
#define FLAG_ROWS_H

#include "flag/memory.h"
#include <bettiflow/artifact.h>

typedef struct flag_rows {
  uint64_t isolated; /* vertices without an edge, which have no row */
  uint32_t npart;    /* a part is a large component, or several small ones */
  uint32_t *begin;   /* npart + 1: part p has the numbers begin[p] … begin[p] + count[p] - 1, and words of its own */
  uint32_t *count;
  uint64_t *first; /* begin[npart] + 1: row x has the words first[x] … first[x+1]-1 */
  uint32_t *block; /* rising within a row: the word holds the vertices 64·block … 64·block + 63 */
  uint64_t *word;
  size_t begin_room, count_room, first_room, block_room, word_room;
} flag_rows;

/* Of all edges of weight <= scale. BF_NO_MEMORY. Free with flag_rows_free, after errors too. */
bf_status flag_rows_build(const bf_graph *from, float scale, flag_memory *memory, flag_rows *out);
void flag_rows_free(flag_rows *rows, flag_memory *memory);

#endif
