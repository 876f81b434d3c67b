/* A map of nodes, checked against a parameter table: canonical values, or a message at the node that is wrong. */
#include "base/file.h"
#include "base/pack.h"
#include "plugin/param_value.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LIST = 1 << 16 };

typedef struct parser {
  const char *what;
  const bf_param_env *env;
  const bf_param *row;
} parser;

static bf_status wrong(const parser *p, const bf_node *node, const char *expected) {
  char *given = bf_node_flow(node);
  bf_status status = bf_fail_at(BF_INVALID, node, "%s: parameter '%s' must be %s, not %s%.200s%s", p->what, p->row->name, expected,
                                node->kind == BF_SCALAR ? "'" : "", given, node->kind == BF_SCALAR ? "'" : "");
  free(given);
  return status;
}

/* The bounds of a real are doubles as the value is: 0.9 lies in [0, 0.9]. */
static bf_status in_range(const parser *p, const bf_node *node, long double x, bool real) {
  bf_range range;
  if (!p->row->range) return BF_OK;
  if (bf_range_parse(p->row->range, &range)) {
    if (real) range.low = (double)range.low, range.high = (double)range.high;
    if (bf_range_holds(&range, x)) return BF_OK;
  }
  return bf_fail_at(BF_INVALID, node, "%s: parameter '%s' is %.60s, which is out of its range %s", p->what, p->row->name, node->text, p->row->range);
}

/* A plain scalar, not quoted: what numbers and booleans are written as. */
static bf_status plain(const parser *p, const bf_node *node, const char *expected) {
  if (node->kind != BF_SCALAR) return wrong(p, node, expected);
  if (!node->quoted) return BF_OK;
  return bf_fail_at(BF_INVALID, node, "%s: parameter '%s' must be %s; \"%.200s\" is in quotes, so it is text", p->what, p->row->name, expected, node->text);
}

static bf_status parse_bool(const parser *p, const bf_node *node, bf_value *v) {
  bf_status status = plain(p, node, "true or false");
  if (status != BF_OK) return status;
  v->yes = !strcmp(node->text, "true");
  return v->yes || !strcmp(node->text, "false") ? BF_OK : wrong(p, node, "true or false");
}

static bf_status parse_whole(const parser *p, const bf_node *node, int64_t *out) {
  static const char expected[] = "a whole number";
  bf_status status = plain(p, node, expected);
  if (status != BF_OK) return status;
  if (!bf_whole_of_text(node->text, out)) return wrong(p, node, expected);
  return in_range(p, node, (long double)*out, false);
}

static bf_status parse_real(const parser *p, const bf_node *node, double *out) {
  static const char expected[] = "a number";
  bf_status status = plain(p, node, expected);
  if (status != BF_OK) return status;
  if (!bf_real_of_text(node->text, out)) return wrong(p, node, expected);
  return in_range(p, node, *out, true);
}

static bool none_is_default(const bf_param *row) { return row->def && !strcmp(row->def, "none"); }

static bf_status parse_real_or_none(const parser *p, const bf_node *node, bf_value *v) {
  v->none = node->kind == BF_SCALAR && !node->quoted && !strcmp(node->text, "none");
  if (!v->none) return parse_real(p, node, &v->real);
  if (none_is_default(p->row)) return BF_OK;
  return bf_fail_at(BF_INVALID, node, "%s: parameter '%s' can't be none; give a number", p->what, p->row->name);
}

static bf_status parse_text(const parser *p, const bf_node *node, bf_value *v) {
  if (node->kind != BF_SCALAR) return wrong(p, node, "text");
  if (!bf_text_is_utf8(node->text)) return bf_fail_at(BF_INVALID, node, "%s: parameter '%s' is not valid UTF-8", p->what, p->row->name);
  v->text = bf_strdup(node->text);
  const char *choices = p->row->choices, *choice, *names[64];
  size_t n, i;
  if (!choices) return BF_OK;
  for (i = 0; (choice = bf_choice_at(choices, i, &n)); i++)
    if (strlen(node->text) == n && !memcmp(choice, node->text, n)) return BF_OK;
  bf_text list = {0};
  char *copy = bf_strdup(choices), *rest = copy, *word;
  for (i = 0; (word = strsep(&rest, "|")); i++) {
    bf_text_addf(&list, "%s%s", i ? ", " : "", word);
    if (i < 64) names[i] = word;
  }
  const char *near = bf_nearest(node->text, names, i < 64 ? i : 64);
  bf_status status = bf_fail_at(BF_INVALID, node, "%s: parameter '%s' is one of %s, not '%.200s'%s%s%s", p->what, p->row->name, list.at, node->text,
                                near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  bf_text_free(&list);
  free(copy);
  return status;
}

/* A list, or one scalar as a list of one; "" as a default is the empty list. */
static bf_status parse_list(const parser *p, const bf_node *node, bf_value *v) {
  bool wholes = p->row->type == BF_PARAM_INTS;
  const char *expected = wholes ? "a list of whole numbers" : "a list of numbers";
  bool empty = node->kind == BF_SCALAR && !*node->text && p->row->def && !*p->row->def;
  if (node->kind == BF_MAP) return wrong(p, node, expected);
  if (node->kind == BF_SCALAR && strchr(node->text, ','))
    return bf_fail_at(BF_INVALID, node, "%s: parameter '%s' is a list: write [%.200s], not %.200s", p->what, p->row->name, node->text, node->text);
  v->n = empty ? 0 : node->kind == BF_LIST ? node->n : 1;
  if (v->n > MAX_LIST) return bf_fail_at(BF_INVALID, node, "%s: parameter '%s' has %zu values, more than %d", p->what, p->row->name, v->n, MAX_LIST);
  v->wholes = wholes ? bf_alloc(v->n, sizeof *v->wholes) : NULL;
  v->reals = wholes ? NULL : bf_alloc(v->n, sizeof *v->reals);
  for (size_t i = 0; i < v->n; i++) {
    const bf_node *item = node->kind == BF_LIST ? node->item[i] : node;
    bf_status status = wholes ? parse_whole(p, item, &v->wholes[i]) : parse_real(p, item, &v->reals[i]);
    if (status != BF_OK) return status;
  }
  return BF_OK;
}

static bf_status parse_file(const parser *p, const bf_node *node, bf_value *v) {
  if (node->kind != BF_SCALAR) return wrong(p, node, "a file name");
  if (!*node->text && p->row->def) {
    v->none = true;
    return BF_OK;
  }
  memset(v->digest.hex, '0', sizeof v->digest.hex - 1);
  char *path = bf_path_join(node->origin ? node->origin->folder : NULL, node->text);
  bf_status status = !*node->text                             ? bf_fail(BF_BAD_INPUT, "an empty file name")
                     : bf_is_folder(path) && !p->row->choices ? bf_fail(BF_BAD_INPUT, "%s: a folder; a file is read here", path)
                     : p->env->file                           ? p->env->file(p->env->context, path, &v->digest, &v->text)
                                                              : bf_file_check(path);
  if (status != BF_OK) {
    char *why = bf_strdup(bf_error());
    status = bf_fail_at(status == BF_BAD_INPUT ? BF_INVALID : status, node, "%s: parameter '%s': %s", p->what, p->row->name, why);
    free(why);
  } else if (!v->text && !(v->text = bf_path_absolute(path))) {
    status = bf_fail_at(BF_INVALID, node, "%s: parameter '%s': %s: %s", p->what, p->row->name, path, strerror(errno));
  } else if (!bf_text_is_utf8(v->text)) {
    status = bf_fail_at(BF_INVALID, node, "%s: parameter '%s': the file's path is not valid UTF-8", p->what, p->row->name);
  }
  free(path);
  return status;
}

static bf_status parse_object(const parser *p, const bf_node *node, bf_value *v) {
  bool activation = p->row->type == BF_PARAM_ACTIVATION;
  const char *expected = activation ? "an activation such as leaky_relu(slope=0.1)" : "a format such as csv(label=last)";
  char *id;
  bf_node *values;
  if (node->kind != BF_SCALAR) return wrong(p, node, expected);
  v->none = !*node->text && p->row->def && !*p->row->def;
  if (v->none) return BF_OK;
  if (p->env->registry) return bf_object_parse(node->text, activation ? BF_KIND_ACTIVATION : BF_KIND_FORMAT, node, p->env, &v->entry, &v->params);
  if (!bf_object_split(node->text, node, &id, &values)) return wrong(p, node, expected);
  free(id);
  bf_node_free(values);
  return BF_OK;
}

static bf_status parse_value(const parser *p, const bf_node *node, bf_value *v) {
  switch (p->row->type) {
  case BF_PARAM_BOOL:
    return parse_bool(p, node, v);
  case BF_PARAM_INT:
    return parse_whole(p, node, &v->whole);
  case BF_PARAM_REAL:
    return parse_real_or_none(p, node, v);
  case BF_PARAM_TEXT:
    return parse_text(p, node, v);
  case BF_PARAM_INTS:
  case BF_PARAM_REALS:
    return parse_list(p, node, v);
  case BF_PARAM_FILE:
    return parse_file(p, node, v);
  default:
    return parse_object(p, node, v);
  }
}

static bf_status check_names(const bf_param *table, const bf_node *map, const char *what) {
  const char *names[256] = {0};
  size_t n = 0;
  for (; n < 256 && table[n].name; n++) names[n] = table[n].name;
  for (size_t i = 0; map && i < map->n; i++) {
    size_t j = 0;
    while (j < n && strcmp(names[j], map->key[i])) j++;
    if (j < n) continue;
    const char *near = bf_nearest(map->key[i], names, n);
    bf_text list = {0};
    for (j = 0; j < n; j++) bf_text_addf(&list, "%s%s", j ? ", " : "", names[j]);
    bf_status status = bf_fail_at(BF_INVALID, map->key_at[i], "%s has no parameter '%.200s'%s%s%s%s%s", what, map->key[i], near ? "; did you mean '" : "",
                                  near ? near : "", near ? "'?" : "",
                                  near ? ""
                                  : n  ? "; it has "
                                       : " and takes none",
                                  near || !n ? "" : list.at);
    bf_text_free(&list);
    return status;
  }
  return BF_OK;
}

/* A format that was left "" follows the extension of its file: the FILE parameter that stands nearest before it in the table. */
static const bf_value *file_of(const bf_params *params, size_t format) {
  while (format-- > 0)
    if (params->value[format].row->type == BF_PARAM_FILE) return &params->value[format];
  return NULL;
}

static bf_status settle_format(parser *p, const bf_node *given, bf_value *v) {
  bf_status status = bf_registry_format_for(p->env->registry, given->text, (bf_type)0, false, &v->entry);
  if (status == BF_OK) status = bf_params_parse(v->entry->params, NULL, v->entry->id, p->env, &v->params);
  if (status == BF_OK) {
    v->none = false;
    return BF_OK;
  }
  char *why = bf_strdup(bf_error());
  status = bf_fail_at(status, given, "%s: parameter '%s': %s", p->what, v->row->name, why);
  free(why);
  return status;
}

static bf_status settle_formats(parser *p, bf_params *params, const bf_node *map) {
  bf_status status = BF_OK;
  for (size_t i = 0; p->env->registry && i < params->n && status == BF_OK; i++) {
    const bf_value *v = &params->value[i], *file = file_of(params, i);
    if (v->row->type != BF_PARAM_FORMAT || !v->none || !file || file->none) continue;
    status = settle_format(p, bf_node_get(map, file->row->name), &params->value[i]);
  }
  return status;
}

static void collect_uses(bf_params *p) {
  for (size_t i = 0; i < p->n; i++) {
    const bf_entry *entry = p->value[i].entry;
    size_t j = 0;
    while (j < p->nuse && p->use[j] != entry) j++;
    if (!entry || j < p->nuse) continue;
    p->use = bf_grow(p->use, p->nuse, sizeof(bf_entry *));
    p->use[p->nuse++] = entry;
  }
}

static bf_status parse_row(const parser *p, const bf_node *map, bf_value *v) {
  const bf_node *node = bf_node_get(map, p->row->name);
  if (node) return parse_value(p, node, v);
  if (!p->row->def) return bf_fail_at(BF_INVALID, map, "%s needs the parameter '%s' (%s)", p->what, p->row->name, p->row->doc ? p->row->doc : "");
  bf_node *made = bf_node_of_text(p->row->def, NULL);
  bf_status status =
      made ? parse_value(p, made, v) : bf_fail(BF_INVALID, "%s: parameter '%s' has a malformed default '%s'", p->what, p->row->name, p->row->def);
  bf_node_free(made);
  return status;
}

bf_status bf_params_parse(const bf_param *table, const bf_node *map, const char *what, const bf_param_env *env, bf_params **out) {
  bf_status status = BF_OK;
  parser p = {what, env, NULL};
  bf_params *params = bf_alloc(1, sizeof *params);
  if (map && map->kind != BF_MAP) {
    status = bf_fail_at(BF_INVALID, map, "%s: parameters are a map, {name: value}", what);
    goto out;
  }
  BF_TRY(check_names(table, map, what));
  while (table[params->n].name) params->n++;
  params->value = bf_alloc(params->n, sizeof *params->value);
  for (size_t i = 0; i < params->n; i++) {
    p.row = params->value[i].row = &table[i];
    BF_TRY(parse_row(&p, map, &params->value[i]));
  }
  BF_TRY(settle_formats(&p, params, map));
  collect_uses(params);
  *out = params;
  params = NULL;
out:
  bf_params_free(params);
  return status;
}

void bf_params_free(bf_params *p) {
  if (!p) return;
  for (size_t i = 0; p->value && i < p->n; i++) {
    bf_value *v = &p->value[i];
    free(v->text);
    free(v->wholes);
    free(v->reals);
    bf_params_free(v->params);
  }
  free(p->value);
  free(p->use);
  free(p);
}

size_t bf_params_uses(const bf_params *p, const bf_entry *const **entries) {
  *entries = p->use;
  return p->nuse;
}

bf_status bf_object_parse(const char *text, bf_kind kind, const bf_node *at, const bf_param_env *env, const bf_entry **entry, bf_params **params) {
  char *id = NULL;
  bf_node *values = NULL;
  bf_status status;
  if (!bf_object_split(text, at, &id, &values))
    return bf_fail_at(BF_INVALID, at, "'%.200s' is no %s; write NAME or NAME(parameter=value, …)", text, kind == BF_KIND_ACTIVATION ? "activation" : "format");
  status = bf_registry_find(env->registry, kind, id, entry);
  if (status != BF_OK && at) {
    char *why = bf_strdup(bf_error());
    status = bf_fail_at(status, at, "%s", why);
    free(why);
  }
  if (status == BF_OK) status = bf_params_parse((*entry)->params, values, (*entry)->id, env, params);
  free(id);
  bf_node_free(values);
  return status;
}
