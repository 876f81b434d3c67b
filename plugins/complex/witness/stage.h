/* What complex.witness and complex.strong_witness have in common: all but the kind. */
#ifndef BF_WITNESS_STAGE_H
#define BF_WITNESS_STAGE_H

#include "../../stage.h"
#include "witness.h"

typedef struct witness_config {
  double alpha_square;
  int64_t limit_dimension;
} witness_config;

extern const bf_param witness_params[];
extern const bf_port witness_inputs[], witness_outputs[];

bf_status witness_stage_run(const bf_host *host, bf_task *task, const witness_config *config, bf_witness_kind kind);

/* Bytes of a point cloud in memory. */
static inline uint64_t witness_points_bytes(const bf_points *p) { return p->n * (4 * (uint64_t)p->dim + (p->label ? 8 : 4)); }

/* The task's threads, progress and memory, less what is taken. *step lives as long as the options. */
bf_witness_options witness_options_of(bf_stage_step *step, uint64_t taken);

#endif
