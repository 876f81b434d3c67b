/* One computation: what its parts share. */
#ifndef FLAG_RUN_H
#define FLAG_RUN_H

#include "flag/barcode.h"
#include "flag/code.h"
#include "flag/graph.h"
#include "../../jobs.h"
#include <float.h>

typedef struct flag_run {
  const flag_graph *graph;
  const bf_flag_options *options;
  bf_memory *memory;
  bf_jobs_progress *progress;
  bf_barcode *barcode;
  uint32_t threads; /* >= 1 */
  uint32_t max_dim; /* never above what simplices there can be, nor above n-2: higher homology is zero */
  uint32_t modulus;
  flag_code code; /* of the keys */
} flag_run;

/* The core (cohomology.c), once for each kind of keys. */
bf_status flag_cohomology_64(const flag_run *run);
bf_status flag_cohomology_128(const flag_run *run);
bf_status flag_cohomology_combinatorial(const flag_run *run);

/* Cycles for the intervals that the barcode has by then (cycles.c). */
bf_status flag_cycles_64(const flag_run *run);
bf_status flag_cycles_128(const flag_run *run);
bf_status flag_cycles_combinatorial(const flag_run *run);

static inline uint32_t times(const flag_run *run, uint32_t a, uint32_t b) { return (uint32_t)((uint64_t)a * b % run->modulus); }

static inline uint32_t inverse(const flag_run *run, uint32_t a) { /* a^(p-2), Fermat */
  uint32_t result = 1;
  for (uint32_t e = run->modulus - 2; e > 0; e >>= 1) {
    if (e & 1) result = times(run, result, a);
    a = times(run, a, a);
  }
  return result;
}

static inline bf_status flag_step(const flag_run *run, uint64_t done, uint64_t total) { return bf_jobs_tell(run->progress, done, total); }

/* What the caller's options say of progress; to be shared by all runs of a computation. */
bf_jobs_progress flag_progress_of(const bf_flag_options *options);
static inline uint32_t flag_threads_of(const bf_flag_options *options) {
  return options->threads < 1 ? 1 : options->threads < BF_JOBS_MAX_THREADS ? options->threads : BF_JOBS_MAX_THREADS;
}

/* The intervals of a graph, appended to run->barcode: sets what else is in the run, and picks the keys. */
bf_status flag_intervals(flag_run *run);

#endif
