/* Summaries of point clouds and graphs. */
#include "base/text.h"
#include "cli/summary.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { ROWS = 20, COORDINATES = 8 };

json_t *bf_json_real(double x) {
  if (isnan(x)) return json_string("nan");
  if (isinf(x)) return json_string(x > 0 ? "inf" : "-inf");
  return json_real(x);
}

static int by_class(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

static json_t *classes(const bf_points *p) {
  json_t *rows = json_array();
  qsort(p->label, p->n, sizeof *p->label, by_class);
  for (uint64_t i = 0, next; i < p->n && json_array_size(rows) < ROWS; i = next) {
    for (next = i; next < p->n && p->label[next] == p->label[i];) next++;
    json_array_append_new(rows, json_pack("{s:i, s:I}", "class", (int)p->label[i], "points", (json_int_t)(next - i)));
  }
  return rows;
}

static json_t *box(const bf_points *p) {
  json_t *rows = json_array();
  for (uint32_t d = 0; p->n && d < p->dim && d < COORDINATES; d++) {
    float least = p->x[d], most = p->x[d];
    for (uint64_t i = 0; i < p->n; i++) {
      least = fminf(least, p->x[i * p->dim + d]);
      most = fmaxf(most, p->x[i * p->dim + d]);
    }
    json_array_append_new(rows, json_pack("{s:i, s:f, s:f}", "coordinate", (int)d, "least", (double)least, "most", (double)most));
  }
  return rows;
}

bf_status bf_summarise_points(const char *path, json_t *to) {
  bf_points p;
  bf_status status = bf_points_read(path, 0, &p);
  if (status != BF_OK) return status;
  json_object_set_new(to, "points", json_integer((json_int_t)p.n));
  json_object_set_new(to, "dim", json_integer(p.dim));
  json_object_set_new(to, "box", box(&p));
  if (p.label) json_object_set_new(to, "classes", classes(&p));
  bf_points_free(&p);
  return BF_OK;
}

char *bf_points_line(const char *path) {
  bf_points p;
  bf_text t = {0};
  uint64_t classes = 0;
  if (bf_points_read(path, 0, &p) != BF_OK) return NULL;
  bf_text_addf(&t, "%" PRIu64 " point%s of %" PRIu32 " coordinate%s", p.n, p.n == 1 ? "" : "s", p.dim, p.dim == 1 ? "" : "s");
  if (p.label) {
    qsort(p.label, p.n, sizeof *p.label, by_class);
    for (uint64_t i = 0; i < p.n; i++) classes += !i || p.label[i] != p.label[i - 1];
    bf_text_addf(&t, " in %" PRIu64 " class%s", classes, classes == 1 ? "" : "es");
  }
  bf_points_free(&p);
  return bf_text_take(&t);
}

/* How often each weight occurs, or NULL when there are more than ROWS different ones. */
static json_t *histogram(const bf_graph *g) {
  float weight[ROWS];
  uint64_t count[ROWS];
  size_t n = 0;
  for (uint64_t e = 0; e < g->m; e++) {
    size_t i = 0;
    while (i < n && weight[i] != g->w[e]) i++;
    if (i == ROWS) return NULL;
    if (i == n) {
      while (i && weight[i - 1] > g->w[e]) weight[i] = weight[i - 1], count[i] = count[i - 1], i--;
      weight[i] = g->w[e];
      count[i] = 0;
      n++;
    }
    count[i]++;
  }
  json_t *rows = json_array();
  for (size_t i = 0; i < n; i++) json_array_append_new(rows, json_pack("{s:o, s:I}", "weight", bf_json_real((double)weight[i]), "edges", (json_int_t)count[i]));
  return rows;
}

static uint64_t isolated(const bf_graph *g) {
  uint64_t n = 0;
  bool *seen = bf_alloc(g->n, sizeof *seen);
  if (g->dense) {
    uint64_t e = 0;
    for (uint32_t i = 1; i < g->n; i++)
      for (uint32_t j = 0; j < i; j++, e++)
        if (!isinf(g->w[e])) seen[i] = seen[j] = true;
  } else {
    for (uint64_t e = 0; e < g->m; e++) seen[g->u[e]] = seen[g->v[e]] = true;
  }
  for (uint32_t i = 0; i < g->n; i++) n += !seen[i];
  free(seen);
  return n;
}

bf_status bf_summarise_graph(const char *path, json_t *to) {
  bf_graph g;
  bf_status status = bf_graph_read(path, 0, &g);
  if (status != BF_OK) return status;
  json_object_set_new(to, "vertices", json_integer(g.n));
  json_object_set_new(to, "edges", json_integer((json_int_t)g.m));
  json_object_set_new(to, "dense", json_boolean(g.dense));
  json_object_set_new(to, "isolated", json_integer((json_int_t)isolated(&g)));
  json_object_set_new(to, "duplicates_merged", json_integer(g.first ? (json_int_t)(g.first[g.n] - g.n) : 0));
  if (g.convention != BF_DIAMETER) json_object_set_new(to, "weights_are", json_string(bf_convention_name(g.convention)));
  float least = INFINITY, most = -INFINITY;
  for (uint64_t e = 0; e < g.m; e++) least = fminf(least, g.w[e]), most = fmaxf(most, g.w[e]);
  if (g.m) json_object_set_new(to, "weights", json_pack("{s:o, s:o}", "least", bf_json_real((double)least), "most", bf_json_real((double)most)));
  json_t *rows = histogram(&g);
  if (rows) json_object_set_new(to, "histogram", rows);
  bf_graph_free(&g);
  return BF_OK;
}
