/* A plugin's tables as JSON. The scan's child uses the form with layout (offsets, sizes), people and tools the one without. */
#include "plugin/describe.h"
#include "plugin/param_value.h"
#include <bettiflow/artifact.h>
#include <string.h>

/* A text of bounded length and valid UTF-8, or null (then *good is false, unless NULL is allowed). */
static json_t *text_json(const char *text, bool optional, bool *good) {
  if (!text) {
    *good = *good && optional;
    return json_null();
  }
  json_t *j = strnlen(text, BF_MAX_WORDS) < BF_MAX_WORDS ? json_string(text) : NULL; /* json_string checks UTF-8 */
  if (j) return j;
  *good = false;
  return json_null();
}

static json_t *types_json(uint32_t types) {
  json_t *list = json_array();
  for (uint32_t t = BF_POINT_CLOUD; t <= BF_TYPE_LAST; t++)
    if (types & BF_BIT(t)) json_array_append_new(list, json_string(bf_type_name((bf_type)t)));
  return list;
}

static json_t *split_json(const char *text, char separator) {
  json_t *list = json_array();
  while (text && *text) {
    const char *end = strchrnul(text, separator);
    json_array_append_new(list, json_stringn(text, (size_t)(end - text)));
    text = *end ? end + 1 : end;
  }
  return list;
}

static json_t *param_json(const bf_param *row, bool layout, bool *good) {
  const char *type = bf_param_type_name(row->type);
  json_t *j = json_object();
  json_object_set_new(j, "name", text_json(row->name, false, good));
  json_object_set_new(j, "type", text_json(type, false, good));
  json_object_set_new(j, "default", text_json(row->def, true, good));
  json_object_set_new(j, "range", text_json(row->range, true, good));
  json_t *choices = text_json(row->choices, true, good);
  if (!layout && row->choices) {
    json_decref(choices);
    choices = split_json(row->choices, '|');
  }
  json_object_set_new(j, "choices", choices);
  json_object_set_new(j, "doc", text_json(row->doc, false, good));
  if (!layout) return j;
  json_object_set_new(j, "code", json_integer(row->type));
  json_object_set_new(j, "offset", json_integer((json_int_t)(row->offset > BF_MAX_CONFIG ? BF_MAX_CONFIG : row->offset)));
  return j;
}

static json_t *params_json(const bf_param *row, bool layout, bool *good) {
  json_t *list = json_array();
  size_t n = 0;
  for (; row && row->name && n < BF_MAX_ROWS; row++, n++) json_array_append_new(list, param_json(row, layout, good));
  if (n == BF_MAX_ROWS) *good = false;
  return list;
}

static json_t *port_json(const bf_port *port, bool layout, bool *good) {
  json_t *j = json_object();
  json_object_set_new(j, "name", text_json(port->name, false, good));
  json_object_set_new(j, "types", types_json(port->types));
  json_object_set_new(j, "many", json_boolean(port->flags & BF_MANY));
  json_object_set_new(j, "optional", json_boolean(port->flags & BF_OPTIONAL));
  json_t *axes = text_json(port->axes, true, good);
  if (!layout) {
    json_decref(axes);
    axes = split_json(port->axes, ',');
  }
  json_object_set_new(j, "axes", axes);
  json_object_set_new(j, "doc", text_json(port->doc, true, good));
  if (!layout) return j;
  json_object_set_new(j, "mask", json_integer(port->types));
  json_object_set_new(j, "flags", json_integer(port->flags));
  return j;
}

/* One port too many is kept, so that the check can say so. */
static json_t *ports_json(const bf_port *port, bool layout, bool *good) {
  json_t *list = json_array();
  for (size_t n = 0; port && port->name && n <= BF_MAX_PORTS; port++, n++) json_array_append_new(list, port_json(port, layout, good));
  return list;
}

static json_t *entry_json(const bf_entry *e, bool layout, bool *good) {
  static const char *const kinds[] = {"stage", "activation", "format"};
  size_t size = e->stage ? e->stage->cfg_size : e->activation ? e->activation->cfg_size : e->format->cfg_size;
  json_t *j = json_object();
  json_object_set_new(j, "kind", json_string(kinds[e->kind]));
  json_object_set_new(j, "id", text_json(e->id, false, good));
  json_object_set_new(j, "doc", text_json(e->doc, false, good));
  json_object_set_new(j, "revision", json_integer(e->revision));
  if (layout) json_object_set_new(j, "size", json_integer((json_int_t)(size > BF_MAX_CONFIG ? BF_MAX_CONFIG + 1 : size)));
  if (e->stage) {
    json_object_set_new(j, "threads", json_integer(e->stage->max_threads));
    json_object_set_new(j, "inputs", ports_json(e->stage->inputs, layout, good));
    json_object_set_new(j, "outputs", ports_json(e->stage->outputs, layout, good));
    json_object_set_new(j, "check", json_boolean(e->stage->check));
    if (layout) json_object_set_new(j, "run", json_boolean(e->stage->run));
  } else if (e->activation && layout) {
    json_object_set_new(j, "needs", json_integer(e->activation->derive_needs));
    json_object_set_new(j, "run", json_boolean(e->activation->apply && e->activation->derive));
  } else if (e->format) {
    json_t *extensions = text_json(e->format->extensions, false, good);
    if (!layout) {
      json_decref(extensions);
      extensions = split_json(e->format->extensions, ' ');
    }
    json_object_set_new(j, "extensions", extensions);
    json_object_set_new(j, "reads", layout ? json_integer(e->format->reads) : types_json(e->format->reads));
    json_object_set_new(j, "writes", layout ? json_integer(e->format->writes) : types_json(e->format->writes));
    if (layout) json_object_set_new(j, "run", json_boolean((!e->format->reads || e->format->read) && (!e->format->writes || e->format->write)));
  }
  json_object_set_new(j, "params", params_json(e->params, layout, good));
  return j;
}

json_t *bf_entry_json(const bf_entry *e) {
  bool good = true;
  json_t *j = entry_json(e, false, &good);
  if (e->from)
    json_object_set_new(j, "provider",
                        json_pack("{s:s, s:s, s:s, s:s, s:s}", "path", e->from->path, "build_id", e->from->build_id, "name", e->from->name, "version",
                                  e->from->version, "licence", e->from->licence));
  return j;
}

static bf_status add_entry(json_t *list, const bf_entry *e) {
  bool good = true;
  json_t *j = entry_json(e, true, &good);
  const char *id = json_string_value(json_object_get(j, "id"));
  bf_status status = good ? BF_OK
                          : bf_fail(BF_PLUGIN, "%s: a name, doc or other text is missing, too long or not UTF-8, or a parameter's type is unknown",
                                    id ? id : "an entry without an id");
  json_array_append_new(list, j);
  return status;
}

bf_status bf_describe(const bf_plugin *plugin, json_t **out) {
  bf_status status = BF_OK;
  bool good = true;
  json_t *entries = json_array(), *j = json_object();
  size_t i;
  json_object_set_new(j, "name", text_json(plugin->name, false, &good));
  json_object_set_new(j, "version", text_json(plugin->version, false, &good));
  json_object_set_new(j, "licence", text_json(plugin->licence, false, &good));
  json_object_set_new(j, "entries", entries);
  if (!good) {
    status = bf_fail(BF_PLUGIN, "its name, version or licence is missing, too long or not UTF-8");
    goto out;
  }
  for (i = 0; plugin->stages && plugin->stages[i] && i < BF_MAX_ROWS; i++) {
    const bf_stage *s = plugin->stages[i];
    BF_TRY(add_entry(entries, &(bf_entry){.kind = BF_KIND_STAGE, .id = s->id, .doc = s->doc, .revision = s->revision, .params = s->params, .stage = s}));
  }
  for (i = 0; plugin->activations && plugin->activations[i] && i < BF_MAX_ROWS; i++) {
    const bf_activation *a = plugin->activations[i];
    BF_TRY(
        add_entry(entries, &(bf_entry){.kind = BF_KIND_ACTIVATION, .id = a->id, .doc = a->doc, .revision = a->revision, .params = a->params, .activation = a}));
  }
  for (i = 0; plugin->formats && plugin->formats[i] && i < BF_MAX_ROWS; i++) {
    const bf_format *f = plugin->formats[i];
    BF_TRY(add_entry(entries, &(bf_entry){.kind = BF_KIND_FORMAT, .id = f->id, .doc = f->doc, .revision = f->revision, .params = f->params, .format = f}));
  }
  *out = j;
  j = NULL;
out:
  json_decref(j);
  return status;
}
