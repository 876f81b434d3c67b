/* Reader of sparse triplets: a line `i j distance` for each pair, vertices from 0, in any order.
 *
 * The vertices are 0 … the largest number that occurs; `i i 0` makes an isolated vertex known. A pair may stand there twice, as (i, j) and (j, i) too,
 * with one distance.
 */
#include "ripser/read.h"
#include <stdlib.h>
#include <string.h>

enum { UNNAMED = 1 << 24 }; /* vertices that need not occur in a file */

typedef struct edge {
  uint32_t u, v; /* u < v */
  float w;
} edge;

typedef struct edges {
  size_t n, room;
  edge *at;
  uint32_t vertices;
  bool sorted; /* by (u, v), no pair twice */
} edges;

static bf_status read_triplet(scan *s, uint32_t *i, uint32_t *j, float *w) {
  bf_status status = BF_OK;
  const char *begin = s->at;
  BF_TRY(scan_index(s, i));
  if (scan_line_done(s)) return scan_fail(s, begin, "a line needs two vertices and a distance");
  BF_TRY(scan_index(s, j));
  if (scan_line_done(s)) return scan_fail(s, begin, "a line needs two vertices and a distance");
  BF_TRY(scan_distance(s, false, w));
  if (!scan_line_done(s)) return scan_fail(s, s->at, "a line has two vertices and a distance, nothing more");
  if (*i == *j && *w > 0) return scan_fail(s, begin, "the distance of vertex %u to itself is not 0", *i);
out:
  return status;
}

static bf_status read_edges(scan *s, edges *e) {
  bf_status status = BF_OK;
  e->room = s->size / 6 + 1; /* the shortest line is "0 1 2" with its line feed */
  e->at = calloc(e->room, sizeof *e->at);
  if (!e->at) return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu edges", s->name, e->room);
  e->sorted = true;
  while (scan_line(s)) {
    uint32_t i = 0, j = 0;
    float w = 0;
    BF_TRY(read_triplet(s, &i, &j, &w));
    if (i >= e->vertices) e->vertices = i + 1;
    if (j >= e->vertices) e->vertices = j + 1;
    if (i == j) continue;
    edge one = i < j ? (edge){i, j, w} : (edge){j, i, w};
    if (e->n > 0 && e->sorted) {
      const edge *last = &e->at[e->n - 1];
      e->sorted = last->u < one.u || (last->u == one.u && last->v < one.v);
    }
    e->at[e->n++] = one;
  }
  if (e->vertices > UNNAMED && e->vertices > s->size) { /* memory for each vertex is only asked for when the file backs it */
    status = bf_fail(BF_BAD_INPUT, "%s: vertex %u in a file of %zu bytes; vertices are numbered from 0, and at most %d may be left out", s->name,
                     e->vertices - 1, s->size, UNNAMED);
  }
out:
  return status;
}

/* One stable pass of a counting sort by u or v. */
static void sort_pass(const edge *from, edge *to, size_t n, bool by_u, size_t *begin, uint32_t vertices) {
  memset(begin, 0, ((size_t)vertices + 1) * sizeof *begin);
  for (size_t k = 0; k < n; k++) begin[(by_u ? from[k].u : from[k].v) + (size_t)1]++;
  for (size_t v = 0; v < vertices; v++) begin[v + 1] += begin[v];
  for (size_t k = 0; k < n; k++) to[begin[by_u ? from[k].u : from[k].v]++] = from[k];
}

static bf_status sort_edges(const scan *s, edges *e, uint64_t budget) {
  if (e->sorted || e->n == 0) return BF_OK;
  bf_status status = BF_OK;
  size_t *begin = NULL;
  edge *other = calloc(e->n, sizeof *other);
  if (!budget || e->vertices < budget / sizeof *begin) begin = calloc((size_t)e->vertices + 1, sizeof *begin);
  if (!other || !begin) {
    status = bf_fail(BF_NO_MEMORY, "%s: no memory to sort %zu edges of %u vertices", s->name, e->n, e->vertices);
    goto out;
  }
  sort_pass(e->at, other, e->n, false, begin, e->vertices);
  sort_pass(other, e->at, e->n, true, begin, e->vertices);
out:
  free(other);
  free(begin);
  return status;
}

/* Reads again up to the second line that gives the pair another distance. */
static bf_status fail_twice(scan *s, const edge *pair) {
  uint32_t i = 0, j = 0;
  float w = 0, first = -1;
  s->at = s->text;
  s->line = 0;
  while (scan_line(s)) {
    const char *begin = s->at;
    bf_status status = read_triplet(s, &i, &j, &w);
    if (status != BF_OK) return status;
    if (!((i == pair->u && j == pair->v) || (j == pair->u && i == pair->v))) continue;
    if (first < 0)
      first = w;
    else if (w != first)
      return scan_fail(s, begin, "the pair (%u, %u) is given twice, with distance %.9g and before with %.9g", i, j, (double)w, (double)first);
  }
  return scan_fail(s, s->at, "the pair (%u, %u) is given twice", pair->u, pair->v);
}

static bf_status drop_doubles(scan *s, edges *e) {
  if (e->sorted) return BF_OK;
  size_t kept = 0;
  for (size_t k = 0; k < e->n; k++) {
    const edge *last = kept ? &e->at[kept - 1] : NULL;
    if (last && last->u == e->at[k].u && last->v == e->at[k].v) {
      if (last->w != e->at[k].w) return fail_twice(s, last);
    } else {
      e->at[kept++] = e->at[k];
    }
  }
  e->n = kept;
  return BF_OK;
}

bf_status read_sparse(scan *s, uint64_t budget, ripser_input *out) {
  bf_status status = BF_OK;
  edges e = {0};
  bf_graph *g = &out->graph;
  BF_TRY(read_edges(s, &e));
  BF_TRY(sort_edges(s, &e, budget));
  BF_TRY(drop_doubles(s, &e));
  *g = (bf_graph){.n = e.vertices, .m = e.n};
  g->u = malloc((e.n + 1) * sizeof *g->u);
  g->v = malloc((e.n + 1) * sizeof *g->v);
  g->w = malloc((e.n + 1) * sizeof *g->w);
  if (!g->u || !g->v || !g->w) {
    status = bf_fail(BF_NO_MEMORY, "%s: no memory for %zu edges", s->name, e.n);
    goto out;
  }
  for (size_t k = 0; k < e.n; k++) {
    g->u[k] = e.at[k].u;
    g->v[k] = e.at[k].v;
    g->w[k] = e.at[k].w;
  }
out:
  free(e.at);
  return status;
}
