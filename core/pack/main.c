/* bettiflow-pack FOLDER: the folder's files as one archive on standard output (base/pack.h says what is taken). A program of its own, because loading
 * libarchive takes longer than a task's start. The exit code is a bf_status; the message goes to stderr. */
#include "base/pack.h"
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t most_bytes = 64ull << 30;

typedef struct packing {
  const char *folder;
  int at; /* the folder, open */
  struct archive *archive;
  size_t n;
  char *name[BF_PACK_FILES];
  uint64_t total;
} packing;

static bf_status list_files(packing *p) {
  DIR *list = fdopendir(dup(p->at));
  bf_status status = BF_OK;
  if (!list) return bf_fail(BF_BAD_INPUT, "%s: %s", p->folder, strerror(errno));
  for (const struct dirent *e; status == BF_OK && (errno = 0, e = readdir(list));) {
    if (e->d_name[0] == '.') continue;
    if (p->n == BF_PACK_FILES)
      status = bf_fail(BF_BAD_INPUT, "%s: more than %d files", p->folder, BF_PACK_FILES);
    else if (!(p->name[p->n++] = strdup(e->d_name)))
      status = bf_fail(BF_NO_MEMORY, "%s: out of memory", p->folder);
  }
  if (status == BF_OK && errno) status = bf_fail(BF_BAD_INPUT, "%s: %s", p->folder, strerror(errno));
  if (status == BF_OK && !p->n) status = bf_fail(BF_BAD_INPUT, "%s: a folder without files", p->folder);
  closedir(list);
  return status;
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static const char *kind_of(mode_t mode) {
  return S_ISDIR(mode) ? "a folder" : S_ISLNK(mode) ? "a link" : S_ISFIFO(mode) ? "a pipe" : S_ISSOCK(mode) ? "a socket" : "a device";
}

static bf_status copy_bytes(const packing *p, const char *name, int fd, uint64_t size) {
  static char block[1 << 18];
  uint64_t done = 0;
  ssize_t n;
  while ((n = read(fd, block, sizeof block)) > 0 && done + (uint64_t)n <= size) {
    if (archive_write_data(p->archive, block, (size_t)n) != n) return bf_fail(BF_STORE, "%s: can't be packed: %s", p->folder, archive_error_string(p->archive));
    done += (uint64_t)n;
  }
  if (n < 0) return bf_fail(BF_BAD_INPUT, "%s/%s: %s", p->folder, name, strerror(errno));
  if (n || done != size) return bf_fail(BF_BAD_INPUT, "%s/%s: it changed while it was read", p->folder, name);
  return BF_OK;
}

static bf_status pack_file(packing *p, const char *name) {
  bf_status status = BF_OK;
  struct stat st;
  struct archive_entry *entry = NULL;
  int fd = -1;
  if (fstatat(p->at, name, &st, AT_SYMLINK_NOFOLLOW)) return bf_fail(BF_BAD_INPUT, "%s/%s: %s", p->folder, name, strerror(errno));
  if (!S_ISREG(st.st_mode))
    return bf_fail(BF_BAD_INPUT, "%s/%s: %s; a folder that is read as one file holds plain files only", p->folder, name, kind_of(st.st_mode));
  fd = openat(p->at, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
    status = bf_fail(BF_BAD_INPUT, "%s/%s: %s", p->folder, name, errno ? strerror(errno) : "not a regular file");
    goto out;
  }
  p->total += (uint64_t)st.st_size;
  if (p->total > most_bytes) {
    status = bf_fail(BF_BAD_INPUT, "%s: more than %" PRIu64 " GiB", p->folder, most_bytes >> 30);
    goto out;
  }
  if (!(entry = archive_entry_new())) {
    status = bf_fail(BF_NO_MEMORY, "%s: out of memory", p->folder);
    goto out;
  }
  archive_entry_copy_pathname(entry, name);
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0444);
  archive_entry_set_size(entry, st.st_size);
  if (archive_write_header(p->archive, entry) != ARCHIVE_OK) {
    status = bf_fail(BF_STORE, "%s/%s: can't be packed: %s", p->folder, name, archive_error_string(p->archive));
    goto out;
  }
  status = copy_bytes(p, name, fd, (uint64_t)st.st_size);
out:
  archive_entry_free(entry);
  if (fd >= 0) close(fd);
  return status;
}

static bf_status pack(packing *p) {
  bf_status status = BF_OK;
  p->at = open(p->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (p->at < 0) return bf_fail(BF_BAD_INPUT, "%s: %s", p->folder, strerror(errno));
  BF_TRY(list_files(p));
  qsort(p->name, p->n, sizeof *p->name, by_text);
  p->archive = archive_write_new();
  if (!p->archive || archive_write_set_format_zip(p->archive) != ARCHIVE_OK || archive_write_set_options(p->archive, "zip:compression=store") != ARCHIVE_OK ||
      archive_write_set_bytes_in_last_block(p->archive, 1) != ARCHIVE_OK || archive_write_open_fd(p->archive, STDOUT_FILENO) != ARCHIVE_OK) {
    status = bf_fail(BF_STORE, "%s: can't be packed: %s", p->folder, p->archive ? archive_error_string(p->archive) : "out of memory");
    goto out;
  }
  for (size_t i = 0; i < p->n; i++) BF_TRY(pack_file(p, p->name[i]));
  if (archive_write_close(p->archive) != ARCHIVE_OK) status = bf_fail(BF_STORE, "%s: can't be packed: %s", p->folder, archive_error_string(p->archive));
out:
  archive_write_free(p->archive);
  for (size_t i = 0; i < p->n; i++) free(p->name[i]);
  close(p->at);
  return status;
}

int main(int argc, char **argv) {
  static packing p;
  setenv("TZ", "UTC", 1);         /* zip files have local times; there are none here, and it should stay so */
  setlocale(LC_CTYPE, "C.UTF-8"); /* names are UTF-8 whatever the user's locale */
  if (argc != 2) return BF_USAGE;
  p.folder = argv[1];
  const bf_status status = pack(&p);
  if (status != BF_OK) fputs(bf_error(), stderr);
  return (int)status;
}
