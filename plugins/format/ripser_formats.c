/* Ripser's input formats for WeightedGraph and PointCloud artifacts. */
#include "ripser_formats.h"

#include "ripser/ripser_in.h"

#include <math.h>
#include <stdlib.h>

/* Point ids 0 … n-1. */
static uint32_t *numbered(uint64_t n) {
  uint32_t *id = malloc((n + 1) * sizeof *id);
  for (uint64_t i = 0; id && i < n; i++) id[i] = (uint32_t)i;
  return id;
}

static bf_status write_artifact(ripser_input *in, bf_type type, uint64_t budget, const bf_out *out) {
  bf_status status = BF_OK;
  if (type == BF_POINT_CLOUD) {
    in->points.id = numbered(in->points.n);
    if (!in->points.id) return bf_fail(BF_NO_MEMORY, "no memory for %llu points", (unsigned long long)in->points.n);
    if (in->points.dim == 0) in->points.dim = 1; /* no points at all */
    return bf_points_write(out, &in->points);
  }
  if (in->points.dim > 0) BF_TRY(ripser_distances(&in->points, INFINITY, budget, &in->graph));
  in->graph.id = numbered(in->graph.n);
  if (!in->graph.id) return bf_fail(BF_NO_MEMORY, "no memory for %u vertices", in->graph.n);
  BF_TRY(bf_graph_write(out, &in->graph));
out:
  return status;
}

static bf_status import(const bf_host *host, bf_task *task, const char *path, ripser_kind kind, bf_type type, const bf_out *out) {
  bf_status status = BF_OK;
  ripser_input in = {0};
  BF_TRY(ripser_read(path, kind, host->threads(task), host->memory(task), &in));
  if (in.note[0]) host->log(task, BF_LOG_WARNING, "%s", in.note);
  BF_TRY(write_artifact(&in, type, host->memory(task), out));
out:
  ripser_input_free(&in);
  return status;
}

#define READER(name, kind)                                                                                                                                     \
  static bf_status read_##name(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const bf_out *out) {                       \
    (void)cfg;                                                                                                                                                 \
    return import(host, task, path, kind, type, out);                                                                                                          \
  }
READER(lower, RIPSER_LOWER)
READER(upper, RIPSER_UPPER)
READER(distance, RIPSER_DISTANCE)
READER(points, RIPSER_POINTS)
READER(dipha, RIPSER_DIPHA)
READER(sparse, RIPSER_SPARSE)
READER(binary, RIPSER_BINARY)

#define GRAPH BF_BIT(BF_WEIGHTED_GRAPH)
static const bf_format lower = {.id = "format.lower_distance",
                                .doc = "lower triangle of a distance matrix as text, Ripser's lower-distance; missing pairs are inf",
                                .revision = 1,
                                .extensions = ".lower_distance_matrix .lower_distance",
                                .reads = GRAPH,
                                .writes = GRAPH,
                                .read = read_lower,
                                .write = ripser_write_lower};
static const bf_format upper = {.id = "format.upper_distance",
                                .doc = "upper triangle of a distance matrix as text, Ripser's upper-distance",
                                .revision = 1,
                                .extensions = ".upper_distance_matrix .upper_distance",
                                .reads = GRAPH,
                                .read = read_upper};
static const bf_format distance = {.id = "format.distance",
                                   .doc = "full distance matrix as text, Ripser's distance",
                                   .revision = 1,
                                   .extensions = ".distance_matrix .distance",
                                   .reads = GRAPH,
                                   .read = read_distance};
static const bf_format points = {.id = "format.point_cloud",
                                 .doc =
                                     "points as text, one in each line, Ripser's point-cloud; as a graph: their Euclidean distances. Classes are not written",
                                 .revision = 1,
                                 .extensions = ".point_cloud",
                                 .reads = BF_BIT(BF_POINT_CLOUD) | GRAPH,
                                 .writes = BF_BIT(BF_POINT_CLOUD),
                                 .read = read_points,
                                 .write = ripser_write_points};
static const bf_format dipha = {
    .id = "format.dipha", .doc = "distance matrix in DIPHA's binary format", .revision = 1, .extensions = ".dipha", .reads = GRAPH, .read = read_dipha};
static const bf_format sparse = {.id = "format.sparse",
                                 .doc = "a vertex, a vertex and their distance in each line, Ripser's sparse; `i i 0` makes an isolated vertex known",
                                 .revision = 1,
                                 .extensions = ".sparse .coo",
                                 .reads = GRAPH,
                                 .writes = GRAPH,
                                 .read = read_sparse,
                                 .write = ripser_write_sparse};
static const bf_format binary = {.id = "format.binary",
                                 .doc = "lower triangle of a distance matrix as little-endian floats, Ripser's binary",
                                 .revision = 1,
                                 .extensions = ".binary_distance_matrix .binary",
                                 .reads = GRAPH,
                                 .read = read_binary};

BF_PLUGIN(.name = "ripser", .version = "1.0", .licence = "MIT",
          .formats = (const bf_format *const[]){&lower, &upper, &distance, &points, &dipha, &sparse, &binary, &ripser_diagram_format, NULL});
