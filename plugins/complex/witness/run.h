/* One computation: what its parts share. */
#ifndef BF_WITNESS_RUN_H
#define BF_WITNESS_RUN_H

#include "lists.h"
#include "near.h"
#include "witness.h"

struct witness_run {
  const bf_points *witness, *landmark;
  const bf_witness_options *options;
  bf_memory *memory;
  bf_jobs_progress *progress;
  uint32_t threads; /* >= 1 */
  uint32_t *row;    /* row of the landmarks by number; numbers rise with the point ids */
  uint32_t top;     /* the highest dimension that is asked for and possible */
  unsigned bits;    /* of a landmark's number in a key */
  witness_rule rule;
  witness_tiles tiles;
  witness_near near[BF_JOBS_MAX_THREADS];
  witness_lists lists;
  atomic_ullong done; /* blocks of witnesses */
  uint64_t total;
};

/* A block of witnesses is done with; BF_CANCELLED when all is to end. */
static inline bf_status witness_tell_block(witness_run *run) { return bf_jobs_tell(run->progress, atomic_fetch_add(&run->done, 1) + 1, run->total); }

/* In the middle of one that takes long. */
static inline bf_status witness_tell(witness_run *run) { return bf_jobs_tell(run->progress, run->done, run->total); }

/* The core (build.c), once for each width of keys: the simplices as a filtration. */
bf_status witness_build_64(witness_run *run, bf_filtration *out);
bf_status witness_build_128(witness_run *run, bf_filtration *out);

#endif
