/* Records and journal entries whose checksums are right and whose bytes are not: refused or read, never a crash or a bad digest. */
#include "base/digest.h"
#include "base/text.h"
#include "store/codec.h"
#include <bettiflow/random.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ROUNDS = 10000 };

static uint64_t at;
static size_t below(size_t n) { return (size_t)bf_random_below(5, at++, n); }

static bf_record sample(void) {
  static bf_label label[] = {{"layer", "3"}, {"class", "0"}};
  static char *use[] = {"activation.relu"};
  static bf_item item[2];
  static bf_output output[] = {{"out", 2, item}, {"log", 1, item}};
  for (int i = 0; i < 2; i++) item[i] = (bf_item){2, label, bf_digest_of("x", 1), 77, 1, use};
  return (bf_record){.key = bf_digest_of("parts", 5), .parts = "parts", .stage = "test.one", .reason = "", .noutput = 2, .output = output, .version = "1"};
}

/* Copies data with some bytes changed, inserted, removed or repeated; *n its length. */
static uint8_t *mutate(const uint8_t *data, size_t size, size_t *n) {
  uint8_t *copy = bf_alloc(2 * size + 8, 1);
  memcpy(copy, data, *n = size);
  for (size_t k = below(4) + 1; k-- && *n;) {
    size_t i = below(*n), length = below(*n - i) + 1;
    switch (below(4)) {
    case 0:
      copy[i] = (uint8_t)below(256);
      break;
    case 1:
      *n = i;
      break;
    case 2:
      memmove(copy + i, copy + i + length, *n - i - length);
      *n -= length;
      break;
    default:
      if (*n + length > 2 * size) break;
      memmove(copy + i + length, copy + i, *n - i);
      *n += length;
    }
  }
  return copy;
}

static void check_outputs(const bf_output *output, size_t n) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < output[i].nitem; j++) assert_true(bf_digest_valid(output[i].item[j].digest.hex));
}

static void records(void **state) {
  uint8_t *data;
  size_t size, n, read = 0;
  bf_record good = sample(), *r;
  (void)state;
  assert_int_equal(bf_encode_record(&good, &data, &size), BF_OK);
  for (int round = 0; round < ROUNDS; round++) {
    uint8_t *bad = mutate(data, size, &n);
    if (bf_decode_record(bad, n, &r)) {
      read++;
      assert_true(bf_digest_valid(r->key.hex));
      check_outputs(r->output, r->noutput);
      bf_record_free(r);
    }
    free(bad);
  }
  assert_true(read > 0 && read < ROUNDS);
  free(data);
}

static void entries(void **state) {
  char *row[] = {"relu"}, **value[] = {row, row}, *var[] = {"activation"};
  bf_saved saved = {"a.svg", bf_digest_of("a", 1)};
  bf_run_info info = {.run = "r", .nvar = 1, .var = var, .npoint = 2, .value = value, .nsaved = 1, .saved = &saved};
  bf_record r = sample();
  bf_task_entry task = {.stage = "s", .outcome = BF_RAN, .key = r.key.hex, .parts = "parts", .noutput = r.noutput, .output = r.output};
  uint8_t *data[3];
  size_t size[3], n;
  (void)state;
  assert_int_equal(bf_encode_header(&info, &data[0], &size[0]) | bf_encode_task(&task, &data[1], &size[1]) | bf_encode_footer(&info, &data[2], &size[2]),
                   BF_OK);
  for (int round = 0; round < ROUNDS; round++) {
    bf_run_info *got = bf_alloc(1, sizeof *got);
    size_t damaged = below(3);
    for (size_t k = 0; k < 3; k++) {
      uint8_t *bad = k == damaged ? mutate(data[k], size[k], &n) : NULL;
      bf_decode_entry(bad ? bad : data[k], bad ? n : size[k], got);
      free(bad);
    }
    for (size_t k = 0; k < got->ntask; k++) {
      check_outputs(got->task[k].output, got->task[k].noutput);
      assert_true(!got->task[k].key[0] || bf_digest_valid(got->task[k].key));
      assert_true(got->task[k].outcome >= BF_RAN && got->task[k].outcome <= BF_SKIPPED);
    }
    for (size_t k = 0; k < got->npoint; k++)
      for (size_t v = 0; v < got->nvar; v++) assert_non_null(got->value[k][v]);
    bf_run_info_free(got);
  }
  for (int k = 0; k < 3; k++) free(data[k]);
}

/* Half a million empty messages: unpacked within the budget, then refused, and all of it let go. */
static void bombs(void **state) {
  size_t n = 1 << 20;
  uint8_t *data = bf_alloc(n, 1);
  bf_record *r;
  (void)state;
  for (size_t i = 0; i + 1 < n; i += 2) data[i] = 0x32; /* ActionRecord.output, length 0 */
  bf_run_info *info = bf_alloc(1, sizeof *info);
  assert_false(bf_decode_record(data, n, &r)); /* no key */
  assert_false(bf_decode_entry(data, n, info));
  bf_run_info_free(info);
  free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(records), cmocka_unit_test(entries), cmocka_unit_test(bombs)};
  return cmocka_run_group_tests_name("store_decode", tests, NULL, NULL);
}
