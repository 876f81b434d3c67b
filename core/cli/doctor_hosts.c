/* bettiflow doctor --hosts FILE: a table of the machines, then what is wrong with each and what to do. */
#include "cli/columns.h"
#include "cli/doctor_hosts.h"
#include "cli/runs_text.h"
#include "engine/hosts.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const states[] = {"ok", "unreachable", "no program", "other version", "other builds", "no store", "tools missing"};

static const char *store_word(const bf_machine_answer *a) { return !a->asked ? "?" : !a->writable ? "not writable" : a->shared ? "shared" : "its own"; }

static void add_row(bf_columns *c, const bf_machine *h) {
  const bf_machine_answer *a = &h->told;
  char *memory = bf_bytes_text(a->available), *room = bf_bytes_text(a->free);
  const bool told = a->version != NULL;
  bf_columns_add(c, "%s", h->name);
  bf_columns_add(c, "%s", states[a->state]);
  bf_columns_add(c, "%s", told ? a->version : "-");
  if (told) {
    bf_columns_add(c, "%" PRIu32, a->jobs);
    bf_columns_add(c, "%" PRIu32, a->cores);
  } else {
    bf_columns_add(c, "-");
    bf_columns_add(c, "-");
  }
  bf_columns_add(c, "%s", told ? memory : "-");
  bf_columns_add(c, "%s", told ? store_word(a) : "-");
  bf_columns_add(c, "%s", told && a->asked ? room : "-");
  bf_columns_add(c, "%s", told && a->asked ? a->store : "-");
  free(memory);
  free(room);
}

static void print_table(const bf_hosts *hosts) {
  static const char *const heads[] = {"HOST", "STATE", "VERSION", "JOBS", "CORES", "MEMORY FREE", "STORE", "ROOM", "FOLDER"};
  bf_columns c = {.align = "lllrrrlrl"};
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) bf_columns_add(&c, "%s", heads[i]);
  for (size_t i = 0; i < hosts->n; i++) add_row(&c, &hosts->at[i]);
  bf_columns_print(&c);
}

static void print_troubles(const bf_hosts *hosts) {
  const bool color = bf_globals.color && isatty(STDOUT_FILENO);
  for (size_t i = 0; i < hosts->n; i++) {
    const bf_machine *h = &hosts->at[i];
    const bf_machine_answer *a = &h->told;
    if (a->state != BF_MACHINE_USABLE)
      printf("%s%s:%s %s; %s\n", color ? "\033[31m" : "", h->name, color ? "\033[0m" : "", a->why, a->advice);
    else if (a->note)
      printf("%s: %s\n", h->name, a->note);
  }
}

static json_t *host_json(const bf_machine *h) {
  const bf_machine_answer *a = &h->told;
  json_t *j = json_pack("{s:s, s:I, s:s, s:b, s:o, s:o, s:o}", "host", h->name, "line", (json_int_t)h->line, "state", states[a->state], "usable",
                        a->state == BF_MACHINE_USABLE, "why", bf_text_json(a->why), "advice", bf_text_json(a->advice), "note", bf_text_json(a->note));
  if (!a->version) return j;
  json_t *facts = json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:b, s:b}", "version", bf_text_json(a->version), "build", bf_text_json(a->build), "program",
                            bf_text_json(a->program), "jobs", (json_int_t)a->jobs, "cores", (json_int_t)a->cores, "memory", (json_int_t)a->memory, "available",
                            (json_int_t)a->available, "perl", a->perl, "rsync", a->rsync);
  json_object_update(j, facts);
  json_decref(facts);
  if (a->asked)
    json_object_set_new(
        j, "store",
        json_pack("{s:b, s:b, s:o, s:I}", "shared", a->shared, "writable", a->writable, "path", bf_text_json(a->store), "free", (json_int_t)a->free));
  return j;
}

static void print_json(const bf_hosts *hosts) {
  json_t *list = json_array();
  for (size_t i = 0; i < hosts->n; i++) json_array_append_new(list, host_json(&hosts->at[i]));
  bf_print_json(json_pack("{s:o}", "hosts", list));
}

int bf_doctor_hosts(const bf_global *g, const char *path, bool json) {
  bf_hosts hosts = {0};
  bf_registry *registry = NULL;
  bf_store *store = NULL;
  bf_status status = BF_OK;
  int code = 0;
  BF_TRY(bf_hosts_read(path, &hosts));
  BF_TRY(bf_registry_open(g->plugin_path, &registry));
  if (bf_store_exists(g->store)) BF_TRY(bf_store_open(g->store, BF_STORE_RUN, &store));
  const bf_hosts_question q = {.registry = registry, .store = store, .plugin_path = g->plugin_path};
  BF_TRY(bf_hosts_ask(&hosts, &q));
  code = bf_hosts_usable(&hosts) == hosts.n ? 0 : 1;
  if (json) {
    print_json(&hosts);
  } else {
    print_table(&hosts);
    print_troubles(&hosts);
    if (!store) bf_note("There is no store yet, so whether its folder is shared can't be told; --store names one.");
  }
out:
  if (status != BF_OK) {
    bf_complain();
    code = bf_exit(status);
  }
  bf_store_close(store);
  bf_registry_free(registry);
  bf_hosts_free(&hosts);
  return code;
}
