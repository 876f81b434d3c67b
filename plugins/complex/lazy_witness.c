/* complex.lazy_witness: the graph whose flag complexes are the lazy witness complexes of V. de Silva and G. Carlsson, Topological estimation using witness
 * complexes, 2004. */
#include "by_id.h"
#include "lazy.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct config {
  int64_t nu;
  double threshold;
} config;

static const bf_param params[] = {
    BF_PARAM(config, nu, .def = "1", .range = "[0, 2]",
             .doc = "a witness's distances are counted from that to its nu-th nearest landmark; 0: from 0. docs/complexes.md tells how to choose"),
    BF_PARAM(config, threshold, .def = "none", .range = "[0, inf]", .doc = "greatest weight of an edge, itself included; none: all pairs, as a dense graph"),
    {0}};

static const bf_port inputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "the witnesses: all points; classes are ignored"},
                                 {.name = "landmarks", .types = BF_BIT(BF_POINT_CLOUD), .doc = "the vertices, some of the points; no id twice"},
                                 {0}};
static const bf_port outputs[] = {
    {.name = "graph", .types = BF_BIT(BF_WEIGHTED_GRAPH), .doc = "pairs of landmarks with their weights: dense without a threshold, sparse with one"}, {0}};

static bf_status check_ids(const bf_points *p) {
  uint32_t *order = malloc((p->n + 1) * sizeof *order);
  if (!order) return bf_fail(BF_NO_MEMORY, "no memory for %llu ids", (unsigned long long)p->n);
  bf_by_id(p->id, (uint32_t)p->n, order);
  const bf_status status = bf_by_id_distinct(p->id, (uint32_t)p->n, order);
  free(order);
  return status;
}

static bf_status check_clouds(const config *c, const bf_points *points, const bf_points *landmarks) {
  if (landmarks->dim != points->dim)
    return bf_fail(BF_BAD_INPUT, "landmarks have %u coordinates and points %u; landmarks must be some of the points", landmarks->dim, points->dim);
  if ((uint64_t)c->nu > landmarks->n)
    return bf_fail(BF_BAD_INPUT, "nu: %d needs at least as many landmarks, not %llu; take more of them, or a smaller nu", (int)c->nu,
                   (unsigned long long)landmarks->n);
  return check_ids(landmarks);
}

/* Bytes for everything but tiles and a sparse graph; in `tiles` for so many of them. */
static uint64_t need(const bf_lazy *z, uint64_t tiles) {
  const bf_points *p = z->points;
  uint64_t lanes = (uint64_t)z->blocks * BF_LAZY_LANES, pairs = bf_lazy_tile_number(z->blocks, 0);
  return 4 * (p->n + z->n) * (p->dim + UINT64_C(2)) + lanes * (8 * (uint64_t)p->dim + 4) + z->room * (lanes + z->blocks) * 4 +
         z->host->threads(z->task) * bf_lazy_excess_bytes(z) + pairs * sizeof *z->tile + tiles * sizeof(float) * BF_LAZY_LANES * BF_LAZY_LANES +
         (z->threshold < INFINITY ? 0 : 4 * (uint64_t)z->n * z->n / 2);
}

/* What the tiles may take, or that it does not suffice. */
static bf_status budget(bf_lazy *z, uint64_t memory) {
  const bool dense = z->threshold == INFINITY;
  uint64_t pairs = bf_lazy_tile_number(z->blocks, 0), needed = need(z, dense ? pairs : 0);
  z->most_tiles = pairs;
  if (!memory) return BF_OK;
  if (needed > memory)
    return bf_fail(BF_NO_MEMORY, "%u landmarks and %llu points need %llu bytes, more than the %llu that the task may use; fewer landmarks%s need less", z->n,
                   (unsigned long long)z->points->n, (unsigned long long)needed, (unsigned long long)memory, dense ? " or a threshold" : "");
  if (!dense && z->most_tiles > (memory - needed) / 1024) z->most_tiles = (memory - needed) / 1024;
  return BF_OK;
}

static uint32_t batch_of(uint64_t witnesses) { return (uint32_t)((witnesses + BF_LAZY_LANES - 1) / BF_LAZY_LANES * BF_LAZY_LANES); }

/* Batches with excesses of 4 MiB, or less where memory is short. */
static void size_batches(bf_lazy *z, uint64_t memory) {
  const uint64_t all = bf_lazy_witnesses(z), pairs = bf_lazy_tile_number(z->blocks, 0), fit = (1 << 20) / ((uint64_t)z->blocks * BF_LAZY_LANES + 1);
  uint64_t room = fit < 256 ? 256 : fit > 8192 ? 8192 : fit;
  z->room = batch_of(room < all ? room : all);
  while (memory && z->room > 256 && need(z, pairs) > memory) z->room = batch_of(z->room / 2);
}

static bf_status begin(bf_lazy *z, uint64_t memory) {
  bf_status status = BF_OK;
  const uint64_t lanes = (uint64_t)z->blocks * BF_LAZY_LANES;
  size_batches(z, memory);
  z->bound = nextafterf(z->threshold, INFINITY);
  BF_TRY(budget(z, memory));
  BF_TRY(bf_lazy_arrange(z));
  z->excess = aligned_alloc(64, ((size_t)z->room * lanes + BF_LAZY_LANES) * sizeof *z->excess);
  z->least = malloc((size_t)z->room * z->blocks * sizeof *z->least + 1);
  z->tile = calloc(bf_lazy_tile_number(z->blocks, 0) + 1, sizeof *z->tile);
  if (!z->excess || !z->least || !z->tile) status = bf_fail(BF_NO_MEMORY, "no memory for %u landmarks", z->n);
out:
  return status;
}

static bf_status weigh(bf_lazy *z) {
  bf_status status = BF_OK;
  const uint64_t all = bf_lazy_witnesses(z), rows = bf_lazy_tile_jobs(z), batches = z->room ? (all + z->room - 1) / z->room : 0;
  uint64_t done = 0, total = batches * (rows + bf_lazy_excess_jobs(z->room)); /* the last batch may have fewer */
  for (z->from = 0; z->n && z->from < all; z->from += z->batch) {
    z->batch = all - z->from < z->room ? (uint32_t)(all - z->from) : z->room;
    BF_TRY(bf_lazy_excess(z, done, total));
    done += bf_lazy_excess_jobs(z->batch);
    BF_TRY(bf_lazy_tiles(z, done, total));
    done += rows;
  }
out:
  return status;
}

static void end(bf_lazy *z) {
  for (uint64_t i = 0; z->tile && i < bf_lazy_tile_number(z->blocks, 0); i++) free(z->tile[i]);
  free(z->tile);
  free(z->excess);
  free(z->least);
  free(z->place);
  free(z->x);
}

static bf_status make(bf_lazy *z, uint64_t memory, bf_graph *graph) {
  bf_status status = BF_OK;
  BF_TRY(begin(z, memory));
  BF_TRY(weigh(z));
  uint64_t used = need(z, atomic_load(&z->tiles));
  BF_TRY(bf_lazy_graph(z, memory ? memory > used ? memory - used : 1 : 0, graph));
  graph->id = malloc((z->n + 1) * sizeof *graph->id);
  if (!graph->id) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %u landmarks", z->n);
    goto out;
  }
  if (z->n) memcpy(graph->id, z->landmarks->id, z->n * sizeof *graph->id);
out:
  end(z);
  return status;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  bf_points points = {0}, landmarks = {0};
  bf_graph graph = {0};
  size_t n;
  uint64_t memory = host->memory(task);
  const bf_out *out = host->output(task, "graph", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_points_read(host->inputs(task, "points", &n)[0].path, memory, &points));
  BF_TRY(bf_points_read(host->inputs(task, "landmarks", &n)[0].path, memory, &landmarks));
  BF_TRY(check_clouds(c, &points, &landmarks));
  bf_lazy z = {.host = host, .task = task, .points = &points, .landmarks = &landmarks, .nu = (uint32_t)c->nu, .n = (uint32_t)landmarks.n};
  z.blocks = z.n / BF_LAZY_LANES + (z.n % BF_LAZY_LANES != 0);
  z.threshold = isnan(c->threshold) ? INFINITY : (float)c->threshold; /* as complex.rips takes it */
  BF_TRY(make(&z, memory, &graph));
  graph.convention = c->nu == 0 ? BF_RADIUS : BF_VALUE; /* with nu 0, an edge is there when balls of this radius around its ends share a point */
  host->log(task, BF_LOG_INFO, "%u landmarks, %llu points, %llu %s", graph.n, (unsigned long long)points.n, (unsigned long long)graph.m,
            graph.dense ? "weights" : "edges");
  status = bf_graph_write(out, &graph);
out:
  bf_points_free(&points);
  bf_points_free(&landmarks);
  bf_graph_free(&graph);
  return status;
}

static const bf_stage lazy_witness = {.id = "complex.lazy_witness",
                                      .doc = "graph on landmarks, weighted by what other points witness, for lazy witness complexes",
                                      .revision = 2,
                                      .max_threads = 64,
                                      .inputs = inputs,
                                      .outputs = outputs,
                                      .cfg_size = sizeof(config),
                                      .params = params,
                                      .run = run};

BF_PLUGIN(.name = "lazy_witness", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&lazy_witness, NULL});
