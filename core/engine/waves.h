/* Waves: the plan cut into jobs that other processes and machines can take.
 *
 * A wave is a set of connected stages with the same sweep axes and the same depth; the depth of a stage is the most changes of axes on any path to it. So no
 * wave waits for itself, and waves in order of depth find their inputs done. A job is one point of a wave: instance POINT of each of its stages, with
 * whatever items these have. The numbers depend on the pipeline only. */
#ifndef BF_ENGINE_WAVES_H
#define BF_ENGINE_WAVES_H

#include "pipeline/pipeline.h"

typedef struct bf_wave {
  uint32_t depth;
  size_t nstage;
  size_t *stage; /* rising */
  size_t npoint; /* instances of each of its stages */
} bf_wave;

typedef struct bf_waves {
  size_t n;
  bf_wave *at; /* by depth, then by their first stage */
  size_t *of;  /* the wave of each stage */
} bf_waves;

void bf_waves_find(const bf_pipeline *p, bf_waves *out);
void bf_waves_free(bf_waves *w);

/* The instances that one job needs: its own, and those that they are made from. */
typedef struct bf_part {
  const bf_pipeline *pipeline;
  bool *inside;  /* nstage: a stage of the wave */
  bool **needed; /* [stage][instance] */
} bf_part;

/* BF_BAD_INPUT when there is no such wave or point. */
bf_status bf_part_of(const bf_pipeline *p, const bf_waves *w, size_t wave, size_t point, bf_part *out);
void bf_part_free(bf_part *part);

#endif
