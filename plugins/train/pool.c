/* The pool: workers wait for a new round, run it, and the last one wakes the caller. */
#include "pool.h"
#include <pthread.h>
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
  uint64_t round; /* grows with each run */
  uint32_t busy;  /* workers that still run this round */
  bool quit;
  void (*work)(void *context, uint32_t i);
  void *context;
  uint32_t nworker; /* threads besides the caller's */
  worker *workers;
};

static void *run_worker(void *argument) {
  worker *me = argument;
  bf_pool *pool = me->pool;
  uint64_t seen = 0;
  pthread_mutex_lock(&pool->lock);
  for (;;) {
    while (!pool->quit && pool->round == seen) pthread_cond_wait(&pool->start, &pool->lock);
    if (pool->quit) break;
    seen = pool->round;
    pthread_mutex_unlock(&pool->lock);
    pool->work(pool->context, me->index);
    pthread_mutex_lock(&pool->lock);
    if (--pool->busy == 0) pthread_cond_signal(&pool->done);
  }
  pthread_mutex_unlock(&pool->lock);
  return NULL;
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
  pthread_mutex_lock(&pool->lock);
  pool->quit = true;
  pthread_cond_broadcast(&pool->start);
  pthread_mutex_unlock(&pool->lock);
  for (uint32_t i = 0; i < pool->nworker; i++) pthread_join(pool->workers[i].thread, NULL);
  pthread_cond_destroy(&pool->done);
  pthread_cond_destroy(&pool->start);
  pthread_mutex_destroy(&pool->lock);
  free(pool->workers);
  free(pool);
}

uint32_t bf_pool_size(const bf_pool *pool) { return pool->nworker + 1; }

void bf_pool_run(bf_pool *pool, void (*work)(void *context, uint32_t i), void *context) {
  pthread_mutex_lock(&pool->lock);
  pool->work = work;
  pool->context = context;
  pool->busy = pool->nworker;
  pool->round++;
  if (pool->nworker) pthread_cond_broadcast(&pool->start);
  pthread_mutex_unlock(&pool->lock);
  work(context, 0);
  pthread_mutex_lock(&pool->lock);
  while (pool->busy) pthread_cond_wait(&pool->done, &pool->lock);
  pthread_mutex_unlock(&pool->lock);
}
