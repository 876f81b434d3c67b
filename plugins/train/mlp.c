/* train.mlp: a fully connected classifier with softmax cross-entropy, trained by full-batch Adam until every training point is right. */
#include "trial.h"
#include <bettiflow/plugin.h>
#include <math.h>
#include <string.h>

enum { MAX_LAYERS = 1000, MAX_CLASSES = 4096 };

typedef struct config {
  bf_ints hidden;
  bf_activation_use activation;
  int64_t seed;
  const char *recipe;
  double rate, half_life, warmup, clip;
  int64_t steps, check_every;
  double accuracy;
} config;

static const bf_param params[] = {
    BF_PARAM(config, hidden, .def = "[15, 15, 15, 15, 15, 15, 15, 15, 15]", .range = "[1, 4096]", .doc = "neurons of each hidden layer"),
    BF_PARAM(config, activation, .def = "relu", .doc = "activation of the hidden layers"),
    BF_PARAM(config, seed, .def = "1", .range = "[0, inf)", .doc = "seed of the initial weights; networks of the same widths start from the same ones"),
    BF_PARAM(config, recipe, .def = "robust", .choices = "paper|robust",
             .doc = "paper: as published; robust: gradients clipped, ends at the first step with the accuracy. Sets what is not given below"),
    BF_PARAM(config, rate, .def = "none", .range = "(0, inf)", .doc = "learning rate at the start; paper 0.02, robust 0.01"),
    BF_PARAM(config, half_life, .def = "none", .range = "(0, inf]", .doc = "steps in which the rate halves; both 2500"),
    BF_PARAM(config, warmup, .def = "none", .range = "[0, inf)", .doc = "first steps, over which the rate rises evenly to its full value; paper 0, robust 100"),
    BF_PARAM(config, clip, .def = "none", .range = "(0, inf]", .doc = "longest gradient, longer ones are shortened to it; paper inf, robust 1"),
    BF_PARAM(config, steps, .def = "0", .range = "[0, 100000000]", .doc = "most steps; 0: paper 18000, robust 12000"),
    BF_PARAM(config, check_every, .def = "0", .range = "[0, 100000000]",
             .doc = "steps between two looks at the accuracy, each a row of the log; 0: paper 1000, robust 1"),
    BF_PARAM(config, accuracy, .def = "1", .range = "(0, 1]", .doc = "share of right predictions on the training set that counts as trained"),
    {0},
};

static const bf_recipe recipe_paper = {.rate = 0.02, .half_life = 2500.0, .clip = INFINITY, .steps = 18000, .check_every = 1000, .paper = true};
static const bf_recipe recipe_robust = {.rate = 0.01, .half_life = 2500.0, .warmup = 100.0, .clip = 1.0, .steps = 12000, .check_every = 1};

static bf_recipe recipe_of(const config *c) {
  bf_recipe r = strcmp(c->recipe, "paper") == 0 ? recipe_paper : recipe_robust;
  if (!isnan(c->rate)) r.rate = c->rate;
  if (!isnan(c->half_life)) r.half_life = c->half_life;
  if (!isnan(c->warmup)) r.warmup = c->warmup;
  if (!isnan(c->clip)) r.clip = c->clip;
  if (c->steps) r.steps = (uint64_t)c->steps;
  if (c->check_every) r.check_every = (uint64_t)c->check_every;
  r.accuracy = c->accuracy;
  return r;
}

static bf_status check(const void *cfg, uint32_t connected) {
  (void)connected;
  const config *c = cfg;
  if (c->hidden.n > MAX_LAYERS) return bf_fail(BF_INVALID, "hidden: %zu layers, at most %d are possible", c->hidden.n, MAX_LAYERS);
  return BF_OK;
}

/* The number of classes: the largest class number + 1, at least 2. */
static bf_status count_classes(const char *path, const bf_points *points, uint32_t *classes) {
  if (!points->label) return bf_fail(BF_BAD_INPUT, "%s: the points have no class numbers, so there is nothing to learn", path);
  if (points->n == 0) return bf_fail(BF_BAD_INPUT, "%s: no points to learn from", path);
  int32_t largest = 1;
  for (uint64_t i = 0; i < points->n; i++) largest = points->label[i] > largest ? points->label[i] : largest;
  if (largest >= MAX_CLASSES) return bf_fail(BF_BAD_INPUT, "%s: class number %d, the largest possible is %d", path, largest, MAX_CLASSES - 1);
  *classes = (uint32_t)largest + 1;
  return BF_OK;
}

static bf_status make_network(const config *c, uint32_t dim, uint32_t classes, uint64_t budget, bf_mlp *mlp) {
  uint32_t width[MAX_LAYERS + 2], nlayer = (uint32_t)c->hidden.n + 1;
  width[0] = dim;
  for (uint32_t l = 1; l < nlayer; l++) width[l] = (uint32_t)c->hidden.at[l - 1];
  width[nlayer] = classes;
  bf_status status = bf_mlp_new(mlp, nlayer, width, budget);
  if (status != BF_OK) return status;
  for (uint32_t l = 0; l + 1 < nlayer; l++) mlp->f[l] = c->activation;
  return BF_OK;
}

static bf_status write_network(const bf_mlp *mlp, const bf_out *out) {
  bf_layer layer[MAX_LAYERS + 1];
  for (uint32_t l = 0; l < mlp->nlayer; l++) {
    float *w = mlp->theta + mlp->offset[l];
    char *text = (char *)(uintptr_t)(mlp->f[l].is ? mlp->f[l].text : ""); /* only read */
    layer[l] = (bf_layer){mlp->width[l], mlp->width[l + 1], w, w + (size_t)mlp->width[l] * mlp->width[l + 1], text};
  }
  return bf_network_write(out, &(bf_network){mlp->nlayer, layer});
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const config *c = cfg;
  bf_status status = BF_OK;
  bf_points points = {0};
  bf_mlp mlp = {0};
  bf_trainer *trainer = NULL;
  bf_training_log log = {0};
  uint32_t classes = 0;
  size_t n;
  const bf_input *in = host->inputs(task, "train", &n);
  const bf_out *model_out = host->output(task, "model", NULL, 0), *log_out = host->output(task, "log", NULL, 0);
  if (!model_out || !log_out) return BF_FAILED;
  const bf_recipe recipe = recipe_of(c);
  BF_TRY(check(c, 0));
  BF_TRY(bf_points_read(in->path, host->memory(task), &points));
  BF_TRY(count_classes(in->path, &points, &classes));
  BF_TRY(make_network(c, points.dim, classes, host->memory(task), &mlp));
  bf_glorot_uniform(&mlp, host->seed(task, "weights"));
  BF_TRY(bf_trainer_new(&mlp, &points, bf_kernels_best(), host->threads(task), host->memory(task), &trainer));
  BF_TRY(bf_trial_run(host, task, &recipe, trainer, &mlp, points.n, &log));
  BF_TRY(write_network(&mlp, model_out));
  BF_TRY(bf_training_log_write(log_out, &log));
out:
  bf_training_log_free(&log);
  bf_trainer_free(trainer);
  bf_mlp_free(&mlp);
  bf_points_free(&points);
  return status;
}

static const bf_stage train_mlp = {
    .id = "train.mlp",
    .doc = "trains a fully connected classifier; declines when the training accuracy is not reached",
    .revision = 2,
    .max_threads = BF_CHUNKS,
    .inputs = (const bf_port[]){{.name = "train", .types = BF_BIT(BF_POINT_CLOUD), .doc = "labelled points"}, {0}},
    .outputs = (const bf_port[]){{.name = "model", .types = BF_BIT(BF_NETWORK), .doc = "the trained network; its last layer is linear (logits)"},
                                 {.name = "log", .types = BF_BIT(BF_TRAINING_LOG), .doc = "a row for each look at the accuracy"},
                                 {0}},
    .cfg_size = sizeof(config),
    .params = params,
    .check = check,
    .run = run,
};

BF_PLUGIN(.name = "mlp", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&train_mlp, NULL});
