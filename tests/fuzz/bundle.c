/* Bundles whose archive was damaged before it went behind zstd, so that no checksum of zstd's helps: read or refused, never a crash, and what gets into the
 * store is whole. */
#include "store/bundle.h"
#include "store_archives.h"
#include <bettiflow/random.h>
#include <unistd.h>

enum { ROUNDS = 500 };

static uint64_t at;
static size_t below(size_t n) { return (size_t)bf_random_below(11, at++, n); }

/* The tar archive of a bundle with a run, a record, an object and a file. */
static char *good_archive(size_t *n) {
  bf_store *s = open_store("good", BF_STORE_RUN);
  const char *content = "content of an object";
  bf_run_info *info;
  bf_record *r = make_record(s, "test.one", "stage test.one 1\nbuild b1\n", &content, 1);
  OK(bf_store_commit(s, r));
  bf_run *run = begin_run(s, "small");
  bf_task_entry e = entry_of(1, "data", BF_RAN, r);
  OK(bf_run_task(run, &e));
  OK(bf_run_end(run, 0, NULL, 0));
  OK(bf_run_read(s, "last", &info));
  bf_pack *p = bf_pack_new(s);
  OK(bf_pack_run(p, info, false));
  OK(bf_pack_file(p, "orders", "{}", 2));
  OK(bf_pack_write(p, "good.bundle", "0.1.0", NULL));
  bf_pack_free(p);
  bf_run_info_free(info);
  bf_record_free(r);
  bf_store_close(s);

  struct archive *a = archive_read_new();
  struct archive_entry *entry;
  bf_text t = {0};
  char block[4096];
  la_ssize_t k;
  archive_read_support_filter_zstd(a);
  archive_read_support_format_raw(a);
  assert_int_equal(archive_read_open_filename(a, "good.bundle", 4096), ARCHIVE_OK);
  assert_int_equal(archive_read_next_header(a, &entry), ARCHIVE_OK);
  while ((k = archive_read_data(a, block, sizeof block)) > 0) bf_text_add_n(&t, block, (size_t)k);
  archive_read_free(a);
  *n = t.n;
  return bf_text_take(&t);
}

/* Changes some bytes, swaps, repeats or drops blocks of 512 bytes, as tar has them, and puts the checksums of the heads right, which would hide the rest. */
static size_t damage(char *data, size_t n) {
  for (size_t k = below(3) + 1; k--;) {
    const size_t from = below(n / 512) * 512, to = below(n / 512) * 512;
    switch (below(5)) {
    case 0:
      memmove(data + to, data + from, 512);
      break;
    case 1:
      n = n > 1024 ? n - below(n / 512) * 512 : n;
      break;
    default:
      data[from + below(512)] = (char)below(256);
    }
    if (n < 1024) return n;
  }
  for (size_t i = 0; i + 512 <= n; i += 512) {
    if (memcmp(data + i + 257, "ustar", 5)) continue;
    unsigned sum = 0;
    memset(data + i + 148, ' ', 8);
    for (size_t k = 0; k < 512; k++) sum += (unsigned char)data[i + k];
    snprintf(data + i + 148, 8, "%06o", sum & 0777777);
  }
  return n;
}

static void damaged_archives(void **state) {
  size_t size, good = 0;
  char *archive = good_archive(&size), *copy = bf_alloc(size, 1);
  bf_unpack_report report;
  bf_bundle_info info;
  bf_verify_report v;
  (void)state;
  bf_store *s = open_store("store", BF_STORE_RUN);
  archive_wrap("bad.bundle", archive, size);
  OK(bf_bundle_check("bad.bundle", NULL, NULL, NULL, &info)); /* undamaged, it is a bundle */
  bf_bundle_info_free(&info);
  for (int round = 0; round < ROUNDS; round++) {
    memcpy(copy, archive, size);
    archive_wrap("bad.bundle", copy, damage(copy, size));
    const bf_status status = bf_bundle_unpack(s, "bad.bundle", &(bf_unpack_options){.trust = false}, &report);
    if (status != BF_OK && status != BF_BAD_INPUT) fail_msg("round %d: status %d, %s", round, (int)status, bf_error());
    if (status != BF_OK) assert_int_equal(strncmp(bf_error(), "bad.bundle: ", 12), 0);
    good += status == BF_OK;
    bf_unpack_report_free(&report);
  }
  OK(bf_store_verify(s, NULL, NULL, &v));
  assert_int_equal(v.bad, 0);
  assert_true(v.objects <= 1 && v.records <= 1 && v.runs <= 1);
  assert_true(good < ROUNDS / 2); /* what changed was just a mode or a time */
  bf_store_close(s);
  free(archive);
  free(copy);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(damaged_archives)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
