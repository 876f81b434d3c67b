/* train.mlp: a fully connected classifier with softmax cross-entropy. */
#include "resume.h"
#include "samples.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static bf_status check(const void *cfg, uint32_t connected) { return bf_settings_check(cfg, connected >> 1 & 1); }

static bf_status make_network(const bf_settings *s, uint32_t dim, uint32_t classes, uint64_t budget, bf_mlp *mlp) {
  uint32_t width[BF_MAX_LAYERS + 2], nlayer = (uint32_t)s->hidden.n + 1;
  width[0] = dim;
  for (uint32_t l = 1; l < nlayer; l++) width[l] = (uint32_t)s->hidden.at[l - 1];
  width[nlayer] = classes;
  bf_status status = bf_mlp_new(mlp, nlayer, width, budget);
  if (status != BF_OK) return status;
  for (uint32_t l = 0; l + 1 < nlayer; l++) mlp->f[l] = s->activation;
  return BF_OK;
}

/* ---- outputs ---- */

static bf_status write_network(const bf_mlp *mlp, float *theta, const bf_out *out) {
  bf_layer layer[BF_MAX_LAYERS + 1];
  if (!out) return BF_FAILED;
  for (uint32_t l = 0; l < mlp->nlayer; l++) {
    float *w = theta + mlp->offset[l];
    char *text = (char *)(uintptr_t)(mlp->f[l].is ? mlp->f[l].text : ""); /* only read */
    layer[l] = (bf_layer){mlp->width[l], mlp->width[l + 1], w, w + (size_t)mlp->width[l] * mlp->width[l + 1], text};
  }
  return bf_network_write(out, &(bf_network){mlp->nlayer, layer});
}

static bf_status write_checkpoints(const bf_trial *t) {
  const bf_ints *at = &t->recipe->checkpoints;
  const size_t n = t->mlp->offset[t->mlp->nlayer];
  for (size_t i = 0; i < at->n; i++) {
    char step[24];
    if (!t->reached[i]) continue;
    snprintf(step, sizeof step, "%" PRId64, at->at[i]);
    const bf_label label = {"step", step};
    bf_status status = write_network(t->mlp, t->checkpoint + i * n, t->host->output(t->task, "checkpoints", &label, 1));
    if (status != BF_OK) return status;
  }
  return BF_OK;
}

static bf_status write_log(bf_trial *t, const bf_look *given, const bf_ending *e) {
  const bf_out *out = t->host->output(t->task, "log", NULL, 0);
  bf_status status = bf_trial_close(t, &e->look);
  if (status != BF_OK) return status;
  t->log.final_accuracy = given->accuracy;
  t->log.final_validation = given->validation;
  t->log.steps = t->step;
  t->log.success = bf_attempt_succeeded(t, e);
  return out ? bf_training_log_write(out, &t->log) : BF_FAILED;
}

static bf_status write_all(bf_trial *t, const bf_history *h, const char *activation, const bf_ending *e) {
  bf_status status = BF_OK;
  const bool best = t->recipe->keep_best && t->best.step && !e->better;
  BF_TRY(write_network(t->mlp, best ? t->best.theta : t->mlp->theta, t->host->output(t->task, "model", NULL, 0)));
  BF_TRY(bf_trial_save(t, h, activation, t->host->output(t->task, "state", NULL, 0))); /* before the log has its last row */
  BF_TRY(write_log(t, best ? &t->best.look : &e->look, e));
  BF_TRY(write_checkpoints(t));
out:
  return status;
}

/* ---- the run ---- */

typedef struct training { /* what a run owns */
  bf_samples samples;
  bf_mlp mlp;
  bf_trainer *trainer;
  bf_cloud train, validation;
  bf_trial trial;
  bf_history history;
} training;

/* With the number of points known: what the recipe leaves to it. */
static void settle(bf_recipe *r, uint64_t n) {
  if (r->batch >= n) r->batch = 0;
  if (!r->check_every) r->check_every = r->batch ? (n + r->batch - 1) / r->batch : 1;
}

static bf_status prepare(const bf_host *host, bf_task *task, const bf_settings *s, bf_recipe *recipe, training *t) {
  bf_status status = BF_OK;
  size_t n, nvalidation;
  const uint64_t budget = host->memory(task);
  const bf_input *in = host->inputs(task, "train", &n), *validation = host->inputs(task, "validation", &nvalidation);
  BF_TRY(bf_settings_check(s, nvalidation > 0));
  BF_TRY(bf_samples_read(in->path, nvalidation ? validation->path : NULL, s->validation, host->seed(task, "validation"), budget, &t->samples));
  settle(recipe, t->samples.train.n);
  BF_TRY(make_network(s, t->samples.train.dim, t->samples.classes, budget, &t->mlp));
  BF_TRY(bf_trainer_new(&t->mlp, &t->samples.train, bf_kernels_best(), host->threads(task), budget, &t->trainer));
  if (recipe->batch) BF_TRY(bf_cloud_new(&t->train, &t->samples.train));
  if (t->samples.validates) BF_TRY(bf_cloud_new(&t->validation, &t->samples.validation));
  t->trial = (bf_trial){.host = host,
                        .task = task,
                        .recipe = recipe,
                        .mlp = &t->mlp,
                        .trainer = t->trainer,
                        .n = t->samples.train.n,
                        .train = &t->train,
                        .validation = t->samples.validates ? &t->validation : NULL,
                        .log = {.attempts = 1, .final_validation = NAN}};
  BF_TRY(bf_trial_new(&t->trial));
out:
  return status;
}

static void release(training *t) {
  bf_history_free(&t->history);
  bf_trial_free(&t->trial);
  bf_cloud_free(&t->train);
  bf_cloud_free(&t->validation);
  bf_trainer_free(t->trainer);
  bf_mlp_free(&t->mlp);
  bf_samples_free(&t->samples);
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  const bf_settings *s = cfg;
  bf_status status = BF_OK;
  bf_recipe recipe = bf_recipe_of(s);
  training t = {0};
  bf_ending ending;
  size_t resumed;
  const bf_input *state = host->inputs(task, "resume", &resumed);
  BF_TRY(prepare(host, task, s, &recipe, &t));
  if (resumed) BF_TRY(bf_trial_resume(&t.trial, &t.history, s->activation.text, state->path));
  BF_TRY(bf_attempts_run(&t.trial, &t.history, resumed, &ending));
  BF_TRY(write_all(&t.trial, &t.history, s->activation.text, &ending));
out:
  release(&t);
  return status;
}

static const bf_port inputs[] = {
    {.name = "train", .types = BF_BIT(BF_POINT_CLOUD), .doc = "labelled points"},
    {.name = "validation", .types = BF_BIT(BF_POINT_CLOUD), .flags = BF_OPTIONAL, .doc = "labelled points to measure the accuracy on"},
    {.name = "resume", .types = BF_BIT(BF_TRAINING_STATE), .flags = BF_OPTIONAL, .doc = "the state of a training of this network, which goes on"},
    {0},
};

static const bf_port outputs[] = {
    {.name = "model", .types = BF_BIT(BF_NETWORK), .doc = "the trained network; its last layer is linear (logits)"},
    {.name = "log", .types = BF_BIT(BF_TRAINING_LOG), .doc = "a row for each step, of all attempts"},
    {.name = "checkpoints",
     .types = BF_BIT(BF_NETWORK),
     .flags = BF_MANY,
     .axes = "step",
     .doc = "the network after the steps that the parameter checkpoints lists, as far as the training came"},
    {.name = "state", .types = BF_BIT(BF_TRAINING_STATE), .doc = "all that another training needs to go on, at its port resume"},
    {0},
};

static const bf_stage train_mlp = {
    .id = "train.mlp",
    .doc = "trains a fully connected classifier; declines when the training accuracy is not reached",
    .revision = 5,
    .max_threads = BF_CHUNKS,
    .inputs = inputs,
    .outputs = outputs,
    .cfg_size = sizeof(bf_settings),
    .params = bf_settings_params,
    .check = check,
    .run = run,
};

BF_PLUGIN(.name = "mlp", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&train_mlp, NULL});
