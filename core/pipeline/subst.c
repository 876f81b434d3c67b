/* $name in values: alone it is replaced by the whole value, inside text its text is spliced in; $$ is a dollar. */
#include "pipeline/read.h"
#include <stdlib.h>
#include <string.h>

typedef struct piece { /* a run of text, or a name */
  const char *at;
  size_t n;
  bool name;
} piece;

/* Takes the next piece off *rest; n is 0 at the end. */
static bf_status next_piece(const bf_node *in, const char **rest, piece *p) {
  const char *at = *rest;
  *p = (piece){.at = at};
  if (*at != '$') {
    p->n = strcspn(at, "$");
    *rest = at + p->n;
    return BF_OK;
  }
  if (at[1] == '$') {
    p->n = 1;
    *rest = at + 2;
    return BF_OK;
  }
  *p = (piece){.at = at + 1, .name = true};
  if (at[1] >= 'a' && at[1] <= 'z') p->n = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
  *rest = at + 1 + p->n;
  if (p->n) return BF_OK;
  return bf_fail_at(BF_INVALID, in, "a lone '$': $name is a variable, $$ is a dollar");
}

static bf_status fail_unknown(const bf_names *names, const bf_node *in, const char *name) {
  char hint[BF_HINT];
  size_t n = 0;
  const char **known = bf_alloc(names->nvars + names->nvar, sizeof *known);
  for (size_t i = 0; i < names->nvars; i++) known[n++] = names->vars->key[i];
  for (size_t i = 0; i < names->nvar; i++) known[n++] = names->var[i];
  bf_status status =
      bf_fail_at(BF_INVALID, in, "nothing is called $%.64s%s (a name comes from sweep: or vars:; $$ is a dollar)", name, bf_hint(hint, name, known, n));
  free(known);
  return status;
}

/* A name's value, and its number if it is a sweep variable (SIZE_MAX: a constant). The value is NULL for a variable whose values are not given. */
static bf_status look_up(const bf_names *names, const bf_node *in, piece p, const bf_node **value, size_t *variable) {
  bf_status status = BF_OK;
  const bf_node *constant = NULL;
  size_t v = 0;
  char *name = bf_strndup(p.at, p.n);
  for (size_t i = 0; i < names->nvars && !constant; i++)
    if (!strcmp(names->vars->key[i], name)) constant = names->vars->item[i];
  while (v < names->nvar && strcmp(names->var[v], name)) v++;
  if (constant && bf_node_empty(constant))
    status = bf_fail_at(BF_INVALID, in, "vars.%s has no value; give it one with --set vars.%s=…", name, name);
  else if (!constant && v == names->nvar)
    status = fail_unknown(names, in, name);
  else if (!constant && names->where)
    status = bf_fail_at(BF_INVALID, in, "$%s is a sweep variable; only names from vars: can stand %s", name, names->where);
  *variable = constant ? SIZE_MAX : v;
  *value = constant ? constant : names->value && v < names->nvar ? names->value[v] : NULL;
  free(name);
  return status;
}

static bf_status spend(size_t *budget, size_t n, const bf_node *at) {
  if (n + sizeof(bf_node) > *budget) return bf_fail_at(BF_INVALID, at, "the $names make this value too large");
  *budget -= n + sizeof(bf_node);
  return BF_OK;
}

static bf_status copy(const bf_node *node, size_t *budget, int depth, const bf_node *at, bf_node **out) {
  bf_status status = BF_OK;
  bf_node *n = NULL;
  if (!depth) return bf_fail_at(BF_INVALID, at, "the $names nest this value deeper than %d lists", BF_MAX_DEPTH);
  BF_TRY(spend(budget, node->text ? strlen(node->text) : 0, at));
  n = node->kind == BF_SCALAR ? bf_node_scalar(node->text, node->origin, node->line, node->column)
      : node->kind == BF_LIST ? bf_node_list(node->origin, node->line, node->column)
                              : bf_node_map(node->origin, node->line, node->column);
  n->quoted = node->quoted;
  for (size_t i = 0; i < node->n; i++) {
    bf_node *item = NULL;
    BF_TRY(copy(node->item[i], budget, depth - 1, at, &item));
    if (node->kind == BF_MAP)
      bf_node_set(n, node->key[i], node->key_at[i], item);
    else
      bf_node_append(n, item);
  }
  *out = n;
  n = NULL;
out:
  bf_node_free(n);
  return status;
}

/* A file name that begins with a variable is relative to what states the variable; the place of messages stays the text's. */
static bf_origin *origin_from(bf_origin *text, bf_origin *variable) {
  if (!variable || !text || !strcmp(text->folder, variable->folder)) return text ? (text->users++, text) : NULL;
  return bf_origin_new(text->name, variable->folder, text->text);
}

static bf_status splice(const bf_node *node, const bf_names *names, size_t *budget, bf_node **out) {
  bf_status status = BF_OK;
  bf_text text = {0};
  bf_origin *origin = NULL;
  const char *rest = node->text;
  while (*rest) {
    const bf_node *value;
    size_t variable;
    piece p;
    bool first = rest == node->text;
    BF_TRY(next_piece(node, &rest, &p));
    if (!p.name) {
      bf_text_add_n(&text, p.at, p.n);
      continue;
    }
    status = look_up(names, node, p, &value, &variable);
    if (status != BF_OK || !value) goto out;
    if (value->kind != BF_SCALAR) {
      status = bf_fail_at(BF_INVALID, node, "$%.*s is a %s: it can stand alone, but not inside text", (int)p.n, p.at, value->kind == BF_LIST ? "list" : "map");
      goto out;
    }
    if (first) origin = origin_from(node->origin, value->origin);
    BF_TRY(spend(budget, strlen(value->text), node));
    bf_text_add(&text, value->text);
  }
  *out = bf_node_scalar(text.at ? text.at : "", origin ? origin : node->origin, node->line, node->column);
  (*out)->quoted = node->quoted;
out:
  bf_origin_release(origin);
  bf_text_free(&text);
  return status;
}

/* Whether the scalar is one $name and nothing else. */
static bool alone(const bf_node *node) {
  return node->text[0] == '$' && node->text[1] >= 'a' && node->text[1] <= 'z' &&
         !node->text[1 + strspn(node->text + 1, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

static bf_status subst(const bf_node *node, const bf_names *names, size_t *budget, int depth, bf_node **out) {
  bf_status status = BF_OK;
  bf_node *n = NULL;
  if (node->kind == BF_SCALAR) {
    const bf_node *value;
    size_t variable;
    if (!strchr(node->text, '$')) return copy(node, budget, depth, node, out);
    if (!alone(node)) return splice(node, names, budget, out);
    BF_TRY(look_up(names, node, (piece){node->text + 1, strlen(node->text + 1), true}, &value, &variable));
    return copy(value, budget, depth, node, out);
  }
  BF_TRY(spend(budget, 0, node));
  n = node->kind == BF_LIST ? bf_node_list(node->origin, node->line, node->column) : bf_node_map(node->origin, node->line, node->column);
  for (size_t i = 0; i < node->n; i++) {
    bf_node *item = NULL;
    BF_TRY(subst(node->item[i], names, budget, depth - 1, &item));
    if (node->kind == BF_MAP)
      bf_node_set(n, node->key[i], node->key_at[i], item);
    else
      bf_node_append(n, item);
  }
  *out = n;
  n = NULL;
out:
  bf_node_free(n);
  return status;
}

bf_status bf_subst(const bf_node *node, const bf_names *names, size_t *budget, bf_node **out) { return subst(node, names, budget, BF_MAX_DEPTH + 1, out); }

bf_status bf_subst_uses(const bf_node *node, const bf_names *names, uint64_t *used) {
  bf_status status = BF_OK;
  const char *rest = node && node->kind == BF_SCALAR ? node->text : "";
  while (*rest && status == BF_OK) {
    const bf_node *value;
    size_t variable = SIZE_MAX;
    piece p;
    if ((status = next_piece(node, &rest, &p)) != BF_OK || !p.name) continue;
    status = look_up(names, node, p, &value, &variable);
    if (status == BF_OK && variable < names->nvar) *used |= UINT64_C(1) << variable;
  }
  for (size_t i = 0; node && i < node->n && status == BF_OK; i++) status = bf_subst_uses(node->item[i], names, used);
  return status;
}

bf_status bf_vars_settle(const bf_node *vars, const bf_node *sweep, bf_node **out) {
  bf_status status = BF_OK;
  bf_node *settled = NULL;
  size_t budget = BF_MAX_MEMORY;
  const bf_node *point = sweep && sweep->kind == BF_LIST && sweep->n ? sweep->item[0] : sweep;
  const bool swept = point && point->kind == BF_MAP;
  BF_TRY(bf_need_map(vars, "vars"));
  if (bf_node_empty(vars)) return BF_OK;
  settled = bf_node_map(vars->origin, vars->line, vars->column);
  for (size_t i = 0; i < vars->n; i++) {
    bf_names names = {.vars = settled, .nvars = settled->n, .where = "in vars"};
    bf_node *value = NULL;
    if (swept) names.var = point->key, names.nvar = point->n;
    BF_TRY(bf_need_name(vars->key_at[i], vars->key[i], "a constant in vars"));
    if (swept && bf_node_get(point, vars->key[i])) {
      status = bf_fail_at(BF_INVALID, vars->key_at[i], "'%s' is a sweep variable too; $%s would mean both", vars->key[i], vars->key[i]);
      goto out;
    }
    BF_TRY(bf_subst(vars->item[i], &names, &budget, &value));
    bf_node_set(settled, vars->key[i], vars->key_at[i], value);
  }
  *out = settled;
  settled = NULL;
out:
  bf_node_free(settled);
  return status;
}
