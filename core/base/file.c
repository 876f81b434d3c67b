/* Files and folders. */
#include "base/file.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* A file without a name in the folder of `path`, so that nothing stays of it if we are killed; where the file system has no such files, one
 * beside `path`. *temporary is the name that it has or gets. -1 with the error recorded. */
static int open_beside(const char *path, char **temporary) {
  char *folder = bf_path_parent(path);
  int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  *temporary = bf_format_text("%s/.%s.bettiflow%s", folder, bf_path_base(path), fd < 0 ? "-XXXXXX" : "");
  free(folder);
  if (fd < 0 && (fd = mkostemp(*temporary, O_CLOEXEC)) >= 0) {
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
  }
  if (fd >= 0) return fd;
  bf_fail(BF_STORE, "%s: can't write here: %s", path, strerror(errno));
  free(*temporary);
  return -1;
}

/* Gives a file without a name its temporary one. */
static bool name_it(int fd, const char *temporary) {
  char self[40];
  struct stat st;
  if (!fstat(fd, &st) && st.st_nlink) return true;
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  if (!linkat(AT_FDCWD, self, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW)) return true;
  return errno == EEXIST && !unlink(temporary) && !linkat(AT_FDCWD, self, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW);
}

static bf_status finish(int fd, const char *temporary, const char *path, bf_status status) {
  if (status == BF_OK && ((fsync(fd) && errno != EINVAL) || !name_it(fd, temporary))) status = bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
  if (close(fd) && status == BF_OK) status = bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
  if (status == BF_OK && rename(temporary, path)) status = bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
  if (status != BF_OK) unlink(temporary);
  return status;
}

bf_status bf_file_replace(const char *path, const void *data, size_t n) {
  char *temporary;
  int fd = open_beside(path, &temporary);
  if (fd < 0) return BF_STORE;
  bf_status status = finish(fd, temporary, path, write_all(fd, path, data, n));
  free(temporary);
  return status;
}

bf_status bf_file_copy(const char *from, const char *to) {
  static _Thread_local char block[1 << 16];
  bf_status status = BF_OK;
  ssize_t n = 0;
  char *temporary;
  int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) return bf_fail(BF_BAD_INPUT, "%s: %s", from, strerror(errno));
  int fd = open_beside(to, &temporary);
  if (fd < 0) {
    close(in);
    return BF_STORE;
  }
  while (status == BF_OK && (n = read(in, block, sizeof block)) > 0) status = write_all(fd, to, block, (size_t)n);
  if (n < 0) status = bf_fail(BF_BAD_INPUT, "%s: %s", from, strerror(errno));
  status = finish(fd, temporary, to, status);
  free(temporary);
  close(in);
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
    if (mkdir(copy, 0777) && !is_folder(copy))
      status = bf_fail(BF_STORE, "%s: %s%s", copy, errno == EEXIST ? "not a folder" : "can't make the folder: ", errno == EEXIST ? "" : strerror(errno));
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
