/* A graph at one scale as lists of neighbours, its vertices in the order of its parts. */
#ifndef FLAG_LISTS_H
#define FLAG_LISTS_H

#include "../../jobs.h"
#include "flag/parts.h"

typedef struct flag_lists {
  uint64_t *first; /* n + 1 */
  uint32_t *to;    /* the neighbours of the vertex that comes v-th are to[first[v]] … to[first[v+1]-1], rising, by their places in the same order */
  size_t first_room, to_room;
} flag_lists;

/* Of all edges of weight <= scale, on so many threads, on which no list depends. BF_NO_MEMORY, BF_CANCELLED. Free with flag_lists_free, after errors too. */
bf_status flag_lists_build(const bf_graph *from, float scale, const flag_parts *parts, uint32_t threads, bf_jobs_progress *progress, bf_memory *memory,
                           flag_lists *out);
void flag_lists_free(flag_lists *lists, bf_memory *memory);

#endif
