/* Protobuf bytes to records and journal entries, with a memory budget; and what frees them. */
#include "base/text.h"
#include "record.pb-c.h"
#include "store/codec.h"
#include <stdlib.h>
#include <string.h>

/* protobuf-c can turn two bytes into an empty message of a hundred; what is more than this factor is an attack. */
enum { EXPANSION = 128, ALLOWANCE = 1 << 16, MOST = 1 << 30 };

static void *budget_alloc(void *data, size_t size) {
  size_t *left = data;
  if (size > *left) return NULL;
  *left -= size;
  return malloc(size ? size : 1);
}

static void budget_free(void *data, void *at) {
  (void)data;
  free(at);
}

static ProtobufCMessage *unpack(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t n) {
  if (n > BF_MAX_RECORD) return NULL;
  size_t left = n > MOST / EXPANSION ? MOST : n * EXPANSION + ALLOWANCE;
  ProtobufCAllocator allocator = {budget_alloc, budget_free, &left};
  return protobuf_c_message_unpack(type, &allocator, n, data);
}

static void release(ProtobufCMessage *m) { protobuf_c_message_free_unpacked(m, NULL); }

static bool digest_of(const char *text, bf_digest *out) {
  if (!bf_digest_valid(text)) return false;
  memcpy(out->hex, text, sizeof out->hex);
  return true;
}

static bf_label *labels_of(Bettiflow__Label *const *label, size_t n) {
  bf_label *list = n ? bf_alloc(n, sizeof *list) : NULL;
  for (size_t i = 0; i < n; i++) list[i] = (bf_label){bf_strdup(label[i]->name), bf_strdup(label[i]->value)};
  return list;
}

static bool item_of(const Bettiflow__OutputItem *m, bf_item *item) {
  item->nlabel = m->n_label;
  item->label = labels_of(m->label, m->n_label);
  item->size = m->size;
  item->nuse = m->n_uses;
  item->use = bf_alloc(m->n_uses, sizeof *item->use);
  for (size_t i = 0; i < m->n_uses; i++) item->use[i] = bf_strdup(m->uses[i]);
  return digest_of(m->digest, &item->digest);
}

static bool outputs_of(Bettiflow__Output *const *m, size_t n, bf_output **out, size_t *nout) {
  bool good = true;
  *out = n ? bf_alloc(n, sizeof **out) : NULL;
  *nout = n;
  for (size_t i = 0; i < n; i++) {
    bf_output *o = &(*out)[i];
    o->port = bf_strdup(m[i]->port);
    o->nitem = m[i]->n_item;
    o->item = bf_alloc(o->nitem, sizeof *o->item);
    for (size_t j = 0; j < o->nitem; j++) good &= item_of(m[i]->item[j], &o->item[j]);
  }
  return good;
}

bool bf_decode_record(const uint8_t *data, size_t n, bf_record **out) {
  Bettiflow__ActionRecord *m = (Bettiflow__ActionRecord *)unpack(&bettiflow__action_record__descriptor, data, n);
  if (!m) return false;
  bf_record *r = bf_alloc(1, sizeof *r);
  bool good = digest_of(m->key, &r->key);
  r->parts = bf_strdup(m->parts);
  r->stage = bf_strdup(m->stage);
  r->declined = m->declined;
  r->reason = bf_strdup(m->reason);
  good &= outputs_of(m->output, m->n_output, &r->output, &r->noutput);
  r->usage = (bf_usage){m->wall_seconds, m->cpu_seconds, m->peak_bytes};
  r->finished_unix = m->finished_unix;
  r->version = bf_strdup(m->version);
  r->foreign = m->foreign;
  release(&m->base);
  if (!good) {
    bf_record_free(r);
    return false;
  }
  *out = r;
  return true;
}

static bool add_files(const Bettiflow__StageFiles *m, bf_run_info *info) {
  bf_stage_files *f = &info->files[info->nfiles++];
  *f = (bf_stage_files){.stage = bf_strdup(m->stage), .instance = m->instance, .n = m->n_digest, .digest = bf_alloc(m->n_digest, sizeof *f->digest)};
  bool good = true;
  for (size_t i = 0; i < m->n_digest; i++) good &= digest_of(m->digest[i], &f->digest[i]);
  return good;
}

/* What a run needs beside its pipeline's text to be planned again. */
static bool add_needs(const Bettiflow__RunHeader *m, bf_run_info *info) {
  bool good = true;
  info->files = bf_alloc(m->n_files, sizeof *info->files);
  for (size_t i = 0; i < m->n_files; i++) good &= add_files(m->files[i], info);
  info->plugin = bf_alloc(m->n_plugins, sizeof *info->plugin);
  for (; info->nplugin < m->n_plugins; info->nplugin++) {
    const Bettiflow__PluginUse *use = m->plugins[info->nplugin];
    info->plugin[info->nplugin] = (bf_plugin_use){bf_strdup(use->name), bf_strdup(use->build_id)};
  }
  if (m->limits) info->limit_seconds = m->limits->seconds, info->limit_bytes = m->limits->bytes;
  return good;
}

static bool add_header(const Bettiflow__RunHeader *m, bf_run_info *info) {
  if (info->run) return false;
  info->run = bf_strdup(m->run);
  info->pipeline_name = bf_strdup(m->pipeline_name);
  info->pipeline_file = bf_strdup(m->pipeline_file);
  info->pipeline_text = bf_strdup(m->pipeline_text);
  info->started_unix = m->started_unix;
  info->version = bf_strdup(m->version);
  info->host = bf_strdup(m->host);
  info->prepared = m->prepared;
  info->nvar = m->n_sweep;
  info->var = bf_alloc(m->n_sweep, sizeof *info->var);
  for (size_t i = 0; i < m->n_sweep; i++) info->var[i] = bf_strdup(m->sweep[i]);
  for (size_t i = 0; i < m->n_point; i++)
    if (m->point[i]->n_value != m->n_sweep) return false;
  info->value = bf_alloc(m->n_point, sizeof *info->value);
  for (; info->npoint < m->n_point; info->npoint++) {
    char **row = info->value[info->npoint] = bf_alloc(m->n_sweep, sizeof *row);
    for (size_t j = 0; j < m->n_sweep; j++) row[j] = bf_strdup(m->point[info->npoint]->value[j]);
  }
  return add_needs(m, info);
}

static bool add_task(const Bettiflow__TaskEntry *m, bf_run_info *info) {
  if (!info->run || info->finished || m->outcome < BETTIFLOW__TASK_OUTCOME__RAN || m->outcome > BETTIFLOW__TASK_OUTCOME__SKIPPED) return false;
  bf_task_entry e = {.task = m->task, .nsweep = m->n_sweep, .nitem = m->n_item, .outcome = (bf_outcome)m->outcome};
  if (m->key[0] && !bf_digest_valid(m->key)) return false;
  e.stage = bf_strdup(m->stage);
  e.use = bf_strdup(m->use);
  e.sweep = labels_of(m->sweep, m->n_sweep);
  e.item = labels_of(m->item, m->n_item);
  e.message = bf_strdup(m->message);
  e.key = bf_strdup(m->key);
  e.parts = bf_strdup(m->parts);
  e.usage = (bf_usage){m->wall_seconds, m->cpu_seconds, m->peak_bytes};
  if (!outputs_of(m->output, m->n_output, &e.output, &e.noutput)) {
    bf_task_entry_clear(&e);
    return false;
  }
  info->task = bf_grow(info->task, info->ntask, sizeof *info->task);
  info->task[info->ntask++] = e;
  return true;
}

static bool add_footer(const Bettiflow__RunFooter *m, bf_run_info *info) {
  if (!info->run || info->finished) return false;
  for (size_t i = 0; i < m->n_saved; i++)
    if (!bf_digest_valid(m->saved[i]->digest)) return false;
  info->finished = true;
  info->finished_unix = m->finished_unix;
  info->status = m->status;
  info->wall_seconds = m->wall_seconds;
  info->saved = bf_alloc(m->n_saved, sizeof *info->saved);
  for (; info->nsaved < m->n_saved; info->nsaved++) {
    info->saved[info->nsaved].path = bf_strdup(m->saved[info->nsaved]->path);
    digest_of(m->saved[info->nsaved]->digest, &info->saved[info->nsaved].digest);
  }
  return true;
}

bool bf_decode_entry(const uint8_t *data, size_t n, bf_run_info *info) {
  Bettiflow__RunEntry *m = (Bettiflow__RunEntry *)unpack(&bettiflow__run_entry__descriptor, data, n);
  if (!m) return false;
  bool good = false;
  switch (m->entry_case) {
  case BETTIFLOW__RUN_ENTRY__ENTRY_HEADER:
    good = add_header(m->header, info);
    break;
  case BETTIFLOW__RUN_ENTRY__ENTRY_TASK:
    good = add_task(m->task, info);
    break;
  case BETTIFLOW__RUN_ENTRY__ENTRY_FOOTER:
    good = add_footer(m->footer, info);
    break;
  default:
    break;
  }
  release(&m->base);
  return good;
}
