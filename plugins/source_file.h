/* Artifacts from foreign files, through formats: what dataset.file, graph.file and filtration.file have in common. */
#ifndef BF_SOURCE_FILE_H
#define BF_SOURCE_FILE_H

#include <bettiflow/plugin.h>

/* BF_INVALID, naming the parameter, where the format does not read this type; says which of the three stages it is for. */
bf_status source_check_format(const char *parameter, const bf_format_use *format, bf_type type);

/* Reads the file at `path` into `out`. BF_INVALID when there is no format, because the name's ending is that of none. */
bf_status source_read(const bf_host *host, bf_task *task, const char *parameter, const bf_format_use *format, const char *path, bf_type type,
                      const bf_out *out);

/* A stage that does no more than this, of type `type` at the output port `port`. */
typedef struct source_config {
  bf_file path;
  bf_format_use format;
  const char *sha256;
} source_config;

extern const bf_param source_params[];
bf_status source_check(const source_config *config, bf_type type);
bf_status source_run(const bf_host *host, bf_task *task, const source_config *config, bf_type type, const char *port);

#endif
