/* complex.witness: the weak witness complex of landmarks among points. */
#include "witness/stage.h"

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) { return witness_stage_run(host, task, cfg, BF_WITNESS_WEAK); }

static const bf_stage witness = {.id = "complex.witness",
                                 .doc = "weak witness complex: landmarks span a simplex where a point has no other landmark nearer, but for alpha_square",
                                 .revision = 2,
                                 .max_threads = 64,
                                 .inputs = witness_inputs,
                                 .outputs = witness_outputs,
                                 .cfg_size = sizeof(witness_config),
                                 .params = witness_params,
                                 .run = run};

BF_PLUGIN(.name = "witness", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&witness, NULL});
