/* What the files of the plugin of Ripser's formats share. */
#ifndef FORMAT_RIPSER_FORMATS_H
#define FORMAT_RIPSER_FORMATS_H

#include <bettiflow/artifact.h>

bf_status ripser_write_lower(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path);
bf_status ripser_write_points(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path);
bf_status ripser_write_sparse(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path);

extern const bf_format ripser_diagram_format; /* format.ripser */

#endif
