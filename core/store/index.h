/* What the files of the index share. */
#ifndef BF_STORE_INDEX_H
#define BF_STORE_INDEX_H

#include "store/internal.h"
#include <sqlite3.h>

enum { BF_INDEX_VERSION = 5 }; /* of the tables; a file with another one is built anew */

extern const char bf_index_schema[];        /* tables and views */
extern const char *const bf_index_tables[]; /* those with a column `run`, NULL-ended */

/* Statements of one database, each prepared when it is first used. bf_sql_run binds by letter: t text (NULL: null), i int64_t, r double,
 * o int64_t, null when negative, n null (takes no argument). BF_STORE with SQLite's message. */
typedef struct bf_sql {
  sqlite3 *db;
  const char *path;
  struct bf_sql_statement {
    const char *text;
    sqlite3_stmt *is;
  } * at;
  size_t n;
} bf_sql;
bf_status bf_sql_run(bf_sql *sql, const char *statement, const char *types, ...);
bf_status bf_sql_has(bf_sql *sql, const char *query, const char *text, bool *has); /* does the query give a row for ?1 = text */
bf_status bf_sql_script(bf_sql *sql, const char *script);
bf_status bf_sql_fail(const bf_sql *sql);
void bf_sql_finish(bf_sql *sql); /* the statements, not the database */

/* ---- sweep points by labels (index_combo.c) ---- */

/* A combination of values of some sweep variables is a `combo`; the table combo says which points have it. */
typedef struct bf_combos bf_combos;
bf_combos *bf_combos_new(const bf_run_info *run);
/* Its number and the first point that has it (-1: none); the first time its points are written. Labels that are no sweep variables are left out. */
bf_status bf_combo_of(bf_combos *c, bf_sql *sql, const bf_label *label, size_t n, int64_t *combo, int64_t *first);
void bf_combos_free(bf_combos *c);

/* ---- reading (index_read.c) ---- */

/* The index at `path` with what it knows of the run, brought up to date first; one in memory with only this run where that can't be. */
bf_status bf_index_open(const bf_store *s, const char *path, const bf_run_info *run, bf_sql *sql);
bf_status bf_index_in_memory(const bf_store *s, const bf_run_info *run, bf_sql *sql);
void bf_index_close(bf_sql *sql);

/* ---- taking in ---- */

bf_status bf_index_take_run(bf_sql *sql, const bf_store *s, const bf_run_info *run);
/* Reads an object that a task made: its type, and what the views need of it (index_object.c). */
bf_status bf_index_take_object(bf_sql *sql, const bf_store *s, const char *digest);
/* Connects the rows of a BettiTable that a task of a run made with sweep points. */
bf_status bf_index_connect(bf_sql *sql, bf_combos *combos, const bf_run_info *run, const bf_task_entry *task, int64_t output, const char *digest);

#endif
