/* Estimating numbers of simplices, and what follows for the memory. */
#include "flag/forecast.h"
#include <bettiflow/random.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PROBES = 512, SEED = 1, HALVINGS = 6 };

typedef struct probe {
  const flag_graph *graph;
  float limit;
  uint64_t draws;
  uint32_t *vertex; /* the candidates, rising */
  uint32_t n;
} probe;

static uint64_t draw(probe *p, uint64_t below) { return bf_random_below(SEED, p->draws++, below); }

/* The candidates become the neighbours of v. */
static void take_neighbours(probe *p, uint32_t v) {
  const flag_graph *g = p->graph;
  p->n = 0;
  if (g->dense) {
    const float *row = g->square + (size_t)v * g->stride;
    for (uint32_t w = 0; w < g->n; w++)
      if (row[w] <= p->limit) p->vertex[p->n++] = w;
  } else {
    for (uint64_t i = g->row[v]; i < g->row[v + 1]; i++)
      if (g->neighbour[i].distance <= p->limit) p->vertex[p->n++] = g->neighbour[i].vertex;
  }
}

/* Of the candidates those stay that are neighbours of v. */
static void keep_neighbours(probe *p, uint32_t v) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < p->n; i++)
    if (p->vertex[i] != v && flag_distance(p->graph, v, p->vertex[i]) <= p->limit) p->vertex[kept++] = p->vertex[i];
  p->n = kept;
}

/* A random end of a random edge, and the other end; false when what was drawn is none. All edges are as likely. */
static bool random_edge(probe *p, uint32_t *u, uint32_t *v) {
  const flag_graph *g = p->graph;
  if (g->dense) {
    *u = (uint32_t)draw(p, g->n);
    *v = (uint32_t)draw(p, g->n);
    return *u != *v && flag_distance(g, *u, *v) <= p->limit;
  }
  uint64_t at = draw(p, g->row[g->n]), low = 0, high = g->n;
  while (high - low > 1) {
    uint64_t middle = (low + high) / 2;
    if (g->row[middle] <= at)
      low = middle;
    else
      high = middle;
  }
  *u = (uint32_t)low;
  *v = g->neighbour[at].vertex;
  return g->neighbour[at].distance <= p->limit;
}

/* Adds to sum[k] how many simplices of dimension k hold the edge, times k!/1, estimated. */
static void extend(probe *p, uint32_t u, uint32_t v, uint32_t top, double *sum) {
  double ways = 1;
  take_neighbours(p, u);
  keep_neighbours(p, v);
  for (uint32_t k = 2; k <= top && p->n > 0; k++) {
    ways *= (double)p->n / (k - 1); /* the order in which vertices are added does not matter */
    sum[k] += ways;
    keep_neighbours(p, p->vertex[draw(p, p->n)]);
  }
}

bf_status flag_forecast_make(const flag_graph *graph, float limit, uint32_t top, bf_memory *memory, flag_forecast *out) {
  bf_status status = BF_OK;
  probe p = {.graph = graph, .limit = limit < FLT_MAX ? limit : FLT_MAX};
  size_t room = 0;
  double sum[FORECAST_DIMS] = {0};
  uint32_t tried = 0, edges = 0, u, v;
  *out = (flag_forecast){.top = top, .simplices = {graph->n}};
  if (graph->edges == 0 || top == 0) goto out;
  BF_TRY(bf_memory_reserve(memory, (void **)&p.vertex, &room, graph->n, sizeof *p.vertex));
  while (edges < PROBES && tried < 64 * PROBES) {
    tried++;
    if (!random_edge(&p, &u, &v)) continue;
    edges++;
    extend(&p, u, v, top, sum);
  }
  const double draws = graph->dense ? (double)graph->n * graph->n / 2 : (double)graph->edges; /* what a draw stands for, all together */
  out->simplices[1] = draws * edges / tried;
  for (uint32_t k = 2; k <= top && edges; k++) out->simplices[k] = out->simplices[1] * sum[k] / edges / ((k + 1) * k / 2.0);
out:
  bf_memory_release(memory, p.vertex, room, sizeof *p.vertex);
  return status;
}

/* Of the highest dimension only columns are kept, of which clearing and apparent pairs leave a tenth or less.
 * Measured on points of two to ten dimensions, the truth is 0.5 to 3 times that; what columns without any geometry fill in can't be foreseen. */
double flag_forecast_memory(const flag_forecast *f, uint32_t max_dim, unsigned size) {
  double most = 2 * size * f->simplices[1];
  for (uint32_t k = 2; k <= max_dim; k++) {
    double kept = k < max_dim ? f->simplices[k] : 0, columns = f->simplices[k] / 20;
    double need = size * (f->simplices[k - 1] + kept) + columns * (2 * size + 64);
    if (need > most) most = need;
  }
  return most + 0x1p19; /* queues and tables */
}

static bool fits(const flag_forecast *f, uint32_t max_dim, unsigned size, double left) { return flag_forecast_memory(f, max_dim, size) <= left; }

static float longest(const flag_graph *g) {
  const uint64_t values = g->dense ? (uint64_t)g->n * g->stride : g->row[g->n];
  float most = 0;
  for (uint64_t i = 0; i < values; i++) {
    float d = g->dense ? g->square[i] : g->neighbour[i].distance;
    if (d < INFINITY && d > most) most = d;
  }
  return most;
}

/* The largest of some thresholds that would do; 0: none. */
static bf_status find_threshold(const flag_graph *g, uint32_t max_dim, unsigned size, double left, bf_memory *memory, float *out) {
  bf_status status = BF_OK;
  float low = 0, high = longest(g);
  *out = 0;
  for (unsigned i = 0; i < HALVINGS; i++) { /* so many, whatever the floats: they may be the smallest or the largest there are */
    flag_forecast f;
    float middle = low / 2 + high / 2;
    BF_TRY(flag_forecast_make(g, middle, max_dim, memory, &f));
    if (fits(&f, max_dim, size, left))
      *out = low = middle;
    else
      high = middle;
  }
out:
  return status;
}

/* "12 MiB" */
static const char *size_text(double bytes, char *text, size_t room) {
  snprintf(text, room, bytes < 0x1p33 ? "%.0f MiB" : "%.0f GiB", ceil(bytes / (bytes < 0x1p33 ? 0x1p20 : 0x1p30)));
  return text;
}

/* What is named is to need half of the memory. */
static bf_status refuse(const flag_graph *g, const flag_forecast *f, uint32_t max_dim, unsigned size, double left, bf_memory *memory) {
  bf_status status = BF_OK;
  char would[256] = "", need_text[32], left_text[32];
  size_t n = 0;
  float threshold;
  uint32_t dim = max_dim - 1;
  const double need = flag_forecast_memory(f, max_dim, size), points = g->n * pow(left / 2 / need, 1.0 / (max_dim + 1));
  BF_TRY(find_threshold(g, max_dim, size, left / 2, memory, &threshold));
  while (dim > 1 && !fits(f, dim, size, left / 2)) dim--;
  if (threshold > 0) n += (size_t)snprintf(would + n, sizeof would - n, "a threshold of %.3g, ", (double)threshold);
  if (fits(f, dim, size, left / 2)) n += (size_t)snprintf(would + n, sizeof would - n, "dimension %u, ", dim);
  snprintf(would + n, sizeof would - n, "%ssome %.0f of the %u points", n ? "or " : "", floor(points), g->n);
  return bf_fail(BF_NO_MEMORY, "dimension %u: about %.2g simplices need some %s of memory, and %s are left; it would fit with %s", max_dim,
                 f->simplices[max_dim], size_text(need, need_text, sizeof need_text), size_text(left, left_text, sizeof left_text), would);
out:
  return status;
}

static double left_of(const bf_memory *memory) { return (double)(memory->limit - memory->used); }

bool flag_forecast_fits(const flag_forecast *f, uint32_t max_dim, unsigned size, const bf_memory *memory) {
  enum { MARGIN = 2 }; /* an estimate: what is counted on the way has the last word */
  return max_dim < 2 || memory->limit == UINT64_MAX || fits(f, max_dim, size, MARGIN * left_of(memory));
}

bf_status flag_forecast_check(const flag_graph *g, uint32_t max_dim, unsigned size, bf_memory *memory) {
  bf_status status = BF_OK;
  flag_forecast f;
  if (max_dim < 2 || memory->limit == UINT64_MAX) return BF_OK;
  BF_TRY(flag_forecast_make(g, INFINITY, max_dim, memory, &f));
  if (!flag_forecast_fits(&f, max_dim, size, memory)) status = refuse(g, &f, max_dim, size, left_of(memory), memory);
out:
  return status;
}
