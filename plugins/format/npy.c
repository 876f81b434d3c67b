/* format.npy: NumPy's arrays. In: points. Out: points, diagrams as rows (dim, birth, death), graphs as square distance matrices. */
#include "array_points.h"
#include "text_out.h"

#include <bettiflow/artifact.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

typedef struct config {
  const char *label;
} config;

static const bf_param params[] = {
    BF_PARAM(config, label, .def = "none", .choices = "none|last", .doc = "is the last column the class number?"),
    {0},
};

static bf_status read_npy(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {
  bf_status status = BF_OK;
  bf_points p = {0};
  npy_array a = {0};
  uint64_t left = budget_left(host->memory(task));
  if (type != BF_POINT_CLOUD) return bf_fail(BF_INVALID, "format.npy reads points only");
  BF_TRY(npy_array_open(path, &left, &a));
  BF_TRY(array_points(&a, ((const config *)cfg)->label[0] == 'l', &left, &p));
  BF_TRY(bf_points_write(out, &p));
out:
  bf_points_free(&p);
  npy_array_free(&a);
  return status;
}

/* ---- out ---- */

static bf_status write_points(FILE *f, const char *path, uint64_t budget, bool label) {
  bf_status status = BF_OK;
  bf_points p = {0};
  BF_TRY(bf_points_read(path, budget, &p));
  if (label && !p.label) {
    status = bf_fail(BF_INVALID, "label=last, but the points have no classes");
    goto out;
  }
  npy_write_header(f, "<f4", 2, (uint64_t[]){p.n, (uint64_t)p.dim + label});
  for (uint64_t i = 0; i < p.n; i++) {
    fwrite(p.x + i * p.dim, sizeof *p.x, p.dim, f);
    if (!label) continue;
    if (p.label[i] > 1 << 24)
      BF_TRY(bf_fail(BF_INVALID, "class %" PRId32 " is not exact in a 32-bit float, which is what the array holds; at most 2^24 is", p.label[i]));
    float class = (float)p.label[i];
    fwrite(&class, sizeof class, 1, f);
  }
out:
  bf_points_free(&p);
  return status;
}

static bf_status write_diagram(FILE *f, const char *path, uint64_t budget) {
  bf_status status = BF_OK;
  bf_diagram d = {0};
  BF_TRY(bf_diagram_read(path, budget, &d));
  npy_write_header(f, "<f8", 2, (uint64_t[]){d.n, 3});
  for (uint64_t i = 0; i < d.n; i++) fwrite((double[]){d.dim[i], d.birth[i], d.death[i]}, sizeof(double), 3, f);
out:
  bf_diagram_free(&d);
  return status;
}

/* The edges of each vertex in both directions: those of vertex i are to[first[i]] … to[first[i + 1] - 1], with weights at the same places. */
typedef struct adjacency {
  uint64_t *first;
  uint32_t *to;
  float *w;
} adjacency;

static bf_status both_directions(const bf_graph *g, adjacency *a) {
  a->first = calloc((size_t)g->n + 2, sizeof *a->first);
  a->to = reallocarray(NULL, 2 * g->m + 1, sizeof *a->to);
  a->w = reallocarray(NULL, 2 * g->m + 1, sizeof *a->w);
  if (!a->first || !a->to || !a->w) return bf_fail(BF_NO_MEMORY, "out of memory for a graph's distance matrix");
  for (uint64_t e = 0; e < g->m; e++) {
    a->first[g->u[e] + 2]++;
    a->first[g->v[e] + 2]++;
  }
  for (uint32_t i = 0; i < g->n; i++) a->first[i + 2] += a->first[i + 1];
  for (uint64_t e = 0; e < g->m; e++) {
    uint64_t i = a->first[g->u[e] + 1]++, j = a->first[g->v[e] + 1]++;
    a->to[i] = g->v[e];
    a->to[j] = g->u[e];
    a->w[i] = a->w[j] = g->w[e];
  }
  return BF_OK;
}

/* A square matrix: 0 on the diagonal, inf where there is no edge. */
static bf_status write_graph(const bf_host *host, bf_task *task, FILE *f, const char *path) {
  bf_status status = BF_OK;
  bf_graph g = {0};
  adjacency a = {0};
  float *row = NULL;
  BF_TRY(bf_graph_read(path, host->memory(task), &g));
  if (g.n > 1u << 16) {
    status = bf_fail(BF_INVALID, "a square matrix of %" PRIu32 " vertices needs %" PRIu64 " GiB; at most 65536 vertices are written. Save the graph as .csv",
                     g.n, ((uint64_t)g.n * g.n) >> 28);
    goto out;
  }
  if (!g.dense) BF_TRY(both_directions(&g, &a));
  if (!(row = calloc((size_t)g.n + 1, sizeof *row))) {
    status = bf_fail(BF_NO_MEMORY, "out of memory for a graph's distance matrix");
    goto out;
  }
  npy_write_header(f, "<f4", 2, (uint64_t[]){g.n, g.n});
  for (uint32_t i = 0; i < g.n; i++) {
    BF_TRY(host->step(task, i, g.n));
    for (uint32_t j = 0; j < g.n; j++) {
      uint64_t low = i < j ? i : j, high = i < j ? j : i;
      row[j] = i == j ? 0 : g.dense ? g.w[high * (high - 1) / 2 + low] : INFINITY;
    }
    for (uint64_t k = g.dense ? 0 : a.first[i]; !g.dense && k < a.first[i + 1]; k++) row[a.to[k]] = a.w[k];
    fwrite(row, sizeof *row, g.n, f);
  }
out:
  bf_graph_free(&g);
  free(a.first);
  free(a.to);
  free(a.w);
  free(row);
  return status;
}

static bf_status write_npy(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  text_out out = {0};
  BF_TRY(text_open(&out, out_path));
  switch (type) {
  case BF_POINT_CLOUD:
    BF_TRY(write_points(out.f, path, host->memory(task), ((const config *)cfg)->label[0] == 'l'));
    break;
  case BF_PERSISTENCE_DIAGRAM:
    BF_TRY(write_diagram(out.f, path, host->memory(task)));
    break;
  case BF_WEIGHTED_GRAPH:
    BF_TRY(write_graph(host, task, out.f, path));
    break;
  default:
    status = bf_fail(BF_INVALID, "format.npy does not write this type");
  }
out:
  return text_close(&out, status);
}

static const bf_format npy = {
    .id = "format.npy",
    .doc = "NumPy arrays: points in; points, diagrams (dim, birth, death) and square distance matrices out",
    .revision = 1,
    .extensions = ".npy",
    .reads = BF_BIT(BF_POINT_CLOUD),
    .writes = BF_BIT(BF_POINT_CLOUD) | BF_BIT(BF_PERSISTENCE_DIAGRAM) | BF_BIT(BF_WEIGHTED_GRAPH),
    .cfg_size = sizeof(config),
    .params = params,
    .read = read_npy,
    .write = write_npy,
};

static const bf_format npy_gz = {
    .id = "format.npy_gz",
    .doc = "gzipped NumPy arrays: points in",
    .revision = 1,
    .extensions = ".npy.gz",
    .reads = BF_BIT(BF_POINT_CLOUD),
    .cfg_size = sizeof(config),
    .params = params,
    .read = read_npy,
};

BF_PLUGIN(.name = "npy", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&npy, &npy_gz, NULL});
