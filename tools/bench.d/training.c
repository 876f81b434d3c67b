/* Our side of `tools/bench training`: times steps of the trainer. Reads commands from stdin, a line each, and answers each with a line:
 *
 *     net ACTIVATION WIDTH DEPTH POINTS DIM THREADS   a network of DEPTH hidden layers and 2 outputs, random points   -> parameters
 *     save FILE                    its parameters, the points' coordinates (floats) and class numbers (int32)         -> parameters
 *     steps N                      trains on                                      -> median and least ms a step, loss before the last one
 *     peak                         the most that multiply-adds reach on this core, with the instruction set in use    -> GFlop/s
 */
#include "activation/cpu.h"
#include "host.h"
#include "train/gradient.h"
#include "train/initial.h"
#include "train/optimiser.h"
#include <bettiflow/random.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_DEPTH = 64, MAX_STEPS = 4096 };

typedef struct net {
  bf_mlp mlp;
  bf_points points;
  bf_trainer *trainer;
  bf_optimiser adam;
  float *gradient;
} net;

static void die(const char *what) {
  fprintf(stderr, "bench_training: %s: %s\n", what, bf_error());
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the core's peak ---- */

/* 12 independent sums, more than a fused multiply-add's latency times two of them a cycle. Returns the floating-point operations done. */
#define PEAK(name, isa, vec, set, fma)                                                                                                                         \
  isa static double name(long rounds, float *out) {                                                                                                            \
    vec sum[12], a = set(0.5f), b = set(0.25f);                                                                                                                \
    _Pragma("GCC unroll 12") for (int i = 0; i < 12; i++) sum[i] = set((float)i);                                                                              \
    for (long k = 0; k < rounds; k++) {                                                                                                                        \
      _Pragma("GCC unroll 12") for (int i = 0; i < 12; i++) sum[i] = fma(a, sum[i], b);                                                                        \
      __asm__ volatile("" : "+v"(a), "+v"(b));                                                                                                                 \
      _Pragma("GCC unroll 12") for (int i = 0; i < 12; i++) sum[i] = fma(a, sum[i], b);                                                                        \
    }                                                                                                                                                          \
    _Pragma("GCC unroll 12") for (int i = 0; i < 12; i++) *out += sum[i][0];                                                                                   \
    return (double)(rounds * 24 * 2 * (long)(sizeof(vec) / sizeof(float)));                                                                                    \
  }

#if defined(__x86_64__)
#include <immintrin.h>
#define BASELINE_FMA(a, b, c) ((a) * (b) + (c))
PEAK(peak_avx512, __attribute__((target("avx512f"))), __m512, _mm512_set1_ps, _mm512_fmadd_ps)
PEAK(peak_avx2, __attribute__((target("avx2,fma"))), __m256, _mm256_set1_ps, _mm256_fmadd_ps)
PEAK(peak_baseline, , __m128, _mm_set1_ps, BASELINE_FMA)
static double (*const peaks[])(long rounds, float *out) = {[BF_CPU_AVX512] = peak_avx512, [BF_CPU_AVX2] = peak_avx2, [BF_CPU_BASELINE] = peak_baseline};

/* The best of some runs of about a millisecond. */
static double peak(void) {
  double best = 0;
  for (int run = 0; run < 20; run++) {
    float sink = 0;
    double start = now(), flops = peaks[bf_cpu_chosen()](200000, &sink), rate = flops / (now() - start);
    if (sink > 0 && rate > best) best = rate;
  }
  return best * 1e-9;
}
#else
static double peak(void) { return NAN; }
#endif

/* ---- training ---- */

static void net_free(net *n) {
  bf_trainer_free(n->trainer);
  bf_optimiser_free(&n->adam);
  bf_points_free(&n->points);
  bf_mlp_free(&n->mlp);
  free(n->gradient);
  *n = (net){0};
}

/* Class 1 inside a ball that holds about half of the points: something that can be learnt, but not in a few steps. */
static void net_make(net *n, bf_task *task, const char *activation, uint32_t width, uint32_t depth, uint64_t count, uint32_t dim, uint32_t threads) {
  uint32_t widths[MAX_DEPTH + 2] = {dim};
  net_free(n);
  for (uint32_t l = 1; l <= depth; l++) widths[l] = width;
  widths[depth + 1] = 2;
  if (bf_mlp_new(&n->mlp, depth + 1, widths, 0) != BF_OK || bf_points_new(&n->points, count, dim, true) != BF_OK) die("net");
  for (uint32_t l = 0; l < depth; l++) n->mlp.f[l] = test_task_activation(task, activation);
  bf_initial_fill(&n->mlp, BF_GLOROT_UNIFORM, 1);
  for (uint64_t i = 0; i < count; i++) {
    double r2 = 0;
    for (uint32_t d = 0; d < dim; d++) {
      double x = 2 * bf_random_uniform(2, i * dim + d) - 1;
      n->points.x[i * dim + d] = (float)x;
      r2 += x * x;
    }
    n->points.label[i] = r2 < 0.6;
  }
  bf_constants usual = bf_rules[BF_ADAM].usual;
  n->gradient = bf_floats_new(n->mlp.offset[n->mlp.nlayer]);
  if (!n->gradient || bf_trainer_new(&n->mlp, &n->points, bf_kernels_best(), threads, 0, &n->trainer) != BF_OK ||
      bf_optimiser_new(&n->adam, BF_ADAM, &usual, n->mlp.offset[n->mlp.nlayer]) != BF_OK)
    die("net");
}

static void net_save(const net *n, const char *path) {
  FILE *f = fopen(path, "wb");
  size_t nparam = n->mlp.offset[n->mlp.nlayer], coordinates = n->points.n * n->points.dim;
  if (!f || fwrite(n->mlp.theta, sizeof(float), nparam, f) != nparam || fwrite(n->points.x, sizeof(float), coordinates, f) != coordinates ||
      fwrite(n->points.label, sizeof(int32_t), n->points.n, f) != n->points.n || fclose(f) != 0)
    die(path);
}

static int by_size(const void *a, const void *b) { return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b); }

static void net_steps(net *n, int steps) {
  static double time[MAX_STEPS];
  double loss = 0;
  for (int i = 0; i < steps; i++) {
    double start = now();
    loss = bf_trainer_evaluate(n->trainer, n->gradient).loss;
    bf_optimiser_step(&n->adam, n->mlp.theta, n->gradient, 1e-3, 1.0);
    time[i] = now() - start;
  }
  qsort(time, (size_t)steps, sizeof *time, by_size);
  printf("%.6f %.6f %.9g\n", 1e3 * time[steps / 2], 1e3 * time[0], loss);
}

int main(void) {
  static const char *const activations[] = {"tanh", "relu", "leaky_relu"};
  bf_task *task = test_task_new("out");
  net n = {0};
  char line[4096], text[4096];
  unsigned width, depth, dim, threads;
  unsigned long long count;
  int steps;
  for (size_t i = 0; i < sizeof activations / sizeof *activations; i++) {
    snprintf(text, sizeof text, "activation/%s.so", activations[i]);
    test_task_load(task, text);
  }
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    if (sscanf(line, "net %64s %u %u %llu %u %u", text, &width, &depth, &count, &dim, &threads) == 6 && depth > 0 && depth <= MAX_DEPTH) {
      net_make(&n, task, text, width, depth, count, dim, threads);
      printf("%zu\n", n.mlp.offset[n.mlp.nlayer]);
    } else if (strncmp(line, "save ", 5) == 0 && n.trainer) {
      net_save(&n, line + 5);
      printf("%zu\n", n.mlp.offset[n.mlp.nlayer]);
    } else if (sscanf(line, "steps %d", &steps) == 1 && steps > 0 && steps <= MAX_STEPS && n.trainer) {
      net_steps(&n, steps);
    } else if (strcmp(line, "peak") == 0) {
      printf("%.3f\n", peak());
    } else {
      fprintf(stderr, "bench_training: not a command: %s\n", line);
      return 2;
    }
    fflush(stdout);
  }
  net_free(&n);
  test_task_free(task);
  return 0;
}
