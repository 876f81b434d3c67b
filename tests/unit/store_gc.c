/* gc by number, age, pins and size, and one that is cut off. */
#include "store/codec.h"
#include "store_samples.h"
#include <bettiflow/frame.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Makes a run look as if it had ended so many days ago: its journal gets another footer. */
static void age_run(const char *store, const char *id, int days) {
  char *path = bf_format_text("%s/runs/%s/journal", store, id);
  size_t n, at = 0;
  char *all = read_bytes(path, &n);
  for (size_t next = 0; next < n;) {
    uint64_t length = 0;
    for (int i = 7; i >= 0; i--) length = length << 8 | (uint8_t)all[next + (size_t)i];
    at = next;
    next += (size_t)length + 16;
  }
  write_bytes(path, all, at);
  free(all);
  const bf_run_info footer = {.finished_unix = (int64_t)time(NULL) - 86400 * (int64_t)days, .wall_seconds = 1};
  uint8_t *data;
  OK(bf_encode_footer(&footer, &data, &n));
  FILE *f = fopen(path, "ab");
  assert_non_null(f);
  OK(bf_frame_write(f, data, n));
  assert_int_equal(fclose(f), 0);
  free(data), free(path);
}

static void age_file(const char *path, int days) {
  const struct timespec then = {time(NULL) - 86400 * (time_t)days, 0}, both[] = {then, then};
  assert_int_equal(utimensat(AT_FDCWD, path, both, 0), 0);
}

static void set_pin(const char *store, const char *run, bool on) {
  char *id;
  bf_store *s = open_store(store, BF_STORE_RUN);
  OK(bf_run_pin(s, run, on, &id));
  free(id);
  bf_store_close(s);
}

static bf_gc_report collect(const char *store, bf_gc_options o) {
  bf_gc_report dry, report;
  bf_store *s = open_store(store, BF_STORE_GC);
  o.dry_run = true;
  OK(bf_store_gc(s, &o, &dry));
  o.dry_run = false;
  OK(bf_store_gc(s, &o, &report));
  assert_memory_equal(&dry, &report, sizeof dry); /* what it said it would do */
  bf_store_close(s);
  assert_problems(store, 0, NULL);
  return report;
}

/* Which of the runs "0" … "4" still hit. */
static void assert_hits(const char *store, const char *which) {
  bf_store *s = open_store(store, BF_STORE_READ);
  char found[8] = "", parts[2] = "0";
  for (size_t n = 0; parts[0] < '5'; parts[0]++)
    if (is_hit(s, parts)) found[n++] = parts[0];
  assert_string_equal(found, which);
  bf_store_close(s);
}

static void age_result(const bf_store *s, const char *parts, const char *content, int days) {
  bf_digest key = key_of(parts);
  char *record = bf_format_text("%s/actions/%.2s/%s", bf_store_path(s), key.hex, key.hex), *object = bf_store_object(s, key_of(content).hex);
  age_file(record, days);
  age_file(object, days);
  free(record), free(object);
}

/* Five runs, 40, 30, 20, 10 and 0 days old, each with an object of 1000 bytes of its own. */
static void make_five(const char *store, char *id[5]) {
  char content[1001] = "";
  bf_store *s = open_store(store, BF_STORE_RUN);
  for (int i = 0; i < 5; i++) {
    memset(content, '0' + i, 1000);
    char parts[] = {(char)('0' + i), 0};
    id[i] = add_one_run(s, parts, content);
    age_run(store, id[i], 40 - 10 * i);
    age_result(s, parts, content, 40 - 10 * i);
  }
  OK(bf_index_update(s, true));
  bf_store_close(s);
}

static void free_five(char *id[5]) {
  for (int i = 0; i < 5; i++) free(id[i]);
}

static const double days = 86400;

static void gc_goes_by_age_and_number(void **state) {
  char *id[5];
  (void)state;
  make_five("age", id);
  collect("age", (bf_gc_options){.older = 50 * days});
  assert_hits("age", "01234");
  assert_int_equal(collect("age", (bf_gc_options){.keep_runs = 4, .older = 35 * days}).runs, 1);
  assert_hits("age", "1234"); /* both let go of 0 only */
  assert_int_equal(collect("age", (bf_gc_options){.keep_runs = 2, .older = 25 * days}).runs, 1);
  assert_hits("age", "234"); /* 2 is young enough, though the third */
  assert_int_equal(collect("age", (bf_gc_options){.keep_runs = 2, .older = 5 * days}).runs, 1);
  assert_hits("age", "34"); /* 3 is among the newest, though old */
  assert_int_equal(collect("age", (bf_gc_options){.older = 5 * days}).runs, 1);
  assert_hits("age", "4");
  free_five(id);
}

/* A run that was cut off has the age of its journal; what no run reaches that of its file. */
static void gc_ages_without_a_footer(void **state) {
  bf_gc_report report;
  (void)state;
  bf_store *s = open_store("cut", BF_STORE_RUN);
  char *id = add_one_run(s, "cut", "cut's"), *journal = bf_format_text("cut/runs/%s/journal", id);
  size_t n;
  char *all = read_bytes(journal, &n);
  write_bytes(journal, all, n - 1);
  commit(s, "test.one", "old", "old's");
  commit(s, "test.one", "young", "young's");
  put_object(s, "a young object"), put_object(s, "an old object");
  bf_digest key = key_of("old");
  char *paths[] = {bf_store_object(s, key_of("old's").hex), bf_store_object(s, key_of("an old object").hex), bf_store_object(s, key_of("young's").hex),
                   bf_format_text("cut/actions/%.2s/%s", key.hex, key.hex)};
  for (int i = 0; i < 4; i++) age_file(paths[i], 3); /* young's object is old, its record is not */
  bf_store_close(s);
  report = collect("cut", (bf_gc_options){.older = 2 * days});
  assert_int_equal(report.runs, 0);
  assert_int_equal(report.records, 1);
  assert_int_equal(report.objects, 2);
  s = open_store("cut", BF_STORE_READ);
  assert_true(is_hit(s, "cut") && is_hit(s, "young") && has(s, "a young object"));
  assert_false(is_hit(s, "old") || has(s, "old's") || has(s, "an old object"));
  bf_store_close(s);
  age_file(journal, 3);
  report = collect("cut", (bf_gc_options){.keep_runs = 0, .older = 2 * days});
  assert_int_equal(report.runs, 1);
  report = collect("cut", (bf_gc_options){.keep_runs = UINT32_MAX, .size = 1}); /* no run reaches them: they go first */
  assert_int_equal(report.left, 0);
  assert_false(report.missed);
  for (int i = 0; i < 4; i++) free(paths[i]);
  free(all), free(journal), free(id);
}

/* Killed before the last of so many things goes. */
static void die(void *context, const char *kind, const char *name, const char *why, uint64_t bytes) {
  int *left = context;
  (void)kind, (void)name, (void)why, (void)bytes;
  if (!--*left) raise(SIGKILL);
}

static void gc_cut_off_anywhere(void **state) {
  enum { GONE = 12 }; /* 4 runs, records and objects */
  (void)state;
  for (int k = 1; k <= GONE; k++) {
    char *id[5], store[16];
    int left = k, how;
    snprintf(store, sizeof store, "cut%d", k);
    make_five(store, id);
    pid_t child = fork();
    if (!child) {
      bf_gc_report report;
      bf_store *s = open_store(store, BF_STORE_GC);
      bf_store_gc(s, &(bf_gc_options){.keep_runs = 1, .tell = die, .context = &left}, &report);
      _exit(1);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
    assert_problems(store, 0, NULL); /* nothing names what is gone */
    bf_store *s = open_store(store, BF_STORE_READ);
    assert_true(is_hit(s, "4"));
    bf_store_close(s);
    bf_gc_report rest = collect(store, (bf_gc_options){.keep_runs = 1});
    assert_int_equal(rest.runs + rest.records + rest.objects, GONE - k + 1);
    assert_hits(store, "4");
    free_five(id);
  }
}

/* A run that was only prepared, whose jobs ran elsewhere: its header's files, and what its jobs' journals name. */
static void gc_keeps_jobs(void **state) {
  (void)state;
  bf_store *s = open_store("jobs", BF_STORE_RUN);
  bf_digest file = put_object(s, "a file");
  bf_stage_files files = {"data", 0, 1, &file};
  bf_run_info info = {.pipeline_name = "a", .nfiles = 1, .files = &files};
  bf_run *run, *job;
  bf_record *r = make_record(s, "test.one", "0", (const char *const[]){"content"}, 1);
  OK(bf_store_commit(s, r));
  OK(bf_run_begin(s, &info, &run));
  char *id = bf_strdup(bf_run_id(run)), *cut, *all;
  size_t n;
  OK(bf_run_end(run, 0, NULL, 0));
  cut = bf_format_text("jobs/runs/%s/journal", id);
  all = read_bytes(cut, &n);
  write_bytes(cut, all, n - 1); /* no footer */
  OK(bf_job_begin(s, id, "0.1", &job));
  bf_task_entry e = entry_of(0, "one", BF_RAN, r);
  OK(bf_run_task(job, &e));
  OK(bf_run_end(job, 0, NULL, 0));
  bf_store_close(s);
  assert_int_equal(collect("jobs", (bf_gc_options){.keep_runs = 1}).objects, 0);
  age_file(cut, 9);
  assert_int_equal(collect("jobs", (bf_gc_options){.older = 5 * days}).runs, 0); /* the job is young */
  assert_hits("jobs", "0");
  set_pin("jobs", id, true);
  assert_int_equal(collect("jobs", (bf_gc_options){.size = 1}).objects, 0);
  set_pin("jobs", id, false);
  assert_int_equal(collect("jobs", (bf_gc_options){0}).objects, 2);
  bf_record_free(r);
  free(all), free(cut), free(id);
}

static void pins_hold(void **state) {
  char *id[5], *found = NULL;
  bf_run_info *info;
  bf_gc_report report;
  (void)state;
  make_five("pins", id);
  bf_store *s = open_store("pins", BF_STORE_READ);
  assert_int_equal(bf_run_pin(s, id[0], true, &found), BF_STORE); /* opened for reading */
  bf_store_close(s);
  s = open_store("pins", BF_STORE_RUN);
  assert_int_equal(bf_run_pin(s, "1999", true, &found), BF_BAD_INPUT);
  assert_int_equal(bf_run_pin(s, "../pins", true, &found), BF_BAD_INPUT);
  assert_null(found);
  OK(bf_run_pin(s, id[1], true, &found));
  assert_string_equal(found, id[1]);
  free(found);
  OK(bf_run_read(s, id[1], &info));
  assert_true(info->pinned);
  bf_run_info_free(info);
  OK(bf_run_read(s, id[0], &info));
  assert_false(info->pinned);
  bf_run_info_free(info);
  bf_store_close(s);
  set_pin("pins", id[1], true); /* twice is fine */

  report = collect("pins", (bf_gc_options){.keep_runs = 2});
  assert_int_equal(report.pinned, 1);
  assert_hits("pins", "134"); /* the two newest beside the pinned one */
  report = collect("pins", (bf_gc_options){.older = 5 * days});
  assert_hits("pins", "14");
  report = collect("pins", (bf_gc_options){.keep_runs = UINT32_MAX, .size = 500});
  assert_hits("pins", "1");
  assert_true(report.missed);
  assert_int_equal(report.left, 1000);

  char *journal = bf_format_text("pins/runs/%s/journal", id[1]);
  assert_int_equal(rename(journal, "journal"), 0); /* what it reaches can't be told: nothing goes */
  s = open_store("pins", BF_STORE_GC);
  assert_int_equal(bf_store_gc(s, &(bf_gc_options){0}, &report), BF_STORE);
  assert_non_null(strstr(bf_error(), "--unpin"));
  bf_store_close(s);
  set_pin("pins", id[1], false);
  assert_int_equal(rename("journal", journal), 0);
  set_pin("pins", id[1], false);
  assert_int_equal(collect("pins", (bf_gc_options){0}).runs, 1);
  assert_hits("pins", "");
  free(journal);
  free_five(id);
}

/* The oldest go, and of what several runs reach only when the last of them goes. */
static void gc_makes_room(void **state) {
  char *id[5];
  bf_gc_report report;
  (void)state;
  make_five("room", id);
  bf_store *s = open_store("room", BF_STORE_RUN); /* a sixth run reaches what the first made */
  bf_run *run = begin_run(s, "a");
  bf_task_entry e = entry_of(0, "one", BF_CACHED, NULL);
  e.key = key_of("0").hex;
  OK(bf_run_task(run, &e));
  OK(bf_run_end(run, 0, NULL, 0));
  bf_store_close(s);
  report = collect("room", (bf_gc_options){.keep_runs = UINT32_MAX, .size = 5000});
  assert_int_equal(report.runs, 0);
  assert_int_equal(report.left, 5000);
  report = collect("room", (bf_gc_options){.keep_runs = UINT32_MAX, .size = 4999});
  assert_int_equal(report.runs, 2); /* the first gives no room, but is older than the second */
  assert_int_equal(report.left, 4000);
  assert_hits("room", "0234");
  set_pin("room", id[2], true);
  report = collect("room", (bf_gc_options){.keep_runs = 3, .size = 2000}); /* the number keeps 3, the goal does not */
  assert_int_equal(report.runs, 2);
  assert_hits("room", "02");
  report = collect("room", (bf_gc_options){.keep_runs = UINT32_MAX, .size = 1000});
  assert_hits("room", "2");
  assert_false(report.missed);
  free_five(id);
}

/* A running run stays whatever is asked. gc can't meet one that holds the store's lock, but another lock could fail. */
static void gc_leaves_the_running(void **state) {
  bf_gc_report report;
  (void)state;
  bf_store *s = open_store("running", BF_STORE_RUN);
  bf_record *r = make_record(s, "test.one", "0", (const char *const[]){"content"}, 1);
  OK(bf_store_commit(s, r));
  bf_run *run = begin_run(s, "a");
  bf_task_entry e = entry_of(0, "one", BF_RAN, r);
  OK(bf_run_task(run, &e));
  bf_record_free(r);
  assert_int_equal(unlink("running/locks/store"), 0);
  report = collect("running", (bf_gc_options){.size = 1});
  assert_int_equal(report.runs, 0);
  assert_int_equal(report.running, 1);
  assert_true(report.missed);
  assert_hits("running", "0");
  OK(bf_run_end(run, 0, NULL, 0));
  bf_store_close(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(gc_goes_by_age_and_number),
                                     cmocka_unit_test(gc_ages_without_a_footer),
                                     cmocka_unit_test(gc_cut_off_anywhere),
                                     cmocka_unit_test(gc_keeps_jobs),
                                     cmocka_unit_test(pins_hold),
                                     cmocka_unit_test(gc_makes_room),
                                     cmocka_unit_test(gc_leaves_the_running)};
  return cmocka_run_group_tests_name("store_gc", tests, NULL, NULL);
}
