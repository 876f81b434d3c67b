/* A few threads that do the same thing together, again and again. */
#ifndef BF_TRAIN_POOL_H
#define BF_TRAIN_POOL_H

#include <bettiflow/status.h>
#include <stdint.h>

typedef struct bf_pool bf_pool;

/* n threads, the caller's own included. Where the system refuses some, there are fewer. BF_NO_MEMORY. */
bf_status bf_pool_new(bf_pool **out, uint32_t n);
void bf_pool_free(bf_pool *pool);
uint32_t bf_pool_size(const bf_pool *pool);

/* Calls work(context, i) once for each i below the pool's size, each on a thread of its own, 0 on the caller's; returns when all are done. */
void bf_pool_run(bf_pool *pool, void (*work)(void *context, uint32_t i), void *context);

#endif
