/* points.split: points to train with and points to test with, drawn by chance, each class by its share. */
#include "pick.h"
#include <bettiflow/random.h>
#include <math.h>
#include <stdlib.h>

typedef struct config {
  double share;
  int64_t count, seed;
  bool stratified;
} config;

static const bf_param params[] = {
    BF_PARAM(config, share, .def = "0.2", .range = "(0, 1)", .doc = "share of the points that goes to `test`"),
    BF_PARAM(config, count, .def = "0", .range = "[0, 4294967295]", .doc = "so many points go to `test`, instead of a share; 0: the share counts"),
    BF_PARAM(config, stratified, .def = "true", .doc = "draw the same share from each class"),
    BF_PARAM(config, seed, .def = "0", .range = "[0, inf)", .doc = "seed of the draw"),
    {0}};

static const bf_port inputs[] = {{.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "points, with or without classes"}, {0}};
static const bf_port outputs[] = {{.name = "train", .types = BF_BIT(BF_POINT_CLOUD), .doc = "the points that are not drawn, in order, with their ids"},
                                  {.name = "test", .types = BF_BIT(BF_POINT_CLOUD), .doc = "the points that are drawn, in order, with their ids"},
                                  {0}};

/* A class's part in the draw. */
typedef struct part {
  uint64_t points, quota; /* how many there are, how many are to be drawn */
  uint64_t rest;          /* what rounding down left, in units of 1/n */
  size_t class;
} part;

static int more_left(const void *a, const void *b) {
  const part *x = a, *y = b;
  return x->rest != y->rest ? (x->rest < y->rest) - (x->rest > y->rest) : (x->class > y->class) - (x->class < y->class);
}

static int by_class(const void *a, const void *b) {
  const part *x = a, *y = b;
  return (x->class > y->class) - (x->class < y->class);
}

/* Shares `test` out among the classes by the largest remainders, of equal ones the lower class first. */
static void share_out(part *of, size_t classes, uint64_t n, uint64_t test) {
  uint64_t left = test;
  for (size_t k = 0; k < classes; k++) {
    of[k].quota = test * of[k].points / n;
    of[k].rest = test * of[k].points % n;
    left -= of[k].quota;
  }
  qsort(of, classes, sizeof *of, more_left);
  for (size_t k = 0; k < left; k++) of[k].quota++;
  qsort(of, classes, sizeof *of, by_class);
}

/* Marks `test` points; those of each class that come first in a random order of all points. */
static bf_status draw(const bf_points *p, bool stratified, uint64_t test, uint64_t seed, bool *drawn) {
  bf_status status = BF_OK;
  size_t classes = 1;
  int32_t *class = stratified && p->label ? bf_classes_of(p, &classes) : NULL;
  uint32_t *order = malloc(p->n * sizeof *order);
  part *of = calloc(classes, sizeof *of);
  if (!order || !of || (stratified && p->label && !class)) {
    status = bf_fail(BF_NO_MEMORY, "no memory to draw from %llu points", (unsigned long long)p->n);
    goto out;
  }
  for (uint64_t i = 0; i < p->n; i++) of[class ? bf_class_index(p->label[i], class, classes) : 0].points++;
  for (size_t k = 0; k < classes; k++) of[k].class = k;
  share_out(of, classes, p->n, test);
  bf_random_permutation(seed, (uint32_t)p->n, order);
  for (uint64_t i = 0; i < p->n; i++) {
    part *its = &of[class ? bf_class_index(p->label[order[i]], class, classes) : 0];
    drawn[order[i]] = its->quota > 0;
    its->quota -= its->quota > 0;
  }
out:
  free(class);
  free(order);
  free(of);
  return status;
}

static bf_status number_of_test(const config *c, uint64_t n, uint64_t *test) {
  *test = c->count ? (uint64_t)c->count : (uint64_t)floor(c->share * (double)n + .5);
  if (*test && *test < n) return BF_OK;
  return bf_fail(BF_BAD_INPUT, "%s: %llu of %llu points would go to `test`; choose it so that both parts have some", c->count ? "count" : "share",
                 (unsigned long long)*test, (unsigned long long)n);
}

static bf_status write_part(const bf_out *out, const bf_points *all, const bool *keep) {
  bf_points part = {0};
  bf_status status = bf_points_kept(all, keep, &part);
  if (status == BF_OK) status = bf_points_write(out, &part);
  bf_points_free(&part);
  return status;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  bf_points all = {0};
  bool *drawn = NULL;
  size_t n;
  uint64_t test;
  const bf_input *in = host->inputs(task, "points", &n);
  const bf_out *train_out = host->output(task, "train", NULL, 0), *test_out = host->output(task, "test", NULL, 0);
  if (!train_out || !test_out) return BF_FAILED;
  BF_TRY(bf_points_read(in[0].path, host->memory(task), &all));
  BF_TRY(number_of_test(c, all.n, &test));
  if (!(drawn = calloc(all.n + 1, sizeof *drawn))) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %llu points", (unsigned long long)all.n);
    goto out;
  }
  BF_TRY(draw(&all, c->stratified, test, host->seed(task, "split"), drawn));
  host->log(task, BF_LOG_INFO, "%llu points to train with, %llu to test with", (unsigned long long)(all.n - test), (unsigned long long)test);
  BF_TRY(write_part(test_out, &all, drawn));
  for (uint64_t i = 0; i < all.n; i++) drawn[i] = !drawn[i];
  status = write_part(train_out, &all, drawn);
out:
  free(drawn);
  bf_points_free(&all);
  return status;
}

static const bf_stage stage = {.id = "points.split",
                               .doc = "points to train with and points to test with",
                               .revision = 1,
                               .inputs = inputs,
                               .outputs = outputs,
                               .cfg_size = sizeof(config),
                               .params = params,
                               .run = run};

BF_PLUGIN(.name = "split", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&stage, NULL});
