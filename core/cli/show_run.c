/* What `show RUN` prints: the run, its tasks by stage, what failed, what was saved. */
#include "cli/show_run.h"
#include "cli/columns.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct stage_sum {
  const char *stage, *use;
  bf_outcomes n;
  double wall, cpu; /* of what ran in this run */
  uint64_t peak;
} stage_sum;

static stage_sum *sum_stages(const bf_run_info *run, size_t *n) {
  stage_sum *sums = NULL;
  *n = 0;
  for (size_t i = 0; i < run->ntask; i++) {
    const bf_task_entry *t = &run->task[i];
    size_t k = 0;
    while (k < *n && strcmp(sums[k].stage, t->stage)) k++;
    if (k == *n) {
      sums = bf_grow(sums, *n, sizeof *sums);
      sums[(*n)++] = (stage_sum){.stage = t->stage, .use = t->use};
    }
    sums[k].n.of[t->outcome]++;
    if (t->outcome != BF_CACHED) sums[k].wall += t->usage.wall_seconds, sums[k].cpu += t->usage.cpu_seconds;
    if (t->usage.peak_bytes > sums[k].peak) sums[k].peak = t->usage.peak_bytes;
  }
  return sums;
}

/* ---- text ---- */

static void print_head(const bf_run_info *run) {
  char *when = bf_time_text(run->started_unix), *took = bf_seconds_text(run->wall_seconds);
  printf("run %s: %s", run->run, bf_run_state(run));
  if (run->prepared) printf(" by sweep-script: its jobs' results are in the store, `bettiflow run` of the pipeline collects them");
  if (run->finished && !run->prepared) printf(" (exit status %u), took %s", run->status, took);
  if (run->pinned) fputs(", pinned", stdout);
  printf("\npipeline %s from %s, started %s on %s by bettiflow %s", run->pipeline_name, run->pipeline_file, when, run->host, run->version);
  if (run->nvar) {
    printf("\n%zu sweep points over ", run->npoint);
    for (size_t i = 0; i < run->nvar; i++) printf("%s%s", i ? ", " : "", run->var[i]);
  }
  fputs("\n\n", stdout);
  free(when);
  free(took);
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* Tasks with one key are one computation: the others count as cached, in a fresh store too. */
static void print_twins(const bf_run_info *run) {
  const char **key = bf_alloc(run->ntask + 1, sizeof *key);
  size_t n = 0, twins = 0;
  for (size_t i = 0; i < run->ntask; i++)
    if (run->task[i].outcome == BF_RAN && *run->task[i].key) key[n++] = run->task[i].key;
  if (n) qsort(key, n, sizeof *key, by_text);
  for (size_t i = 0; i < run->ntask && n; i++) {
    const char *own = run->task[i].key;
    twins += run->task[i].outcome == BF_CACHED && bsearch(&own, key, n, sizeof *key, by_text);
  }
  if (twins) printf("\n%zu of the cached tasks are the same as another task of this run, which ran once for all\n", twins);
  free(key);
}

static void print_stages(const bf_run_info *run) {
  static const char *const head[] = {"stage", "use", "ran", "cached", "declined", "failed", "skipped", "time", "peak memory"};
  bf_columns table = {.align = "llrrrrrrr"};
  size_t n;
  stage_sum *sums = sum_stages(run, &n);
  for (int i = 0; i < 9; i++) bf_columns_add(&table, "%s", head[i]);
  for (size_t i = 0; i < n; i++) {
    char *wall = bf_seconds_text(sums[i].wall), *peak = bf_bytes_text(sums[i].peak);
    bf_columns_add(&table, "%s", sums[i].stage);
    bf_columns_add(&table, "%s", sums[i].use);
    for (bf_outcome k = BF_RAN; k <= BF_SKIPPED; k++) bf_columns_add(&table, "%llu", (unsigned long long)sums[i].n.of[k]);
    bf_columns_add(&table, "%s", wall);
    bf_columns_add(&table, "%s", peak);
    free(wall);
    free(peak);
  }
  bf_columns_print(&table);
  free(sums);
  print_twins(run);
}

/* Tasks with one outcome, with their messages. */
static void print_tasks(const bf_run_info *run, bf_outcome outcome) {
  bf_columns table = {.align = "rlll"};
  for (size_t i = 0; i < run->ntask; i++) {
    const bf_task_entry *t = &run->task[i];
    if (t->outcome != outcome) continue;
    char *labels = bf_labels_text(t);
    bf_columns_add(&table, "%u", t->task);
    bf_columns_add(&table, "%s", t->stage);
    bf_columns_add(&table, "%s", labels);
    bf_columns_add(&table, "%s", t->message);
    free(labels);
  }
  if (table.n) printf("\n%s\n", bf_outcome_name(outcome));
  bf_columns_print(&table);
}

static void print_saved(const bf_run_info *run) {
  bf_columns table = {.align = "ll"};
  for (size_t i = 0; i < run->nsaved; i++) {
    bf_columns_add(&table, "%s", run->saved[i].path);
    bf_columns_add(&table, "%.16s", run->saved[i].digest.hex);
  }
  if (table.n) puts("\nsaved");
  bf_columns_print(&table);
}

/* ---- JSON ---- */

static json_t *stages_json(const bf_run_info *run) {
  size_t n;
  stage_sum *sums = sum_stages(run, &n);
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++) {
    json_t *o = json_pack("{s:o, s:o}", "stage", bf_text_json(sums[i].stage), "use", bf_text_json(sums[i].use));
    for (bf_outcome k = BF_RAN; k <= BF_SKIPPED; k++) json_object_set_new(o, bf_outcome_name(k), json_integer((json_int_t)sums[i].n.of[k]));
    json_object_set_new(o, "wall_seconds", json_real(sums[i].wall));
    json_object_set_new(o, "cpu_seconds", json_real(sums[i].cpu));
    json_object_set_new(o, "peak_bytes", json_integer((json_int_t)sums[i].peak));
    json_array_append_new(list, o);
  }
  free(sums);
  return list;
}

static json_t *outputs_json(const bf_task_entry *t) {
  json_t *list = json_array();
  for (size_t i = 0; i < t->noutput; i++)
    for (size_t j = 0; j < t->output[i].nitem; j++) {
      const bf_item *item = &t->output[i].item[j];
      json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:I}", "port", bf_text_json(t->output[i].port), "label", bf_labels_json(item->label, item->nlabel),
                                            "digest", item->digest.hex, "size", (json_int_t)item->size));
    }
  return list;
}

static json_t *tasks_json(const bf_run_info *run) {
  json_t *list = json_array();
  for (size_t i = 0; i < run->ntask; i++) {
    const bf_task_entry *t = &run->task[i];
    json_array_append_new(list, json_pack("{s:I, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:f, s:f, s:I, s:o}", "task", (json_int_t)t->task, "stage",
                                          bf_text_json(t->stage), "use", bf_text_json(t->use), "sweep", bf_labels_json(t->sweep, t->nsweep), "item",
                                          bf_labels_json(t->item, t->nitem), "outcome", bf_outcome_name(t->outcome), "message", bf_text_json(t->message), "key",
                                          bf_text_json(t->key), "wall_seconds", t->usage.wall_seconds, "cpu_seconds", t->usage.cpu_seconds, "peak_bytes",
                                          (json_int_t)t->usage.peak_bytes, "outputs", outputs_json(t)));
  }
  return list;
}

static json_t *points_json(const bf_run_info *run) {
  json_t *list = json_array();
  for (size_t i = 0; i < run->npoint; i++) {
    json_t *o = json_object();
    for (size_t v = 0; v < run->nvar; v++) json_object_set_new(o, run->var[v], bf_text_json(run->value[i][v]));
    json_array_append_new(list, o);
  }
  return list;
}

static json_t *saved_json(const bf_run_info *run) {
  json_t *list = json_array();
  for (size_t i = 0; i < run->nsaved; i++)
    json_array_append_new(list, json_pack("{s:o, s:s}", "path", bf_text_json(run->saved[i].path), "digest", run->saved[i].digest.hex));
  return list;
}

void bf_show_run(const bf_run_info *run, bool json) {
  if (!json) {
    print_head(run);
    print_stages(run);
    print_tasks(run, BF_OUTCOME_FAILED);
    print_tasks(run, BF_OUTCOME_DECLINED);
    print_saved(run);
    return;
  }
  json_t *o = bf_run_json(run);
  json_object_set_new(o, "pipeline_text", bf_text_json(run->pipeline_text));
  json_object_set_new(o, "points", points_json(run));
  json_object_set_new(o, "stages", stages_json(run));
  json_object_set_new(o, "task_list", tasks_json(run));
  json_object_set_new(o, "saved", saved_json(run));
  bf_print_json(o);
}
