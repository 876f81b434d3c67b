/* Jobs on several threads, their progress and cancellation: for plugins that compute with threads (libbf_jobs.a). */
#ifndef BF_JOBS_H
#define BF_JOBS_H

#include <bettiflow/status.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What the caller wants to be told, shared by all threads; only its own thread, `owner`, calls step. */
typedef struct bf_jobs_progress {
  bf_status (*step)(void *context, uint64_t done, uint64_t total); /* or NULL */
  void *context;
  pthread_t owner;
  atomic_bool stopped; /* something failed, or the caller cancelled: all are to return */
} bf_jobs_progress;

/* Says how far the work is; BF_CANCELLED when it is to end. */
static inline bf_status bf_jobs_tell(bf_jobs_progress *p, uint64_t done, uint64_t total) {
  if (atomic_load_explicit(&p->stopped, memory_order_relaxed)) return BF_CANCELLED; /* nothing is read that the flag stands for: soon enough will do */
  if (!p->step || !pthread_equal(pthread_self(), p->owner)) return BF_OK;
  bf_status status = p->step(p->context, done, total);
  if (status != BF_OK) atomic_store(&p->stopped, true);
  return status;
}

/* Runs job(context, thread, i) once for each i < n, on so many threads at most, this one (thread 0) among them; small i first. What fails ends all; of several
 * failures the one of the smallest i is returned, with its message, and BF_CANCELLED only when there is no other. A job may run jobs itself, on threads that
 * have nothing else to do. */
bf_status bf_jobs_run(bf_jobs_progress *p, uint32_t threads, uint64_t n, bf_status (*job)(void *context, uint32_t thread, uint64_t i), void *context);

enum { BF_JOBS_MAX_THREADS = 64 };

#endif
