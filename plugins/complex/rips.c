/* complex.rips: the graph of distances whose flag complexes are the Vietoris-Rips complexes of points, or of a graph cut at a threshold. */
#include "rips.h"
#include "distinct.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct config {
  double threshold, p;
  const char *metric, *duplicates;
} config;

static const bf_param params[] = {
    BF_PARAM(config, threshold, .def = "none", .range = "[0, inf]", .doc = "greatest distance of an edge, itself included; none: all pairs, as a dense graph"),
    BF_PARAM(config, metric, .def = "euclidean", .choices = BF_METRICS, .doc = "how distances of points are measured"),
    BF_PARAM(config, p, .def = "2", .range = "[1, inf]", .doc = "the power of minkowski"),
    BF_PARAM(config, duplicates, .def = "keep", .choices = "keep|merge",
             .doc = "merge: points with equal coordinates become one vertex, which lists them; keep: each point is one, at distance 0"),
    {0}};

enum { POINTS, GRAPH };
static const bf_port inputs[] = {
    {.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .flags = BF_OPTIONAL, .doc = "points; classes are ignored"},
    {.name = "graph", .types = BF_BIT(BF_WEIGHTED_GRAPH), .flags = BF_OPTIONAL, .doc = "instead of points, a matrix of distances or a sparse graph, to be cut"},
    {0}};
static const bf_port outputs[] = {
    {.name = "graph", .types = BF_BIT(BF_WEIGHTED_GRAPH), .doc = "pairs with their distances: dense without a threshold, sparse with one"}, {0}};

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  bool minkowski = strcmp(c->metric, "minkowski") == 0;
  if (connected == 0) return bf_fail(BF_INVALID, "it needs an input: either `points` or `graph`");
  if (connected == (1u << POINTS | 1u << GRAPH)) return bf_fail(BF_INVALID, "it takes either `points` or `graph`, not both");
  if (c->p != 2 && !minkowski) return bf_fail(BF_INVALID, "p: it belongs to the metric minkowski, and %s has none", c->metric);
  if (connected == 1u << GRAPH && strcmp(c->metric, "euclidean") != 0)
    return bf_fail(BF_INVALID, "metric: the distances of `graph` are there already; leave this parameter out, or give `points`");
  if (connected == 1u << GRAPH && strcmp(c->duplicates, "keep") != 0)
    return bf_fail(BF_INVALID, "duplicates: `graph` has no coordinates to compare; leave this parameter out, or give `points`");
  return BF_OK;
}

/* As homology.ripser takes it: edges have floats, and one equal to the threshold as a float is kept. */
static float threshold_of(const config *c) { return isnan(c->threshold) ? INFINITY : (float)c->threshold; }

/* The vertices: points, or distinct points, whose coordinates then stand in the first rows of p->x. */
static bf_status vertices(const config *c, bf_points *p, bf_graph *graph) {
  bf_status status = BF_OK;
  bf_distinct d = {0};
  if (strcmp(c->duplicates, "merge") == 0) {
    BF_TRY(bf_distinct_find(p, &d));
    BF_TRY(bf_distinct_members(&d, p, graph));
    for (uint32_t i = 0; i < d.n; i++) { /* forwards: a row moves down, never up */
      memmove(p->x + (size_t)i * p->dim, p->x + (size_t)d.row[i] * p->dim, p->dim * sizeof *p->x);
      p->id[i] = p->id[d.row[i]];
    }
    p->n = d.n;
  } else {
    graph->n = (uint32_t)p->n;
    graph->id = malloc((p->n + 1) * sizeof *graph->id);
    if (graph->id && p->n) memcpy(graph->id, p->id, p->n * sizeof *graph->id);
    if (!graph->id) status = bf_fail(BF_NO_MEMORY, "no memory for %u vertices", graph->n);
  }
out:
  bf_distinct_free(&d);
  return status;
}

static bf_status from_points(const bf_host *host, bf_task *task, const config *c, const char *path, bf_graph *graph) {
  bf_status status = BF_OK;
  bf_points points = {0};
  bf_space space = {0};
  uint64_t memory = host->memory(task), n, used;
  bf_metric metric = bf_metric_of(c->metric, c->p);
  BF_TRY(bf_points_read(path, memory, &points));
  n = points.n;
  BF_TRY(vertices(c, &points, graph));
  used = 4 * points.n * (2 + (uint64_t)points.dim) + bf_space_bytes(metric, points.n, points.dim);
  if (memory && used >= memory) {
    status = bf_fail(BF_NO_MEMORY, "the coordinates of %llu points need %llu bytes, more than the task may use; points.subsample takes fewer",
                     (unsigned long long)points.n, (unsigned long long)used);
    goto out;
  }
  BF_TRY(bf_space_new(metric, &points, &space));
  bf_rips r = {.host = host, .task = task, .space = &space, .threshold = threshold_of(c), .memory = memory ? memory - used : 0};
  BF_TRY(bf_rips_forecast(&r));
  BF_TRY(r.threshold < INFINITY ? bf_rips_near(&r, graph) : bf_rips_dense(&r, graph));
  host->log(task, BF_LOG_INFO, "%u vertices of %llu points, %llu %s", graph->n, (unsigned long long)n, (unsigned long long)graph->m,
            graph->dense ? "distances" : "edges");
out:
  bf_space_free(&space);
  bf_points_free(&points);
  return status;
}

static bf_status from_graph(const bf_host *host, bf_task *task, const config *c, const char *path, bf_graph *graph) {
  bf_status status = BF_OK;
  uint64_t memory = host->memory(task), m;
  float threshold = threshold_of(c);
  BF_TRY(bf_graph_read(path, memory, graph));
  m = graph->m;
  if (threshold < INFINITY) BF_TRY(bf_rips_cut(graph, threshold, memory));
  host->log(task, BF_LOG_INFO, "%u vertices, %llu edges of %llu", graph->n, (unsigned long long)graph->m, (unsigned long long)m);
out:
  return status;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  bf_graph graph = {0};
  size_t npoints, ngraphs;
  const bf_input *points = host->inputs(task, "points", &npoints), *given = host->inputs(task, "graph", &ngraphs);
  const bf_out *out = host->output(task, "graph", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(npoints ? from_points(host, task, cfg, points[0].path, &graph) : from_graph(host, task, cfg, given[0].path, &graph));
  status = bf_graph_write(out, &graph);
out:
  bf_graph_free(&graph);
  return status;
}

static const bf_stage rips = {.id = "complex.rips",
                              .doc = "graph of distances between points, all or up to a threshold, for Vietoris-Rips complexes",
                              .revision = 1,
                              .max_threads = 64,
                              .inputs = inputs,
                              .outputs = outputs,
                              .cfg_size = sizeof(config),
                              .params = params,
                              .check = check,
                              .run = run};

BF_PLUGIN(.name = "rips", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&rips, NULL});
