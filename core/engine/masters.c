/* Opening and closing the connections. */
#include "engine/masters.h"
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const int PATIENCE = 8000; /* milliseconds */

extern char **environ;

static void open_one(bf_masters *m, const bf_hosts *hosts, size_t host, uint32_t jobs) {
  const pid_t self = getpid();
  m->at = bf_grow(m->at, m->n, sizeof *m->at);
  bf_master *one = &m->at[m->n];
  *one = (bf_master){.host = host, .jobs = jobs, .socket = bf_format_text("%s/%zu", m->folder, m->n)};
  m->n++;
  bf_words words = bf_ssh_words(&hosts->at[host], one->socket);
  bf_words_add(&words, "-MN");
  bf_words_add(&words, "--");
  bf_words_add(&words, "%s", hosts->at[host].address);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  one->pid = null < 0 ? -1 : fork();
  if (!one->pid) bf_become(words.at, environ, (const int[]){null, null, null}, self);
  if (null >= 0) close(null);
  if (one->pid < 0) one->pid = 0;
  bf_words_free(&words);
}

static bool is_waiting(bf_master *one) {
  if (one->pid && waitpid(one->pid, NULL, WNOHANG) == one->pid) one->pid = 0;
  return one->pid && access(one->socket, F_OK);
}

/* ---- the folder: a lock in it tells that its process lives ---- */

static int lock_in(const char *folder, int flags) {
  char *path = bf_path_join(folder, "owner");
  int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
  free(path);
  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
    close(fd);
    fd = -1;
  }
  return fd;
}

/* What runs that were killed have left in /tmp. */
static void sweep(void) {
  glob_t all;
  if (glob("/tmp/bettiflow-run-??????", GLOB_NOSORT, NULL, &all)) return;
  for (size_t i = 0; i < all.gl_pathc; i++) {
    struct stat st;
    const int fd = !lstat(all.gl_pathv[i], &st) && S_ISDIR(st.st_mode) && st.st_uid == geteuid() ? lock_in(all.gl_pathv[i], 0) : -1;
    if (fd < 0) continue;
    bf_folder_remove(all.gl_pathv[i]);
    close(fd);
  }
  globfree(&all);
}

bf_status bf_masters_open(const bf_hosts *hosts, bf_masters *out) {
  char folder[] = "/tmp/bettiflow-run-XXXXXX";
  *out = (bf_masters){.owner = -1};
  sweep();
  if (!mkdtemp(folder)) return bf_fail(BF_STORE, "/tmp: no folder for connections can be made here: %s", strerror(errno));
  out->folder = bf_strdup(folder);
  if ((out->owner = lock_in(folder, O_CREAT)) < 0) return bf_fail(BF_STORE, "%s: this folder can't be locked: %s; try again", folder, strerror(errno));
  for (size_t h = 0; h < hosts->n; h++) {
    const bf_machine *host = &hosts->at[h];
    if (host->here || host->told.state != BF_MACHINE_USABLE) continue;
    for (uint32_t left = host->told.jobs; left;) {
      const uint32_t jobs = left < BF_MASTER_JOBS ? left : BF_MASTER_JOBS;
      open_one(out, hosts, h, jobs);
      left -= jobs;
    }
  }
  for (int waited = 0; waited < PATIENCE; waited += 20) {
    bool waiting = false;
    for (size_t i = 0; i < out->n; i++) waiting |= is_waiting(&out->at[i]);
    if (!waiting) break;
    poll(NULL, 0, 20);
  }
  return BF_OK;
}

void bf_masters_close(bf_masters *m) {
  for (size_t i = 0; i < m->n; i++)
    if (m->at[i].pid) kill(m->at[i].pid, SIGTERM);
  for (size_t i = 0; i < m->n; i++) {
    for (int waited = 0; m->at[i].pid && waited < 1000; waited += 10) {
      if (waitpid(m->at[i].pid, NULL, WNOHANG) == m->at[i].pid)
        m->at[i].pid = 0;
      else
        poll(NULL, 0, 10);
    }
    if (m->at[i].pid) {
      kill(m->at[i].pid, SIGKILL);
      waitpid(m->at[i].pid, NULL, 0);
    }
    free(m->at[i].socket);
  }
  if (m->folder) bf_folder_remove(m->folder);
  if (m->folder && m->owner >= 0) close(m->owner);
  free(m->at);
  free(m->folder);
  *m = (bf_masters){0};
}
