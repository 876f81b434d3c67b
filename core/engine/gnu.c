/* Starting GNU Parallel, hearing it, and stopping it. */
#include "engine/gnu.h"
#include "engine/spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_LINE = 4096, MAX_SAID = 1 << 14 };
static const double PATIENCE = 15; /* seconds from asking to killing: longer than its own --termseq */

struct bf_gnu {
  pid_t pid; /* 0 once it is reaped */
  int out, err;
  bf_text line, said; /* an unfinished line of stdout; the end of stderr */
  int wait_status;
  bool drained, stopped;
  double deadline; /* once it was stopped: when it is killed */
};

/* ---- the process ---- */

static int points_file(const bf_gnu_call *c) {
  bf_text t = {0};
  for (size_t i = 0; i < c->npoint; i++) bf_text_addf(&t, "%zu\n", c->point[i]);
  int fd = memfd_create("bettiflow-points", MFD_CLOEXEC);
  for (size_t done = 0; fd >= 0 && done < t.n;) {
    ssize_t k = pwrite(fd, t.at + done, t.n - done, (off_t)done);
    if (k > 0) done += (size_t)k;
    if (k > 0 || (k < 0 && errno == EINTR)) continue;
    close(fd);
    fd = -1;
  }
  bf_text_free(&t);
  return fd;
}

bf_status bf_gnu_start(const bf_gnu_call *call, bf_gnu **out) {
  bf_status status = BF_OK;
  int in = points_file(call), pipes[2][2] = {{-1, -1}, {-1, -1}};
  bf_words argv = bf_gnu_command(call), env = bf_gnu_environment(call);
  bf_gnu *g = bf_alloc(1, sizeof *g);
  const pid_t self = getpid();
  g->out = g->err = -1;
  *out = NULL;
  if (in < 0 || pipe2(pipes[0], O_CLOEXEC) || pipe2(pipes[1], O_CLOEXEC) || (g->pid = fork()) < 0) {
    status = bf_fail(BF_FAILED, "can't start GNU Parallel: %s", strerror(errno));
    g->pid = 0;
    goto out;
  }
  if (!g->pid) bf_become(argv.at, env.at, (const int[]){in, pipes[0][1], pipes[1][1]}, self);
  g->out = pipes[0][0];
  g->err = pipes[1][0];
  pipes[0][0] = pipes[1][0] = -1;
  fcntl(g->out, F_SETFL, O_NONBLOCK);
  fcntl(g->err, F_SETFL, O_NONBLOCK);
  *out = g;
  g = NULL;
out:
  for (int i = 0; i < 4; i++)
    if (pipes[i / 2][i % 2] >= 0) close(pipes[i / 2][i % 2]);
  if (in >= 0) close(in);
  bf_words_free(&argv);
  bf_words_free(&env);
  free(g);
  return status;
}

/* Its first line is "GNU parallel 20221122"; moreutils has another program of this name. */
bf_status bf_gnu_find(void) {
  char line[128] = "";
  FILE *f = popen("exec parallel --plain --version 2>/dev/null", "re");
  const bool read = f && fgets(line, sizeof line, f);
  while (f && fgetc(f) != EOF) {
  }
  if (f) pclose(f);
  if (read && !strncmp(line, "GNU parallel ", 13)) return BF_OK;
  return bf_fail(BF_FAILED, read ? "the program 'parallel' here is not GNU Parallel; install that (Debian: apt install parallel), or use --engine local"
                                 : "GNU Parallel is not here; install it (Debian: apt install parallel), or use --engine local, which needs nothing else");
}

/* ---- hearing ---- */

void bf_gnu_poll(const bf_gnu *g, struct pollfd fds[BF_GNU_FDS]) {
  fds[0] = (struct pollfd){.fd = g->out, .events = POLLIN};
  fds[1] = (struct pollfd){.fd = g->err, .events = POLLIN};
}

/* "bettiflow-job end 1 3 17 0": on machine 1, wave 3, point 17, exit code 0 */
static bool parse_line(const char *text, bf_gnu_line *line) {
  char what[8];
  if (sscanf(text, "bettiflow-job %7s %zu %zu %zu %31s", what, &line->host, &line->wave, &line->point, line->more) != 5) return false;
  line->kind = !strcmp(what, "start") ? BF_GNU_START : !strcmp(what, "task") ? BF_GNU_TASK : BF_GNU_END;
  return true;
}

static void keep_end(bf_text *t, size_t most) {
  if (t->n <= most) return;
  memmove(t->at, t->at + t->n - most, most + 1);
  t->n = most;
}

/* False at the end. */
static bool read_some(int *fd, bf_text *t) {
  char buffer[4096];
  if (*fd < 0) return false;
  const ssize_t n = read(*fd, buffer, sizeof buffer);
  if (n > 0) bf_text_add_n(t, buffer, (size_t)n);
  if (n > 0) return true;
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return false;
  close(*fd);
  *fd = -1;
  return false;
}

bool bf_gnu_turn(bf_gnu *g, void (*hear)(void *context, const bf_gnu_line *line), void *context) {
  if (g->stopped && bf_now() > g->deadline) bf_gnu_stop(g);
  if (g->pid && waitpid(g->pid, &g->wait_status, WNOHANG) == g->pid) g->pid = 0; /* asked before the last that it said is read */
  while (read_some(&g->err, &g->said)) keep_end(&g->said, MAX_SAID);
  while (read_some(&g->out, &g->line)) {
    char *at = g->line.at, *end;
    for (; (end = strchr(at, '\n')); at = end + 1) {
      bf_gnu_line line;
      *end = 0;
      if (parse_line(at, &line)) hear(context, &line);
    }
    keep_end(&g->line, strlen(at) < MAX_LINE ? strlen(at) : 0);
  }
  return !g->pid; /* whoever else still holds the pipes: what is done then is found in the store */
}

/* ---- ending ---- */

void bf_gnu_drain(bf_gnu *g) {
  if (g->pid && !g->drained && !g->stopped) kill(g->pid, SIGHUP);
  g->drained = true;
}

void bf_gnu_stop(bf_gnu *g) {
  if (!g->pid) return;
  if (g->stopped)
    kill(-g->pid, SIGKILL); /* its jobs are told by their kernel */
  else
    kill(g->pid, SIGTERM);
  g->deadline = bf_now() + (g->stopped ? 1 : PATIENCE);
  g->stopped = true;
}

/* The last lines on stderr, each once. */
static void add_said(bf_text *t, char *said) {
  enum { LINES = 3 };
  const char *line[LINES];
  int n = 0;
  for (char *at = said; at && *at;) {
    char *end = at + strcspn(at, "\n"), *next = *end ? end + 1 : end;
    *end = 0;
    bool again = !*at;
    for (int i = 0; i < n; i++) again |= !strcmp(line[i], at);
    if (!again && n == LINES) memmove(line, line + 1, (size_t)--n * sizeof *line);
    if (!again) line[n++] = at;
    at = next;
  }
  for (int i = 0; i < n; i++) bf_text_addf(t, "%s%.300s", i ? " / " : "; it said: ", line[i]);
}

void bf_gnu_end(bf_gnu *g, char **why) {
  bf_text t = {0};
  if (!g) return;
  if (g->pid) {
    kill(-g->pid, SIGKILL);
    waitpid(g->pid, &g->wait_status, 0);
  }
  const int code = WIFEXITED(g->wait_status) ? WEXITSTATUS(g->wait_status) : -1;
  if (code) {
    if (code < 0)
      bf_text_addf(&t, "GNU Parallel was ended by signal %d (%s)", WTERMSIG(g->wait_status), strsignal(WTERMSIG(g->wait_status)));
    else
      bf_text_addf(&t, "GNU Parallel ended with code %d", code);
    add_said(&t, g->said.at);
  }
  *why = code ? bf_text_take(&t) : NULL;
  if (g->out >= 0) close(g->out);
  if (g->err >= 0) close(g->err);
  bf_text_free(&g->line);
  bf_text_free(&g->said);
  free(g);
}
