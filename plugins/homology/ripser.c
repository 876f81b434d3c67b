/* homology.ripser: the persistence diagram of a weighted graph's flag filtration. */
#include "diagram.h"
#include "stage.h"
#include <math.h>
#include <string.h>

typedef struct config {
  int64_t max_dim, modulus;
  double threshold;
  bool simplices;
  const char *representatives, *collapse;
} config;

static const bf_param params[] = {
    BF_PARAM(config, max_dim, .def = "1", .range = "[0, 64]", .doc = "highest dimension of the intervals"),
    BF_PARAM(config, threshold, .def = "none", .range = "[0, inf]",
             .doc = "largest diameter of a simplex; what lives at it counts as essential; none: all that can matter (the enclosing radius of a dense graph)"),
    BF_PARAM(config, modulus, .def = "2", .range = "[2, 65521]", .doc = "a prime p: coefficients in the field Z/p"),
    BF_PARAM(config, simplices, .def = "true",
             .doc = "each interval carries its birth and death simplex; false lets the engine collapse edges, which is much faster in dimension 2 and up"),
    BF_PARAM(config, representatives, .def = "none", .choices = STAGE_REPRESENTATIVES,
             .doc = "each interval carries a cocycle or a cycle of its class; computed without collapse, cycles in a second reduction"),
    BF_PARAM(config, collapse, .def = "auto", .choices = "auto|always|never",
             .doc = "edge collapse before the reduction, where neither simplices nor representatives are wanted; auto: where it is expected to pay"),
    {0}};

static const bf_port inputs[] = {{"graph", BF_BIT(BF_WEIGHTED_GRAPH), 0, NULL, "the graph whose edge weights are distances"}, {0}};
static const bf_port outputs[] = {{"diagram", BF_BIT(BF_PERSISTENCE_DIAGRAM), 0, NULL, "intervals of dimensions 0 to max_dim, by diameter"}, {0}};

static bf_flag_collapse collapse_of(const config *c) {
  if (strcmp(c->collapse, "auto") == 0) return BF_COLLAPSE_AUTO;
  return strcmp(c->collapse, "always") == 0 ? BF_COLLAPSE_ALWAYS : BF_COLLAPSE_NEVER;
}

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  (void)connected;
  if (collapse_of(c) == BF_COLLAPSE_ALWAYS && (c->simplices || stage_representatives(c->representatives) != BF_NO_REPRESENTATIVES))
    return bf_fail(BF_INVALID, "collapse: a collapsed graph has other simplices; set simplices: false and representatives: none, or leave collapse out");
  return bf_flag_check_modulus(c->modulus);
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  const config *c = cfg;
  bf_graph graph = {0};
  bf_barcode barcode = {0};
  bool cut = !isnan(c->threshold);
  bf_diagram diagram = {.max_dim = (uint32_t)c->max_dim,
                        .modulus = (uint32_t)c->modulus,
                        .threshold = cut ? c->threshold : INFINITY,
                        .representatives = stage_representatives(c->representatives)};
  size_t n;
  const bf_input *in = host->inputs(task, "graph", &n);
  const bf_out *out = host->output(task, "diagram", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_graph_read(in->path, host->memory(task), &graph));
  diagram.convention = graph.convention;
  bf_stage_step step = {host, task};
  bf_flag_options options = stage_options(&step, &graph);
  options.max_dim = diagram.max_dim;
  options.threshold = (float)diagram.threshold;
  options.modulus = diagram.modulus;
  options.collapse = collapse_of(c);
  options.simplices = c->simplices;
  options.cocycles = diagram.representatives == BF_COCYCLES;
  options.cycles = diagram.representatives == BF_CYCLES;
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
                                .max_threads = 64,
                                .inputs = inputs,
                                .outputs = outputs,
                                .cfg_size = sizeof(config),
                                .params = params,
                                .check = check,
                                .run = run};

BF_PLUGIN(.name = "ripser", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&ripser, NULL});
