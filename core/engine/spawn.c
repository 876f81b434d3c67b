/* Starting a task's process: bettiflow-task with the spec in a memory file on its standard input, its log and its result in pipes. */
#include "engine/spawn.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <unistd.h>

extern char **environ;

/* The numbers 0 to 3 are the child's; ours lie above. */
static int above(int fd) {
  if (fd < 0 || fd > 3) return fd;
  int high = fcntl(fd, F_DUPFD_CLOEXEC, 4);
  close(fd);
  return high;
}

static int memory_file(const char *text, size_t n) {
  int fd = above(memfd_create("bettiflow-task", MFD_CLOEXEC));
  for (size_t done = 0; fd >= 0 && done < n;) {
    ssize_t k = pwrite(fd, text + done, n - done, (off_t)done);
    if (k < 0 && errno == EINTR) continue;
    if (k <= 0) {
      close(fd);
      return -1;
    }
    done += (size_t)k;
  }
  return fd;
}

static bool pipe_above(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC)) return false;
  ends[0] = above(ends[0]);
  ends[1] = above(ends[1]);
  if (ends[0] < 0 || ends[1] < 0) return false;
  return !fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

static const char *program(void) {
  static char *path;
  if (!path) {
    char *folder = bf_program_folder();
    path = bf_format_text("%s/../libexec/bettiflow/bettiflow-task", folder);
    free(folder);
  }
  return path;
}

static int spawn(int in, int log, int result, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, standard;
  char parent[24];
  char *argv[] = {(char *)(uintptr_t) "bettiflow-task", parent, NULL};
  snprintf(parent, sizeof parent, "%d", (int)getpid());
  sigemptyset(&none);
  sigfillset(&standard);
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, in, 0);
  posix_spawn_file_actions_adddup2(&actions, log, 1);
  posix_spawn_file_actions_adddup2(&actions, log, 2);
  posix_spawn_file_actions_adddup2(&actions, result, 3);
  posix_spawn_file_actions_addclosefrom_np(&actions, 4);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &standard);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int e = posix_spawn(pid, program(), &actions, &attributes, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return e;
}

static bf_status launch(bf_child *c, const bf_task_spec *spec) {
  int in = -1, log[2] = {-1, -1}, result[2] = {-1, -1}, e = 0;
  size_t n;
  bf_status status = BF_OK;
  char *text = bf_spec_json(spec, c->memory, &n);
  if (!text) {
    status = bf_fail(BF_FAILED, "%s: a path that the task needs is not UTF-8", spec->entry->id);
    goto out;
  }
  in = memory_file(text, n);
  if (in < 0 || !pipe_above(log) || !pipe_above(result)) {
    status = bf_fail(BF_FAILED, "can't start a task: %s", strerror(errno));
    goto out;
  }
  e = spawn(in, log[1], result[1], &c->pid);
  if (e) {
    c->pid = 0;
    status = bf_fail(e == ENOENT || e == EACCES ? BF_PLUGIN : BF_FAILED, "can't start %s: %s", program(), strerror(e));
    goto out;
  }
  c->pidfd = pidfd_open(c->pid, 0);
  c->log_pipe = log[0];
  c->result_pipe = result[0];
  log[0] = result[0] = -1;
out:
  for (int i = 0; i < 2; i++) {
    if (log[i] >= 0) close(log[i]);
    if (result[i] >= 0) close(result[i]);
  }
  if (in >= 0) close(in);
  free(text);
  return status;
}

bf_status bf_child_start(const bf_task_spec *spec, bf_child **out) {
  bf_child *c = bf_alloc(1, sizeof *c);
  bf_status status = BF_OK;
  c->pidfd = c->log = c->log_pipe = c->result_pipe = -1;
  c->entry = spec->entry;
  c->limits = spec->limits;
  c->memory = spec->limits.bytes ? spec->limits.bytes : bf_memory_default() / (spec->share ? spec->share : 1);
  if (spec->log) c->log = open(spec->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (spec->log && c->log < 0) {
    status = bf_fail(BF_STORE, "%s: %s", spec->log, strerror(errno));
    goto out;
  }
  BF_TRY(launch(c, spec));
  c->start = bf_now();
  c->looked = c->start;
  *out = c;
  return BF_OK;
out:
  bf_child_end(c, NULL);
  return status;
}
