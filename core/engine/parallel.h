/* The parallel engine's parts: which ready jobs are held back for their wave (parallel.c), and what the jobs of other processes did (adopt.c). In the plan a
 * "job" is a task; here a point is what GNU Parallel calls a job. */
#ifndef BF_ENGINE_PARALLEL_H
#define BF_ENGINE_PARALLEL_H

#include "engine/gnu.h"
#include "engine/local.h"

typedef struct bf_held { /* ready tasks of one point of a wave */
  size_t n;
  bf_job **at;
  bool given;          /* to GNU Parallel, in its last call */
  int code;            /* that its process told at its end; -1: none */
  bool running, ended; /* its process began; told its end */
  bool arriving;       /* it ended on a machine without the store: its results are on their way */
  size_t host;         /* in hosts.at: where it ran last */
} bf_held;

typedef struct bf_told bf_told; /* what a point's process left */

typedef struct bf_parallel {
  bf_local local;
  bf_waves waves;
  bf_held **held; /* [wave][point] */
  bool *here;     /* [wave]: it runs in this process after all */
  size_t wave;    /* the one that runs */
  bf_gnu *gnu;
  const char *hosts_file; /* --hosts or NULL */
  bf_hosts hosts;
  bf_masters masters;
  char *logins, *travel; /* bf_gnu_call */
  uint32_t *running;     /* jobs on each machine */
  uint64_t memory;       /* of a point of the wave that runs */
  size_t narriving;
  const bf_told *told; /* of the point that is looked at, or NULL */
  void *made;          /* tree of the keys that points of this run made: each counts once */
} bf_parallel;

/* Looks at what became of a point's tasks, and of those that become ready by that: ends each that its process did or failed. Those that it did not come to stay
 * held. */
void bf_adopt(bf_parallel *e, size_t wave, size_t point);
bf_outcome bf_adopt_found(void *engine, bf_job *j); /* bf_local.found: BF_RAN once for each key that a point of this run made */
void bf_adopt_forget(bf_parallel *e);

/* machines.c: the hosts file's machines. They are asked when the run begins, and connected to when the first wave needs them. */
bf_status bf_machines_ask(bf_parallel *e, bf_store *store, const bf_registry *registry);
bf_status bf_machines_connect(bf_parallel *e);
void bf_machines_note(const bf_parallel *e, char *text);                                   /* tells the user, and frees the text */
bf_status bf_machines_prepare(bf_parallel *e, size_t wave, const size_t *point, size_t n); /* bundles for points, where machines need them */
bool bf_machines_lost(bf_parallel *e);                /* true when a connection was lost since the last call: GNU Parallel gives it nothing more */
void bf_machines_arrivals(bf_parallel *e, bool last); /* takes in results that have come back */
void bf_machines_close(bf_parallel *e);

/* need.c: bytes that a point is likely to take at a time, 0 when nothing is known; and how many such points fit, at least one. */
uint64_t bf_wave_memory(const bf_parallel *e, size_t wave);
uint32_t bf_jobs_that_fit(uint32_t jobs, uint64_t memory, uint64_t available);

/* orders.c */
bf_status bf_orders_pack(const bf_parallel *e, size_t wave, size_t point, const char *path);

#endif
