/* Jobs on the host's threads, with memory of each thread's own. */
#ifndef BF_COMPLEX_PARALLEL_H
#define BF_COMPLEX_PARALLEL_H

#include <bettiflow/plugin.h>

typedef struct bf_host_jobs {
  uint64_t n;                                                   /* jobs 0 … n-1, each done once, in any order, by any thread */
  bf_status (*run)(void *context, void *scratch, uint64_t job); /* must not call the host */
  void *(*scratch)(void *context);                              /* memory of one thread's own; NULL: none to be had. May be NULL */
  void (*release)(void *context, void *scratch);
  void *context;
} bf_host_jobs;

/* Runs the jobs on host->threads(task) threads, this one among them, which tells the host of done + jobs so far out of total. Of several failures the one of
 * the smallest job is returned, with its message; BF_CANCELLED when the host says so. */
bf_status bf_host_jobs_run(const bf_host *host, bf_task *task, const bf_host_jobs *jobs, uint64_t done, uint64_t total);

#endif
