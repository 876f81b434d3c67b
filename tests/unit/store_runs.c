/* Runs and their journals. */
#include "store_samples.h"
#include <sys/stat.h>
#include <unistd.h>

static void runs_come_back(void **state) {
  static const char *const content[] = {"first", "second"};
  bf_run_info *info;
  (void)state;
  bf_store *s = open_store("store", BF_STORE_RUN);
  bf_record *r = make_record(s, "complex.knn", "key of knn", content, 2);
  bf_run *run = begin_run(s, "nine-disks");
  char *id = bf_strdup(bf_run_id(run)), *log = bf_run_log_path(run, 7);
  write_bytes(log, "hello\n", 6); /* its folder is there */
  bf_task_entry e = entry_of(7, "graph", BF_RAN, r);
  e.nsweep = e.nitem = 1;
  e.sweep = &(bf_label){"activation", "tanh"};
  e.item = &(bf_label){"layer", "3"};
  OK(bf_run_task(run, &e));
  e = entry_of(8, "train", BF_OUTCOME_FAILED, NULL);
  e.message = "killed by SIGSEGV\xfe";
  OK(bf_run_task(run, &e));

  OK(bf_run_read(s, "last", &info)); /* while it runs */
  assert_true(info->running);
  assert_false(info->finished);
  assert_int_equal(info->ntask, 2);
  bf_run_info_free(info);

  bf_saved saved = {"profile.svg", r->output[0].item[0].digest};
  OK(bf_run_end(run, 1, &saved, 1));
  OK(bf_run_read(s, id, &info));
  assert_true(info->finished);
  assert_false(info->running);
  assert_int_equal(info->status, 1);
  assert_string_equal(info->pipeline_name, "nine-disks");
  assert_int_equal(info->npoint, 2);
  assert_string_equal(info->var[0], "activation");
  assert_string_equal(info->value[1][0], "tanh");
  assert_string_equal(info->task[0].stage, "graph");
  assert_string_equal(info->task[0].use, "complex.knn");
  assert_string_equal(info->task[0].sweep[0].value, "tanh");
  assert_string_equal(info->task[0].item[0].name, "layer");
  assert_string_equal(info->task[0].output[0].item[1].digest.hex, key_of("second").hex);
  assert_int_equal(info->task[1].outcome, BF_OUTCOME_FAILED);
  assert_string_equal(info->task[1].message, "killed by SIGSEGV?");
  assert_string_equal(info->task[1].key, "");
  assert_string_equal(info->saved[0].path, "profile.svg");
  bf_run_info_free(info);
  bf_run_info_free(NULL);
  bf_record_free(r);
  free(id), free(log);
  bf_store_close(s);
}

static void names_of_runs(void **state) {
  bf_run_info *info;
  char **run;
  size_t n;
  (void)state;
  bf_store *s = open_store("names", BF_STORE_RUN);
  assert_int_equal(bf_run_read(s, "last", &info), BF_BAD_INPUT);
  for (int i = 0; i < 20; i++) {
    char name[32];
    snprintf(name, sizeof name, "p%d", i);
    OK(bf_run_end(begin_run(s, name), 0, NULL, 0));
  }
  OK(bf_runs_list(s, &run, &n));
  assert_int_equal(n, 20);
  for (size_t i = 0; i < n; i++) { /* oldest first, though they began within a second */
    char name[32];
    snprintf(name, sizeof name, "p%zu", i);
    OK(bf_run_read(s, run[i], &info));
    assert_string_equal(info->pipeline_name, name);
    bf_run_info_free(info);
  }
  OK(bf_run_read(s, "last", &info));
  assert_string_equal(info->run, run[19]);
  bf_run_info_free(info);
  assert_int_equal(bf_run_read(s, "20", &info), BF_BAD_INPUT); /* not unique */
  assert_null(info);
  assert_int_equal(bf_run_read(s, "../names/runs", &info), BF_BAD_INPUT);
  for (size_t i = 0; i < n; i++) free(run[i]);
  free(run);
  bf_store_close(s);
}

/* A journal cut at any byte gives the tasks whose records are whole, and never an error once the header is. */
static void torn_anywhere(void **state) {
  size_t n, end[5], whole = 0;
  bf_run_info *info;
  (void)state;
  bf_store *s = open_store("torn", BF_STORE_RUN);
  bf_run *run = begin_run(s, "torn");
  char *id = bf_strdup(bf_run_id(run)), *path = bf_format_text("torn/runs/%s/journal", id);
  struct stat st;
  for (uint32_t i = 0; i < 5; i++) {
    assert_int_equal(stat(path, &st), 0);
    end[i] = (size_t)st.st_size;
    bf_task_entry e = entry_of(i, "data", BF_RAN, NULL);
    if (i < 4) OK(bf_run_task(run, &e));
  }
  OK(bf_run_end(run, 0, NULL, 0));
  char *all = read_bytes(path, &n);
  for (size_t cut = 0; cut <= n; cut++) {
    write_bytes(path, all, cut);
    while (whole < 4 && cut >= end[whole + 1]) whole++;
    bf_status status = bf_run_read(s, id, &info);
    assert_int_equal(status, cut < end[0] ? BF_BAD_INPUT : BF_OK);
    if (status != BF_OK) continue;
    assert_int_equal(info->ntask, cut < end[0] ? 0 : whole);
    assert_int_equal(info->finished, cut == n);
    bf_run_info_free(info);
  }
  for (size_t i = 0; i < n; i++) { /* a flipped bit ends the journal there */
    all[i] ^= 4;
    write_bytes(path, all, n);
    all[i] ^= 4;
    if (bf_run_read(s, id, &info) != BF_OK) continue;
    assert_true(i >= end[0]);
    assert_false(info->finished);
    bf_run_info_free(info);
  }
  free(all), free(id), free(path);
  bf_store_close(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(runs_come_back), cmocka_unit_test(names_of_runs), cmocka_unit_test(torn_anywhere)};
  return cmocka_run_group_tests_name("store_runs", tests, NULL, NULL);
}
