/* Recipes: every number of a training in one place, and the parameters that replace them. */
#include "recipe.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { MOST_CHECKPOINTS = 10000 };

/* ---- the recipes; the parameters' docs below tell the same numbers ---- */

static const bf_recipe paper = {
    .paper = true,
    .rule = BF_ADAM_TF1,
    .constants = {.beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8},
    .initial = BF_GLOROT_UNIFORM,
    .schedule = {.decay = BF_EXPONENTIAL, .rate = 0.02, .half_life = 2500.0, .warmup = 0.0},
    .clip = INFINITY,
    .steps = 18000,
    .check_every = 1000,
};

static const bf_recipe robust = {
    .rule = BF_ADAM_TF1,
    .constants = {.beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8},
    .initial = BF_GLOROT_UNIFORM,
    .schedule = {.decay = BF_EXPONENTIAL, .rate = 0.007, .half_life = 5000.0, .warmup = 1000.0},
    .clip = 1.0,
    .steps = 12000,
    .check_every = 0,
};

const bf_param bf_settings_params[] = {
    BF_PARAM(bf_settings, hidden, .def = "[15, 15, 15, 15, 15, 15, 15, 15, 15]", .range = "[1, 4096]", .doc = "neurons of each hidden layer"),
    BF_PARAM(bf_settings, activation, .def = "relu", .doc = "activation of the hidden layers"),
    BF_PARAM(bf_settings, seed, .def = "1", .range = "[0, inf)", .doc = "seed of the initial weights; networks of the same widths start from the same ones"),
    BF_PARAM(bf_settings, recipe, .def = "robust", .choices = "paper|robust",
             .doc = "paper: as published; robust: gradients clipped, ends at the first step with the accuracy. Sets what is not given below"),
    BF_PARAM(bf_settings, optimiser, .def = "recipe", .choices = "recipe|adam_tf1|adam|adamw|sgd|rmsprop",
             .doc = "adam_tf1: Adam as TensorFlow 1 has it, both recipes'; adam, adamw, sgd, rmsprop as PyTorch has them"),
    BF_PARAM(bf_settings, beta1, .def = "none", .range = "[0, 1)", .doc = "Adam's share of the old mean gradient at each step; 0.9"),
    BF_PARAM(bf_settings, beta2, .def = "none", .range = "[0, 1)", .doc = "Adam's and rmsprop's share of the old mean squared gradient; 0.999, rmsprop 0.9"),
    BF_PARAM(bf_settings, epsilon, .def = "none", .range = "(0, inf)", .doc = "Adam's and rmsprop's addend to the root of the mean square; 1e-8"),
    BF_PARAM(bf_settings, momentum, .def = "none", .range = "[0, 1)", .doc = "share of the last step that sgd and rmsprop repeat; sgd 0.9, rmsprop 0"),
    BF_PARAM(bf_settings, weight_decay, .def = "none", .range = "[0, inf)",
             .doc = "adamw: shrinks parameters by rate x this at each step; adam, sgd, rmsprop: adds this x parameters to the gradient; adamw 0.01, else 0"),
    BF_PARAM(bf_settings, initial, .def = "recipe", .choices = "recipe|glorot_uniform|glorot_normal|he_uniform|he_normal",
             .doc = "distribution of the initial weights; both recipes glorot_uniform. Biases start at 0"),
    BF_PARAM(bf_settings, rate, .def = "none", .range = "(0, inf)", .doc = "learning rate at the start; paper 0.02, robust 0.007"),
    BF_PARAM(bf_settings, schedule, .def = "recipe", .choices = "recipe|exponential|cosine|constant",
             .doc = "how the rate falls: halving every half_life steps, along a cosine to 0 at decay_steps, or not; both recipes exponential"),
    BF_PARAM(bf_settings, half_life, .def = "none", .range = "(0, inf]", .doc = "steps in which an exponential rate halves; paper 2500, robust 5000"),
    BF_PARAM(bf_settings, decay_steps, .def = "none", .range = "(0, inf)", .doc = "steps in which a cosine rate falls to 0; the parameter steps"),
    BF_PARAM(bf_settings, warmup, .def = "none", .range = "[0, inf)",
             .doc = "first steps, over which the rate rises evenly to its full value; paper 0, robust 1000"),
    BF_PARAM(bf_settings, clip, .def = "none", .range = "(0, inf]", .doc = "longest gradient, longer ones are shortened to it; paper inf, robust 1"),
    BF_PARAM(bf_settings, batch, .def = "0", .range = "[0, 4294967295]", .doc = "points of a minibatch, drawn without repeats in each epoch; 0: all points"),
    BF_PARAM(bf_settings, steps, .def = "0", .range = "[0, 100000000]", .doc = "most steps of an attempt; 0: paper 18000, robust 12000"),
    BF_PARAM(bf_settings, accuracy, .def = "1", .range = "[0, 1]",
             .doc = "share of right predictions on the training points that counts as trained; 0: any, and all steps are made"),
    BF_PARAM(bf_settings, require, .def = "true", .doc = "decline when no attempt reaches the accuracy; false: give the last attempt's network then"),
    BF_PARAM(bf_settings, attempts, .def = "1", .range = "[1, 1000]", .doc = "most attempts to reach the accuracy, each from other initial weights"),
    BF_PARAM(bf_settings, keep, .def = "last", .choices = "last|best",
             .doc = "weights to give: of the last step or of the best look: accuracy on validation points (if any, else training points), then loss"),
    BF_PARAM(bf_settings, patience, .def = "0", .range = "[0, 100000000]", .doc = "steps without a better look (see keep) that end an attempt; 0: any number"),
    BF_PARAM(bf_settings, validation, .def = "0", .range = "[0, 1)", .doc = "share of each class of the training points that is held out for validation"),
    BF_PARAM(bf_settings, validate_every, .def = "0", .range = "[0, 100000000]",
             .doc = "steps between two looks at the validation points; 0: 100. The final network's accuracy on them is always taken"),
    BF_PARAM(bf_settings, check_every, .def = "0", .range = "[0, 100000000]",
             .doc = "steps between two looks at the accuracy, where an attempt can succeed; 0: paper 1000, robust 1, or an epoch with minibatches"),
    BF_PARAM(bf_settings, log_every, .def = "1", .range = "[1, 100000000]",
             .doc = "steps between two rows of the log; the last step and every look at validation points have one, too"),
    BF_PARAM(bf_settings, checkpoints, .def = "", .range = "[0, 100000000]",
             .doc = "steps after which the network is also given at the port checkpoints, rising; 0: the initial weights"),
    {0},
};

/* ---- parameters to recipe ---- */

static bool given(double x) { return !isnan(x); }
static void replace(double *value, double with) {
  if (given(with)) *value = with;
}

bf_recipe bf_recipe_of(const bf_settings *s) {
  bf_recipe r = strcmp(s->recipe, "paper") == 0 ? paper : robust;
  bf_rule rule = bf_rule_of(s->optimiser);
  if (rule != BF_RULES && rule != r.rule) {
    r.rule = rule;
    r.constants = bf_rules[rule].usual;
  }
  replace(&r.constants.beta1, s->beta1);
  replace(&r.constants.beta2, s->beta2);
  replace(&r.constants.epsilon, s->epsilon);
  replace(&r.constants.momentum, s->momentum);
  replace(&r.constants.weight_decay, s->weight_decay);
  bf_initial initial = bf_initial_of(s->initial);
  bf_decay decay = bf_decay_of(s->schedule);
  if (initial != BF_INITIALS) r.initial = initial;
  if (decay != BF_DECAYS) r.schedule.decay = decay;
  replace(&r.schedule.rate, s->rate);
  replace(&r.schedule.half_life, s->half_life);
  replace(&r.schedule.warmup, s->warmup);
  replace(&r.clip, s->clip);
  if (s->steps) r.steps = (uint64_t)s->steps;
  r.schedule.decay_steps = given(s->decay_steps) ? s->decay_steps : (double)r.steps;
  if (s->check_every) r.check_every = (uint64_t)s->check_every;
  r.validate_every = s->validate_every ? (uint64_t)s->validate_every : 100;
  r.log_every = (uint64_t)s->log_every;
  r.batch = (uint64_t)s->batch;
  r.accuracy = s->accuracy;
  r.require = s->require;
  r.attempts = (uint32_t)s->attempts;
  r.keep_best = strcmp(s->keep, "best") == 0;
  r.patience = (uint64_t)s->patience;
  r.checkpoints = s->checkpoints;
  return r;
}

/* ---- what does not fit together ---- */

static bf_status check_constants(const bf_settings *s, const bf_recipe *r) {
  const struct bf_rule_info *rule = &bf_rules[r->rule];
  const struct {
    const char *name, *whose;
    double value;
    uint32_t flag;
  } all[] = {{"beta1", "adam_tf1, adam and adamw", s->beta1, BF_HAS_BETA1},
             {"beta2", "adam_tf1, adam, adamw and rmsprop", s->beta2, BF_HAS_BETA2},
             {"epsilon", "adam_tf1, adam, adamw and rmsprop", s->epsilon, BF_HAS_EPSILON},
             {"momentum", "sgd and rmsprop", s->momentum, BF_HAS_MOMENTUM},
             {"weight_decay", "adam, adamw, sgd and rmsprop", s->weight_decay, BF_HAS_DECAY}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (given(all[i].value) && !(rule->has & all[i].flag))
      return bf_fail(BF_INVALID, "%s: the optimiser here is %s, which has none; %s have it", all[i].name, rule->name, all[i].whose);
  return BF_OK;
}

static bf_status check_checkpoints(const bf_recipe *r) {
  const bf_ints *c = &r->checkpoints;
  if (c->n > MOST_CHECKPOINTS) return bf_fail(BF_INVALID, "checkpoints: %zu of them, at most %d are possible", c->n, MOST_CHECKPOINTS);
  for (size_t i = 0; i < c->n; i++) {
    if (i && c->at[i] <= c->at[i - 1])
      return bf_fail(BF_INVALID, "checkpoints: %" PRId64 " stands after %" PRId64 "; list the steps in rising order", c->at[i], c->at[i - 1]);
    if ((uint64_t)c->at[i] > r->steps)
      return bf_fail(BF_INVALID, "checkpoints: step %" PRId64 " is never reached, since steps is %" PRIu64 "; raise steps or leave it out", c->at[i], r->steps);
  }
  return BF_OK;
}

bf_status bf_settings_check(const bf_settings *s, bool validation_connected) {
  const bf_recipe r = bf_recipe_of(s);
  bf_status status = BF_OK;
  if (s->hidden.n > BF_MAX_LAYERS) return bf_fail(BF_INVALID, "hidden: %zu layers, at most %d are possible", s->hidden.n, BF_MAX_LAYERS);
  BF_TRY(check_constants(s, &r));
  if (given(s->half_life) && r.schedule.decay != BF_EXPONENTIAL)
    return bf_fail(BF_INVALID, "half_life: the schedule here is %s; only exponential has a half-life", bf_decay_names[r.schedule.decay]);
  if (given(s->decay_steps) && r.schedule.decay != BF_COSINE)
    return bf_fail(BF_INVALID, "decay_steps: the schedule here is %s; only cosine has it", bf_decay_names[r.schedule.decay]);
  if (validation_connected && s->validation > 0.0)
    return bf_fail(BF_INVALID, "validation: points are connected to the port validation already; leave out one of the two");
  if (s->validate_every && !validation_connected && s->validation <= 0.0)
    return bf_fail(BF_INVALID, "validate_every: there are no validation points; connect the port validation or give the parameter validation");
  status = check_checkpoints(&r);
out:
  return status;
}
