/* All that settles how a training goes. */
#ifndef BF_TRAIN_RECIPE_H
#define BF_TRAIN_RECIPE_H

#include "initial.h"
#include "optimiser.h"
#include "schedule.h"
#include <bettiflow/plugin.h>

typedef struct bf_recipe {
  bool paper; /* the paper's rules: also looks after step 1; gives up when the best accuracy did not rise between two looks; reaching the
                 last step is a failure without a look. They hold while an accuracy is asked for */
  bf_rule rule;
  bf_constants constants;
  bf_initial initial;
  bf_schedule schedule;
  double clip;             /* longer gradients are shortened to this Euclidean norm; +inf: none is */
  uint64_t batch;          /* points of a minibatch; 0: all points */
  uint64_t steps;          /* at most, of an attempt */
  uint64_t check_every;    /* steps between looks at the accuracy; 0, until the number of points is known: 1, or an epoch with minibatches */
  uint64_t validate_every; /* between looks at the validation points */
  uint64_t log_every;      /* between rows of the log */
  double accuracy;         /* share of right predictions on the training points that ends an attempt as a success; 0: none, all steps are made */
  bool require;            /* decline when it is not reached */
  uint32_t attempts;
  bool keep_best;
  uint64_t patience;   /* steps without a better look after which an attempt ends; 0: any number */
  bf_ints checkpoints; /* steps, rising */
} bf_recipe;

/* The stage's parameters as the host fills them. */
typedef struct bf_settings {
  bf_ints hidden;
  bf_activation_use activation;
  int64_t seed;
  const char *recipe, *optimiser;
  double beta1, beta2, epsilon, momentum, weight_decay;
  const char *initial;
  double rate;
  const char *schedule;
  double half_life, decay_steps, warmup, clip;
  int64_t batch, steps;
  double accuracy;
  bool require;
  int64_t attempts;
  const char *keep;
  int64_t patience;
  double validation;
  int64_t validate_every, check_every, log_every;
  bf_ints checkpoints;
} bf_settings;

extern const bf_param bf_settings_params[];
enum { BF_MAX_LAYERS = 1000 };

bf_recipe bf_recipe_of(const bf_settings *s);

/* BF_INVALID, with the parameter's name, for combinations that make no sense. */
bf_status bf_settings_check(const bf_settings *s, bool validation_connected);

#endif
