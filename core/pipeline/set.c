/* --set: values from the command line, put over those of the files. `stage.param=value`, `sweep.name=1,2`, `vars.name=value`. A value that begins with
 * [ { " or ' is YAML, any other is taken as it stands; after sweep. commas separate values. File names are relative to the working folder. */
#include "pipeline/read.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct setting {
  bf_origin *origin; /* "--set", with the option's text for carets */
  const char *text, *value;
  char *group, *name; /* before and after the dot */
  bf_node *group_at, *name_at;
} setting;

static void setting_free(setting *s) {
  bf_node_free(s->group_at);
  bf_node_free(s->name_at);
  free(s->group);
  free(s->name);
  bf_origin_release(s->origin);
}

static bf_status split(const char *text, setting *s) {
  const char *equals = strchr(text, '='), *dot = strchr(text, '.');
  if (!equals || !dot || dot > equals || dot == text || dot + 1 == equals)
    return bf_fail(BF_USAGE, "--set '%.200s': it has the form stage.param=value, sweep.name=1,2 or vars.name=value", text), BF_USAGE;
  if (strlen(text) > BF_MAX_TEXT) return bf_fail(BF_USAGE, "--set: a value of more than 1 MiB"), BF_USAGE;
  if (!bf_is_text(text)) return bf_fail(BF_USAGE, "--set %.*s: the value is not UTF-8 text, or has control characters", (int)(equals - text), text), BF_USAGE;
  *s = (setting){.text = text, .value = equals + 1};
  s->origin = bf_origin_new("--set", ".", text);
  s->group = bf_strndup(text, (size_t)(dot - text));
  s->name = bf_strndup(dot + 1, (size_t)(equals - dot - 1));
  s->group_at = bf_node_scalar(s->group, s->origin, 1, 1);
  s->name_at = bf_node_scalar(s->name, s->origin, 1, (int)(dot - text) + 2);
  return BF_OK;
}

static int column_of(const setting *s, const char *at) { return (int)(at - s->text) + 1; }

/* The value as YAML: read behind as many spaces as there is text before it, so that columns are right. */
static bf_status read_yaml(const setting *s, const char *value, bf_node **out) {
  bf_text padded = {0};
  for (const char *c = s->text; c < value; c++) bf_text_add(&padded, " ");
  bf_text_add(&padded, value);
  bf_status status = bf_yaml_parse(s->origin, padded.at, padded.n, out);
  bf_text_free(&padded);
  return status;
}

static bf_status read_value(const setting *s, bf_node **out) {
  if (s->value[0] && strchr("[{\"'", s->value[0])) return read_yaml(s, s->value, out);
  *out = bf_node_scalar(s->value, s->origin, 1, column_of(s, s->value));
  return BF_OK;
}

/* Where a value that begins at `at` ends: at a comma outside of brackets, parentheses and leading quotes, or at the text's end. */
static const char *value_end(const char *at) {
  int open = 0;
  while (*at == ' ') at++;
  char quote = *at == '"' || *at == '\'' ? *at++ : 0;
  for (; *at; at++) {
    if (quote && *at == quote)
      quote = 0;
    else if (quote)
      continue;
    else if (*at == ',' && open <= 0)
      break;
    open += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
  }
  return at;
}

/* One value of a sweep variable: at .. end-1 of the option's text. */
static bf_status read_one(const setting *s, const char *at, const char *end, bf_node **out) {
  while (at < end && isspace((unsigned char)*at)) at++;
  while (at < end && isspace((unsigned char)end[-1])) end--;
  if (at == end) return bf_fail_at(BF_INVALID, s->name_at, "sweep.%s has an empty value", s->name);
  char *upto = bf_strndup(s->text, (size_t)(end - s->text));
  const char *value = upto + (at - s->text);
  setting part = {.origin = s->origin, .text = upto, .value = value};
  bf_status status = BF_OK;
  if (strchr("[\"'", *value))
    status = read_yaml(&part, value, out);
  else
    *out = bf_node_scalar(value, s->origin, 1, column_of(s, at));
  free(upto);
  return status;
}

/* "1,2", "1..5", "relu,leaky_relu(slope=0.1)", "[5, 5],[7]"; brackets around all of it are YAML: "[[5, 5], [7]]". */
static bf_status read_values(const setting *s, bf_node **out) {
  bf_status status = BF_OK;
  const char *end = value_end(s->value);
  if (s->value[0] == '[' && !*end) return read_yaml(s, s->value, out);
  bf_node *list = bf_node_list(s->origin, 1, column_of(s, s->value)), *item = NULL;
  for (const char *at = s->value; status == BF_OK; at = end + 1) {
    end = value_end(at);
    status = read_one(s, at, end, &item);
    if (status == BF_OK) bf_node_append(list, item);
    if (!*end) break;
  }
  if (status == BF_OK)
    *out = list;
  else
    bf_node_free(list);
  return status;
}

static bf_status fail_unknown(const setting *s, const bf_node *map, const char *what) {
  char hint[BF_HINT];
  const char *const *known = map && map->kind == BF_MAP ? (const char *const *)map->key : NULL;
  return bf_fail_at(BF_INVALID, s->name_at, "the pipeline has no %s '%.64s'%s", what, s->name, bf_hint(hint, s->name, known, known ? map->n : 0));
}

static bf_status set_sweep(bf_node *root, const setting *s) {
  bf_node *sweep = bf_node_get(root, "sweep"), *value = NULL;
  if (sweep && sweep->kind == BF_LIST)
    return bf_fail_at(BF_INVALID, s->group_at, "the pipeline's sweep is a list of points; its variables can't be set one by one");
  if (!bf_node_get(sweep, s->name)) return fail_unknown(s, sweep, "sweep variable");
  bf_status status = read_values(s, &value);
  if (status == BF_OK) bf_node_set(sweep, s->name, s->name_at, value);
  return status;
}

static bf_status set_var(bf_node *root, const setting *s) {
  bf_node *vars = bf_node_get(root, "vars"), *value = NULL;
  if (!bf_node_get(vars, s->name)) return fail_unknown(s, vars, "name in vars:");
  bf_status status = read_value(s, &value);
  if (status == BF_OK) bf_node_set(vars, s->name, s->name_at, value);
  return status;
}

static bf_status set_param(bf_node *root, const setting *s) {
  char hint[BF_HINT];
  bf_node *stages = bf_node_get(root, "stages"), *stage = bf_node_get(stages, s->group), *value = NULL;
  if (!stage || stage->kind != BF_MAP) {
    size_t n = stages && stages->kind == BF_MAP ? stages->n : 0;
    const char **known = bf_alloc(n + 2, sizeof *known);
    for (size_t i = 0; i < n; i++) known[i] = stages->key[i];
    known[n] = "sweep", known[n + 1] = "vars";
    bf_status status = bf_fail_at(BF_INVALID, s->group_at, "the pipeline has no stage '%.64s'%s", s->group, bf_hint(hint, s->group, known, n + 2));
    free(known);
    return status;
  }
  bf_node *params = bf_node_get(stage, "params");
  bf_status status = bf_need_map(params, "params");
  if (status == BF_OK) status = read_value(s, &value);
  if (status != BF_OK) return status;
  if (bf_node_empty(params)) {
    params = bf_node_map(s->origin, 1, 1);
    bf_node_set(stage, "params", NULL, params);
  }
  /* Its key's place is the option's too: the parameter may be unknown. */
  for (size_t i = 0; i < params->n; i++) {
    if (strcmp(params->key[i], s->name)) continue;
    bf_node_free(params->key_at[i]);
    params->key_at[i] = bf_node_copy(s->name_at);
  }
  bf_node_set(params, s->name, s->name_at, value);
  return BF_OK;
}

bf_status bf_set_apply(bf_node *root, const bf_setting *set, size_t n) {
  bf_status status = BF_OK;
  for (size_t i = 0; i < n && status == BF_OK; i++) {
    setting s = {0};
    if ((status = split(set[i].text, &s)) != BF_OK) return status;
    if (!strcmp(s.group, "sweep"))
      status = set_sweep(root, &s);
    else
      status = !strcmp(s.group, "vars") ? set_var(root, &s) : set_param(root, &s);
    setting_free(&s);
  }
  return status;
}
