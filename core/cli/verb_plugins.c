/* bettiflow plugins [show ID] [--json]: what the plugins offer, with their parameters. */
#include "cli/runs_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_titles[] = {"Stages", "Activations", "Formats"};

typedef struct options {
  bool json, show;
  const char *id;
} options;

static error_t parse(int key, char *argument, struct argp_state *state) {
  options *o = state->input;
  switch (key) {
  case 'J':
    o->json = true;
    return 0;
  case ARGP_KEY_ARG:
    if (!o->show && !strcmp(argument, "show"))
      o->show = true;
    else if (o->show && !o->id)
      o->id = argument;
    else
      argp_error(state, "what is '%s'? Write `bettiflow plugins show ID`", argument);
    return 0;
  case ARGP_KEY_END:
    if (o->show && !o->id) argp_error(state, "show what? Write `bettiflow plugins show ID`");
    return 0;
  default:
    return ARGP_ERR_UNKNOWN;
  }
}

/* ---- the list ---- */

static bool twice(const bf_registry *r, size_t i) {
  const char *id = bf_registry_at(r, i)->id;
  return (i && !strcmp(bf_registry_at(r, i - 1)->id, id)) || (i + 1 < bf_registry_size(r) && !strcmp(bf_registry_at(r, i + 1)->id, id));
}

static void list_kind(const bf_registry *r, bf_kind kind, int width) {
  bool first = true;
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    const bf_entry *e = bf_registry_at(r, i);
    if (e->kind != kind) continue;
    if (first) printf("%s\n", kind_titles[kind]);
    first = false;
    printf("  %-*s  %s%s%s\n", width, e->id, e->doc, twice(r, i) ? "; DEFINED TWICE, here by " : "", twice(r, i) ? e->from->path : "");
  }
  if (!first) putchar('\n');
}

static void list_text(const bf_registry *r) {
  int width = 0;
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    int n = (int)strlen(bf_registry_at(r, i)->id);
    if (n > width) width = n;
  }
  for (bf_kind kind = BF_KIND_STAGE; kind <= BF_KIND_FORMAT; kind++) list_kind(r, kind, width);
  if (!bf_registry_size(r)) puts("No plugins found; --plugin-path and BETTIFLOW_PLUGIN_PATH name folders with plugins.\n");
  puts("`bettiflow plugins show ID` tells a plugin's ports and parameters.");
}

static void list_json(const bf_registry *r) {
  const bf_broken *broken;
  size_t n = bf_registry_broken(r, &broken);
  json_t *entries = json_array(), *warnings = json_array();
  for (size_t i = 0; i < bf_registry_size(r); i++) json_array_append_new(entries, bf_entry_json(bf_registry_at(r, i)));
  for (size_t i = 0; i < n; i++) json_array_append_new(warnings, json_pack("{s:s, s:s}", "path", broken[i].path, "why", broken[i].why));
  bf_print_json(json_pack("{s:o, s:o}", "plugins", entries, "broken", warnings));
}

static void warn_of_broken(const bf_registry *r) {
  const bf_broken *broken;
  size_t n = bf_registry_broken(r, &broken);
  for (size_t i = 0; i < n; i++)
    bf_note("%swarning:%s %s: %s", bf_globals.color ? "\033[33m" : "", bf_globals.color ? "\033[0m" : "", broken[i].path, broken[i].why);
}

/* ---- one of them ---- */

static void show_ports(const char *title, const bf_port *ports) {
  if (ports->name) printf("\n%s\n", title);
  for (const bf_port *p = ports; p->name; p++) {
    char *types = bf_types_text(p->types);
    printf("  %-14s %s", p->name, types);
    if (p->flags & BF_MANY) fputs(p->axes ? ", many" : ", many (gather)", stdout);
    if (p->axes) printf(": one for each %s", p->axes);
    if (p->flags & BF_OPTIONAL) fputs(", optional", stdout);
    if (p->doc) printf("\n  %-14s   %s", "", p->doc);
    putchar('\n');
    free(types);
  }
}

static char *limits_text(const bf_param *row) {
  bf_text t = {0};
  if (row->range) bf_text_add(&t, row->range);
  const char *between = row->type == BF_PARAM_FILE ? " or a " : ", ";
  for (const char *c = row->choices; c && *c; c++) bf_text_add_n(&t, *c == '|' ? between : c, *c == '|' ? strlen(between) : 1);
  return bf_text_take(&t);
}

static void show_params(const bf_param *params) {
  static const char *const types[] = {"", "bool", "int", "real", "text", "ints", "reals", "file", "activation", "format"};
  int name = 9, value = 7;
  if (!params->name) return;
  for (const bf_param *p = params; p->name; p++) {
    int n = (int)strlen(p->name), d = p->def ? (int)strlen(p->def) : 8;
    name = n > name ? n : name;
    value = d > value && d <= 24 ? d : value;
  }
  printf("\nParameters\n  %-*s  %-10s  %-*s  %s\n", name, "name", "type", value, "default", "meaning");
  for (const bf_param *p = params; p->name; p++) {
    char *limits = limits_text(p);
    const char *shown = !p->def ? "(needed)" : *p->def ? p->def : p->type == BF_PARAM_FORMAT ? "by name" : "\"\"";
    printf("  %-*s  %-10s  %-*s  %s\n", name, p->name, types[p->type], value, shown, p->doc);
    if (*limits) printf("  %-*s  %-10s  %-*s    %s %s\n", name, "", "", value, "", p->range ? "in" : p->type == BF_PARAM_FILE ? "a" : "one of", limits);
    free(limits);
  }
}

static void show_text(const bf_entry *e) {
  const bf_stage *s = e->stage;
  printf("%s: %s\n", e->id, e->doc);
  if (s) {
    show_ports("Inputs", s->inputs);
    show_ports("Outputs", s->outputs);
  }
  if (e->format) {
    char *reads = bf_types_text(e->format->reads), *writes = bf_types_text(e->format->writes);
    printf("\n  extensions     %s\n  reads          %s\n  writes         %s\n", *e->format->extensions ? e->format->extensions : "none",
           *reads ? reads : "nothing", *writes ? writes : "nothing");
    free(reads);
    free(writes);
  }
  show_params(e->params);
  printf("\nPlugin\n  %s %s, %s\n  %s\n  revision %u, build %.16s%s", e->from->name, e->from->version, e->from->licence, e->from->path, e->revision,
         e->from->build_id, strlen(e->from->build_id) > 16 ? "…\n" : "\n");
  if (s && s->max_threads > 1) printf("  up to %u threads\n", s->max_threads);
}

static bf_status nothing_like(const bf_registry *r, const char *id) {
  size_t n = bf_registry_size(r), m = 0;
  const char **candidate = bf_alloc(2 * n, sizeof *candidate);
  for (size_t i = 0; i < n; i++) {
    candidate[m++] = bf_registry_at(r, i)->id;
    candidate[m++] = strchr(bf_registry_at(r, i)->id, '.') + 1;
  }
  const char *near = bf_nearest(id, candidate, m);
  bf_status status = bf_fail(BF_INVALID, "no plugin offers '%.200s'%s%s%s; `bettiflow plugins` lists what there is", id, near ? "; did you mean '" : "",
                             near ? near : "", near ? "'?" : "");
  free(candidate);
  return status;
}

/* The entry with this id, of whatever kind; the kind may be left out, as in "ripser" or "relu". */
static bf_status find_any(const bf_registry *r, const char *id, const bf_entry **out) {
  const bf_entry *named = NULL;
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    const bf_entry *e = bf_registry_at(r, i);
    if (!strcmp(e->id, id)) return bf_registry_find(r, e->kind, id, out);
    if (!named && !strcmp(strchr(e->id, '.') + 1, id)) named = e;
  }
  if (named) return bf_registry_find(r, named->kind, named->id, out);
  bf_status status = bf_registry_find(r, BF_KIND_STAGE, id, out); /* BF_PLUGIN if a broken plugin has it */
  return status == BF_INVALID ? nothing_like(r, id) : status;
}

static int run(const bf_global *g, int argc, char **argv) {
  static const struct argp_option table[] = {{"json", 'J', NULL, 0, "Print JSON", 0}, {0}};
  const struct argp argp = {
      table, parse, "[show ID]", "Lists every stage, activation and format that the plugins offer, or tells all about one.", BF_GLOBAL_CHILDREN, NULL, NULL};
  options o = {0};
  bf_registry *r = NULL;
  const bf_entry *entry;
  bf_status status = BF_OK;
  BF_TRY(bf_parse(&argp, argc, argv, &o));
  BF_TRY(bf_registry_open(g->plugin_path, &r));
  if (o.id) {
    BF_TRY(find_any(r, o.id, &entry));
    if (o.json)
      bf_print_json(bf_entry_json(entry));
    else
      show_text(entry);
  } else {
    if (o.json)
      list_json(r);
    else
      list_text(r);
    fflush(stdout);
    warn_of_broken(r);
  }
out:
  if (status != BF_OK) bf_complain();
  bf_registry_free(r);
  return bf_exit(status);
}

const bf_verb bf_verb_plugins = {"plugins", "Stages, activations and formats, with their parameters", run};
