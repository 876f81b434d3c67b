/* Dimension 0: the edges, oldest first, join components by union-find (Bauer 2021, section 4). */
#include "flag/apparent.h"
#include "flag/chains.h"
#include "flag/cohomology.h"

/* The roots are the smallest vertices of their components, so of two components that are joined the one with the larger smallest vertex dies: smaller vertices
 * count as older. */
typedef struct forest {
  size_t parent_room, next_room;
  uint32_t *parent;
  uint32_t *next;   /* the vertices of a component in a circle; NULL unless cocycles are asked for */
  simplices others; /* of a component but for its root */
} forest;

static uint32_t find(forest *f, uint32_t x) {
  while (f->parent[x] != x) x = f->parent[x] = f->parent[f->parent[x]]; /* path halving */
  return x;
}

/* Keeps the class of the component with this root. Its cocycle is 1 on the component, as it is now. */
static bf_status keep_component(const flag_run *run, forest *f, uint32_t root, const simplex *death) {
  bf_status status = BF_OK;
  simplex birth = {root, 0, 1};
  if (!is_kept(run, &birth, death)) return BF_OK;
  f->others.n = 0;
  for (uint32_t v = f->next ? f->next[root] : root; v != root; v = f->next[v]) {
    BF_TRY(simplices_reserve(&f->others, 1, run->memory));
    f->others.at[f->others.n++] = (simplex){v, 0, 1};
  }
  BF_TRY(keep_pair(run, 0, &birth, death, f->others.at, f->others.n));
out:
  return status;
}

/* *joined: whether the edge joins two components, one of which ends there. */
static bf_status join(const flag_run *run, forest *f, const simplex *edge, bool *joined) {
  bf_status status = BF_OK;
  uint32_t end[2];
  key_vertices(edge->key, 2, &run->code, end);
  uint32_t x = find(f, end[0]), y = find(f, end[1]);
  *joined = x != y;
  if (x == y) return BF_OK;
  uint32_t older = x < y ? x : y, younger = x < y ? y : x;
  BF_TRY(keep_component(run, f, younger, edge));
  f->parent[younger] = older;
  if (f->next) { /* two circles become one */
    uint32_t swap = f->next[older];
    f->next[older] = f->next[younger];
    f->next[younger] = swap;
  }
out:
  return status;
}

enum { ROWS_OF_A_JOB = 64 };

typedef struct listing {
  const flag_run *run;
  simplices *edges;
  size_t *first; /* of each vertex: where its edges to smaller ones begin */
} listing;

static bf_status count_rows(void *context, uint32_t thread, uint64_t job) {
  const listing *l = context;
  const flag_graph *g = l->run->graph;
  const uint32_t begin = (uint32_t)job * ROWS_OF_A_JOB, end = g->n - begin > ROWS_OF_A_JOB ? begin + ROWS_OF_A_JOB : g->n;
  (void)thread;
  for (uint32_t u = begin; u < end; u++) {
    size_t n = 0;
    if (g->dense)
      for (uint32_t v = 0; v < u; v++) n += g->square[(size_t)u * g->stride + v] < INFINITY;
    else
      for (uint64_t i = g->row[u]; i < g->row[u + 1] && g->neighbour[i].vertex < u; i++) n++;
    l->first[u + 1] = n;
  }
  return BF_OK;
}

static bf_status list_rows(void *context, uint32_t thread, uint64_t job) {
  const listing *l = context;
  const flag_graph *g = l->run->graph;
  const uint32_t begin = (uint32_t)job * ROWS_OF_A_JOB, end = g->n - begin > ROWS_OF_A_JOB ? begin + ROWS_OF_A_JOB : g->n;
  simplex *edge = l->edges->at + l->first[begin];
  (void)thread;
  for (uint32_t u = begin; u < end; u++) {
    if (g->dense) {
      const float *row = g->square + (size_t)u * g->stride;
      for (uint32_t v = 0; v < u; v++)
        if (row[v] < INFINITY) *edge++ = (simplex){key_of((uint32_t[]){v, u}, 2, &l->run->code), row[v], 1};
    } else {
      for (uint64_t i = g->row[u]; i < g->row[u + 1] && g->neighbour[i].vertex < u; i++)
        *edge++ = (simplex){key_of((uint32_t[]){g->neighbour[i].vertex, u}, 2, &l->run->code), g->neighbour[i].distance, 1};
    }
  }
  return BF_OK;
}

static bf_status all_edges(const flag_run *run, simplices *edges) {
  const flag_graph *g = run->graph;
  const uint64_t jobs = ((uint64_t)g->n + ROWS_OF_A_JOB - 1) / ROWS_OF_A_JOB;
  bf_status status = BF_OK;
  listing l = {.run = run, .edges = edges};
  size_t room = 0;
  BF_TRY(simplices_reserve(edges, g->edges, run->memory));
  BF_TRY(bf_memory_reserve(run->memory, (void **)&l.first, &room, g->n + (size_t)1, sizeof *l.first));
  l.first[0] = 0;
  BF_TRY(bf_jobs_run(run->progress, run->threads, jobs, count_rows, &l));
  for (uint32_t u = 0; u < g->n; u++) l.first[u + 1] += l.first[u];
  BF_TRY(bf_jobs_run(run->progress, run->threads, jobs, list_rows, &l));
  edges->n = g->edges;
  BF_TRY(sort_youngest_first(edges, 0, run->threads, run->progress, run->memory));
out:
  bf_memory_release(run->memory, l.first, room, sizeof *l.first);
  return status;
}

/* What becomes of an edge stands in its coefficient for a while. */
enum { COLUMN = 1, JOINS, APPARENT };

static bf_status join_edges(const flag_run *run, forest *f, simplices *edges) {
  bf_status status = BF_OK;
  uint32_t components = run->graph->n;
  bool joined;
  for (size_t i = edges->n; i-- > 0 && components > 1;) {
    BF_TRY(join(run, f, &edges->at[i], &joined));
    if (joined) {
      edges->at[i].coefficient = JOINS;
      components--;
    }
    if (i % 1024 == 0) BF_TRY(flag_step(run, edges->n - i, edges->n));
  }
out:
  return status;
}

enum { EDGES_OF_A_JOB = 4096 };

typedef struct search {
  const flag_run *run;
  simplices *edges;
  _Atomic size_t columns; /* how many edges are left */
} search;

static bf_status find_apparent(void *context, uint32_t thread, uint64_t job) {
  search *a = context;
  size_t begin = job * EDGES_OF_A_JOB, end = a->edges->n - begin > EDGES_OF_A_JOB ? begin + EDGES_OF_A_JOB : a->edges->n, columns = 0;
  cofacets c;
  simplex cofacet;
  (void)thread;
  for (simplex *e = a->edges->at + begin; e < a->edges->at + end; e++) {
    if (e->coefficient == COLUMN && zero_apparent_cofacet(&c, a->run, e, 1, &cofacet)) e->coefficient = APPARENT;
    columns += e->coefficient == COLUMN;
  }
  atomic_fetch_add(&a->columns, columns);
  return flag_step(a->run, end, a->edges->n);
}

static bf_status take_columns(const flag_run *run, simplices *edges, simplices *columns) {
  bf_status status = BF_OK;
  search a = {.run = run, .edges = edges};
  BF_TRY(bf_jobs_run(run->progress, run->threads, (edges->n + EDGES_OF_A_JOB - 1) / EDGES_OF_A_JOB, find_apparent, &a));
  BF_TRY(simplices_reserve(columns, a.columns, run->memory));
  for (size_t i = 0; i < edges->n; i++) {
    if (edges->at[i].coefficient == COLUMN) columns->at[columns->n++] = edges->at[i];
    edges->at[i].coefficient = 1;
  }
out:
  return status;
}

bf_status pair_components(const flag_run *run, simplices *edges, simplices *columns) {
  bf_status status = BF_OK;
  uint32_t n = run->graph->n;
  forest f = {0};
  BF_TRY(bf_memory_reserve(run->memory, (void **)&f.parent, &f.parent_room, n, sizeof *f.parent));
  if (run->options->cocycles) BF_TRY(bf_memory_reserve(run->memory, (void **)&f.next, &f.next_room, n, sizeof *f.next));
  for (uint32_t v = 0; v < n; v++) f.parent[v] = v;
  for (uint32_t v = 0; f.next && v < n; v++) f.next[v] = v;
  BF_TRY(all_edges(run, edges));
  BF_TRY(join_edges(run, &f, edges));
  if (run->max_dim > 0) BF_TRY(take_columns(run, edges, columns));
  if (run->max_dim < 2) simplices_free(edges, run->memory); /* nothing is built on them */
  for (uint32_t v = 0; v < n; v++)
    if (f.parent[v] == v) BF_TRY(keep_component(run, &f, v, NULL));
out:
  bf_memory_release(run->memory, f.parent, f.parent_room, sizeof *f.parent);
  bf_memory_release(run->memory, f.next, f.next_room, sizeof *f.next);
  simplices_free(&f.others, run->memory);
  return status;
}
