/* complex.knn_geodesic: the symmetric k-nearest-neighbour graph of a point cloud, and from it all pairs within a number of hops. */
#include "distinct.h"
#include "hops.h"
#include "knn.h"
#include <stdlib.h>

typedef struct config {
  int64_t k, hops;
  bool count_self;
} config;

static const bf_param params[] = {
    BF_PARAM(config, k, .def = "14", .range = "[1, 65535]", .doc = "nearest neighbours of a point, or all where there are fewer"),
    BF_PARAM(config, hops, .def = "2", .range = "[1, 65535]", .doc = "greatest number of steps from neighbour to neighbour; pairs farther apart have no edge"),
    BF_PARAM(config, count_self, .def = "true", .doc = "k counts the point itself, so that k - 1 others are taken"),
    {0}};

static const bf_port inputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points; classes are ignored"}, {0}};
static const bf_port outputs[] = {
    {.name = "graph", .types = BF_BIT(BF_WEIGHTED_GRAPH), .doc = "pairs of distinct points at 1 to `hops` steps, the weight being the number of steps"}, {0}};

/* The neighbour graph of the distinct points. Its memory is counted before it is asked for. */
static bf_status neighbours(const bf_host *host, bf_task *task, const bf_points *p, const bf_distinct *d, const config *c, uint64_t total, bf_knn_tree *tree,
                            bf_adjacency *out) {
  bf_status status = BF_OK;
  uint32_t *neighbour = NULL;
  uint64_t k = (uint64_t)c->k - (c->count_self ? 1 : 0);
  if (k > (d->n ? d->n - 1 : 0)) k = d->n ? d->n - 1 : 0;                             /* fewer points than k: all */
  uint64_t memory = host->memory(task), need = 4 * (uint64_t)d->n * (8 * k + p->dim); /* links both ways, and a word for each */
  if (memory && need > memory)
    return bf_fail(BF_NO_MEMORY, "%u points with %llu neighbours need %llu bytes, more than the task may use; a smaller k needs less", d->n,
                   (unsigned long long)k, (unsigned long long)need);
  neighbour = malloc(d->n * k * sizeof *neighbour + 1);
  if (!neighbour) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %llu neighbours; a smaller k needs less", (unsigned long long)d->n * k);
    goto out;
  }
  BF_TRY(bf_knn_tree_build(p->x, d->row, d->n, p->dim, tree));
  BF_TRY(bf_knn(host, task, tree, (uint32_t)k, neighbour, total));
  status = bf_adjacency_of(neighbour, tree->point, d->n, (uint32_t)k, out);
  neighbour = NULL;
out:
  free(neighbour);
  return status;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  bf_points points = {0};
  bf_distinct distinct = {0};
  bf_knn_tree tree = {0};
  bf_adjacency adjacency = {0};
  bf_graph graph = {0};
  size_t n;
  const bf_input *in = host->inputs(task, "points", &n);
  const bf_out *out = host->output(task, "graph", NULL, 0);
  if (!out) return BF_FAILED;
  uint64_t memory = host->memory(task);
  BF_TRY(bf_points_read(in[0].path, memory, &points));
  BF_TRY(bf_distinct_find(&points, &distinct));
  if (distinct.n > 1 && distinct.n <= (uint64_t)c->k + !c->count_self)
    host->log(task, BF_LOG_WARNING, "only %u distinct points for k %lld: all are neighbours, the graph is complete, and its homology that of a point",
              distinct.n, (long long)c->k);
  if (distinct.n > 1 && c->k == 1 && c->count_self)
    host->log(task, BF_LOG_WARNING, "k 1 is the point itself, so there are no edges: k 2 is the nearest other point, or set count_self: false");
  uint64_t leaves = distinct.n / BF_LEAF + (distinct.n % BF_LEAF != 0), total = leaves + bf_edges_jobs(distinct.n);
  BF_TRY(neighbours(host, task, &points, &distinct, c, total, &tree, &adjacency));
  BF_TRY(bf_hops(host, task, &adjacency, (uint32_t)c->hops, memory ? memory : UINT64_MAX, leaves, total, &graph));
  BF_TRY(bf_distinct_members(&distinct, &points, &graph));
  host->log(task, BF_LOG_INFO, "%u distinct points of %llu, %llu edges", graph.n, (unsigned long long)points.n, (unsigned long long)graph.m);
  status = bf_graph_write(out, &graph);
out:
  bf_points_free(&points);
  bf_distinct_free(&distinct);
  bf_knn_tree_free(&tree);
  bf_adjacency_free(&adjacency);
  bf_graph_free(&graph);
  return status;
}

static const bf_stage knn_geodesic = {.id = "complex.knn_geodesic",
                                      .doc = "graph of the k nearest neighbours, made symmetric, with numbers of hops as distances",
                                      .revision = 1,
                                      .max_threads = 64,
                                      .inputs = inputs,
                                      .outputs = outputs,
                                      .cfg_size = sizeof(config),
                                      .params = params,
                                      .run = run};

BF_PLUGIN(.name = "knn_geodesic", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&knn_geodesic, NULL});
