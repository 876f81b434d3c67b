/* Good files with random damage: each reader either makes a valid artifact or refuses with a message that names the file, within its memory. */
#include "fake.h"

#include <bettiflow/frame.h>
#include <bettiflow/random.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TRIES = 400, LONGEST = 4096 };

typedef struct target {
  const char *plugin, *format;
  bf_type type;
  unsigned char good[LONGEST];
  size_t n;
  bool framed; /* damage the records' payloads and frame them again, so that the checksums do not stop it */
} target;

/* One to four changes: a flipped bit, a byte from a list of awkward ones, a piece cut out or doubled. */
static size_t damage(unsigned char *to, const unsigned char *good, size_t n, uint64_t seed) {
  static const unsigned char awkward[] = {0, 0xff, 0x7f, 0x80, '\n', ',', '"', '-', '.', 'e', '9', ' ', '(', '\'', 'n'};
  memcpy(to, good, n);
  uint64_t changes = 1 + bf_random_below(seed, 0, 4);
  for (uint64_t k = 1; k <= changes; k++) {
    size_t at = (size_t)bf_random_below(seed, 10 * k, n), size = (size_t)bf_random_below(seed, 10 * k + 1, n - at) % 32;
    switch (bf_random_below(seed, 10 * k + 2, 5)) {
    case 0:
      to[at] ^= (unsigned char)(1u << bf_random_below(seed, 10 * k + 3, 8));
      break;
    case 1:
    case 2:
      to[at] = awkward[bf_random_below(seed, 10 * k + 3, sizeof awkward)];
      break;
    case 3:
      if (n - size < 8) break;
      memmove(to + at, to + at + size, n - at - size);
      n -= size;
      break;
    default:
      if (n + size > LONGEST) break;
      memmove(to + at + size, to + at, n - at);
      n += size;
    }
  }
  return n;
}

static void spill(const target *t, const unsigned char *bytes, size_t n) {
  if (!t->framed) {
    fake_spill("in", bytes, n);
    return;
  }
  FILE *file = fopen("in", "wb");
  assert_int_equal(bf_frame_write(file, t->good, t->n), BF_OK);
  assert_int_equal(bf_frame_write(file, bytes, n), BF_OK);
  fclose(file);
}

static void attack(const target *t, uint64_t seed) {
  unsigned char bytes[LONGEST];
  unsigned accepted = 0;
  for (uint64_t i = 0; i < TRIES; i++) {
    size_t n = i == 0 ? t->n : damage(bytes, t->good, t->n, seed + i);
    spill(t, i == 0 ? t->good : bytes, n);
    remove("out");
    fake *f = fake_new(fake_plugin(t->plugin));
    fake_memory(f, 1 << 24);
    bf_status status = fake_read(f, t->format, "in", t->type, "out");
    if (status == BF_OK) {
      accepted++;
      if (bf_artifact_check("out", 0, NULL) != BF_OK) fail_msg("try %d: accepted, but the artifact is bad: %s", (int)i, bf_error());
    } else {
      if (status != BF_BAD_INPUT && status != BF_NO_MEMORY) fail_msg("try %d: status %d: %s", (int)i, (int)status, fake_error(f));
      if (strncmp(fake_error(f), "in", 2) != 0) fail_msg("try %d: the message does not begin with the file: %s", (int)i, fake_error(f));
    }
    if (i == 0) assert_int_equal(status, BF_OK);
    fake_free(f);
  }
  assert_in_range(accepted, 1, TRIES - TRIES / 10); /* some damage does no harm, most of it does */
}

static void text_target(target *t, const char *text) {
  t->n = strlen(text);
  memcpy(t->good, text, t->n + 1);
}

static void csv(void **state) {
  (void)state;
  target t = {.plugin = "format/csv", .format = "format.csv", .type = BF_POINT_CLOUD};
  text_target(&t, "x,\"y, quoted\",class\n0.5,-1e-3,0\n12345.678,2,1\n\"3\",4,0\n");
  attack(&t, 1000000);
}

static void pers(void **state) {
  (void)state;
  target t = {.plugin = "format/pers", .format = "format.pers", .type = BF_PERSISTENCE_DIAGRAM};
  text_target(&t, "0 0 inf\n0 0 0.25\n1 0.5 1.5\n# end\n2 1 1.125\n");
  attack(&t, 2000000);
}

static void npy(void **state) {
  (void)state;
  target t = {.plugin = "format/npy", .format = "format.npy", .type = BF_POINT_CLOUD};
  static const char header[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }\n";
  const float x[] = {1, 2, 3, 4, 5, 6};
  memcpy(t.good, "\x93NUMPY\x01\x00", 9);
  t.good[8] = sizeof header - 1;
  memcpy(t.good + 10, header, sizeof header);
  memcpy(t.good + 9 + sizeof header, x, sizeof x);
  t.n = 9 + sizeof header + sizeof x;
  attack(&t, 3000000);
}

static void tfrecord(void **state) {
  (void)state;
  target t = {.plugin = "format/tfrecord", .format = "format.tfrecord", .type = BF_POINT_CLOUD, .framed = true};
  static const char record[] = "\x0a\x3f\x0a\x1c\x0a\x0cvector/point\x12\x0c\x12\x0a\x0a\x08\x00\x00\x80\x3f\x00\x00\x00\x40"
                               "\x0a\x1f\x0a\x13vector/ground_truth\x12\x08\x12\x06\x0a\x04\x00\x00\x80\x3f";
  t.n = sizeof record - 1;
  memcpy(t.good, record, sizeof record);
  attack(&t, 4000000);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(csv), cmocka_unit_test(pers), cmocka_unit_test(npy), cmocka_unit_test(tfrecord)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
