/* A running task: its process, its pipes and its limits, for whoever polls (task_run.c for one, local.c for many). */
#ifndef BF_ENGINE_CHILD_H
#define BF_ENGINE_CHILD_H

#include "base/stop.h"
#include "engine/engine.h"
#include <poll.h>
#include <signal.h>

enum { BF_CHILD_FDS = 3 };
enum { BF_LOG_MAX = 16 << 20 };     /* bytes of a task's log */
enum { BF_RESULT_MAX = 256 << 20 }; /* bytes that a task may report */

typedef struct bf_child bf_child;

/* Starts the task. The spec need not outlive the call, but its entry must. BF_STORE, BF_PLUGIN (bettiflow-task is missing). */
bf_status bf_child_start(const bf_task_spec *spec, bf_child **out);

void bf_child_poll(const bf_child *c, struct pollfd fds[BF_CHILD_FDS]); /* what to wait for */
int bf_child_patience(const bf_child *c);                               /* milliseconds until bf_child_turn() must be called in any case */

/* Reads what is there and enforces the limits; true when the task has ended and its process group with it. */
bool bf_child_turn(bf_child *c);
bool bf_child_stepped(bf_child *c, uint64_t *done, uint64_t *total); /* true once after each report of progress */
void bf_child_cancel(bf_child *c);                                   /* asks it to stop; it is killed two seconds later, or at the second call */

/* What came of it, and frees the child (killing it if it still runs). out->status BF_CANCELLED only after bf_child_cancel(). */
void bf_child_end(bf_child *c, bf_task_result *out);

char *bf_spec_json(const bf_task_spec *spec, uint64_t memory, size_t *n); /* spec.c: NULL when a path is not UTF-8; free() it */
bool bf_result_parse(const char *line, size_t n, bf_task_result *out);    /* result.c: the final line; false when it is none */
uint64_t bf_memory_default(void);                                         /* memory.c: 80 % of this machine's, or of the control group's limit */
uint64_t bf_memory_free(void);                                            /* memory.c: what is available now, as far as the control group allows */
uint64_t bf_memory_of(int pid);                                           /* resident bytes now */

#endif
