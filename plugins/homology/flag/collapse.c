/* Filtered edge collapse: the order of the edges, and the graph that is left. */
#include "flag/collapse.h"
#include "flag/collapse_graph.h"

enum { DIGIT = 11, DIGITS = 3, VALUES = 1 << DIGIT };

typedef struct edge {
  flag_value value;
  uint32_t u, v; /* u < v */
} edge;

typedef struct edges {
  size_t n, room;
  edge *at;
} edges;

static void list_edges(const flag_graph *g, edges *out) {
  for (uint32_t u = 0; u < g->n; u++) {
    if (g->dense) {
      const float *row = g->square + (size_t)u * g->stride;
      for (uint32_t v = u + 1; v < g->n; v++)
        if (row[v] < INFINITY) out->at[out->n++] = (edge){value_of(row[v]), u, v};
    } else {
      for (uint64_t i = g->row[u]; i < g->row[u + 1]; i++)
        if (g->neighbour[i].vertex > u) out->at[out->n++] = (edge){value_of(g->neighbour[i].distance), u, g->neighbour[i].vertex};
    }
  }
}

static unsigned digit(const edge *e, unsigned place) { return ~(unsigned)e->value >> (place * DIGIT) & (VALUES - 1); }

/* Largest first, and stable: radix sort. */
static bf_status sort_edges(edges *e, bf_memory *memory) {
  bf_status status = BF_OK;
  edges other = {0};
  BF_TRY(bf_memory_reserve(memory, (void **)&other.at, &other.room, e->n, sizeof *other.at));
  for (unsigned place = 0; place < DIGITS; place++) {
    size_t begin[VALUES] = {0}, sum = 0;
    for (size_t i = 0; i < e->n; i++) begin[digit(&e->at[i], place)]++;
    for (unsigned d = 0; d < VALUES; d++) {
      size_t count = begin[d];
      begin[d] = sum;
      sum += count;
    }
    for (size_t i = 0; i < e->n; i++) other.at[begin[digit(&e->at[i], place)]++] = e->at[i];
    edges swap = *e;
    *e = (edges){swap.n, other.room, other.at};
    other = swap;
  }
out:
  bf_memory_release(memory, other.at, other.room, sizeof *other.at);
  return status;
}

/* The edges from..to-1 are above the value under work from now on. */
static void pass(working_graph *g, const edge *e, size_t from, size_t to) {
  for (size_t i = from; i < to; i++) working_graph_pass(g, e[i].u, e[i].v);
}

static bf_status collapse_edges(working_graph *g, const edges *e, const collapse_rule *rule, bf_jobs_progress *progress, collapse_state *state) {
  bf_status status = BF_OK;
  size_t passed = 0;
  *state = (collapse_state){.edges = e->n};
  for (size_t i = 0; i < e->n && collapse_goes_on(rule, state); i++) {
    const edge *at = &e->at[i];
    if (i > 0 && at->value != at[-1].value) {
      pass(g, e->at, passed, i);
      passed = i;
    }
    flag_value end = domination_end(g, at->u, at->v, at->value);
    if (end != at->value) {
      working_graph_pass(g, at->u, at->v);
      working_graph_move(g, at->u, at->v, end);
      state->removed += end == NEVER;
      state->moved += end != NEVER;
    }
    state->done = i + 1;
    state->work = g->work;
    if (i % 1024 == 0) BF_TRY(bf_jobs_tell(progress, i, e->n));
  }
out:
  return status;
}

static bf_status square_to_lists(const flag_graph *from, bf_memory *memory, flag_graph *out) {
  bf_status status = BF_OK;
  uint64_t filled = 0;
  BF_TRY(flag_graph_new(from->n, from->edges, true, memory, out));
  for (uint32_t u = 0; u < from->n; u++) {
    const float *row = from->square + (size_t)u * from->stride;
    out->row[u] = filled;
    for (uint32_t v = 0; v < from->n; v++)
      if (row[v] < INFINITY && v != u) out->neighbour[filled++] = (flag_neighbour){v, row[v]};
  }
  out->row[from->n] = filled;
out:
  return status;
}

/* A copy of lists in the engine's own layout. */
static bf_status choose_layout(const flag_graph *lists, bf_memory *memory, flag_graph *out) {
  bf_status status = BF_OK;
  const size_t n = lists->n;
  BF_TRY(flag_graph_new(lists->n, lists->edges, false, memory, out));
  if (out->dense) {
    for (size_t u = 0; u < n; u++)
      for (uint64_t i = lists->row[u]; i < lists->row[u + 1]; i++) out->square[u * out->stride + lists->neighbour[i].vertex] = lists->neighbour[i].distance;
  } else {
    memcpy(out->row, lists->row, (n + 1) * sizeof *out->row);
    if (lists->edges) memcpy(out->neighbour, lists->neighbour, 2 * lists->edges * sizeof *out->neighbour);
  }
  flag_graph_ready(out);
out:
  return status;
}

static bf_status copy(const flag_graph *from, bf_memory *memory, flag_graph *out) {
  bf_status status = BF_OK;
  if (!from->dense) return choose_layout(from, memory, out);
  BF_TRY(flag_graph_new(from->n, from->edges, false, memory, out));
  memcpy(out->square, from->square, (size_t)from->n * from->stride * sizeof *out->square);
  flag_graph_ready(out);
out:
  return status;
}

/* The collapsed graph. */
static bf_status give(const working_graph *g, bf_memory *memory, flag_graph *out) {
  bf_status status = BF_OK;
  flag_graph lists = {0};
  BF_TRY(working_graph_give(g, memory, &lists));
  if (lists.edges > (uint64_t)g->n * (g->n - 1) / 2 / 4) {
    BF_TRY(choose_layout(&lists, memory, out));
  } else {
    *out = lists;
    lists = (flag_graph){0};
  }
out:
  flag_graph_free(&lists, memory);
  return status;
}

static bf_status build(const flag_graph *from, bf_memory *memory, working_graph *g) {
  flag_graph lists = {0};
  bf_status status = from->dense ? square_to_lists(from, memory, &lists) : BF_OK;
  if (status == BF_OK) status = working_graph_build(from->dense ? &lists : from, memory, g);
  flag_graph_free(&lists, memory);
  return status;
}

/* More values than the working graph can number, or an index that takes more than a quarter of the memory that is left. */
static bool too_large(const flag_graph *g, const bf_memory *memory) {
  return g->edges > UINT32_MAX / 2 || (uint64_t)g->n * g->n / 256 > (memory->limit - memory->used) / 4;
}

bf_status flag_collapse(const flag_graph *g, const collapse_rule *rule, bf_memory *memory, bf_jobs_progress *progress, flag_graph *out, uint64_t *work) {
  bf_status status = BF_OK;
  working_graph working = {0};
  edges e = {0};
  collapse_state state;
  *out = (flag_graph){.n = g->n};
  *work = 0;
  if (g->edges == 0 || rule->budget <= 0 || too_large(g, memory)) return copy(g, memory, out);
  BF_TRY(bf_memory_reserve(memory, (void **)&e.at, &e.room, g->edges, sizeof *e.at));
  list_edges(g, &e);
  BF_TRY(sort_edges(&e, memory));
  BF_TRY(build(g, memory, &working));
  BF_TRY(collapse_edges(&working, &e, rule, progress, &state));
  *work = state.work;
  BF_TRY(collapse_is_futile(rule, &state) ? copy(g, memory, out) : give(&working, memory, out));
out:
  working_graph_free(&working, memory);
  bf_memory_release(memory, e.at, e.room, sizeof *e.at);
  return status;
}
