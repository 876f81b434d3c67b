/* Reading the spec that the parent wrote (engine/spec.c), and loading what it names. */
#include "task/task.h"
#include "plugin/registry.h"
#include <stdlib.h>
#include <string.h>

static bf_label *read_labels(const json_t *list, size_t *n) {
  *n = json_array_size(list);
  bf_label *label = bf_alloc(*n, sizeof *label);
  for (size_t i = 0; i < *n; i++) {
    const json_t *pair = json_array_get(list, i);
    label[i].name = json_string_value(json_array_get(pair, 0));
    label[i].value = json_string_value(json_array_get(pair, 1));
  }
  return label;
}

static size_t count_ports(const bf_port *port) {
  size_t n = 0;
  while (port && port[n].name) n++;
  return n;
}

static void read_input(task_port *port, const json_t *items) {
  port->n = json_array_size(items);
  port->input = bf_alloc(port->n, sizeof *port->input);
  for (size_t i = 0; i < port->n; i++) {
    const json_t *item = json_array_get(items, i);
    bf_input *in = &port->input[i];
    in->path = json_string_value(json_object_get(item, "path"));
    in->reason = json_string_value(json_object_get(item, "reason"));
    in->nsweep = (size_t)json_integer_value(json_object_get(item, "nsweep"));
    in->label = read_labels(json_object_get(item, "label"), &in->nlabel);
  }
}

static bf_status stage_ports(bf_task *t) {
  t->nin = count_ports(t->stage->inputs);
  t->in = bf_alloc(t->nin, sizeof *t->in);
  for (size_t i = 0; i < t->nin; i++) t->in[i].name = t->stage->inputs[i].name;
  t->nout = count_ports(t->stage->outputs);
  t->out = bf_alloc(t->nout, sizeof *t->out);
  for (size_t i = 0; i < t->nout; i++) {
    const bf_port *port = &t->stage->outputs[i];
    t->out[i] = (task_port){.name = port->name, .type = bf_type_of(port->types), .many = port->flags & BF_MANY, .axes = port->axes};
  }
  const json_t *inputs = json_object_get(t->spec, "inputs");
  for (size_t i = 0; i < json_array_size(inputs); i++) {
    const json_t *input = json_array_get(inputs, i);
    size_t port = (size_t)json_integer_value(json_object_get(input, "port"));
    if (port >= t->nin || t->in[port].input) return bf_fail(BF_PLUGIN, "%s has no free input port %zu: the plugin is not the planned one", t->id, port);
    read_input(&t->in[port], json_object_get(input, "items"));
  }
  return BF_OK;
}

/* A format has no ports: reading makes one artifact, writing makes one file. */
static void format_ports(bf_task *t) {
  bool reads = !strcmp(t->kind, "read");
  t->nout = 1;
  t->out = bf_alloc(1, sizeof *t->out);
  t->out[0].name = reads ? "artifact" : "file";
  t->out[0].type = reads ? (bf_type)json_integer_value(json_object_get(t->spec, "type")) : 0;
}

bf_status bf_task_read(json_t *spec, bf_task *t) {
  *t = (bf_task){.spec = spec};
  t->kind = json_string_value(json_object_get(spec, "kind"));
  t->id = json_string_value(json_object_get(spec, "id"));
  t->folder = json_string_value(json_object_get(spec, "folder"));
  if (!t->kind || !t->id) return bf_fail(BF_USAGE, "this program runs one task for bettiflow; it is not called by hand");
  t->object_kind = !strcmp(t->kind, "stage") || !strcmp(t->kind, "check") ? BF_KIND_STAGE : BF_KIND_FORMAT;
  t->label = read_labels(json_object_get(spec, "label"), &t->nlabel);
  t->threads = (uint32_t)json_integer_value(json_object_get(spec, "threads"));
  if (!t->threads) t->threads = 1;
  t->memory = (uint64_t)json_integer_value(json_object_get(spec, "memory"));
  return BF_OK;
}

bf_status bf_task_fill(bf_task *t, const json_t *params) {
  static const bf_param none[1];
  const bf_param *table = t->stage ? t->stage->params : t->format->params;
  size_t size = t->stage ? t->stage->cfg_size : t->format->cfg_size;
  free(t->cfg);
  bf_filled_free(t->filled);
  t->filled = NULL;
  t->cfg = bf_alloc(1, size);
  return bf_params_fill(table ? table : none, params, &t->objects, t->cfg, size, &t->filled);
}

bf_status bf_task_load(bf_task *t) {
  bf_status status = BF_OK;
  const json_t *plugins = json_object_get(t->spec, "plugins");
  BF_TRY(bf_loader_new(&t->loader));
  for (size_t i = 0; i < json_array_size(plugins); i++) {
    const json_t *plugin = json_array_get(plugins, i);
    const bf_plugin *loaded;
    BF_TRY(bf_loader_add(t->loader, json_string_value(json_object_get(plugin, "path")), json_string_value(json_object_get(plugin, "build_id")), &loaded));
  }
  t->objects = bf_loader_objects(t->loader);
  if (t->object_kind == BF_KIND_STAGE) {
    t->stage = bf_loader_stage(t->loader, t->id);
    if (!t->stage) return bf_fail(BF_PLUGIN, "the plugin that was planned for %s does not have it any more", t->id);
    BF_TRY(stage_ports(t));
  } else {
    t->format = t->objects.find(t->objects.context, BF_KIND_FORMAT, t->id);
    if (!t->format) return bf_fail(BF_PLUGIN, "the plugin that was planned for %s does not have it any more", t->id);
    format_ports(t);
  }
  BF_TRY(bf_task_fill(t, json_object_get(t->spec, "params")));
out:
  return status;
}
