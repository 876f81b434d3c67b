/* Runs bettiflow-pack. */
#include "base/pack.h"
#include "base/file.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MESSAGE = 4096 };

extern char **environ;

bool bf_is_folder(const char *path) {
  struct stat st;
  return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* A copy above 2, which the child's own numbers don't meet. */
static int above(int fd) { return fd < 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3); }

static int spawn(const char *program, const char *folder, int to, int messages, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  char *argv[] = {(char *)(uintptr_t) "bettiflow-pack", (char *)(uintptr_t)folder, NULL};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, to, 1);
  posix_spawn_file_actions_adddup2(&actions, messages, 2);
  int e = posix_spawn(pid, program, &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  return e;
}

static void read_message(int fd, char text[MESSAGE]) {
  size_t n = 0;
  for (ssize_t k; n < MESSAGE - 1;) {
    k = read(fd, text + n, MESSAGE - 1 - n);
    if (k < 0 && errno == EINTR) continue;
    if (k <= 0) break;
    n += (size_t)k;
  }
  text[n] = 0;
}

/* The child's exit code is its status. */
static bf_status wait_for(pid_t pid, const char *program, const char *message) {
  int code = 0;
  while (waitpid(pid, &code, 0) < 0)
    if (errno != EINTR) return bf_fail(BF_FAILED, "%s: %s", program, strerror(errno));
  if (WIFEXITED(code) && !WEXITSTATUS(code)) return BF_OK;
  if (WIFEXITED(code) && *message) return bf_fail((bf_status)WEXITSTATUS(code), "%s", message);
  return bf_fail(BF_FAILED, "%s ended with %s %d", program, WIFEXITED(code) ? "code" : "signal", WIFEXITED(code) ? WEXITSTATUS(code) : WTERMSIG(code));
}

bf_status bf_folder_pack(const char *folder, int fd) {
  bf_status status = BF_OK;
  int ends[2] = {-1, -1};
  char message[MESSAGE];
  pid_t pid;
  char *own = bf_program_folder(), *program = bf_format_text("%s/../libexec/bettiflow/bettiflow-pack", own);
  const int to = above(fd), made = pipe2(ends, O_CLOEXEC), messages = made ? -1 : above(ends[1]);
  if (to < 0 || messages < 0) {
    status = bf_fail(BF_FAILED, "%s: can't be packed: %s", folder, strerror(errno));
    goto out;
  }
  const int e = spawn(program, folder, to, messages, &pid);
  if (e) {
    status = bf_fail(e == ENOENT || e == EACCES ? BF_PLUGIN : BF_FAILED, "can't start %s: %s", program, strerror(e));
    goto out;
  }
  close(messages);
  close(ends[1]);
  ends[1] = -1;
  read_message(ends[0], message);
  status = wait_for(pid, program, message);
out:
  if (to >= 0) close(to);
  for (int i = 0; i < 2; i++)
    if (ends[i] >= 0) close(ends[i]);
  free(program);
  free(own);
  return status;
}
