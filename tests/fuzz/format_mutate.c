/* Good files with random damage: each reader either makes a valid artifact or refuses with a message that names the file, within its memory. The targets
 * are those of `tools/fuzz`; BF_FUZZ=N sets the number of damaged files for each way to call a reader. */
#include "fake.h"
#include "targets.h"

#include <bettiflow/random.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LONGEST = 1 << 16 };

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

static void attack(void **state) {
  static unsigned char good[LONGEST], bytes[LONGEST];
  const fuzz_target *t = *state;
  const char *count = getenv("BF_FUZZ"), *asan = getenv("BF_ASAN");
  const uint64_t tries = count ? strtoull(count, NULL, 10) : asan && asan[0] == '1' ? 150 : 1000; /* the sanitizers take their time */
  const bf_plugin *plugin = fake_plugin(t->plugin);
  uint64_t refused = 0, seed = 1000000 * (uint64_t)(t - fuzz_targets + 1);
  for (size_t v = 0; v < fuzz_variants(t); v++) {
    size_t n = fuzz_seed(t, v, good, LONGEST);
    if (fuzz_run(t, plugin, v, good, n) != BF_OK) fail_msg("%s, way %zu: the good file is refused: %s", t->name, v, plugin->error());
    for (uint64_t i = 0; i < tries; i++) refused += fuzz_run(t, plugin, v, bytes, damage(bytes, good, n, seed + 10000 * v + i)) != BF_OK;
  }
  assert_true(refused > tries / 10); /* some damage does no harm, some does */
}

int main(void) {
  struct CMUnitTest tests[64];
  size_t n = 0;
  for (const fuzz_target *t = fuzz_targets; t->name; t++) { /* artifacts have a test of their own: artifact.c */
    if (t->plugin) tests[n++] = (struct CMUnitTest){t->name, attack, NULL, NULL, (void *)(uintptr_t)t};
  }
  return _cmocka_run_group_tests("format_mutate", tests, n, NULL, NULL);
}
