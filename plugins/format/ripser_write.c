/* Writers of Ripser's texts: points, graphs as sparse or lower-distance, diagrams as Ripser prints them. */
#include "ripser_formats.h"
#include "text_out.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

bf_status ripser_write_points(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  text_out out = {0};
  bf_points p = {0};
  (void)cfg;
  if (type != BF_POINT_CLOUD) return bf_fail(BF_INVALID, "format.point_cloud writes points only; write a graph as lower_distance or sparse");
  BF_TRY(bf_points_read(path, host->memory(task), &p));
  BF_TRY(text_open(&out, out_path));
  for (uint64_t i = 0; i < p.n; i++) {
    for (uint32_t k = 0; k < p.dim; k++) {
      if (k) fputc(' ', out.f);
      text_float(&out, p.x[i * p.dim + k]);
    }
    fputc('\n', out.f);
  }
  if (p.n == 0) fputc('\n', out.f); /* an empty file is taken for a mistake */
out:
  bf_points_free(&p);
  return text_close(&out, status);
}

static void print_edge(text_out *out, uint32_t u, uint32_t v, float w) {
  fprintf(out->f, "%" PRIu32 " %" PRIu32 " ", u, v);
  text_float(out, w);
  fputc('\n', out->f);
}

bf_status ripser_write_sparse(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  text_out out = {0};
  bf_graph g = {0};
  (void)cfg;
  if (type != BF_WEIGHTED_GRAPH) return bf_fail(BF_INVALID, "format.sparse writes graphs only");
  BF_TRY(bf_graph_read(path, host->memory(task), &g));
  BF_TRY(text_open(&out, out_path));
  uint32_t largest = 0; /* that occurs */
  if (g.dense) {
    const float *w = g.w;
    for (uint32_t i = 1; i < g.n; i++) {
      for (uint32_t j = 0; j < i; j++, w++) {
        if (*w == INFINITY) continue;
        print_edge(&out, i, j, *w);
        largest = i;
      }
    }
  } else {
    for (uint64_t e = 0; e < g.m; e++) {
      print_edge(&out, g.u[e], g.v[e], g.w[e]);
      if (g.v[e] > largest) largest = g.v[e];
    }
  }
  if (g.n > 0 && (largest < g.n - 1 || largest == 0)) print_edge(&out, g.n - 1, g.n - 1, 0); /* else readers would not know how many vertices there are */
out:
  bf_graph_free(&g);
  return text_close(&out, status);
}

/* A sparse graph's distances to smaller vertices, one row after the other. */
typedef struct lower_rows {
  float *row;      /* n: distances in the row last asked for */
  uint64_t *begin; /* n+1 */
  uint64_t *edge;  /* edges by their larger vertex */
} lower_rows;

static bf_status lower_rows_new(lower_rows *r, const bf_graph *g) {
  r->row = malloc((g->n + (size_t)1) * sizeof *r->row);
  r->begin = calloc(g->n + (size_t)2, sizeof *r->begin);
  r->edge = malloc((g->m + 1) * sizeof *r->edge);
  if (!r->row || !r->begin || !r->edge) return bf_fail(BF_NO_MEMORY, "no memory to sort %llu edges", (unsigned long long)g->m);
  if (g->dense) return BF_OK;
  for (uint64_t e = 0; e < g->m; e++) r->begin[g->v[e] + (size_t)2]++;
  for (size_t i = 2; i <= g->n; i++) r->begin[i + 1] += r->begin[i];
  for (uint64_t e = 0; e < g->m; e++) r->edge[r->begin[g->v[e] + (size_t)1]++] = e;
  return BF_OK;
}

static const float *lower_row(lower_rows *r, const bf_graph *g, uint32_t i) {
  if (g->dense) return g->w + (uint64_t)i * (i - 1) / 2;
  for (uint32_t j = 0; j < i; j++) r->row[j] = INFINITY;
  for (uint64_t k = r->begin[i]; k < r->begin[i + 1]; k++) r->row[g->u[r->edge[k]]] = g->w[r->edge[k]];
  return r->row;
}

static void lower_rows_free(lower_rows *r) {
  free(r->row);
  free(r->begin);
  free(r->edge);
}

bf_status ripser_write_lower(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  text_out out = {0};
  bf_graph g = {0};
  lower_rows rows = {0};
  (void)cfg;
  if (type != BF_WEIGHTED_GRAPH) return bf_fail(BF_INVALID, "format.lower_distance writes graphs only");
  BF_TRY(bf_graph_read(path, host->memory(task), &g));
  if (g.n == 0) BF_TRY(bf_fail(BF_FAILED, "a lower triangle can't say that there are no points; export the graph as sparse"));
  BF_TRY(lower_rows_new(&rows, &g));
  BF_TRY(text_open(&out, out_path));
  for (uint32_t i = 1; i < g.n; i++) {
    const float *row = lower_row(&rows, &g, i);
    for (uint32_t j = 0; j < i; j++) {
      if (j) fputc(',', out.f);
      text_float(&out, row[j]);
    }
    fputc('\n', out.f);
  }
out:
  lower_rows_free(&rows);
  bf_graph_free(&g);
  return text_close(&out, status);
}

typedef struct config {
  int64_t digits;
} config;

static const bf_param params[] = {BF_PARAM(config, digits, .def = "6", .range = "[1, 17]", .doc = "significant digits; Ripser prints 6"), {0}};

static bf_status write_diagram(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out_path) {
  bf_status status = BF_OK;
  int digits = (int)((const config *)cfg)->digits;
  text_out out = {0};
  bf_diagram d = {0};
  if (type != BF_PERSISTENCE_DIAGRAM) return bf_fail(BF_INVALID, "format.ripser writes persistence diagrams only");
  BF_TRY(bf_diagram_read(path, host->memory(task), &d));
  BF_TRY(text_open(&out, out_path));
  uint64_t i = 0;
  for (uint32_t dim = 0; dim <= d.max_dim; dim++) {
    fprintf(out.f, "persistence intervals in dim %" PRIu32 ":\n", dim);
    for (; i < d.n && d.dim[i] == dim; i++) {
      if (d.death[i] == INFINITY)
        fprintf(out.f, " [%.*g, )\n", digits, d.birth[i]);
      else
        fprintf(out.f, " [%.*g,%.*g)\n", digits, d.birth[i], digits, d.death[i]);
    }
  }
out:
  bf_diagram_free(&d);
  return text_close(&out, status);
}

const bf_format ripser_diagram_format = {.id = "format.ripser",
                                         .doc = "persistence diagrams as Ripser prints them",
                                         .revision = 1,
                                         .extensions = ".ripser",
                                         .writes = BF_BIT(BF_PERSISTENCE_DIAGRAM),
                                         .cfg_size = sizeof(config),
                                         .params = params,
                                         .write = write_diagram};
