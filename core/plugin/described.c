/* Descriptions back to tables that the registry can hand out. */
#include "base/text.h"
#include "plugin/describe.h"
#include <stdlib.h>
#include <string.h>

static const char *text_at(const json_t *j, const char *key) { return json_string_value(json_object_get(j, key)); }

static uint32_t word_at(const json_t *j, const char *key) {
  json_int_t value = json_integer_value(json_object_get(j, key));
  return value >= 0 && value <= UINT32_MAX ? (uint32_t)value : 0;
}

static bf_param *read_params(const json_t *list) {
  size_t n = json_array_size(list);
  bf_param *row = bf_alloc(n + 1, sizeof *row);
  for (size_t i = 0; i < n; i++) {
    const json_t *j = json_array_get(list, i);
    row[i] = (bf_param){.name = text_at(j, "name"),
                        .type = (bf_param_type)word_at(j, "code"),
                        .offset = word_at(j, "offset"),
                        .def = text_at(j, "default"),
                        .range = text_at(j, "range"),
                        .choices = text_at(j, "choices"),
                        .doc = text_at(j, "doc")};
    if (!row[i].name) row[i].name = "";
  }
  return row;
}

static bf_port *read_ports(const json_t *list) {
  size_t n = json_array_size(list);
  bf_port *port = bf_alloc(n + 1, sizeof *port);
  for (size_t i = 0; i < n; i++) {
    const json_t *j = json_array_get(list, i);
    const char *name = text_at(j, "name");
    port[i] =
        (bf_port){.name = name ? name : "", .types = word_at(j, "mask"), .flags = word_at(j, "flags"), .axes = text_at(j, "axes"), .doc = text_at(j, "doc")};
  }
  return port;
}

/* Stands for a plugin's function where only its being there is known. */
static bf_status never_called(const void *cfg, uint32_t connected) {
  (void)cfg, (void)connected;
  return bf_fail(BF_PLUGIN, "a plugin's check can only be called in a task's process");
}

static void read_stage(const json_t *j, bf_entry *e) {
  bf_stage *s = bf_alloc(1, sizeof *s);
  *s = (bf_stage){.id = e->id,
                  .doc = e->doc,
                  .revision = e->revision,
                  .max_threads = word_at(j, "threads"),
                  .inputs = read_ports(json_object_get(j, "inputs")),
                  .outputs = read_ports(json_object_get(j, "outputs")),
                  .cfg_size = word_at(j, "size"),
                  .params = e->params,
                  .check = json_is_true(json_object_get(j, "check")) ? never_called : NULL};
  e->kind = BF_KIND_STAGE;
  e->stage = s;
}

static void read_activation(const json_t *j, bf_entry *e) {
  bf_activation *a = bf_alloc(1, sizeof *a);
  *a = (bf_activation){
      .id = e->id, .doc = e->doc, .revision = e->revision, .derive_needs = word_at(j, "needs"), .cfg_size = word_at(j, "size"), .params = e->params};
  e->kind = BF_KIND_ACTIVATION;
  e->activation = a;
}

static void read_format(const json_t *j, bf_entry *e) {
  bf_format *f = bf_alloc(1, sizeof *f);
  *f = (bf_format){.id = e->id,
                   .doc = e->doc,
                   .revision = e->revision,
                   .extensions = text_at(j, "extensions"),
                   .reads = word_at(j, "reads"),
                   .writes = word_at(j, "writes"),
                   .cfg_size = word_at(j, "size"),
                   .params = e->params};
  e->kind = BF_KIND_FORMAT;
  e->format = f;
}

/* A description may come from a plugin that writes into the scan's pipe itself: nothing of its shape is sure. */
static bool bounded(const json_t *j) {
  return json_array_size(json_object_get(j, "params")) < BF_MAX_ROWS && json_array_size(json_object_get(j, "inputs")) <= BF_MAX_PORTS + 1 &&
         json_array_size(json_object_get(j, "outputs")) <= BF_MAX_PORTS + 1;
}

static bf_status read_entry(const json_t *j, bf_entry *e) {
  const char *kind = text_at(j, "kind");
  if (!bounded(j)) return bf_fail(BF_PLUGIN, "an entry with more than %d parameters, or more than %d ports", BF_MAX_ROWS - 1, BF_MAX_PORTS);
  e->id = text_at(j, "id");
  e->doc = text_at(j, "doc");
  e->revision = word_at(j, "revision");
  e->params = read_params(json_object_get(j, "params"));
  if (!kind || !e->id || !e->doc) return bf_fail(BF_PLUGIN, "an entry without kind, id or doc");
  if (!strcmp(kind, "stage"))
    read_stage(j, e);
  else if (!strcmp(kind, "activation"))
    read_activation(j, e);
  else if (!strcmp(kind, "format"))
    read_format(j, e);
  else
    return bf_fail(BF_PLUGIN, "%s: unknown kind '%s'", e->id, kind);
  if (!json_is_true(json_object_get(j, "run"))) return bf_fail(BF_PLUGIN, "%s: one of its functions is NULL", e->id);
  return bf_entry_validate(e);
}

bf_status bf_described_read(const json_t *description, bf_described *out) {
  bf_status status = BF_OK;
  const json_t *entries = json_object_get(description, "entries");
  *out = (bf_described){.name = text_at(description, "name"), .version = text_at(description, "version"), .licence = text_at(description, "licence")};
  if (!out->name || !out->version || !out->licence || !json_is_array(entries) || json_array_size(entries) > (size_t)3 * BF_MAX_ROWS) {
    status = bf_fail(BF_PLUGIN, "an incomplete description");
    goto out;
  }
  if (!bf_one_line(out->name)) {
    status = bf_fail(BF_PLUGIN, "its name is empty or has control characters");
    goto out;
  }
  out->entry = bf_alloc(json_array_size(entries), sizeof *out->entry);
  for (; out->n < json_array_size(entries);) {
    bf_entry *e = &out->entry[out->n];
    BF_TRY(read_entry(json_array_get(entries, out->n++), e));
    for (size_t i = 0; i + 1 < out->n; i++) {
      if (out->entry[i].kind != e->kind || strcmp(out->entry[i].id, e->id)) continue;
      status = bf_fail(BF_PLUGIN, "%s: offered twice by this plugin", e->id);
      goto out;
    }
  }
out:
  if (status != BF_OK) bf_described_free(out);
  return status;
}

void bf_described_free(bf_described *d) {
  for (size_t i = 0; i < d->n; i++) {
    bf_entry *e = &d->entry[i];
    if (e->stage) {
      free((void *)e->stage->inputs);
      free((void *)e->stage->outputs);
    }
    free((void *)e->params);
    free((void *)e->stage);
    free((void *)e->activation);
    free((void *)e->format);
  }
  free(d->entry);
  *d = (bf_described){0};
}
