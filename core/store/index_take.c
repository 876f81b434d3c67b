/* Taking a run and the objects it made into the index. */
#include "base/text.h"
#include "store/index.h"
#include <bettiflow/artifact.h>
#include <stdlib.h>
#include <string.h>

enum { BUDGET = 1 << 30 }; /* bytes for reading one artifact */

static const char *label_value(const bf_label *label, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    if (!strcmp(label[i].name, name)) return label[i].value;
  return NULL;
}

static void add_labels(bf_text *t, const bf_label *label, size_t n) {
  for (size_t i = 0; i < n; i++) bf_text_addf(t, "%s%s=%s", t->n ? ", " : "", label[i].name, label[i].value);
}

/* ---- objects ---- */

/* Rows with the same labels are one item; they usually stand together. */
static bf_status take_betti(bf_sql *sql, const char *digest, const bf_betti_table *b) {
  bf_status status = BF_OK;
  int64_t item = -1;
  for (uint64_t i = 0; i < b->n && status == BF_OK; i++) {
    const uint32_t *value = b->value + i * b->naxis;
    if (item < 0 || (b->naxis && memcmp(value, value - b->naxis, b->naxis * sizeof *value))) {
      const char *layer = NULL, *class = NULL;
      item++;
      for (uint32_t a = 0; a < b->naxis && status == BF_OK; a++) {
        const char *text = b->text[value[a]];
        const bool is_layer = !strcmp(b->axis[a], "layer"), is_class = !strcmp(b->axis[a], "class");
        if (is_layer && *text) layer = text;
        if (is_class && *text) class = text;
        if (!is_layer && !is_class) status = bf_sql_run(sql, "INSERT INTO betti_label VALUES(?,?,?,?,?)", "tiitt", digest, item, (int64_t)a, b->axis[a], text);
      }
      if (status == BF_OK) status = bf_sql_run(sql, "INSERT INTO betti_item VALUES(?,?,?,?)", "titt", digest, item, layer, class);
    }
    if (status == BF_OK)
      status = bf_sql_run(sql, "INSERT INTO betti VALUES(?,?,?,?,?,?)", "tiirii", digest, (int64_t)i, item, b->scale[i], (int64_t)b->dim[i], b->betti[i]);
  }
  return status;
}

static bf_status take_training(bf_sql *sql, const char *digest, const bf_training_log *l) {
  return bf_sql_run(sql, "INSERT INTO training VALUES(?,?,?,?,?,?)", "tiirri", digest, (int64_t)l->attempts, (int64_t)l->steps, l->final_accuracy,
                    l->final_validation, (int64_t)l->success);
}

/* What can't be read as an artifact (a saved CSV, a damaged object, which verify finds) is kept as an object without a type. */
bf_status bf_index_take_object(bf_sql *sql, const bf_store *s, const char *digest) {
  bf_status status = BF_OK;
  bf_artifact_info info = {0};
  bf_betti_table betti = {0};
  bf_training_log training = {0};
  const char *type = NULL;
  bool known;
  char *path = bf_store_object(s, digest);
  BF_TRY(bf_sql_has(sql, "SELECT 1 FROM object WHERE digest = ?", digest, &known));
  if (known) goto out;
  if (bf_artifact_info_read(path, &info) == BF_OK) {
    type = bf_type_name(info.type);
    if (info.type == BF_BETTI_TABLE && bf_betti_table_read(path, BUDGET, &betti) == BF_OK) BF_TRY(take_betti(sql, digest, &betti));
    if (info.type == BF_TRAINING_LOG && bf_training_log_read(path, BUDGET, &training) == BF_OK) BF_TRY(take_training(sql, digest, &training));
  }
  BF_TRY(bf_sql_run(sql, "INSERT INTO object VALUES(?,?)", "tt", digest, type));
out:
  bf_betti_table_free(&betti);
  bf_training_log_free(&training);
  bf_artifact_info_free(&info);
  free(path);
  return status;
}

/* ---- connecting a table's items with sweep points ---- */

typedef struct item_labels { /* labels of the item that is being read */
  bf_label at[128];
  size_t n;
} item_labels;

static bf_status connect_item(bf_sql *sql, bf_combos *combos, const bf_run_info *run, const bf_task_entry *task, int64_t output, int64_t item, item_labels *l) {
  int64_t combo, first;
  for (size_t i = 0; i < task->nsweep && l->n < 128; i++)
    if (!label_value(l->at, l->n, task->sweep[i].name)) l->at[l->n++] = task->sweep[i];
  bf_status status = bf_combo_of(combos, sql, l->at, l->n, &combo, &first);
  if (status == BF_OK)
    status = bf_sql_run(sql, "INSERT OR IGNORE INTO betti_combo VALUES(?,?,?,?,?)", "tiiii", run->run, (int64_t)task->task, output, item, combo);
  return status;
}

bf_status bf_index_connect(bf_sql *sql, bf_combos *combos, const bf_run_info *run, const bf_task_entry *task, int64_t output, const char *digest) {
  bf_status status = BF_OK;
  sqlite3_stmt *is;
  int code;
  int64_t item = -1;
  item_labels l = {.n = 0};
  char *held[128];
  if (sqlite3_prepare_v2(sql->db,
                         "SELECT i.item, l.variable, l.value FROM betti_item i LEFT JOIN betti_label l ON l.digest = i.digest AND l.item = i.item"
                         " WHERE i.digest = ? ORDER BY i.item, l.position",
                         -1, &is, NULL))
    return bf_sql_fail(sql);
  sqlite3_bind_text(is, 1, digest, -1, SQLITE_STATIC);
  size_t nheld = 0;
  while ((code = sqlite3_step(is)) == SQLITE_ROW || code == SQLITE_DONE) {
    int64_t next = code == SQLITE_ROW ? sqlite3_column_int64(is, 0) : -1;
    if (item >= 0 && next != item) {
      BF_TRY(connect_item(sql, combos, run, task, output, item, &l));
      while (nheld) free(held[--nheld]);
      l.n = 0;
    }
    if (code == SQLITE_DONE) break;
    item = next;
    const char *value = (const char *)sqlite3_column_text(is, 2);
    if (!value || l.n >= 64) continue;
    held[nheld++] = bf_strdup((const char *)sqlite3_column_text(is, 1));
    held[nheld++] = bf_strdup(value);
    l.at[l.n++] = (bf_label){held[nheld - 2], held[nheld - 1]};
  }
  if (code != SQLITE_DONE) status = bf_sql_fail(sql);
out:
  while (nheld) free(held[--nheld]);
  sqlite3_finalize(is);
  return status;
}

/* ---- runs ---- */

static bf_status take_outputs(bf_sql *sql, const bf_store *s, bf_combos *combos, const bf_run_info *run, const bf_task_entry *t) {
  bf_status status = BF_OK;
  int64_t position = 0;
  bool table; /* most outputs are none */
  for (size_t i = 0; i < t->noutput; i++)
    for (size_t j = 0; j < t->output[i].nitem; j++, position++) {
      const bf_item *item = &t->output[i].item[j];
      BF_TRY(bf_sql_run(sql, "INSERT OR IGNORE INTO output VALUES(?,?,?,?,?,?)", "tiitti", run->run, (int64_t)t->task, position, t->output[i].port,
                        item->digest.hex, (int64_t)item->size));
      BF_TRY(bf_index_take_object(sql, s, item->digest.hex));
      BF_TRY(bf_sql_has(sql, "SELECT 1 FROM betti_item WHERE digest = ?", item->digest.hex, &table));
      if (table) BF_TRY(bf_index_connect(sql, combos, run, t, position, item->digest.hex));
    }
out:
  return status;
}

static bf_status take_task(bf_sql *sql, const bf_store *s, bf_combos *combos, const bf_run_info *run, const bf_task_entry *t) {
  bf_text labels = {0};
  int64_t combo, first;
  add_labels(&labels, t->sweep, t->nsweep);
  add_labels(&labels, t->item, t->nitem);
  char *text = bf_text_take(&labels);
  bf_status status = bf_combo_of(combos, sql, t->sweep, t->nsweep, &combo, &first);
  if (status == BF_OK)
    status = bf_sql_run(sql, "INSERT OR IGNORE INTO task VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", "titttiotttttrri", run->run, (int64_t)t->task, t->stage,
                        t->use, text, combo, first, label_value(t->item, t->nitem, "layer"), label_value(t->item, t->nitem, "class"),
                        bf_outcome_name(t->outcome), t->message, t->key, t->usage.wall_seconds, t->usage.cpu_seconds, (int64_t)t->usage.peak_bytes);
  free(text);
  for (size_t i = 0; i < t->nitem && status == BF_OK; i++)
    if (strcmp(t->item[i].name, "layer") != 0 && strcmp(t->item[i].name, "class") != 0)
      status = bf_sql_run(sql, "INSERT OR IGNORE INTO task_label VALUES(?,?,?,?)", "titt", run->run, (int64_t)t->task, t->item[i].name, t->item[i].value);
  if (status == BF_OK) status = take_outputs(sql, s, combos, run, t);
  return status;
}

bf_status bf_index_take_run(bf_sql *sql, const bf_store *s, const bf_run_info *run) {
  bf_status status = BF_OK;
  bf_combos *combos = bf_combos_new(run);
  BF_TRY(bf_sql_run(sql, "INSERT INTO run VALUES(?,?,?,?,?,?,?,?,?)", run->finished ? "tttttiiri" : "tttttinnn", run->run, run->pipeline_name,
                    run->pipeline_file, run->version, run->host, run->started_unix, run->finished_unix, run->wall_seconds, (int64_t)run->status));
  for (size_t i = 0; i < run->npoint; i++)
    for (size_t v = 0; v < run->nvar; v++)
      BF_TRY(bf_sql_run(sql, "INSERT INTO point VALUES(?,?,?,?,?)", "tiitt", run->run, (int64_t)i, (int64_t)v, run->var[v], run->value[i][v]));
  for (size_t i = 0; i < run->ntask; i++) BF_TRY(take_task(sql, s, combos, run, &run->task[i]));
out:
  bf_combos_free(combos);
  return status;
}
