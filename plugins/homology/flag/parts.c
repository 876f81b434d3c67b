/* Components by union-find, gathered into parts by a counting sort. */
#include "flag/parts.h"
#include "flag/pairs.h"
#include <string.h>

enum { LARGE = 1024 }; /* vertices from which on a part is large enough */
#define NONE UINT32_MAX

/* The forest of all threads: a root is the smallest vertex of its tree, every other vertex has a smaller parent. */
typedef struct forest {
  const bf_graph *graph;
  float threshold;
  uint32_t shares;
  _Atomic uint32_t *parent;
  atomic_uint trees;
} forest;

static uint32_t parent_of(const forest *f, uint32_t x) { return atomic_load_explicit(&f->parent[x], memory_order_relaxed); }

/* Path halving. What it overwrites may be newer, but both are ancestors. */
static uint32_t find(forest *f, uint32_t x) {
  uint32_t parent, next;
  for (; (parent = parent_of(f, x)) != x; x = next) {
    next = parent_of(f, parent);
    if (next != parent) atomic_store_explicit(&f->parent[x], next, memory_order_relaxed);
  }
  return x;
}

/* Returns the root of what is one tree then, the smaller one. The larger one may have a parent by now, from another thread; then this begins anew. */
static uint32_t join(forest *f, uint32_t x, uint32_t y, uint32_t *joined) {
  for (;;) {
    x = find(f, x);
    y = find(f, y);
    if (x == y) return x;
    const uint32_t smaller = x < y ? x : y, larger = x < y ? y : x;
    uint32_t root = larger;
    if (!atomic_compare_exchange_strong_explicit(&f->parent[larger], &root, smaller, memory_order_relaxed, memory_order_relaxed)) continue;
    ++*joined;
    return smaller;
  }
}

static bf_status join_share(void *context, uint32_t thread, uint64_t i) {
  forest *f = context;
  flag_pairs pairs = flag_pairs_share(f->graph, i, f->shares);
  flag_pair_row row;
  (void)thread;
  while (atomic_load_explicit(&f->trees, memory_order_relaxed) > 1 && flag_pairs_row(&pairs, &row)) {
    uint32_t root = row.vertex, joined = 0;
    for (uint64_t k = 0; k < row.n; k++) {
      const uint32_t other = flag_pair_other(&row, k);
      if (flag_is_edge(row.weight[k], f->threshold) && parent_of(f, other) != root) root = join(f, root, other, &joined);
    }
    if (joined > 0) atomic_fetch_sub_explicit(&f->trees, joined, memory_order_relaxed);
  }
  return BF_OK;
}

/* The part of each vertex, NONE where it has no edge, in place of its root: components in the order of their smallest vertices, several small ones together.
 * size[] is of components, by their roots. Returns the number of parts. */
static uint32_t assign(uint32_t n, uint32_t *root, uint32_t *size) {
  uint32_t parts = 0, filled = LARGE;
  memset(size, 0, n * sizeof *size);
  for (uint32_t v = 0; v < n; v++) size[root[v]]++;
  for (uint32_t v = 0; v < n; v++) {
    if (root[v] != v) {
      root[v] = root[root[v]]; /* it is smaller, and has its part by now */
    } else if (size[v] == 1) {
      root[v] = NONE;
    } else {
      if (filled >= LARGE || size[v] >= LARGE) parts++, filled = 0;
      filled += size[v];
      root[v] = parts - 1;
    }
  }
  return parts;
}

/* The root of each vertex, and how many there are, or 1 as soon as that is known. */
static bf_status join_all(const bf_graph *g, float threshold, uint32_t threads, bf_jobs_progress *progress, bf_memory *memory, uint32_t *root,
                          uint32_t *trees) {
  bf_status status = BF_OK;
  forest f = {.graph = g, .threshold = threshold, .shares = flag_pairs_shares(g, threads), .trees = g->n};
  size_t room = 0;
  BF_TRY(bf_memory_reserve(memory, (void **)&f.parent, &room, g->n, sizeof *f.parent));
  for (uint32_t v = 0; v < g->n; v++) atomic_init(&f.parent[v], v);
  BF_TRY(bf_jobs_run(progress, threads, f.shares, join_share, &f));
  *trees = atomic_load(&f.trees);
  for (uint32_t v = 0; v < g->n; v++) root[v] = find(&f, v);
out:
  bf_memory_release(memory, f.parent, room, sizeof *f.parent);
  return status;
}

bf_status flag_parts_find(const bf_graph *from, float threshold, uint32_t threads, bf_jobs_progress *progress, bf_memory *memory, flag_parts *out) {
  bf_status status = BF_OK;
  uint32_t *part = NULL, n = from->n, trees = 0;
  size_t part_room = 0;
  *out = (flag_parts){.n = 1, .nvertex = n};
  BF_TRY(bf_memory_reserve(memory, (void **)&part, &part_room, n, sizeof *part));
  BF_TRY(join_all(from, threshold, threads, progress, memory, part, &trees));
  if (trees <= 1) goto out;
  BF_TRY(bf_memory_reserve(memory, (void **)&out->place, &out->place_room, n, sizeof *out->place));
  BF_TRY(bf_memory_reserve(memory, (void **)&out->vertex, &out->vertex_room, n, sizeof *out->vertex));
  out->n = assign(n, part, out->place);
  BF_TRY(bf_memory_reserve(memory, (void **)&out->begin, &out->begin_room, out->n + (size_t)2, sizeof *out->begin));
  memset(out->begin, 0, (out->n + (size_t)2) * sizeof *out->begin);
  for (uint32_t v = 0; v < n; v++) out->begin[(part[v] == NONE ? out->n : part[v]) + 1]++;
  for (uint32_t p = 0; p <= out->n; p++) out->begin[p + 1] += out->begin[p];
  for (uint32_t v = 0; v < n; v++) out->vertex[out->begin[part[v] == NONE ? out->n : part[v]]++] = v; /* each begin moves to its end */
  memmove(out->begin + 1, out->begin, (out->n + (size_t)1) * sizeof *out->begin);
  out->begin[0] = 0;
  for (uint32_t i = 0; i < n; i++) out->place[out->vertex[i]] = i;
out:
  bf_memory_release(memory, part, part_room, sizeof *part);
  return status;
}

void flag_parts_free(flag_parts *p, bf_memory *memory) {
  bf_memory_release(memory, p->begin, p->begin_room, sizeof *p->begin);
  bf_memory_release(memory, p->vertex, p->vertex_room, sizeof *p->vertex);
  bf_memory_release(memory, p->place, p->place_room, sizeof *p->place);
  *p = (flag_parts){0};
}

bf_status flag_parts_take(const flag_parts *parts, uint32_t p, const flag_graph *lists, bf_memory *memory, flag_graph *out) {
  bf_status status = BF_OK;
  const uint32_t *vertex = parts->vertex + parts->begin[p], n = parts->begin[p + 1] - parts->begin[p];
  uint64_t ends = 0;
  for (uint32_t i = 0; i < n; i++) ends += lists->row[vertex[i] + 1] - lists->row[vertex[i]];
  BF_TRY(flag_graph_new(n, ends / 2, false, memory, out));
  ends = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (!out->dense) out->row[i] = ends;
    for (uint64_t e = lists->row[vertex[i]]; e < lists->row[vertex[i] + 1]; e++) {
      flag_neighbour to = {parts->place[lists->neighbour[e].vertex] - parts->begin[p], lists->neighbour[e].distance};
      if (out->dense)
        out->square[(size_t)i * out->stride + to.vertex] = to.distance;
      else
        out->neighbour[ends++] = to;
    }
  }
  if (!out->dense) out->row[n] = ends;
  flag_graph_ready(out);
out:
  return status;
}
