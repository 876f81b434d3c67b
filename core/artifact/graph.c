/* WeightedGraph. */
#include "artifact/container.h"
#include <math.h>
#include <stdlib.h>

static bf_status check_sparse(const bf_graph *g, bf_status bad) {
  for (uint64_t e = 0; e < g->m; e++) {
    unsigned long long at = e;
    if (g->u[e] >= g->v[e] || g->v[e] >= g->n) return bf_fail(bad, "edge %llu: %u-%u, but u < v < %u must hold", at, g->u[e], g->v[e], g->n);
    if (e && (g->u[e - 1] > g->u[e] || (g->u[e - 1] == g->u[e] && g->v[e - 1] >= g->v[e])))
      return bf_fail(bad, "edge %llu: %u-%u is there twice or not in order (u, v)", at, g->u[e], g->v[e]);
    if (!(g->w[e] >= 0) || isinf(g->w[e])) return bf_fail(bad, "edge %llu: the weight %g is not a finite number >= 0", at, (double)g->w[e]);
  }
  return BF_OK;
}

static bf_status check_dense(const bf_graph *g, bf_status bad) {
  if (g->m != (g->n ? (uint64_t)g->n * (g->n - 1) / 2 : 0))
    return bf_fail(bad, "%llu distances for %u vertices; n(n-1)/2 are needed", (unsigned long long)g->m, g->n);
  for (uint64_t e = 0; e < g->m; e++)
    if (!(g->w[e] >= 0)) return bf_fail(bad, "distance %llu: %g is not a number >= 0", (unsigned long long)e, (double)g->w[e]);
  return BF_OK;
}

static bf_status check_members(const bf_graph *g, uint64_t nmember, bf_status bad) {
  if (!g->first != !g->member) return bf_fail(bad, "members of vertices are there by half");
  if (!g->first) return BF_OK;
  if (g->first[0]) return bf_fail(bad, "array first does not begin with 0");
  for (uint32_t i = 0; i < g->n; i++) {
    if (g->first[i + 1] <= g->first[i] || g->first[i + 1] > nmember) return bf_fail(bad, "vertex %u: its members are out of range", i);
    if (g->member[g->first[i]] != g->id[i]) return bf_fail(bad, "vertex %u: its own point is not its first member", i);
  }
  if (g->first[g->n] != nmember) return bf_fail(bad, "members that belong to no vertex");
  return BF_OK;
}

static bf_status check(const bf_graph *g, uint64_t nmember, bf_status bad) {
  if ((unsigned)g->convention > BF_VALUE) return bf_fail(bad, "the convention %d is not known", (int)g->convention);
  bf_status status = g->dense ? check_dense(g, bad) : check_sparse(g, bad);
  return status != BF_OK ? status : check_members(g, nmember, bad);
}

enum { ID, U, V, W, FIRST, MEMBER, ARRAYS };
static void describe(bf_array a[ARRAYS], uint64_t *n, uint64_t *m, uint64_t *n1, uint64_t *nmember) {
  a[ID] = (bf_array){.name = "id", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {n}};
  a[U] = (bf_array){.name = "u", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {m}, .optional = true};
  a[V] = (bf_array){.name = "v", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {m}, .optional = true};
  a[W] = (bf_array){.name = "w", .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {m}};
  a[FIRST] = (bf_array){.name = "first", .dtype = BETTIFLOW__DATA_TYPE__U64, .shape = {n1}, .optional = true};
  a[MEMBER] = (bf_array){.name = "member", .dtype = BETTIFLOW__DATA_TYPE__U32, .shape = {nmember}, .optional = true};
}

bf_status bf_graph_read(const char *path, uint64_t budget, bf_graph *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  bf_array a[ARRAYS];
  uint64_t n = 0, m = BF_ANY, n1 = 0, nmember = BF_ANY;
  *out = (bf_graph){0};
  BF_TRY(bf_container_open(path, BF_WEIGHTED_GRAPH, budget, &c));
  if (c.header->info_case != BETTIFLOW__HEADER__INFO_GRAPH) {
    status = bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: the header says nothing of a graph", path);
    goto out;
  }
  n = c.header->graph->vertices;
  n1 = n + 1;
  describe(a, &n, &m, &n1, &nmember);
  BF_TRY(bf_container_load(&c, a, ARRAYS));
  *out = (bf_graph){.n = (uint32_t)n,
                    .dense = c.header->graph->dense,
                    .m = m,
                    .u = a[U].data,
                    .v = a[V].data,
                    .w = a[W].data,
                    .id = a[ID].data,
                    .first = a[FIRST].data,
                    .member = a[MEMBER].data,
                    .convention = (bf_convention)c.header->graph->convention};
  if (!out->convention) out->convention = BF_DIAMETER;
  if (out->dense ? out->u || out->v : !out->u || !out->v)
    status = bf_fail(BF_BAD_INPUT, "arrays u and v belong to a sparse graph, and only there");
  else
    status = check(out, nmember, BF_BAD_INPUT);
  if (status != BF_OK) bf_fail_in(status, "%s", path);
out:
  bf_container_close(&c);
  if (status != BF_OK) bf_graph_free(out);
  return status;
}

bf_status bf_graph_write(const bf_out *out, const bf_graph *g) {
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;
  Bettiflow__GraphInfo info = BETTIFLOW__GRAPH_INFO__INIT;
  bf_array a[ARRAYS];
  uint64_t n = g->n, m = g->m, n1 = n + 1, nmember = g->first ? g->first[n] : 0;
  bf_status status = check(g, nmember, BF_FAILED);
  if (status != BF_OK) return bf_fail_in(status, "%s: not a WeightedGraph", out->path);
  describe(a, &n, &m, &n1, &nmember);
  a[ID].data = g->id;
  if (!g->dense) {
    a[U].data = g->u;
    a[V].data = g->v;
    a[U].optional = a[V].optional = false; /* NULL is fine without edges */
  }
  a[W].data = g->w;
  a[FIRST].data = g->first;
  a[MEMBER].data = g->member;
  info.vertices = g->n;
  info.dense = g->dense;
  if (g->convention != BF_DIAMETER) info.convention = (Bettiflow__Convention)g->convention; /* so graphs of distances keep the bytes that they had before it */
  header.type = BETTIFLOW__ARTIFACT_TYPE__WEIGHTED_GRAPH;
  header.info_case = BETTIFLOW__HEADER__INFO_GRAPH;
  header.graph = &info;
  return bf_container_write(out, &header, a, ARRAYS);
}

void bf_graph_free(bf_graph *value) {
  free(value->u);
  free(value->v);
  free(value->w);
  free(value->id);
  free(value->first);
  free(value->member);
  *value = (bf_graph){0};
}
