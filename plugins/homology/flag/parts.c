/* Components by union-find, gathered into parts by a counting sort. */
#include "flag/parts.h"
#include <string.h>

enum { LARGE = 1024 }; /* vertices from which on a part is large enough */
#define NONE UINT32_MAX

static uint32_t find(uint32_t *parent, uint32_t x) {
  while (parent[x] != x) x = parent[x] = parent[parent[x]]; /* path halving */
  return x;
}

/* The smaller root stays one. */
static bool join(uint32_t *parent, uint32_t x, uint32_t y) {
  x = find(parent, x);
  y = find(parent, y);
  if (x == y) return false;
  parent[x > y ? x : y] = x < y ? x : y;
  return true;
}

/* Returns how many components there are, or 1 as soon as that is known. */
static uint32_t join_all(const bf_graph *g, float threshold, uint32_t *parent) {
  uint32_t components = g->n;
  const float *w = g->w;
  if (g->dense) {
    for (uint32_t i = 1; i < g->n && components > 1; i++)
      for (uint32_t j = 0; j < i; j++, w++)
        if (flag_is_edge(*w, threshold)) components -= join(parent, i, j);
  } else {
    for (uint64_t e = 0; e < g->m && components > 1; e++)
      if (flag_is_edge(w[e], threshold)) components -= join(parent, g->u[e], g->v[e]);
  }
  return components;
}

/* The part of each vertex, NONE where it has no edge, in place of its parent: components in the order of their smallest vertices, several small ones together.
 * size[] is of components, by their roots. Returns the number of parts. */
static uint32_t assign(uint32_t n, uint32_t *parent, uint32_t *size) {
  uint32_t parts = 0, filled = LARGE;
  for (uint32_t v = 0; v < n; v++) parent[v] = find(parent, v);
  memset(size, 0, n * sizeof *size);
  for (uint32_t v = 0; v < n; v++) size[parent[v]]++;
  for (uint32_t v = 0; v < n; v++) {
    if (parent[v] != v) {
      parent[v] = parent[parent[v]]; /* the root is smaller, and has its part by now */
    } else if (size[v] == 1) {
      parent[v] = NONE;
    } else {
      if (filled >= LARGE || size[v] >= LARGE) parts++, filled = 0;
      filled += size[v];
      parent[v] = parts - 1;
    }
  }
  return parts;
}

bf_status flag_parts_find(const bf_graph *from, float threshold, flag_memory *memory, flag_parts *out) {
  bf_status status = BF_OK;
  uint32_t *part = NULL, n = from->n;
  size_t part_room = 0;
  *out = (flag_parts){.n = 1, .nvertex = n};
  BF_TRY(flag_reserve(memory, (void **)&part, &part_room, n, sizeof *part));
  for (uint32_t v = 0; v < n; v++) part[v] = v;
  if (join_all(from, threshold, part) <= 1) goto out;
  BF_TRY(flag_reserve(memory, (void **)&out->number, &out->number_room, n, sizeof *out->number));
  BF_TRY(flag_reserve(memory, (void **)&out->vertex, &out->vertex_room, n, sizeof *out->vertex));
  out->n = assign(n, part, out->number);
  BF_TRY(flag_reserve(memory, (void **)&out->begin, &out->begin_room, out->n + (size_t)2, sizeof *out->begin));
  memset(out->begin, 0, (out->n + (size_t)2) * sizeof *out->begin);
  for (uint32_t v = 0; v < n; v++) out->begin[(part[v] == NONE ? out->n : part[v]) + 1]++;
  for (uint32_t p = 0; p <= out->n; p++) out->begin[p + 1] += out->begin[p];
  for (uint32_t v = 0; v < n; v++) out->vertex[out->begin[part[v] == NONE ? out->n : part[v]]++] = v; /* each begin moves to its end */
  memmove(out->begin + 1, out->begin, (out->n + (size_t)1) * sizeof *out->begin);
  out->begin[0] = 0;
  for (uint32_t p = 0; p < out->n; p++)
    for (uint32_t i = out->begin[p]; i < out->begin[p + 1]; i++) out->number[out->vertex[i]] = i - out->begin[p];
out:
  flag_release(memory, part, part_room, sizeof *part);
  return status;
}

void flag_parts_free(flag_parts *p, flag_memory *memory) {
  flag_release(memory, p->begin, p->begin_room, sizeof *p->begin);
  flag_release(memory, p->vertex, p->vertex_room, sizeof *p->vertex);
  flag_release(memory, p->number, p->number_room, sizeof *p->number);
  *p = (flag_parts){0};
}

bf_status flag_parts_take(const flag_parts *parts, uint32_t p, const flag_graph *lists, flag_memory *memory, flag_graph *out) {
  bf_status status = BF_OK;
  const uint32_t *vertex = parts->vertex + parts->begin[p], n = parts->begin[p + 1] - parts->begin[p];
  uint64_t ends = 0;
  for (uint32_t i = 0; i < n; i++) ends += lists->row[vertex[i] + 1] - lists->row[vertex[i]];
  BF_TRY(flag_graph_new(n, ends / 2, false, memory, out));
  ends = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (!out->dense) out->row[i] = ends;
    for (uint64_t e = lists->row[vertex[i]]; e < lists->row[vertex[i] + 1]; e++) {
      flag_neighbour to = {parts->number[lists->neighbour[e].vertex], lists->neighbour[e].distance};
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
