/* Opening a store, its objects and its action records. */
#include "store_samples.h"
#include <sys/stat.h>
#include <unistd.h>

static void opens_where_it_should(void **state) {
  bf_store *s;
  (void)state;
  unsetenv("BETTIFLOW_STORE");
  assert_int_equal(bf_store_open(NULL, BF_STORE_READ, &s), BF_STORE);
  assert_null(s);
  s = open_store(NULL, BF_STORE_RUN); /* a new one here */
  assert_true(exists(".bettiflow/store"));
  char *here = bf_path_absolute(".bettiflow");
  assert_string_equal(bf_store_path(s), here);
  bf_store_close(s);
  OK(bf_folder_make("deep/er"));
  assert_int_equal(chdir("deep/er"), 0);
  s = open_store(NULL, BF_STORE_READ); /* the nearest upwards */
  assert_string_equal(bf_store_path(s), here);
  bf_store_close(s);
  setenv("BETTIFLOW_STORE", "named", 1);
  s = open_store(NULL, BF_STORE_RUN);
  assert_true(exists("named/store"));
  bf_store_close(s);
  unsetenv("BETTIFLOW_STORE");
  assert_int_equal(chdir("../.."), 0);
  free(here);
}

static void refuses_what_is_no_store(void **state) {
  bf_store *s;
  (void)state;
  OK(bf_folder_make("mine"));
  write_bytes("mine/letter", "x", 1);
  assert_int_equal(bf_store_open("mine", BF_STORE_RUN, &s), BF_STORE);
  assert_non_null(strstr(bf_error(), "letter"));
  assert_false(exists("mine/objects"));
  bf_store_close(open_store("newer", BF_STORE_RUN));
  write_bytes("newer/store", "bettiflow store 2\n", 18);
  assert_int_equal(bf_store_open("newer", BF_STORE_RUN, &s), BF_STORE);
  assert_non_null(strstr(bf_error(), "format 2"));
  assert_non_null(strstr(bf_error(), "newer bettiflow"));
  write_bytes("newer/store", "", 0);
  assert_int_equal(bf_store_open("newer", BF_STORE_READ, &s), BF_STORE);
  write_bytes("plain", "x", 1);
  assert_int_equal(bf_store_open("plain", BF_STORE_RUN, &s), BF_STORE);
  assert_int_equal(bf_store_open("nowhere", BF_STORE_GC, &s), BF_STORE);
  assert_false(exists("nowhere"));
}

static void goes_on_after_a_cut_off_start(void **state) {
  (void)state;
  OK(bf_folder_make("half/objects"));
  write_bytes("half/.bettiflow-Ab12cd", "betti", 5);
  bf_store_close(open_store("half", BF_STORE_RUN));
  assert_true(exists("half/store"));
}

static void keeps_objects(void **state) {
  struct stat st;
  bf_digest wrong = key_of("wrong"), added;
  (void)state;
  bf_store *s = open_store("store", BF_STORE_RUN);
  bf_digest d = put_object(s, "content");
  char *path = bf_store_object(s, d.hex);
  assert_true(bf_store_has(s, d.hex, 7));
  assert_true(bf_store_has(s, d.hex, UINT64_MAX));
  assert_false(bf_store_has(s, d.hex, 8));
  assert_false(bf_store_has(s, wrong.hex, UINT64_MAX));
  assert_false(bf_store_has(s, "../../../etc/passwd", UINT64_MAX));
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 07777, 0444);
  ino_t first = st.st_ino;
  put_object(s, "content"); /* a second copy is dropped */
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_ino, first);
  write_bytes(path, "short", 5); /* one with another size is replaced */
  put_object(s, "content");
  assert_true(bf_store_has(s, d.hex, 7));
  write_bytes(path, "contenT", 7); /* so is a damaged one, once a task makes it again */
  put_object(s, "content");
  OK(bf_store_extract(s, &d, "copy"));

  write_bytes("foreign", "content of a file", 17);
  OK(bf_store_add_file(s, "foreign", &added));
  assert_string_equal(added.hex, key_of("content of a file").hex);
  assert_true(exists("foreign"));
  OK(bf_store_add_file(s, "foreign", &added));
  assert_int_equal(bf_store_add_file(s, "not there", &added), BF_BAD_INPUT);
  assert_int_equal(bf_store_add_file(s, ".", &added), BF_BAD_INPUT);

  OK(bf_store_extract(s, &added, "copy"));
  size_t n;
  char *copy = read_bytes("copy", &n);
  assert_string_equal(copy, "content of a file");
  free(copy);
  assert_int_equal(stat("copy", &st), 0);
  assert_int_not_equal(st.st_mode & 0200, 0); /* the user's own file */
  write_bytes(path, "contenT", 7);
  assert_int_equal(bf_store_extract(s, &d, "copy"), BF_STORE);
  assert_non_null(strstr(bf_error(), "damaged"));
  assert_int_equal(bf_store_extract(s, &wrong, "copy"), BF_STORE);
  copy = read_bytes("copy", &n);
  assert_string_equal(copy, "content of a file"); /* still the earlier one */
  free(copy);
  free(path);
  bf_store_close(s);
}

static void assert_same(const bf_record *a, const bf_record *b) {
  assert_string_equal(a->key.hex, b->key.hex);
  assert_string_equal(a->parts, b->parts);
  assert_string_equal(a->stage, b->stage);
  assert_int_equal(a->declined, b->declined);
  assert_string_equal(a->reason, b->reason);
  assert_memory_equal(&a->usage, &b->usage, sizeof a->usage);
  assert_int_equal(a->finished_unix, b->finished_unix);
  assert_string_equal(a->version, b->version);
  assert_int_equal(a->noutput, b->noutput);
  for (size_t i = 0; i < a->noutput; i++) {
    assert_string_equal(a->output[i].port, b->output[i].port);
    assert_int_equal(a->output[i].nitem, b->output[i].nitem);
    for (size_t j = 0; j < a->output[i].nitem; j++) {
      const bf_item *p = &a->output[i].item[j], *q = &b->output[i].item[j];
      assert_string_equal(p->digest.hex, q->digest.hex);
      assert_int_equal(p->size, q->size);
      assert_int_equal(p->nlabel, q->nlabel);
      assert_int_equal(p->nuse, q->nuse);
      for (size_t k = 0; k < p->nlabel; k++) {
        assert_string_equal(p->label[k].name, q->label[k].name);
        assert_string_equal(p->label[k].value, q->label[k].value);
      }
      for (size_t k = 0; k < p->nuse; k++) assert_string_equal(p->use[k], q->use[k]);
    }
  }
}

static void records_come_back(void **state) {
  static const char *const content[] = {"one", "two", ""};
  bf_record *back;
  (void)state;
  bf_store *s = open_store("store", BF_STORE_RUN);
  for (size_t n = 0; n <= 3; n++) {
    char *parts = bf_format_text("bettiflow-key 1\nparam n %zu\n", n);
    bf_record *r = make_record(s, "test.many", parts, content, n);
    OK(bf_store_lookup(s, &r->key, &back));
    assert_null(back);
    r->usage.wall_seconds = n == 1 ? 12.5 : 0; /* with and without syncing at once */
    OK(bf_store_commit(s, r));
    OK(bf_store_lookup(s, &r->key, &back));
    assert_non_null(back);
    assert_same(r, back);
    bf_record_free(back);
    bf_record_free(r);
    free(parts);
  }
  bf_record decline = {
      .key = key_of("declined"), .parts = "declined", .stage = "train.mlp", .declined = true, .reason = "accuracy 0.98, \xff not 1", .version = "0"};
  OK(bf_store_commit(s, &decline));
  OK(bf_store_lookup(s, &decline.key, &back));
  assert_true(back->declined);
  assert_string_equal(back->reason, "accuracy 0.98, ? not 1"); /* made UTF-8 */
  bf_record_free(back);
  bf_record_free(NULL);
  bf_store_close(s);
}

static void commit_checks(void **state) {
  static const char *const content[] = {"is there", "gets lost"};
  bf_record *back;
  (void)state;
  bf_store *s = open_store("store", BF_STORE_RUN);
  bf_record *r = make_record(s, "test.one", "commit_checks", content, 2);
  char *lost = bf_store_object(s, r->output[0].item[1].digest.hex);
  unlink(lost);
  assert_int_equal(bf_store_commit(s, r), BF_STORE);
  put_object(s, "gets lost");
  r->key = key_of("another");
  assert_int_equal(bf_store_commit(s, r), BF_STORE);
  r->key = key_of("commit_checks");
  r->foreign = true;
  OK(bf_store_commit(s, r));
  OK(bf_store_lookup(s, &r->key, &back));
  assert_null(back); /* from a bundle: no hit */
  r->foreign = false;
  OK(bf_store_commit(s, r));
  OK(bf_store_lookup(s, &r->key, &back));
  assert_non_null(back);
  bf_record_free(back);
  bf_record_free(r);
  free(lost);
  bf_store_close(s);
}

static char *record_path(const bf_store *s, const bf_digest *key) { return bf_format_text("%s/actions/%.2s/%s", bf_store_path(s), key->hex, key->hex); }

static bool hits(const bf_store *s, const bf_digest *key) {
  bf_record *r;
  OK(bf_store_lookup(s, key, &r));
  bool hit = r;
  bf_record_free(r);
  return hit;
}

static void damaged_records_are_misses(void **state) {
  size_t n;
  (void)state;
  bf_store *s = open_store("store", BF_STORE_RUN);
  commit(s, "test.one", "damaged", "damaged's output");
  bf_digest key = key_of("damaged");
  char *path = record_path(s, &key), *good = read_bytes(path, &n), *bad = bf_alloc(n + 1, 1);
  for (size_t i = 0; i < n * 8; i++) {
    memcpy(bad, good, n);
    bad[i / 8] = (char)(bad[i / 8] ^ 1 << i % 8);
    write_bytes(path, bad, n);
    assert_false(hits(s, &key));
  }
  for (size_t i = 0; i < n; i++) {
    write_bytes(path, good, i);
    assert_false(hits(s, &key));
  }
  memcpy(bad, good, n);
  write_bytes(path, bad, n + 1); /* goes on after its end */
  assert_false(hits(s, &key));
  write_bytes(path, good, n);
  assert_true(hits(s, &key));
  bf_digest other = key_of("other"); /* a good record under another key's name */
  char *elsewhere = record_path(s, &other), *shard = bf_path_parent(elsewhere);
  OK(bf_folder_make(shard));
  write_bytes(elsewhere, good, n);
  assert_false(hits(s, &other));
  unlink(elsewhere);
  unlink(path); /* a folder in the record's place */
  OK(bf_folder_make(path));
  assert_false(hits(s, &key));
  OK(bf_folder_remove(path));
  free(path), free(good), free(bad), free(elsewhere), free(shard);
  bf_store_close(s);
}

static void missing_objects_are_misses(void **state) {
  (void)state;
  bf_store *s = open_store("store", BF_STORE_RUN);
  commit(s, "test.one", "missing", "missing's output");
  bf_digest key = key_of("missing"), object = key_of("missing's output");
  char *path = bf_store_object(s, object.hex);
  assert_true(hits(s, &key));
  write_bytes(path, "missing's outpu", 15);
  assert_false(hits(s, &key));
  write_bytes(path, "", 0);
  assert_false(hits(s, &key));
  unlink(path);
  assert_false(hits(s, &key));
  assert_int_equal(symlink("/etc/passwd", path), 0);
  assert_false(hits(s, &key));
  unlink(path);
  put_object(s, "missing's output");
  assert_true(hits(s, &key));
  free(path);
  bf_store_close(s);
}

static bool count_two(void *context, const bf_record *r) {
  (void)r;
  return ++*(int *)context < 2;
}

static bool collect(void *context, const bf_record *r) {
  bf_text_add(context, r->key.hex);
  bf_text_add(context, "\n");
  return true;
}

static void all_records(void **state) {
  int n = 0;
  bf_text keys = {0};
  (void)state;
  bf_store *s = open_store("near", BF_STORE_RUN);
  OK(bf_store_each_record(s, collect, &keys));
  assert_int_equal(keys.n, 0);
  commit(s, "test.one", "1", "1"); /* SHA-256 begins with 6b, d4, 4e */
  commit(s, "test.one", "2", "2");
  commit(s, "test.two", "3", "3");
  write_bytes("near/actions/6b/stray", "x", 1);
  OK(bf_store_each_record(s, collect, &keys));
  char *expected = bf_format_text("%s\n%s\n%s\n", key_of("3").hex, key_of("1").hex, key_of("2").hex);
  assert_string_equal(keys.at, expected);
  OK(bf_store_each_record(s, count_two, &n));
  assert_int_equal(n, 2);
  bf_parts a = bf_parts_of("a\na\nb"), b = bf_parts_of("b\na\n"), c = bf_parts_of("");
  assert_int_equal(bf_parts_distance(&a, &b), 1);
  assert_int_equal(bf_parts_distance(&a, &c), 3);
  bf_parts_free(&a), bf_parts_free(&b), bf_parts_free(&c);
  free(expected);
  bf_text_free(&keys);
  bf_store_close(s);
}

static void readers_write_nothing(void **state) {
  char *folder;
  bf_digest d = key_of("x");
  (void)state;
  bf_store_close(open_store("quiet", BF_STORE_RUN));
  bf_store *s = open_store("quiet", BF_STORE_READ);
  assert_int_equal(bf_store_tmp(s, &folder), BF_STORE);
  assert_int_equal(bf_store_publish(s, "plain", &d), BF_STORE);
  assert_int_equal(bf_index_update(s, false), BF_STORE);
  bf_record r = {.key = d, .parts = "x", .stage = "test.one"};
  assert_int_equal(bf_store_commit(s, &r), BF_STORE);
  bf_store_close(s);
  bf_store_close(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(opens_where_it_should),
      cmocka_unit_test(refuses_what_is_no_store),
      cmocka_unit_test(goes_on_after_a_cut_off_start),
      cmocka_unit_test(keeps_objects),
      cmocka_unit_test(records_come_back),
      cmocka_unit_test(commit_checks),
      cmocka_unit_test(damaged_records_are_misses),
      cmocka_unit_test(missing_objects_are_misses),
      cmocka_unit_test(all_records),
      cmocka_unit_test(readers_write_nothing),
  };
  return cmocka_run_group_tests_name("store_records", tests, NULL, NULL);
}
