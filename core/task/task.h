/* One task as its own process sees it: read from the spec on standard input (spec.c), served to the plugin (host.c), its outputs checked and
 * told to the parent (report.c). Nothing is freed that lives as long as the task: the process ends with it. */
#ifndef BF_TASK_H
#define BF_TASK_H

#include "plugin/loader.h"
#include <stdatomic.h>

enum { BF_TASK_RESULT_FD = 3 };       /* JSON lines to the parent */
enum { BF_TASK_MAX_ITEMS = 1000000 }; /* output items of one task */
enum { BF_TASK_MAX_VALUE = 255 };     /* bytes of a label's value */

typedef struct task_out { /* one output item that the plugin asked for */
  bf_out out;
  char *label_key; /* for finding a label given twice */
} task_out;

typedef struct task_port {
  const char *name;
  bf_type type; /* outputs; 0: any bytes (what a format writes) */
  bool many;
  const char *axes;
  size_t n;
  bf_input *input;   /* of an input port */
  task_out **output; /* of an output port */
  void *labels;      /* tsearch tree of label_key */
} task_port;

struct bf_task {
  json_t *spec;
  const char *kind, *id, *folder;
  bf_loader *loader;
  bf_objects objects;
  const bf_stage *stage;
  const bf_format *format;
  bf_kind object_kind; /* of id */
  void *cfg;
  bf_filled *filled;
  size_t nused;
  bf_filled **used; /* memory of activations from Network artifacts */
  size_t nin, nout;
  task_port *in, *out;
  size_t nlabel;
  bf_label *label; /* the item label that outputs carry before a MANY port's own */
  uint32_t threads;
  uint64_t memory;
  char *host_error;     /* the first error of a host function, or NULL */
  _Atomic int64_t told; /* when progress was told last, in milliseconds */
};

extern const bf_host bf_task_host;
extern volatile int bf_task_cancelled; /* set by SIGTERM */

/* spec.c */
bf_status bf_task_read(json_t *spec, bf_task *t);         /* takes nothing; spec must outlive t */
bf_status bf_task_load(bf_task *t);                       /* plugins, tables, cfg */
bf_status bf_task_fill(bf_task *t, const json_t *params); /* t->cfg from these values, in place of earlier ones */

/* host.c */
const bf_out *bf_task_output(bf_task *t, task_port *port, const bf_label *label, size_t nlabel);

/* report.c */
bf_status bf_task_outputs(bf_task *t, json_t **outputs);                     /* checks and hashes everything that was written */
void bf_task_report(bf_status status, const char *message, json_t *outputs); /* the final line; takes outputs */
void bf_task_tell(uint64_t done, uint64_t total);

#endif
