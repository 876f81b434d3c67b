/* The very bytes of the generated data: with another compiler, C library or processor they must be the same, and who changes them raises the stage's
 * revision (and the digest here). */
#include "stage_host.h"
#include <bettiflow/artifact.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* FNV-1a over 32-bit words. */
static uint64_t digest(uint64_t h, const void *words, uint64_t n) {
  for (uint64_t i = 0; i < n; i++) {
    uint32_t word;
    memcpy(&word, (const char *)words + 4 * i, 4);
    h = (h ^ word) * 0x100000001b3u;
  }
  return h;
}

static uint64_t of_points(void) {
  bf_points p;
  assert_int_equal(bf_points_read("out", 0, &p), BF_OK);
  uint64_t h = digest(0xcbf29ce484222325u, p.x, p.n * p.dim);
  if (p.label) h = digest(h, p.label, p.n);
  bf_points_free(&p);
  return h;
}

static uint64_t of_graph(void) {
  bf_graph g;
  assert_int_equal(bf_graph_read("out", 0, &g), BF_OK);
  uint64_t h = digest(0xcbf29ce484222325u, g.w, g.m);
  bf_graph_free(&g);
  return h;
}

static void bits(void **state) {
  static const struct {
    const char *plugin, *stage, *param[6];
    uint64_t digest;
  } table[] = {
      {"dataset/disks", "dataset.disks", {NULL}, 0x763c71621666ae71u},
      {"dataset/disks", "dataset.disks", {"sample", "random"}, 0x4852a14f3ac48fa3u},
      {"dataset/rings", "dataset.rings", {NULL}, 0xdb32d8a7ce2a1fdfu},
      {"dataset/shells", "dataset.shells", {NULL}, 0xb69a7e509048b476u},
      {"dataset/shells", "dataset.shells", {"sample", "random"}, 0xa68854378e237ba7u},
      {"dataset/shapes", "dataset.sphere", {"dim", "3"}, 0x45b5fb5e95417cb5u},
      {"dataset/shapes", "dataset.torus", {"noise", "0.1"}, 0x38a572e74c9598fdu},
      {"dataset/shapes", "dataset.klein", {NULL}, 0x5fa9aecb9b7b5720u},
      {"dataset/shapes", "dataset.swiss_roll", {NULL}, 0xbd5c126cc77416adu},
      {"dataset/shapes", "dataset.links", {NULL}, 0x07274ec6d4b15f89u},
      {"dataset/shapes", "dataset.figure_eight", {NULL}, 0x195a6d98aacd12c3u},
      {"dataset/shapes", "dataset.orthogonal", {NULL}, 0xb7263d4242fa05f4u},
      {"dataset/shapes", "dataset.cube", {"dim", "16"}, 0x44383eb3e709d3adu},
      {"dataset/network", "dataset.network", {NULL}, 0xad1c829c3bbdfaabu},
      {"dataset/network", "dataset.network", {"model", "hierarchical"}, 0x6e8c50f9a88b1294u},
  };
  int wrong = 0;
  (void)state;
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    stage_call call = {.plugin = table[i].plugin, .stage = table[i].stage, .output = "out"};
    memcpy(call.param, table[i].param, sizeof table[i].param);
    if (run_stage(&call) != BF_OK) fail_msg("%s", stage_error());
    uint64_t h = strstr(table[i].stage, "network") ? of_graph() : of_points();
    if (h == table[i].digest) continue;
    print_error("%s %s: 0x%016llxu\n", table[i].stage, table[i].param[0] ? table[i].param[0] : "", (unsigned long long)h);
    wrong++;
  }
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(bits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
