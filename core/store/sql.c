/* A small layer over SQLite: statements by their text, values by letters. */
#include "base/text.h"
#include "store/index.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bf_status bf_sql_fail(const bf_sql *sql) { return bf_fail(BF_STORE, "%s: %s", sql->path, sqlite3_errmsg(sql->db)); }

bf_status bf_sql_script(bf_sql *sql, const char *script) { return sqlite3_exec(sql->db, script, NULL, NULL, NULL) ? bf_sql_fail(sql) : BF_OK; }

/* Statements are literals of the program, so their addresses tell them apart. */
static bf_status prepared(bf_sql *sql, const char *text, sqlite3_stmt **out) {
  for (size_t i = 0; i < sql->n; i++)
    if (sql->at[i].text == text) {
      *out = sql->at[i].is;
      return BF_OK;
    }
  if (sqlite3_prepare_v3(sql->db, text, -1, SQLITE_PREPARE_PERSISTENT, out, NULL)) return bf_sql_fail(sql);
  sql->at = bf_grow(sql->at, sql->n, sizeof *sql->at);
  sql->at[sql->n++] = (struct bf_sql_statement){text, *out};
  return BF_OK;
}

void bf_sql_finish(bf_sql *sql) {
  for (size_t i = 0; i < sql->n; i++) sqlite3_finalize(sql->at[i].is);
  free(sql->at);
  sql->at = NULL;
  sql->n = 0;
}

static int bind_optional(sqlite3_stmt *is, int at, int64_t value) { return value < 0 ? sqlite3_bind_null(is, at) : sqlite3_bind_int64(is, at, value); }

static int bind(sqlite3_stmt *is, const char *types, va_list values) {
  int failed = 0;
  for (int i = 0; types[i] && !failed; i++) switch (types[i]) {
    case 't':
      failed = sqlite3_bind_text(is, i + 1, va_arg(values, const char *), -1, SQLITE_STATIC);
      break;
    case 'i':
      failed = sqlite3_bind_int64(is, i + 1, va_arg(values, int64_t));
      break;
    case 'o':
      failed = bind_optional(is, i + 1, va_arg(values, int64_t));
      break;
    case 'r':
      failed = sqlite3_bind_double(is, i + 1, va_arg(values, double));
      break;
    default:
      failed = sqlite3_bind_null(is, i + 1);
      break;
    }
  return failed;
}

bf_status bf_sql_run(bf_sql *sql, const char *statement, const char *types, ...) {
  sqlite3_stmt *is;
  va_list values;
  bf_status status = prepared(sql, statement, &is);
  if (status != BF_OK) return status;
  va_start(values, types);
  int code = bind(is, types, values);
  va_end(values);
  while (!code && (code = sqlite3_step(is)) == SQLITE_ROW) code = 0;
  if (code != SQLITE_DONE) status = bf_sql_fail(sql);
  sqlite3_reset(is);
  return status;
}

bf_status bf_sql_has(bf_sql *sql, const char *query, const char *text, bool *has) {
  sqlite3_stmt *is;
  bf_status status = prepared(sql, query, &is);
  if (status != BF_OK) return status;
  sqlite3_bind_text(is, 1, text, -1, SQLITE_STATIC);
  int code = sqlite3_step(is);
  if (code != SQLITE_ROW && code != SQLITE_DONE) status = bf_sql_fail(sql);
  *has = code == SQLITE_ROW;
  sqlite3_reset(is);
  return status;
}
