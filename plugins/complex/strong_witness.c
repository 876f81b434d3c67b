/* complex.strong_witness: the strong witness complex of landmarks among points. */
#include "witness/stage.h"

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) { return witness_stage_run(host, task, cfg, BF_WITNESS_STRONG); }

static const bf_stage strong_witness = {
    .id = "complex.strong_witness",
    .doc = "strong witness complex: landmarks span a simplex where they are all as near to a point as its nearest, but for alpha_square",
    .revision = 2,
    .max_threads = 64,
    .inputs = witness_inputs,
    .outputs = witness_outputs,
    .cfg_size = sizeof(witness_config),
    .params = witness_params,
    .run = run};

BF_PLUGIN(.name = "strong_witness", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&strong_witness, NULL});
