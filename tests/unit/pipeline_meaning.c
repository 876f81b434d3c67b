/* What a good pipeline means: order, links, axes, instances, saves. */
#include "pipeline_fake.h"
#include <stdlib.h>
#include <string.h>

static void test_quickstart(void **state) {
  (void)state;
  bf_pipeline *p = fake_good(fake_quickstart);
  static const char *const order[] = {"data", "net", "layers", "graph", "homology", "betti", "profile"};
  static const size_t instances[] = {1, 6, 6, 6, 6, 1, 1};
  assert_string_equal(p->name, "nine-disks");
  assert_int_equal(p->npoint, 6);
  assert_int_equal(p->nstage, 7);
  for (size_t i = 0; i < 7; i++) {
    assert_string_equal(p->stage[i].name, order[i]);
    assert_int_equal(p->stage[i].ninstance, instances[i]);
  }
  assert_string_equal(p->value_text[4][0], "tanh");
  assert_string_equal(p->value_text[4][1], "2");
  const bf_pstage *betti = fake_stage(p, "betti");
  assert_true(betti->print);
  assert_int_equal(betti->nsave, 1);
  assert_int_equal(fake_stage(p, "profile")->nsave, 2);
  assert_string_equal(betti->save[0].format->id, "format.csv");
  bf_pipeline_free(p);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_quickstart)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
