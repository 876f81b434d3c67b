/* graph.file: a weighted graph from a file, through the format that its name or the user says. */
#include "../source_file.h"

static const bf_port outputs[] = {{.name = "graph", .types = BF_BIT(BF_WEIGHTED_GRAPH), .doc = "the graph, as the file has it"}, {0}};

static bf_status check(const void *cfg, uint32_t connected) {
  (void)connected;
  return source_check(cfg, BF_WEIGHTED_GRAPH);
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) { return source_run(host, task, cfg, BF_WEIGHTED_GRAPH, "graph"); }

static const bf_stage stage = {.id = "graph.file",
                               .doc = "a weighted graph from a file",
                               .revision = 1,
                               .outputs = outputs,
                               .cfg_size = sizeof(source_config),
                               .params = source_params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "graph_file", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
