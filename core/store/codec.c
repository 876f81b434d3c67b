/* Records and journal entries to protobuf bytes. */
#include "store/codec.h"
#include "base/text.h"
#include "record.pb-c.h"
#include <stdlib.h>

/* Memory of one message while it is built; strings are borrowed from the value. */
typedef struct pool {
  void **at;
  size_t n;
} pool;

static void *take(pool *p, size_t n, size_t size) {
  p->at = bf_grow(p->at, p->n, sizeof *p->at);
  return p->at[p->n++] = bf_alloc(n, size);
}

static void drop(pool *p) {
  for (size_t i = 0; i < p->n; i++) free(p->at[i]);
  free(p->at);
}

static char *text_of(const char *s) { return (char *)(uintptr_t)(s ? s : ""); }

/* A text that may come from a plugin, as UTF-8: other readers of protobuf refuse anything else. */
static char *clean(pool *p, const char *s) {
  p->at = bf_grow(p->at, p->n, sizeof *p->at);
  return p->at[p->n++] = bf_text_utf8(s ? s : "");
}

static Bettiflow__Label **labels(pool *p, const bf_label *label, size_t n) {
  Bettiflow__Label **list = take(p, n, sizeof *list);
  for (size_t i = 0; i < n; i++) {
    list[i] = take(p, 1, sizeof **list);
    bettiflow__label__init(list[i]);
    list[i]->name = clean(p, label[i].name);
    list[i]->value = clean(p, label[i].value);
  }
  return list;
}

static Bettiflow__OutputItem *item_of(pool *p, const bf_item *item) {
  Bettiflow__OutputItem *m = take(p, 1, sizeof *m);
  bettiflow__output_item__init(m);
  m->n_label = item->nlabel;
  m->label = labels(p, item->label, item->nlabel);
  m->digest = text_of(item->digest.hex);
  m->size = item->size;
  m->n_uses = item->nuse;
  m->uses = item->use;
  return m;
}

static Bettiflow__Output **outputs(pool *p, const bf_output *output, size_t n) {
  Bettiflow__Output **list = take(p, n, sizeof *list);
  for (size_t i = 0; i < n; i++) {
    list[i] = take(p, 1, sizeof **list);
    bettiflow__output__init(list[i]);
    list[i]->port = text_of(output[i].port);
    list[i]->n_item = output[i].nitem;
    list[i]->item = take(p, output[i].nitem, sizeof *list[i]->item);
    for (size_t j = 0; j < output[i].nitem; j++) list[i]->item[j] = item_of(p, &output[i].item[j]);
  }
  return list;
}

static bf_status pack(const ProtobufCMessage *message, uint8_t **data, size_t *n) {
  *n = protobuf_c_message_get_packed_size(message);
  if (*n > BF_MAX_RECORD) return bf_fail(BF_STORE, "a record of %zu bytes is over the store's limit of %d; let the stage give fewer items", *n, BF_MAX_RECORD);
  *data = bf_alloc(*n, 1);
  protobuf_c_message_pack(message, *data);
  return BF_OK;
}

bf_status bf_encode_record(const bf_record *r, uint8_t **data, size_t *n) {
  pool p = {0};
  Bettiflow__ActionRecord m;
  bettiflow__action_record__init(&m);
  m.key = text_of(r->key.hex);
  m.parts = text_of(r->parts);
  m.stage = text_of(r->stage);
  m.declined = r->declined;
  m.reason = clean(&p, r->reason);
  m.n_output = r->noutput;
  m.output = outputs(&p, r->output, r->noutput);
  m.wall_seconds = r->usage.wall_seconds;
  m.cpu_seconds = r->usage.cpu_seconds;
  m.peak_bytes = r->usage.peak_bytes;
  m.finished_unix = r->finished_unix;
  m.version = text_of(r->version);
  m.foreign = r->foreign;
  bf_status status = pack(&m.base, data, n);
  drop(&p);
  return status;
}

static bf_status pack_entry(Bettiflow__RunEntry *m, uint8_t **data, size_t *n) { return pack(&m->base, data, n); }

static Bettiflow__StageFiles **files_of(pool *p, const bf_stage_files *files, size_t n) {
  Bettiflow__StageFiles **list = take(p, n, sizeof *list);
  for (size_t i = 0; i < n; i++) {
    list[i] = take(p, 1, sizeof **list);
    bettiflow__stage_files__init(list[i]);
    list[i]->stage = files[i].stage;
    list[i]->instance = files[i].instance;
    list[i]->n_digest = files[i].n;
    list[i]->digest = take(p, files[i].n, sizeof(char *));
    for (size_t k = 0; k < files[i].n; k++) list[i]->digest[k] = files[i].digest[k].hex;
  }
  return list;
}

static Bettiflow__PluginUse **plugins_of(pool *p, const bf_plugin_use *use, size_t n) {
  Bettiflow__PluginUse **list = take(p, n, sizeof *list);
  for (size_t i = 0; i < n; i++) {
    list[i] = take(p, 1, sizeof **list);
    bettiflow__plugin_use__init(list[i]);
    list[i]->name = clean(p, use[i].name);
    list[i]->build_id = clean(p, use[i].build_id);
  }
  return list;
}

bf_status bf_encode_header(const bf_run_info *info, uint8_t **data, size_t *n) {
  pool p = {0};
  Bettiflow__RunEntry entry;
  Bettiflow__RunHeader m;
  bettiflow__run_entry__init(&entry);
  bettiflow__run_header__init(&m);
  m.run = text_of(info->run);
  m.pipeline_name = text_of(info->pipeline_name);
  m.pipeline_file = clean(&p, info->pipeline_file);
  m.pipeline_text = clean(&p, info->pipeline_text);
  m.started_unix = info->started_unix;
  m.version = text_of(info->version);
  m.host = clean(&p, info->host);
  m.n_sweep = info->nvar;
  m.sweep = info->var;
  m.n_point = info->npoint;
  m.point = take(&p, info->npoint, sizeof *m.point);
  for (size_t i = 0; i < info->npoint; i++) {
    m.point[i] = take(&p, 1, sizeof **m.point);
    bettiflow__sweep_point__init(m.point[i]);
    m.point[i]->n_value = info->nvar;
    m.point[i]->value = take(&p, info->nvar, sizeof(char *));
    for (size_t j = 0; j < info->nvar; j++) m.point[i]->value[j] = clean(&p, info->value[i][j]);
  }
  m.n_files = info->nfiles;
  m.files = files_of(&p, info->files, info->nfiles);
  m.n_plugins = info->nplugin;
  m.plugins = plugins_of(&p, info->plugin, info->nplugin);
  Bettiflow__TaskLimits limits;
  bettiflow__task_limits__init(&limits);
  limits.seconds = info->limit_seconds;
  limits.bytes = info->limit_bytes;
  if (limits.seconds > 0 || limits.bytes) m.limits = &limits;
  m.prepared = info->prepared;
  entry.entry_case = BETTIFLOW__RUN_ENTRY__ENTRY_HEADER;
  entry.header = &m;
  bf_status status = pack_entry(&entry, data, n);
  drop(&p);
  return status;
}

bf_status bf_encode_task(const bf_task_entry *e, uint8_t **data, size_t *n) {
  pool p = {0};
  Bettiflow__RunEntry entry;
  Bettiflow__TaskEntry m;
  bettiflow__run_entry__init(&entry);
  bettiflow__task_entry__init(&m);
  m.task = e->task;
  m.stage = text_of(e->stage);
  m.use = text_of(e->use);
  m.n_sweep = e->nsweep;
  m.sweep = labels(&p, e->sweep, e->nsweep);
  m.n_item = e->nitem;
  m.item = labels(&p, e->item, e->nitem);
  m.outcome = (Bettiflow__TaskOutcome)e->outcome;
  m.message = clean(&p, e->message);
  m.key = text_of(e->key);
  m.parts = text_of(e->parts);
  m.wall_seconds = e->usage.wall_seconds;
  m.cpu_seconds = e->usage.cpu_seconds;
  m.peak_bytes = e->usage.peak_bytes;
  m.n_output = e->noutput;
  m.output = outputs(&p, e->output, e->noutput);
  entry.entry_case = BETTIFLOW__RUN_ENTRY__ENTRY_TASK;
  entry.task = &m;
  bf_status status = pack_entry(&entry, data, n);
  drop(&p);
  return status;
}

bf_status bf_encode_footer(const bf_run_info *info, uint8_t **data, size_t *n) {
  pool p = {0};
  Bettiflow__RunEntry entry;
  Bettiflow__RunFooter m;
  bettiflow__run_entry__init(&entry);
  bettiflow__run_footer__init(&m);
  m.finished_unix = info->finished_unix;
  m.status = info->status;
  m.wall_seconds = info->wall_seconds;
  m.n_saved = info->nsaved;
  m.saved = take(&p, info->nsaved, sizeof *m.saved);
  for (size_t i = 0; i < info->nsaved; i++) {
    m.saved[i] = take(&p, 1, sizeof **m.saved);
    bettiflow__saved_file__init(m.saved[i]);
    m.saved[i]->path = clean(&p, info->saved[i].path);
    m.saved[i]->digest = text_of(info->saved[i].digest.hex);
  }
  entry.entry_case = BETTIFLOW__RUN_ENTRY__ENTRY_FOOTER;
  entry.footer = &m;
  bf_status status = pack_entry(&entry, data, n);
  drop(&p);
  return status;
}
