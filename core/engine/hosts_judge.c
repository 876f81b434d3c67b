/* Whether a machine's answer makes it usable: the same version, the same builds of what is needed, a store, the tools. */
#include "engine/hosts.h"
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 3 }; /* ids that a message names */

void bf_machine_refuse(bf_machine *host, bf_machine_state state, char *why, char *advice) {
  free(host->told.why);
  free(host->told.advice);
  host->told.state = state;
  host->told.why = why;
  host->told.advice = advice;
}

static const char *text_of(const json_t *j, const char *name) {
  const char *s = json_string_value(json_object_get(j, name));
  return s ? s : "";
}

static uint64_t number_of(const json_t *j, const char *name) {
  const json_int_t n = json_integer_value(json_object_get(j, name));
  return n > 0 ? (uint64_t)n : 0;
}

static bool is_true(const json_t *j, const char *name) { return json_is_true(json_object_get(j, name)); }

static void read_facts(bf_machine *h, const json_t *answer) {
  bf_machine_answer *a = &h->told;
  const json_t *store = json_object_get(answer, "store");
  const uint64_t cores = number_of(answer, "cores");
  bf_machine_forget(h);
  a->version = bf_strdup(text_of(answer, "bettiflow"));
  a->build = bf_strdup(text_of(answer, "build"));
  a->program = bf_strdup(text_of(answer, "program"));
  a->cores = cores > 0 && cores < 65536 ? (uint32_t)cores : 1;
  a->memory = number_of(answer, "memory");
  a->available = number_of(answer, "available");
  a->perl = is_true(answer, "perl");
  a->rsync = is_true(answer, "rsync");
  a->jobs = h->jobs ? h->jobs : a->cores;
  if (!(a->asked = json_is_object(store))) return;
  a->shared = is_true(store, "shared");
  a->writable = is_true(store, "writable");
  a->store = bf_strdup(text_of(store, "path"));
  a->free = number_of(store, "free");
}

/* ---- plugins ---- */

typedef struct odd { /* what differs */
  size_t missing, other;
  bf_text names; /* the first few */
} odd;

static void name_it(odd *o, const bf_entry *e, const json_t *theirs) {
  const char *build = text_of(theirs, "build");
  const size_t n = o->missing + o->other;
  if (theirs)
    o->other++;
  else
    o->missing++;
  if (n >= SHOWN) return;
  bf_text_addf(&o->names, "%s%s ", n ? "; " : "", e->id);
  if (theirs)
    bf_text_addf(&o->names, "is another build (%.12s, here %.12s: %s)", build, e->from->build_id, text_of(theirs, "file"));
  else
    bf_text_add(&o->names, "is not there");
}

/* An id that two builds offer there is as bad as one of another build. */
static void compare_entry(odd *o, const bf_entry *e, const json_t *plugins) {
  const json_t *theirs;
  bool found = false;
  size_t i;
  json_array_foreach(plugins, i, theirs) {
    if (strcmp(text_of(theirs, "id"), e->id)) continue;
    found = true;
    if (!strcmp(text_of(theirs, "build"), e->from->build_id)) continue;
    name_it(o, e, theirs);
    return;
  }
  if (!found) name_it(o, e, NULL);
}

static char *compare_plugins(const json_t *plugins, const bf_hosts_question *q) {
  odd o = {0};
  const size_t n = q->nneed ? q->nneed : bf_registry_size(q->registry);
  for (size_t i = 0; i < n; i++) compare_entry(&o, q->nneed ? q->need[i] : bf_registry_at(q->registry, i), plugins);
  const size_t all = o.missing + o.other;
  if (all > SHOWN) bf_text_addf(&o.names, "; and %zu more", all - SHOWN);
  return all ? bf_text_take(&o.names) : NULL;
}

/* ---- the verdict ---- */

static bool same_number(const json_t *a, const json_t *b, const char *name) { return number_of(a, name) == number_of(b, name); }

static const char *missing_tools(const bf_machine *h) {
  const bf_machine_answer *a = &h->told;
  const bool rsync = a->asked && !a->shared && !h->here && !a->rsync, perl = !h->here && !a->perl;
  return rsync && perl ? "perl and rsync" : rsync ? "rsync" : perl ? "perl" : NULL;
}

void bf_machine_judge(const bf_hosts *hosts, bf_machine *h, json_t *answer, json_t *mine, const bf_hosts_question *q) {
  bf_machine_answer *a = &h->told;
  const json_t *store = json_object_get(answer, "store");
  read_facts(h, answer);
  if (strcmp(a->version, text_of(mine, "bettiflow")) || !same_number(answer, mine, "key") || !same_number(answer, mine, "core")) {
    bf_machine_refuse(h, BF_MACHINE_VERSION, bf_format_text("%s there is bettiflow %s, here it is %s", a->program, a->version, text_of(mine, "bettiflow")),
                      bf_format_text("install the same build there, or name another: bettiflow=PATH in %s:%zu", hosts->path, h->line));
    return;
  }
  char *plugins = compare_plugins(json_object_get(answer, "plugins"), q);
  if (plugins) {
    bf_machine_refuse(
        h, BF_MACHINE_BUILDS, plugins,
        bf_format_text("copy this machine's installation there (rsync -a), so that the plugins are the same files; results of other builds have other keys"));
    return;
  }
  if (a->asked && !a->writable) {
    bf_machine_refuse(h, BF_MACHINE_STORE, bf_format_text("%s can't be written there: %s", a->store, text_of(store, "why")),
                      a->shared ? bf_strdup("let this user write there")
                                : bf_format_text("name a folder that can be: store=PATH in %s:%zu", hosts->path, h->line));
    return;
  }
  const char *tools = missing_tools(h);
  if (tools) {
    bf_machine_refuse(h, BF_MACHINE_TOOLS, bf_format_text("it lacks %s%s", tools, strstr(tools, "rsync") ? ", and it does not see this store's folder" : ""),
                      bf_format_text("install %s there (Debian packages of that name)%s", tools, strstr(tools, "rsync") ? ", or share the folder" : ""));
    return;
  }
  if (strcmp(a->build, text_of(mine, "build"))) a->note = bf_strdup("its program is another build of this version");
}
