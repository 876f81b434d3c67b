/* What gc keeps, and verify. */
#include "store_samples.h"
#include <unistd.h>

static void gc_keeps_what_is_reached(void **state) {
  bf_gc_report report;
  bf_digest file;
  (void)state;
  bf_store *s = open_store("gc", BF_STORE_RUN);
  write_bytes("data.csv", "1,2\n", 4);
  OK(bf_store_add_file(s, "data.csv", &file));
  write_bytes("old.csv", "3,4\n", 4);
  OK(bf_store_add_file(s, "old.csv", &(bf_digest){{0}}));
  char *parts = bf_format_text("bettiflow-key 1\nparam path file %s\ninput points [] %s\n", file.hex, key_of("an input").hex);
  put_object(s, "an input");
  char *first = add_one_run(s, "old", "old's"), *second = add_one_run(s, "shared", "shared's"), *third = add_one_run(s, parts, "new's");
  bf_run *run = begin_run(s, "a"); /* a cached task reaches what an older run made */
  bf_task_entry e = entry_of(0, "one", BF_CACHED, NULL);
  e.key = key_of("shared").hex;
  OK(bf_run_task(run, &e));
  OK(bf_run_end(run, 0, NULL, 0));
  commit(s, "test.one", "of no run", "of no run's");
  assert_int_equal(bf_store_gc(s, &(bf_gc_options){.keep_runs = 1, .dry_run = false}, &report), BF_STORE); /* needs the store for itself */
  bf_store_close(s);

  s = open_store("gc", BF_STORE_GC);
  for (int dry = 1; dry >= 0; dry--) {
    OK(bf_store_gc(s, &(bf_gc_options){.keep_runs = 2, .dry_run = dry}, &report));
    assert_int_equal(report.runs, 2);
    assert_int_equal(report.records, 2); /* old, of no run */
    assert_int_equal(report.objects, 3); /* theirs, and old.csv */
    assert_true(report.bytes > 0);
    assert_int_equal(is_hit(s, "old"), dry);
  }
  assert_true(is_hit(s, "shared") && is_hit(s, parts) && has(s, "1,2\n") && has(s, "an input"));
  assert_false(is_hit(s, "of no run") || has(s, "of no run's") || has(s, "3,4\n"));
  bf_run_info *info;
  assert_int_equal(bf_run_read(s, first, &info), BF_BAD_INPUT);
  assert_int_equal(bf_run_read(s, second, &info), BF_BAD_INPUT);
  OK(bf_run_read(s, third, &info));
  bf_run_info_free(info);
  OK(bf_store_gc(s, &(bf_gc_options){.keep_runs = 2, .dry_run = false}, &report)); /* nothing left to do */
  assert_int_equal(report.runs + report.records + report.objects + report.tmp, 0);
  bf_store_close(s);
  assert_problems("gc", 0, NULL);

  s = open_store("gc", BF_STORE_GC);
  OK(bf_folder_make("gc/runs/20260101-000000-0000")); /* a run without a journal; work that a crash left */
  OK(bf_folder_make("gc/tmp/0123456789abcde-host-1/3"));
  OK(bf_folder_make("gc/tmp/strange"));
  OK(bf_store_gc(s, &(bf_gc_options){.keep_runs = 0, .dry_run = false}, &report));
  assert_int_equal(report.runs, 3);
  assert_int_equal(report.tmp, 2);
  assert_false(has(s, "new's") || has(s, "1,2\n"));
  bf_store_close(s);
  assert_problems("gc", 0, NULL);
  free(first), free(second), free(third), free(parts);
}

/* A journal that is there but can't be opened, here behind a link to itself: what its run reaches stays. */
static void gc_stops_at_hidden_journals(void **state) {
  bf_gc_report report;
  (void)state;
  bf_store *s = open_store("hidden", BF_STORE_RUN);
  char *id = add_one_run(s, "hidden", "hidden's"), *journal = bf_format_text("hidden/runs/%s/journal", id);
  bf_store_close(s);
  assert_int_equal(rename(journal, "kept"), 0);
  assert_int_equal(symlink("journal", journal), 0);
  s = open_store("hidden", BF_STORE_GC);
  assert_int_equal(bf_store_gc(s, &(bf_gc_options){.keep_runs = 20, .dry_run = false}, &report), BF_STORE);
  assert_int_equal(rename("kept", journal), 0);
  OK(bf_store_gc(s, &(bf_gc_options){.keep_runs = 20, .dry_run = false}, &report));
  assert_int_equal(report.runs + report.records + report.objects, 0);
  assert_true(is_hit(s, "hidden"));
  bf_store_close(s);
  free(journal);
  free(id);
}

static void assert_gc(const char *store, bf_status status) {
  bf_gc_report report;
  for (int dry = 1; dry >= 0; dry--) {
    bf_store *s = open_store(store, BF_STORE_GC);
    assert_int_equal(bf_store_gc(s, &(bf_gc_options){.keep_runs = 20, .dry_run = dry}, &report), status);
    assert_int_equal(report.runs + report.records + report.objects, 0);
    assert_true(is_hit(s, "key"));
    bf_store_close(s);
  }
}

/* A flipped bit anywhere in the journal of a run or job: what follows is unknown, so all stays; a tail that is only cut off is no such thing. */
static void gc_stops_at_damage(void **state) {
  (void)state;
  bf_store *s = open_store("flip", BF_STORE_RUN);
  char *id = add_one_run(s, "key", "content");
  bf_run *job;
  OK(bf_job_begin(s, id, "0.0", &job));
  OK(bf_run_end(job, 0, NULL, 0));
  bf_store_close(s);
  char *journal[] = {bf_format_text("flip/runs/%s/journal", id), bf_format_text("flip/runs/%s/job/0.0/journal", id)};
  for (int i = 0; i < 2; i++) {
    size_t n;
    char *good = read_bytes(journal[i], &n);
    for (size_t at = 0; at < n; at += 7) {
      good[at] ^= 16;
      write_bytes(journal[i], good, n);
      assert_gc("flip", BF_STORE);
      assert_non_null(strstr(bf_error(), i ? "to forget the job" : "to forget the run"));
      assert_non_null(strstr(bf_error(), journal[i]));
      good[at] ^= 16;
    }
    assert_problems("flip", 1, "gc does nothing");
    write_bytes(journal[i], good, n - 3);
    assert_gc("flip", BF_OK);
    assert_problems("flip", 0, NULL);
    write_bytes(journal[i], good, n);
    free(good), free(journal[i]);
  }
  free(id);
}

static void verify_finds_damage(void **state) {
  size_t n;
  (void)state;
  bf_store *s = open_store("bad", BF_STORE_RUN);
  char *id = add_one_run(s, "key", "content"), *journal = bf_format_text("bad/runs/%s/journal", id);
  bf_digest key = key_of("key");
  char *object = bf_store_object(s, key_of("content").hex), *record = bf_format_text("bad/actions/%.2s/%s", key.hex, key.hex);
  bf_store_close(s);
  assert_problems("bad", 0, NULL);

  write_bytes(object, "contenT", 7);
  assert_problems("bad", 1, "damaged");
  write_bytes(object, "conten", 6);
  assert_problems("bad", 2, "another size"); /* the object itself, and the record that names it */
  unlink(object);
  assert_problems("bad", 1, "test.one");
  write_bytes(object, "content", 7);

  char *good = read_bytes(record, &n);
  good[n / 2] ^= 1;
  write_bytes(record, good, n);
  assert_problems("bad", 1, "its task runs again");
  good[n / 2] ^= 1;
  write_bytes(record, good, n);
  free(good);

  good = read_bytes(journal, &n);
  for (size_t cut = n - 1; cut > n - 30; cut--) { /* a run that was killed while it wrote is no damage */
    write_bytes(journal, good, cut);
    assert_problems("bad", 0, NULL);
  }
  char *zeros = bf_alloc(n + 4096, 1);
  memcpy(zeros, good, n - 20);
  write_bytes(journal, zeros, n + 4096); /* nor is a tail that never reached the disk */
  assert_problems("bad", 0, NULL);
  memcpy(zeros, good, n);
  zeros[n - 100] ^= 1; /* in the task's record, before the footer */
  write_bytes(journal, zeros, n);
  assert_problems("bad", 1, "journal");
  write_bytes(journal, good, 5);
  assert_problems("bad", 1, "forgets the run");
  write_bytes(journal, "", 0);
  assert_problems("bad", 1, "gc removes it");
  write_bytes(journal, good, n);

  write_bytes("bad/objects/stray", "x", 1);
  write_bytes("bad/actions/stray", "x", 1);
  assert_problems("bad", 2, "not a file of the store");
  unlink("bad/objects/stray");
  unlink("bad/actions/stray");
  assert_problems("bad", 0, NULL);
  free(good), free(zeros), free(id), free(journal), free(object), free(record);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(gc_keeps_what_is_reached), cmocka_unit_test(gc_stops_at_hidden_journals),
                                     cmocka_unit_test(gc_stops_at_damage), cmocka_unit_test(verify_finds_damage)};
  return cmocka_run_group_tests_name("store_upkeep", tests, NULL, NULL);
}
