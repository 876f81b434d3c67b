/* In the task's process: JSON values into the plugin's own struct, by its table. The table is checked again, since here it is the plugin's. */
#include "plugin/param_value.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct bf_filled { /* a chain of allocations */
  struct bf_filled *next;
  max_align_t data[];
};

static void *keep(bf_filled **memory, size_t n) {
  bf_filled *f = bf_alloc(1, sizeof *f + n);
  f->next = *memory;
  *memory = f;
  return f->data;
}

static const char *keep_text(bf_filled **memory, const char *text) {
  size_t n = strlen(text) + 1;
  return memcpy(keep(memory, n), text, n);
}

void bf_filled_free(bf_filled *memory) {
  while (memory) {
    bf_filled *next = memory->next;
    free(memory);
    memory = next;
  }
}

static bool real_of(const json_t *j, double *out) {
  if (json_is_number(j)) return *out = json_number_value(j), true;
  if (!json_is_string(j)) return false;
  if (strcmp(json_string_value(j), "none")) return bf_real_of_text(json_string_value(j), out);
  *out = NAN;
  return true;
}

static bool fill_ints(const json_t *j, bf_ints *out, bf_filled **memory) {
  size_t n = json_array_size(j);
  int64_t *at = keep(memory, n * sizeof *at);
  for (size_t i = 0; i < n; i++) {
    if (!json_is_integer(json_array_get(j, i))) return false;
    at[i] = json_integer_value(json_array_get(j, i));
  }
  *out = (bf_ints){at, n};
  return json_is_array(j);
}

static bool fill_reals(const json_t *j, bf_reals *out, bf_filled **memory) {
  size_t n = json_array_size(j);
  double *at = keep(memory, n * sizeof *at);
  for (size_t i = 0; i < n; i++)
    if (!real_of(json_array_get(j, i), &at[i])) return false;
  *out = (bf_reals){at, n};
  return json_is_array(j);
}

/* An activation or format: its table from the loaded plugin, its struct filled from "params". */
static bf_status fill_object(bf_kind kind, const json_t *j, const bf_objects *objects, const void **is, const void **cfg, const char **text,
                             bf_filled **memory) {
  const char *id = json_string_value(json_object_get(j, "id")), *canonical = json_string_value(json_object_get(j, "text"));
  if (!id || !canonical) return bf_fail(BF_PLUGIN, "a plugin object without id or text");
  const void *found = objects->find(objects->context, kind, id);
  if (!found) return bf_fail(BF_PLUGIN, "%s is not loaded", id);
  const bf_activation *a = found;
  const bf_format *f = found;
  const bf_param *table = kind == BF_KIND_ACTIVATION ? a->params : f->params;
  size_t size = kind == BF_KIND_ACTIVATION ? a->cfg_size : f->cfg_size;
  void *inner = keep(memory, size);
  bf_filled *more = NULL;
  bf_status status = bf_params_fill(table, json_object_get(j, "params"), objects, inner, size, &more);
  for (bf_filled *m = more, *next; m; m = next) { /* one owner for all of it */
    next = m->next;
    m->next = *memory;
    *memory = m;
  }
  *is = found;
  *cfg = inner;
  *text = keep_text(memory, canonical);
  return status;
}

static bf_status fill_row(const bf_param *row, const json_t *j, const bf_objects *objects, void *at, bf_filled **memory) {
  bool good = true;
  switch (row->type) {
  case BF_PARAM_BOOL:
    good = json_is_boolean(j), *(bool *)at = json_is_true(j);
    break;
  case BF_PARAM_INT:
    good = json_is_integer(j), *(int64_t *)at = json_integer_value(j);
    break;
  case BF_PARAM_REAL:
    good = real_of(j, at);
    break;
  case BF_PARAM_TEXT:
    good = json_is_string(j);
    if (good) *(const char **)at = keep_text(memory, json_string_value(j));
    break;
  case BF_PARAM_INTS:
    good = fill_ints(j, at, memory);
    break;
  case BF_PARAM_REALS:
    good = fill_reals(j, at, memory);
    break;
  case BF_PARAM_FILE:
    good = json_is_null(j) || json_is_string(json_object_get(j, "path"));
    if (good && !json_is_null(j)) ((bf_file *)at)->path = keep_text(memory, json_string_value(json_object_get(j, "path")));
    break;
  case BF_PARAM_ACTIVATION: {
    bf_activation_use *use = at;
    const void *is = NULL;
    if (json_is_null(j)) break;
    bf_status status = fill_object(BF_KIND_ACTIVATION, j, objects, &is, &use->cfg, &use->text, memory);
    use->is = is;
    return status;
  }
  case BF_PARAM_FORMAT: {
    bf_format_use *use = at;
    const void *is = NULL;
    if (json_is_null(j)) break;
    bf_status status = fill_object(BF_KIND_FORMAT, j, objects, &is, &use->cfg, &use->text, memory);
    use->is = is;
    return status;
  }
  }
  return good ? BF_OK : bf_fail(BF_PLUGIN, "parameter '%s': the plan gives no %s", row->name, bf_param_type_name(row->type));
}

bf_status bf_params_fill(const bf_param *table, const json_t *values, const bf_objects *objects, void *cfg, size_t cfg_size, bf_filled **memory) {
  *memory = NULL;
  if (cfg_size) memset(cfg, 0, cfg_size);
  for (const bf_param *row = table; row && row->name; row++) {
    size_t size = bf_param_type_size(row->type);
    bf_status status = BF_OK;
    const json_t *j = json_object_get(values, row->name);
    if (!size || row->offset > cfg_size || size > cfg_size - row->offset || row->offset % bf_param_type_align(row->type))
      status = bf_fail(BF_PLUGIN, "parameter '%s' lies outside of the plugin's struct", row->name);
    else if (!j)
      status = bf_fail(BF_PLUGIN, "parameter '%s' is not in the plan", row->name);
    else
      status = fill_row(row, j, objects, (char *)cfg + row->offset, memory);
    if (status != BF_OK) {
      bf_filled_free(*memory);
      *memory = NULL;
      return status;
    }
  }
  return BF_OK;
}

bf_status bf_object_fill(const char *text, bf_kind kind, const bf_objects *objects, bf_activation_use *use, bf_filled **memory) {
  bf_status status = BF_OK;
  char *id = NULL, *canonical = NULL;
  bf_node *values = NULL;
  bf_params *params = NULL;
  json_t *object = NULL;
  const bf_param_env env = {0};
  static const bf_param no_params[] = {{0}};
  *memory = NULL;
  *use = (bf_activation_use){0};
  if (kind != BF_KIND_ACTIVATION || !bf_object_split(text, NULL, &id, &values)) {
    status = bf_fail(BF_BAD_INPUT, "'%.200s' is no activation", text);
    goto out;
  }
  const bf_activation *a = objects->find(objects->context, kind, id);
  if (!a) {
    status = bf_fail(BF_BAD_INPUT, "the activation '%.200s' is not among those that the inputs name", text);
    goto out;
  }
  const bf_param *table = a->params ? a->params : no_params;
  const bf_entry entry = {.kind = kind, .id = id, .params = table, .activation = a};
  BF_TRY(bf_params_parse(table, values, id, &env, &params));
  canonical = bf_object_text(&entry, params);
  object = json_pack("{s:s, s:o, s:s}", "id", id, "params", bf_params_json(params), "text", canonical);
  const void *is = NULL;
  BF_TRY(fill_object(kind, object, objects, &is, &use->cfg, &use->text, memory));
  use->is = is;
out:
  if (status != BF_OK) {
    bf_filled_free(*memory);
    *memory = NULL;
  }
  json_decref(object);
  bf_params_free(params);
  bf_node_free(values);
  free(canonical);
  free(id);
  return status;
}
