/* What reader and writer of format.filtration share. */
#ifndef FORMAT_FILTRATION_H
#define FORMAT_FILTRATION_H

#include <bettiflow/artifact.h>

typedef struct filtration_config {
  const char *convention;
  double threshold;
  int64_t limit_dimension, limit;
} filtration_config;

/* A header may say what the values are, as header.h has it: "# filtration(convention=squared_radius, threshold=0.02, limit_dimension=3)". */
#define FILTRATION_FORMAT "filtration"

bf_status filtration_read(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out);

/* Reads the header, the number-th line: sets convention, threshold and limit_dimension. BF_BAD_INPUT where it is wrong or says something else than parameters
 * that were given (filtration_header.c). */
bf_status filtration_header(const char *path, uint64_t number, const char *line, const filtration_config *cfg, bf_filtration *f);

/* Sets them to what the parameters say. */
void filtration_given(const filtration_config *cfg, bf_filtration *f);

#endif
