/* Asking all machines at once: one ssh process each, whose command line is made of checked or quoted words only. */
#include "base/file.h"
#include "engine/hosts.h"
#include "engine/spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_ANSWER = 16 << 20, MAX_CRIED = 1 << 16, BLOCK = 1 << 16 };
enum { NO_PROGRAM = 127, CANNOT_RUN = 126, SSH_FAILED = 255 }; /* exit statuses */
static const double patience_seconds = 30;

extern char **environ;

typedef struct asking { /* a host's ssh */
  bf_machine *host;
  pid_t pid; /* 0 once it is reaped, or when it was not started */
  int ended, out, err;
  bf_text said, cried; /* stdout, stderr */
  int wait_status;
} asking;

/* ---- words ---- */

bf_words bf_ssh_words(const bf_machine *host, const char *socket) {
  static const char *const options[] = {"BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=3", "ControlMaster=no"};
  const char *named = getenv("BETTIFLOW_SSH");
  bf_words words = {0};
  char *copy = bf_strdup(named ? named : ""), *rest = copy, *word;
  while ((word = strsep(&rest, " \t\n")))
    if (*word) bf_words_add(&words, "%s", word);
  if (!words.n) bf_words_add(&words, "ssh");
  free(copy);
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    bf_words_add(&words, "-o");
    bf_words_add(&words, "%s", options[i]);
  }
  if (socket) {
    bf_words_add(&words, "-o");
    bf_words_add(&words, "ControlPath=%s", socket);
  }
  if (host->port) bf_words_add(&words, "-p%" PRIu32, host->port);
  if (host->user) bf_words_add(&words, "-l%s", host->user);
  return words;
}

void bf_text_shell(bf_text *t, const char *word) {
  bf_text_add(t, "'");
  for (const char *s = word; *s; s++) bf_text_add_n(t, *s == '\'' ? "'\\''" : s, *s == '\'' ? 4 : 1);
  bf_text_add(t, "'");
}

/* " --option 'path'", where ~/ is that machine's home. */
static void add_path(bf_text *t, const char *option, const char *path) {
  const bool home = !strncmp(path, "~/", 2);
  bf_text_addf(t, " %s%s", option, home ? "\"$HOME\"/" : "");
  bf_text_shell(t, home ? path + 2 : path);
}

char *bf_plugin_folders(const char *plugin_path) {
  const char *const lists[] = {plugin_path, getenv("BETTIFLOW_PLUGIN_PATH")};
  bf_text t = {0};
  for (size_t i = 0; i < 2; i++) {
    char *copy = bf_strdup(lists[i] ? lists[i] : ""), *rest = copy, *word;
    while ((word = strsep(&rest, ":"))) {
      char *path = *word ? bf_path_absolute(word) : NULL;
      if (*word) bf_text_addf(&t, "%s%s", t.n ? ":" : "", path ? path : word);
      free(path);
    }
    free(copy);
  }
  return bf_text_take(&t);
}

/* What the machine's login shell reads, whichever it is: one call of sh, whose script is constant. */
static char *remote_command(const bf_machine *h, const bf_hosts_question *q, const char *token) {
  static const char script[] = "p=$1; shift; [ -x \"$p\" ] || p=$(command -v bettiflow) || exit 127; exec \"$p\" probe \"$@\"";
  static const char strict[] = "p=$1; shift; [ -x \"$p\" ] || exit 127; exec \"$p\" probe \"$@\"";
  char *self = bf_path_absolute("/proc/self/exe"), *folders = bf_plugin_folders(q->plugin_path);
  bf_text t = {0};
  bf_text_add(&t, "exec sh -c ");
  bf_text_shell(&t, h->program ? strict : script);
  add_path(&t, "sh ", h->program ? h->program : self ? self : "bettiflow");
  if (*folders) add_path(&t, "--plugin-path ", folders);
  if (token) {
    add_path(&t, "--store ", h->store ? h->store : bf_store_path(q->store));
    add_path(&t, "--token ", token);
    if (h->store) bf_text_add(&t, " --own");
  }
  free(folders);
  free(self);
  return bf_text_take(&t);
}

/* ---- processes ---- */

static bool open_pipe(int ends[2]) { return !pipe2(ends, O_CLOEXEC) && !fcntl(ends[0], F_SETFL, O_NONBLOCK); }

static int spawn(char **words, int out, int err, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, standard;
  sigemptyset(&none);
  sigfillset(&standard);
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, 1);
  posix_spawn_file_actions_adddup2(&actions, err, 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &standard);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int e = posix_spawnp(pid, words[0], &actions, &attributes, words, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return e;
}

static void start(asking *a, const bf_hosts_question *q, const char *token) {
  int out[2] = {-1, -1}, err[2] = {-1, -1};
  bf_words words = bf_ssh_words(a->host, NULL);
  char *command = remote_command(a->host, q, token);
  bf_words_add(&words, "--");
  bf_words_add(&words, "%s", a->host->address);
  bf_words_add(&words, "%s", command);
  free(command);
  int e = open_pipe(out) && open_pipe(err) ? spawn(words.at, out[1], err[1], &a->pid) : errno;
  if (e) {
    a->pid = 0;
    bf_machine_refuse(a->host, BF_MACHINE_UNREACHABLE, bf_format_text("%s can't be started: %s", words.at[0], strerror(e)),
                      bf_strdup(e == ENOENT ? "install it (Debian: openssh-client)" : "try again with fewer machines"));
  } else {
    a->ended = pidfd_open(a->pid, 0);
    a->out = out[0];
    a->err = err[0];
    out[0] = err[0] = -1;
  }
  for (int i = 0; i < 2; i++) {
    if (out[i] >= 0) close(out[i]);
    if (err[i] >= 0) close(err[i]);
  }
  bf_words_free(&words);
}

/* What is over the cap is read and dropped. */
static void pump(int *fd, bf_text *t, size_t max) {
  char block[BLOCK];
  for (int i = 0; i < 16 && *fd >= 0; i++) {
    ssize_t n = read(*fd, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      close(*fd);
      *fd = -1;
    } else if (t->n + (size_t)n <= max) {
      bf_text_add_n(t, block, (size_t)n);
    }
  }
}

/* True when its ssh has ended. A master that the user's configuration left behind may hold the pipes for longer. */
static bool turn(asking *a) {
  pump(&a->out, &a->said, MAX_ANSWER);
  pump(&a->err, &a->cried, MAX_CRIED);
  if (waitpid(a->pid, &a->wait_status, WNOHANG) != a->pid) return false;
  a->pid = 0;
  pump(&a->out, &a->said, MAX_ANSWER);
  pump(&a->err, &a->cried, MAX_CRIED);
  return true;
}

static void end(asking *a) {
  if (a->pid) {
    kill(-a->pid, SIGKILL);
    waitpid(a->pid, &a->wait_status, 0);
    a->pid = 0;
  }
  int *const fds[] = {&a->ended, &a->out, &a->err};
  for (size_t i = 0; i < 3; i++)
    if (*fds[i] >= 0) close(*fds[i]);
  bf_text_free(&a->said);
  bf_text_free(&a->cried);
}

/* ---- answers ---- */

/* The last line that is not empty, without "ssh: ". */
static char *last_line(const bf_text *t) {
  size_t end = t->n, from;
  while (end && strchr("\r\n \t", t->at[end - 1])) end--;
  for (from = end; from && t->at[from - 1] != '\n'; from--) {
  }
  char *raw = bf_strndup(t->n ? t->at + from : "", end - from), *line = bf_text_utf8(raw);
  for (char *s = line; *s; s++)
    if ((unsigned char)*s < 0x20 || *s == 0x7f) *s = ' ';
  if (!strncmp(line, "ssh: ", 5)) memmove(line, line + 5, strlen(line + 5) + 1);
  free(raw);
  return line;
}

static char *ssh_advice(const bf_hosts *hosts, const bf_machine *h, const char *cried) {
  if (strstr(cried, "Permission denied")) return bf_format_text("logging in must work without a password: ssh-copy-id %s", h->user ? h->name : h->address);
  if (strstr(cried, "Host key verification failed") || strstr(cried, "authenticity"))
    return bf_format_text("log in once by hand, `ssh %s`, and see that its key is the right one", h->address);
  if (strstr(cried, "resolve")) return bf_format_text("see that the name in %s:%zu is right", hosts->path, h->line);
  return bf_format_text("start it and its sshd, or take %s:%zu out", hosts->path, h->line);
}

static void refuse_program(bf_machine *h, const bf_hosts *hosts, char *line) {
  const bool libraries = strstr(line, "shared libraries") || strstr(line, "version `"), looked = !*line;
  char *where = h->program ? bf_strdup(h->program) : bf_path_absolute("/proc/self/exe");
  char *why = looked ? bf_format_text("there is no %s%s", where ? where : "bettiflow", h->program ? "" : " and no bettiflow in its PATH") : bf_strdup(line);
  char *advice = libraries ? bf_strdup("install the run-time packages that the README lists")
                           : bf_format_text("install the same build there, or say where it is: bettiflow=PATH in %s:%zu", hosts->path, h->line);
  bf_machine_refuse(h, BF_MACHINE_NO_PROGRAM, why, advice);
  free(where);
}

/* The answer is the line that begins as ours do; a login script may print before it. */
static json_t *find_answer(const bf_text *said) {
  static const char head[] = "{\"bettiflow\":";
  for (char *line = said->at; line && *line;) {
    char *newline = strchr(line, '\n');
    const size_t n = newline ? (size_t)(newline - line) : strlen(line);
    if (!strncmp(line, head, sizeof head - 1)) return json_loadb(line, n, 0, NULL);
    line = newline ? newline + 1 : NULL;
  }
  return NULL;
}

static void take(asking *a, const bf_hosts *hosts, json_t *mine, const bf_hosts_question *q) {
  const int code = WIFEXITED(a->wait_status) ? WEXITSTATUS(a->wait_status) : -1;
  json_t *answer = code == 0 ? find_answer(&a->said) : NULL;
  char *line = last_line(&a->cried);
  if (answer)
    bf_machine_judge(hosts, a->host, answer, mine, q);
  else if (code == NO_PROGRAM || code == CANNOT_RUN)
    refuse_program(a->host, hosts, line);
  else if (code == BF_USAGE)
    bf_machine_refuse(a->host, BF_MACHINE_VERSION,
                      bf_format_text("its bettiflow is of another version: %s", *line ? line : "it does not know `bettiflow probe`"),
                      bf_format_text("install the same build there, or name another: bettiflow=PATH in %s:%zu", hosts->path, a->host->line));
  else if (code == SSH_FAILED || code < 0)
    bf_machine_refuse(a->host, BF_MACHINE_UNREACHABLE, bf_strdup(*line ? line : "ssh failed and does not say why"), ssh_advice(hosts, a->host, line));
  else if (code == 0)
    bf_machine_refuse(a->host, BF_MACHINE_VERSION, bf_strdup("`bettiflow probe` gave no answer that is understood here"),
                      bf_strdup("install the same build there, and see that its login scripts print nothing"));
  else
    bf_machine_refuse(a->host, BF_MACHINE_NO_PROGRAM, bf_format_text("`bettiflow probe` ended with %d: %s", code, *line ? line : "it says nothing"),
                      bf_strdup("log in there and try `bettiflow doctor`"));
  json_decref(answer);
  free(line);
}

/* ---- all of them ---- */

/* With the signals that stop us blocked. */
static bf_status wait_all(asking *all, size_t n, const bf_hosts *hosts, json_t *mine, const bf_hosts_question *q, double until) {
  sigset_t stops = bf_stop_signals();
  bf_status status = BF_OK;
  struct pollfd *fds = bf_alloc(3 * n + 1, sizeof *fds);
  int signals = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
  for (;;) {
    struct signalfd_siginfo info;
    size_t left = 0, k = 0;
    fds[k++] = (struct pollfd){.fd = signals, .events = POLLIN};
    for (size_t i = 0; i < n; i++) {
      if (all[i].pid && turn(&all[i])) take(&all[i], hosts, mine, q);
      if (!all[i].pid) continue;
      left++;
      fds[k++] = (struct pollfd){.fd = all[i].ended, .events = POLLIN};
      fds[k++] = (struct pollfd){.fd = all[i].out, .events = POLLIN};
      fds[k++] = (struct pollfd){.fd = all[i].err, .events = POLLIN};
    }
    const double patience = until - bf_now();
    if (!left || patience <= 0) break;
    poll(fds, (nfds_t)k, patience < 1 ? (int)(1e3 * patience) + 1 : 1000);
    if (signals >= 0 && read(signals, &info, sizeof info) == sizeof info) {
      status = bf_fail(BF_CANCELLED, "cancelled");
      break;
    }
  }
  if (signals >= 0) close(signals);
  free(fds);
  return status;
}

static bf_status ask_others(bf_hosts *hosts, const bf_hosts_question *q, const char *token, json_t *mine) {
  const double seconds = q->seconds > 0 ? q->seconds : patience_seconds, until = bf_now() + seconds;
  asking *all = bf_alloc(hosts->n, sizeof *all);
  size_t n = 0;
  for (size_t i = 0; i < hosts->n; i++) {
    if (hosts->at[i].here) continue;
    all[n] = (asking){.host = &hosts->at[i], .ended = -1, .out = -1, .err = -1};
    bf_machine_forget(&hosts->at[i]);
    start(&all[n++], q, token);
  }
  bf_status status = wait_all(all, n, hosts, mine, q, until);
  for (size_t i = 0; i < n; i++) {
    if (all[i].pid)
      bf_machine_refuse(all[i].host, BF_MACHINE_UNREACHABLE, bf_format_text("no answer within %g s", seconds),
                        bf_format_text("see whether `ssh %s true` works and its disks answer", all[i].host->address));
    end(&all[i]);
  }
  free(all);
  return status;
}

/* A file below the store's tmp/ with a random text: "tmp/…/token=<text>". */
static bf_status make_token(bf_store *store, char **token, char **folder) {
  uint64_t number[2];
  char text[33], *file = NULL;
  bf_status status = bf_store_tmp(store, folder);
  if (status != BF_OK) return status;
  if (getrandom(number, sizeof number, 0) != sizeof number) return bf_fail(BF_STORE, "no random numbers: %s", strerror(errno));
  snprintf(text, sizeof text, "%016" PRIx64 "%016" PRIx64, number[0], number[1]);
  file = bf_path_join(*folder, "token");
  BF_TRY(bf_file_replace(file, text, strlen(text)));
  *token = bf_format_text("%s=%s", file + strlen(bf_store_path(store)) + 1, text);
out:
  free(file);
  return status;
}

bf_status bf_hosts_ask(bf_hosts *hosts, const bf_hosts_question *q) {
  char *token = NULL, *folder = NULL;
  json_t *mine = NULL;
  bf_status status = BF_OK;
  sigset_t stops = bf_stop_signals(), before;
  sigprocmask(SIG_BLOCK, &stops, &before); /* so that the token goes in any case */
  if (q->store) BF_TRY(make_token(q->store, &token, &folder));
  mine = bf_probe_json(q->registry, q->store ? bf_store_path(q->store) : NULL, token, false);
  for (size_t i = 0; i < hosts->n; i++)
    if (hosts->at[i].here) bf_machine_judge(hosts, &hosts->at[i], mine, mine, q);
  status = ask_others(hosts, q, token, mine);
out:
  if (folder) bf_folder_remove(folder);
  sigprocmask(SIG_SETMASK, &before, NULL);
  json_decref(mine);
  free(folder);
  free(token);
  return status;
}
