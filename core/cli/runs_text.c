/* Runs and their tasks as words. */
#include "cli/runs_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bf_status bf_open_to_read(bf_store **out) { return bf_store_open(bf_globals.store, BF_STORE_READ, out); }

static bool has_stage(const bf_run_info *run, const char *stage) {
  for (size_t i = 0; i < run->ntask; i++)
    if (!strcmp(run->task[i].stage, stage)) return true;
  return false;
}

bf_status bf_run_argument(const bf_store *s, char *const *argument, size_t n, bf_run_info **run, const char **stage) {
  *stage = n > 1 ? argument[1] : NULL;
  bf_status status = bf_run_read(s, n ? argument[0] : "last", run);
  if (status == BF_OK || n != 1) return status;
  char *why = bf_strdup(bf_error());
  if (bf_run_read(s, "last", run) == BF_OK && has_stage(*run, argument[0])) {
    *stage = argument[0];
    status = BF_OK;
  } else {
    bf_run_info_free(*run);
    *run = NULL;
    bf_fail(status, "%s", why);
  }
  free(why);
  return status;
}

bf_outcomes bf_count_outcomes(const bf_run_info *run) {
  bf_outcomes c = {{0}};
  for (size_t i = 0; i < run->ntask; i++) c.of[run->task[i].outcome]++;
  return c;
}

const char *bf_run_state(const bf_run_info *run) {
  if (run->running) return "running";
  if (!run->finished) return "broken off";
  if (run->prepared) return "prepared";
  return run->status == 0 ? "done" : run->status == 130 ? "cancelled" : "failed";
}

char *bf_time_text(int64_t unix_time) {
  char text[64] = "?";
  time_t t = (time_t)unix_time;
  struct tm local;
  if (localtime_r(&t, &local)) strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local);
  return bf_strdup(text);
}

char *bf_seconds_text(double seconds) {
  if (!(seconds >= 0 && seconds < 1e9)) return bf_strdup("?");
  uint64_t whole = (uint64_t)(seconds + .5);
  if (seconds < 1) return bf_format_text("%.2f s", seconds);
  if (seconds < 60) return bf_format_text("%.1f s", seconds);
  if (whole < 3600) return bf_format_text("%llu min %llu s", (unsigned long long)whole / 60, (unsigned long long)whole % 60);
  return bf_format_text("%llu h %llu min", (unsigned long long)whole / 3600, (unsigned long long)whole % 3600 / 60);
}

char *bf_bytes_text(uint64_t bytes) {
  static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
  double value = (double)bytes;
  int unit = -1;
  while (value >= 1024 && unit < 3) value /= 1024, unit++;
  return unit < 0 ? bf_format_text("%llu B", (unsigned long long)bytes) : bf_format_text("%.1f %s", value, units[unit]);
}

char *bf_labels_text(const bf_task_entry *t) {
  bf_text text = {0};
  for (size_t i = 0; i < t->nsweep + t->nitem; i++) {
    const bf_label *l = i < t->nsweep ? &t->sweep[i] : &t->item[i - t->nsweep];
    bf_text_addf(&text, "%s%s=%s", i ? ", " : "", l->name, l->value);
  }
  return bf_text_take(&text);
}

json_t *bf_text_json(const char *s) {
  json_t *j = s ? json_string(s) : NULL;
  return j ? j : json_null();
}

json_t *bf_labels_json(const bf_label *label, size_t n) {
  json_t *o = json_object();
  for (size_t i = 0; i < n; i++) json_object_set_new(o, label[i].name, bf_text_json(label[i].value));
  return o;
}

json_t *bf_run_json(const bf_run_info *run) {
  bf_outcomes c = bf_count_outcomes(run);
  json_t *o = json_object(), *tasks = json_object();
  json_object_set_new(tasks, "total", json_integer((json_int_t)run->ntask));
  for (bf_outcome k = BF_RAN; k <= BF_SKIPPED; k++) json_object_set_new(tasks, bf_outcome_name(k), json_integer((json_int_t)c.of[k]));
  json_object_set_new(o, "run", bf_text_json(run->run));
  json_object_set_new(o, "pipeline", bf_text_json(run->pipeline_name));
  json_object_set_new(o, "file", bf_text_json(run->pipeline_file));
  json_object_set_new(o, "state", bf_text_json(bf_run_state(run)));
  json_object_set_new(o, "pinned", json_boolean(run->pinned));
  json_object_set_new(o, "status", run->finished ? json_integer(run->status) : json_null());
  json_object_set_new(o, "started", json_integer(run->started_unix));
  json_object_set_new(o, "finished", run->finished ? json_integer(run->finished_unix) : json_null());
  json_object_set_new(o, "wall_seconds", run->finished ? json_real(run->wall_seconds) : json_null());
  json_object_set_new(o, "version", bf_text_json(run->version));
  json_object_set_new(o, "host", bf_text_json(run->host));
  json_object_set_new(o, "tasks", tasks);
  return o;
}

void bf_print_json(json_t *j) {
  json_dumpf(j, stdout, JSON_INDENT(2));
  putchar('\n');
  json_decref(j);
}
