/* Objects: read-only files named by the SHA-256 of their content. */
#include "base/file.h"
#include "base/pack.h"
#include "base/text.h"
#include "store/internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *bf_store_sharded(const bf_store *s, const char *kind, const char *digest) { return bf_format_text("%s/%s/%.2s/%s", s->path, kind, digest, digest); }

char *bf_store_object(const bf_store *s, const char *digest) { return bf_store_sharded(s, "objects", digest); }

bool bf_store_has(const bf_store *s, const char *digest, uint64_t size) {
  struct stat st;
  if (!bf_digest_valid(digest)) return false;
  char *path = bf_store_object(s, digest);
  bool has = !lstat(path, &st) && S_ISREG(st.st_mode) && (size == UINT64_MAX || (uint64_t)st.st_size == size);
  free(path);
  return has;
}

bf_status bf_store_find(const bf_store *s, const char *beginning, bf_digest *out) {
  const size_t length = strlen(beginning);
  size_t n = 0, hits = 0;
  char **name = NULL;
  bf_status status = BF_OK;
  if (length >= 2 && strspn(beginning, "0123456789abcdef") == length) {
    char *folder = bf_format_text("%s/objects/%.2s", s->path, beginning);
    status = bf_folder_list(folder, &name, &n);
    free(folder);
  }
  for (size_t i = 0; i < n; i++) {
    if (strncmp(name[i], beginning, length) || !bf_digest_valid(name[i])) continue;
    memcpy(out->hex, name[i], sizeof out->hex);
    hits++;
  }
  bf_names_free(name, n);
  if (status == BF_OK && !hits) status = bf_fail(BF_BAD_INPUT, "no object '%s' in %s", beginning, s->path);
  if (hits > 1) status = bf_fail(BF_BAD_INPUT, "%zu objects begin with '%s'; give more of the digest", hits, beginning);
  return status;
}

/* The folder's own name is not synced: after a power failure a lost name is a miss, never a wrong hit (docs/store.md). */
bf_status bf_store_move_in(bf_store *s, const char *file, const char *kind, const char *digest) {
  bf_status status = BF_OK;
  char *path = bf_store_sharded(s, kind, digest);
  int failed = rename(file, path);
  if (failed && errno == ENOENT) {
    char *shard = bf_path_parent(path);
    status = bf_folder_make(shard);
    free(shard);
    if (status == BF_OK) failed = rename(file, path);
  }
  if (status == BF_OK && failed) status = bf_fail(BF_STORE, "%s: can't be put into the store: %s", path, strerror(errno));
  free(path);
  return status;
}

/* Sets the mode and brings the bytes to the disk, so that a name in objects/ always stands for whole content. */
static bf_status settle(const char *file) {
  bf_status status = BF_OK;
  struct stat st;
  int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return bf_fail(BF_STORE, "%s: %s", file, strerror(errno));
  if (fstat(fd, &st) || fchmod(fd, 0444) || (fdatasync(fd) && errno != EINVAL))
    status = bf_fail(BF_STORE, "%s: %s", file, strerror(errno));
  else if (!S_ISREG(st.st_mode))
    status = bf_fail(BF_STORE, "%s: not a regular file", file);
  close(fd);
  return status;
}

/* Looked at closely only when a task makes it once more, which is rare: so a damaged one is replaced. */
bool bf_store_object_whole(const bf_store *s, const bf_digest *digest) {
  bf_digest found;
  char *path = bf_store_object(s, digest->hex);
  bool whole = bf_digest_of_file(path, &found, NULL) == BF_OK && !strcmp(found.hex, digest->hex);
  free(path);
  return whole;
}

bf_status bf_store_publish(bf_store *s, const char *file, const bf_digest *digest) {
  struct stat st;
  bf_status status = bf_store_writable(s);
  if (status != BF_OK) return status;
  if (stat(file, &st)) return bf_fail(BF_STORE, "%s: %s", file, strerror(errno));
  if (bf_store_has(s, digest->hex, (uint64_t)st.st_size) && bf_store_object_whole(s, digest)) {
    unlink(file);
    return BF_OK;
  }
  status = settle(file);
  if (status == BF_OK) status = bf_store_move_in(s, file, "objects", digest->hex);
  if (status != BF_OK) unlink(file);
  return status;
}

/* The digest is that of the bytes that were copied: the file may change meanwhile. */
static bf_status copy_in(bf_store *s, const char *path, bf_digest *digest) {
  char *copy = NULL;
  bf_status status = bf_store_tmp_name(s, &copy);
  if (status == BF_OK) status = bf_file_copy(path, copy);
  if (status == BF_OK && bf_digest_of_file(copy, digest, NULL) != BF_OK) status = bf_fail(BF_STORE, "%s", bf_error());
  if (status == BF_OK) status = bf_store_publish(s, copy, digest);
  if (status != BF_OK && copy) unlink(copy);
  free(copy);
  return status;
}

/* A folder's files as one object. */
static bf_status pack_in(bf_store *s, const char *folder, bf_digest *digest) {
  char *packed = NULL;
  int fd = -1;
  bf_status status = bf_store_tmp_name(s, &packed);
  if (status != BF_OK) return status;
  fd = open(packed, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  status = fd < 0 ? bf_fail(BF_STORE, "%s: %s", packed, strerror(errno)) : bf_folder_pack(folder, fd);
  if (fd >= 0) close(fd);
  if (status == BF_OK && bf_digest_of_file(packed, digest, NULL) != BF_OK) status = bf_fail(BF_STORE, "%s", bf_error());
  if (status == BF_OK) status = bf_store_publish(s, packed, digest);
  if (status != BF_OK) unlink(packed);
  free(packed);
  return status;
}

bf_status bf_store_add_file(bf_store *s, const char *path, bf_digest *digest) {
  struct stat st;
  uint64_t size;
  if (stat(path, &st)) return bf_fail(BF_BAD_INPUT, "%s: %s", path, strerror(errno));
  if (S_ISDIR(st.st_mode)) return pack_in(s, path, digest);
  if (!S_ISREG(st.st_mode)) return bf_fail(BF_BAD_INPUT, "%s: not a regular file", path);
  bf_status status = bf_digest_of_file(path, digest, &size);
  /* Unlike artifacts, files of others need not carry checksums: what a stage will read is looked at here. */
  if (status != BF_OK || (bf_store_has(s, digest->hex, size) && bf_store_object_whole(s, digest))) return status;
  return copy_in(s, path, digest);
}

bf_status bf_store_extract(const bf_store *s, const bf_digest *digest, const char *path) {
  bf_digest found;
  char *object = bf_store_object(s, digest->hex);
  bf_status status = bf_digest_of_file(object, &found, NULL);
  if (status != BF_OK)
    status = bf_fail(BF_STORE, "%s: the object for %s is missing or can't be read (%s); run the pipeline again", object, path, bf_error());
  else if (strcmp(found.hex, digest->hex))
    status = bf_fail(BF_STORE, "%s: the object for %s is damaged (its content has digest %s); remove it and run the pipeline again", object, path, found.hex);
  else if ((status = bf_file_copy(object, path)) != BF_OK)
    status = bf_fail(BF_STORE, "%s", bf_error());
  free(object);
  return status;
}
