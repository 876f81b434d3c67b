/* complex.flag: the flag complex of a weighted graph as an explicit filtration. */
#include "../stage.h"
#include "flag_complex.h"
#include <math.h>

typedef struct config {
  int64_t limit_dimension;
  double threshold;
} config;

static const bf_param params[] = {
    BF_PARAM(config, limit_dimension, .def = "2", .range = "[0, 64]",
             .doc = "highest dimension of the simplices; homology up to dimension d needs those up to d + 1"),
    BF_PARAM(config, threshold, .def = "none", .range = "[0, inf]", .doc = "largest diameter of a simplex, itself included; none: all edges count"),
    {0}};

static const bf_port inputs[] = {{"graph", BF_BIT(BF_WEIGHTED_GRAPH), 0, NULL, "the graph; its ids, which have to differ, name the vertices"}, {0}};
static const bf_port outputs[] = {{"filtration", BF_BIT(BF_FILTRATION), 0, NULL, "all sets of vertices that are pairwise joined, by diameter"}, {0}};

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  const config *c = cfg;
  bf_graph graph = {0};
  bf_filtration filtration = {0};
  bf_stage_step step = {host, task};
  size_t n;
  const bf_input *in = host->inputs(task, "graph", &n);
  const bf_out *out = host->output(task, "filtration", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_graph_read(in->path, host->memory(task), &graph));
  const bf_flag_complex_options options = {.limit_dimension = (uint32_t)c->limit_dimension,
                                           .threshold = isnan(c->threshold) ? INFINITY : (float)c->threshold,
                                           .memory = bf_stage_memory(&step, bf_stage_graph_bytes(&graph)),
                                           .step = bf_stage_tell,
                                           .context = &step};
  status = bf_flag_complex(&graph, &options, &filtration);
  if (status == BF_BAD_INPUT) bf_fail_in(status, "%s", in->path);
  if (status != BF_OK) goto out;
  host->log(task, BF_LOG_INFO, "%llu simplices of %u vertices, %s", (unsigned long long)filtration.n, graph.n,
            filtration.limit_dimension == BF_NOT_CUT ? "all there are" : "cut at limit_dimension");
  BF_TRY(bf_filtration_write(out, &filtration));
out:
  bf_graph_free(&graph);
  bf_filtration_free(&filtration);
  return status;
}

static const bf_stage flag = {.id = "complex.flag",
                              .doc = "flag complex of a graph, simplex by simplex, as a filtration by diameter",
                              .revision = 1,
                              .max_threads = 1,
                              .inputs = inputs,
                              .outputs = outputs,
                              .cfg_size = sizeof(config),
                              .params = params,
                              .run = run};

BF_PLUGIN(.name = "flag", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&flag, NULL});
