/* Watching a task's process: its log and result pipes, its limits, its end. */
#include "engine/spawn.h"
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PUMPED_BLOCKS = 16 }; /* of 64 KiB, as much as a pipe holds, at a turn */
static const double watch_seconds = 0.05, grace_seconds = 2;

double bf_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void bf_child_poll(const bf_child *c, struct pollfd fds[BF_CHILD_FDS]) {
  fds[0] = (struct pollfd){.fd = c->pidfd, .events = POLLIN};
  fds[1] = (struct pollfd){.fd = c->result_pipe, .events = POLLIN};
  fds[2] = (struct pollfd){.fd = c->log_pipe, .events = POLLIN};
}

int bf_child_patience(const bf_child *c) {
  double until = c->looked + watch_seconds;
  if (c->stop == BF_STOP_NONE && c->limits.seconds > 0) until = fmin(until, c->start + c->limits.seconds);
  if (c->stop != BF_STOP_NONE && !c->killed) until = fmin(until, c->stopped + grace_seconds);
  if (c->pidfd < 0) until = fmin(until, bf_now() + 0.005); /* no pidfd: look often */
  double ms = ceil(1e3 * (until - bf_now()));
  return ms < 0 ? 0 : (int)ms;
}

static void kill_group(bf_child *c) {
  if (c->pid) kill(-c->pid, SIGKILL), kill(c->pid, SIGKILL);
  c->killed = true;
}

static void stop(bf_child *c, bf_stop why) {
  if (c->stop != BF_STOP_NONE) return;
  c->stop = why;
  c->stopped = bf_now();
  if (why == BF_STOP_ASKED || why == BF_STOP_TIME) {
    if (c->pid) kill(c->pid, SIGTERM);
  } else {
    kill_group(c);
  }
}

void bf_child_cancel(bf_child *c) {
  if (c->stop == BF_STOP_ASKED) kill_group(c);
  stop(c, BF_STOP_ASKED);
}

/* Copies a part of the log; what is over the cap is read and dropped, so that an endless printer neither blocks nor fills the disk. */
static void pump_log(bf_child *c) {
  static const char full[] = "\n[bettiflow: the log ends here, at its cap]\n";
  char block[1 << 16];
  for (int i = 0; i < PUMPED_BLOCKS && c->log_pipe >= 0; i++) {
    ssize_t n = read(c->log_pipe, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      close(c->log_pipe);
      c->log_pipe = -1;
      return;
    }
    if (c->log < 0 || c->logged >= BF_LOG_MAX) continue;
    size_t room = BF_LOG_MAX - c->logged, k = (size_t)n < room ? (size_t)n : room;
    c->logged += k;
    bool cut = c->logged >= BF_LOG_MAX;
    if (write(c->log, block, k) < 0 || (cut && write(c->log, full, sizeof full - 1) < 0)) { /* a full disk is found where results go */
    }
  }
}

static void take_line(bf_child *c, const char *line, size_t n) {
  unsigned long long done, total;
  if (!strncmp(line, "{\"step\":", 8) && n < 64 && sscanf(line, "{\"step\":[%llu,%llu]}", &done, &total) == 2) {
    c->done = done;
    c->total = total;
    c->stepped = true;
    return;
  }
  bf_text_free(&c->final);
  bf_text_add_n(&c->final, line, n);
}

/* A part, as of the log: whoever fills the pipe faster than it is read must not keep the watch from its limits, nor the run from a signal. What a
 * process leaves in its pipe when it ends is less than one part. */
static void pump_result(bf_child *c) {
  char block[1 << 16];
  for (int i = 0; i < PUMPED_BLOCKS && c->result_pipe >= 0; i++) {
    ssize_t n = read(c->result_pipe, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      close(c->result_pipe);
      c->result_pipe = -1;
      return;
    }
    for (const char *at = block, *end = block + n; at < end;) {
      const char *newline = memchr(at, '\n', (size_t)(end - at));
      size_t k = (size_t)((newline ? newline : end) - at);
      bf_text_add_n(&c->line, at, k);
      if (newline) {
        take_line(c, c->line.at, c->line.n);
        c->line.n = 0;
      }
      at += k + (newline != NULL);
    }
    if (c->line.n > BF_RESULT_MAX) {
      stop(c, BF_STOP_RESULT);
      return;
    }
  }
}

static void watch(bf_child *c) {
  double now = bf_now();
  if (c->stop == BF_STOP_NONE && c->limits.seconds > 0 && now >= c->start + c->limits.seconds) stop(c, BF_STOP_TIME);
  if (c->stop != BF_STOP_NONE && !c->killed && now >= c->stopped + grace_seconds) kill_group(c);
  if (now < c->looked + watch_seconds) return;
  c->looked = now;
  uint64_t bytes = bf_memory_of(c->pid);
  if (bytes > c->usage.peak_bytes) c->usage.peak_bytes = bytes;
  if (bytes > c->memory) stop(c, BF_STOP_MEMORY);
}

/* Reaps the process if it has ended. Its group goes first, while the dead leader still keeps the number taken. */
static bool reap(bf_child *c) {
  siginfo_t info = {0};
  struct rusage used;
  if (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) || !info.si_pid) return false;
  kill(-c->pid, SIGKILL);
  if (wait4(c->pid, &c->wait_status, 0, &used) != c->pid) return false;
  c->pid = 0;
  c->usage.wall_seconds = bf_now() - c->start;
  c->usage.cpu_seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
  return true;
}

bool bf_child_turn(bf_child *c) {
  if (!c->pid) return true;
  pump_result(c);
  pump_log(c);
  watch(c);
  if (!reap(c)) return false;
  pump_result(c);
  pump_log(c);
  return true;
}

bool bf_child_stepped(bf_child *c, uint64_t *done, uint64_t *total) {
  bool stepped = c->stepped;
  c->stepped = false;
  *done = c->done;
  *total = c->total;
  return stepped;
}

static char *bytes_text(uint64_t bytes) {
  if (bytes >= (uint64_t)1 << 30) return bf_format_text("%.3g GiB", (double)bytes / (1 << 30));
  return bf_format_text("%.3g MiB", (double)bytes / (1 << 20));
}

/* A stage that ran into its limit by itself rarely knows what the limit was. */
static void name_limit(const bf_child *c, bf_task_result *out) {
  char *memory = bytes_text(c->memory), *message = out->message;
  out->message = bf_format_text("%s (its memory limit is %s)", message, memory);
  free(memory);
  free(message);
}

/* The message for a child that ended without telling a result. */
static void explain(const bf_child *c, bf_task_result *out) {
  const bf_entry *e = c->entry;
  char *memory = bytes_text(c->memory), *who = bf_format_text("%s (plugin %s, %s)", e->id, e->from->name, e->from->path);
  int number = WIFSIGNALED(c->wait_status) ? WTERMSIG(c->wait_status) : 0;
  out->status = BF_FAILED;
  if (c->stop == BF_STOP_ASKED) {
    out->status = BF_CANCELLED;
    out->message = bf_strdup("cancelled");
  } else if (c->stop == BF_STOP_TIME) {
    out->message = bf_format_text("%s took longer than its time limit of %g s", who, c->limits.seconds);
  } else if (c->stop == BF_STOP_MEMORY) {
    out->status = BF_NO_MEMORY;
    out->message = bf_format_text("%s used more memory than its limit of %s%s", who, memory,
                                  c->limits.bytes ? "" : ", its share of 80 % of what there is; limits: or --memory sets another");
  } else if (c->stop == BF_STOP_RESULT) {
    out->message = bf_format_text("%s wrote more than %d MiB to its result pipe", who, BF_RESULT_MAX >> 20);
  } else if (number) {
    const char *name = sigabbrev_np(number);
    bool outside = number == SIGKILL && !c->killed;
    out->message = bf_format_text("%s was killed by SIG%s (%s)%s%s%s", who, name ? name : "?", strsignal(number),
                                  outside ? "; not by bettiflow: the machine may have run out of memory" : "", c->limits.bytes ? "; its memory limit is " : "",
                                  c->limits.bytes ? memory : "");
  } else {
    out->message = bf_format_text("%s ended with exit status %d and no result; a plugin may not call exit()%s", who, WEXITSTATUS(c->wait_status),
                                  c->final.n || c->line.n ? ", nor write to the result pipe" : "");
  }
  free(memory);
  free(who);
}

static void close_all(bf_child *c) {
  int *const fds[] = {&c->pidfd, &c->log, &c->log_pipe, &c->result_pipe};
  for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
    if (*fds[i] >= 0) close(*fds[i]);
}

void bf_child_end(bf_child *c, bf_task_result *out) {
  if (c->pid) {
    kill_group(c);
    wait4(c->pid, &c->wait_status, 0, NULL);
    c->pid = 0;
  }
  if (out) {
    *out = (bf_task_result){0};
    bool told = c->final.n && bf_result_parse(c->final.at, c->final.n, out);
    if (told && out->status == BF_CANCELLED && c->stop != BF_STOP_ASKED) {
      bf_task_result_free(out); /* the limit, not the user, asked it to stop */
      told = false;
    }
    if (!told)
      explain(c, out);
    else if (out->status == BF_NO_MEMORY)
      name_limit(c, out);
    if (out->usage.peak_bytes < c->usage.peak_bytes) out->usage.peak_bytes = c->usage.peak_bytes;
    out->usage.wall_seconds = c->usage.wall_seconds;
    out->usage.cpu_seconds = c->usage.cpu_seconds;
  }
  close_all(c);
  bf_text_free(&c->line);
  bf_text_free(&c->final);
  free(c);
}
