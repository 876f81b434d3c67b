/* What the stages that run the flag engine share: the host's memory, threads and progress as options. */
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

/* The other options are to be set; *step is kept. */
static inline bf_flag_options stage_options(stage_step *step) {
  return (bf_flag_options){
      .threads = step->host->threads(step->task), .memory = step->host->memory(step->task), .step = stage_tell, .context = step};
}

#endif
