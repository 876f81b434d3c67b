/* Files and folders. */
#include "base/file.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

bf_status bf_file_read(const char *path, size_t max, char **data, size_t *n) {
  bf_status status = BF_OK;
  struct stat st;
  size_t got = 0;
  char *text = NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &st)) {
    status = bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
    goto out;
  }
  if (!S_ISREG(st.st_mode)) {
    status = bf_fail(BF_BAD_INPUT, "%s: not a regular file", path);
    goto out;
  }
  if ((uint64_t)st.st_size > max) {
    status = bf_fail(BF_BAD_INPUT, "%s: %lld bytes, more than the %zu that are read", path, (long long)st.st_size, max);
    goto out;
  }
  text = bf_alloc((size_t)st.st_size + 1, 1);
  while (got < (size_t)st.st_size) {
    ssize_t k = read(fd, text + got, (size_t)st.st_size - got);
    if (k < 0 && errno == EINTR) continue;
    if (k < 0) {
      status = bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
      goto out;
    }
    if (!k) break;
    got += (size_t)k;
  }
  text[got] = 0;
  *data = text;
  *n = got;
  text = NULL;
out:
  free(text);
  if (fd >= 0) close(fd);
  return status;
}

static bf_status write_all(int fd, const char *path, const char *data, size_t n) {
  while (n) {
    ssize_t k = write(fd, data, n);
    if (k < 0 && errno == EINTR) continue;
    if (k < 0) return bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
    data += k;
    n -= (size_t)k;
  }
  return BF_OK;
}

typedef struct writing {    /* of a file that is replaced as a whole, or of what is no regular file */
  const char *path;         /* as given, for messages */
  char *target, *temporary; /* where it goes, and the name that it has or gets before; NULL when it is written in place */
  int fd;
} writing;

/* A file without a name in the folder of the target, so that nothing stays of it if we are killed; where the file system has no such files, one
 * with a name. */
static int open_beside(writing *w) {
  char *folder = bf_path_parent(w->target);
  w->temporary = bf_format_text("%s/.bettiflow-XXXXXX", folder);
  int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  free(folder);
  if (fd < 0 && (fd = mkostemp(w->temporary, O_CLOEXEC)) >= 0) {
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
  }
  return fd;
}

/* A device or a pipe is written to: renaming would put a file in its place. Links are followed. */
static bf_status begin_writing(const char *path, writing *w) {
  struct stat st;
  bool there = !stat(path, &st);
  *w = (writing){.path = path, .fd = -1};
  if (there && S_ISDIR(st.st_mode)) return bf_fail(BF_STORE, "%s: a folder; name a file", path);
  if (there && !S_ISREG(st.st_mode)) {
    w->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  } else {
    w->target = there ? realpath(path, NULL) : NULL;
    if (!w->target) w->target = bf_strdup(path);
    w->fd = open_beside(w);
  }
  if (w->fd >= 0) return BF_OK;
  bf_fail(BF_STORE, "%s: can't write here: %s", path, strerror(errno));
  free(w->temporary);
  free(w->target);
  return BF_STORE;
}

/* Gives a file without a name its temporary one, which nobody else has: process numbers are not enough where several machines share the folder. */
static bool name_it(const writing *w) {
  char self[40];
  struct stat st;
  uint32_t number;
  if (!w->temporary || (!fstat(w->fd, &st) && st.st_nlink)) return true;
  snprintf(self, sizeof self, "/proc/self/fd/%d", w->fd);
  for (int tries = 0; tries < 100; tries++) {
    if (getrandom(&number, sizeof number, 0) != sizeof number) return false;
    snprintf(w->temporary + strlen(w->temporary) - 6, 7, "%06" PRIx32, number & 0xffffff);
    if (!linkat(AT_FDCWD, self, AT_FDCWD, w->temporary, AT_SYMLINK_FOLLOW)) return true;
    if (errno != EEXIST) return false;
  }
  return false;
}

static bf_status end_writing(writing *w, bf_status status) {
  if (status == BF_OK && ((fsync(w->fd) && errno != EINVAL && errno != EROFS) || !name_it(w))) status = bf_fail(BF_STORE, "%s: %s", w->path, strerror(errno));
  if (close(w->fd) && status == BF_OK) status = bf_fail(BF_STORE, "%s: %s", w->path, strerror(errno));
  if (status == BF_OK && w->temporary && rename(w->temporary, w->target)) status = bf_fail(BF_STORE, "%s: %s", w->path, strerror(errno));
  if (status != BF_OK && w->temporary) unlink(w->temporary);
  free(w->temporary);
  free(w->target);
  return status;
}

bf_status bf_file_replace(const char *path, const void *data, size_t n) {
  writing w;
  bf_status status = begin_writing(path, &w);
  return status == BF_OK ? end_writing(&w, write_all(w.fd, path, data, n)) : status;
}

bf_status bf_file_make(const char *path, bf_status (*write)(void *context, int fd), void *context) {
  writing w;
  bf_status status = begin_writing(path, &w);
  return status == BF_OK ? end_writing(&w, write(context, w.fd)) : status;
}

bf_status bf_file_copy(const char *from, const char *to) {
  static _Thread_local char block[1 << 16];
  writing w;
  int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) return bf_fail(BF_BAD_INPUT, "%s: %s", from, strerror(errno));
  bf_status status = begin_writing(to, &w);
  if (status == BF_OK) {
    ssize_t n = 0;
    while (status == BF_OK && (n = read(in, block, sizeof block)) > 0) status = write_all(w.fd, to, block, (size_t)n);
    if (n < 0) status = bf_fail(BF_BAD_INPUT, "%s: %s", from, strerror(errno));
    status = end_writing(&w, status);
  }
  close(in);
  return status;
}

bool bf_file_same(const char *a, const char *b) {
  struct stat sa, sb;
  return !stat(a, &sa) && !stat(b, &sb) && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

bf_status bf_file_check(const char *path) {
  bf_status status = BF_OK;
  struct stat st;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
  if (fstat(fd, &st) || !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))) status = bf_fail(BF_BAD_INPUT, "%s: not a regular file", path);
  close(fd);
  return status;
}

bf_status bf_file_sync(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
  bf_status status = fsync(fd) && errno != EINVAL ? bf_fail(BF_STORE, "%s: %s", path, strerror(errno)) : BF_OK;
  close(fd);
  return status;
}

static bool is_folder(const char *path) {
  struct stat st;
  return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bf_status bf_folder_make(const char *path) {
  bf_status status = BF_OK;
  char *copy = bf_strdup(path);
  for (char *end = copy; status == BF_OK && *end;) {
    end += strspn(end, "/");
    end += strcspn(end, "/");
    char kept = *end;
    *end = 0;
    int error = mkdir(copy, 0777) ? errno : 0;
    if (error && !is_folder(copy)) status = bf_fail(BF_STORE, "%s: %s", copy, error == EEXIST ? "not a folder" : strerror(error));
    *end = kept;
  }
  free(copy);
  return status;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
  (void)st, (void)kind, (void)at;
  return remove(path);
}

bf_status bf_folder_remove(const char *path) {
  if (!nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) || errno == ENOENT) return BF_OK;
  return bf_fail(BF_STORE, "%s: can't remove it: %s", path, strerror(errno));
}

char *bf_path_join(const char *folder, const char *name) {
  if (name[0] == '/' || !folder || !folder[0]) return bf_strdup(name);
  size_t n = strlen(folder);
  return bf_format_text("%s%s%s", folder, folder[n - 1] == '/' ? "" : "/", name);
}

char *bf_path_parent(const char *path) {
  char *copy = bf_strdup(path), *parent = bf_strdup(dirname(copy));
  free(copy);
  return parent;
}

char *bf_path_absolute(const char *path) { return realpath(path, NULL); }

const char *bf_path_base(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

char *bf_program_folder(void) {
  char *program = realpath("/proc/self/exe", NULL);
  char *folder = bf_path_parent(program ? program : "/usr/bin/bettiflow");
  free(program);
  return folder;
}
