/* Signals that ask to stop. */
#include "base/stop.h"
#include <stddef.h>

sigset_t bf_stop_signals(void) {
  sigset_t stops;
  struct sigaction hangup;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  if (sigaction(SIGHUP, NULL, &hangup) || hangup.sa_handler != SIG_IGN) sigaddset(&stops, SIGHUP); /* nohup ignores it */
  return stops;
}

void bf_stop_hold(sigset_t *before) {
  const sigset_t stops = bf_stop_signals();
  pthread_sigmask(SIG_BLOCK, &stops, before);
}

bool bf_stop_asked(void) {
  sigset_t waiting;
  const sigset_t stops = bf_stop_signals();
  if (sigpending(&waiting)) return false;
  for (int s = 1; s < NSIG; s++)
    if (sigismember(&stops, s) == 1 && sigismember(&waiting, s) == 1) return true;
  return false;
}

void bf_stop_release(const sigset_t *before) { pthread_sigmask(SIG_SETMASK, before, NULL); }
