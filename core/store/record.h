/* Action records and run journals in memory (proto/record.proto on disk). */
#ifndef BF_STORE_RECORD_H
#define BF_STORE_RECORD_H

#include "base/digest.h"
#include <bettiflow/plugin.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct bf_item {
  size_t nlabel;
  bf_label *label; /* owned strings */
  bf_digest digest;
  uint64_t size;
  size_t nuse;
  char **use;
} bf_item;

typedef struct bf_output {
  char *port;
  size_t nitem;
  bf_item *item;
} bf_output;

typedef struct bf_usage {
  double wall_seconds, cpu_seconds;
  uint64_t peak_bytes;
} bf_usage;

typedef struct bf_record {
  bf_digest key;
  char *parts;
  char *stage;
  bool declined;
  char *reason;
  size_t noutput;
  bf_output *output;
  bf_usage usage;
  int64_t finished_unix;
  char *version;
  bool foreign;
} bf_record;

void bf_record_free(bf_record *r); /* NULL is fine */
void bf_outputs_free(bf_output *output, size_t n);

typedef enum bf_outcome { BF_RAN = 1, BF_CACHED, BF_OUTCOME_DECLINED, BF_OUTCOME_FAILED, BF_SKIPPED } bf_outcome;
const char *bf_outcome_name(bf_outcome o); /* "ran", "cached", "declined", "failed", "skipped" */

typedef struct bf_task_entry { /* one task of a run */
  uint32_t task;
  char *stage, *use;
  size_t nsweep, nitem;
  bf_label *sweep, *item;
  bf_outcome outcome;
  char *message;
  char *key; /* 64 hex digits or "" */
  char *parts;
  bf_usage usage;
  size_t noutput;
  bf_output *output;
} bf_task_entry;

typedef struct bf_saved {
  char *path;
  bf_digest digest;
} bf_saved;

typedef struct bf_stage_files { /* digests of one stage instance's FILE parameters, in the order in which its table asks for them */
  char *stage;
  uint32_t instance;
  size_t n;
  bf_digest *digest;
} bf_stage_files;

typedef struct bf_plugin_use {
  char *name, *build_id;
} bf_plugin_use;

typedef struct bf_run_info { /* a whole run, as read back */
  char *run, *pipeline_name, *pipeline_file, *pipeline_text, *version, *host;
  int64_t started_unix, finished_unix;
  bool finished;       /* has a footer */
  bool running;        /* has none, and its process lives */
  bool pinned;         /* gc never removes it */
  bool prepared;       /* for jobs that another scheduler does; it has no tasks of its own */
  uint32_t status;     /* exit code, if finished */
  double wall_seconds; /* if finished */
  size_t nvar, npoint;
  char **var;
  char ***value; /* [point][var] */
  size_t nfiles;
  bf_stage_files *files; /* by stage and rising instance; one that is left out has the files of the one before */
  size_t nplugin;
  bf_plugin_use *plugin;
  double limit_seconds; /* --timeout and --memory; 0: none */
  uint64_t limit_bytes;
  size_t ntask;
  bf_task_entry *task;
  size_t nsaved;
  bf_saved *saved;
} bf_run_info;
void bf_run_info_free(bf_run_info *r);

#endif
