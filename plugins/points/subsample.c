/* points.subsample: every n-th point, and of these some by chance or by max-min. */
#include "max_min.h"
#include "pick.h"
#include <bettiflow/random.h>
#include <math.h>
#include <stdlib.h>

typedef struct config {
  int64_t every, count, first, seed;
  const char *method;
  bool per_class;
} config;

static const bf_param params[] = {
    BF_PARAM(config, every, .def = "1", .range = "[1, 4294967295]", .doc = "keep every n-th point, starting with the first"),
    BF_PARAM(config, count, .def = "0", .range = "[0, 4294967295]", .doc = "keep so many of those that `every` leaves, chosen by `method`; 0: all of them"),
    BF_PARAM(config, method, .def = "random", .choices = "random|max_min",
             .doc = "how `count` points are chosen: by chance, or each next one the farthest from those chosen so far"),
    BF_PARAM(config, first, .def = "-1", .range = "[-1, 4294967294]",
             .doc = "max_min begins with this point, counted from 0 among those that `every` leaves; -1: one drawn by chance"),
    BF_PARAM(config, per_class, .def = "true", .doc = "count and choose within each class"),
    BF_PARAM(config, seed, .def = "0", .range = "[0, inf)", .doc = "seed of the draw"),
    {0}};

static const bf_port inputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points, with or without classes"}, {0}};
static const bf_port outputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "those that are kept, in order, with their ids"}, {0}};

/* Leaves marked only the `count` points, of each class if there are classes to heed, that come first in a random order of all points. */
static bf_status draw(const bf_points *p, const config *c, uint64_t seed, bool *keep) {
  uint32_t n = (uint32_t)p->n;
  uint32_t *order = malloc((size_t)n * sizeof *order + 1);
  if (!order) return bf_fail(BF_NO_MEMORY, "no memory for %u points", n);
  bf_random_permutation(seed, n, order);
  bf_status status = bf_keep_some(p, order, c->per_class, 1, (uint64_t)c->count, keep);
  free(order);
  return status;
}

/* Leaves marked the `count` rows of row[0 … n-1] that max-min chooses; which: number of the class. */
static bf_status spread_class(const bf_host *host, bf_task *task, const bf_points *p, const config *c, const uint32_t *row, uint32_t n, size_t which,
                              bool *keep) {
  bf_status status = BF_OK;
  double cover = 0;
  uint32_t count = c->count < (int64_t)n ? (uint32_t)c->count : n;
  uint32_t *chosen = malloc((size_t)count * sizeof *chosen + 1);
  if (!chosen) return bf_fail(BF_NO_MEMORY, "no memory for %u points", count);
  if (c->first >= (int64_t)n) {
    status = bf_fail(BF_BAD_INPUT, "first: there is no point %lld, there are %u%s", (long long)c->first, n, p->label && c->per_class ? " of the class" : "");
    goto out;
  }
  uint32_t first = c->first >= 0 ? (uint32_t)c->first : (uint32_t)bf_random_below(host->seed(task, "subsample"), which, n);
  BF_TRY(bf_max_min(host, task, p, row, n, first, count, chosen, &cover));
  for (uint32_t i = 0; i < n; i++) keep[row[i]] = false;
  for (uint32_t l = 0; l < count; l++) keep[row[chosen[l]]] = true;
  host->log(task, BF_LOG_INFO, "%u of %u points; each of these is within %.6g of a chosen one", count, n, sqrt(cover));
out:
  free(chosen);
  return status;
}

/* The same for the marked points of each class, or of all. */
static bf_status spread(const bf_host *host, bf_task *task, const bf_points *p, const config *c, bool *keep) {
  bf_status status = BF_OK;
  bool whole = !p->label || !c->per_class;
  size_t classes = 1;
  int32_t *class = whole ? NULL : bf_classes_of(p, &classes);
  uint32_t *row = malloc(p->n * sizeof *row + 1);                           /* the marked rows, class by class */
  uint32_t *end = class || whole ? calloc(classes + 1, sizeof *end) : NULL; /* of each class in `row`, once they are there */
  if (!row || !end) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %llu points", (unsigned long long)p->n);
    goto out;
  }
  for (uint64_t i = 0; i < p->n; i++) end[whole ? 1 : 1 + bf_class_index(p->label[i], class, classes)] += keep[i];
  for (size_t k = 1; k < classes; k++) end[k + 1] += end[k];
  for (uint64_t i = 0; i < p->n; i++)
    if (keep[i]) row[end[whole ? 0 : bf_class_index(p->label[i], class, classes)]++] = (uint32_t)i;
  for (size_t k = 0, from = 0; k < classes; from = end[k++])
    if (end[k] > from) BF_TRY(spread_class(host, task, p, c, row + from, (uint32_t)(end[k] - from), k, keep));
out:
  free(row);
  free(end);
  free(class);
  return status;
}

static bf_status check(const void *cfg, uint32_t connected) {
  const config *c = cfg;
  (void)connected;
  if (c->method[0] == 'm' && !c->count) return bf_fail(BF_INVALID, "count: max_min needs the number of points to choose");
  if (c->method[0] != 'm' && c->first >= 0) return bf_fail(BF_INVALID, "first: only max_min begins with a point; add `method: max_min`");
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  bf_points all = {0}, kept = {0};
  bool *keep = NULL;
  size_t n;
  const bf_input *in = host->inputs(task, "points", &n);
  const bf_out *out = host->output(task, "points", NULL, 0);
  if (!out) return BF_FAILED;
  BF_TRY(bf_points_read(in[0].path, host->memory(task), &all));
  if (!(keep = malloc(all.n + 1))) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %llu points", (unsigned long long)all.n);
    goto out;
  }
  for (uint64_t i = 0; i < all.n; i++) keep[i] = true;
  BF_TRY(bf_keep_some(&all, NULL, c->per_class, (uint64_t)c->every, UINT64_MAX, keep));
  if (c->count && c->method[0] == 'm')
    BF_TRY(spread(host, task, &all, c, keep));
  else if (c->count)
    BF_TRY(draw(&all, c, host->seed(task, "subsample"), keep));
  BF_TRY(bf_points_kept(&all, keep, &kept));
  status = bf_points_write(out, &kept);
out:
  free(keep);
  bf_points_free(&all);
  bf_points_free(&kept);
  return status;
}

static const bf_stage stage = {.id = "points.subsample",
                               .doc = "every n-th point within each class, a random choice or a max-min one; ids are kept",
                               .revision = 1,
                               .inputs = inputs,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .check = check,
                               .run = run};

BF_PLUGIN(.name = "subsample", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
