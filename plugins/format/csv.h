/* The comma-separated format: its parameters, and the functions of its two halves. */
#ifndef FORMAT_CSV_H
#define FORMAT_CSV_H

#include <bettiflow/plugin.h>

typedef struct csv_config {
  const char *header, *label, *classes, *separator, *missing, *comment;
  int64_t limit;
} csv_config;

char csv_separator(const csv_config *cfg); /* 0: auto */

bf_status csv_read(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out);
bf_status csv_write(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out);

#endif
