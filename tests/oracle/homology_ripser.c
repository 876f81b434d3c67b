/* bettiflow ripser against Debian's ripser: on random inputs in all formats, all lines that they print, sorted, are the same text. */
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MAX_POINTS = 64 };

static uint64_t draws;
static double uniform(void) { return bf_random_uniform(20261123, draws++); }
static uint32_t below(uint32_t n) { return (uint32_t)bf_random_below(20261123, draws++, n); }

typedef float matrix[MAX_POINTS][MAX_POINTS];

/* Distances of one of four kinds: generic, few values (ties), whole numbers with zeros, Euclidean. */
static void fill(matrix d, uint32_t n, uint32_t kind) {
  double x[MAX_POINTS][2];
  for (uint32_t i = 0; i < n; i++)
    for (int k = 0; k < 2; k++) x[i][k] = uniform();
  for (uint32_t i = 0; i < n; i++) {
    d[i][i] = 0;
    for (uint32_t j = 0; j < i; j++) {
      double v = kind == 0 ? uniform() : kind == 1 ? 0.25 * (1 + below(6)) : kind == 2 ? below(5) : hypot(x[i][0] - x[j][0], x[i][1] - x[j][1]);
      d[i][j] = d[j][i] = (float)v;
    }
  }
}

static void write_lower(FILE *f, matrix d, uint32_t n) {
  for (uint32_t i = 1; i < n; i++)
    for (uint32_t j = 0; j < i; j++) fprintf(f, "%.9g%s", (double)d[i][j], j + 1 < i ? "," : "\n");
}

static void write_upper(FILE *f, matrix d, uint32_t n) {
  for (uint32_t i = 0; i + 1 < n; i++)
    for (uint32_t j = i + 1; j < n; j++) fprintf(f, "%.9g%s", (double)d[i][j], j + 1 < n ? " " : "\n");
}

static void write_square(FILE *f, matrix d, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++) fprintf(f, "%.17g%s", (double)d[i][j], j + 1 < n ? ", " : "\n");
}

static void write_dipha(FILE *f, matrix d, uint32_t n) {
  int64_t header[3] = {8067171840, 7, n};
  fwrite(header, sizeof header, 1, f);
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = 0; j < n; j++) {
      double v = (double)d[i][j];
      fwrite(&v, sizeof v, 1, f);
    }
  }
}

static void write_binary(FILE *f, matrix d, uint32_t n) {
  for (uint32_t i = 1; i < n; i++) fwrite(d[i], sizeof(float), i, f);
}

/* Pairs in random order and direction; many vertices stay isolated when few pairs are kept. The last vertex always has an edge: Ripser does not see it
 * otherwise. */
static void write_sparse(FILE *f, matrix d, uint32_t n) {
  uint32_t order[MAX_POINTS * MAX_POINTS];
  double kept = 0.05 + 0.5 * uniform();
  bf_random_permutation(draws++, n * n, order);
  for (uint32_t k = 0; k < n * n; k++) {
    uint32_t i = order[k] / n, j = order[k] % n;
    if (j >= i || !(uniform() < kept || (i == n - 1 && j == 0))) continue;
    bool turned = below(2);
    fprintf(f, "%u %u %.9g\n", turned ? j : i, turned ? i : j, (double)d[i][j]);
  }
}

/* Points of a normal or a uniform distribution, or of a small grid (ties, duplicates). */
static void write_points(FILE *f, uint32_t n) {
  uint32_t dim = 1 + below(5), kind = below(3);
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t k = 0; k < dim; k++) {
      double x = kind == 0 ? bf_random_normal(7, draws++) : kind == 1 ? uniform() : below(4);
      fprintf(f, kind == 1 ? "%.17g" : "%.7g", x);
      fputs(k + 1 < dim ? " " : "\n", f);
    }
  }
}

typedef struct lines {
  size_t n;
  char *at[65536];
} lines;

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static int run(const char *command, lines *out) {
  char *line = NULL;
  size_t room = 0;
  FILE *p = popen(command, "r");
  assert_non_null(p);
  out->n = 0;
  while (getline(&line, &room, p) > 0 && out->n < 65536) out->at[out->n++] = strdup(line);
  free(line);
  qsort(out->at, out->n, sizeof *out->at, compare);
  return pclose(p);
}

static void lines_free(lines *l) {
  for (size_t i = 0; i < l->n; i++) free(l->at[i]);
}

static void same_output(const char *peer, const char *ours) {
  static lines expected, got;
  assert_int_equal(run(peer, &expected), 0);
  assert_int_equal(run(ours, &got), 0);
  bool same = expected.n == got.n;
  for (size_t i = 0; same && i < got.n; i++) same = strcmp(expected.at[i], got.at[i]) == 0;
  if (!same) fail_msg("different output: %s  and  %s", peer, ours);
  lines_free(&expected);
  lines_free(&got);
}

static const char *const formats[] = {"lower-distance", "upper-distance", "distance", "point-cloud", "dipha", "sparse", "binary"};

static void write_input(uint32_t format, matrix d, uint32_t n, const char *path) {
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  switch (format) {
  case 0:
    write_lower(f, d, n);
    break;
  case 1:
    write_upper(f, d, n);
    break;
  case 2:
    write_square(f, d, n);
    break;
  case 3:
    write_points(f, n);
    break;
  case 4:
    write_dipha(f, d, n);
    break;
  case 5:
    write_sparse(f, d, n);
    break;
  case 6:
    write_binary(f, d, n);
    break;
  }
  assert_int_equal(fclose(f), 0);
}

/* Ripser 1.2.1 reads one number too many from a binary file and then aborts: there it gets the same numbers as text. Its --threshold leaves longer edges of a
 * sparse file in, so sparse files are compared without (homology_brute has thresholds on graphs). */
static void compare_one(uint32_t c, const char *peer_program, uint32_t modulus) {
  static matrix d;
  char peer[512], ours[512], threshold[64] = "", coefficients[64] = "";
  uint32_t format = c % 7, dim = 1 + c / 7 % 3, most = dim == 1 ? 60 : dim == 2 ? 28 : 15, n = 2 + below(most - 1);
  fill(d, n, below(4));
  write_input(format, d, n, "input");
  if (format == 6) write_input(0, d, n, "as_text");
  if (format != 5 && below(3) == 0) snprintf(threshold, sizeof threshold, " --threshold %g", 0.25 * (1 + below(8)));
  if (modulus != 2) snprintf(coefficients, sizeof coefficients, " --modulus %u", modulus);
  snprintf(peer, sizeof peer, "%s --format %s --dim %u%s%s %s", peer_program, format == 6 ? formats[0] : formats[format], dim, threshold, coefficients,
           format == 6 ? "as_text" : "input");
  snprintf(ours, sizeof ours, "'%s' ripser --format %s --dim %u%s%s input", getenv("BETTIFLOW"), formats[format], dim, threshold, coefficients);
  same_output(peer, ours);
}

static void all_formats(void **state) {
  (void)state;
  for (uint32_t c = 0; c < 252; c++) compare_one(c, "ripser", 2);
}

static void coefficients(void **state) {
  static const uint32_t primes[] = {3, 5, 11};
  (void)state;
  for (uint32_t c = 0; c < 63; c++) compare_one(c, "ripser-coeff", primes[below(3)]);
}

/* Infinite distances, which Ripser reads from binary files only. */
static void infinite_distances(void **state) {
  static matrix d;
  (void)state;
  for (int c = 0; c < 20; c++) {
    char ours[512];
    uint32_t n = 3 + below(20);
    fill(d, n, below(3));
    for (uint32_t i = n / 2; i < n; i++)
      for (uint32_t j = 0; j < n / 2; j++) d[i][j] = d[j][i] = INFINITY;
    write_input(4, d, n, "input");
    snprintf(ours, sizeof ours, "'%s' ripser --format dipha --dim 2 input", getenv("BETTIFLOW"));
    same_output("ripser --format dipha --dim 2 input", ours);
  }
}

static void ratio(void **state) {
  static matrix d;
  (void)state;
  for (int c = 0; c < 20; c++) {
    char ours[512];
    uint32_t n = 3 + below(40);
    fill(d, n, 3);
    write_input(0, d, n, "input");
    snprintf(ours, sizeof ours, "'%s' ripser --format lower --ratio 1.2 < input", getenv("BETTIFLOW"));
    same_output("ripser --format lower --ratio 1.2 < input", ours);
  }
}

int main(void) {
  if (!getenv("BETTIFLOW") || system("ripser --help > /dev/null 2>&1") != 0 || system("ripser-coeff --help > /dev/null 2>&1") != 0) {
    puts("skipped: Debian's package ripser is not installed");
    return 77;
  }
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_formats), cmocka_unit_test(coefficients), cmocka_unit_test(infinite_distances),
                                     cmocka_unit_test(ratio)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
