/* The near landmarks of all witnesses. */
#ifndef BF_WITNESS_LISTS_H
#define BF_WITNESS_LISTS_H

#include "near.h"
#include "../../jobs.h"

enum { WITNESS_BLOCK = 128 }; /* witnesses of a job */

typedef struct witness_run witness_run;

/* Lists one behind the other. */
typedef struct witness_heap {
  size_t n, room;
  double *square;
  uint32_t *landmark;
} witness_heap;

/* The kept lists of WITNESS_BLOCK witnesses as they come. */
typedef struct witness_block {
  bool kept;
  witness_heap heap;
  uint32_t end[WITNESS_BLOCK];
} witness_block;

typedef struct witness_lists {
  uint64_t n, blocks;
  witness_block *block;
  uint64_t active; /* witnesses that have a list */
  uint32_t *order; /* these, by their nearest landmarks, so that those that stand together testify to the same simplices */
  uint64_t *mark;  /* of each in that order: its `marked` nearest landmarks, the nearest one highest */
  unsigned marked;
  witness_heap made[BF_JOBS_MAX_THREADS]; /* lists that are not kept, made for a job */
} witness_lists;

/* Makes the lists and keeps those that there is memory for; what is not kept is made again each time. */
bf_status witness_lists_make(witness_run *run);
void witness_lists_free(witness_run *run);

/* The lists of the witnesses order[from … from+n-1], n <= WITNESS_BLOCK; they live until the thread's next call. */
bf_status witness_lists_get(witness_run *run, uint32_t thread, uint64_t from, size_t n, witness_list *out);

/* Whether witnesses at two places of the order are known to have the same `first` >= 1 nearest landmarks, in the same order. */
static inline bool witness_lists_agree(const witness_lists *l, uint64_t i, uint64_t j, unsigned first, unsigned bits) {
  return first <= l->marked && (l->mark[i] ^ l->mark[j]) >> (l->marked - first) * bits == 0;
}

#endif
