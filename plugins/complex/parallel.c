/* Jobs on the host's threads: its progress, and what each thread keeps from job to job. */
#include "parallel.h"
#include "../jobs.h"

typedef struct pool {
  const bf_host *host;
  bf_task *task;
  const bf_host_jobs *jobs;
  bf_jobs_progress progress;
  uint64_t done, total;
  atomic_ullong finished;
  void *scratch[BF_JOBS_MAX_THREADS]; /* made when a thread begins its first job */
} pool;

static bf_status step(void *context, uint64_t done, uint64_t total) {
  const pool *p = context;
  return p->host->step(p->task, done, total);
}

static bf_status job(void *context, uint32_t thread, uint64_t i) {
  bf_status status = BF_OK;
  pool *p = context;
  const bf_host_jobs *jobs = p->jobs;
  void **scratch = &p->scratch[thread];
  if (jobs->scratch && !*scratch && !(*scratch = jobs->scratch(jobs->context))) return bf_fail(BF_NO_MEMORY, "no memory for a thread's work");
  BF_TRY(jobs->run(jobs->context, *scratch, i));
  BF_TRY(bf_jobs_tell(&p->progress, p->done + atomic_fetch_add(&p->finished, 1) + 1, p->total));
out:
  return status;
}

bf_status bf_host_jobs_run(const bf_host *host, bf_task *task, const bf_host_jobs *jobs, uint64_t done, uint64_t total) {
  pool p = {.host = host, .task = task, .jobs = jobs, .done = done, .total = total};
  p.progress = (bf_jobs_progress){.step = step, .context = &p, .owner = pthread_self()};
  bf_status status = bf_jobs_run(&p.progress, host->threads(task), jobs->n, job, &p);
  for (uint32_t i = 0; i < BF_JOBS_MAX_THREADS; i++)
    if (p.scratch[i]) jobs->release(jobs->context, p.scratch[i]);
  return status;
}
