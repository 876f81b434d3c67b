/* The growing plan: a stage's instances (one for each combination of its axes), their jobs (one for each item that `each` brings), and the
 * saves and prints of what they make. Items are known only when their producer's record is there, so jobs appear as records arrive. */
#ifndef BF_ENGINE_PLAN_H
#define BF_ENGINE_PLAN_H

#include "engine/engine.h"
#include "engine/waves.h"

enum { BF_KEY_VERSION = 1, BF_CORE_REVISION = 1 }; /* of every key; the second is raised when the host itself changes what results are */

typedef struct bf_plan bf_plan;
typedef struct bf_instance bf_instance;
typedef struct bf_job bf_job;

typedef enum bf_job_kind { BF_JOB_CHECK, BF_JOB_SAVE, BF_JOB_PRINT, BF_JOB_STAGE } bf_job_kind;

typedef enum bf_job_state {
  BF_JOB_NEW,   /* to be evaluated */
  BF_JOB_READY, /* its key is known and the store has no record for it */
  BF_JOB_TWIN,  /* waits for another job with the same key */
  BF_JOB_RUNNING,
  BF_JOB_DONE, /* the rest are ends */
  BF_JOB_DECLINED,
  BF_JOB_FAILED,
  BF_JOB_SKIPPED,
  BF_JOB_FORECAST /* in a forecast: it would run */
} bf_job_state;

enum { BF_NO_ITEM = -1 };
typedef struct bf_source { /* an item of a job's output port; BF_NO_ITEM when the job gave none (declined, failed, skipped, forecast) */
  bf_job *job;
  size_t port;
  ptrdiff_t item;
} bf_source;

struct bf_job {
  bf_job_kind kind;
  bf_job_state state;
  uint32_t number; /* within the run, from 1 */
  bf_instance *of;
  size_t nlabel;
  bf_label *label;  /* item label; the strings are the producers' */
  bf_source *each;  /* by link; set for `each` links */
  bf_source source; /* SAVE, PRINT: what is written */
  size_t save;      /* SAVE: which of the stage's */
  size_t order[2];  /* STAGE: producer's position and item, or the join's order; settles the position */
  size_t position;  /* within the instance, once that is settled */
  bf_digest key;
  char *parts; /* NULL until the key is known */
  bf_outcome outcome;
  char *message;
  char *warnings; /* that it logged, or NULL */
  bf_usage usage;
  size_t noutput;
  bf_output *output;
  bf_job *twin;     /* next job that waits for this one's key */
  bool unless;      /* FORECAST: runs unless its input comes out the same */
  uint32_t threads; /* while it runs */
};

typedef struct bf_reader {
  bf_instance *instance;
  size_t link;
} bf_reader;

typedef struct bf_producers {
  size_t n;
  bf_instance **at;
} bf_producers;

struct bf_instance {
  size_t stage, number;
  bf_params *params;
  char *head; /* the first lines of its jobs' keys, all but the inputs */
  size_t nfile;
  bf_digest *file;        /* its FILE parameters, in the order in which the table asks for them */
  bf_producers *from;     /* by link: one instance, or what a gather reads, in sweep order */
  size_t missing;         /* producers that are not settled yet (but for the one that streams) */
  bool expanded, settled; /* no more jobs will come; all jobs ended */
  bool items_unknown;     /* in a forecast */
  size_t njob, unfinished;
  bf_job **job; /* sorted once settled */
  size_t nreader;
  bf_reader *reader;
};

typedef struct bf_plan_options {
  bool forecast;
  const bf_run_info *recorded; /* FILE parameters are the objects that this run's header names; NULL: the files are taken in */
  const bf_part *part;         /* only these instances; NULL: all */
} bf_plan_options;

struct bf_plan {
  bf_store *store; /* NULL in a forecast without a store */
  const bf_registry *registry;
  const bf_pipeline *pipeline;
  bool forecast;
  const bf_run_info *recorded;
  const bf_part *part;
  bf_instance **instance; /* [stage]: an array of its instances */
  size_t njob;
  bf_job **job; /* all, in order of creation; without checks */
  size_t nnew;
  bf_job **fresh; /* a stack of jobs to evaluate */
  void *keys;     /* tree of the jobs whose keys are not settled yet */
  bf_counts counts;
  size_t unexpanded; /* instances */
  bf_status status;  /* the worst so far */
  void *files;       /* FILE parameters that are in the store already */
  /* Called when a job's key missed, and when one ended. Not in a forecast. */
  void (*ready)(void *context, bf_job *j);
  /* Called before a key is looked up: what a hit is. BF_CACHED, or BF_RAN when another process made it for this run; 0: it counts as a miss for now. NULL:
   * BF_CACHED. */
  bf_outcome (*found)(void *context, bf_job *j);
  void (*ended)(void *context, bf_job *j);
  void *context;
};

/* plan.c */
bf_status bf_plan_new(bf_store *store, const bf_registry *registry, const bf_pipeline *p, const bf_plan_options *o, bf_plan **out);
void bf_plan_free(bf_plan *plan);
char *bf_plan_name_files(const bf_plan *plan, const char *text); /* a copy with FILE parameters' objects named as the user named the files */
static inline const bf_pstage *bf_stage_of(const bf_plan *plan, const bf_instance *i) { return &plan->pipeline->stage[i->stage]; }
static inline bool bf_needed(const bf_plan *plan, size_t stage, size_t instance) { return !plan->part || plan->part->needed[stage][instance]; }
static inline bool bf_inside(const bf_plan *plan, const bf_instance *i) { return !plan->part || plan->part->inside[i->stage]; } /* to be run here */

/* header.c: begins the run's journal with all that is needed to plan it again. */
const bf_entry **bf_plan_uses(const bf_plan *plan, size_t *n); /* all that the pipeline and its parameters name; allocated */
bf_status bf_plan_begin(const bf_plan *plan, const bf_limits *limits, bool prepared, bf_run **run);

/* job.c: BF_PLUGIN unless the plugins are those that the run began with. Other builds would give other keys, and results would not be found. */
bf_status bf_check_builds(const bf_registry *registry, const bf_run_info *run);

/* expand.c */
void bf_plan_open(bf_plan *plan);                                     /* the instances without producers get their jobs */
bf_job *bf_job_new(bf_plan *plan, bf_instance *of, bf_job_kind kind); /* to be evaluated */
void bf_job_end(bf_plan *plan, bf_job *j, bf_job_state state);        /* tells readers; new jobs wait for bf_plan_evaluate */
void bf_job_fail(bf_plan *plan, bf_job *j, bf_status status, const char *message);
void bf_job_free(bf_job *j);
bool bf_streams(const bf_pstage *s, size_t link);                                  /* is the only `each` link: its items come one by one */
const bf_output *bf_job_output(const bf_plan *plan, const bf_job *j, size_t port); /* of a DONE job */
bool bf_items_unknown(const bf_plan *plan, const bf_job *j, size_t port);          /* a forecast does not know how many items it will give */

/* join.c: the jobs of an instance with several `each` links. BF_FAILED: an item without a partner. */
bf_status bf_join(bf_plan *plan, bf_instance *i);

/* evaluate.c */
void bf_plan_evaluate(bf_plan *plan);         /* until no job is NEW */
bool bf_job_lookup(bf_plan *plan, bf_job *j); /* true when the store has its record now; then it ended */
/* Are these the outputs that the job has to give? What a task reports and what a record holds is not trusted to be; readers rely on it. */
bool bf_outputs_fit(const bf_plan *plan, const bf_job *j, bool declined, const bf_output *output, size_t n);
void bf_job_release(bf_plan *plan, bf_job *j); /* its key is settled: ends the twins the same way */

/* key.c */
char *bf_key_head(const bf_entry *e, const bf_params *params, const char *what); /* what: "stage" or "save" */
bf_status bf_job_key(const bf_plan *plan, bf_job *j);
/* The plugin objects that params and the inputs' artifacts name; allocated. BF_PLUGIN, BF_INVALID when one is not there. */
bf_status bf_job_uses(const bf_plan *plan, const bf_job *j, const bf_entry ***use, size_t *n);

/* inputs.c: what a job reads, in order */
typedef struct bf_port_inputs {
  size_t port, n;
  bool gathered;
  bf_source *source;  /* n */
  bf_instance **from; /* n */
} bf_port_inputs;
size_t bf_job_inputs(const bf_plan *plan, const bf_job *j, bf_port_inputs **ports); /* one for each link */
void bf_job_inputs_free(bf_port_inputs *ports, size_t n);
const bf_item *bf_source_item(const bf_plan *plan, const bf_source *s); /* NULL when there is none */
/* Label of a source: the item's, or that of the job that gave none. */
const bf_label *bf_source_label(const bf_plan *plan, const bf_source *s, size_t *n);
size_t bf_sweep_labels(const bf_plan *plan, const bf_instance *i, bf_label label[BF_MAX_SWEEP]);

/* entry.c */
char *bf_job_name(const bf_plan *plan, const bf_job *j); /* "graph [activation=relu, layer=3]"; allocated */
void bf_job_entry(const bf_plan *plan, const bf_job *j, bf_task_entry *e, bf_label sweep[BF_MAX_SWEEP], char **stage); /* a view; free *stage */
void bf_plan_note(bf_plan *plan, bf_status status);                                                                    /* remembers the worst */

/* save.c */
void bf_save_jobs(bf_plan *plan, bf_job *j);              /* after a stage's job ended */
char *bf_save_path(const bf_plan *plan, const bf_job *j); /* below -o; allocated */

#endif
