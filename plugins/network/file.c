/* network.file: a network from a file, through the format that its name or the user says. */
#include <bettiflow/artifact.h>

typedef struct config {
  bf_file path;
  bf_format_use format;
} config;

static const bf_param params[] = {
    BF_PARAM(config, path, .def = NULL, .doc = "the file of weights"),
    BF_PARAM(config, format, .def = "", .doc = "how to read it: `safetensors(activation=tanh)`; by the file's extension if empty"),
    {0},
};

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  (void)connected;
  if (c->format.is && !(c->format.is->reads & BF_BIT(BF_NETWORK))) return bf_fail(BF_INVALID, "format: %s does not read networks", c->format.is->id);
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  const bf_out *out = host->output(task, "model", NULL, 0);
  if (!out) return BF_FAILED;
  if (!c->format.is) return bf_fail(BF_INVALID, "format: none is known by the extension of %s; name one", c->path.path);
  return c->format.is->read(host, task, c->format.cfg, c->path.path, BF_NETWORK, out);
}

static const bf_stage stage = {
    .id = "network.file",
    .doc = "a network from a file of weights, made by any program",
    .revision = 1,
    .outputs = (const bf_port[]){{.name = "model", .types = BF_BIT(BF_NETWORK), .doc = "the network, for network.layers"}, {0}},
    .cfg_size = sizeof(config),
    .params = params,
    .check = check,
    .run = run,
};

BF_PLUGIN(.name = "network_file", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
