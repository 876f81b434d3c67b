/* Files exchanged with NumPy and GUDHI, where Debian's python3-gudhi is installed: format_python.py says what must come out. */
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

static void python(const char *verb) {
  char command[4096];
  snprintf(command, sizeof command, "/usr/bin/python3 \"$BF_SOURCE/tests/oracle/format_python.py\" %s", verb);
  int ended = system(command);
  if (WIFEXITED(ended) && (WEXITSTATUS(ended) == 77 || WEXITSTATUS(ended) == 127)) exit(77);
  assert_int_equal(ended, 0);
}

static void turn(const char *plugin, const char *format, bool reads, bf_type type, const char *from, const char *to) {
  fake *f = fake_new(fake_plugin(plugin));
  bf_status status = reads ? fake_read(f, format, from, type, to) : fake_write(f, format, from, type, to);
  if (status != BF_OK) fail_msg("%s", fake_error(f));
  fake_free(f);
}

static void exchange(void **state) {
  (void)state;
  static const char *const names[] = {"f4", "f8", "i4", "i8"};
  char from[64], to[64];
  python("make");
  for (int i = 0; i < 4; i++) {
    snprintf(from, sizeof from, "%s.npy", names[i]);
    turn("format/npy", "format.npy", true, BF_POINT_CLOUD, from, names[i]);
    snprintf(to, sizeof to, "%s.out.npy", names[i]);
    turn("format/npy", "format.npy", false, BF_POINT_CLOUD, names[i], to);
    snprintf(to, sizeof to, "%s.csv", names[i]);
    turn("format/csv", "format.csv", false, BF_POINT_CLOUD, names[i], to);
    snprintf(to, sizeof to, "%s.json", names[i]);
    turn("format/json", "format.json", false, BF_POINT_CLOUD, names[i], to);
  }
  turn("format/pers", "format.pers", true, BF_PERSISTENCE_DIAGRAM, "rips.pers", "rips");
  turn("format/pers", "format.pers", false, BF_PERSISTENCE_DIAGRAM, "rips", "ours.pers");
  turn("format/npy", "format.npy", false, BF_PERSISTENCE_DIAGRAM, "rips", "rips.npy");
  uint32_t u[] = {0, 1}, v[] = {2, 2}, id[] = {0, 1, 2};
  float w[] = {1, 2.5f};
  bf_graph g = {.n = 3, .m = 2, .u = u, .v = v, .w = w, .id = id};
  assert_int_equal(bf_graph_write(&(bf_out){.path = "graph"}, &g), BF_OK);
  turn("format/npy", "format.npy", false, BF_WEIGHTED_GRAPH, "graph", "graph.npy");
  python("check");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(exchange)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
