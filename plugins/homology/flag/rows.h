/* A graph at one scale as rows of bits, for reduction by domination: row x holds the closed neighbourhood N[x] as words of 64 vertices, words without a bit
 * left out. Vertices are numbered breadth-first, so that neighbours share words: some ten of them stand for a hundred neighbours. */
#ifndef FLAG_ROWS_H
#define FLAG_ROWS_H

#include "flag/lists.h"

typedef struct flag_rows {
  uint32_t n;
  uint64_t *first; /* n + 1: row x has the words first[x] … first[x+1]-1 */
  uint32_t *block; /* rising within a row: the word holds the vertices 64·block … 64·block + 63 */
  uint64_t *word;
  size_t first_room, block_room, word_room;
} flag_rows;

/* Of the vertices that come in the lists from `begin` on, n of them, of which none has other neighbours. BF_NO_MEMORY. Free with flag_rows_free, after errors
 * too. */
bf_status flag_rows_build(const flag_lists *lists, uint32_t begin, uint32_t n, bf_memory *memory, flag_rows *out);
void flag_rows_free(flag_rows *rows, bf_memory *memory);

#endif
