/* Connections to other machines that are open for a whole run. GNU Parallel's ssh uses them, which makes a job eight times quicker; and when they are closed,
 * or this process dies, whatever jobs of it still run over there are ended by their sshd. */
#ifndef BF_ENGINE_MASTERS_H
#define BF_ENGINE_MASTERS_H

#include "engine/hosts.h"
#include <sys/types.h>

/* become.c: after fork(), in the child: another program with these streams, in a group of its own, which is told to end when `parent` dies. 127 when it can't
 * be. */
_Noreturn void bf_become(char **words, char **environment, const int streams[3], pid_t parent);

enum { BF_MASTER_JOBS = 8 }; /* of one connection; sshd's own MaxSessions is 10 */

typedef struct bf_master {
  size_t host;   /* in bf_hosts.at */
  uint32_t jobs; /* at a time over this one */
  char *socket;  /* ssh's ControlPath */
  pid_t pid;     /* 0: it ended */
} bf_master;

typedef struct bf_masters {
  char *folder; /* of the sockets: a new one in /tmp, since their paths have to be short */
  int owner;    /* a lock in it */
  size_t n;
  bf_master *at; /* as many for each usable machine as its jobs need; none for this machine */
} bf_masters;

/* Waits some seconds for connections; where there is none then, GNU Parallel's ssh makes its own. */
bf_status bf_masters_open(const bf_hosts *hosts, bf_masters *out);
void bf_masters_close(bf_masters *m);

#endif
