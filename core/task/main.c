/* bettiflow-task: runs one task, described as JSON on standard input, and tells the parent on file descriptor 3. */
#include "task/task.h"
#include "base/file.h"
#include <bettiflow/artifact.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
/* Crashes shall look to the parent as they do without the sanitizer. */
const char *__asan_default_options(void);
__attribute__((visibility("default"))) const char *__asan_default_options(void) {
  return "handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigfpe=0:handle_sigill=0:allocator_may_return_null=1:detect_leaks=0";
}
#endif

static void on_term(int signal) {
  (void)signal;
  bf_task_cancelled = 1;
}

/* Dies with the runner, leaves no core, is the first that the kernel kills when memory runs out. */
static void settle_down(const char *parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != (pid_t)strtol(parent, NULL, 10)) _exit(BF_CANCELLED);
  umask(022);
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_term, .sa_flags = SA_RESTART}, NULL);
  signal(SIGXFSZ, SIG_IGN); /* a limit of file sizes is an error of the write */
  fcntl(BF_TASK_RESULT_FD, F_SETFD, FD_CLOEXEC);
  setvbuf(stdout, NULL, _IOLBF, 0);
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd >= 0 && write(fd, "800", 3) < 0) { /* not everywhere allowed; the watch in the parent is there too */
  }
  if (fd >= 0) close(fd);
}

/* Address space: the limit, and room for what is mapped but not used (libraries, thread stacks, malloc's arenas). */
static void limit_memory(const bf_task *t) {
#ifndef __SANITIZE_ADDRESS__
  rlim_t bytes = (rlim_t)json_integer_value(json_object_get(t->spec, "memory"));
  rlim_t room = ((rlim_t)t->threads + 2) * (72u << 20) + (128u << 20);
  setrlimit(RLIMIT_AS, &(struct rlimit){bytes + room, bytes + room});
#else
  (void)t;
#endif
}

static json_t *read_spec(void) {
  struct stat st;
  json_t *spec = NULL;
  if (fstat(STDIN_FILENO, &st)) return NULL;
  char *text = bf_alloc((size_t)st.st_size + 1, 1);
  size_t got = 0;
  for (ssize_t k; got < (size_t)st.st_size && (k = pread(STDIN_FILENO, text + got, (size_t)st.st_size - got, (off_t)got)) > 0;) got += (size_t)k;
  spec = json_loadb(text, got, JSON_ALLOW_NUL, NULL);
  free(text);
  int null = open("/dev/null", O_RDONLY);
  if (null > 0) dup2(null, STDIN_FILENO), close(null);
  return spec;
}

/* The values that were loaded, then those of the stage's other instances. */
static bf_status call_check(bf_task *t) {
  const json_t *more = json_object_get(t->spec, "more");
  uint32_t connected = (uint32_t)json_integer_value(json_object_get(t->spec, "connected"));
  bf_status status = t->stage->check ? t->stage->check(t->cfg, connected) : BF_OK;
  for (size_t i = 0; status == BF_OK && t->stage->check && i < json_array_size(more); i++) {
    status = bf_task_fill(t, json_array_get(more, i));
    if (status == BF_OK)
      status = t->stage->check(t->cfg, connected);
    else
      t->host_error = bf_strdup(bf_error());
  }
  return status;
}

static bf_status call(bf_task *t) {
  const json_t *spec = t->spec;
  if (!strcmp(t->kind, "check")) return call_check(t);
  if (!strcmp(t->kind, "stage")) return t->stage->run(&bf_task_host, t, t->cfg);
  const bf_out *out = bf_task_output(t, &t->out[0], NULL, 0);
  const char *foreign = json_string_value(json_object_get(spec, "foreign"));
  bf_type type = (bf_type)json_integer_value(json_object_get(spec, "type"));
  if (!strcmp(t->kind, "read")) return t->format->read(&bf_task_host, t, t->cfg, foreign, type, out);
  return t->format->write(&bf_task_host, t, t->cfg, foreign, type, out->path);
}

/* What the plugin's status and message mean. */
static bf_status judge(bf_task *t, bf_status status) {
  const char *said = bf_loader_error(t->loader, t->object_kind, t->id);
  if (status == BF_OK) return t->host_error ? bf_fail(BF_FAILED, "%s reported success after an error: %s", t->id, t->host_error) : BF_OK;
  if (!*said && t->host_error) said = t->host_error;
  switch (status) {
  case BF_CANCELLED:
    return bf_task_cancelled ? bf_fail(BF_CANCELLED, "cancelled") : bf_fail(BF_FAILED, "%s stopped as if cancelled, but nobody asked it to: %s", t->id, said);
  case BF_NO_MEMORY:
    return bf_fail(status, "%s", *said ? said : "out of memory");
  case BF_DECLINED:
    return bf_fail(status, "%s", *said ? said : "no reason given");
  case BF_FAILED:
  case BF_USAGE:
  case BF_INVALID:
  case BF_PLUGIN:
  case BF_STORE:
  case BF_BAD_INPUT:
    return *said ? bf_fail(status, "%s", said) : bf_fail(status, "%s failed without a message", t->id);
  default:
    return bf_fail(BF_FAILED, "%s returned %d, which is no bf_status%s%s", t->id, (int)status, *said ? ": " : "", said);
  }
}

static bf_status run(bf_task *t, json_t **outputs) {
  bf_status status = BF_OK;
  json_t *spec = t->spec;
  BF_TRY(bf_task_read(spec, t));
  limit_memory(t);
  BF_TRY(bf_task_load(t));
  BF_TRY(judge(t, call(t)));
  if (strcmp(t->kind, "check")) BF_TRY(bf_task_outputs(t, outputs));
out:
  return status;
}

int main(int argc, char **argv) {
  if (argc != 2) return fputs("bettiflow-task runs one task for bettiflow; it is not called by hand\n", stderr), BF_USAGE;
  settle_down(argv[1]);
  json_t *outputs = NULL, *spec = read_spec();
  bf_task task = {.spec = spec};
  bf_status status = run(&task, &outputs);
  fflush(NULL);
  bf_task_report(status, status == BF_OK ? "" : bf_error(), outputs);
  _exit(0); /* no destructors: they are the plugin's code too, and all that matters is told */
}
