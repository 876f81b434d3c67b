/* The engine on random graphs and clouds against Debian's ripser and ripser-coeff: the intervals that they print, as text.
 *
 *   test_homology_peer [COUNT [SEED [FIRST]]]
 */
#include "flag_case.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static uint64_t ncase = 500, seed = 2, first;

typedef struct texts {
  size_t n;
  char line[4096][64]; /* "dim [birth,death)" */
} texts;

static void add(texts *t, unsigned dim, const char *interval) {
  assert_true(t->n < 4096);
  snprintf(t->line[t->n++], sizeof t->line[0], "%u %.*s", dim, (int)strcspn(interval, "\n"), interval);
}

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static void peer_says(const char *command, texts *out) {
  FILE *p = popen(command, "r");
  char line[256];
  unsigned dim = 0;
  assert_non_null(p);
  while (fgets(line, sizeof line, p))
    if (sscanf(line, "persistence intervals in dim %u", &dim) != 1 && line[0] == ' ') add(out, dim, line + 1);
  if (pclose(p) != 0) fail_msg("%s failed", command);
}

static void engine_says(const flag_case *c, bool dense, texts *out) {
  bf_barcode b;
  bf_graph g;
  flag_case_graph(c, dense, &g);
  assert_int_equal(bf_flag_barcode(&g, &(bf_flag_options){.max_dim = c->max_dim, .threshold = INFINITY, .modulus = c->modulus}, &b), BF_OK);
  for (size_t i = 0; i < b.n; i++) {
    char interval[64], death[24] = " ";
    if (b.at[i].death < INFINITY) snprintf(death, sizeof death, "%g", (double)b.at[i].death);
    snprintf(interval, sizeof interval, "[%g,%s)", (double)b.at[i].birth, death);
    add(out, b.at[i].dim, interval);
  }
  bf_barcode_free(&b);
  bf_graph_free(&g);
}

static bool is_complete(const flag_case *c) {
  for (size_t i = 0; i < (size_t)c->n * c->n; i++)
    if (c->w[i] == INFINITY) return false;
  return true;
}

/* Gives the vertices of the file: Ripser takes those of a list from its edges. */
static uint32_t write_input(const flag_case *c, bool dense) {
  uint32_t seen = 0;
  FILE *f = fopen("input", "w");
  assert_non_null(f);
  for (uint32_t i = 0; i < c->n; i++) {
    for (uint32_t j = 0; j < i; j++) {
      double w = (double)flag_case_weight(c, i, j) + 0.0; /* Ripser would print -0 */
      if (w == (double)INFINITY) continue;
      if (dense)
        fprintf(f, "%.9g%s", w, j + 1 < i ? "," : "\n");
      else
        fprintf(f, "%u %u %.9g\n", i, j, w);
      seen = i + 1;
    }
  }
  assert_int_equal(fclose(f), 0);
  return seen;
}

/* Edges over the threshold are left out: Ripser does not cut lists. It wants a dimension from 1 (0 ends in a failed assertion of its on most inputs) to the
 * number of points less 2. */
static bool same_as_peer(uint64_t i) {
  static texts expected, got;
  flag_case c = flag_case_random(seed, i);
  char command[128];
  expected.n = got.n = 0;
  for (size_t k = 0; k < (size_t)c.n * c.n; k++)
    if (c.w[k] > c.threshold) c.w[k] = INFINITY;
  if (c.max_dim == 0) c.max_dim = 1;
  bool dense = is_complete(&c);
  uint32_t seen = write_input(&c, dense);
  bool asked = seen > c.max_dim + 1;
  if (asked) {
    snprintf(command, sizeof command, "%s --format %s --dim %u", c.modulus == 2 ? "ripser" : "ripser-coeff", dense ? "lower-distance" : "sparse", c.max_dim);
    if (c.modulus != 2) snprintf(command + strlen(command), sizeof command - strlen(command), " --modulus %u", c.modulus);
    snprintf(command + strlen(command), sizeof command - strlen(command), " input");
    peer_says(command, &expected);
    for (uint32_t v = seen; v < c.n; v++) add(&expected, 0, "[0, )");
    engine_says(&c, !dense, &got); /* the other layout than Ripser's */
    qsort(expected.line, expected.n, sizeof expected.line[0], by_text);
    qsort(got.line, got.n, sizeof got.line[0], by_text);
    for (size_t k = 0; k < got.n || k < expected.n; k++) {
      const char *x = k < got.n ? got.line[k] : "none", *y = k < expected.n ? expected.line[k] : "none";
      if (strcmp(x, y) == 0) continue;
      flag_case_print(&c, stderr);
      fail_msg("case %llu of seed %llu, %s: %s, expected %s", (unsigned long long)i, (unsigned long long)seed, command, x, y);
    }
  }
  flag_case_free(&c);
  return asked;
}

static void random_cases(void **state) {
  uint64_t asked = 0;
  (void)state;
  for (uint64_t i = 0; i < ncase; i++) asked += same_as_peer(first + i);
  printf("%llu of %llu cases were asked\n", (unsigned long long)asked, (unsigned long long)ncase);
  if (ncase >= 100) assert_true(asked > ncase / 2);
}

int main(int argc, char **argv) {
  if (argc > 1) ncase = strtoull(argv[1], NULL, 10);
  if (argc > 2) seed = strtoull(argv[2], NULL, 10);
  if (argc > 3) first = strtoull(argv[3], NULL, 10);
  if (system("ripser --help > /dev/null 2>&1") != 0 || system("ripser-coeff --help > /dev/null 2>&1") != 0) {
    puts("skipped: Debian's package ripser is not installed");
    return 77;
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_cases)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
