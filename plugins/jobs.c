/* A shared counter hands out jobs. */
#include "jobs.h"
#include <sched.h>
#include <stdio.h>

typedef struct crew {
  bf_jobs_progress *progress;
  bf_status (*job)(void *context, uint32_t thread, uint64_t i);
  void *context;
  uint64_t n;
  cpu_set_t cores; /* of the thread that began */
  atomic_ullong next;
  pthread_mutex_t lock; /* over what follows */
  bf_status status;
  uint64_t failed; /* the job that gave this status */
  char message[512];
} crew;

typedef struct member {
  crew *crew;
  uint32_t thread;
  bool placed; /* it may not use all cores yet */
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
  if (m->placed) sched_setaffinity(0, sizeof c->cores, &c->cores);
  while (!atomic_load(&c->progress->stopped) && (i = atomic_fetch_add(&c->next, 1)) < c->n) {
    bf_status status = c->job(c->context, m->thread, i);
    if (status != BF_OK) record(c, status, i);
  }
  return NULL;
}

/* A new thread, away from the caller's core: there it might wait until the next tick, while another core is idle. Which other one is left to the kernel. */
static bool start(member *m, int core) {
  pthread_attr_t attributes;
  cpu_set_t others = m->crew->cores;
  bool started = false;
  if (core >= 0) CPU_CLR((size_t)core, &others);
  m->placed = core >= 0 && CPU_COUNT(&others) > 0;
  if (m->placed && pthread_attr_init(&attributes) == 0) {
    started = pthread_attr_setaffinity_np(&attributes, sizeof others, &others) == 0 && pthread_create(&m->id, &attributes, work, m) == 0;
    pthread_attr_destroy(&attributes);
  }
  if (started) return true;
  m->placed = false;
  return pthread_create(&m->id, NULL, work, m) == 0;
}

bf_status bf_jobs_run(bf_jobs_progress *p, uint32_t threads, uint64_t n, bf_status (*job)(void *context, uint32_t thread, uint64_t i), void *context) {
  crew c = {.progress = p, .job = job, .context = context, .n = n, .lock = PTHREAD_MUTEX_INITIALIZER, .status = BF_OK};
  member m[BF_JOBS_MAX_THREADS];
  uint32_t started = 1;
  for (uint32_t i = 0; i < BF_JOBS_MAX_THREADS; i++) m[i] = (member){.crew = &c, .thread = i};
  const int core = threads > 1 && n > 1 && sched_getaffinity(0, sizeof c.cores, &c.cores) == 0 ? sched_getcpu() : -1;
  while (started < threads && started < BF_JOBS_MAX_THREADS && started < n && start(&m[started], core)) started++;
  work(&m[0]);
  for (uint32_t i = 1; i < started; i++) pthread_join(m[i].id, NULL);
  pthread_mutex_destroy(&c.lock);
  if (c.status == BF_OK && atomic_load(&p->stopped)) return BF_CANCELLED;
  return c.status == BF_OK ? BF_OK : bf_fail(c.status, "%s", c.message);
}
