/* Where a file came from: the tasks whose output has its digest. */
#include "cli/parts_diff.h"
#include "cli/show_run.h"
#include <stdlib.h>
#include <string.h>

/* The parameters in a key's text, with their values as text. */
static json_t *params_of(const char *parts) {
  json_t *o = json_object();
  while (*parts) {
    size_t n = strcspn(parts, "\n");
    if (!strncmp(parts, "param ", 6)) {
      char *line = bf_strndup(parts + 6, n - 6), *value = strchr(line, ' ');
      if (value) *value++ = 0;
      char *readable = bf_readable_value(value ? value : "");
      json_object_set_new(o, line, bf_text_json(readable));
      free(readable);
      free(line);
    }
    parts += n + (parts[n] == '\n');
  }
  return o;
}

/* The output that holds the digest; NULL when none does. */
static const bf_item *find_item(const bf_output *output, size_t n, const char *digest, const char **port) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < output[i].nitem; j++)
      if (!strcmp(output[i].item[j].digest.hex, digest)) {
        *port = output[i].port;
        return &output[i].item[j];
      }
  return NULL;
}

typedef struct search {
  const char *digest;
  json_t *keys; /* a set: what is listed already */
  json_t *list;
} search;

static bool is_new(search *q, const char *key) {
  if (json_object_get(q->keys, key)) return false;
  json_object_set_new(q->keys, key, json_true());
  return true;
}

static void look_in_run(search *q, const bf_run_info *run) {
  for (size_t i = 0; i < run->ntask; i++) {
    const bf_task_entry *t = &run->task[i];
    const char *port;
    const bf_item *item = find_item(t->output, t->noutput, q->digest, &port);
    if (!item || !is_new(q, t->key)) continue;
    json_array_append_new(q->list, json_pack("{s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:f}", "stage", bf_text_json(t->stage), "use", bf_text_json(t->use), "run",
                                             bf_text_json(run->run), "task", (json_int_t)t->task, "port", bf_text_json(port), "sweep",
                                             bf_labels_json(t->sweep, t->nsweep), "parameters", params_of(t->parts), "wall_seconds", t->usage.wall_seconds));
  }
}

/* Records that no run of this store has, say of a bundle. */
static bool look_at_record(void *context, const bf_record *r) {
  search *q = context;
  const char *port;
  const bf_item *item = find_item(r->output, r->noutput, q->digest, &port);
  if (!item || !is_new(q, r->key.hex)) return true;
  json_array_append_new(q->list,
                        json_pack("{s:n, s:o, s:n, s:n, s:o, s:o, s:o, s:f}", "stage", "use", bf_text_json(r->stage), "run", "task", "port", bf_text_json(port),
                                  "sweep", json_object(), "parameters", params_of(r->parts), "wall_seconds", r->usage.wall_seconds));
  return true;
}

json_t *bf_makers_of(const bf_store *s, const bf_digest *digest) {
  search q = {digest->hex, json_object(), json_array()};
  char **id;
  size_t n = 0;
  if (bf_runs_list(s, &id, &n) == BF_OK) {
    for (size_t i = n; i-- > 0;) {
      bf_run_info *run;
      if (bf_run_read(s, id[i], &run) == BF_OK) look_in_run(&q, run);
      bf_run_info_free(run);
      free(id[i]);
    }
    free(id);
  }
  bf_store_each_record(s, look_at_record, &q);
  json_decref(q.keys);
  return q.list;
}
