/* Several processes at one store, and processes that are killed. */
#include "store/internal.h"
#include "store_samples.h"
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KEYS = 60, PROCESSES = 4 };

static void work_at(bf_store *s, int first, uint64_t rounds) {
  for (uint64_t i = 0; i < rounds; i++) {
    int k = (int)((i + (uint64_t)first) % KEYS);
    char parts[64], content[64];
    snprintf(parts, sizeof parts, "key %d", k);
    snprintf(content, sizeof content, "content %d", k / 2); /* two keys share an object */
    commit(s, "test.one", parts, content);
  }
}

static void assert_all_hit(const char *path) {
  bf_store *s = open_store(path, BF_STORE_READ);
  bf_verify_report report;
  for (int k = 0; k < KEYS; k++) {
    char parts[64];
    snprintf(parts, sizeof parts, "key %d", k);
    bf_digest key = key_of(parts);
    bf_record *r;
    OK(bf_store_lookup(s, &key, &r));
    assert_non_null(r);
    bf_record_free(r);
  }
  OK(bf_store_verify(s, NULL, NULL, &report));
  assert_int_equal(report.bad, 0);
  assert_int_equal(report.objects, KEYS / 2);
  assert_int_equal(report.records, KEYS);
  bf_store_close(s);
}

static void finish(pid_t child) {
  int how;
  assert_int_equal(waitpid(child, &how, 0), child);
  assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
}

static void all_at_once(void **state) {
  pid_t child[PROCESSES];
  (void)state;
  for (int p = 0; p < PROCESSES; p++) {
    child[p] = fork();
    if (child[p]) continue;
    bf_store *s = open_store("many", BF_STORE_RUN); /* who comes first makes it */
    bf_run *run = begin_run(s, "a");
    work_at(s, p * 7, KEYS);
    OK(bf_run_end(run, 0, NULL, 0));
    bf_store_close(s);
    _exit(0);
  }
  for (int p = 0; p < PROCESSES; p++) finish(child[p]);
  assert_all_hit("many");
  char **run;
  size_t n;
  bf_store *s = open_store("many", BF_STORE_READ);
  OK(bf_runs_list(s, &run, &n));
  assert_int_equal(n, PROCESSES);
  for (size_t i = 0; i < n; i++) free(run[i]);
  free(run);
  bf_store_close(s);
  sqlite3 *db;
  sqlite3_stmt *is;
  assert_int_equal(sqlite3_open("many/index.sqlite", &db), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM run", -1, &is, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(is), SQLITE_ROW);
  assert_int_equal(sqlite3_column_int(is, 0), PROCESSES); /* all were taken in */
  sqlite3_finalize(is);
  sqlite3_close(db);
}

static size_t count_entries(const char *folder) {
  size_t n = 0;
  char command[256];
  snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
  FILE *f = popen(command, "r");
  assert_non_null(f);
  assert_int_equal(fscanf(f, "%zu", &n), 1);
  pclose(f);
  return n;
}

static void killed_anywhere(void **state) {
  (void)state;
  bf_store_close(open_store("killed", BF_STORE_RUN));
  for (int round = 0; round < 40; round++) {
    pid_t child = fork();
    if (!child) {
      bf_store *s = open_store("killed", BF_STORE_RUN);
      bf_run *run = begin_run(s, "a");
      for (uint32_t i = 0;; i++) {
        bf_task_entry e = entry_of(i, "one", BF_RAN, NULL);
        work_at(s, round * 5 + (int)i, 1);
        OK(bf_run_task(run, &e));
      }
    }
    nanosleep(&(struct timespec){0, 500000 + 700000L * round}, NULL);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    bf_store *s = open_store("killed", BF_STORE_RUN); /* sweeps what it left */
    assert_int_equal(count_entries("killed/tmp"), 0);
    bf_verify_report report;
    OK(bf_store_verify(s, NULL, NULL, &report));
    assert_int_equal(report.bad, 0);
    bf_run_info *info;
    if (bf_run_read(s, "last", &info) == BF_OK) {
      assert_false(info->running || info->finished);
      bf_run_info_free(info);
    }
    bf_store_close(s);
  }
  bf_store *s = open_store("killed", BF_STORE_RUN);
  work_at(s, 0, KEYS);
  bf_store_close(s);
  assert_all_hit("killed");
}

/* A process that holds the store until it is told to let go. */
static pid_t hold(const char *path, bf_store_mode mode, int to_parent[2], int to_child[2]) {
  char c;
  assert_int_equal(pipe(to_parent) | pipe(to_child), 0);
  pid_t child = fork();
  if (child) {
    close(to_parent[1]);
    close(to_child[0]);
    assert_int_equal(read(to_parent[0], &c, 1), 1); /* it has it */
    return child;
  }
  close(to_child[1]);
  bf_store *s = open_store(path, mode);
  char *folder;
  int lock;
  bf_digest key = key_of("its key");
  if (mode == BF_STORE_RUN) {
    OK(bf_store_tmp(s, &folder));
    assert_true(bf_store_lock_key(s, &key, &lock));
  }
  if (write(to_parent[1], "x", 1) != 1 || read(to_child[0], &c, 1) < 0) _exit(1);
  bf_store_close(s);
  _exit(0);
}

static void gc_waits_for_runs(void **state) {
  int to_parent[2], to_child[2];
  char c;
  (void)state;
  bf_store_close(open_store("held", BF_STORE_RUN));
  assert_false(bf_store_in_use("held"));
  pid_t holder = hold("held", BF_STORE_RUN, to_parent, to_child);
  assert_true(bf_store_in_use("held"));

  bf_store *s = open_store("held", BF_STORE_RUN); /* runs go together; the living one's work stays */
  assert_int_equal(count_entries("held/tmp"), 1);
  int lock;
  bf_digest key = key_of("its key"), other = key_of("another");
  assert_false(bf_store_lock_key(s, &key, &lock));
  assert_true(bf_store_lock_key(s, &other, &lock));
  bf_store_unlock_key(lock);
  bf_store_close(s);

  int done[2];
  assert_int_equal(pipe(done), 0);
  pid_t gc = fork();
  if (!gc) {
    close(to_child[1]); /* else the holder would wait for us */
    s = open_store("held", BF_STORE_GC);
    if (write(done[1], "x", 1) != 1) _exit(1);
    bf_store_close(s);
    _exit(0);
  }
  close(done[1]);
  nanosleep(&(struct timespec){0, 100000000}, NULL);
  assert_int_equal(waitpid(gc, NULL, WNOHANG), 0); /* it waits */
  close(to_child[1]);
  finish(holder);
  assert_int_equal(read(done[0], &c, 1), 1);
  finish(gc);
  close(done[0]);
  s = open_store("held", BF_STORE_RUN);
  assert_true(bf_store_lock_key(s, &key, &lock)); /* its end freed it */
  bf_store_unlock_key(lock);
  bf_store_close(s);
  close(to_parent[0]);
}

/* Two keys may share the byte that is locked: then they wait for each other, within a process too, and nothing worse. */
static void keys_that_share_a_byte(void **state) {
  (void)state;
  bf_store *s = open_store("bytes", BF_STORE_RUN), *other = open_store("bytes", BF_STORE_RUN);
  bf_digest a = key_of("a"), b = a, c = a;
  int lock[3];
  b.hex[63] = a.hex[63] == '0' ? '1' : '0';
  c.hex[14] = a.hex[14] == '0' ? '1' : '0';
  assert_true(bf_store_lock_key(s, &a, &lock[0]));
  assert_false(bf_store_lock_key(s, &b, &lock[1]));
  assert_false(bf_store_lock_key(other, &b, &lock[1]));
  assert_true(bf_store_lock_key(other, &c, &lock[2])); /* another byte */
  bf_store_unlock_key(lock[2]);
  assert_false(bf_store_lock_key(other, &a, &lock[1])); /* to let one go lets no other go */
  bf_store_unlock_key(lock[0]);
  assert_true(bf_store_lock_key(other, &b, &lock[1]));
  bf_store_unlock_key(lock[1]);
  bf_store_close(other);
  bf_store_close(s);
}

static void runs_wait_for_gc(void **state) {
  int to_parent[2], to_child[2];
  (void)state;
  bf_store_close(open_store("gc", BF_STORE_RUN));
  pid_t holder = hold("gc", BF_STORE_GC, to_parent, to_child);
  pid_t runner = fork();
  if (!runner) {
    close(to_child[1]);
    bf_store_close(open_store("gc", BF_STORE_RUN));
    _exit(0);
  }
  nanosleep(&(struct timespec){0, 50000000}, NULL);
  assert_int_equal(waitpid(runner, NULL, WNOHANG), 0);
  close(to_child[1]);
  finish(holder);
  finish(runner);
  close(to_parent[0]);
}

/* Reads the newest run until it is killed; what it saw goes to the pipe when a run looked broken off. */
static void read_on(int seen) {
  bf_run_info *info;
  bf_store *s = open_store("ending", BF_STORE_READ);
  for (;;) {
    if (bf_run_read(s, "last", &info) != BF_OK) continue;
    if (!info->running && !info->finished && write(seen, "x", 1) != 1) _exit(1);
    bf_run_info_free(info);
  }
}

/* A run that ends while its journal is read was not broken off: the index would keep that. The reader is stopped anywhere meanwhile. */
static void runs_end_while_read(void **state) {
  (void)state;
  int seen[2];
  char c;
  assert_int_equal(pipe(seen), 0);
  bf_store *s = open_store("ending", BF_STORE_RUN);
  pid_t reader = fork();
  if (!reader) read_on(seen[1]);
  close(seen[1]);
  for (int i = 0; i < 60; i++) {
    bf_run *run = begin_run(s, "a");
    bf_task_entry e = entry_of(1, "one", BF_RAN, NULL);
    OK(bf_run_task(run, &e));
    nanosleep(&(struct timespec){0, 1000000 + 37000 * i}, NULL);
    kill(reader, SIGSTOP);
    OK(bf_run_end(run, 0, NULL, 0));
    kill(reader, SIGCONT);
    nanosleep(&(struct timespec){0, 1000000}, NULL);
  }
  kill(reader, SIGKILL);
  waitpid(reader, NULL, 0);
  assert_int_equal(read(seen[0], &c, 1), 0);
  close(seen[0]);
  bf_store_close(s);
}

/* Runs that save to one folder at a time: the file is always whole and some run's, and no other file stays. */
static void one_file_by_all(void **state) {
  (void)state;
  pid_t child[PROCESSES];
  char **name, *text;
  size_t n;
  OK(bf_folder_make("saved"));
  for (int p = 0; p < PROCESSES; p++) {
    if (!(child[p] = fork())) {
      char content[] = "from process 0";
      content[sizeof content - 2] = (char)('0' + p);
      for (int i = 0; i < 100; i++)
        if (bf_file_replace("saved/table.csv", content, sizeof content - 1) != BF_OK) _exit(1);
      _exit(0);
    }
  }
  for (int p = 0; p < PROCESSES; p++) finish(child[p]);
  OK(bf_file_read("saved/table.csv", 100, &text, &n));
  assert_int_equal(n, strlen("from process 0"));
  assert_memory_equal(text, "from process ", strlen("from process "));
  OK(bf_folder_list("saved", &name, &n));
  assert_int_equal(n, 1);
  bf_names_free(name, n);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_at_once),         cmocka_unit_test(one_file_by_all),   cmocka_unit_test(killed_anywhere),
                                     cmocka_unit_test(runs_end_while_read), cmocka_unit_test(gc_waits_for_runs), cmocka_unit_test(keys_that_share_a_byte),
                                     cmocka_unit_test(runs_wait_for_gc)};
  return cmocka_run_group_tests_name("store_processes", tests, NULL, NULL);
}
