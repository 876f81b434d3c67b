/* The local engine's parts: the queue of ready jobs (ready.c), a job's way into a child and back into the store (work.c), stage checks
 * (check.c), what ended jobs leave (ended.c), and the loop (local.c). */
#ifndef BF_ENGINE_LOCAL_H
#define BF_ENGINE_LOCAL_H

#include "engine/child.h"
#include "engine/plan.h"

typedef struct bf_work { /* a job in a child */
  bf_job *job;
  bf_child *child;
  char *folder, *log;
  int lock; /* of its key, or -1 */
} bf_work;

typedef struct bf_queue { /* a heap */
  size_t n;
  bf_job **at;
} bf_queue;

typedef struct bf_local {
  bf_plan *plan;
  const bf_run_options *o;
  char *folder;    /* -o; NULL in a job, which writes nothing there */
  int signals;     /* those that cancel arrive here */
  sigset_t before; /* signals that were blocked before */
  /* Takes a ready job to run it elsewhere, or leaves it (false). NULL: all run here. */
  bool (*hold)(void *holder, bf_job *j);
  bf_outcome (*found)(void *holder, bf_job *j); /* bf_plan.found */
  void *holder;
  bool offered;  /* a job was ready */
  char *where;   /* of these, by machine: bf_event.where */
  uint64_t away; /* jobs that run elsewhere */
  bf_run *run;
  uint32_t threads, used;
  bf_queue ready;
  size_t nlocked;
  bf_job **locked; /* another process runs their keys */
  double locks_tried;
  size_t nwork;
  bf_work *work;
  size_t ncheck, checks_left;
  bf_job **check;
  size_t nwritten;
  bf_job **written; /* SAVE and PRINT jobs that are done */
  void *paths;      /* tree of written SAVE jobs by path */
  bool draining;    /* starts nothing more */
  bool cancelled;
  char *fatal; /* why, when it is not a task's failure */
} bf_local;

/* local.c: open, begin the run's journal, begin the plan, work until nothing is left to start here, finish, close. Close after an error too. */
bf_status bf_local_open(bf_local *l, bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_plan_options *plan, const bf_run_options *o);
bf_status bf_local_begin_run(bf_local *l);
void bf_local_begin(bf_local *l);
void bf_local_work(bf_local *l);
bf_status bf_local_finish(bf_local *l, bf_run_result *out);
void bf_local_close(bf_local *l);
void bf_local_cancel(bf_local *l);
bool bf_local_signalled(const bf_local *l); /* a signal that cancels has come */

void bf_queue_push(bf_queue *q, bf_job *j);
bf_job *bf_queue_pop(bf_queue *q); /* NULL when empty */

/* Starts a job with so many threads. *started false: another process holds its key, or it turned out to be done. */
bf_status bf_work_start(bf_local *l, bf_job *j, uint32_t threads, bool *started);
void bf_work_end(bf_local *l, bf_work *w); /* the child has ended: publishes what it made and ends the job */

/* Runs a job of a plan again, whatever the store has, and waits for it; nothing is published. Free *out with bf_task_result_free in any case. */
bf_status bf_work_again(const bf_plan *plan, const bf_job *j, const bf_limits *limits, uint32_t threads, const char *folder, const char *log,
                        bf_task_result *out);

char *bf_job_name_inputs(const bf_plan *plan, const bf_job *j, const char *text); /* told.c: a copy with the objects that it read as "PORT (from STAGE)" */

void bf_checks_queue(bf_local *l);
const bf_params **bf_check_more(const bf_local *l, const bf_job *j, size_t *n); /* values of the stage's other instances; allocated array */
void bf_check_end(bf_local *l, bf_job *j, const bf_task_result *r);

void bf_local_ended(void *context, bf_job *j);                          /* bf_plan.ended: journal, display, -o */
void bf_local_stop(bf_local *l, bf_status status, const char *message); /* nothing more is started */
void bf_local_tell(bf_local *l, bf_event_kind kind, bf_job *j, uint64_t done, uint64_t of);
bf_status bf_local_check_folder(const bf_pipeline *p, const char *folder); /* before the run: BF_STORE when -o can't be written */
bf_status bf_local_collect(bf_local *l, bf_run_result *out);               /* saved and printed, in order */

#endif
