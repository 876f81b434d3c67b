/* complex.rips by looking at all pairs: blocks of rows against tiles of columns that stay in cache. */
#include "parallel.h"
#include "rips.h"
#include <math.h>
#include <stdlib.h>

enum { TILE = 512, ROWS = 8 }; /* points of a tile; rows whose distances are kept at once */

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* ---- dense ---- */

typedef struct dense {
  const bf_space *space;
  float *w;
} dense;

static bf_status dense_rows(void *context, void *scratch, uint64_t job) {
  const dense *c = context;
  uint32_t from = (uint32_t)job * BF_SOURCES, to = c->space->n - from < BF_SOURCES ? c->space->n : from + BF_SOURCES;
  (void)scratch;
  for (uint32_t at = 0; at < to; at += TILE)
    for (uint32_t i = from > at ? from : at; i < to; i++) /* the columns before i */
      bf_space_distances(c->space, i, at, least(i - at, TILE), c->w + (uint64_t)i * (i ? i - 1 : 0) / 2 + at);
  return BF_OK;
}

bf_status bf_rips_dense(const bf_rips *r, bf_graph *graph) {
  const uint64_t n = r->space->n, jobs = bf_edges_jobs(r->space->n);
  graph->dense = true;
  graph->m = n ? n * (n - 1) / 2 : 0;
  graph->w = malloc((graph->m + 1) * sizeof *graph->w);
  if (!graph->w) return bf_rips_too_large(r);
  dense c = {r->space, graph->w};
  return bf_host_jobs_run(r->host, r->task, &(bf_host_jobs){.n = jobs, .run = dense_rows, .context = &c}, 0, jobs);
}

/* ---- up to a threshold ---- */

typedef struct near {
  const bf_rips *r;
  bf_edges *edges;
} near;

/* One thread's state. */
typedef struct state {
  float *d; /* ROWS × n */
  bf_edge_row *row;
} state;

static bf_status take_near(bf_edge_row *row, const float *d, uint32_t from, uint32_t n, float threshold, uint64_t *count) {
  bf_status status = BF_OK;
  uint64_t m;
  BF_TRY(bf_edge_room(row, n - from));
  m = row->m;
  for (uint32_t j = from; j < n; j++) {
    row->v[m] = j;
    row->w[m] = d[j];
    m += d[j] <= threshold;
  }
  *count = m - row->m;
  row->m = m;
out:
  return status;
}

static bf_status near_rows(void *context, void *scratch, uint64_t job) {
  bf_status status = BF_OK;
  const near *c = context;
  const bf_space *s = c->r->space;
  state *t = scratch;
  uint32_t from = (uint32_t)job * BF_SOURCES, to = s->n - from < BF_SOURCES ? s->n : from + BF_SOURCES;
  for (uint32_t i = from; i < to; i += ROWS) {
    uint32_t rows = least(ROWS, to - i);
    for (uint32_t at = i; at < s->n; at += TILE)
      for (uint32_t k = 0; k < rows; k++) bf_space_distances(s, i + k, at, least(TILE, s->n - at), t->d + (size_t)k * s->n + at);
    for (uint32_t k = 0; k < rows; k++)
      BF_TRY(take_near(t->row, t->d + (size_t)k * s->n, i + k + 1, s->n, c->r->threshold, &c->edges->at[job].count[i + k - from]));
  }
  BF_TRY(bf_edges_keep(c->edges, job, t->row));
out:
  return status;
}

static void free_state(void *context, void *scratch) {
  state *t = scratch;
  (void)context;
  free(t->d);
  bf_edge_row_free(t->row);
  free(t);
}

static void *new_state(void *context) {
  const near *c = context;
  state *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  t->d = malloc((size_t)ROWS * c->r->space->n * sizeof *t->d);
  t->row = bf_edge_row_new(c->r->space->n);
  if (t->d && t->row) return t;
  free_state(context, t);
  return NULL;
}

bf_status bf_rips_near_pairs(const bf_rips *r, bf_edges *edges) {
  near c = {r, edges};
  bf_host_jobs jobs = {.n = bf_edges_jobs(r->space->n), .run = near_rows, .scratch = new_state, .release = free_state, .context = &c};
  return bf_host_jobs_run(r->host, r->task, &jobs, 0, jobs.n);
}
