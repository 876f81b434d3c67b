/* `save` and `print`: which artifacts go where, in which format, under which names. */
#include "pipeline/read.h"
#include <stdlib.h>
#include <string.h>

/* The axes that each name of a save has to stand for: the stage's sweep axes and the port's item axes. */
typedef struct axis_list {
  const char *at[2 * BF_MAX_SWEEP];
  size_t n;
} axis_list;

static axis_list axes_of(const bf_pipeline *p, const bf_pstage *s, size_t port) {
  axis_list a = {0};
  for (size_t v = 0; v < p->nvar; v++)
    if (s->axes >> v & 1) a.at[a.n++] = p->var[v];
  for (char **axis = s->item_axes[port]; *axis; axis++) a.at[a.n++] = *axis;
  return a;
}

static char *axes_text(const axis_list *a) {
  bf_text t = {0};
  for (size_t i = 0; i < a->n; i++) bf_text_addf(&t, "%s%s", i ? ", " : "", a->at[i]);
  return bf_text_take(&t);
}

/* Tells of an axis without its braces, with an example. */
static bf_status fail_missing(const bf_node *at, const bf_pstage *s, const char *axis, const axis_list *a) {
  const char *dot = strrchr(at->text, '.');
  size_t stem = dot && !strchr(dot, '/') && !strchr(dot, '}') ? (size_t)(dot - at->text) : strlen(at->text);
  char *list = axes_text(a);
  bf_status status = bf_fail_at(BF_INVALID, at, "stage '%s' makes one of these for each %s: the file name has to hold each in braces, '%.*s-{%s}%s'", s->name,
                                list, (int)stem, at->text, axis, at->text + stem);
  free(list);
  return status;
}

/* Whether "name}…" names one of the first n axes. */
static bool is_sweep(const axis_list *a, size_t n, const char *text) {
  for (size_t i = 0; i < n; i++)
    if (!strncmp(text, a->at[i], strlen(a->at[i])) && text[strlen(a->at[i])] == '}') return true;
  return false;
}

static bf_status check_placeholders(const bf_node *at, const bf_pstage *s, const axis_list *a) {
  char hint[BF_HINT];
  bool named[2 * BF_MAX_SWEEP] = {0};
  const size_t nsweep = (size_t)__builtin_popcountll(s->axes);
  const char *c = at->text;
  while (*(c += strcspn(c, "{}"))) {
    size_t n = strcspn(c + 1, "{}");
    if (*c == '}' || c[n + 1] != '}') return bf_fail_at(BF_INVALID, at, "unpaired braces in the file name: {name} stands for an axis's value");
    char *name = bf_strndup(c + 1, n);
    size_t i = 0;
    while (i < a->n && strcmp(a->at[i], name)) i++;
    bf_status status = BF_OK;
    if (i == a->n) {
      char *list = axes_text(a);
      status = bf_fail_at(BF_INVALID, at, "what stage '%s' makes has no axis '%.64s'%s (its axes: %s)", s->name, name, bf_hint(hint, name, a->at, a->n),
                          a->n ? list : "none");
      free(list);
    } else
      named[i] = true;
    free(name);
    if (status != BF_OK) return status;
    /* The sweep's values are known and are compared below; an item axis's are not. */
    if (c[n + 2] == '{' && (i >= nsweep || !is_sweep(a, nsweep, c + n + 3)))
      return bf_fail_at(BF_INVALID, at,
                        "put something between '{%s}' and what follows: items could not be told apart by the file name, as 1 and 11 from 11 and 1", a->at[i]);
    c += n + 2;
  }
  for (size_t i = 0; i < a->n; i++)
    if (!named[i]) return fail_missing(at, s, a->at[i], a);
  return BF_OK;
}

/* "a//./b.csv" -> "a/b.csv"; absolute paths and ".." are refused. */
static bf_status tidy(const bf_node *at, char **out) {
  bf_text t = {0};
  const char *c = at->text;
  *out = NULL;
  if (*c == '/') return bf_fail_at(BF_INVALID, at, "a saved file is named relative to the output folder (-o), not by an absolute path");
  if (!bf_is_text(c)) return bf_fail_at(BF_INVALID, at, "a control character in a file name");
  if (strlen(c) > BF_MAX_LABEL) return bf_fail_at(BF_INVALID, at, "a file name of more than %d bytes", BF_MAX_LABEL);
  if (strchr(c, '$')) return bf_fail_at(BF_INVALID, at, "a sweep variable stands in braces in a file name: {name}, not $name");
  for (size_t n; *c; c += n + (c[n] == '/')) {
    n = strcspn(c, "/");
    if (n == 2 && !strncmp(c, "..", 2)) {
      bf_text_free(&t);
      return bf_fail_at(BF_INVALID, at, "a saved file stays inside the output folder: '..' can't stand in its name");
    }
    if (!n || (n == 1 && *c == '.')) continue;
    if (t.n) bf_text_add(&t, "/");
    bf_text_add_n(&t, c, n);
  }
  if (!t.n || at->text[strlen(at->text) - 1] == '/') {
    bf_text_free(&t);
    return bf_fail_at(BF_INVALID, at, "this names a folder; a save names a file");
  }
  *out = bf_text_take(&t);
  return BF_OK;
}

static bf_status add_save(const bf_pipeline *p, bf_pstage *s, size_t port, const bf_node *at, const bf_registry *registry) {
  bf_status status = BF_OK;
  bf_save save = {.port = port, .at = at};
  axis_list axes = axes_of(p, s, port);
  bf_type type = bf_type_of(s->use->stage->outputs[port].types);
  bf_param_env env = {.registry = registry};
  BF_TRY(bf_need_text(at, "a file to save"));
  BF_TRY(tidy(at, &save.file));
  BF_TRY(check_placeholders(at, s, &axes));
  status = bf_registry_format_for(registry, save.file, type, true, &save.format);
  if (status != BF_OK) {
    bf_fail_at(status, at, "%s", bf_error());
    goto out;
  }
  status = bf_params_parse(save.format->params, NULL, save.format->id, &env, &save.params);
  if (status != BF_OK) {
    bf_fail_at(status, at, "%s", bf_error());
    goto out;
  }
  s->save = bf_grow(s->save, s->nsave, sizeof *s->save);
  s->save[s->nsave++] = save;
  save = (bf_save){0};
out:
  free(save.file);
  bf_params_free(save.params);
  return status;
}

/* A file or a list of files. */
static bf_status add_files(const bf_pipeline *p, bf_pstage *s, size_t port, const bf_node *files, const bf_registry *registry) {
  bf_status status = BF_OK;
  if (!bf_list_size(files)) return bf_fail_at(BF_INVALID, files, "save names no file");
  for (size_t i = 0; i < bf_list_size(files) && status == BF_OK; i++) status = add_save(p, s, port, bf_list_at(files, i), registry);
  return status;
}

static bf_status read_save(const bf_pipeline *p, bf_pstage *s, const bf_node *save, const bf_registry *registry) {
  bf_status status = BF_OK;
  const bf_port *outputs = s->use->stage->outputs;
  if (!save) return BF_OK;
  if (save->kind != BF_MAP) return add_files(p, s, 0, save, registry);
  for (size_t i = 0; i < save->n && status == BF_OK; i++) {
    size_t port = bf_port_find(outputs, save->key[i], strlen(save->key[i]));
    if (port != SIZE_MAX) {
      status = add_files(p, s, port, save->item[i], registry);
      continue;
    }
    char *names = bf_port_names(outputs);
    const char *near = bf_port_nearest(outputs, save->key[i]);
    status = bf_fail_at(BF_INVALID, save->key_at[i], "%s has no output port '%.64s'%s%s%s (its output ports: %s)", s->use->id, save->key[i],
                        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "", names);
    free(names);
  }
  return status;
}

static bf_status read_print(bf_pstage *s, const bf_node *print, const bf_registry *registry) {
  const uint32_t tables = BF_BIT(BF_BETTI_TABLE) | BF_BIT(BF_TABLE);
  const bf_port *outputs = s->use->stage->outputs;
  const bf_entry *format = NULL;
  bf_param_env env = {.registry = registry};
  size_t port = 0;
  if (!print) return BF_OK;
  if (print->kind != BF_SCALAR) return bf_fail_at(BF_INVALID, print, "print is true, false, or an output port with a table");
  if (!strcmp(print->text, "false")) return BF_OK;
  const bool any = !strcmp(print->text, "true");
  while (outputs[port].name && (!(outputs[port].types & tables) || (!any && strcmp(outputs[port].name, print->text)))) port++;
  if (!outputs[port].name && !any)
    return bf_fail_at(BF_INVALID, print, "print is true, false, or an output port with a table; %s has no such port '%s'", s->use->id, print->text);
  if (!outputs[port].name)
    return bf_fail_at(BF_INVALID, print, "only a BettiTable or a Table can be printed, and %s has no such output; save what it makes to a file", s->use->id);
  bf_status status = bf_registry_find(registry, BF_KIND_FORMAT, "format.text", &format);
  if (status == BF_OK && !(format->format->writes & outputs[port].types))
    status = bf_fail(BF_PLUGIN, "%s: this format.text does not write tables", format->from->path);
  if (status == BF_OK) status = bf_params_parse(format->params, NULL, format->id, &env, &s->print_params);
  if (status != BF_OK) return bf_fail_at(status, print, "%s", bf_error());
  s->print = true;
  s->print_port = port;
  s->print_format = format;
  return BF_OK;
}

static void add_value(bf_text *t, const char *value) {
  if (!*value) bf_text_add(t, "_");
  for (const char *c = value; *c; c++) {
    unsigned char u = (unsigned char)*c;
    bool replaced = u == '/' || u < ' ' || u == 0x7F || (u == '.' && c == value);
    bf_text_add_n(t, replaced ? "_" : c, 1);
  }
}

char *bf_save_name(const char *file, const bf_label *label, size_t nlabel) {
  bf_text t = {0};
  while (*file) {
    size_t n = strcspn(file, "{");
    bf_text_add_n(&t, file, n);
    file += n;
    size_t end = strcspn(file, "}");
    if (!file[0] || !file[end]) continue;
    size_t i = 0;
    while (i < nlabel && (strlen(label[i].name) != end - 1 || memcmp(label[i].name, file + 1, end - 1))) i++;
    if (i < nlabel)
      add_value(&t, label[i].value);
    else
      bf_text_add_n(&t, file, end + 1);
    file += end + 1;
  }
  return bf_text_take(&t);
}

/* The names that a save gives along the sweep, against all given so far. */
static bf_status check_names(const bf_pipeline *p, const bf_pstage *s, const bf_save *save, bf_keys *taken, const bf_node ***owner) {
  bf_label label[BF_MAX_SWEEP];
  for (size_t i = 0; i < s->ninstance; i++) {
    size_t n = 0;
    for (size_t v = 0; v < p->nvar; v++)
      if (s->axes >> v & 1) label[n++] = (bf_label){p->var[v], p->value_text[s->instance_point[i]][v]};
    char *name = bf_save_name(save->file, label, n);
    size_t before = taken->n, number = bf_keys_add(taken, name, strlen(name));
    const bf_node *first = *owner && number < before ? (*owner)[number] : NULL;
    bf_status status = BF_OK;
    if (!first) {
      *owner = bf_grow(*owner, before, sizeof **owner);
      (*owner)[before] = save->at;
    } else if (first == save->at)
      status = bf_fail_at(BF_INVALID, save->at, "two points of the sweep would write one file, '%s'", name);
    else
      status = bf_fail_at(BF_INVALID, save->at, "two saves would write one file, '%s': see line %d too", name, first->line);
    free(name);
    if (status != BF_OK) return status;
  }
  return BF_OK;
}

bf_status bf_saves_read(bf_pipeline *p, const bf_registry *registry) {
  bf_status status = BF_OK;
  bf_keys taken = {0};
  const bf_node **owner = NULL;
  for (size_t i = 0; i < p->nstage; i++) {
    bf_pstage *s = &p->stage[i];
    const bf_node *node = bf_stage_node(p, i);
    BF_TRY(read_save(p, s, bf_node_get(node, "save"), registry));
    BF_TRY(read_print(s, bf_node_get(node, "print"), registry));
    for (size_t k = 0; k < s->nsave; k++) BF_TRY(check_names(p, s, &s->save[k], &taken, &owner));
  }
out:
  bf_keys_free(&taken);
  free(owner);
  return status;
}
