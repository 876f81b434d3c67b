/* JSON schemas of parameter tables. */
#include "cli/schema.h"
#include "plugin/param_value.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add_range(json_t *number, const char *text) {
  bf_range range;
  if (!text || !bf_range_parse(text, &range)) return;
  if (isfinite(range.low)) json_object_set_new(number, range.low_open ? "exclusiveMinimum" : "minimum", json_real((double)range.low));
  if (isfinite(range.high)) json_object_set_new(number, range.high_open ? "exclusiveMaximum" : "maximum", json_real((double)range.high));
}

static json_t *whole_schema(const bf_param *row) {
  json_t *j = json_pack("{s:s}", "type", "integer");
  add_range(j, row->range);
  return j;
}

/* A number; inf and none are words. */
static json_t *real_schema(const bf_param *row) {
  bf_range range = {-INFINITY, INFINITY, false, false};
  json_t *number = json_pack("{s:s}", "type", "number"), *words = json_array();
  add_range(number, row->range);
  if (row->range) bf_range_parse(row->range, &range);
  if (bf_range_holds(&range, INFINITY)) json_array_append_new(words, json_string("inf"));
  if (bf_range_holds(&range, -INFINITY)) json_array_append_new(words, json_string("-inf"));
  if (row->def && !strcmp(row->def, "none")) json_array_append_new(words, json_string("none"));
  if (json_array_size(words)) return json_pack("{s:[o, {s:o}]}", "anyOf", number, "enum", words);
  json_decref(words);
  return number;
}

static json_t *list_schema(json_t *item) { return json_pack("{s:[O, {s:s, s:o}]}", "anyOf", item, "type", "array", "items", item); }

static json_t *text_schema(const bf_param *row) {
  const char *choice;
  size_t n;
  json_t *words = json_array();
  if (!row->choices) {
    json_decref(words);
    return json_pack("{s:[s, s, s]}", "type", "string", "number", "boolean"); /* plain scalars are text too */
  }
  for (size_t i = 0; (choice = bf_choice_at(row->choices, i, &n)); i++) json_array_append_new(words, json_stringn(choice, n));
  return json_pack("{s:o}", "enum", words);
}

/* The names that there are, for completion; or one with parameters in parentheses. */
static json_t *object_schema(const bf_registry *r, const bf_param *row) {
  bf_kind kind = row->type == BF_PARAM_ACTIVATION ? BF_KIND_ACTIVATION : BF_KIND_FORMAT;
  json_t *names = json_array();
  bf_text pattern = {0};
  bf_text_addf(&pattern, "^(%s\\.)?(", kind == BF_KIND_ACTIVATION ? "activation" : "format");
  if (row->def && !*row->def) json_array_append_new(names, json_string(""));
  for (size_t i = 0; i < bf_registry_size(r); i++) {
    const bf_entry *e = bf_registry_at(r, i);
    if (e->kind != kind) continue;
    const char *name = strchr(e->id, '.') + 1;
    bf_text_addf(&pattern, "%s%s", pattern.at[pattern.n - 1] == '(' ? "" : "|", name);
    json_array_append_new(names, json_string(name));
  }
  bf_text_add(&pattern, ") *(\\(.*\\) *)?$");
  json_t *j = json_pack("{s:[{s:o}, {s:s, s:s}]}", "anyOf", "enum", names, "type", "string", "pattern", pattern.at);
  bf_text_free(&pattern);
  return j;
}

static json_t *type_schema(const bf_registry *r, const bf_param *row) {
  switch (row->type) {
  case BF_PARAM_BOOL:
    return json_pack("{s:s}", "type", "boolean");
  case BF_PARAM_INT:
    return whole_schema(row);
  case BF_PARAM_REAL:
    return real_schema(row);
  case BF_PARAM_TEXT:
    return text_schema(row);
  case BF_PARAM_INTS:
    return list_schema(whole_schema(row));
  case BF_PARAM_REALS:
    return list_schema(real_schema(row));
  case BF_PARAM_FILE:
    return json_pack("{s:s}", "type", "string");
  default:
    return object_schema(r, row);
  }
}

/* A default's text as the JSON value that an editor would fill in. */
static json_t *default_json(const bf_param *row, const bf_node *node) {
  int64_t whole;
  double real;
  if (node->kind == BF_LIST) {
    json_t *list = json_array();
    for (size_t i = 0; i < node->n; i++) json_array_append_new(list, default_json(row, node->item[i]));
    return list;
  }
  bool wholes = row->type == BF_PARAM_INT || row->type == BF_PARAM_INTS, reals = row->type == BF_PARAM_REAL || row->type == BF_PARAM_REALS;
  if (row->type == BF_PARAM_BOOL) return json_boolean(!strcmp(node->text, "true"));
  if (wholes && bf_whole_of_text(node->text, &whole)) return json_integer(whole);
  if (reals && bf_real_of_text(node->text, &real) && isfinite(real)) return json_real(real);
  if ((wholes || reals) && !*node->text) return json_array();
  return json_string(node->text);
}

static json_t *param_schema(const bf_registry *r, const bf_param *row) {
  json_t *type = type_schema(r, row), *variable = json_pack("{s:s, s:s}", "type", "string", "pattern", "\\$");
  json_t *options = json_object_get(type, "anyOf") ? json_incref(json_object_get(type, "anyOf")) : json_pack("[O]", type);
  json_decref(type);
  json_array_append_new(options, variable);
  bf_node *made = row->def ? bf_node_of_text(row->def, NULL) : NULL;
  json_t *j = json_pack("{s:s, s:o}", "description", row->doc, "anyOf", options);
  if (made) json_object_set_new(j, "default", default_json(row, made));
  bf_node_free(made);
  return j;
}

json_t *bf_schema_params(const bf_registry *r, const bf_param *table) {
  json_t *properties = json_object();
  for (const bf_param *row = table; row->name; row++) json_object_set_new(properties, row->name, param_schema(r, row));
  return json_pack("{s:[s, s], s:o, s:b}", "type", "object", "null", "properties", properties, "additionalProperties", 0);
}
