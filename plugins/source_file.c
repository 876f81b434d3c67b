/* Artifacts from foreign files, through formats: what dataset.file, graph.file and filtration.file have in common. */
#include "source_file.h"

#include "dataset/digest.h"

#include <bettiflow/artifact.h>

const bf_param source_params[] = {
    BF_PARAM(source_config, path, .def = NULL, .doc = "the file"),
    BF_PARAM(source_config, format, .def = "", .doc = "how to read it: a format's name, with parameters in parentheses; by the file's extension if empty"),
    BF_PARAM(source_config, sha256, .def = "", .doc = "SHA-256 that the file must have, 64 hex digits; empty: it is not checked"),
    {0}};

/* The stage that a file of this format is for, and its type. */
static const char *stage_for(const bf_format *format, bf_type *type) {
  static const struct {
    bf_type type;
    const char *stage;
  } known[] = {{BF_POINT_CLOUD, "dataset.file"}, {BF_WEIGHTED_GRAPH, "graph.file"}, {BF_FILTRATION, "filtration.file"}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    *type = known[i].type;
    if (format->reads & BF_BIT(*type)) return known[i].stage;
  }
  return NULL;
}

bf_status source_check_format(const char *parameter, const bf_format_use *format, bf_type type) {
  bf_type other;
  if (!format->is || format->is->reads & BF_BIT(type)) return BF_OK;
  const char *stage = stage_for(format->is, &other);
  if (!stage) return bf_fail(BF_INVALID, "%s: %s does not read a %s; name a format that does", parameter, format->is->id, bf_type_name(type));
  return bf_fail(BF_INVALID, "%s: %s does not read a %s; name a format that does, or use %s, which reads a %s", parameter, format->is->id, bf_type_name(type),
                 stage, bf_type_name(other));
}

bf_status source_read(const bf_host *host, bf_task *task, const char *parameter, const bf_format_use *format, const char *path, bf_type type,
                      const bf_out *out) {
  if (!format->is) return bf_fail(BF_INVALID, "%s: none is known by the extension of %s; name one", parameter, path);
  return format->is->read(host, task, format->cfg, path, type, out);
}

bf_status source_check(const source_config *config, bf_type type) {
  bf_status status = source_check_format("format", &config->format, type);
  return status == BF_OK ? bf_sha256_check_text("sha256", config->sha256) : status;
}

bf_status source_run(const bf_host *host, bf_task *task, const source_config *config, bf_type type, const char *port) {
  bf_status status = BF_OK;
  const bf_out *out = host->output(task, port, NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_sha256_check_file(host, task, "sha256", config->path.path, config->sha256));
  status = source_read(host, task, "format", &config->format, config->path.path, type, out);
out:
  return status;
}
