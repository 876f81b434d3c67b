/* dataset.network: the shortest-path metric of a random network with random edge lengths.
 *
 * preferential: Barabási and Albert, "Emergence of scaling in random networks", Science 286, 1999. A complete graph on links + 1 vertices; each further vertex
 *   is joined to `links` different ones, drawn with probability proportional to their degree.
 * hierarchical: Ravasz and Barabási, "Hierarchical organization in complex networks", Phys. Rev. E 67, 2003. A complete graph on `module` vertices, of which
 *   the first is the hub and the others are peripheral; then, level by level, module - 1 copies of all there is, whose peripheral vertices are joined to the
 *   first hub and are the peripheral ones of the next level. The random lengths are what is random here. */
#include <bettiflow/artifact.h>
#include <bettiflow/random.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct config {
  const char *model, *lengths;
  int64_t vertices, links, module, levels, seed;
} config;

static const bf_param params[] = {
    BF_PARAM(config, model, .def = "preferential", .choices = "preferential|hierarchical", .doc = "how the network grows: Barabási-Albert or Ravasz-Barabási"),
    BF_PARAM(config, vertices, .def = "300", .range = "[2, 65535]", .doc = "of the preferential network"),
    BF_PARAM(config, links, .def = "3", .range = "[1, 65534]", .doc = "edges that each new vertex of the preferential network brings"),
    BF_PARAM(config, module, .def = "8", .range = "[2, 65535]", .doc = "vertices of the hierarchical network's first module"),
    BF_PARAM(config, levels, .def = "3", .range = "[1, 16]", .doc = "of the hierarchical network, which has module^levels vertices, 65535 at most"),
    BF_PARAM(config, lengths, .def = "uniform", .choices = "uniform|unit", .doc = "of edges: uniformly random in (0, 1], or all 1"),
    BF_PARAM(config, seed, .def = "0", .doc = "of the random numbers"),
    {0}};

static const bf_port outputs[] = {
    {.name = "graph", .types = BF_BIT(BF_WEIGHTED_GRAPH), .doc = "the distances of all pairs of vertices: the lengths of shortest paths"}, {0}};

static bool preferential(const config *c) { return c->model[0] == 'p'; }

/* 0: too many. */
static uint32_t vertices(const config *c) {
  uint64_t n = 1;
  if (preferential(c)) return (uint32_t)c->vertices;
  for (int64_t level = 0; level < c->levels; level++)
    if ((n *= (uint64_t)c->module) > 65535) return 0;
  return (uint32_t)n;
}

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  (void)connected;
  if (!vertices(c))
    return bf_fail(BF_INVALID, "levels: %lld levels of modules of %lld are more than 65535 vertices", (long long)c->levels, (long long)c->module);
  if (preferential(c) && c->links >= c->vertices)
    return bf_fail(BF_INVALID, "links: %lld need more than %lld vertices", (long long)c->links, (long long)c->vertices);
  return BF_OK;
}

typedef struct network {
  uint32_t n;
  uint64_t m; /* edges so far, room for all */
  uint32_t (*edge)[2];
  double *length;  /* m */
  uint64_t *first; /* n + 1: arcs of vertex v are first[v] … first[v+1]-1 */
  uint32_t *arc;   /* 2m numbers of edges */
} network;

static void network_free(network *g) {
  free(g->edge);
  free(g->length);
  free(g->first);
  free(g->arc);
}

/* Edges of the whole network: each is in a complete graph, brought by a vertex, copied with a module, or joins a peripheral vertex to the hub. */
static uint64_t edges(const config *c) {
  uint64_t links = (uint64_t)c->links, module = (uint64_t)c->module, m = module * (module - 1) / 2, periphery = module - 1;
  if (preferential(c)) return links * (links + 1) / 2 + ((uint64_t)c->vertices - links - 1) * links;
  for (int64_t level = 1; level < c->levels; level++) {
    periphery *= module - 1; /* of the copies, and so of the next level */
    m = m * module + periphery;
  }
  return m;
}

static void add(network *g, uint32_t u, uint32_t v) {
  g->edge[g->m][0] = u;
  g->edge[g->m++][1] = v;
}

static void add_complete(network *g, uint32_t n) {
  for (uint32_t v = 1; v < n; v++)
    for (uint32_t u = 0; u < v; u++) add(g, u, v);
}

/* A vertex has as many edge ends as its degree, so a random end is a vertex drawn by degree. A new vertex sees the degrees before it came. */
static bf_status grow_preferential(const bf_host *host, bf_task *task, network *g, uint32_t links, uint64_t seed) {
  bf_status status = BF_OK;
  uint64_t draw = 0;
  uint32_t *joined = calloc(g->n, sizeof *joined); /* the last new vertex that was joined to this one */
  if (!joined) return bf_fail(BF_NO_MEMORY, "no memory for %u vertices", g->n);
  add_complete(g, links + 1);
  for (uint32_t v = links + 1; v < g->n; v++) {
    uint64_t before = g->m;
    BF_TRY(host->step(task, v, g->n));
    while (g->m < before + links) {
      uint64_t end = bf_random_below(seed, draw++, 2 * before);
      uint32_t u = g->edge[end / 2][end % 2];
      if (joined[u] == v) continue;
      joined[u] = v;
      add(g, u, v);
    }
  }
out:
  free(joined);
  return status;
}

/* Vertex numbers in base `module` say which copy at which level; a vertex is peripheral when no digit is 0. */
static void grow_hierarchical(network *g, uint32_t module) {
  add_complete(g, module);
  for (uint32_t size = module; size < g->n; size *= module) {
    uint64_t before = g->m;
    for (uint32_t copy = 1; copy < module; copy++) {
      for (uint64_t e = 0; e < before; e++) add(g, g->edge[e][0] + copy * size, g->edge[e][1] + copy * size);
      for (uint32_t v = 0; v < size; v++) {
        uint32_t rest = v, digits = size;
        while (digits > 1 && rest % module) rest /= module, digits /= module;
        if (digits == 1) add(g, 0, v + copy * size);
      }
    }
  }
}

/* Gives the edges their lengths and sorts them by vertex. */
static bf_status finish(network *g, bool uniform, uint64_t seed) {
  g->length = malloc(g->m * sizeof *g->length + 1);
  g->first = calloc((size_t)g->n + 1, sizeof *g->first);
  g->arc = malloc(2 * g->m * sizeof *g->arc + 1);
  if (!g->length || !g->first || !g->arc) return bf_fail(BF_NO_MEMORY, "no memory for a network of %llu edges", (unsigned long long)g->m);
  for (uint64_t e = 0; e < g->m; e++) {
    g->length[e] = uniform ? 1 - bf_random_uniform(seed, e) : 1;
    for (int k = 0; k < 2; k++) g->first[g->edge[e][k]]++;
  }
  for (uint32_t v = 0; v < g->n; v++) g->first[v + 1] += g->first[v]; /* first[v] is where the arcs of v end; counted down below */
  for (uint64_t e = g->m; e-- > 0;)
    for (int k = 0; k < 2; k++) g->arc[--g->first[g->edge[e][k]]] = (uint32_t)e;
  return BF_OK;
}

/* Dijkstra's algorithm with the queue as a binary heap of vertices; place[v] is where v stands in it, n when it does not yet, n + 1 when it is done. */
typedef struct search {
  double *distance;
  uint32_t *heap, *place, size;
} search;

static void settle(search *s, uint32_t at, uint32_t v) {
  while (at && s->distance[s->heap[(at - 1) / 2]] > s->distance[v]) {
    s->heap[at] = s->heap[(at - 1) / 2];
    s->place[s->heap[at]] = at;
    at = (at - 1) / 2;
  }
  s->heap[at] = v;
  s->place[v] = at;
}

static uint32_t take(search *s) {
  uint32_t nearest = s->heap[0], v = s->heap[--s->size], at = 0;
  for (uint32_t child; (child = 2 * at + 1) < s->size; at = child) {
    if (child + 1 < s->size && s->distance[s->heap[child + 1]] < s->distance[s->heap[child]]) child++;
    if (s->distance[s->heap[child]] >= s->distance[v]) break;
    s->heap[at] = s->heap[child];
    s->place[s->heap[at]] = at;
  }
  if (s->size) settle(s, at, v);
  return nearest;
}

static void distances_from(const network *g, uint32_t source, search *s) {
  for (uint32_t v = 0; v < g->n; v++) s->distance[v] = INFINITY, s->place[v] = g->n;
  s->size = 1;
  s->distance[source] = 0;
  settle(s, 0, source);
  while (s->size) {
    uint32_t u = take(s);
    s->place[u] = g->n + 1;
    for (uint64_t a = g->first[u]; a < g->first[u + 1]; a++) {
      uint32_t e = g->arc[a], v = g->edge[e][0] == u ? g->edge[e][1] : g->edge[e][0];
      double through = s->distance[u] + g->length[e];
      if (s->place[v] > g->n || through >= s->distance[v]) continue;
      s->distance[v] = through;
      settle(s, s->place[v] == g->n ? s->size++ : s->place[v], v);
    }
  }
}

/* Rows 1 … n-1 of the lower triangle. */
static bf_status all_distances(const bf_host *host, bf_task *task, const network *g, float *w) {
  bf_status status = BF_OK;
  search s = {malloc(g->n * sizeof *s.distance + 1), malloc(g->n * sizeof *s.heap + 1), malloc(g->n * sizeof *s.place + 1), 0};
  if (!s.distance || !s.heap || !s.place) {
    status = bf_fail(BF_NO_MEMORY, "no memory for the distances of %u vertices", g->n);
    goto out;
  }
  for (uint32_t i = 1; i < g->n; i++) {
    BF_TRY(host->step(task, i, g->n));
    distances_from(g, i, &s);
    for (uint32_t j = 0; j < i; j++) *w++ = (float)s.distance[j];
  }
out:
  free(s.distance);
  free(s.heap);
  free(s.place);
  return status;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  network g = {.n = vertices(c)};
  bf_graph graph = {.n = g.n, .dense = true, .m = (uint64_t)g.n * (g.n - 1) / 2};
  uint64_t memory = host->memory(task), need = edges(c) * 24 + graph.m * sizeof *graph.w + (uint64_t)g.n * 40;
  const bf_out *out = host->output(task, "graph", NULL, 0);
  if (!out) return BF_FAILED;
  if (memory && need > memory)
    return bf_fail(BF_NO_MEMORY, "%u vertices with %llu edges need %llu bytes, more than the task may use", g.n, (unsigned long long)edges(c),
                   (unsigned long long)need);
  g.edge = malloc(edges(c) * sizeof *g.edge + 1);
  graph.w = malloc(graph.m * sizeof *graph.w + 1);
  graph.id = malloc(g.n * sizeof *graph.id + 1);
  if (!g.edge || !graph.w || !graph.id) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %u vertices with %llu edges", g.n, (unsigned long long)edges(c));
    goto out;
  }
  if (preferential(c))
    BF_TRY(grow_preferential(host, task, &g, (uint32_t)c->links, host->seed(task, "links")));
  else
    grow_hierarchical(&g, (uint32_t)c->module);
  BF_TRY(finish(&g, !strcmp(c->lengths, "uniform"), host->seed(task, "lengths")));
  BF_TRY(all_distances(host, task, &g, graph.w));
  for (uint32_t v = 0; v < g.n; v++) graph.id[v] = v;
  status = bf_graph_write(out, &graph);
out:
  network_free(&g);
  bf_graph_free(&graph);
  return status;
}

static const bf_stage stage = {.id = "dataset.network",
                               .doc = "the shortest-path metric of a random network, preferential or hierarchical: β0 = 1, the rest not known",
                               .revision = 1,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "network", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
