/* What spawn.c and child.c know of a child. */
#ifndef BF_ENGINE_SPAWN_H
#define BF_ENGINE_SPAWN_H

#include "engine/child.h"
#include <sys/types.h>

typedef enum bf_stop { BF_STOP_NONE, BF_STOP_ASKED, BF_STOP_TIME, BF_STOP_MEMORY, BF_STOP_RESULT } bf_stop;

struct bf_child {
  const bf_entry *entry;
  bf_limits limits;
  uint64_t memory; /* what the watch allows: the limit, else most of the machine */
  pid_t pid;       /* 0 once it is reaped */
  int pidfd, log, log_pipe, result_pipe;
  uint64_t logged; /* bytes in the log */
  bf_text line;    /* what came through the result pipe and is not a whole line yet */
  bf_text final;   /* the last whole line that tells no progress */
  bool stepped;
  uint64_t done, total; /* progress */
  double start, looked; /* seconds; when it started, when its memory was looked at last */
  bf_stop stop;
  double stopped; /* when it was asked to stop */
  bool killed;
  int wait_status;
  bf_usage usage;
};

double bf_now(void); /* seconds of a clock that only goes forward */

#endif
