/* Changes samples of all types at random and puts right checksums on them. A reader must refuse the result or give a value that the writer takes and that
 * reads back as the same bytes. BF_FUZZ=N sets the number of changed files for each type, BF_FUZZ_SEED the seed. */
#include "artifact_samples.h"
#include <bettiflow/frame.h>
#include <bettiflow/random.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

enum { MOST_RECORDS = 16, MOST_BYTES = 1 << 12 };

typedef struct sample {
  size_t n, size[MOST_RECORDS];
  uint8_t data[MOST_RECORDS][MOST_BYTES];
} sample;

static uint64_t seed, drawn;
static size_t below(size_t n) { return (size_t)bf_random_below(seed, drawn++, n); }

static void load(const char *path, sample *s) {
  bf_frame_reader *r;
  const uint8_t *data;
  s->n = 0;
  assert_int_equal(bf_frame_open(path, MOST_BYTES, &r), BF_OK);
  while (bf_frame_next(r, &data, &s->size[s->n]) == BF_OK && data) {
    assert_true(s->n < MOST_RECORDS - 1);
    memcpy(s->data[s->n], data, s->size[s->n]);
    s->n++;
  }
  bf_frame_close(r);
}

/* Numbers that are often mishandled. */
static void put_number(uint8_t *at, size_t room) {
  static const uint64_t numbers[] = {
      0, 1, 2, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fc00000, 0x7f800000, 0x7ff8000000000000, 0x7ff0000000000000, UINT64_MAX, 1ull << 62};
  size_t n = below(2) ? 8 : 4;
  uint64_t number = numbers[below(sizeof numbers / sizeof *numbers)];
  memcpy(at, &number, n < room ? n : room);
}

static void change(sample *s) {
  size_t r = below(4) ? below(s->n) : 0, n = s->size[r], at = n ? below(n) : 0;
  uint8_t *data = s->data[r];
  switch (below(7)) {
  case 0:
    if (n) data[at] ^= (uint8_t)(1u << below(8));
    break;
  case 1:
    if (n) data[at] = (uint8_t)below(256);
    break;
  case 2:
    if (n) put_number(data + at, n - at);
    break;
  case 3: /* a byte less */
    if (n) memmove(data + at, data + at + 1, n - at - 1), s->size[r]--;
    break;
  case 4: /* a byte more */
    if (n < MOST_BYTES - 1) memmove(data + at + 1, data + at, n - at), data[at] = (uint8_t)below(256), s->size[r]++;
    break;
  case 5: /* a record less, or twice */
    if (s->n < 2) break;
    if (below(2) && s->n < MOST_RECORDS - 1) {
      memcpy(s->data[s->n], data, n);
      s->size[s->n++] = n;
    } else {
      s->n--;
    }
    break;
  default: /* two records change places */
  {
    size_t other = below(s->n);
    static uint8_t swap[MOST_BYTES];
    memcpy(swap, s->data[other], s->size[other]);
    memcpy(s->data[other], data, n);
    memcpy(data, swap, s->size[other]);
    s->size[r] = s->size[other];
    s->size[other] = n;
  }
  }
}

#define ROUND(T)                                                                                                                                               \
  do {                                                                                                                                                         \
    bf_##T v;                                                                                                                                                  \
    status = bf_##T##_read(path, 1 << 24, &v);                                                                                                                 \
    if (status == BF_OK && bf_##T##_write(&out, &v) != BF_OK) fail_msg("was read, is not written: %s", bf_error());                                            \
    bf_##T##_free(&v);                                                                                                                                         \
  } while (0)

static bf_status round_trip(bf_type type, const char *path, const char *to) {
  bf_status status = BF_FAILED;
  bf_out out = {to, NULL, 0};
  switch (type) {
  case BF_POINT_CLOUD:
    ROUND(points);
    break;
  case BF_NETWORK:
    ROUND(network);
    break;
  case BF_TRAINING_LOG:
    ROUND(training_log);
    break;
  case BF_WEIGHTED_GRAPH:
    ROUND(graph);
    break;
  case BF_FILTRATION:
    ROUND(filtration);
    break;
  case BF_PERSISTENCE_DIAGRAM:
    ROUND(diagram);
    break;
  case BF_BETTI_TABLE:
    ROUND(betti_table);
    break;
  case BF_FIGURE:
    ROUND(figure);
    break;
  case BF_TABLE:
    ROUND(table);
    break;
  case BF_TRAINING_STATE:
    ROUND(training_state);
    break;
  }
  return status;
}

/* Files in memory; the paths name them by descriptor. */
static char path[3][64];
static int file[3];

static void write_to(int i, const sample *s) {
  assert_int_equal(ftruncate(file[i], 0), 0);
  FILE *f = fopen(path[i], "wb");
  assert_non_null(f);
  for (size_t r = 0; r < s->n; r++) assert_int_equal(bf_frame_write(f, s->data[r], s->size[r]), BF_OK);
  assert_int_equal(fclose(f), 0);
}

/* What was accepted is stored again, read, and stored once more: the same bytes. */
static void check_accepted(bf_type type) {
  size_t n, m;
  assert_int_equal(round_trip(type, path[1], path[2]), BF_OK);
  unsigned char *a = slurp(path[1], &n), *b = slurp(path[2], &m);
  assert_int_equal(n, m);
  assert_memory_equal(a, b, n);
  free(a);
  free(b);
}

static void mutate(void **state) {
  const char *count = getenv("BF_FUZZ"), *start = getenv("BF_FUZZ_SEED");
  uint64_t n = count ? strtoull(count, NULL, 10) : 3000, accepted = 0;
  static sample original, changed;
  (void)state;
  seed = start ? strtoull(start, NULL, 10) : 1;
  for (int i = 0; i < 3; i++) {
    file[i] = memfd_create("fuzz", MFD_CLOEXEC);
    assert_true(file[i] >= 0);
    snprintf(path[i], sizeof path[i], "/proc/self/fd/%d", file[i]);
  }
  for (bf_type t = BF_POINT_CLOUD; t <= BF_TYPE_LAST; t = (bf_type)(t + 1)) {
    write_sample(t, "sample");
    load("sample", &original);
    for (uint64_t i = 0; i < n; i++) {
      changed = original;
      for (size_t k = 1 + below(3); k; k--) change(&changed);
      write_to(0, &changed);
      bf_status status = round_trip(t, path[0], path[1]);
      assert_true(status == BF_OK || status == BF_BAD_INPUT || status == BF_NO_MEMORY);
      if (status == BF_OK) check_accepted(t), accepted++;
    }
  }
  printf("%llu changed files of each type, %llu accepted\n", (unsigned long long)n, (unsigned long long)accepted);
  assert_true(accepted > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(mutate)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
