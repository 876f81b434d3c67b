/* Values as JSON: for the task's process, and for people. Reals keep all their bits (17 digits); inf and none are text. */
#include "plugin/param_value.h"
#include <math.h>
#include <stdlib.h>

static json_t *real_json(double x) { return isinf(x) ? json_string(x < 0 ? "-inf" : "inf") : json_real(x); }

static json_t *list_json(const bf_value *v) {
  json_t *list = json_array();
  for (size_t i = 0; i < v->n; i++) json_array_append_new(list, v->wholes ? json_integer(v->wholes[i]) : real_json(v->reals[i]));
  return list;
}

static json_t *object_json(const bf_value *v) {
  char *text = bf_object_text(v->entry, v->params);
  json_t *object = json_pack("{s:s, s:o, s:s}", "id", v->entry->id, "params", bf_params_json(v->params), "text", text);
  free(text);
  return object;
}

static json_t *value_json(const bf_value *v) {
  if (v->none) return v->row->type == BF_PARAM_REAL ? json_string("none") : json_null();
  switch (v->row->type) {
  case BF_PARAM_BOOL:
    return json_boolean(v->yes);
  case BF_PARAM_INT:
    return json_integer(v->whole);
  case BF_PARAM_REAL:
    return real_json(v->real);
  case BF_PARAM_TEXT:
    return json_string(v->text);
  case BF_PARAM_INTS:
  case BF_PARAM_REALS:
    return list_json(v);
  case BF_PARAM_FILE:
    return json_pack("{s:s, s:s}", "path", v->text, "digest", v->digest.hex);
  default:
    return object_json(v);
  }
}

json_t *bf_params_json(const bf_params *p) {
  json_t *object = json_object();
  for (size_t i = 0; i < p->n; i++) json_object_set_new(object, p->value[i].row->name, value_json(&p->value[i]));
  return object;
}
