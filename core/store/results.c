/* Reading a run's Betti numbers and trainings from the index. */
#include "store/results.h"
#include "base/text.h"
#include "store/index.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_EXTRA = 64 };

typedef struct reader {
  bf_sql *sql;
  bf_results *r;
  size_t **last;  /* by stage, by combo: its newest place + 1, 0 where there is none */
  size_t *before; /* by place: the place of the same stage and combo before it + 1 */
} reader;

static bf_status begin(const reader *q, const char *query, sqlite3_stmt **is) {
  if (sqlite3_prepare_v2(q->sql->db, query, -1, is, NULL)) return bf_sql_fail(q->sql);
  if (sqlite3_bind_text(*is, 1, q->r->run->run, -1, SQLITE_STATIC)) return bf_sql_fail(q->sql);
  return BF_OK;
}

static bf_status end(const reader *q, sqlite3_stmt *is, int code) {
  bf_status status = code == SQLITE_DONE ? BF_OK : bf_sql_fail(q->sql);
  sqlite3_finalize(is);
  return status;
}

static const char *text_at(sqlite3_stmt *is, int column) {
  const char *text = (const char *)sqlite3_column_text(is, column);
  return text ? text : "";
}

/* ---- what the rows refer to ---- */

/* Layers and classes are few, and those of the last row are the likely ones. */
static uint32_t word_of(bf_results *r, const char *text, uint32_t guess) {
  if (guess < r->nword && !strcmp(r->word[guess], text)) return guess;
  for (uint32_t i = 0; i < r->nword; i++)
    if (!strcmp(r->word[i], text)) return i;
  r->word = bf_grow(r->word, r->nword, sizeof *r->word);
  r->word[r->nword++] = bf_strdup(text);
  return (uint32_t)r->nword - 1;
}

static size_t stage_of(reader *q, const char *name, const char *use) {
  bf_results *r = q->r;
  for (size_t i = r->nstage; i-- > 0;)
    if (!strcmp(r->stage[i].name, name)) return i;
  r->stage = bf_grow(r->stage, r->nstage, sizeof *r->stage);
  q->last = bf_grow(q->last, r->nstage, sizeof *q->last);
  r->stage[r->nstage] = (bf_result_stage){.name = bf_strdup(name), .use = bf_strdup(use), .axes = UINT64_MAX};
  q->last[r->nstage] = bf_alloc(r->ncombo + 1, sizeof **q->last);
  return r->nstage++;
}

static bool same_extra(char *const *a, char *const *b, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!a[i] != !b[i] || (a[i] && strcmp(a[i], b[i]) != 0)) return false;
  return true;
}

/* The variables whose value is one and the same at all points of a combo. */
static uint64_t constant(const bf_results *r, size_t combo) {
  uint64_t mask = 0;
  for (size_t v = 0; v < r->run->nvar && v < 64; v++) {
    bool same = true;
    for (size_t i = r->combo[combo] + 1; i < r->combo[combo + 1] && same; i++) same = !strcmp(r->run->value[r->point[i]][v], r->run->value[r->point[i - 1]][v]);
    if (same) mask |= UINT64_C(1) << v;
  }
  return mask;
}

/* Takes the texts of `extra`. */
static size_t place_of(reader *q, size_t stage, size_t combo, char **extra) {
  bf_results *r = q->r;
  size_t *const last = &q->last[stage][combo];    /* NOLINT(clang-analyzer-core.NullDereference): a stage that is known has its array */
  for (size_t i = *last; i; i = q->before[i - 1]) /* NOLINT(clang-analyzer-core.NullDereference): there is a place before */
    if (same_extra(r->place[i - 1].extra, extra, r->nextra)) {
      for (size_t x = 0; x < r->nextra; x++) free(extra[x]);
      return i - 1;
    }
  r->place = bf_grow(r->place, r->nplace, sizeof *r->place);
  q->before = bf_grow(q->before, r->nplace, sizeof *q->before);
  bf_place *p = &r->place[r->nplace];
  *p = (bf_place){stage, combo, r->point[r->combo[combo]], bf_alloc(r->nextra + 1, sizeof *extra)};
  for (size_t x = 0; x < r->nextra; x++)
    if ((p->extra[x] = extra[x])) r->stage[stage].extra |= UINT64_C(1) << x;
  r->stage[stage].axes &= constant(r, combo);
  q->before[r->nplace] = *last;
  *last = ++r->nplace;
  return r->nplace - 1;
}

/* ---- the queries ---- */

static bf_status read_combos(reader *q) {
  bf_results *r = q->r;
  sqlite3_stmt *is = NULL;
  int code = SQLITE_DONE;
  size_t n = 0;
  bf_status status = begin(q, "SELECT combo, point FROM combo WHERE run = ? ORDER BY combo, point", &is);
  r->combo = bf_alloc(1, sizeof *r->combo);
  while (status == BF_OK && (code = sqlite3_step(is)) == SQLITE_ROW) {
    const size_t combo = (size_t)sqlite3_column_int64(is, 0), point = (size_t)sqlite3_column_int64(is, 1);
    if (combo >= (size_t)1 << 32 || point >= r->run->npoint) continue;
    while (r->ncombo <= combo) {
      r->combo = bf_grow(r->combo, r->ncombo + 1, sizeof *r->combo);
      r->combo[++r->ncombo] = n;
    }
    r->point = bf_grow(r->point, n, sizeof *r->point);
    r->point[n++] = (uint32_t)point;
    r->combo[r->ncombo] = n;
  }
  return status == BF_OK ? end(q, is, code) : status;
}

static bool holds_somewhere(const bf_results *r, int64_t combo) { return combo >= 0 && (size_t)combo < r->ncombo && r->combo[combo] < r->combo[combo + 1]; }

static bf_status read_extra_names(reader *q) {
  bf_results *r = q->r;
  sqlite3_stmt *is = NULL;
  int code = SQLITE_DONE;
  bf_status status =
      begin(q,
            "SELECT l.variable FROM output o JOIN betti_label l ON l.digest = o.digest WHERE o.run = ?1 AND l.value <> ''"
            " AND l.variable NOT IN (SELECT variable FROM point WHERE run = ?1)"
            " UNION SELECT l.variable FROM task_label l JOIN output o USING (run, task) JOIN betti_item i ON i.digest = o.digest WHERE l.run = ?1",
            &is);
  while (status == BF_OK && (code = sqlite3_step(is)) == SQLITE_ROW)
    if (r->nextra < MOST_EXTRA) {
      r->extra = bf_grow(r->extra, r->nextra, sizeof *r->extra);
      r->extra[r->nextra++] = bf_strdup(text_at(is, 0));
    }
  return status == BF_OK ? end(q, is, code) : status;
}

/* The further item axes of one item of a table, or of the task that made it. */
static bf_status read_extra(reader *q, sqlite3_stmt *is, int64_t task, const char *digest, int64_t item, char **extra) {
  const bf_results *r = q->r;
  int code;
  memset(extra, 0, (r->nextra + 1) * sizeof *extra);
  if (!is) return BF_OK;
  sqlite3_bind_int64(is, 2, task);
  sqlite3_bind_text(is, 3, digest, -1, SQLITE_TRANSIENT);
  sqlite3_bind_int64(is, 4, item);
  while ((code = sqlite3_step(is)) == SQLITE_ROW)
    for (size_t x = 0; x < r->nextra; x++)
      if (!strcmp(r->extra[x], text_at(is, 0)) && !extra[x]) extra[x] = bf_strdup(text_at(is, 1));
  sqlite3_reset(is);
  if (code == SQLITE_DONE) return BF_OK;
  for (size_t x = 0; x < r->nextra; x++) free(extra[x]);
  return bf_sql_fail(q->sql);
}

static void add_row(bf_results *r, size_t place, sqlite3_stmt *is) {
  r->row = bf_grow(r->row, r->nrow, sizeof *r->row);
  bf_result_row *row = &r->row[r->nrow], last = r->nrow ? row[-1] : (bf_result_row){0};
  row->place = place;
  row->layer = word_of(r, text_at(is, 7), last.layer);
  row->class = word_of(r, text_at(is, 8), last.class);
  row->scale = sqlite3_column_double(is, 9);
  row->dim = (uint32_t)sqlite3_column_int64(is, 10);
  row->betti = sqlite3_column_int64(is, 11);
  r->stage[r->place[place].stage].nrow++;
  r->nrow++;
}

/* What a save or print made, whose stage has a dot, is a copy. */
static bf_status read_betti(reader *q) {
  bf_status status = BF_OK;
  bf_results *r = q->r;
  sqlite3_stmt *is = NULL, *labels = NULL;
  int code;
  int64_t task = -1, output = -1, item = -1;
  size_t place = 0;
  char *extra[MOST_EXTRA + 1];
  if (r->nextra)
    BF_TRY(begin(q,
                 "SELECT variable, value FROM betti_label WHERE digest = ?3 AND item = ?4 AND value <> ''"
                 " UNION ALL SELECT variable, value FROM task_label WHERE run = ?1 AND task = ?2",
                 &labels));
  BF_TRY(begin(q,
               "SELECT t.task, o.output, b.item, k.combo, t.stage, t.use, b.digest, COALESCE(i.layer, t.layer), COALESCE(i.class, t.class), b.scale, b.dim,"
               " b.betti FROM task t JOIN output o ON o.run = t.run AND o.task = t.task JOIN betti b ON b.digest = o.digest"
               " JOIN betti_item i ON i.digest = b.digest AND i.item = b.item"
               " JOIN betti_combo k ON k.run = o.run AND k.task = o.task AND k.output = o.output AND k.item = b.item"
               " WHERE t.run = ? AND instr(t.stage, '.') = 0 ORDER BY t.task, o.output, b.position",
               &is));
  while ((code = sqlite3_step(is)) == SQLITE_ROW) {
    const int64_t at[] = {sqlite3_column_int64(is, 0), sqlite3_column_int64(is, 1), sqlite3_column_int64(is, 2)}, combo = sqlite3_column_int64(is, 3);
    if (!holds_somewhere(r, combo)) continue;
    if (at[0] != task || at[1] != output || at[2] != item) {
      task = at[0], output = at[1], item = at[2];
      BF_TRY(read_extra(q, labels, task, text_at(is, 6), item, extra));
      place = place_of(q, stage_of(q, text_at(is, 4), text_at(is, 5)), (size_t)combo, extra);
    }
    add_row(r, place, is);
  }
  if (code != SQLITE_DONE) status = bf_sql_fail(q->sql);
out:
  sqlite3_finalize(labels);
  sqlite3_finalize(is);
  return status;
}

static int64_t number_or(sqlite3_stmt *is, int column, int64_t none) {
  return sqlite3_column_type(is, column) == SQLITE_NULL ? none : sqlite3_column_int64(is, column);
}
static double real_at(sqlite3_stmt *is, int column) { return sqlite3_column_type(is, column) == SQLITE_NULL ? (double)NAN : sqlite3_column_double(is, column); }

static bf_trained outcome_of(const char *word, int64_t success) {
  if (!strcmp(word, "declined")) return BF_TRIAL_DECLINED;
  if (!strcmp(word, "skipped")) return BF_TRIAL_NOT_RUN;
  if (strcmp(word, "ran") != 0 && strcmp(word, "cached") != 0) return BF_TRIAL_FAILED;
  return success > 0 ? BF_TRAINED : BF_NOT_REACHED;
}

/* As v_trials, with those that failed or never ran besides. */
static bf_status read_trials(reader *q) {
  bf_results *r = q->r;
  sqlite3_stmt *is = NULL;
  int code = SQLITE_DONE;
  bf_status status = begin(q,
                           "SELECT t.stage, t.use, t.combo, t.outcome, MIN(g.success), MIN(g.attempts), MIN(g.steps), MIN(g.accuracy), MIN(g.validation)"
                           " FROM task t LEFT JOIN output o ON o.run = t.run AND o.task = t.task LEFT JOIN training g ON g.digest = o.digest"
                           " WHERE t.run = ? AND instr(t.stage, '.') = 0 GROUP BY t.task HAVING COUNT(g.digest) OR t.use GLOB 'train.*' ORDER BY t.task",
                           &is);
  while (status == BF_OK && (code = sqlite3_step(is)) == SQLITE_ROW) {
    char *none[MOST_EXTRA + 1] = {NULL};
    const int64_t combo = number_or(is, 2, -1);
    if (!holds_somewhere(r, combo)) continue;
    const size_t stage = stage_of(q, text_at(is, 0), text_at(is, 1));
    r->trial = bf_grow(r->trial, r->ntrial, sizeof *r->trial);
    r->trial[r->ntrial++] = (bf_trial){.place = place_of(q, stage, (size_t)combo, none),
                                       .outcome = outcome_of(text_at(is, 3), number_or(is, 4, 1)),
                                       .attempts = number_or(is, 5, -1),
                                       .steps = number_or(is, 6, -1),
                                       .accuracy = real_at(is, 7),
                                       .validation = real_at(is, 8)};
    r->stage[stage].ntrial++;
  }
  return status == BF_OK ? end(q, is, code) : status;
}

/* ---- all of it ---- */

static bf_status read_all(bf_sql *sql, const bf_run_info *run, bf_results **out) {
  bf_status status = BF_OK;
  bf_results *r = bf_alloc(1, sizeof *r);
  reader q = {.sql = sql, .r = r};
  r->run = run;
  word_of(r, "", 0);
  BF_TRY(read_combos(&q));
  BF_TRY(read_extra_names(&q));
  BF_TRY(read_betti(&q));
  BF_TRY(read_trials(&q));
  *out = r;
  r = NULL;
out:
  for (size_t i = 0; q.last && i < (r ? r : *out)->nstage; i++) free(q.last[i]);
  free(q.last);
  free(q.before);
  bf_results_free(r);
  return status;
}

bf_status bf_results_read(const bf_store *s, const bf_run_info *run, bf_results **out) {
  char *path = bf_store_file(s, "index.sqlite");
  bf_sql sql;
  *out = NULL;
  bf_status status = bf_index_open(s, path, run, &sql);
  if (status == BF_OK) {
    status = read_all(&sql, run, out);
    bf_index_close(&sql);
  }
  if (status == BF_STORE && (status = bf_index_in_memory(s, run, &sql)) == BF_OK) { /* files are the truth, a damaged index is none */
    status = read_all(&sql, run, out);
    bf_index_close(&sql);
  }
  free(path);
  return status;
}

void bf_results_free(bf_results *r) {
  if (!r) return;
  for (size_t i = 0; i < r->nplace; i++) {
    for (size_t x = 0; x < r->nextra; x++) free(r->place[i].extra[x]);
    free(r->place[i].extra);
  }
  for (size_t i = 0; i < r->nstage; i++) free(r->stage[i].name), free(r->stage[i].use);
  for (size_t i = 0; i < r->nextra; i++) free(r->extra[i]);
  for (size_t i = 0; i < r->nword; i++) free(r->word[i]);
  free(r->extra), free(r->word), free(r->stage), free(r->combo), free(r->point), free(r->place), free(r->row), free(r->trial);
  free(r);
}

const char *bf_results_variable(const bf_results *r, size_t v) { return v < r->run->nvar ? r->run->var[v] : r->extra[v - r->run->nvar]; }

const char *bf_results_value(const bf_results *r, const bf_place *p, size_t v) {
  if (v >= r->run->nvar) return p->extra[v - r->run->nvar];
  return v < 64 && r->stage[p->stage].axes >> v & 1 ? r->run->value[p->point][v] : NULL;
}
