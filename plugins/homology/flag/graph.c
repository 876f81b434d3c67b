/* Building the engine's graph: lists of neighbours, or a square of distances where most pairs are edges. */
#include "flag/graph.h"
#include "flag/flag.h"
#include "../../clones.h"
#include <stdlib.h>

/* The largest of n distances from a point; each counts for the other point, too. Several at once, and without branches. */
BF_CLONES static float farthest_in(const float *w, uint32_t n, float *farthest) {
  float lane[16] = {0}, most = 0;
  uint32_t j = 0;
  for (; j + 16 <= n; j += 16) {
    for (uint32_t k = 0; k < 16; k++) {
      const float d = w[j + k];
      lane[k] = d > lane[k] ? d : lane[k];
      farthest[j + k] = d > farthest[j + k] ? d : farthest[j + k];
    }
  }
  for (; j < n; j++) {
    most = w[j] > most ? w[j] : most;
    farthest[j] = w[j] > farthest[j] ? w[j] : farthest[j];
  }
  for (uint32_t k = 0; k < 16; k++) most = lane[k] > most ? lane[k] : most;
  return most;
}

float bf_flag_enclosing_radius(const bf_graph *graph) {
  if (!graph->dense) return INFINITY;
  if (graph->n < 2) return 0;
  float *farthest = calloc(graph->n, sizeof *farthest);
  if (!farthest) return INFINITY; /* no cut: slower, and still right */
  const float *w = graph->w;
  for (uint32_t i = 1; i < graph->n; w += i++) farthest[i] = farthest_in(w, i, farthest);
  float radius = INFINITY;
  for (uint32_t i = 0; i < graph->n; i++)
    if (farthest[i] < radius) radius = farthest[i];
  free(farthest);
  return radius;
}

/* The engine compares distances by their bits, so -0 becomes 0. */
static float distance(float w) { return w + 0.0f; }

static uint64_t count_edges(const bf_graph *from, float threshold) {
  uint64_t edges = 0;
  for (uint64_t e = 0; e < from->m; e++) edges += flag_is_edge(from->w[e], threshold);
  return edges;
}

/* Edges come sorted by (smaller, larger) or, from a triangle, by (larger, smaller); either way the neighbours of a vertex are met in rising order. */
static void each_edge(const bf_graph *from, float threshold, void (*visit)(flag_graph *, uint32_t, uint32_t, float), flag_graph *g) {
  if (from->dense) {
    const float *w = from->w;
    for (uint32_t i = 1; i < from->n; i++)
      for (uint32_t j = 0; j < i; j++, w++)
        if (flag_is_edge(*w, threshold)) visit(g, i, j, distance(*w));
  } else {
    for (uint64_t e = 0; e < from->m; e++)
      if (flag_is_edge(from->w[e], threshold)) visit(g, from->u[e], from->v[e], distance(from->w[e]));
  }
}

static void count_ends(flag_graph *g, uint32_t u, uint32_t v, float w) {
  (void)w;
  g->row[u]++;
  g->row[v]++;
}

static void place_ends(flag_graph *g, uint32_t u, uint32_t v, float w) {
  g->neighbour[g->row[u]++] = (flag_neighbour){v, w};
  g->neighbour[g->row[v]++] = (flag_neighbour){u, w};
}

static void place_pair(flag_graph *g, uint32_t u, uint32_t v, float w) { g->square[(size_t)u * g->stride + v] = g->square[(size_t)v * g->stride + u] = w; }

enum { TILE = 64 }; /* rows of a job, and columns that are mirrored together: what is read and written stays in the cache */

typedef struct filling {
  const bf_graph *from;
  float threshold;
  flag_graph *graph;
} filling;

/* Rows from the diagonal to the left, and the same columns upwards; with all rows done every place has been written. */
static bf_status fill_tile(void *context, uint32_t thread, uint64_t tile) {
  const filling *f = context;
  const flag_graph *g = f->graph;
  const uint32_t begin = (uint32_t)tile * TILE, end = g->n - begin > TILE ? begin + TILE : g->n;
  (void)thread;
  for (uint32_t i = begin; i < end; i++) {
    const float *w = f->from->w + (size_t)i * (i ? i - 1 : 0) / 2;
    float *row = g->square + (size_t)i * g->stride;
    for (uint32_t j = 0; j < i; j++) row[j] = w[j] <= f->threshold ? distance(w[j]) : INFINITY;
    row[i] = INFINITY;
    for (uint32_t j = g->n; j < g->stride; j++) row[j] = INFINITY;
  }
  for (uint32_t left = 0; left < end; left += TILE) {
    for (uint32_t j = left; j < left + TILE && j < end; j++) {
      float *column = g->square + (size_t)j * g->stride;
      for (uint32_t i = begin > j ? begin : j + 1; i < end; i++) column[i] = g->square[(size_t)i * g->stride + j];
    }
  }
  return BF_OK;
}

static int rising(const void *x, const void *y) {
  float a = *(const float *)x, b = *(const float *)y;
  return (a > b) - (a < b);
}

/* Quantiles of every so many distances. */
static void choose_steps(flag_graph *g) {
  enum { SAMPLE = 4096 };
  float sample[SAMPLE];
  size_t cells = (size_t)g->n * g->stride, every = (cells / SAMPLE + 1) | 1, n = 0; /* odd: not always the same column */
  for (size_t i = 0; i < cells; i += every)
    if (g->square[i] < INFINITY) sample[n++] = g->square[i];
  if (n < SAMPLE / 16) return;
  qsort(sample, n, sizeof *sample, rising);
  for (g->nstep = 0; g->nstep < FLAG_STEPS; g->nstep++) g->step[g->nstep] = sample[g->nstep * n / FLAG_STEPS];
}

static bf_status allocate(uint32_t n, uint64_t edges, bool lists, bf_memory *memory, flag_graph *out) {
  bf_status status = BF_OK;
  uint64_t pairs = (uint64_t)n * (n ? n - 1 : 0) / 2;
  *out = (flag_graph){.n = n, .edges = edges, .dense = !lists && n > 1 && edges > pairs / 4};
  if (out->dense) {
    out->stride = (n + FLAG_LANES - 1) / FLAG_LANES * FLAG_LANES;
    BF_TRY(bf_memory_reserve(memory, (void **)&out->square, &out->square_room, (size_t)n * out->stride, sizeof *out->square));
  } else {
    BF_TRY(bf_memory_reserve(memory, (void **)&out->row, &out->row_room, n + (size_t)1, sizeof *out->row));
    BF_TRY(bf_memory_reserve(memory, (void **)&out->neighbour, &out->neighbour_room, 2 * edges, sizeof *out->neighbour));
  }
out:
  return status;
}

bf_status flag_graph_new(uint32_t n, uint64_t edges, bool lists, bf_memory *memory, flag_graph *out) {
  bf_status status = BF_OK;
  BF_TRY(allocate(n, edges, lists, memory, out));
  for (size_t i = 0; out->dense && i < (size_t)n * out->stride; i++) out->square[i] = INFINITY;
out:
  return status;
}

void flag_graph_ready(flag_graph *graph) {
  if (graph->dense) choose_steps(graph);
}

/* Two walks: one counts degrees, one places both ends. */
static void fill_lists(const bf_graph *from, float threshold, flag_graph *g) {
  const size_t n = g->n;
  for (size_t i = 0; i <= n; i++) g->row[i] = 0;
  each_edge(from, threshold, count_ends, g);
  uint64_t sum = 0;
  for (size_t i = 0; i <= n; i++) {
    uint64_t degree = g->row[i];
    g->row[i] = sum;
    sum += degree;
  }
  each_edge(from, threshold, place_ends, g); /* moves row[i] to the end of its list */
  for (size_t i = n; i > 0; i--) g->row[i] = g->row[i - 1];
  g->row[0] = 0;
}

bf_status flag_graph_build(const bf_graph *from, float threshold, bool lists, uint32_t threads, bf_jobs_progress *progress, bf_memory *memory,
                           flag_graph *out) {
  bf_status status = BF_OK;
  filling f = {from, threshold, out};
  const uint64_t edges = count_edges(from, threshold);
  if (from->dense) {
    BF_TRY(allocate(from->n, edges, lists, memory, out));
    if (out->dense) BF_TRY(bf_jobs_run(progress, threads, (from->n + TILE - 1) / TILE, fill_tile, &f));
  } else {
    BF_TRY(flag_graph_new(from->n, edges, lists, memory, out));
    if (out->dense) each_edge(from, threshold, place_pair, out);
  }
  if (!out->dense) fill_lists(from, threshold, out);
  flag_graph_ready(out);
out:
  return status;
}

static uint32_t degree(const flag_graph *g, uint32_t v) {
  if (!g->dense) return (uint32_t)(g->row[v + 1] - g->row[v]);
  const float *row = g->square + (size_t)v * g->stride;
  uint32_t d = 0;
  for (uint32_t w = 0; w < g->n; w++) d += row[w] < INFINITY;
  return d;
}

bf_status flag_graph_dimension(const flag_graph *g, uint32_t limit, bf_memory *memory, uint32_t *out) {
  bf_status status = BF_OK;
  uint32_t *with = NULL, above = 0; /* how many vertices have so many neighbours; those counted so far */
  size_t room = 0;
  *out = 0;
  if (g->n == 0) return BF_OK;
  BF_TRY(bf_memory_reserve(memory, (void **)&with, &room, g->n, sizeof *with));
  for (uint32_t v = 0; v < g->n; v++) with[v] = 0;
  for (uint32_t v = 0; v < g->n; v++) {
    const uint32_t d = degree(g, v);
    with[d]++;
    if (d >= limit && above++ >= limit) { /* enough of them: hardly ever are many looked at */
      *out = limit;
      goto out;
    }
  }
  above = 0;
  for (*out = g->n - 1; *out > 0; --*out)
    if ((above += with[*out]) > *out) break;
out:
  bf_memory_release(memory, with, room, sizeof *with);
  return status;
}

void flag_graph_free(flag_graph *g, bf_memory *memory) {
  bf_memory_release(memory, g->square, g->square_room, sizeof *g->square);
  bf_memory_release(memory, g->row, g->row_room, sizeof *g->row);
  bf_memory_release(memory, g->neighbour, g->neighbour_room, sizeof *g->neighbour);
  *g = (flag_graph){0};
}
