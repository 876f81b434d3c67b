/* The SQLite index: its views, and that however it came about it is the same. */
#include "store_samples.h"
#include <bettiflow/artifact.h>
#include <math.h>
#include <sqlite3.h>
#include <unistd.h>

/* All rows of a query as lines of fields separated by '|'. */
static char *ask(const char *path, const char *query) {
  sqlite3 *db;
  sqlite3_stmt *is;
  bf_text t = {0};
  assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  if (sqlite3_prepare_v2(db, query, -1, &is, NULL)) fail_msg("%s: %s", query, sqlite3_errmsg(db));
  while (sqlite3_step(is) == SQLITE_ROW)
    for (int i = 0, n = sqlite3_column_count(is); i < n; i++)
      bf_text_addf(&t, "%s%s", sqlite3_column_type(is, i) == SQLITE_NULL ? "-" : (const char *)sqlite3_column_text(is, i), i + 1 < n ? "|" : "\n");
  sqlite3_finalize(is);
  sqlite3_close(db);
  return bf_text_take(&t);
}

static void assert_answer(const char *path, const char *query, const char *expected) {
  char *got = ask(path, query);
  assert_string_equal(got, expected);
  free(got);
}

static char *dump(const char *path) {
  static const char *const tables[] = {"run", "point", "combo", "task", "output", "betti_combo", "object", "training", "betti_item", "betti_label", "betti"};
  bf_text t = {0};
  char *schema = ask(path, "SELECT type, name, sql FROM sqlite_master ORDER BY name");
  bf_text_add(&t, schema);
  free(schema);
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    char *query = bf_format_text("SELECT * FROM %s", tables[i]), *rows = ask(path, query);
    bf_text_addf(&t, "%s:\n%s", tables[i], rows);
    free(query), free(rows);
  }
  return bf_text_take(&t);
}

/* Adds a one-item record whose object is a file. */
static bf_record *record_of_file(bf_store *s, const char *stage, const char *parts, const char *file) {
  bf_record *r = make_record(s, stage, parts, (const char *const[]){""}, 1);
  move_artifact(s, file, &r->output[0].item[0].digest, &r->output[0].item[0].size);
  OK(bf_store_commit(s, r));
  return r;
}

static bf_record *betti_record(bf_store *s) {
  bf_betti_table b = {.naxis = 3,
                      .nsweep = 1,
                      .axis = (char *[]){"activation", "layer", "class"},
                      .ntext = 6,
                      .text = (char *[]){"", "relu", "tanh", "0", "10", "1"},
                      .n = 4,
                      .value = (uint32_t[]){1, 3, 5, 1, 3, 5, 1, 4, 5, 2, 3, 0},
                      .scale = (double[]){2, 2, INFINITY, 2},
                      .dim = (uint32_t[]){0, 1, 0, 0},
                      .betti = (int64_t[]){9, 0, 1, 7}};
  OK(bf_betti_table_write(&(bf_out){"betti.bf", NULL, 0}, &b));
  return record_of_file(s, "table.betti", "key of betti", "betti.bf");
}

static bf_record *item_betti_record(bf_store *s) {
  bf_betti_table b = {.ntext = 1, .text = (char *[]){""}, .n = 1, .scale = (double[]){2.5}, .dim = (uint32_t[]){1}, .betti = (int64_t[]){3}};
  OK(bf_betti_table_write(&(bf_out){"item.bf", &(bf_label){"layer", "4"}, 1}, &b));
  return record_of_file(s, "homology.betti", "key of item betti", "item.bf");
}

static bf_record *training_record(bf_store *s) {
  bf_training_log l = {.n = 1,
                       .attempt = (uint32_t[]){2},
                       .step = (uint64_t[]){5},
                       .loss = (float[]){.5f},
                       .accuracy = (float[]){1},
                       .rate = (float[]){.01f},
                       .gradient = (float[]){1},
                       .final_accuracy = 1,
                       .final_validation = NAN,
                       .steps = 1234,
                       .attempts = 2,
                       .success = true};
  OK(bf_training_log_write(&(bf_out){"log.bf", NULL, 0}, &l));
  return record_of_file(s, "train.mlp", "key of training", "log.bf");
}

static void add_run(bf_store *s, const char *name) {
  bf_record *betti = betti_record(s), *item = item_betti_record(s), *training = training_record(s);
  bf_run *run = begin_run(s, name);
  bf_task_entry e = entry_of(0, "net", BF_RAN, training);
  e.nsweep = 1;
  e.sweep = &(bf_label){"activation", "relu"};
  OK(bf_run_task(run, &e));
  e = entry_of(1, "net", BF_OUTCOME_DECLINED, NULL);
  e.use = "train.mlp";
  e.message = "accuracy 0.98";
  e.nsweep = 1;
  e.sweep = &(bf_label){"activation", "tanh"};
  OK(bf_run_task(run, &e));
  e = entry_of(2, "betti", BF_CACHED, betti);
  OK(bf_run_task(run, &e));
  e = entry_of(3, "one", BF_RAN, item);
  e.nsweep = e.nitem = 1;
  e.sweep = &(bf_label){"activation", "tanh"};
  e.item = &(bf_label){"layer", "4"};
  OK(bf_run_task(run, &e));
  e = entry_of(4, "late", BF_SKIPPED, NULL);
  OK(bf_run_task(run, &e));
  OK(bf_run_task(run, &e)); /* a number twice does no harm */
  OK(bf_run_end(run, 0, NULL, 0));
  bf_record_free(betti), bf_record_free(item), bf_record_free(training);
}

static void views(void **state) {
  static const char file[] = "store/index.sqlite";
  (void)state;
  bf_store *s = open_store("store", BF_STORE_RUN);
  add_run(s, "a");
  assert_answer(file, "SELECT point, variable, value FROM v_points", "0|activation|relu\n1|activation|tanh\n");
  assert_answer(file, "SELECT stage, point, layer, class, scale, dim, betti FROM v_betti",
                "betti|0|0|1|2.0|0|9\nbetti|0|0|1|2.0|1|0\nbetti|0|10|1|Inf|0|1\nbetti|1|0|-|2.0|0|7\none|1|4|-|2.5|1|3\n");
  assert_answer(file, "SELECT typeof(layer), count(*) FROM v_betti WHERE layer < 5 GROUP BY 1", "integer|4\n"); /* numbers, so 10 is not below 5 */
  assert_answer(file, "SELECT p.value, sum(b.betti) FROM v_betti b JOIN v_points p USING (run, point) WHERE b.dim = 0 AND b.stage = 'betti' GROUP BY p.value",
                "relu|10\ntanh|7\n");
  assert_answer(file, "SELECT point, stage, outcome, reason, success, attempts, steps, final_accuracy, final_validation FROM v_trials",
                "0|net|ran|-|1|2|1234|1.0|-\n1|net|declined|accuracy 0.98|0|-|-|-|-\n");
  assert_answer(file, "SELECT task, stage, use, point, labels, outcome, peak_bytes, message FROM v_tasks",
                "0|net|train.mlp|0|activation=relu|ran|4096|\n1|net|train.mlp|1|activation=tanh|declined|0|accuracy 0.98\n2|betti|table.betti|0||cached|4096|\n"
                "3|one|homology.betti|1|activation=tanh, layer=4|ran|4096|\n4|late||0||skipped|0|\n");
  bf_store_close(s);
}

static void equal_however_it_came(void **state) {
  static const char file[] = "equal/index.sqlite";
  (void)state;
  bf_store *s = open_store("equal", BF_STORE_RUN);
  for (int i = 0; i < 3; i++) add_run(s, "a");
  bf_run *open = begin_run(s, "still running"); /* not taken in */
  char *grown = dump(file);
  OK(bf_index_update(s, true));
  char *rebuilt = dump(file);
  assert_string_equal(grown, rebuilt);
  assert_answer(file, "SELECT count(*) FROM run", "3\n");

  OK(bf_run_end(open, 0, NULL, 0));
  assert_answer(file, "SELECT count(*) FROM run", "4\n");
  bf_store_close(s); /* gc takes the first runs away */
  s = open_store("equal", BF_STORE_GC);
  bf_gc_report report;
  OK(bf_store_gc(s, &(bf_gc_options){.keep_runs = 1}, &report));
  assert_int_equal(report.runs, 3);
  assert_answer(file, "SELECT count(*) FROM run", "1\n");
  assert_answer(file, "SELECT count(*) FROM betti", "0\n"); /* their objects went too */
  free(rebuilt);
  rebuilt = dump(file);
  OK(bf_index_update(s, true));
  char *again = dump(file);
  assert_string_equal(rebuilt, again);
  free(grown), free(rebuilt), free(again);
  bf_store_close(s);
}

static void rebuilt_when_bad(void **state) {
  static const char file[] = "bad/index.sqlite";
  size_t n;
  (void)state;
  bf_store *s = open_store("bad", BF_STORE_RUN);
  for (int i = 0; i < 12; i++) add_run(s, "a");
  char *good = dump(file), *bytes = read_bytes(file, &n);

  write_bytes(file, "not a database at all, and long enough to be looked at as one ...................................................", 110);
  OK(bf_index_update(s, false));
  for (size_t at = 0; at < n; at += 4096) { /* a spoilt page: noticed as soon as a run has to be taken in */
    char *spoilt = bf_alloc(n, 1), *now;
    memcpy(spoilt, bytes, n);
    memset(spoilt + at, 0x5a, n - at < 4096 ? n - at : 4096);
    write_bytes(file, spoilt, n);
    free(spoilt);
    OK(bf_run_end(begin_run(s, "more"), 0, NULL, 0));
    assert_answer(file, "PRAGMA integrity_check", "ok\n");
    now = dump(file);
    assert_non_null(strstr(now, "more"));
    free(now);
  }
  for (int i = 0; i < 2; i++) { /* an index of another bettiflow, and one that only says that it is ours */
    sqlite3 *db;
    unlink(file);
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    sqlite3_exec(db, i ? "CREATE TABLE run(run); PRAGMA user_version = 1" : "CREATE TABLE run(x); PRAGMA user_version = 99", NULL, NULL, NULL);
    sqlite3_close(db);
    OK(bf_index_update(s, false));
    assert_answer(file, "SELECT count(*) FROM run WHERE pipeline = 'a'", "12\n");
  }
  unlink(file);
  write_bytes("bad/index.sqlite-journal", "left by a crash", 15);
  OK(bf_index_update(s, false));
  assert_false(exists("bad/index.sqlite-journal"));
  assert_answer(file, "SELECT count(*) FROM run WHERE pipeline = 'a'", "12\n");
  assert_answer(file, "PRAGMA journal_mode", "delete\n");
  free(good), free(bytes);
  bf_store_close(s);
}

/* A journal of somebody else's may have more sweep variables than a mask has bits: those beyond do not count. */
static void many_variables(void **state) {
  enum { MANY = 66 };
  (void)state;
  char *var[MANY], *value[2][MANY], **points[] = {value[0], value[1]};
  bf_run *run;
  bf_store *s = open_store("variables", BF_STORE_RUN);
  for (int v = 0; v < MANY; v++) {
    var[v] = bf_format_text("v%d", v);
    for (int k = 0; k < 2; k++) value[k][v] = v % 64 ? "same" : k ? "b" : "a";
  }
  const bf_run_info info = {
      .pipeline_name = "many", .pipeline_file = "", .pipeline_text = "", .version = "", .host = "", .nvar = MANY, .var = var, .npoint = 2, .value = points};
  bf_label label = {"v0", "b"};
  OK(bf_run_begin(s, &info, &run));
  OK(bf_run_task(
      run,
      &(bf_task_entry){
          .task = 1, .stage = "one", .use = "test.one", .nsweep = 1, .sweep = &label, .outcome = BF_OUTCOME_FAILED, .message = "", .key = "", .parts = ""}));
  OK(bf_run_end(run, 1, NULL, 0));
  assert_answer("variables/index.sqlite", "SELECT task, point FROM v_tasks", "1|1\n");
  bf_store_close(s);
  for (int v = 0; v < MANY; v++) free(var[v]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(many_variables), cmocka_unit_test(views), cmocka_unit_test(equal_however_it_came),
                                     cmocka_unit_test(rebuilt_when_bad)};
  return cmocka_run_group_tests_name("store_index", tests, NULL, NULL);
}
