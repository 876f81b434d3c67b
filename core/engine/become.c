/* What our other children become: GNU Parallel, and ssh. */
#include "engine/masters.h"
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

_Noreturn void bf_become(char **words, char **environment, const int streams[3], pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  setpgid(0, 0); /* Ctrl-C is ours to pass on */
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);
  for (int s = 1; s < NSIG; s++) signal(s, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int i = 0; i < 3; i++)
    if (dup2(streams[i], i) < 0) _exit(127);
  execvpe(words[0], words, environment);
  _exit(127);
}
