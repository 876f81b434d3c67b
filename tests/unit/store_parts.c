/* What explain says about two keys. */
#include "cli/parts_diff.h"
#include "base/digest.h"
#include "base/text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

static const char *cause(void *context, const char *digest) {
  (void)context;
  return !strcmp(digest, B) ? "stage graph ran" : !strcmp(digest, C) ? "stage data ran" : NULL;
}

static void assert_diff(const char *before, const char *now, const char *expected) {
  size_t n;
  bf_text t = {0};
  char **list = bf_parts_diff(before, now, cause, NULL, &n);
  for (size_t i = 0; i < n; i++) {
    bf_text_addf(&t, "%s%s", i ? "; " : "", list[i]);
    free(list[i]);
  }
  free(list);
  char *got = bf_text_take(&t);
  assert_string_equal(got, expected);
  free(got);
}

static void differences(void **state) {
  (void)state;
  assert_diff("", "", "");
  assert_diff("param k 14\nparam hops 2\n", "param k 20\nparam hops 2\n", "k: 14 -> 20");
  assert_diff("param rate 0x1.47ae147ae147bp-7\n", "param rate 0x1p-3\n", "rate: 0.01 -> 0.125");
  assert_diff("param x [0x1p+0,-0x1p-1,inf]\n", "param x none\n", "x: [1,-0.5,inf] -> none");
  assert_diff("param t \"0x1p+0 a\"\n", "param t \"b\"\n", "t: \"0x1p+0 a\" -> \"b\"");
  assert_diff("param path file " A "\n", "param path file " B "\n", "path: the file has other content");
  assert_diff("param a activation.relu\nuses activation.relu revision 1 build 1\n", "param a activation.tanh\nuses activation.tanh revision 1 build 2\n",
              "a: activation.relu -> activation.tanh");
  assert_diff("uses activation.relu revision 1 build 1\n", "uses activation.relu revision 1 build 2\n", "activation.relu was rebuilt");
  assert_diff("plugin activation.relu 1 7\n", "plugin activation.relu 2 8\n", "activation.relu has another revision");
  assert_diff("stage complex.knn 1\nbuild 1\n", "stage complex.knn 1\nbuild 2\n", "the plugin of complex.knn was rebuilt");
  assert_diff("stage complex.knn 1\n", "stage complex.knn 2\n", "complex.knn: revision 1 -> 2");
  assert_diff("core 1\n", "core 2\n", "bettiflow's own revision: 1 -> 2");
  assert_diff("param k 1\n", "param k 1\nparam new 0x1p+1\n", "new: new, 2");
  assert_diff("param k 1\nparam old 2\n", "param k 1\n", "old: no longer there");
  assert_diff("what is this\n", "what is that\n", "what is: this -> that");
  assert_diff("\n\nx", "x", "");
}

static void inputs(void **state) {
  (void)state;
  assert_diff("input graph [layer=\"3\"] " A "\n", "input graph [layer=\"3\"] " B "\n", "input graph: other content (because stage graph ran)");
  assert_diff("input graph [] " B "\n", "input graph [] " A "\n", "input graph: other content");
  assert_diff("input graph [layer=\"3\"] " A "\n", "input graph [layer=\"4\"] " B "\n", "input graph: [layer=\"3\"] -> [layer=\"4\"]");
  assert_diff("input a [l=\"] x\"] " A "\n", "input a [l=\"] x\"] " B "\n", "input a: other content (because stage graph ran)");
  assert_diff("input d [s=\"1\";] " A "\ninput d [s=\"2\";] " A "\n", "input d [s=\"1\";] " B "\ninput d [s=\"2\";] " A "\n",
              "input d: 1 of 2 have other content (because stage graph ran)");
  assert_diff("input d [s=\"1\";] " A "\ninput d [s=\"2\";] " A "\n", "input d [s=\"2\";] " C "\ninput d [s=\"3\";] " A "\ninput d [s=\"4\";] " B "\n",
              "input d: 1 of 3 have other content (because stage data ran), 2 new, 1 no longer there");
  assert_diff("input d [s=\"1\";] " A "\ninput d [s=\"2\";] " B "\n", "input d [s=\"2\";] " B "\ninput d [s=\"1\";] " A "\n", "input d: another order");
  assert_diff("input d [] " A "\n", "declined d [] \"accuracy 0.9\"\n", "input d: declined now");
  assert_diff("input d [] " A "\n", "", "input d: no longer connected");
  assert_diff("", "input d [] " A "\n", "input d: 1 new");
  assert_diff("input d\ninput\ninput x [", "input e\ninput \ninput x [\"", "input e: 1 new; input x: [ -> [\"; input d: no longer connected");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(differences), cmocka_unit_test(inputs)};
  return cmocka_run_group_tests_name("store_parts", tests, NULL, NULL);
}
