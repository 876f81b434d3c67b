/* One stage of a built plugin in one call, where host.h would take several: parameters as texts, the first output as a file. The plugin offers this stage
 * alone. */
#ifndef STAGE_HOST_H
#define STAGE_HOST_H

#include <bettiflow/plugin.h>

typedef struct stage_call {
  const char *plugin;      /* "complex/knn_geodesic" */
  const char *stage;       /* "complex.knn_geodesic" */
  const char *input[4];    /* port, path, port, path; the rest NULL */
  const char *param[16];   /* name, text, …; what is not named has its default */
  const char *output;      /* path of the first output port's artifact */
  const bf_format *format; /* what a FORMAT parameter names */
  uint32_t threads;        /* 0 counts as 1 */
  uint64_t memory;         /* 0: no limit */
  uint64_t cancel_at;      /* step() cancels at this call; 0: never */
} stage_call;

/* Runs check() and run(). The message of a failure is in stage_error(). */
bf_status run_stage(const stage_call *call);
const char *stage_error(void);

#endif
