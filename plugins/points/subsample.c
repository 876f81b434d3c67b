/* points.subsample: every n-th point, or some by chance. */
#include "pick.h"
#include <bettiflow/random.h>
#include <stdlib.h>

typedef struct config {
  int64_t every, count, seed;
  bool per_class;
} config;

static const bf_param params[] = {
    BF_PARAM(config, every, .def = "1", .range = "[1, 4294967295]", .doc = "keep every n-th point, starting with the first"),
    BF_PARAM(config, count, .def = "0", .range = "[0, 4294967295]", .doc = "keep so many, drawn by chance from those that `every` leaves; 0: all of them"),
    BF_PARAM(config, per_class, .def = "true", .doc = "count and draw within each class"),
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
  if (c->count) BF_TRY(draw(&all, c, host->seed(task, "subsample"), keep));
  BF_TRY(bf_points_kept(&all, keep, &kept));
  status = bf_points_write(out, &kept);
out:
  free(keep);
  bf_points_free(&all);
  bf_points_free(&kept);
  return status;
}

static const bf_stage stage = {.id = "points.subsample",
                               .doc = "every n-th point within each class, or a random choice; ids are kept",
                               .revision = 1,
                               .inputs = inputs,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .run = run};

BF_PLUGIN(.name = "subsample", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
