/* complex.landmarks: a few points that stand for all, and how well they cover them. */
#include "../points/max_min.h"
#include "../points/plus_plus.h"
#include "landmarks.h"
#include "witness/stage.h"
#include <bettiflow/random.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct config {
  int64_t count, first, seed;
  const char *method;
  bf_ints ids;
  bf_file file;
} config;

static const bf_param params[] = {
    BF_PARAM(config, count, .def = "0", .range = "[0, 4294967295]",
             .doc = "number of landmarks; all points, if there are fewer. To be given, unless the landmarks are"),
    BF_PARAM(config, method, .def = "max_min", .choices = "max_min|random|kmeans_pp|given",
             .doc = "each next one the farthest from those before, or by chance, or by chance in proportion to its squared distance from those before; or "
                    "`ids` or `file`"),
    BF_PARAM(config, first, .def = "-1", .range = "[-1, 4294967294]",
             .doc = "max_min begins with this row of the points, counted from 0; -1: one drawn by chance"),
    BF_PARAM(config, seed, .def = "0", .range = "[0, inf)", .doc = "seed of the draws"),
    BF_PARAM(config, ids, .def = "[]", .range = "[0, 4294967295]", .doc = "given: the landmarks' point ids"),
    BF_PARAM(config, file, .def = "", .doc = "given: a text file with the landmarks' point ids, separated by blanks, commas or line ends"),
    {0}};

static const bf_port inputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points; classes go along and are ignored"}, {0}};
static const bf_port outputs[] = {
    {.name = "landmarks", .types = BF_BIT(BF_POINT_CLOUD), .doc = "those that were chosen, in order of choice, with their ids"},
    {.name = "cover", .types = BF_BIT(BF_TABLE), .doc = "one row: points, landmarks, the cover radius r (no point is farther from a landmark), and r squared"},
    {0}};

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  const bool given = strcmp(c->method, "given") == 0, max_min = strcmp(c->method, "max_min") == 0;
  (void)connected;
  if (given && c->count) return bf_fail(BF_INVALID, "count: the landmarks are given, and so is their number; leave it out, or set it to 0");
  if (!given && !c->count) return bf_fail(BF_INVALID, "count: how many landmarks? A few hundred are usual");
  if (!max_min && c->first >= 0) return bf_fail(BF_INVALID, "first: only max_min begins with a point; leave it out, or take `method: max_min`");
  if (!given && (c->ids.n || c->file.path)) return bf_fail(BF_INVALID, "%s: for landmarks that are given; add `method: given`", c->ids.n ? "ids" : "file");
  return BF_OK;
}

/* The rows of `count` landmarks, in order of choice, by the methods that choose. */
static bf_status choose(const bf_host *host, bf_task *task, const bf_points *p, const config *c, uint32_t count, uint32_t *row) {
  const uint32_t n = (uint32_t)p->n;
  if (!count) return BF_OK;
  const uint64_t seed = host->seed(task, "landmarks");
  if (strcmp(c->method, "kmeans_pp") == 0) return bf_plus_plus(host, task, p, seed, count, row);
  if (strcmp(c->method, "max_min") == 0) {
    if (c->first >= (int64_t)n) return bf_fail(BF_BAD_INPUT, "first: there is no point %lld, there are %u", (long long)c->first, n);
    return bf_max_min(host, task, p, NULL, n, c->first >= 0 ? (uint32_t)c->first : (uint32_t)bf_random_below(seed, 0, n), count, row, NULL);
  }
  uint32_t *order = malloc((size_t)n * sizeof *order);
  if (!order) return bf_fail(BF_NO_MEMORY, "no memory for %u points", n);
  bf_random_permutation(seed, n, order);
  memcpy(row, order, count * sizeof *row);
  free(order);
  return BF_OK;
}

static bf_status take(const bf_points *p, const uint32_t *row, uint32_t count, bf_points *out) {
  bf_status status = bf_points_new(out, count, p->dim, p->label != NULL);
  for (uint32_t i = 0; status == BF_OK && i < count; i++) {
    memcpy(out->x + (size_t)i * p->dim, p->x + (size_t)row[i] * p->dim, p->dim * sizeof *out->x);
    if (p->label && out->label) out->label[i] = p->label[row[i]];
    out->id[i] = p->id[row[i]];
  }
  return status;
}

static bf_status write_cover(const bf_out *out, uint64_t points, uint64_t landmarks, double square) {
  bf_status status = BF_OK;
  bf_table t = {0};
  BF_TRY(bf_table_caption(&t, "how well the landmarks cover the points"));
  BF_TRY(bf_table_column(&t, "points", BF_COLUMN_INTEGER));
  BF_TRY(bf_table_column(&t, "landmarks", BF_COLUMN_INTEGER));
  BF_TRY(bf_table_column(&t, "cover_radius", BF_COLUMN_REAL));
  BF_TRY(bf_table_column(&t, "cover_radius_square", BF_COLUMN_REAL));
  BF_TRY(bf_table_row(&t));
  BF_TRY(bf_table_put_integer(&t, 0, (int64_t)points));
  BF_TRY(bf_table_put_integer(&t, 1, (int64_t)landmarks));
  BF_TRY(bf_table_put_real(&t, 2, sqrt(square)));
  BF_TRY(bf_table_put_real(&t, 3, square));
  status = bf_table_write(out, &t);
out:
  bf_table_free(&t);
  return status;
}

/* Rows, allocated, and their number. */
static bf_status find_rows(const bf_host *host, bf_task *task, const bf_points *p, const config *c, uint32_t **row, uint32_t *count) {
  if (strcmp(c->method, "given") == 0) return bf_landmarks_given(p, &c->ids, c->file.path, row, count);
  *count = (uint64_t)c->count < p->n ? (uint32_t)c->count : (uint32_t)p->n;
  if (*count < (uint64_t)c->count)
    host->log(task, BF_LOG_WARNING, "count: %lld landmarks are asked for, and there are %u points: all of them are taken", (long long)c->count, *count);
  *row = calloc(*count + (size_t)1, sizeof **row);
  if (!*row) return bf_fail(BF_NO_MEMORY, "no memory for %u landmarks", *count);
  return choose(host, task, p, c, *count, *row);
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  bf_points points = {0}, landmarks = {0};
  uint32_t *row = NULL, count = 0;
  double square;
  size_t n;
  const bf_input *in = host->inputs(task, "points", &n);
  const bf_out *out = host->output(task, "landmarks", NULL, 0), *cover = host->output(task, "cover", NULL, 0);
  if (!out || !cover) return BF_FAILED;
  BF_TRY(bf_points_read(in->path, host->memory(task), &points));
  BF_TRY(find_rows(host, task, &points, cfg, &row, &count));
  BF_TRY(take(&points, row, count, &landmarks));
  bf_stage_step step = {host, task};
  const bf_witness_options options = witness_options_of(&step, witness_points_bytes(&points) + witness_points_bytes(&landmarks));
  BF_TRY(bf_witness_cover(&points, &landmarks, &options, &square));
  host->log(task, BF_LOG_INFO, "%u landmarks of %llu points, each of which is within %.9g of one (squared: %.9g)", count, (unsigned long long)points.n,
            sqrt(square), square);
  BF_TRY(bf_points_write(out, &landmarks));
  status = write_cover(cover, points.n, count, square);
out:
  free(row);
  bf_points_free(&points);
  bf_points_free(&landmarks);
  return status;
}

static const bf_stage landmarks = {.id = "complex.landmarks",
                                   .doc = "a few points that stand for all: by max-min, by chance, as k-means++ chooses, or given; and their cover radius",
                                   .revision = 1,
                                   .max_threads = 64,
                                   .inputs = inputs,
                                   .outputs = outputs,
                                   .cfg_size = sizeof(config),
                                   .params = params,
                                   .check = check,
                                   .run = run};

BF_PLUGIN(.name = "landmarks", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&landmarks, NULL});
