/* A constructor that never ends costs seconds once, not the scan: the other plugins are there, and the cache remembers the culprit. */
#include "plugin/registry.h"
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void test_hang(void **state) {
  (void)state;
  for (int round = 0; round < 2; round++) {
    const bf_entry *e;
    const bf_broken *list;
    bf_registry *r;
    assert_int_equal(bf_registry_open(PLUGINS "/hang:" PLUGINS "/good", &r), BF_OK);
    assert_int_equal(bf_registry_broken(r, &list), 1);
    assert_non_null(strstr(list[0].path, "hang.so"));
    assert_non_null(strstr(list[0].why, "not done after 5 s in a constructor"));
    assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "test.points", &e), BF_OK);
    assert_int_equal(bf_registry_find(r, BF_KIND_STAGE, "hostile.hang", &e), BF_PLUGIN);
    bf_registry_free(r);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_hang)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
