/* A pipeline as YAML text again, by libyaml's emitter: blocks down to a stage's keys, one line for what lies deeper and for lists of scalars. */
#include "pipeline/read.h"
#include <stdlib.h>
#include <yaml.h>

enum { BLOCK_DEPTH = 3 }; /* root, stages, a stage */

static int collect(void *context, unsigned char *data, size_t n) {
  bf_text_add_n(context, (const char *)data, n);
  return 1;
}

static bool emit_scalar(yaml_emitter_t *e, const char *text, bool quoted) {
  yaml_event_t event;
  yaml_scalar_style_t style = quoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE;
  return yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, -1, 1, 1, style) && yaml_emitter_emit(e, &event);
}

static bool emit(yaml_emitter_t *e, const bf_node *n, int depth) {
  yaml_event_t event;
  bool block = depth < BLOCK_DEPTH && n->n && (n->kind == BF_MAP || n->item[0]->kind != BF_SCALAR); /* long lists would grow beyond what is read back */
  if (n->kind == BF_SCALAR) return emit_scalar(e, n->text, n->quoted);
  bool ok = n->kind == BF_MAP ? yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, block ? YAML_BLOCK_MAPPING_STYLE : YAML_FLOW_MAPPING_STYLE)
                              : yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, block ? YAML_BLOCK_SEQUENCE_STYLE : YAML_FLOW_SEQUENCE_STYLE);
  if (!ok || !yaml_emitter_emit(e, &event)) return false;
  for (size_t i = 0; i < n->n; i++) {
    if (n->kind == BF_MAP && !emit_scalar(e, n->key[i], false)) return false;
    if (!emit(e, n->item[i], depth + 1)) return false;
  }
  ok = n->kind == BF_MAP ? yaml_mapping_end_event_initialize(&event) : yaml_sequence_end_event_initialize(&event);
  return ok && yaml_emitter_emit(e, &event);
}

char *bf_pipeline_text(const bf_pipeline *p) {
  bf_text text = {0};
  yaml_emitter_t e;
  yaml_event_t event;
  if (!yaml_emitter_initialize(&e)) return bf_text_take(&text);
  yaml_emitter_set_output(&e, collect, &text);
  yaml_emitter_set_unicode(&e, 1);
  yaml_emitter_set_width(&e, -1);
  bool ok = yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) && yaml_emitter_emit(&e, &event);
  ok = ok && yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) && yaml_emitter_emit(&e, &event);
  ok = ok && emit(&e, p->root, 0);
  ok = ok && yaml_document_end_event_initialize(&event, 1) && yaml_emitter_emit(&e, &event);
  if (ok && yaml_stream_end_event_initialize(&event)) yaml_emitter_emit(&e, &event);
  yaml_emitter_delete(&e);
  return bf_text_take(&text);
}
