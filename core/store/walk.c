/* Going through the store's folders in a fixed order. */
#include "base/file.h"
#include "base/text.h"
#include "store/internal.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

void bf_names_free(char **name, size_t n) {
  for (size_t i = 0; name && i < n; i++) free(name[i]);
  free(name);
}

bf_status bf_folder_list(const char *path, char ***name, size_t *n) {
  *name = NULL;
  *n = 0;
  DIR *folder = opendir(path);
  if (!folder) return errno == ENOENT ? BF_OK : bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
  struct dirent *e;
  while (errno = 0, (e = readdir(folder))) {
    if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
    *name = bf_grow(*name, *n, sizeof **name);
    (*name)[(*n)++] = bf_strdup(e->d_name);
  }
  bf_status status = errno ? bf_fail(BF_STORE, "%s: %s", path, strerror(errno)) : BF_OK;
  closedir(folder);
  if (status != BF_OK) {
    bf_names_free(*name, *n);
    *name = NULL;
    *n = 0;
  } else if (*n) {
    qsort(*name, *n, sizeof **name, by_name);
  }
  return status;
}

static bf_status walk_shard(const char *shard, bf_status (*each)(void *, const char *, const char *), void *context) {
  char **name;
  size_t n;
  bf_status status = bf_folder_list(shard, &name, &n);
  for (size_t i = 0; status == BF_OK && i < n; i++) {
    char *path = bf_path_join(shard, name[i]);
    status = each(context, name[i], path);
    free(path);
  }
  bf_names_free(name, n);
  return status;
}

bf_status bf_store_walk(const bf_store *s, const char *kind, bf_status (*each)(void *context, const char *name, const char *path), void *context) {
  char **name, *root = bf_store_file(s, kind);
  size_t n;
  bf_status status = bf_folder_list(root, &name, &n);
  for (size_t i = 0; status == BF_OK && i < n; i++) {
    struct stat st;
    char *shard = bf_path_join(root, name[i]);
    if (!lstat(shard, &st) && S_ISDIR(st.st_mode))
      status = walk_shard(shard, each, context);
    else
      status = each(context, name[i], shard); /* a stray file: for the caller to judge */
    free(shard);
  }
  bf_names_free(name, n);
  free(root);
  return status;
}

uint64_t bf_folder_bytes(const char *path) {
  struct stat st;
  char **name;
  size_t n;
  uint64_t bytes = 0;
  if (lstat(path, &st)) return 0;
  if (!S_ISDIR(st.st_mode)) return S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
  if (bf_folder_list(path, &name, &n) != BF_OK) return 0;
  for (size_t i = 0; i < n; i++) {
    char *inner = bf_path_join(path, name[i]);
    bytes += bf_folder_bytes(inner);
    free(inner);
  }
  bf_names_free(name, n);
  return bytes;
}
