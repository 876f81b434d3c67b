/* What a stage hands on to what computes for it: the host's progress, and the memory that the input leaves. */
#ifndef BF_STAGE_H
#define BF_STAGE_H

#include <bettiflow/artifact.h>
#include <bettiflow/plugin.h>

/* The context of bf_stage_tell. */
typedef struct bf_stage_step {
  const bf_host *host;
  bf_task *task;
} bf_stage_step;

static inline bf_status bf_stage_tell(void *context, uint64_t done, uint64_t total) {
  const bf_stage_step *s = context;
  return s->host->step(s->task, done, total);
}

/* What so many bytes leave of the task's memory; 0: no limit. */
static inline uint64_t bf_stage_memory(const bf_stage_step *s, uint64_t taken) {
  const uint64_t memory = s->host->memory(s->task);
  return memory == 0 ? 0 : memory > taken ? memory - taken : 1;
}

/* Bytes of a graph in memory. */
static inline uint64_t bf_stage_graph_bytes(const bf_graph *g) {
  const uint64_t members = g->first ? 8 * (g->n + UINT64_C(1)) + 4 * g->first[g->n] : 0;
  return g->m * (g->dense ? 4 : 12) + UINT64_C(4) * g->n + members;
}

#endif
