/* GNU Parallel as a child process: one call for the points of one wave. Its jobs are `bettiflow job RUN WAVE POINT`. Only the numbers are its arguments; what a
 * machine runs is a script in the environment with each path quoted, so that GNU Parallel finds nothing to replace in it. What the jobs tell comes back through
 * its standard output. */
#ifndef BF_ENGINE_GNU_H
#define BF_ENGINE_GNU_H

#include "engine/engine.h"
#include "engine/masters.h"
#include <poll.h>

typedef struct bf_gnu bf_gnu;

typedef struct bf_gnu_call {
  const char *store, *run; /* the store's absolute path */
  const char *store_id;    /* names this store on machines that do not see it */
  size_t wave, npoint;
  const size_t *point;
  uint32_t jobs, threads; /* jobs at a time, threads of each */
  uint64_t memory;        /* what a job is likely to need; 0: not known */
  bool keep_going;
  const char *plugin_path; /* --plugin-path or NULL */
  const char *joblog;      /* file that gets GNU Parallel's own journal */
  const bf_hosts *hosts;   /* asked; NULL: this machine only, `jobs` at a time */
  const bf_masters *masters;
  const char *logins; /* with hosts: the file with what bf_gnu_logins() gives */
  const char *travel; /* folder of POINT.in and POINT.out, bundles for machines without the store; NULL: all share it */
} bf_gnu_call;

typedef struct bf_gnu_line { /* what a job tells */
  enum { BF_GNU_START, BF_GNU_TASK, BF_GNU_END } kind;
  size_t wave, point;
  char more[32]; /* TASK: its outcome */
  size_t host;   /* in hosts->at; 0 without */
} bf_gnu_line;

/* BF_FAILED with what to install when GNU Parallel is not there. */
bf_status bf_gnu_find(void);

/* gnu_command.c */
bf_words bf_gnu_command(const bf_gnu_call *call);
bf_words bf_gnu_environment(const bf_gnu_call *call);
/* A line for each connection, with as many jobs as each machine has memory for; allocated. */
char *bf_gnu_logins(const bf_hosts *hosts, const bf_masters *masters, uint64_t memory);

bf_status bf_gnu_start(const bf_gnu_call *call, bf_gnu **out);
enum { BF_GNU_FDS = 2 };
void bf_gnu_poll(const bf_gnu *g, struct pollfd fds[BF_GNU_FDS]);
/* Reads what is there and calls `hear` for each line of a job. True when all has ended. */
bool bf_gnu_turn(bf_gnu *g, void (*hear)(void *context, const bf_gnu_line *line), void *context);
void bf_gnu_drain(bf_gnu *g); /* it starts nothing more; what runs goes on */
void bf_gnu_stop(bf_gnu *g);  /* it ends what runs; at the second call all are killed */
/* Frees it. *why (allocated): how it ended and the last that it said on stderr, or NULL when it ended well. */
void bf_gnu_end(bf_gnu *g, char **why);

#endif
