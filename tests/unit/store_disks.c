/* A full disk and a read-only one: small file systems in a mount namespace of our own. Skipped where that is not permitted. */
#include "store_samples.h"
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static bool mount_disk(const char *path, const char *size) {
  OK(bf_folder_make(path));
  return !mount("none", path, "tmpfs", 0, size);
}

/* Fills the disk with a file and leaves about `left` bytes. */
static void fill(const char *path, size_t left) {
  static char zeros[1 << 16];
  char *file = bf_path_join(path, "filler");
  FILE *f = fopen(file, "wb");
  assert_non_null(f);
  setvbuf(f, NULL, _IONBF, 0);
  size_t n, step = sizeof zeros;
  while (step >= 512) {
    n = fwrite(zeros, 1, step, f);
    if (n < step) step /= 2;
  }
  off_t size = ftello(f);
  assert_int_equal(ftruncate(fileno(f), size > (off_t)left ? size - (off_t)left : 0), 0);
  fclose(f);
  free(file);
}

static void assert_sound(bf_store *s) {
  bf_verify_report report;
  OK(bf_store_verify(s, NULL, NULL, &report));
  assert_int_equal(report.bad, 0);
}

static void full_disk(void **state) {
  char content[20001];
  bf_digest digest;
  bf_run_info *info;
  (void)state;
  if (!mount_disk("small", "size=400k")) skip();
  bf_store *s = open_store("small/store", BF_STORE_RUN);
  memset(content, 'a', sizeof content - 1);
  content[sizeof content - 1] = 0;
  write_bytes("big", content, sizeof content - 1);
  bf_record *r = make_record(s, "test.one", "key", (const char *const[]){"content"}, 1);
  bf_run *run = begin_run(s, "a");
  char *id = bf_strdup(bf_run_id(run));
  bf_task_entry e = entry_of(0, "one", BF_RAN, r);
  OK(bf_run_task(run, &e));

  fill("small", 0);
  assert_int_equal(bf_store_add_file(s, "big", &digest), BF_STORE);
  assert_non_null(strstr(bf_error(), "small/store"));
  assert_non_null(strstr(bf_error(), "No space left on device"));
  assert_false(bf_store_has(s, digest.hex, UINT64_MAX));
  assert_int_equal(bf_store_commit(s, r), BF_STORE);
  assert_non_null(strstr(bf_error(), "small/store"));
  e.message = content;
  assert_int_equal(bf_run_task(run, &e), BF_STORE);
  assert_non_null(strstr(bf_error(), "journal"));
  assert_int_equal(bf_index_update(s, true), BF_STORE);
  assert_sound(s);
  bf_store *second;
  assert_int_equal(bf_store_open("small/another", BF_STORE_RUN, &second), BF_STORE);
  assert_null(second);

  unlink("small/filler"); /* and on it goes */
  OK(bf_store_commit(s, r));
  OK(bf_store_add_file(s, "big", &digest));
  e.message = "";
  OK(bf_run_task(run, &e));
  OK(bf_run_end(run, 0, NULL, 0));
  OK(bf_run_read(s, id, &info));
  assert_int_equal(info->ntask, 2); /* nothing of the one that did not fit */
  assert_true(info->finished);
  bf_run_info_free(info);
  assert_sound(s);
  bf_record_free(r);
  free(id);
  bf_store_close(s);
}

static void read_only_disk(void **state) {
  bf_store *s;
  bf_record *r;
  bf_run_info *info;
  (void)state;
  if (!mount_disk("fixed", "size=4m")) skip();
  s = open_store("fixed/store", BF_STORE_RUN);
  commit(s, "test.one", "key", "content");
  OK(bf_run_end(begin_run(s, "a"), 0, NULL, 0));
  bf_store_close(s);
  if (mount("none", "fixed", NULL, MS_REMOUNT | MS_RDONLY, NULL)) skip();

  assert_int_equal(bf_store_open("fixed/store", BF_STORE_RUN, &s), BF_STORE);
  assert_non_null(strstr(bf_error(), "fixed/store"));
  assert_non_null(strstr(bf_error(), "Read-only file system"));
  assert_non_null(strstr(bf_error(), "--store"));
  assert_int_equal(bf_store_open("fixed/store", BF_STORE_GC, &s), BF_STORE);
  assert_int_equal(bf_store_open("fixed/new", BF_STORE_RUN, &s), BF_STORE);
  s = open_store("fixed/store", BF_STORE_READ);
  bf_digest key = key_of("key");
  OK(bf_store_lookup(s, &key, &r));
  assert_non_null(r);
  OK(bf_store_extract(s, &r->output[0].item[0].digest, "out"));
  bf_record_free(r);
  OK(bf_run_read(s, "last", &info));
  assert_true(info->finished);
  bf_run_info_free(info);
  assert_sound(s);
  bf_store_close(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(full_disk), cmocka_unit_test(read_only_disk)};
  if (unshare(CLONE_NEWNS) && unshare(CLONE_NEWUSER | CLONE_NEWNS)) {
    puts("skipped: no mount namespace of our own is permitted here");
    return 77;
  }
  mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  return cmocka_run_group_tests_name("store_disks", tests, NULL, NULL);
}
