/* Jobs over threads: a shared counter hands them out. */
#include "parallel.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { MOST_THREADS = 64 };

typedef struct pool {
  const bf_jobs *jobs;
  atomic_ullong next, finished;
  atomic_bool stop;
  pthread_mutex_t lock; /* over what follows */
  bf_status status;
  unsigned long long failed; /* the job that failed */
  char message[512];
} pool;

/* Messages are kept per thread, so a worker's failure is carried over to the caller. */
static void record(pool *p, bf_status status, unsigned long long job) {
  pthread_mutex_lock(&p->lock);
  if (p->status == BF_OK || job < p->failed) {
    p->status = status;
    p->failed = job;
    snprintf(p->message, sizeof p->message, "%s", bf_error());
  }
  atomic_store(&p->stop, true);
  pthread_mutex_unlock(&p->lock);
}

/* Takes jobs until there are none. Only the main thread passes a host. */
static void work(pool *p, const bf_host *host, bf_task *task, uint64_t done, uint64_t total) {
  const bf_jobs *jobs = p->jobs;
  void *scratch = jobs->scratch ? jobs->scratch(jobs->context) : NULL;
  unsigned long long job;
  if (jobs->scratch && !scratch) record(p, bf_fail(BF_NO_MEMORY, "no memory for a thread's work"), 0);
  while (!atomic_load(&p->stop) && (job = atomic_fetch_add(&p->next, 1)) < jobs->n) {
    bf_status status = jobs->run(jobs->context, scratch, job);
    unsigned long long finished = atomic_fetch_add(&p->finished, 1) + 1;
    if (status == BF_OK && host) status = host->step(task, done + finished, total);
    if (status != BF_OK) record(p, status, job);
  }
  if (scratch) jobs->release(jobs->context, scratch);
}

static void *worker(void *pool_at) {
  work(pool_at, NULL, NULL, 0, 0);
  return NULL;
}

bf_status bf_run_jobs(const bf_host *host, bf_task *task, const bf_jobs *jobs, uint64_t done, uint64_t total) {
  pthread_t thread[MOST_THREADS];
  pool p = {.jobs = jobs, .lock = PTHREAD_MUTEX_INITIALIZER, .status = BF_OK};
  uint32_t want = host->threads(task), started = 0;
  if (want > MOST_THREADS) want = MOST_THREADS;
  while (started + 1 < want && started + 1 < jobs->n && !pthread_create(&thread[started], NULL, worker, &p)) started++;
  work(&p, host, task, done, total);
  for (uint32_t i = 0; i < started; i++) pthread_join(thread[i], NULL);
  pthread_mutex_destroy(&p.lock);
  return p.status == BF_OK ? BF_OK : bf_fail(p.status, "%s", p.message);
}
