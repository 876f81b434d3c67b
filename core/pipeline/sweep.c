/* The sweep: its variables, their values and its points; and the points as seen along some of the variables. */
#include "pipeline/read.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const reserved[] = {"layer", "class", "scale", "dim", "betti"};

static bf_status check_variable(const bf_node *at, const char *name) {
  for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
    if (!strcmp(name, reserved[i]))
      return bf_fail_at(BF_INVALID, at, "a sweep variable can't be called '%s': tables have a column of that name for something else", name);
  return bf_need_name(at, name, "a sweep variable");
}

/* Numbers the value within its variable; *new is set when it was not there. */
static bf_status add_value(bf_values *v, const bf_node *value, size_t *number, bool *new) {
  if (value->kind == BF_MAP) return bf_fail_at(BF_INVALID, value, "a sweep value is a scalar or a list, not a map");
  char *text = bf_node_flow(value);
  bf_status status = BF_OK;
  size_t before = v->n;
  *number = 0;
  if (strlen(text) > BF_MAX_LABEL)
    status =
        bf_fail_at(BF_INVALID, value, "this sweep value is %zu bytes long; its text stands in labels and tables and may have %d", strlen(text), BF_MAX_LABEL);
  else if (!bf_is_text(text))
    status = bf_fail_at(BF_INVALID, value, "a control character in a sweep value: its text stands in labels and tables");
  else
    *number = bf_keys_add(&v->keys, text, strlen(text));
  if (status == BF_OK && *number < before && !bf_node_equal(v->value[*number], value))
    status = bf_fail_at(BF_INVALID, value, "two different values with one text, '%.80s': results could not be told apart", text);
  if (status == BF_OK && (*new = *number == before)) {
    v->value = bf_grow(v->value, before, sizeof *v->value);
    v->text = bf_grow(v->text, before, sizeof *v->text);
    v->value[before] = bf_node_copy(value);
    v->text[before] = bf_strdup(text);
    v->n++;
  }
  free(text);
  return status;
}

/* Whether a plain scalar is "1..30". */
static bool is_range(const bf_node *node, long long *from, long long *to) {
  if (node->kind != BF_SCALAR || node->quoted) return false;
  const char *dots = strstr(node->text, "..");
  if (!dots || dots == node->text) return false;
  const char *a = node->text + (node->text[0] == '-'), *b = dots + 2 + (dots[2] == '-');
  size_t na = strspn(a, "0123456789"), nb = strspn(b, "0123456789");
  if (!na || !nb || na > 15 || nb > 15 || a + na != dots || b[nb]) return false;
  *from = strtoll(node->text, NULL, 10);
  *to = strtoll(dots + 2, NULL, 10);
  return true;
}

static bf_status add_distinct(bf_values *v, const bf_node *value, const char *name) {
  size_t number = 0;
  bool new = false;
  bf_status status = add_value(v, value, &number, &new);
  if (status != BF_OK || new) return status;
  return bf_fail_at(BF_INVALID, value, "'%.80s' stands twice among the values of '%s': points would be the same", v->text[number], name);
}

static bf_status add_range(bf_values *v, const bf_node *node, const char *name, long long from, long long to) {
  bf_status status = BF_OK;
  char text[32];
  if (to < from) return bf_fail_at(BF_INVALID, node, "the range %s runs downwards; write the smaller number first", node->text);
  if (to - from >= BF_MAX_POINTS)
    return bf_fail_at(BF_INVALID, node, "the range %s has more than the %d points that a sweep may have", node->text, BF_MAX_POINTS);
  for (long long i = from; i <= to && status == BF_OK; i++) {
    snprintf(text, sizeof text, "%lld", i);
    bf_node *value = bf_node_scalar(text, node->origin, node->line, node->column);
    status = add_distinct(v, value, name);
    bf_node_free(value);
  }
  return status;
}

/* All values of one variable of a product: a scalar, a range, or a list of both. */
static bf_status read_values(bf_values *v, const bf_node *node, const bf_node *at, const char *name) {
  bf_status status = BF_OK;
  if (bf_node_empty(node) || (node->kind == BF_LIST && !node->n))
    return bf_fail_at(BF_INVALID, at, "'%s' has no values; a sweep variable has at least one", name);
  for (size_t i = 0; i < bf_list_size(node) && status == BF_OK; i++) {
    const bf_node *value = bf_list_at(node, i);
    long long from, to;
    status = is_range(value, &from, &to) ? add_range(v, value, name, from, to) : add_distinct(v, value, name);
  }
  return status;
}

static bf_status check_size(const bf_node *at, size_t nvar, size_t npoint, size_t factor) {
  if (npoint > BF_MAX_POINTS / factor || npoint * factor > BF_MAX_CELLS / (nvar ? nvar : 1))
    return bf_fail_at(BF_INVALID, at, "the sweep has more than %d points, or more than %d points × variables", BF_MAX_POINTS, BF_MAX_CELLS);
  return BF_OK;
}

static bf_status start_variables(bf_pipeline *p, const bf_node *names) {
  bf_status status = BF_OK;
  if (names->n > BF_MAX_SWEEP) return bf_fail_at(BF_INVALID, names->key_at[BF_MAX_SWEEP], "more than %d sweep variables", BF_MAX_SWEEP);
  p->var = bf_alloc(names->n, sizeof *p->var);
  p->own->values = bf_alloc(names->n, sizeof *p->own->values);
  for (size_t i = 0; i < names->n && status == BF_OK; i++) {
    status = check_variable(names->key_at[i], names->key[i]);
    p->var[p->nvar++] = bf_strdup(names->key[i]);
  }
  return status;
}

/* A map: every combination, the first variable slowest. */
static bf_status read_product(bf_pipeline *p, const bf_node *sweep) {
  bf_status status = start_variables(p, sweep);
  for (size_t v = 0; v < sweep->n && status == BF_OK; v++) {
    status = read_values(&p->own->values[v], sweep->item[v], sweep->key_at[v], p->var[v]);
    if (status == BF_OK) status = check_size(sweep->key_at[v], p->nvar, p->npoint, p->own->values[v].n);
    if (status == BF_OK) p->npoint *= p->own->values[v].n;
  }
  if (status != BF_OK) return status;
  p->own->row = bf_alloc(p->npoint * p->nvar, sizeof *p->own->row);
  for (size_t i = 0; i < p->npoint; i++)
    for (size_t v = p->nvar, rest = i; v-- > 0; rest /= p->own->values[v].n) p->own->row[i * p->nvar + v] = (uint32_t)(rest % p->own->values[v].n);
  return BF_OK;
}

static bf_status read_point(bf_pipeline *p, const bf_node *point, uint32_t *row) {
  bf_status status = BF_OK;
  for (size_t v = 0; v < p->nvar && status == BF_OK; v++) {
    const bf_node *value = bf_node_get(point, p->var[v]);
    long long from, to;
    size_t number = 0;
    bool new;
    if (bf_node_empty(value)) return bf_fail_at(BF_INVALID, point, "this point of the sweep gives no '%s'; all points have the same keys", p->var[v]);
    if (is_range(value, &from, &to)) return bf_fail_at(BF_INVALID, value, "a range is no single value: a list of points names each; quote it if it is text");
    status = add_value(&p->own->values[v], value, &number, &new);
    row[v] = (uint32_t)number;
  }
  return status == BF_OK ? bf_need_keys(point, "a point of this sweep", (const char *const *)p->var, p->nvar) : status;
}

/* A list of maps: exactly these points. */
static bf_status read_list(bf_pipeline *p, const bf_node *sweep) {
  bf_status status = BF_OK;
  bf_keys rows = {0};
  if (!sweep->n) return bf_fail_at(BF_INVALID, sweep, "a sweep has at least one point");
  for (size_t i = 0; i < sweep->n; i++)
    if (sweep->item[i]->kind != BF_MAP || !sweep->item[i]->n)
      return bf_fail_at(BF_INVALID, sweep->item[i], "a point of the sweep is a map: { k: 14, hops: 2 }");
  BF_TRY(start_variables(p, sweep->item[0]));
  BF_TRY(check_size(sweep, p->nvar, 1, sweep->n));
  p->npoint = sweep->n;
  p->own->row = bf_alloc(p->npoint * p->nvar, sizeof *p->own->row);
  for (size_t i = 0; i < sweep->n; i++) {
    uint32_t *row = p->own->row + i * p->nvar;
    BF_TRY(read_point(p, sweep->item[i], row));
    size_t same = bf_keys_add(&rows, row, p->nvar * sizeof *row);
    if (same == i) continue;
    status = bf_fail_at(BF_INVALID, sweep->item[i], "this point of the sweep stands there already, in line %d", sweep->item[same]->line);
    goto out;
  }
out:
  bf_keys_free(&rows);
  return status;
}

/* Fills value[point][var] and value_text from the rows. */
static void fill_points(bf_pipeline *p) {
  size_t n = p->npoint, m = p->nvar;
  p->value = bf_alloc(n, sizeof *p->value);
  p->value_text = bf_alloc(n, sizeof *p->value_text);
  p->own->value_block = bf_alloc(n * m, sizeof(bf_node *));
  p->own->text_block = bf_alloc(n * m, sizeof(char *));
  for (size_t i = 0; i < n; i++) {
    p->value[i] = p->own->value_block + i * m;
    p->value_text[i] = p->own->text_block + i * m;
    for (size_t v = 0; v < m; v++) {
      uint32_t number = p->own->row[i * m + v];
      p->value[i][v] = p->own->values[v].value[number];
      p->value_text[i][v] = p->own->values[v].text[number];
    }
  }
}

bf_status bf_sweep_read(bf_pipeline *p) {
  bf_status status = BF_OK;
  const bf_node *written = bf_node_get(p->root, "sweep");
  bf_node *sweep = NULL;
  size_t budget = BF_MAX_MEMORY;
  bf_names names = {.vars = p->own->vars, .nvars = p->own->vars ? p->own->vars->n : 0};
  p->npoint = 1;
  if (!bf_node_empty(written)) BF_TRY(bf_subst(written, &names, &budget, &sweep));
  if (sweep && sweep->kind == BF_SCALAR)
    status = bf_fail_at(BF_INVALID, sweep, "sweep is a map of variables, or a list of points");
  else if (sweep && sweep->kind == BF_MAP)
    status = read_product(p, sweep);
  else if (sweep)
    status = read_list(p, sweep);
  if (status == BF_OK) fill_points(p);
out:
  bf_node_free(sweep);
  return status;
}

bf_status bf_project(bf_pipeline *p, uint64_t axes, const bf_projection **out) {
  struct bf_pipeline_own *own = p->own;
  for (size_t i = 0; i < own->nprojection; i++)
    if (own->projection[i]->axes == axes) return *out = own->projection[i], BF_OK;
  if (p->npoint > 2 * (size_t)BF_MAX_CELLS / (own->nprojection + 1))
    return bf_fail(BF_INVALID, "%s: too large: %zu sweep points and more than %zu different sets of axes", p->file, p->npoint, own->nprojection);
  bf_projection *q = bf_alloc(1, sizeof *q);
  bf_keys keys = {0};
  uint32_t key[BF_MAX_SWEEP];
  *q = (bf_projection){.axes = axes, .of = bf_alloc(p->npoint, sizeof *q->of)};
  for (size_t i = 0; i < p->npoint; i++) {
    size_t n = 0;
    for (size_t v = 0; v < p->nvar; v++)
      if (axes >> v & 1) key[n++] = own->row[i * p->nvar + v];
    q->of[i] = bf_keys_add(&keys, key, n * sizeof *key);
    if (q->of[i] < q->n) continue;
    q->first = bf_grow(q->first, q->n, sizeof *q->first);
    q->first[q->n++] = i;
  }
  bf_keys_free(&keys);
  own->projection = bf_grow(own->projection, own->nprojection, sizeof(bf_projection *));
  own->projection[own->nprojection++] = q;
  *out = q;
  return BF_OK;
}

void bf_sweep_free(bf_pipeline *p) {
  struct bf_pipeline_own *own = p->own;
  for (size_t v = 0; own->values && v < p->nvar; v++) {
    for (size_t i = 0; i < own->values[v].n; i++) {
      bf_node_free(own->values[v].value[i]);
      free(own->values[v].text[i]);
    }
    free(own->values[v].value);
    free(own->values[v].text);
    bf_keys_free(&own->values[v].keys);
  }
  for (size_t v = 0; v < p->nvar; v++) free(p->var[v]);
  for (size_t i = 0; i < own->nprojection; i++) {
    free(own->projection[i]->first);
    free(own->projection[i]->of);
    free(own->projection[i]);
  }
  free(own->projection);
  free(own->values);
  free(own->row);
  free(own->value_block);
  free(own->text_block);
  free(p->var);
  free(p->value);
  free(p->value_text);
}
