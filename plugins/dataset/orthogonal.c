/* dataset.orthogonal: random orthogonal matrices as points, uniform by Haar's measure: normal random columns, made orthonormal one after the other (Stewart,
 * "The efficient generation of random orthogonal matrices", SIAM J. Numer. Anal. 17, 1980; Mezzadri, Notices AMS 54, 2007). The distance of two points is
 * Frobenius's of the matrices. */
#include "shapes.h"
#include <math.h>
#include <stdlib.h>

enum { MOST = 32 };

typedef struct config {
  int64_t n, points, seed;
  double noise;
} config;

static const bf_param params[] = {
    BF_PARAM(config, n, .def = "3", .range = "[1, 32]", .doc = "rows and columns of a matrix, which has n² coordinates, row by row"),
    BF_POINTS_PARAM(config, "1000"),
    BF_SEED_PARAM(config),
    BF_NOISE_PARAM(config),
    {0}};

/* Fills q with a normal vector made orthogonal to the `before` rows of a, and of length 1. Two passes leave nothing but rounding. */
static void orthonormal(bf_draws *draws, int n, int before, const double *a, double *q) {
  double square = 0;
  while (square < 1e-20) { /* a vector that all but lies in the span of those before it would lose its digits */
    for (int k = 0; k < n; k++) q[k] = bf_draw_normal(draws);
    for (int pass = 0; pass < 2; pass++)
      for (int row = 0; row < before; row++) {
        double dot = 0;
        for (int k = 0; k < n; k++) dot += a[row * n + k] * q[k];
        for (int k = 0; k < n; k++) q[k] -= dot * a[row * n + k];
      }
    square = 0;
    for (int k = 0; k < n; k++) square += q[k] * q[k];
  }
  for (int k = 0; k < n; k++) q[k] /= sqrt(square);
}

/* The sign of a determinant that is not 0, by elimination with the largest pivot. */
static bool negative(int n, const double *x) {
  double a[MOST * MOST];
  bool sign = false;
  for (int i = 0; i < n * n; i++) a[i] = x[i];
  for (int c = 0; c < n; c++) {
    int pivot = c;
    for (int r = c + 1; r < n; r++)
      if (fabs(a[r * n + c]) > fabs(a[pivot * n + c])) pivot = r;
    sign ^= (pivot != c) ^ (a[pivot * n + c] < 0);
    for (int k = c; k < n; k++) {
      double swap = a[c * n + k];
      a[c * n + k] = a[pivot * n + k];
      a[pivot * n + k] = swap;
    }
    for (int r = c + 1; r < n; r++)
      for (int k = n; k-- > c;) a[r * n + k] -= a[r * n + c] / a[c * n + c] * a[c * n + k];
  }
  return sign;
}

static bf_status place(const void *about, uint64_t i, bf_draws *draws, double *x, int32_t *label) {
  const int n = (int)((const config *)about)->n;
  (void)i;
  for (int row = 0; row < n; row++) orthonormal(draws, n, row, x, x + (size_t)row * (size_t)n);
  *label = negative(n, x);
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  const bf_shape shape = {.n = (uint64_t)c->points, .dim = (uint32_t)(c->n * c->n), .labelled = true, .noise = c->noise, .about = c, .place = place};
  return bf_shape_make(host, task, &shape);
}

static const bf_port outputs[] = {
    {.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "matrices, row by row, in random order; class 0 has determinant 1, class 1 has -1"}, {0}};

const bf_stage bf_stage_orthogonal = {.id = "dataset.orthogonal",
                                      .doc = "random orthogonal n × n matrices; O(3): Betti numbers (2,2,2,2) over Z/2, (2,0,0,2) over other fields",
                                      .revision = 1,
                                      .outputs = outputs,
                                      .cfg_size = sizeof(config),
                                      .params = params,
                                      .run = run};
