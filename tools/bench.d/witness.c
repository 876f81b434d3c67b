/* Our side of `tools/bench witness`: one witness complex of two PointClouds in memory, again and again, and its persistent homology.
 *
 *     bench_witness POINTS LANDMARKS weak|strong ALPHA_SQUARE|- LIMIT_DIMENSION TIMES
 *
 * Prints JSON: wall and processor seconds of each turn, the simplices of each dimension, the sum of the values' bits, Betti numbers at the end below the limit
 * dimension, and by how many KiB the peak memory grew. */
#include "witness/witness.h"
#include <bettiflow/artifact.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#ifdef BENCH_REDUCE
#include "reduce/reduce.h"
#endif

enum { MOST_TIMES = 1000, MOST_DIMS = 66 };

typedef struct times {
  double build[MOST_TIMES], build_cpu[MOST_TIMES], reduce[MOST_TIMES], reduce_cpu[MOST_TIMES];
} times;

static void die(const char *what) {
  fprintf(stderr, "bench_witness: %s: %s\n", what, bf_error());
  exit(1);
}

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static long peak(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static bf_points read_points(const char *path) {
  bf_points p;
  if (bf_points_read(path, 0, &p) != BF_OK) die("points");
  return p;
}

/* Persistent homology of the filtration; false: this build has none. */
static bool reduce(const bf_filtration *f, uint64_t *betti) {
#ifdef BENCH_REDUCE
  bf_diagram d;
  const bf_reduce_options options = {.max_dim = BF_REDUCE_SOUND, .modulus = 2};
  if (bf_reduce_barcode(f, &options, &d) != BF_OK) die("reduction");
  memset(betti, 0, MOST_DIMS * sizeof *betti);
  for (uint64_t i = 0; i < d.n; i++) betti[d.dim[i]] += d.death[i] == (double)INFINITY;
  bf_diagram_free(&d);
  return true;
#else
  (void)f, (void)betti;
  return false;
#endif
}

static void print_seconds(const char *name, const double *x, int n) {
  printf("\"%s\": [", name);
  for (int i = 0; i < n; i++) printf("%s%.6f", i ? ", " : "", x[i]);
  printf("], ");
}

static void print_counts(const char *name, const uint64_t *count, uint32_t n) {
  printf("\"%s\": [", name);
  for (uint32_t d = 0; d < n; d++) printf("%s%llu", d ? ", " : "", (unsigned long long)count[d]);
  printf("], ");
}

static void print_simplices(const bf_filtration *f) {
  uint64_t count[MOST_DIMS] = {0}, sum = 0, bits;
  uint32_t dims = 0;
  for (uint64_t s = 0; s < f->n; s++) {
    const uint32_t vertices = (uint32_t)(f->first[s + 1] - f->first[s]);
    count[vertices - 1]++;
    dims = vertices > dims ? vertices : dims;
    memcpy(&bits, &f->value[s], sizeof bits);
    sum += bits;
  }
  print_counts("simplices", count, dims);
  printf("\"values\": %llu, ", (unsigned long long)sum);
}

int main(int argc, char **argv) {
  static times t;
  bf_filtration f = {0};
  uint64_t betti[MOST_DIMS];
  bool reduced = false;
  if (argc != 7) return fprintf(stderr, "usage: bench_witness POINTS LANDMARKS weak|strong ALPHA_SQUARE|- LIMIT_DIMENSION TIMES\n"), 2;
  bf_points points = read_points(argv[1]), landmarks = read_points(argv[2]);
  const bf_witness_options options = {.kind = argv[3][0] == 's' ? BF_WITNESS_STRONG : BF_WITNESS_WEAK,
                                      .alpha_square = argv[4][0] == '-' ? (double)NAN : strtod(argv[4], NULL),
                                      .limit_dimension = (uint32_t)strtoul(argv[5], NULL, 10)};
  const int n = atoi(argv[6]) < MOST_TIMES ? atoi(argv[6]) : MOST_TIMES;
  const long before = peak();
  for (int i = 0; i < n; i++) {
    bf_filtration_free(&f);
    const double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (bf_witness_complex(&points, &landmarks, &options, &f) != BF_OK) die("complex");
    const double built = seconds(CLOCK_MONOTONIC), built_cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    reduced = reduce(&f, betti);
    t.build[i] = built - wall, t.build_cpu[i] = built_cpu - cpu;
    t.reduce[i] = seconds(CLOCK_MONOTONIC) - built, t.reduce_cpu[i] = seconds(CLOCK_PROCESS_CPUTIME_ID) - built_cpu;
  }
  const long after = peak();
  printf("{");
  print_seconds("build", t.build, n);
  print_seconds("build_cpu", t.build_cpu, n);
  if (reduced) print_seconds("reduce", t.reduce, n);
  if (reduced) print_seconds("reduce_cpu", t.reduce_cpu, n);
  if (reduced) print_counts("betti", betti, options.limit_dimension);
  print_simplices(&f);
  printf("\"alpha_square\": %.17g, \"grown_kib\": %ld}\n", f.threshold, after - before);
  bf_filtration_free(&f);
  bf_points_free(&points);
  bf_points_free(&landmarks);
  return 0;
}
