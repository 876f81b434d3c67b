/* homology.reduce: the persistence diagram of an explicit filtration. */
#include "reduce/reduce.h"
#include "stage.h"
#include <string.h>

typedef struct config {
  int64_t max_dim, modulus;
  bool top, simplices;
  const char *representatives, *method;
} config;

static const bf_param params[] = {
    BF_PARAM(config, max_dim, .def = "-1", .range = "[-1, 64]",
             .doc = "highest dimension of the intervals; -1: one below that at which the filtration was cut; the dimension of the complex, if it was not"),
    BF_PARAM(config, top, .def = "false",
             .doc = "of a filtration that was cut at a dimension, the homology in that dimension too: of what is there, without what fills it"),
    BF_PARAM(config, modulus, .def = "2", .range = "[2, 65521]", .doc = "a prime p: coefficients in the field Z/p"),
    BF_PARAM(config, simplices, .def = "true", .doc = "each interval carries its birth and death simplex"),
    BF_PARAM(config, representatives, .def = "none", .choices = STAGE_REPRESENTATIVES,
             .doc = "each interval carries a cocycle or a cycle of its class; cycles are computed in a second reduction"),
    BF_PARAM(config, method, .def = "auto", .choices = "auto|cohomology|twist",
             .doc = "how pairs are found, from coboundaries upwards or from boundaries downwards; the result is the same; auto: what is expected to be faster"),
    {0}};

static const bf_port inputs[] = {{"filtration", BF_BIT(BF_FILTRATION), 0, NULL, "simplices in any order, with all their faces, none later than a coface"}, {0}};
static const bf_port outputs[] = {{"diagram", BF_BIT(BF_PERSISTENCE_DIAGRAM), 0, NULL, "intervals of dimensions 0 to max_dim, by the filtration's values"},
                                  {0}};

static bf_reduce_method method_of(const config *c) {
  if (strcmp(c->method, "auto") == 0) return BF_REDUCE_AUTO;
  return strcmp(c->method, "twist") == 0 ? BF_REDUCE_TWIST : BF_REDUCE_COHOMOLOGY;
}

static uint64_t filtration_bytes(const bf_filtration *f) { return 16 * f->n + 8 + 4 * f->first[f->n]; }

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  (void)connected;
  return bf_flag_check_modulus(c->modulus);
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  const config *c = cfg;
  bf_filtration filtration = {0};
  bf_diagram diagram = {0};
  size_t n;
  const bf_input *in = host->inputs(task, "filtration", &n);
  const bf_out *out = host->output(task, "diagram", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_filtration_read(in->path, host->memory(task), &filtration));
  bf_stage_step step = {host, task};
  const bf_reduce_options options = {.max_dim = c->max_dim < 0 ? BF_REDUCE_SOUND : (uint32_t)c->max_dim,
                                     .top = c->top,
                                     .modulus = (uint32_t)c->modulus,
                                     .method = method_of(c),
                                     .simplices = c->simplices,
                                     .representatives = stage_representatives(c->representatives),
                                     .memory = bf_stage_memory(&step, filtration_bytes(&filtration)),
                                     .step = bf_stage_tell,
                                     .context = &step};
  status = bf_reduce_barcode(&filtration, &options, &diagram);
  if (status == BF_BAD_INPUT) bf_fail_in(status, "%s", in->path);
  if (status != BF_OK) goto out;
  BF_TRY(bf_diagram_write(out, &diagram));
out:
  bf_filtration_free(&filtration);
  bf_diagram_free(&diagram);
  return status;
}

static const bf_stage reduce = {.id = "homology.reduce",
                                .doc = "persistent homology of an explicit filtration, by reduction of its boundary matrices",
                                .revision = 2,
                                .max_threads = 1,
                                .inputs = inputs,
                                .outputs = outputs,
                                .cfg_size = sizeof(config),
                                .params = params,
                                .check = check,
                                .run = run};

BF_PLUGIN(.name = "reduce", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&reduce, NULL});
