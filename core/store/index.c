/* index.sqlite: brought up to date with the runs' journals, or built anew. */
#include "base/file.h"
#include "base/text.h"
#include "store/index.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bf_status open_at(const char *path, bf_sql *sql) {
  *sql = (bf_sql){.path = path};
  if (sqlite3_open_v2(path, &sql->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL)) return bf_sql_fail(sql);
  sqlite3_busy_timeout(sql->db, 60000);
  return bf_sql_script(sql, "PRAGMA cache_size = -16000"); /* KiB; the digests of a run's objects lie anywhere */
}

static void close_sql(bf_sql *sql) {
  bf_sql_finish(sql);
  sqlite3_close(sql->db);
  *sql = (bf_sql){0};
}

static int number_of(bf_sql *sql, const char *query) {
  sqlite3_stmt *is = NULL;
  int value = -1;
  if (!sqlite3_prepare_v2(sql->db, query, -1, &is, NULL) && sqlite3_step(is) == SQLITE_ROW) value = sqlite3_column_int(is, 0);
  sqlite3_finalize(is);
  return value;
}

enum { CHECKED_PAGES = 4096 }; /* a larger index takes too long to check at each run's end; damage shows when it is met */

static bool is_sound(bf_sql *sql) {
  sqlite3_stmt *is = NULL;
  if (number_of(sql, "PRAGMA page_count") > CHECKED_PAGES) return true;
  bool sound = !sqlite3_prepare_v2(sql->db, "PRAGMA quick_check(1)", -1, &is, NULL) && sqlite3_step(is) == SQLITE_ROW &&
               !strcmp((const char *)sqlite3_column_text(is, 0), "ok");
  sqlite3_finalize(is);
  return sound;
}

/* ---- what to take in and what to forget ---- */

/* Runs that ended and are not in the index yet. A run that was cut off is taken in as far as it came. */
static bf_status take_new(bf_sql *sql, const bf_store *s, char *const *run, size_t n) {
  bf_status status = BF_OK;
  for (size_t i = 0; i < n && status == BF_OK; i++) {
    bool known;
    bf_run_info *info = NULL;
    if ((status = bf_sql_has(sql, "SELECT 1 FROM run WHERE run = ?", run[i], &known)) != BF_OK || known) continue;
    if (bf_run_read_id(s, run[i], &info, NULL) == BF_OK && !info->running) status = bf_index_take_run(sql, s, info);
    bf_run_info_free(info);
  }
  return status;
}

static bool listed(const char *name, char *const *run, size_t n) {
  size_t low = 0;
  while (low < n) {
    size_t middle = low + (n - low) / 2;
    int order = strcmp(run[middle], name);
    if (!order) return true;
    if (order < 0)
      low = middle + 1;
    else
      n = middle;
  }
  return false;
}

static bf_status forget_run(bf_sql *sql, const char *run) {
  bf_status status = BF_OK;
  for (int i = 0; bf_index_tables[i] && status == BF_OK; i++) {
    char *statement = sqlite3_mprintf("DELETE FROM %s WHERE run = %Q", bf_index_tables[i], run);
    status = bf_sql_script(sql, statement);
    sqlite3_free(statement);
  }
  return status;
}

/* Runs that gc removed, and the objects that only they had made. */
static bf_status forget_gone(bf_sql *sql, char *const *run, size_t n) {
  bf_status status = BF_OK;
  char **gone = NULL;
  size_t ngone = 0;
  int code;
  sqlite3_stmt *is;
  if (sqlite3_prepare_v2(sql->db, "SELECT run FROM run", -1, &is, NULL)) return bf_sql_fail(sql);
  while ((code = sqlite3_step(is)) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(is, 0);
    if (!name || listed(name, run, n)) continue;
    gone = bf_grow(gone, ngone, sizeof *gone);
    gone[ngone++] = bf_strdup(name);
  }
  sqlite3_finalize(is);
  if (code != SQLITE_DONE) status = bf_sql_fail(sql);
  for (size_t i = 0; i < ngone && status == BF_OK; i++) status = forget_run(sql, gone[i]);
  if (ngone && status == BF_OK)
    status = bf_sql_script(sql, "DELETE FROM object WHERE digest NOT IN (SELECT digest FROM output);"
                                "DELETE FROM training WHERE digest NOT IN (SELECT digest FROM object);"
                                "DELETE FROM betti_item WHERE digest NOT IN (SELECT digest FROM object);"
                                "DELETE FROM betti_label WHERE digest NOT IN (SELECT digest FROM object);"
                                "DELETE FROM betti WHERE digest NOT IN (SELECT digest FROM object);");
  bf_names_free(gone, ngone);
  return status;
}

static bool anything_new(bf_sql *sql, char *const *run, size_t n) {
  if ((size_t)number_of(sql, "SELECT count(*) FROM run") != n) return true;
  for (size_t i = n; i-- > 0;) { /* the newest are the likely ones */
    bool known = false;
    if (bf_sql_has(sql, "SELECT 1 FROM run WHERE run = ?", run[i], &known) != BF_OK || !known) return true;
  }
  return false;
}

/* *sound false: the file is not a whole index of this version. */
static bf_status update(const bf_store *s, const char *path, char *const *run, size_t n, bool *sound) {
  bf_sql sql;
  bf_status status = open_at(path, &sql);
  *sound = status == BF_OK && number_of(&sql, "PRAGMA user_version") == BF_INDEX_VERSION;
  if (!*sound || !anything_new(&sql, run, n)) goto out;
  if (!(*sound = is_sound(&sql))) goto out;
  BF_TRY(bf_sql_script(&sql, "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE"));
  if ((status = forget_gone(&sql, run, n)) == BF_OK) status = take_new(&sql, s, run, n);
  if (status == BF_OK) status = bf_sql_script(&sql, "COMMIT");
  int code = sqlite3_errcode(sql.db);
  *sound = code != SQLITE_CORRUPT && code != SQLITE_NOTADB && code != SQLITE_ERROR; /* ERROR: tables of another shape */
  if (status != BF_OK) sqlite3_exec(sql.db, "ROLLBACK", NULL, NULL, NULL);
out:
  close_sql(&sql);
  return *sound ? status : BF_OK;
}

/* Builds the index in tmp/ and puts it in place of the old one, with the rollback journal that a crash may have left beside that. */
static bf_status build(bf_store *s, const char *path, char *const *run, size_t n) {
  bf_status status = BF_OK;
  bf_sql sql = {0};
  char *fresh = NULL, *journal = bf_format_text("%s-journal", path);
  BF_TRY(bf_store_tmp_name(s, &fresh));
  BF_TRY(open_at(fresh, &sql));
  BF_TRY(bf_sql_script(&sql, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN"));
  BF_TRY(bf_sql_script(&sql, bf_index_schema));
  BF_TRY(take_new(&sql, s, run, n));
  char version[64];
  snprintf(version, sizeof version, "PRAGMA user_version = %d; COMMIT", BF_INDEX_VERSION);
  BF_TRY(bf_sql_script(&sql, version));
  close_sql(&sql);
  BF_TRY(bf_file_sync(fresh));
  unlink(journal);
  if (rename(fresh, path)) status = bf_fail(BF_STORE, "%s: %s", path, strerror(errno));
out:
  close_sql(&sql);
  if (status != BF_OK && fresh) unlink(fresh);
  free(fresh);
  free(journal);
  return status;
}

bf_status bf_index_update(bf_store *s, bool rebuild) {
  bf_status status = BF_OK;
  char **run = NULL, *path = bf_store_file(s, "index.sqlite"), *lock_path = bf_store_file(s, "locks/index");
  size_t n = 0;
  bool sound = false;
  int lock = -1;
  BF_TRY(bf_store_writable(s));
  if ((lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0666)) < 0) {
    status = bf_fail(BF_STORE, "%s: %s", lock_path, strerror(errno));
    goto out;
  }
  bf_lock(lock, 0, 0, true, true);
  BF_TRY(bf_runs_list(s, &run, &n));
  if (!rebuild && !access(path, F_OK)) BF_TRY(update(s, path, run, n, &sound));
  if (!sound) BF_TRY(build(s, path, run, n));
out:
  if (lock >= 0) close(lock);
  bf_names_free(run, n);
  free(path);
  free(lock_path);
  return status;
}
