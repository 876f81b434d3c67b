/* What the stages of homology share: parameters, and the options that the host decides. */
#ifndef HOMOLOGY_STAGE_H
#define HOMOLOGY_STAGE_H

#include "../stage.h"
#include "flag/flag.h"

/* The parameter `representatives`. */
#define STAGE_REPRESENTATIVES "none|cocycles|cycles"
static inline bf_representatives stage_representatives(const char *text) {
  if (text[0] != 'c') return BF_NO_REPRESENTATIVES;
  return text[1] == 'o' ? BF_COCYCLES : BF_CYCLES;
}

/* Of the flag engine. The other options are to be set; *step is kept. */
static inline bf_flag_options stage_options(bf_stage_step *step, const bf_graph *graph) {
  return (bf_flag_options){
      .threads = step->host->threads(step->task), .memory = bf_stage_memory(step, bf_stage_graph_bytes(graph)), .step = bf_stage_tell, .context = step};
}

#endif
