/* homology.ripser: the persistence diagram of a weighted graph's flag filtration. */
#include "diagram.h"
#include <math.h>

typedef struct config {
  int64_t max_dim, modulus;
  double threshold;
  bool simplices;
  const char *representatives;
} config;

static const bf_param params[] = {
    BF_PARAM(config, max_dim, .def = "1", .range = "[0, 64]", .doc = "highest dimension of the intervals"),
    BF_PARAM(config, threshold, .def = "none", .range = "[0, inf]",
             .doc = "largest diameter of a simplex; what lives at it counts as essential; none: all that can matter (the enclosing radius of a dense graph)"),
    BF_PARAM(config, modulus, .def = "2", .range = "[2, 65521]", .doc = "a prime p: coefficients in the field Z/p"),
    BF_PARAM(config, simplices, .def = "true",
             .doc = "each interval carries its birth and death simplex; false lets the engine collapse edges, which is much faster in dimension 2 and up"),
    BF_PARAM(config, representatives, .def = "none", .choices = "none|cocycles|cycles",
             .doc = "each interval carries a cocycle or a cycle of its class; computed without collapse, cycles in a second reduction"),
    {0}};

static const bf_port inputs[] = {{"graph", BF_BIT(BF_WEIGHTED_GRAPH), 0, NULL, "the graph whose edge weights are distances"}, {0}};
static const bf_port outputs[] = {{"diagram", BF_BIT(BF_PERSISTENCE_DIAGRAM), 0, NULL, "intervals of dimensions 0 to max_dim, by diameter"}, {0}};

static bf_representatives kind_of(const config *c) {
  if (c->representatives[0] != 'c') return BF_NO_REPRESENTATIVES;
  return c->representatives[1] == 'o' ? BF_COCYCLES : BF_CYCLES;
}

static bf_status check(const void *cfg, uint32_t connected) {
  (void)connected;
  return bf_flag_check_modulus(((const config *)cfg)->modulus);
}

typedef struct progress {
  const bf_host *host;
  bf_task *task;
} progress;

static bf_status step(void *context, uint64_t done, uint64_t total) {
  const progress *p = context;
  return p->host->step(p->task, done, total);
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  const config *c = cfg;
  bf_graph graph = {0};
  bf_barcode barcode = {0};
  bool cut = !isnan(c->threshold);
  bf_diagram diagram = {.max_dim = (uint32_t)c->max_dim,
                        .modulus = (uint32_t)c->modulus,
                        .convention = BF_DIAMETER,
                        .threshold = cut ? c->threshold : INFINITY,
                        .representatives = kind_of(c)};
  size_t n;
  const bf_input *in = host->inputs(task, "graph", &n);
  const bf_out *out = host->output(task, "diagram", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_graph_read(in->path, host->memory(task), &graph));
  progress p = {host, task};
  bf_flag_options options = {.max_dim = diagram.max_dim,
                             .threshold = (float)diagram.threshold,
                             .modulus = diagram.modulus,
                             .memory = host->memory(task),
                             .step = step,
                             .context = &p,
                             .simplices = c->simplices,
                             .cocycles = diagram.representatives == BF_COCYCLES,
                             .cycles = diagram.representatives == BF_CYCLES};
  BF_TRY(bf_flag_barcode(&graph, &options, &barcode));
  BF_TRY(fill_diagram(&diagram, &graph, &barcode, c->simplices));
  BF_TRY(bf_diagram_write(out, &diagram));
out:
  bf_graph_free(&graph);
  bf_barcode_free(&barcode);
  bf_diagram_free(&diagram);
  return status;
}

static const bf_stage ripser = {.id = "homology.ripser",
                                .doc = "persistent homology of the flag (Vietoris-Rips) filtration, as Ripser computes it",
                                .revision = 2,
                                .inputs = inputs,
                                .outputs = outputs,
                                .cfg_size = sizeof(config),
                                .params = params,
                                .check = check,
                                .run = run};

BF_PLUGIN(.name = "ripser", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&ripser, NULL});
