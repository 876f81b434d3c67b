/* The scan's cache. An entry holds for a file with the same path, device, inode, size and times, and for the program that wrote it. */
#include "plugin/cache.h"
#include "base/file.h"
#include "base/text.h"
#include "plugin/registry.h"
#include <stdlib.h>
#include <string.h>

enum { CACHE_VERSION = 1, MAX_CACHE = 64 << 20, MAX_FILES = 2000 };

char *bf_cache_path(void) {
  const char *folder = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  if (folder && *folder == '/') return bf_format_text("%s/bettiflow/plugins.json", folder);
  return home && *home == '/' ? bf_format_text("%s/.cache/bettiflow/plugins.json", home) : NULL;
}

static const char *program_id(void) {
  static char id[129];
  if (!id[0] && bf_build_id("/proc/self/exe", id) != BF_OK) memcpy(id, "unknown", sizeof "unknown");
  return id;
}

json_t *bf_cache_read(void) {
  char *path = bf_cache_path(), *text = NULL;
  size_t n;
  json_t *cache = NULL, *files = NULL;
  if (path && bf_file_read(path, MAX_CACHE, &text, &n) == BF_OK) cache = json_loadb(text, n, 0, NULL);
  const char *program = json_string_value(json_object_get(cache, "program"));
  if (program && !strcmp(program, program_id()) && json_integer_value(json_object_get(cache, "version")) == CACHE_VERSION)
    files = json_object_get(cache, "files");
  files = json_is_object(files) ? json_incref(files) : json_object();
  json_decref(cache);
  free(text);
  free(path);
  return files;
}

/* Device, inode, size and the times in nanoseconds, as one text. */
static char *identity(const struct stat *st) {
  return bf_format_text("%llu:%llu:%lld:%lld.%09ld:%lld.%09ld", (unsigned long long)st->st_dev, (unsigned long long)st->st_ino, (long long)st->st_size,
                        (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec, (long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
}

const json_t *bf_cache_find(const json_t *cache, const char *path, const struct stat *st) {
  const json_t *entry = json_object_get(cache, path);
  const char *stored = json_string_value(json_object_get(entry, "identity"));
  char *wanted = identity(st);
  bool same = stored && !strcmp(stored, wanted);
  free(wanted);
  return same ? entry : NULL;
}

void bf_cache_set(json_t *cache, const char *path, const struct stat *st, const char *build_id, json_t *description) {
  char *id = identity(st);
  json_object_set_new(cache, path, json_pack("{s:s, s:s, s:o}", "identity", id, "build_id", build_id, "plugin", description));
  free(id);
}

void bf_cache_write(json_t *cache) {
  const char *name;
  json_t *entry;
  void *next;
  json_object_foreach_safe(cache, next, name, entry) {
    struct stat st;
    if (stat(name, &st)) json_object_del(cache, name);
  }
  if (json_object_size(cache) > MAX_FILES) return;
  char *path = bf_cache_path(), *folder = path ? bf_path_parent(path) : NULL;
  json_t *whole = json_pack("{s:i, s:s, s:O}", "version", CACHE_VERSION, "program", program_id(), "files", cache);
  char *text = whole ? json_dumps(whole, JSON_COMPACT) : NULL;
  if (text && folder && bf_folder_make(folder) == BF_OK) (void)bf_file_replace(path, text, strlen(text));
  json_decref(whole);
  free(text);
  free(folder);
  free(path);
}
