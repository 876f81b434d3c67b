/* Running a pipeline: the plan that grows as records arrive (graph.c), the local engine that keeps children busy (local.c), and one task in
 * a child (spawn.c here, ../task/ there). */
#ifndef BF_ENGINE_H
#define BF_ENGINE_H

#include "pipeline/pipeline.h"
#include "store/store.h"

typedef struct bf_counts {
  uint64_t total, ran, cached, declined, failed, skipped;
} bf_counts;

typedef enum bf_event_kind {
  BF_EVENT_PLAN,  /* counts changed because the plan grew */
  BF_EVENT_START, /* task started in a child */
  BF_EVENT_STEP,  /* task told how far it is */
  BF_EVENT_END    /* task ended: see entry->outcome */
} bf_event_kind;

typedef struct bf_event { /* what the progress display hears */
  bf_event_kind kind;
  const bf_counts *counts; /* so far; total is what is known now */
  uint64_t running;
  const bf_task_entry *entry; /* START, STEP, END */
  uint64_t done, of;          /* STEP */
  const char *where;          /* jobs that run on each machine: "alpha 8, beta 3"; NULL without machines */
  const char *warnings;       /* END of a task that ran: as bf_log_warnings() gives them, or NULL */
} bf_event;

typedef struct bf_run_options {
  uint32_t threads; /* -j */
  bool keep_going;
  bf_limits limits;        /* --timeout, --memory: bounds for every task, beside the pipeline's */
  uint32_t share;          /* among how many such processes the machine's memory is shared; 0: it is not */
  const char *folder;      /* -o; NULL: ./<name>-out */
  const char *plugin_path; /* --plugin-path or NULL: for the parallel engine's jobs */
  void (*listen)(void *context, const bf_event *e);
  void (*note)(void *context, const char *text); /* what the user should know of machines; may be NULL */
  void *context;
} bf_run_options;

typedef struct bf_run_result {
  char *run;
  bf_status status; /* BF_OK, BF_FAILED, BF_PLUGIN, BF_STORE, BF_CANCELLED, …: the worst that happened */
  bf_counts counts;
  size_t nsaved;
  bf_saved *saved;
  char *printed; /* what `print: true` stages give, in stage order */
} bf_run_result;
void bf_run_result_free(bf_run_result *r);

/* Runs the pipeline with child processes on this machine. SIGINT and SIGTERM cancel: children are told, then killed; all that was done stays. */
bf_status bf_run_local(bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_run_options *o, bf_run_result *out);

/* The same by GNU Parallel: each wave (waves.h) is one call of it, whose jobs are points of the wave. The same objects, byte for byte. hosts: a hosts file
 * (hosts.h), or NULL for this machine. BF_FAILED also when GNU Parallel is missing or no machine can be used, BF_BAD_INPUT: the hosts file. */
bf_status bf_run_parallel(bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_run_options *o, const char *hosts, bf_run_result *out);

/* A run for other schedulers: its journal is begun and ended without tasks; its jobs are done by bf_run_job, a later run of the pipeline finds what they made.
 */
typedef struct bf_prepared_wave {
  size_t npoint;
  size_t *point; /* those that have anything to do, as far as the store tells now; rising */
  size_t nafter;
  size_t *after; /* earlier waves that have to end first */
} bf_prepared_wave;
typedef struct bf_prepared {
  char *run; /* NULL: there is no job, so none was begun */
  size_t nwave, njob;
  bf_prepared_wave *wave; /* by number; what the run itself does in the end is left out: its last waves of one point */
} bf_prepared;
bf_status bf_run_prepare(bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_run_options *o, bf_prepared *out);
void bf_prepared_free(bf_prepared *r);

/* Does one job of a run (waves.h), from what the journal's header says: its tasks run as bf_run_local would run them, their objects and records go into the
 * store, the job's journal and logs into runs/RUN/job/WAVE.POINT/. Nothing is written to -o, and SQLite is not touched. What the job's tasks read from other
 * jobs has to be in the store. BF_BAD_INPUT: no such run, wave or point; BF_PLUGIN: plugins of other builds than the run began with. */
bf_status bf_run_job(bf_store *store, const bf_registry *registry, const char *run, size_t wave, size_t point, const bf_run_options *o, bf_run_result *out);

/* Repeats tasks of a run whose records and objects are in the store, and compares what they give with what the records say. The tasks are drawn at random
 * from those that have a record; nothing is published. */
typedef struct bf_again_options {
  uint64_t n;    /* how many; all when there are fewer */
  uint64_t seed; /* of the draw */
  uint32_t threads;
  bf_limits limits;
  void (*told)(void *context, const char *task, const char *problem); /* one was repeated: problem NULL, or it gave something else. May be NULL */
  void *context;
} bf_again_options;
typedef struct bf_again_result {
  uint64_t tasks;    /* with a record: the sample was drawn from them */
  uint64_t repeated; /* of these ... */
  uint64_t differ;   /* ... so many gave something else, or could not be repeated */
} bf_again_result;
/* BF_OK also when some differ. BF_PLUGIN: plugins of other builds than the run began with; BF_BAD_INPUT: no such run, or nothing to repeat. */
bf_status bf_run_again(bf_store *store, const bf_registry *registry, const char *run, const bf_again_options *o, bf_again_result *out);

/* What a run would do, from the store alone. */
typedef enum bf_forecast { BF_WILL_HIT, BF_WILL_RUN, BF_WILL_RUN_UNLESS /* unless its input comes out the same */ } bf_forecast;
typedef struct bf_plan_line { /* a stage's instance */
  size_t stage, instance;
  uint64_t cached, run, unless; /* tasks, as far as items are known */
  bool items_unknown;           /* "× items": how many tasks it becomes is not known yet */
} bf_plan_line;
bf_status bf_plan_lines(bf_store *store, const bf_registry *registry, const bf_pipeline *p, bf_plan_line **lines, size_t *n);

/* ---- one task in a child ---- */

typedef struct bf_task_input {
  size_t port; /* index */
  size_t nitem;
  bf_input *item;
} bf_task_input;

/* All that a child needs; written to it as JSON. */
typedef struct bf_task_spec {
  enum { BF_TASK_STAGE, BF_TASK_READ, BF_TASK_WRITE, BF_TASK_CHECK } kind; /* a stage's run; a format's read or write; a stage's check */
  const bf_entry *entry;                                                   /* the stage or format */
  const bf_params *params;
  size_t nuse;
  const bf_entry *const *use; /* activations and formats that it needs */
  size_t ninput;
  const bf_task_input *input;
  size_t nlabel;
  const bf_label *label; /* the item label that its outputs carry (before a MANY port's own) */
  bf_type type;          /* READ, WRITE: of the artifact */
  const char *foreign;   /* READ: the file to read */
  uint32_t connected;    /* CHECK: bit i is set when input port i is connected */
  size_t nmore;          /* CHECK: further values to check after `params` */
  const bf_params *const *more;
  uint32_t threads;
  bf_limits limits;
  uint32_t share;     /* without a limit: among how many tasks the machine's memory is shared; 0: it is not */
  const char *folder; /* where its output files go; exists, empty */
  const char *log;    /* file that gets its stdout, stderr and log lines; NULL: /dev/null */
} bf_task_spec;

typedef struct bf_task_result {
  bf_status status; /* BF_DECLINED with its reason in message */
  char *message;
  size_t noutput;
  bf_output *output; /* files are <folder>/<port>.<number>, number from 0 in item order; WRITE gives one output "file" */
  bf_usage usage;
} bf_task_result;
void bf_task_result_free(bf_task_result *r);

/* Starts one task and waits for it; for bettiflow stage, import, export. Returns out->status, and when that is not BF_OK bf_error() is out->message;
 * free *out with bf_task_result_free in any case. SIGINT and SIGTERM while it waits cancel the task (BF_CANCELLED). */
bf_status bf_task_run(const bf_task_spec *spec, bf_task_result *out);

/* The first few warnings in a task's log, each once, a line each, without control characters; allocated, NULL when there are none. */
char *bf_log_warnings(const char *path);

#endif
