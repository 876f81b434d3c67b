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

static void turn_with(const char *plugin, const char *format, bool reads, bf_type type, const char *from, const char *to, const char *const *parameter) {
  fake *f = fake_new(fake_plugin(plugin));
  for (; parameter && *parameter; parameter += 2) fake_set(f, parameter[0], parameter[1]);
  bf_status status = reads ? fake_read(f, format, from, type, to) : fake_write(f, format, from, type, to);
  if (status != BF_OK) fail_msg("%s", fake_error(f));
  fake_free(f);
}

static void turn(const char *plugin, const char *format, bool reads, bf_type type, const char *from, const char *to) {
  turn_with(plugin, format, reads, type, from, to, NULL);
}

static void exchange(void **state) {
  (void)state;
  static const char *const names[] = {"f4", "f8", "i4", "i8", "f2", "u1", "fortran", "b1"};
  char from[64], to[64];
  python("make");
  for (int i = 0; i < 8; i++) {
    snprintf(from, sizeof from, "%s.npy", names[i]);
    turn("format/npy", "format.npy", true, BF_POINT_CLOUD, from, names[i]);
    snprintf(to, sizeof to, "%s.out.npy", names[i]);
    turn("format/npy", "format.npy", false, BF_POINT_CLOUD, names[i], to);
    snprintf(to, sizeof to, "%s.csv", names[i]);
    turn("format/csv", "format.csv", false, BF_POINT_CLOUD, names[i], to);
    snprintf(to, sizeof to, "%s.json", names[i]);
    turn("format/json", "format.json", false, BF_POINT_CLOUD, names[i], to);
  }
  turn("format/npz", "format.npz", true, BF_POINT_CLOUD, "theirs.npz", "theirs");
  turn("format/npz", "format.npz", false, BF_POINT_CLOUD, "theirs", "theirs.out.npz");
  turn_with("format/npz", "format.npz", true, BF_POINT_CLOUD, "packed.npz", "packed", (const char *[]){"points", "f8", "label", "y", NULL});
  turn("format/npz", "format.npz", false, BF_POINT_CLOUD, "packed", "packed.out.npz");
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
