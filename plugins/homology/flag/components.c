/* Dimension 0: the edges, oldest first, join components by union-find (Bauer 2021, section 4). */
#include "flag/apparent.h"
#include "flag/cohomology.h"

typedef struct forest {
  size_t parent_room, rank_room;
  uint32_t *parent;
  uint8_t *rank;
} forest;

static uint32_t find(forest *f, uint32_t x) {
  while (f->parent[x] != x) x = f->parent[x] = f->parent[f->parent[x]]; /* path halving */
  return x;
}

static bool join(forest *f, uint32_t x, uint32_t y) {
  x = find(f, x);
  y = find(f, y);
  if (x == y) return false;
  if (f->rank[x] < f->rank[y]) {
    f->parent[x] = y;
  } else {
    f->parent[y] = x;
    if (f->rank[x] == f->rank[y]) f->rank[x]++;
  }
  return true;
}

static bf_status all_edges(const flag_run *run, simplices *edges) {
  const flag_graph *g = run->graph;
  bf_status status = BF_OK;
  BF_TRY(simplices_reserve(edges, g->edges, run->memory));
  for (uint32_t u = 0; u < g->n; u++) {
    if (g->dense) {
      const float *row = g->square + (size_t)u * g->n;
      for (uint32_t v = 0; v < u; v++)
        if (row[v] < INFINITY) edges->at[edges->n++] = (simplex){(flag_key)u << run->bits | v, row[v], 1};
    } else {
      for (uint64_t i = g->row[u]; i < g->row[u + 1] && g->neighbour[i].vertex < u; i++)
        edges->at[edges->n++] = (simplex){(flag_key)u << run->bits | g->neighbour[i].vertex, g->neighbour[i].distance, 1};
    }
  }
  BF_TRY(sort_youngest_first(edges, 0, run->memory));
out:
  return status;
}

static void reverse(simplices *s) {
  for (size_t i = 0, j = s->n; i + 1 < j; i++) {
    simplex swap = s->at[i];
    s->at[i] = s->at[--j];
    s->at[j] = swap;
  }
}

static bf_status join_edges(const flag_run *run, forest *f, const simplices *edges, simplices *columns) {
  bf_status status = BF_OK;
  cofacets c;
  simplex cofacet;
  for (size_t i = edges->n; i-- > 0;) {
    const simplex *e = &edges->at[i];
    if (join(f, key_vertex(e->key, 0, run->bits), key_vertex(e->key, 1, run->bits))) {
      BF_TRY(flag_interval(run, 0, 0, e->diameter));
    } else if (run->max_dim > 0 && !zero_apparent_cofacet(&c, run, e, 1, &cofacet)) {
      BF_TRY(simplices_reserve(columns, 1, run->memory));
      columns->at[columns->n++] = *e;
    }
    if (i % 1024 == 0) BF_TRY(flag_step(run, edges->n - i, edges->n));
  }
out:
  return status;
}

bf_status pair_components(const flag_run *run, simplices *edges, simplices *columns) {
  bf_status status = BF_OK;
  uint32_t n = run->graph->n;
  forest f = {0};
  BF_TRY(flag_reserve(run->memory, (void **)&f.parent, &f.parent_room, n, sizeof *f.parent));
  BF_TRY(flag_reserve(run->memory, (void **)&f.rank, &f.rank_room, n, sizeof *f.rank));
  for (uint32_t v = 0; v < n; v++) f.parent[v] = v, f.rank[v] = 0;
  BF_TRY(all_edges(run, edges));
  BF_TRY(join_edges(run, &f, edges, columns));
  reverse(columns);
  if (run->max_dim < 2) simplices_free(edges, run->memory); /* nothing is built on them */
  for (uint32_t v = 0; v < n; v++)
    if (f.parent[v] == v) BF_TRY(flag_interval(run, 0, 0, INFINITY));
out:
  flag_release(run->memory, f.parent, f.parent_room, sizeof *f.parent);
  flag_release(run->memory, f.rank, f.rank_room, sizeof *f.rank);
  return status;
}
