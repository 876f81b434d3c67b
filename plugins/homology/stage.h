/* What the stages of homology share: parameters, and the host's memory, threads and progress as options. */
#ifndef HOMOLOGY_STAGE_H
#define HOMOLOGY_STAGE_H

#include "flag/flag.h"

typedef struct stage_step {
  const bf_host *host;
  bf_task *task;
} stage_step;

static inline bf_status stage_tell(void *context, uint64_t done, uint64_t total) {
  const stage_step *s = context;
  return s->host->step(s->task, done, total);
}

/* Bytes of a graph in memory. */
static inline uint64_t stage_graph_bytes(const bf_graph *g) {
  const uint64_t members = g->first ? 8 * (g->n + UINT64_C(1)) + 4 * g->first[g->n] : 0;
  return g->m * (g->dense ? 4 : 12) + UINT64_C(4) * g->n + members;
}

/* What the input leaves of the task's memory; 0: no limit. */
static inline uint64_t stage_memory(const stage_step *step, uint64_t taken) {
  const uint64_t memory = step->host->memory(step->task);
  return memory == 0 ? 0 : memory > taken ? memory - taken : 1;
}

/* The parameter `representatives`. */
#define STAGE_REPRESENTATIVES "none|cocycles|cycles"
static inline bf_representatives stage_representatives(const char *text) {
  if (text[0] != 'c') return BF_NO_REPRESENTATIVES;
  return text[1] == 'o' ? BF_COCYCLES : BF_CYCLES;
}

/* Of the flag engine. The other options are to be set; *step is kept. */
static inline bf_flag_options stage_options(stage_step *step, const bf_graph *graph) {
  return (bf_flag_options){
      .threads = step->host->threads(step->task), .memory = stage_memory(step, stage_graph_bytes(graph)), .step = stage_tell, .context = step};
}

#endif
