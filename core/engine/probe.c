/* What a machine tells about itself: `bettiflow probe`. */
#include "base/file.h"
#include "engine/hosts.h"
#include "engine/plan.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { MAX_TOKEN = 256 };

static json_t *text_or_null(const char *s) { return s && bf_text_is_utf8(s) ? json_string(s) : json_null(); }

static uint32_t cores(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) ? 1 : (uint32_t)CPU_COUNT(&set);
}

/* Bytes that a line of /proc/meminfo tells; 0 when it does not. */
static uint64_t memory(const char *name) {
  char line[128];
  unsigned long long kibibytes = 0;
  const size_t n = strlen(name);
  FILE *f = fopen("/proc/meminfo", "re");
  while (f && fgets(line, sizeof line, f))
    if (!strncmp(line, name, n) && line[n] == ':') kibibytes = strtoull(line + n + 1, NULL, 10);
  if (f) fclose(f);
  return kibibytes * 1024;
}

/* Is there such a program in PATH? */
static bool has_program(const char *name) {
  bool found = false;
  char *path = bf_strdup(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin"), *rest = path, *folder;
  while (!found && (folder = strsep(&rest, ":"))) {
    char *file = bf_path_join(*folder ? folder : ".", name);
    found = !access(file, X_OK);
    free(file);
  }
  free(path);
  return found;
}

/* ---- the store ---- */

/* 0, or errno: writing is tried, not guessed from modes. */
static int write_error(const char *folder) {
  char *file = bf_format_text("%s/.bettiflow-probe-XXXXXX", folder);
  int fd = mkostemp(file, O_CLOEXEC), error = fd < 0 ? errno : 0;
  if (fd >= 0) {
    close(fd);
    unlink(file);
  }
  free(file);
  return error;
}

/* Where the token's file should be, below the store. NULL when there is no such file with the token's text. */
static char *see_token(const char *store, const char *token) {
  const char *sign = token ? strchr(token, '=') : NULL;
  char *text = NULL, *name, *path;
  size_t n;
  if (!sign || strncmp(token, "tmp/", 4) || strstr(token, "..")) return NULL;
  name = bf_strndup(token, (size_t)(sign - token));
  path = bf_path_join(store, name);
  if (bf_file_read(path, MAX_TOKEN, &text, &n) != BF_OK || strcmp(text, sign + 1)) {
    free(path);
    path = NULL;
  }
  free(text);
  free(name);
  return path;
}

/* The nearest folder upwards that is there. */
static char *existing(const char *path) {
  char *folder = bf_strdup(path);
  while (access(folder, F_OK) && strcmp(folder, "/") && strcmp(folder, ".")) {
    char *up = bf_path_parent(folder);
    free(folder);
    folder = up;
  }
  return folder;
}

/* Stores of runs whose folder this machine does not see. */
static char *own_stores(void) {
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  if (cache && *cache == '/') return bf_format_text("%s/bettiflow/hosts", cache);
  return bf_format_text("%s/.cache/bettiflow/hosts", home && *home == '/' ? home : "");
}

static json_t *store_json(const char *store, const char *token, bool own) {
  struct statvfs fs;
  char *seen = see_token(store, token), *place = seen || own ? bf_strdup(store) : own_stores();
  char *folder = seen ? bf_path_parent(seen) : existing(place);
  const int error = write_error(folder);
  const uint64_t room = statvfs(folder, &fs) ? 0 : (uint64_t)fs.f_bavail * fs.f_frsize;
  json_t *j = json_pack("{s:b, s:o, s:b, s:o, s:I}", "shared", seen != NULL, "path", text_or_null(place), "writable", !error, "why",
                        error ? json_string(strerror(error)) : json_null(), "free", (json_int_t)room);
  free(folder);
  free(place);
  free(seen);
  return j;
}

/* ---- all of it ---- */

static json_t *plugins_json(const bf_registry *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    const bf_entry *e = bf_registry_at(r, i);
    json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:o}", "id", e->id, "revision", (json_int_t)e->revision, "build", e->from->build_id, "file",
                                          text_or_null(e->from->path)));
  }
  return list;
}

static json_t *broken_json(const bf_registry *r) {
  const bf_broken *broken;
  json_t *list = json_array();
  const size_t n = bf_registry_broken(r, &broken);
  for (size_t i = 0; i < n; i++) json_array_append_new(list, json_pack("{s:o, s:o}", "file", text_or_null(broken[i].path), "why", text_or_null(broken[i].why)));
  return list;
}

json_t *bf_probe_json(const bf_registry *r, const char *store, const char *token, bool own) {
  char build[129] = "", *program = bf_path_absolute("/proc/self/exe");
  struct utsname machine;
  if (bf_build_id("/proc/self/exe", build) != BF_OK) build[0] = 0;
  if (uname(&machine)) machine.machine[0] = 0;
  json_t *j =
      json_pack("{s:s, s:s, s:i, s:i, s:o, s:s, s:I, s:I, s:I, s:b, s:b}", "bettiflow", BF_VERSION, "build", build, "key", BF_KEY_VERSION, "core",
                BF_CORE_REVISION, "program", text_or_null(program), "machine", machine.machine, "cores", (json_int_t)cores(), "memory",
                (json_int_t)memory("MemTotal"), "available", (json_int_t)memory("MemAvailable"), "perl", has_program("perl"), "rsync", has_program("rsync"));
  json_object_set_new(j, "store", store ? store_json(store, token, own) : json_null());
  json_object_set_new(j, "plugins", plugins_json(r));
  json_object_set_new(j, "broken", broken_json(r));
  free(program);
  return j;
}
