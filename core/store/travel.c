/* Jobs that travel: their orders there, their results back. */
#include "base/file.h"
#include "base/text.h"
#include "store/bundle.h"
#include "store/codec.h"
#include "store/internal.h"
#include <bettiflow/frame.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LOG = 16 << 20 };

/* ---- orders ---- */

static bf_status frame(const uint8_t *data, size_t n, char **out, size_t *size) {
  FILE *f = open_memstream(out, size);
  if (!f) return bf_fail(BF_NO_MEMORY, "a run's header: %s", strerror(errno));
  bf_status status = bf_frame_write(f, data, n);
  if (fclose(f) && status == BF_OK) status = bf_fail(BF_NO_MEMORY, "a run's header: %s", strerror(errno));
  return status;
}

bf_status bf_travel_pack_header(bf_pack *p, const bf_store *s, const char *run) {
  bf_status status = BF_OK;
  bf_frame_reader *r = NULL;
  const uint8_t *data;
  char *path = bf_format_text("%s/runs/%s/journal", s->path, run), *framed = NULL;
  size_t n, size;
  BF_TRY(bf_frame_open(path, BF_MAX_RECORD, &r));
  BF_TRY(bf_frame_next(r, &data, &n));
  if (!data) {
    status = bf_fail(BF_STORE, "%s: the journal is empty", path);
    goto out;
  }
  BF_TRY(frame(data, n, &framed, &size));
  BF_TRY(bf_pack_file(p, "header", framed, size));
out:
  bf_frame_close(r);
  free(framed);
  free(path);
  return status;
}

/* A small file that is named by the key. */
bf_status bf_travel_pack_record(bf_pack *p, const bf_store *s, const bf_digest *key) {
  char *path = bf_store_sharded(s, "actions", key->hex), *data = NULL;
  size_t n;
  bf_status status = bf_file_read(path, BF_MAX_RECORD, &data, &n);
  if (status == BF_OK) status = bf_pack_file(p, key->hex, data, n);
  free(data);
  free(path);
  return status;
}

/* Puts the records where the job finds them (bf_store_recall). Jobs may come with the same ones. */
static bf_status take_records(bf_store *s, const char *run, const char *folder) {
  char *given = bf_format_text("%s/runs/%s/given", s->path, run), **name = NULL;
  size_t n = 0;
  bf_status status = mkdir(given, 0777) && errno != EEXIST ? bf_fail(BF_STORE, "%s: %s", given, strerror(errno)) : bf_folder_list(folder, &name, &n);
  for (size_t i = 0; i < n && status == BF_OK; i++) {
    if (!bf_digest_valid(name[i])) continue;
    char *from = bf_path_join(folder, name[i]), *to = bf_path_join(given, name[i]);
    if (rename(from, to)) status = bf_fail(BF_STORE, "%s: %s", to, strerror(errno));
    free(from);
    free(to);
  }
  bf_names_free(name, n);
  free(given);
  return status;
}

/* The journal of a run that is done elsewhere: only its header. Another job may have put it there. */
static bf_status begin_run(bf_store *s, const char *run, const char *folder) {
  bf_status status = BF_OK;
  bf_run_info *info = NULL;
  char *place = bf_format_text("%s/runs/%s", s->path, run), *header = bf_path_join(folder, "header"), *fresh = NULL, *journal = NULL;
  BF_TRY(bf_journal_read(header, run, &info, NULL));
  BF_TRY(bf_store_tmp(s, &fresh));
  journal = bf_path_join(fresh, "journal");
  if (rename(header, journal) || (rename(fresh, place) && errno != EEXIST && errno != ENOTEMPTY)) status = bf_fail(BF_STORE, "%s: %s", place, strerror(errno));
out:
  if (fresh) bf_folder_remove(fresh);
  bf_run_info_free(info);
  free(fresh);
  free(journal);
  free(header);
  free(place);
  return status;
}

bf_status bf_travel_take_orders(bf_store *s, const char *run, const char *bundle) {
  bf_status status = BF_OK;
  bf_unpack_report report = {0};
  char *folder = NULL;
  BF_TRY(bf_store_tmp(s, &folder));
  const bf_unpack_options options = {.trust = true, .folder = folder};
  BF_TRY(bf_bundle_unpack(s, bundle, &options, &report));
  BF_TRY(begin_run(s, run, folder));
  BF_TRY(take_records(s, run, folder));
out:
  bf_unpack_report_free(&report);
  if (folder) bf_folder_remove(folder);
  free(folder);
  return status;
}

/* ---- results ---- */

static bf_status pack_file(bf_pack *p, const char *folder, const char *file, const char *name, size_t most) {
  char *path = bf_path_join(folder, file), *data = NULL;
  size_t n;
  bf_status status = bf_file_read(path, most, &data, &n);
  if (status == BF_OK) status = bf_pack_file(p, name, data, n);
  free(data);
  free(path);
  return status;
}

static bf_status pack_logs(bf_pack *p, const char *folder) {
  char *logs = bf_path_join(folder, "log"), **name = NULL;
  size_t n = 0;
  bf_status status = bf_folder_list(logs, &name, &n);
  for (size_t i = 0; i < n && status == BF_OK; i++) {
    char *to = bf_format_text("log-%s", name[i]);
    status = pack_file(p, logs, name[i], to, MOST_LOG + 4096);
    free(to);
  }
  bf_names_free(name, n);
  free(logs);
  return status;
}

bf_status bf_travel_pack_results(const bf_store *s, const char *run, const char *job, const char *bundle, const char *version) {
  bf_status status = BF_OK;
  bf_pack *p = bf_pack_new(s);
  bf_run_info *info = NULL;
  char *folder = bf_job_folder(s, run, job);
  BF_TRY(bf_job_read(s, run, job, &info));
  for (size_t i = 0; i < info->ntask; i++) {
    const bf_task_entry *t = &info->task[i];
    bf_digest key;
    if (!t->key[0] || t->outcome == BF_OUTCOME_FAILED || t->outcome == BF_SKIPPED) continue;
    memcpy(key.hex, t->key, sizeof key.hex);
    BF_TRY(bf_pack_record(p, &key, false));
  }
  BF_TRY(pack_file(p, folder, "journal", "journal", BF_BUNDLE_FILE));
  BF_TRY(pack_logs(p, folder));
  BF_TRY(bf_pack_write(p, bundle, version, NULL));
out:
  bf_run_info_free(info);
  bf_pack_free(p);
  free(folder);
  return status;
}

/* Puts log-N where a job of this machine has log/N. */
static bf_status arrange(const char *folder) {
  bf_status status = BF_OK;
  char *logs = bf_path_join(folder, "log"), **name = NULL;
  size_t n = 0;
  if (mkdir(logs, 0777)) {
    status = bf_fail(BF_STORE, "%s: %s", logs, strerror(errno));
    goto out;
  }
  BF_TRY(bf_folder_list(folder, &name, &n));
  for (size_t i = 0; i < n && status == BF_OK; i++) {
    const char *number = strncmp(name[i], "log-", 4) ? "" : name[i] + 4;
    if (!*number || number[strspn(number, "0123456789")]) continue;
    char *from = bf_path_join(folder, name[i]), *to = bf_path_join(logs, number);
    if (rename(from, to)) status = bf_fail(BF_STORE, "%s: %s", to, strerror(errno));
    free(from);
    free(to);
  }
out:
  bf_names_free(name, n);
  free(logs);
  return status;
}

bf_status bf_travel_take_results(bf_store *s, const char *run, const char *job, const char *bundle) {
  bf_status status = BF_OK;
  bf_unpack_report report = {0};
  bf_run_info *info = NULL;
  char *folder = NULL, *journal = NULL, *place = bf_job_folder(s, run, job), *jobs = bf_path_parent(place);
  BF_TRY(bf_store_tmp(s, &folder));
  const bf_unpack_options options = {.trust = true, .folder = folder};
  BF_TRY(bf_bundle_unpack(s, bundle, &options, &report));
  journal = bf_path_join(folder, "journal");
  BF_TRY(bf_journal_read(journal, run, &info, NULL));
  BF_TRY(arrange(folder));
  if (mkdir(jobs, 0777) && errno != EEXIST) {
    status = bf_fail(BF_STORE, "%s: %s", jobs, strerror(errno));
    goto out;
  }
  BF_TRY(bf_folder_replace(s, folder, place));
out:
  bf_run_info_free(info);
  bf_unpack_report_free(&report);
  if (folder) bf_folder_remove(folder);
  free(folder);
  free(journal);
  free(place);
  free(jobs);
  return status;
}
