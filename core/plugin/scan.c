/* The scan: a child process loads plugins and writes one line of JSON for each to a pipe; whatever their constructors do stays there. */
#include "plugin/scan.h"
#include "base/text.h"
#include "plugin/describe.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ANSWER = 32 << 20, HIGH_FD = 100 };

json_t *bf_broken_json(const char *why) {
  char *text = bf_text_utf8(why);
  json_t *broken = json_pack("{s:s}", "broken", text);
  free(text);
  return broken;
}

/* ---- in the child ---- */

static void limit_child(pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int s = 1; s < NSIG; s++) signal(s, SIG_DFL); /* our own handlers are not for plugins */
  if (getppid() != parent) _exit(1);
  int nothing = open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= 2; fd++) dup2(nothing, fd); /* constructors may print */
  if (nothing > 2) close(nothing);
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
#ifndef __SANITIZE_ADDRESS__
  const rlim_t memory = (rlim_t)4 << 30;
  setrlimit(RLIMIT_AS, &(struct rlimit){memory, memory});
#endif
}

static void send_json(int fd, json_t *j) {
  char *text = json_dumps(j, JSON_COMPACT);
  size_t n = text ? strlen(text) : 0;
  if (!text) _exit(1);
  text[n++] = '\n'; /* in place of the final zero */
  for (size_t sent = 0; sent < n;) {
    ssize_t k = write(fd, text + sent, n - sent);
    if (k < 0 && errno != EINTR) _exit(1);
    if (k > 0) sent += (size_t)k;
  }
  free(text);
  json_decref(j);
}

static void describe_file(int fd, const char *path, size_t i) {
  json_t *description = NULL;
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const bf_plugin *plugin = handle ? dlsym(handle, "bettiflow_plugin") : NULL;
  const char *why = plugin ? NULL : dlerror();
  send_json(fd, json_pack("{s:I, s:b}", "file", (json_int_t)i, "loaded", plugin != NULL));
  if (!plugin)
    description = bf_broken_json(why ? why : "it can't be loaded");
  else if (plugin->abi != BF_ABI || plugin->size != sizeof *plugin)
    description = bf_broken_json("its description changed while it was loaded");
  else if (bf_describe(plugin, &description) != BF_OK)
    description = bf_broken_json(bf_error());
  send_json(fd, json_pack("{s:I, s:o}", "file", (json_int_t)i, "plugin", description));
}

/* ---- here ---- */

typedef struct scan {
  const char *const *paths;
  json_t **description;
  bool *loaded;
  size_t n, first, end; /* this child has the files first … end-1 that have no description yet */
  bf_text answer;
} scan;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static pid_t start_child(const scan *s, int *from) {
  int ends[2];
  pid_t parent = getpid();
  if (pipe2(ends, O_CLOEXEC)) return -1;
  pid_t child = fork();
  if (child) {
    close(ends[1]);
    *from = ends[0];
    if (child < 0) close(ends[0]);
    return child;
  }
  int to = fcntl(ends[1], F_DUPFD_CLOEXEC, HIGH_FD); /* out of the way of a plugin that writes to small descriptors */
  if (to < 0) _exit(1);
  close(ends[0]);
  close(ends[1]);
  limit_child(parent);
  for (size_t i = s->first; i < s->end; i++)
    if (!s->description[i]) describe_file(to, s->paths[i], i);
  _exit(0);
}

static void take_line(scan *s, const char *line, size_t n) {
  json_t *j = json_loadb(line, n, 0, NULL), *plugin = json_object_get(j, "plugin"), *file = json_object_get(j, "file");
  json_int_t i = json_is_integer(file) ? json_integer_value(file) : -1;
  if (i >= (json_int_t)s->first && i < (json_int_t)s->end && !s->description[i]) {
    if (json_is_object(plugin)) s->description[i] = json_incref(plugin);
    s->loaded[i] = true;
  }
  json_decref(j);
}

static void take_lines(scan *s) {
  size_t at = 0;
  char *end;
  while (at < s->answer.n && (end = memchr(s->answer.at + at, '\n', s->answer.n - at))) {
    take_line(s, s->answer.at + at, (size_t)(end - s->answer.at) - at);
    at = (size_t)(end - s->answer.at) + 1;
  }
  if (!at) return;
  memmove(s->answer.at, s->answer.at + at, s->answer.n - at);
  s->answer.n -= at;
}

/* Reads until the child's end or the deadline. False: time is over. A constructor may close the pipe, or leave it to a grandchild. */
static bool listen_to(scan *s, int from, pid_t child, double deadline) {
  char block[1 << 16];
  size_t total = 0;
  struct pollfd p = {from, POLLIN, 0};
  for (;;) {
    siginfo_t ended = {0};
    double left = deadline - now();
    bool over = !waitid(P_PID, (id_t)child, &ended, WEXITED | WNOHANG | WNOWAIT) && ended.si_pid == child;
    int ready = poll(&p, 1, over || left <= 0 ? 0 : p.fd < 0 ? 1 : 20);
    ssize_t k = ready > 0 ? read(from, block, sizeof block) : -1;
    if (k > 0) {
      bf_text_add_n(&s->answer, block, (size_t)k);
      take_lines(s);
      total += (size_t)k;
    }
    if (k == 0 || total > MAX_ANSWER) p.fd = -1;
    if (over && k <= 0) return true;
    if (left <= 0) return false;
  }
}

static char *death_of(int how, bool in_time, bool loaded) {
  const char *where = loaded ? "while its tables were read" : "in a constructor";
  if (!in_time) return bf_format_text("not done after %d s %s", BF_SCAN_SECONDS, where);
  if (WIFSIGNALED(how)) return bf_format_text("killed by SIG%s %s", sigabbrev_np(WTERMSIG(how)), where);
  return bf_format_text("ended the process with status %d %s", WEXITSTATUS(how), where);
}

/* One child for the files first … end-1. *why (allocated) says how it ended; for the first file without a description that is the reason. */
static bf_status run_child(scan *s, double deadline, char **why) {
  int from, how = 0;
  pid_t child = start_child(s, &from);
  if (child < 0) return bf_fail(BF_PLUGIN, "can't start a process to scan plugins: %s", strerror(errno));
  bool in_time = listen_to(s, from, child, deadline);
  kill(-child, SIGKILL); /* with all that constructors may have started */
  if (!in_time) kill(child, SIGKILL);
  close(from);
  while (waitpid(child, &how, 0) < 0 && errno == EINTR) continue;
  bf_text_free(&s->answer);
  size_t i = s->first;
  while (i < s->end && s->description[i]) i++;
  *why = death_of(how, in_time, i < s->end && s->loaded[i]);
  return BF_OK;
}

bf_status bf_scan(const char *const *paths, size_t n, json_t **description) {
  bool *loaded = bf_alloc(n, sizeof *loaded);
  scan s = {.paths = paths, .description = description, .loaded = loaded, .n = n, .first = 0, .end = n};
  double last = now() + BF_SCAN_ALL_SECONDS;
  char *why = NULL;
  bf_status status = n ? run_child(&s, now() + BF_SCAN_SECONDS, &why) : BF_OK;
  for (size_t i = 0; status == BF_OK && i < n; i++) {
    if (description[i]) continue;
    double until = now() + BF_SCAN_SECONDS;
    free(why);
    why = NULL;
    loaded[i] = false;
    s.first = i;
    s.end = i + 1;
    if (until > last)
      why = bf_format_text("not looked at: other plugins took the %d s that a scan may take", BF_SCAN_ALL_SECONDS);
    else
      status = run_child(&s, until, &why);
    if (status == BF_OK && !description[i]) description[i] = bf_broken_json(why);
  }
  free(why);
  free(loaded);
  return status;
}
