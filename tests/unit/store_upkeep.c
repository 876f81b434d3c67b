/* verify. */
#include "store_samples.h"
#include <unistd.h>

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
  const struct CMUnitTest tests[] = {cmocka_unit_test(verify_finds_damage)};
  return cmocka_run_group_tests_name("store_upkeep", tests, NULL, NULL);
}
