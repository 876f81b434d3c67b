/* The final line that a task's process wrote (task/report.c), read without trusting it. */
#include "engine/child.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static bool parse_labels(const json_t *list, bf_item *item) {
  item->nlabel = json_array_size(list);
  item->label = bf_alloc(item->nlabel, sizeof *item->label);
  for (size_t i = 0; i < item->nlabel; i++) {
    const char *name = json_string_value(json_array_get(json_array_get(list, i), 0)), *value = json_string_value(json_array_get(json_array_get(list, i), 1));
    if (!name || !value) {
      item->nlabel = i;
      return false;
    }
    item->label[i] = (bf_label){bf_strdup(name), bf_strdup(value)};
  }
  return true;
}

static bool parse_item(const json_t *json, bf_item *item) {
  const char *digest = json_string_value(json_object_get(json, "digest"));
  const json_t *uses = json_object_get(json, "uses");
  json_int_t size = json_integer_value(json_object_get(json, "size"));
  if (!parse_labels(json_object_get(json, "label"), item) || !digest || !bf_digest_valid(digest) || size < 0) return false;
  memcpy(item->digest.hex, digest, sizeof item->digest.hex);
  item->size = (uint64_t)size;
  item->use = bf_alloc(json_array_size(uses), sizeof *item->use);
  for (size_t i = 0; i < json_array_size(uses); i++) {
    const char *id = json_string_value(json_array_get(uses, i));
    if (!id) return false;
    item->use[item->nuse++] = bf_strdup(id);
  }
  return true;
}

static bool parse_output(const json_t *json, bf_output *output) {
  const char *port = json_string_value(json_object_get(json, "port"));
  const json_t *items = json_object_get(json, "items");
  if (!port || !json_is_array(items)) return false;
  output->port = bf_strdup(port);
  output->item = bf_alloc(json_array_size(items), sizeof *output->item);
  for (size_t i = 0; i < json_array_size(items); i++)
    if (!parse_item(json_array_get(items, i), &output->item[output->nitem++])) return false;
  return true;
}

bool bf_result_parse(const char *line, size_t n, bf_task_result *out) {
  json_t *json = json_loadb(line, n, 0, NULL);
  const json_t *status = json_object_get(json, "status"), *outputs = json_object_get(json, "outputs");
  const char *message = json_string_value(json_object_get(json, "message"));
  json_int_t code = json_integer_value(status), peak = json_integer_value(json_object_get(json, "peak"));
  bool fine = json_is_integer(status) && message && code >= BF_OK && code <= BF_CANCELLED;
  *out = (bf_task_result){0};
  if (fine) {
    out->status = (bf_status)code;
    out->message = bf_strdup(message);
    out->usage.peak_bytes = peak > 0 ? (uint64_t)peak : 0;
    out->output = bf_alloc(json_array_size(outputs), sizeof *out->output);
    for (size_t i = 0; i < json_array_size(outputs) && fine; i++) fine = parse_output(json_array_get(outputs, i), &out->output[out->noutput++]);
  }
  if (!fine) bf_task_result_free(out);
  json_decref(json);
  return fine;
}

void bf_task_result_free(bf_task_result *r) {
  if (!r) return;
  bf_outputs_free(r->output, r->noutput);
  free(r->message);
  *r = (bf_task_result){0};
}
