/* One training trial: steps until the wanted accuracy, or a reason why not. */
#ifndef BF_TRAIN_TRIAL_H
#define BF_TRAIN_TRIAL_H

#include "gradient.h"

typedef struct bf_recipe {
  double rate, half_life; /* the rate of step t, counted from 0, is rate · 2^(-t / half_life) · min(1, (t + 1) / warmup) */
  double warmup;          /* 0: none */
  double clip;            /* longer gradients are shortened to this Euclidean norm; +inf: none is */
  uint64_t steps;         /* at most */
  uint64_t check_every;   /* looks at the accuracy after these steps */
  double accuracy;        /* share of right predictions that ends the trial as a success */
  bool paper;             /* the paper's rules: also looks after step 1; gives up when the best accuracy did not rise between two looks;
                             reaching the last step is a failure without a look */
} bf_recipe;

/* Trains `mlp` from its present theta. `log` is filled (free it with bf_training_log_free) on success and on decline alike. BF_DECLINED
 * with accuracy and step when the trial fails, also when the loss is no longer finite; BF_CANCELLED from host->step. */
bf_status bf_trial_run(const bf_host *host, bf_task *task, const bf_recipe *recipe, bf_trainer *trainer, const bf_mlp *mlp, uint64_t n, bf_training_log *log);

/* Fills theta: weights uniform in ±√(6 / (inputs + outputs)), biases 0 (Glorot and Bengio, AISTATS 2010). Draw i of the stream is weight i, so the
 * start depends on seed and widths only. */
void bf_glorot_uniform(const bf_mlp *mlp, uint64_t seed);

#endif
