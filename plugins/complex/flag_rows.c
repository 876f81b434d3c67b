/* Rows of neighbours from either layout of a graph. */
#include "flag_rows.h"
#include "by_id.h"
#include <math.h>
#include <stdlib.h>

static bf_status no_memory(void) { return bf_fail(BF_NO_MEMORY, "no memory for the edges of the graph; a lower threshold needs less"); }

/* rank[v]: the place of v in the order of ids. */
static bf_status rank_vertices(const bf_graph *g, uint32_t *id, uint32_t *rank) {
  bf_status status = BF_OK;
  uint32_t *order = malloc((g->n + (size_t)1) * sizeof *order);
  if (!order) return no_memory();
  bf_by_id(g->id, g->n, order);
  for (uint32_t i = 0; i < g->n; i++) {
    rank[order[i]] = i;
    id[i] = g->id[order[i]];
    if (i && id[i - 1] == id[i])
      status = bf_fail(BF_BAD_INPUT, "two vertices of the graph have the id %u; simplices are named by ids, so each vertex needs one of its own", id[i]);
  }
  free(order);
  return status;
}

/* The edges that count, one after the other, whatever the layout. */
typedef struct edges {
  const bf_graph *graph;
  const uint32_t *rank;
  float threshold;
  uint64_t at;
  uint32_t u, v; /* dense: the next pair, v < u */
} edges;

/* The next edge, between ranks *low < *high; false: no more. */
static bool next_edge(edges *e, uint32_t *low, uint32_t *high, float *weight) {
  const bf_graph *g = e->graph;
  while (e->at < g->m) {
    const uint32_t a = e->rank[g->dense ? e->u : g->u[e->at]], b = e->rank[g->dense ? e->v : g->v[e->at]];
    *weight = g->w[e->at++] + 0.0f; /* no -0 */
    if (g->dense && ++e->v == e->u) e->u++, e->v = 0;
    if (!(*weight <= e->threshold) || *weight == INFINITY) continue;
    *low = a < b ? a : b;
    *high = a < b ? b : a;
    return true;
  }
  return false;
}

static int by_vertex(const void *x, const void *y) {
  const bf_neighbour *a = x, *b = y;
  return (a->vertex > b->vertex) - (a->vertex < b->vertex);
}

/* Most graphs have their vertices in order already. */
static void sort_row(bf_neighbour *row, uint64_t n) {
  uint64_t i = 1;
  while (i < n && row[i - 1].vertex < row[i].vertex) i++;
  if (i < n) qsort(row, n, sizeof *row, by_vertex);
}

static bf_status fill_rows(edges first, uint64_t memory, bf_flag_rows *out) {
  uint64_t *const begin = out->row + 1; /* counts of rows, then where their next neighbour goes, at last where the next row begins */
  uint32_t low, high;
  float weight;
  for (edges e = first; next_edge(&e, &low, &high, &weight);) begin[low]++;
  uint64_t m = 0;
  for (uint32_t v = 0; v < out->n; v++) {
    const uint64_t count = begin[v];
    if (count > out->degree) out->degree = count;
    begin[v] = m;
    m += count;
  }
  if (memory && m > memory / sizeof *out->at) return no_memory();
  out->at = calloc(m + 1, sizeof *out->at);
  if (!out->at) return no_memory();
  for (edges e = first; next_edge(&e, &low, &high, &weight);) out->at[begin[low]++] = (bf_neighbour){high, weight};
  for (uint32_t v = 0; v < out->n; v++) sort_row(out->at + out->row[v], out->row[v + 1] - out->row[v]);
  return BF_OK;
}

bf_status bf_flag_rows_make(const bf_graph *g, float threshold, uint64_t memory, bf_flag_rows *out) {
  bf_status status = BF_OK;
  uint32_t *rank = calloc(g->n + (size_t)1, sizeof *rank);
  *out = (bf_flag_rows){.n = g->n};
  out->id = malloc((g->n + (size_t)1) * sizeof *out->id);
  out->row = calloc(g->n + (size_t)1, sizeof *out->row);
  if (!rank || !out->id || !out->row) {
    status = no_memory();
    goto out;
  }
  BF_TRY(rank_vertices(g, out->id, rank));
  BF_TRY(fill_rows((edges){.graph = g, .rank = rank, .threshold = threshold, .u = 1}, memory, out));
out:
  free(rank);
  return status;
}

uint64_t bf_flag_rows_bytes(const bf_flag_rows *r) { return 12 * (uint64_t)r->n + sizeof *r->at * r->row[r->n]; }

void bf_flag_rows_free(bf_flag_rows *r) {
  free(r->id);
  free(r->row);
  free(r->at);
  *r = (bf_flag_rows){0};
}
