/* A task's spec as the JSON that its process reads (task/spec.c). */
#include "engine/child.h"
#include <jansson.h>
#include <string.h>

static json_t *labels_json(const bf_label *label, size_t n) {
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++) json_array_append_new(list, json_pack("[ss]", label[i].name, label[i].value));
  return list;
}

static json_t *input_json(const bf_task_input *in) {
  json_t *items = json_array();
  for (size_t i = 0; i < in->nitem; i++) {
    const bf_input *item = &in->item[i];
    json_t *one = json_pack("{soss?ss?sI}", "label", labels_json(item->label, item->nlabel), "path", item->path, "reason", item->reason, "nsweep",
                            (json_int_t)item->nsweep);
    if (!one) {
      json_decref(items);
      return NULL;
    }
    json_array_append_new(items, one);
  }
  return json_pack("{sIso}", "port", (json_int_t)in->port, "items", items);
}

/* The plugin files, each once: the entry's own first. */
static json_t *plugins_json(const bf_task_spec *spec) {
  json_t *list = json_array();
  for (size_t i = 0; i <= spec->nuse; i++) {
    const bf_provider *from = (i ? spec->use[i - 1] : spec->entry)->from;
    bool known = false;
    for (size_t k = 0; k < json_array_size(list) && !known; k++)
      known = !strcmp(json_string_value(json_object_get(json_array_get(list, k), "path")), from->path);
    json_t *one = known ? NULL : json_pack("{ssss}", "path", from->path, "build_id", from->build_id);
    if (known) continue;
    if (!one) {
      json_decref(list);
      return NULL;
    }
    json_array_append_new(list, one);
  }
  return list;
}

char *bf_spec_json(const bf_task_spec *spec, uint64_t memory, size_t *n) {
  static const char *const kinds[] = {[BF_TASK_STAGE] = "stage", [BF_TASK_READ] = "read", [BF_TASK_WRITE] = "write", [BF_TASK_CHECK] = "check"};
  char *text = NULL;
  json_t *plugins = plugins_json(spec), *inputs = json_array(), *more = json_array(), *root = NULL;
  const char *foreign = spec->foreign;
  bool whole = plugins != NULL;
  if (spec->kind == BF_TASK_WRITE && !foreign && spec->ninput && spec->input[0].nitem) foreign = spec->input[0].item[0].path;
  for (size_t i = 0; spec->kind == BF_TASK_STAGE && i < spec->ninput; i++) whole &= !json_array_append_new(inputs, input_json(&spec->input[i]));
  for (size_t i = 0; i < spec->nmore; i++) json_array_append_new(more, bf_params_json(spec->more[i]));
  if (whole)
    root = json_pack("{ss ss sO sO sO so so sI ss? sI sI sI ss?}", "kind", kinds[spec->kind], "id", spec->entry->id, "plugins", plugins, "inputs", inputs,
                     "more", more, "params", spec->params ? bf_params_json(spec->params) : json_object(), "label", labels_json(spec->label, spec->nlabel),
                     "type", (json_int_t)spec->type, "foreign", foreign, "connected", (json_int_t)spec->connected, "threads", (json_int_t)spec->threads,
                     "memory", (json_int_t)memory, "folder", spec->folder);
  if (root) text = json_dumps(root, JSON_COMPACT);
  *n = text ? strlen(text) : 0;
  json_decref(root);
  json_decref(plugins);
  json_decref(inputs);
  json_decref(more);
  return text;
}
