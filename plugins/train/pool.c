/* The pool: workers wait for a new round, run it, and the last one wakes the caller. Rounds are short and follow each other at once, and to wake a
 * sleeping thread takes as long as a good part of one: so everybody looks for some microseconds before going to sleep. */
#include "pool.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct worker {
  pthread_t thread;
  bf_pool *pool;
  uint32_t index;
} worker;

struct bf_pool {
  pthread_mutex_t lock;
  pthread_cond_t start, done;
  atomic_ullong round; /* grows with each run, and once to quit */
  atomic_uint busy;    /* workers that still run this round */
  bool quit;
  uint32_t looks;  /* before sleeping */
  atomic_int core; /* on which the caller began the round */
  void (*work)(void *context, uint32_t i);
  void *context;
  uint32_t nworker; /* threads besides the caller's */
  worker *workers;
};

enum { LOOKS = 2000 }; /* some 20 to 100 microseconds */

static void rest(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/* Returns once the round is not `seen` any more. */
static void await_round(bf_pool *pool, unsigned long long seen) {
  for (uint32_t i = 0; i < pool->looks; i++) {
    if (atomic_load(&pool->round) != seen) return;
    rest();
  }
  pthread_mutex_lock(&pool->lock);
  while (atomic_load(&pool->round) == seen) pthread_cond_wait(&pool->start, &pool->lock);
  pthread_mutex_unlock(&pool->lock);
}

static void await_workers(bf_pool *pool) {
  for (uint32_t i = 0; i < pool->looks; i++) {
    if (atomic_load(&pool->busy) == 0) return;
    rest();
  }
  pthread_mutex_lock(&pool->lock);
  while (atomic_load(&pool->busy)) pthread_cond_wait(&pool->done, &pool->lock);
  pthread_mutex_unlock(&pool->lock);
}

/* Moves this thread to another core than the caller's: on a busy machine a thread that is woken again and again stays where it is, and would have
 * to wait there for the caller. */
static void move_away(uint32_t index, int callers) {
  cpu_set_t set, one;
  if (callers < 0 || sched_getaffinity(0, sizeof set, &set) != 0) return;
  for (uint32_t step = 1, found = 0; step < CPU_SETSIZE; step++) {
    size_t core = ((size_t)callers + step) % CPU_SETSIZE;
    if (!CPU_ISSET(core, &set) || ++found != index) continue;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    if (sched_setaffinity(0, sizeof one, &one) == 0) sched_setaffinity(0, sizeof set, &set);
    return;
  }
}

static void *run_worker(void *argument) {
  worker *me = argument;
  bf_pool *pool = me->pool;
  for (unsigned long long seen = 0;; seen++) {
    await_round(pool, seen);
    if (pool->quit) return NULL;
    int core = atomic_load(&pool->core);
    if (pool->looks && sched_getcpu() == core) move_away(me->index, core);
    pool->work(pool->context, me->index);
    if (atomic_fetch_sub(&pool->busy, 1) != 1) continue;
    pthread_mutex_lock(&pool->lock); /* so that the caller is not between looking and sleeping */
    pthread_cond_signal(&pool->done);
    pthread_mutex_unlock(&pool->lock);
  }
}

/* Whether each of n threads can have a core: where they share, who looks keeps the other from working. */
static bool has_cores(uint32_t n) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 && (uint32_t)CPU_COUNT(&set) >= n;
}

/* Begins a round. What was written before it is seen by the workers. */
static void start_round(bf_pool *pool) {
  pthread_mutex_lock(&pool->lock);
  atomic_fetch_add(&pool->round, 1);
  pthread_cond_broadcast(&pool->start);
  pthread_mutex_unlock(&pool->lock);
}

bf_status bf_pool_new(bf_pool **out, uint32_t n) {
  bf_pool *pool = calloc(1, sizeof *pool);
  worker *workers = calloc(n ? n : 1, sizeof *workers);
  *out = pool;
  if (!pool || !workers) {
    free(pool);
    free(workers);
    *out = NULL;
    return bf_fail(BF_NO_MEMORY, "no memory for %u threads", n);
  }
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->start, NULL);
  pthread_cond_init(&pool->done, NULL);
  pool->workers = workers;
  pool->looks = has_cores(n) ? LOOKS : 0;
  for (uint32_t i = 1; i < n; i++) {
    worker *w = &workers[pool->nworker];
    *w = (worker){.pool = pool, .index = i};
    if (pthread_create(&w->thread, NULL, run_worker, w) != 0) break;
    pool->nworker++;
  }
  return BF_OK;
}

void bf_pool_free(bf_pool *pool) {
  if (!pool) return;
  pool->quit = true;
  start_round(pool);
  for (uint32_t i = 0; i < pool->nworker; i++) pthread_join(pool->workers[i].thread, NULL);
  pthread_cond_destroy(&pool->done);
  pthread_cond_destroy(&pool->start);
  pthread_mutex_destroy(&pool->lock);
  free(pool->workers);
  free(pool);
}

uint32_t bf_pool_size(const bf_pool *pool) { return pool->nworker + 1; }

void bf_pool_run(bf_pool *pool, void (*work)(void *context, uint32_t i), void *context) {
  pool->work = work;
  pool->context = context;
  atomic_store(&pool->core, sched_getcpu());
  atomic_store(&pool->busy, pool->nworker);
  if (pool->nworker) start_round(pool);
  work(context, 0);
  await_workers(pool);
}
