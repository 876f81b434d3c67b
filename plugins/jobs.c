/* A shared counter hands out jobs. */
#include "jobs.h"
#include <stdio.h>

typedef struct crew {
  bf_jobs_progress *progress;
  bf_status (*job)(void *context, uint32_t thread, uint64_t i);
  void *context;
  uint64_t n;
  atomic_ullong next;
  pthread_mutex_t lock; /* over what follows */
  bf_status status;
  uint64_t failed; /* the job that gave this status */
  char message[512];
} crew;

typedef struct member {
  crew *crew;
  uint32_t thread;
  pthread_t id;
} member;

/* That others stopped for it is no failure of its own. */
static bool counts_more(const crew *c, bf_status status, uint64_t i) {
  if (c->status == BF_OK) return true;
  if ((c->status == BF_CANCELLED) != (status == BF_CANCELLED)) return c->status == BF_CANCELLED;
  return i < c->failed;
}

/* Messages are kept per thread, so a worker's is carried over. */
static void record(crew *c, bf_status status, uint64_t i) {
  pthread_mutex_lock(&c->lock);
  if (counts_more(c, status, i)) {
    c->status = status;
    c->failed = i;
    snprintf(c->message, sizeof c->message, "%s", bf_error());
  }
  atomic_store(&c->progress->stopped, true);
  pthread_mutex_unlock(&c->lock);
}

static void *work(void *argument) {
  member *m = argument;
  crew *c = m->crew;
  unsigned long long i;
  while (!atomic_load(&c->progress->stopped) && (i = atomic_fetch_add(&c->next, 1)) < c->n) {
    bf_status status = c->job(c->context, m->thread, i);
    if (status != BF_OK) record(c, status, i);
  }
  return NULL;
}

bf_status bf_jobs_run(bf_jobs_progress *p, uint32_t threads, uint64_t n, bf_status (*job)(void *context, uint32_t thread, uint64_t i), void *context) {
  crew c = {.progress = p, .job = job, .context = context, .n = n, .lock = PTHREAD_MUTEX_INITIALIZER, .status = BF_OK};
  member m[BF_JOBS_MAX_THREADS];
  uint32_t started = 1;
  for (uint32_t i = 0; i < BF_JOBS_MAX_THREADS; i++) m[i] = (member){.crew = &c, .thread = i};
  while (started < threads && started < BF_JOBS_MAX_THREADS && started < n && !pthread_create(&m[started].id, NULL, work, &m[started])) started++;
  work(&m[0]);
  for (uint32_t i = 1; i < started; i++) pthread_join(m[i].id, NULL);
  pthread_mutex_destroy(&c.lock);
  if (c.status == BF_OK && atomic_load(&p->stopped)) return BF_CANCELLED;
  return c.status == BF_OK ? BF_OK : bf_fail(c.status, "%s", c.message);
}
