/* Opening the index to read what it knows of one run. */
#include "store/index.h"
#include <stdlib.h>

static bf_status open_read_only(const char *path, bf_sql *sql) {
  *sql = (bf_sql){.path = path};
  if (sqlite3_open_v2(path, &sql->db, SQLITE_OPEN_READONLY, NULL)) return bf_sql_fail(sql);
  sqlite3_busy_timeout(sql->db, 60000);
  return BF_OK;
}

static bool right_version(bf_sql *sql) {
  sqlite3_stmt *is = NULL;
  bool right =
      !sqlite3_prepare_v2(sql->db, "PRAGMA user_version", -1, &is, NULL) && sqlite3_step(is) == SQLITE_ROW && sqlite3_column_int(is, 0) == BF_INDEX_VERSION;
  sqlite3_finalize(is);
  return right;
}

void bf_index_close(bf_sql *sql) {
  bf_sql_finish(sql);
  sqlite3_close(sql->db);
  *sql = (bf_sql){0};
}

uint64_t bf_index_peak(const bf_store *s, const char *use) {
  char *path = bf_store_file(s, "index.sqlite");
  bf_sql sql;
  sqlite3_stmt *is = NULL;
  uint64_t peak = 0;
  static const char query[] = "SELECT max(peak) FROM task WHERE use = ?1 AND run = (SELECT max(run) FROM task WHERE use = ?1 AND peak > 0)";
  if (open_read_only(path, &sql) == BF_OK && right_version(&sql) && !sqlite3_prepare_v2(sql.db, query, -1, &is, NULL) &&
      !sqlite3_bind_text(is, 1, use, -1, SQLITE_STATIC) && sqlite3_step(is) == SQLITE_ROW)
    peak = (uint64_t)sqlite3_column_int64(is, 0);
  sqlite3_finalize(is);
  bf_index_close(&sql);
  free(path);
  return peak;
}

/* Has the index the run? When not, *sql is closed. */
static bool open_with(const char *path, const char *run, bf_sql *sql) {
  bool known = false;
  if (open_read_only(path, sql) == BF_OK && right_version(sql) && bf_sql_has(sql, "SELECT 1 FROM run WHERE run = ?", run, &known) == BF_OK && known)
    return true;
  bf_index_close(sql);
  return false;
}

/* A store that can't be written keeps its index as it is. */
static void update(const bf_store *s) {
  bf_store *writer = NULL;
  if (bf_store_open(s->path, BF_STORE_RUN, &writer) == BF_OK) bf_index_update(writer, false);
  bf_store_close(writer);
}

bf_status bf_index_open(const bf_store *s, const char *path, const bf_run_info *run, bf_sql *sql) {
  if (open_with(path, run->run, sql)) return BF_OK;
  if (!run->running) {
    update(s);
    if (open_with(path, run->run, sql)) return BF_OK;
  }
  return bf_index_in_memory(s, run, sql);
}

bf_status bf_index_in_memory(const bf_store *s, const bf_run_info *run, bf_sql *sql) {
  bf_status status = BF_OK;
  *sql = (bf_sql){.path = "the index in memory"};
  if (sqlite3_open_v2(":memory:", &sql->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL)) status = bf_sql_fail(sql);
  if (status == BF_OK) status = bf_sql_script(sql, "BEGIN");
  if (status == BF_OK) status = bf_sql_script(sql, bf_index_schema);
  if (status == BF_OK) status = bf_index_take_run(sql, s, run);
  if (status == BF_OK) status = bf_sql_script(sql, "COMMIT");
  if (status != BF_OK) bf_index_close(sql);
  return status;
}
