/* Explicit filtrations for `tools/bench reduce`, and one run of homology.reduce's engine on one.
 *
 *     bench_reduce make KIND SIZE FILE            rips: points in a cube, simplices up to dimension 3; star: a triangulated cube of SIZE^3 vertices with random
 *                                                 values; thinned: as rips, a tenth of the triangles and of the tetrahedra left out, the rest delayed, shuffled
 *     bench_reduce run FILE MAX_DIM MODULUS METHOD OUTPUT   prints wall and processor seconds and peak MB beyond what there was before; intervals go to OUTPUT
 *
 * A file: simplices (uint64), first, vertex, value as in bf_filtration, little-endian. Max_dim is at most what the filtration was cut at, less one. OUTPUT
 * holds dim, birth, death of each interval (float64). */
#include "complex/flag_complex.h"
#include "reduce/reduce.h"
#include <bettiflow/random.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static void die(const char *what) {
  fprintf(stderr, "bench_reduce: %s\n", what);
  exit(1);
}

static void *must(void *p) {
  if (!p) die("no memory");
  return p;
}

/* ---- filtrations ---- */

/* Each point has some neighbours within the threshold: as many for all sizes. */
static bf_filtration rips(uint32_t n) {
  const double threshold = 1.9 / cbrt(n);
  float *x = must(malloc(3 * n * sizeof *x));
  for (uint32_t i = 0; i < 3 * n; i++) x[i] = (float)bf_random_uniform(1, i);
  bf_graph g = {.n = n};
  const size_t room = (size_t)n * 64;
  g.u = must(malloc(room * sizeof *g.u));
  g.v = must(malloc(room * sizeof *g.v));
  g.w = must(malloc(room * sizeof *g.w));
  g.id = must(malloc(n * sizeof *g.id));
  for (uint32_t i = 0; i < n; i++) {
    g.id[i] = i;
    for (uint32_t j = i + 1; j < n && g.m < room; j++) {
      float sum = 0;
      for (uint32_t k = 0; k < 3; k++) sum += (x[3 * i + k] - x[3 * j + k]) * (x[3 * i + k] - x[3 * j + k]);
      if ((double)sqrtf(sum) <= threshold) g.u[g.m] = i, g.v[g.m] = j, g.w[g.m++] = sqrtf(sum);
    }
  }
  bf_filtration f = {0};
  if (bf_flag_complex(&g, &(bf_flag_complex_options){.limit_dimension = 3, .threshold = INFINITY}, &f) != BF_OK) die(bf_error());
  bf_graph_free(&g);
  free(x);
  return f;
}

static bf_filtration room_for(uint64_t simplices) {
  bf_filtration f = {.convention = BF_VALUE, .threshold = INFINITY, .limit_dimension = BF_NOT_CUT};
  f.first = must(malloc((simplices + 1) * sizeof *f.first));
  f.vertex = must(malloc(4 * simplices * sizeof *f.vertex));
  f.value = must(malloc(simplices * sizeof *f.value));
  f.first[0] = 0;
  return f;
}

static void append(bf_filtration *f, const uint32_t *vertex, uint64_t count, double value) {
  memcpy(f->vertex + f->first[f->n], vertex, count * sizeof *vertex);
  f->value[f->n++] = value;
  f->first[f->n] = f->first[f->n - 1] + count;
}

/* The corners of a chain of subsets of the three directions, from a vertex on, make a simplex (Freudenthal's triangulation); its value is its vertices'
 * largest. */
static bool corner_simplex(uint32_t m, const uint32_t at[3], const uint32_t *chain, uint64_t count, uint32_t *vertex, double *value) {
  *value = 0;
  for (uint64_t i = 0; i < count; i++) {
    uint32_t v = 0;
    for (int k = 2; k >= 0; k--) {
      const uint32_t x = at[k] + (chain[i] >> k & 1);
      if (x == m) return false;
      v = v * m + x;
    }
    vertex[i] = v;
    if (bf_random_uniform(2, v) > *value) *value = bf_random_uniform(2, v);
  }
  return true; /* larger subsets have larger vertices */
}

static void star_of(bf_filtration *f, uint32_t m, const uint32_t at[3], uint32_t *chain, uint64_t count) {
  uint32_t vertex[4];
  double value;
  if (!corner_simplex(m, at, chain, count, vertex, &value)) return;
  append(f, vertex, count, value);
  for (uint32_t next = chain[count - 1] + 1; next < 8; next++) {
    if ((next & chain[count - 1]) != chain[count - 1]) continue;
    chain[count] = next;
    star_of(f, m, at, chain, count + 1);
  }
}

static bf_filtration star(uint32_t m) {
  bf_filtration f = room_for((uint64_t)26 * m * m * m);
  for (uint32_t i = 0; i < m * m * m; i++) {
    uint32_t chain[4] = {0};
    star_of(&f, m, (uint32_t[]){i % m, i / m % m, i / m / m}, chain, 1);
  }
  return f;
}

/* The place of a simplex among those of a dimension, begin … end-1, which stand by their vertices; end: it is not there. */
static uint64_t find(const bf_filtration *f, uint64_t begin, uint64_t end, const uint32_t *vertex, uint64_t count) {
  const uint64_t last = end;
  while (begin < end) {
    const uint64_t middle = begin + (end - begin) / 2;
    const uint32_t *v = f->vertex + f->first[middle];
    uint64_t i = 0;
    while (i < count && v[i] == vertex[i]) i++;
    if (i == count) return middle;
    if (v[i] < vertex[i])
      begin = middle + 1;
    else
      end = middle;
  }
  return last;
}

/* The largest value of the facets, in a dimension below of which begin … end-1 are left; INFINITY: one is missing. */
static double facets_value(const bf_filtration *f, uint64_t begin, uint64_t end, const uint32_t *vertex, uint64_t count) {
  double most = 0;
  for (uint64_t i = 0; i < count; i++) {
    uint32_t facet[4];
    memcpy(facet, vertex, i * sizeof *facet);
    memcpy(facet + i, vertex + i + 1, (count - i - 1) * sizeof *facet);
    const uint64_t at = find(f, begin, end, facet, count - 1);
    if (at == end) return INFINITY;
    if (f->value[at] > most) most = f->value[at];
  }
  return most;
}

static bf_filtration shuffled(const bf_filtration *f) {
  bf_filtration out = room_for(f->n);
  uint32_t *order = must(malloc(f->n * sizeof *order));
  bf_random_permutation(4, (uint32_t)f->n, order);
  for (uint64_t s = 0; s < f->n; s++) append(&out, f->vertex + f->first[order[s]], f->first[order[s] + 1] - f->first[order[s]], f->value[order[s]]);
  free(order);
  return out;
}

static bf_filtration thinned(uint32_t n) {
  bf_filtration all = rips(n), kept = room_for(all.n);
  uint64_t begin = 0, end = 0, before = 0; /* the dimension below, in `kept` */
  for (uint64_t s = 0; s < all.n; s++) {
    const uint32_t *vertex = all.vertex + all.first[s];
    const uint64_t count = all.first[s + 1] - all.first[s];
    if (count != before) begin = end, end = kept.n, before = count;
    const double least = count == 1 ? 0 : facets_value(&kept, begin, end, vertex, count);
    if (least == INFINITY || (count > 2 && bf_random_uniform(5, s) < 0.1)) continue;
    append(&kept, vertex, count, count < 3 ? all.value[s] : least + 0.1 * bf_random_uniform(6, s) * all.value[s]);
  }
  bf_filtration out = shuffled(&kept);
  bf_filtration_free(&all);
  bf_filtration_free(&kept);
  return out;
}

/* ---- files and runs ---- */

static void write_filtration(const bf_filtration *f, const char *path) {
  FILE *out = fopen(path, "wb");
  if (!out) die(path);
  fwrite(&f->n, sizeof f->n, 1, out);
  fwrite(f->first, sizeof *f->first, f->n + 1, out);
  fwrite(f->vertex, sizeof *f->vertex, f->first[f->n], out);
  fwrite(f->value, sizeof *f->value, f->n, out);
  if (fclose(out) != 0) die(path);
}

static bf_filtration read_filtration(const char *path) {
  FILE *in = fopen(path, "rb");
  bf_filtration f = {.convention = BF_VALUE, .threshold = INFINITY, .limit_dimension = BF_NOT_CUT};
  if (!in || fread(&f.n, sizeof f.n, 1, in) != 1) die(path);
  f.first = must(malloc((f.n + 1) * sizeof *f.first));
  f.value = must(malloc((f.n + 1) * sizeof *f.value));
  if (fread(f.first, sizeof *f.first, f.n + 1, in) != f.n + 1) die(path);
  f.vertex = must(malloc((f.first[f.n] + 1) * sizeof *f.vertex));
  if (fread(f.vertex, sizeof *f.vertex, f.first[f.n], in) != f.first[f.n] || fread(f.value, sizeof *f.value, f.n, in) != f.n) die(path);
  fclose(in);
  return f;
}

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double peak_mb(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return (double)r.ru_maxrss / 1024;
}

static void run(char **argument) {
  const double before = peak_mb();
  bf_filtration f = read_filtration(argument[0]);
  const bf_reduce_method method = argument[3][0] == 'a' ? BF_REDUCE_AUTO : argument[3][0] == 'c' ? BF_REDUCE_COHOMOLOGY : BF_REDUCE_TWIST;
  const bf_reduce_options o = {.max_dim = (uint32_t)atoi(argument[1]), .modulus = (uint32_t)atoi(argument[2]), .method = method, .simplices = true};
  bf_diagram d;
  const double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  if (bf_reduce_barcode(&f, &o, &d) != BF_OK) die(bf_error());
  printf("%.6f %.6f %.3f\n", seconds(CLOCK_MONOTONIC) - wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, peak_mb() - before);
  FILE *out = fopen(argument[4], "wb");
  if (!out) die(argument[4]);
  for (uint64_t i = 0; i < d.n; i++) fwrite((double[]){d.dim[i], d.birth[i], d.death[i]}, sizeof(double), 3, out);
  if (fclose(out) != 0) die(argument[4]);
  bf_diagram_free(&d);
  bf_filtration_free(&f);
}

int main(int argc, char **argv) {
  if (argc == 5 && strcmp(argv[1], "make") == 0) {
    const uint32_t size = (uint32_t)atoi(argv[3]);
    bf_filtration f = strcmp(argv[2], "rips") == 0 ? rips(size) : strcmp(argv[2], "star") == 0 ? star(size) : thinned(size);
    write_filtration(&f, argv[4]);
    bf_filtration_free(&f);
  } else if (argc == 7 && strcmp(argv[1], "run") == 0) {
    run(argv + 2);
  } else {
    fprintf(stderr, "Usage: bench_reduce make rips|star|thinned SIZE FILE\n       bench_reduce run FILE MAX_DIM MODULUS auto|cohomology|twist OUTPUT\n");
    return 2;
  }
  return 0;
}
