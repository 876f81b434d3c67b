/* One task, started and waited for: bettiflow stage, import and export. */
#include "engine/child.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

bf_status bf_task_run(const bf_task_spec *spec, bf_task_result *out) {
  bf_child *c;
  sigset_t stops = bf_stop_signals(), before;
  struct signalfd_siginfo info;
  *out = (bf_task_result){0};
  bf_status status = bf_child_start(spec, &c);
  if (status != BF_OK) {
    *out = (bf_task_result){.status = status, .message = bf_strdup(bf_error())};
    return status;
  }
  sigprocmask(SIG_BLOCK, &stops, &before);
  int signals = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
  do {
    struct pollfd fds[BF_CHILD_FDS + 1];
    bf_child_poll(c, fds);
    fds[BF_CHILD_FDS] = (struct pollfd){.fd = signals, .events = POLLIN};
    poll(fds, BF_CHILD_FDS + 1, bf_child_patience(c));
    while (signals >= 0 && read(signals, &info, sizeof info) == sizeof info) bf_child_cancel(c);
  } while (!bf_child_turn(c));
  if (signals >= 0) close(signals);
  sigprocmask(SIG_SETMASK, &before, NULL);
  bf_child_end(c, out);
  return out->status == BF_OK ? BF_OK : bf_fail(out->status, "%s", out->message);
}
