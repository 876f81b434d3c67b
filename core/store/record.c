/* Freeing records and runs, and the names of outcomes. */
#include "store/record.h"
#include "store/codec.h"
#include <stdlib.h>

static void free_labels(bf_label *label, size_t n) {
  for (size_t i = 0; i < n; i++) {
    free((void *)(uintptr_t)label[i].name);
    free((void *)(uintptr_t)label[i].value);
  }
  free(label);
}

static void free_item(bf_item *item) {
  free_labels(item->label, item->nlabel);
  for (size_t i = 0; i < item->nuse; i++) free(item->use[i]);
  free(item->use);
}

void bf_outputs_free(bf_output *output, size_t n) {
  for (size_t i = 0; output && i < n; i++) {
    for (size_t j = 0; j < output[i].nitem; j++) free_item(&output[i].item[j]);
    free(output[i].item);
    free(output[i].port);
  }
  free(output);
}

void bf_record_free(bf_record *r) {
  if (!r) return;
  bf_outputs_free(r->output, r->noutput);
  free(r->parts);
  free(r->stage);
  free(r->reason);
  free(r->version);
  free(r);
}

void bf_task_entry_clear(bf_task_entry *e) {
  free_labels(e->sweep, e->nsweep);
  free_labels(e->item, e->nitem);
  bf_outputs_free(e->output, e->noutput);
  free(e->stage);
  free(e->use);
  free(e->message);
  free(e->key);
  free(e->parts);
}

void bf_run_info_free(bf_run_info *r) {
  if (!r) return;
  for (size_t i = 0; i < r->ntask; i++) bf_task_entry_clear(&r->task[i]);
  for (size_t i = 0; i < r->npoint; i++) {
    for (size_t j = 0; j < r->nvar; j++) free(r->value[i][j]);
    free(r->value[i]);
  }
  for (size_t i = 0; i < r->nvar; i++) free(r->var[i]);
  for (size_t i = 0; i < r->nsaved; i++) free(r->saved[i].path);
  for (size_t i = 0; i < r->nfiles; i++) {
    free(r->files[i].stage);
    free(r->files[i].digest);
  }
  for (size_t i = 0; i < r->nplugin; i++) {
    free(r->plugin[i].name);
    free(r->plugin[i].build_id);
  }
  free(r->files);
  free(r->plugin);
  free(r->task);
  free(r->value);
  free(r->var);
  free(r->saved);
  free(r->run);
  free(r->pipeline_name);
  free(r->pipeline_file);
  free(r->pipeline_text);
  free(r->version);
  free(r->host);
  free(r);
}

const char *bf_outcome_name(bf_outcome o) {
  static const char *const names[] = {"unknown", "ran", "cached", "declined", "failed", "skipped"};
  return o >= BF_RAN && o <= BF_SKIPPED ? names[o] : names[0];
}
