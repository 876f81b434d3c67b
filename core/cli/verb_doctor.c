/* bettiflow doctor: is all there that a run needs? One line for each check: ok, warn or FAIL. With --hosts: the same of other machines (doctor_hosts.c). */
#include "base/file.h"
#include "cli/cli.h"
#include "cli/doctor_hosts.h"
#include "engine/gnu.h"
#include "plugin/cache.h"
#include "plugin/loader.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef enum verdict { FINE, WARN, FAIL } verdict;

static void say(verdict v, const char *what, const char *format, ...) BF_PRINTF(3, 4);
static void say(verdict v, const char *what, const char *format, ...) {
  static const char *const words[] = {"ok", "warn", "FAIL"}, *const colors[] = {"\033[32m", "\033[33m", "\033[31m"};
  bool color = bf_globals.color && isatty(STDOUT_FILENO);
  va_list args;
  printf("%s%-4s%s  %-9s  ", color ? colors[v] : "", words[v], color ? "\033[0m" : "", what);
  va_start(args, format);
  vprintf(format, args);
  va_end(args);
  putchar('\n');
}

/* A program that bettiflow starts; false when it can't. */
static bool check_helper(const char *folder, const char *name, const char *what, const char *without) {
  char *path = bf_format_text("%s/../libexec/bettiflow/%s", folder, name);
  const bool there = !access(path, X_OK);
  if (there)
    say(FINE, what, "%s", path);
  else
    say(FAIL, what, "%s: %s; %s", path, strerror(errno), without);
  free(path);
  return there;
}

static bf_status check_program(void) {
  char id[129];
  char *folder = bf_program_folder();
  if (bf_build_id("/proc/self/exe", id) != BF_OK) id[0] = 0;
  say(FINE, "program", "%s in %s, build %.16s", argp_program_version, folder, id);
  const bool tasks = check_helper(folder, "bettiflow-task", "tasks", "no stage can run");
  const bool folders = check_helper(folder, "bettiflow-pack", "folders", "no folder can be a parameter's file");
  free(folder);
  return tasks && folders ? BF_OK : BF_PLUGIN;
}

static bf_status check_twice(const bf_registry *r) {
  bf_status status = BF_OK;
  const bf_entry *e, *found;
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    e = bf_registry_at(r, i);
    bool again = i && bf_registry_at(r, i - 1)->kind == e->kind && !strcmp(bf_registry_at(r, i - 1)->id, e->id);
    if (again || bf_registry_find(r, e->kind, e->id, &found) == BF_OK) continue;
    say(FAIL, "plugins", "%s", bf_error());
    status = BF_PLUGIN;
  }
  return status;
}

static bf_status check_plugins(const char *plugin_path) {
  bf_registry *r;
  const bf_broken *broken;
  size_t count[3] = {0};
  char *folder = bf_builtin_plugins();
  bf_status status = bf_registry_open(plugin_path, &r);
  if (status != BF_OK) {
    say(FAIL, "plugins", "%s", bf_error());
    free(folder);
    return status;
  }
  for (size_t i = 0; i < bf_registry_size(r); i++) count[bf_registry_at(r, i)->kind]++;
  if (access(folder, R_OK | X_OK)) {
    say(FAIL, "plugins", "%s: %s", folder, strerror(errno));
    status = BF_PLUGIN;
  } else {
    say(FINE, "plugins", "%s: %zu stages, %zu activations, %zu formats with those of the plugin path", folder, count[0], count[1], count[2]);
  }
  size_t n = bf_registry_broken(r, &broken);
  for (size_t i = 0; i < n; i++) say(WARN, "plugins", "%s: %s", broken[i].path, broken[i].why);
  if (check_twice(r) != BF_OK) status = BF_PLUGIN;
  bf_registry_free(r);
  free(folder);
  return status;
}

/* Writing is tried, not guessed from modes. */
static bool can_write(const char *folder) {
  char *probe = bf_format_text("%s/.bettiflow-doctor-XXXXXX", folder);
  int fd = mkostemp(probe, O_CLOEXEC);
  if (fd >= 0) {
    close(fd);
    unlink(probe);
  }
  free(probe);
  return fd >= 0;
}

static bf_status check_store(const char *path) {
  bf_store *s;
  bf_status status = BF_OK;
  const char *wanted = path ? path : getenv("BETTIFLOW_STORE");
  if (bf_store_open(path, BF_STORE_READ, &s) == BF_OK) {
    bool writable = can_write(bf_store_path(s));
    if (!writable) status = BF_STORE;
    say(writable ? FINE : FAIL, "store", "%s%s%s", bf_store_path(s), writable ? "" : " can't be written: ", writable ? "" : strerror(errno));
    bf_store_close(s);
    return status;
  }
  char *why = bf_strdup(bf_error()), *parent = wanted && *wanted ? bf_path_parent(wanted) : bf_strdup(".");
  bool there = wanted && *wanted && !access(wanted, F_OK), writable = can_write(parent);
  if (there)
    say(FAIL, "store", "%s", why);
  else if (writable)
    say(FINE, "store", "none yet; a run makes %s", wanted && *wanted ? wanted : "./.bettiflow");
  else
    say(FAIL, "store", "none yet, and %s can't be written: %s; say --store DIR", parent, strerror(errno));
  free(parent);
  free(why);
  return there || !writable ? BF_STORE : BF_OK;
}

static void check_cache(void) {
  char *path = bf_cache_path(), *folder = path ? bf_path_parent(path) : NULL;
  if (!path)
    say(WARN, "cache", "neither XDG_CACHE_HOME nor HOME is set, so each command scans the plugins anew");
  else if (bf_folder_make(folder) != BF_OK || !can_write(folder))
    say(WARN, "cache", "%s can't be written, so each command scans the plugins anew", folder);
  else
    say(FINE, "cache", "%s; remove it to have all plugins looked at again", path);
  free(folder);
  free(path);
}

static void check_machine(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN), pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  double gib = (double)pages * (double)page / (1 << 30);
  say(gib < 1 ? WARN : FINE, "machine", "%ld core%s, %.1f GiB of memory", cores, cores == 1 ? "" : "s", gib);
}

static char *on_path(const char *program) {
  const char *path = getenv("PATH");
  char *found = NULL;
  for (const char *at = path ? path : ""; *at && !found; at += strcspn(at, ":"), at += *at == ':') {
    found = bf_format_text("%.*s/%s", (int)strcspn(at, ":"), at, program);
    if (access(found, X_OK)) free(found), found = NULL;
  }
  return found;
}

/* Programs of others, which only runs on several machines need. */
static void check_others(void) {
  static const char *const name[] = {"ssh", "rsync"}, *const without[] = {"no other machines (Debian: apt install openssh-client)",
                                                                          "no machines without the shared folder (Debian: apt install rsync)"};
  char *path = on_path("parallel");
  const bool parallel = bf_gnu_find() == BF_OK;
  say(parallel ? FINE : WARN, "parallel", "%s", parallel ? path : bf_error());
  free(path);
  for (int i = 0; i < 2; i++) {
    path = on_path(name[i]);
    say(path ? FINE : WARN, name[i], "%s%s", path ? path : "not here: ", path ? "" : without[i]);
    free(path);
  }
}

typedef struct doctor_arguments {
  const char *hosts;
  bool json;
} doctor_arguments;

static error_t parse(int key, char *argument, struct argp_state *state) {
  doctor_arguments *a = state->input;
  switch (key) {
  case 'H':
    a->hosts = argument;
    return 0;
  case 'J':
    a->json = true;
    return 0;
  case ARGP_KEY_ARG:
    argp_error(state, "what is '%s'? doctor takes options only", argument);
    return 0;
  case ARGP_KEY_END:
    if (a->json && !a->hosts) argp_error(state, "--json goes with --hosts FILE");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option options[] = {{"hosts", 'H', "FILE", 0, "Check the machines that FILE lists, one a line: [user@]host[:port] [jobs=N]", 0},
                                             {"json", 'J', NULL, 0, "With --hosts: as JSON", 0},
                                             {0}};

static int run(const bf_global *g, int argc, char **argv) {
  doctor_arguments a = {0};
  const struct argp argp = {options, parse, NULL, "Checks that all is there that a run needs, here or on other machines.", BF_GLOBAL_CHILDREN, NULL, NULL};
  bf_status status = bf_parse(&argp, argc, argv, &a);
  if (status != BF_OK) return bf_exit(status);
  if (a.hosts) return bf_doctor_hosts(g, a.hosts, a.json);
  bf_status program = check_program(), plugins = check_plugins(g->plugin_path), store = check_store(g->store);
  check_cache();
  check_machine();
  check_others();
  return bf_exit(store != BF_OK ? store : plugins != BF_OK ? plugins : program);
}

const bf_verb bf_verb_doctor = {"doctor", "Check that all is there that a run needs", run};
