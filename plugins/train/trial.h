/* One attempt at training: steps until the wanted accuracy, or a reason why not. */
#ifndef BF_TRAIN_TRIAL_H
#define BF_TRAIN_TRIAL_H

#include "gradient.h"
#include "recipe.h"
#include "rows.h"

typedef struct bf_best { /* the best look so far; looks with validation points are compared by these */
  uint64_t step;         /* 0: none yet */
  bf_look look;
  float *theta;
} bf_best;

typedef enum bf_how {
  BF_GOING,      /* not ended */
  BF_REACHED,    /* the accuracy */
  BF_OVER,       /* all steps are made */
  BF_NOT_RISEN,  /* the paper's rule */
  BF_STALLED,    /* patience is at its end */
  BF_NOT_FINITE, /* loss or gradient */
} bf_how;

typedef struct bf_ending {
  bf_how how;
  bf_look look;   /* at the network as it is now */
  bool better;    /* it is better than `best`, which does not take it in at the end: a state that is saved says what was known before the look */
  char text[200]; /* accuracy and step, for people */
} bf_ending;

typedef struct bf_trial {
  /* set by the user, not owned */
  const bf_host *host;
  bf_task *task;
  const bf_recipe *recipe;
  const bf_mlp *mlp; /* theta changes */
  bf_trainer *trainer;
  uint64_t n;                         /* training points */
  const bf_cloud *train, *validation; /* the training points, if there are minibatches; the validation points or NULL */
  uint64_t batch_seed;                /* of this attempt */

  /* what changes with the steps, all of it: with theta, a TrainingState */
  uint64_t step; /* done so far in this attempt */
  bf_optimiser optimiser;
  bf_row last;         /* the last step */
  uint64_t most_right; /* points at any look, for the paper's rule */
  bf_best best;
  bf_training_log log; /* its attempts is the number of this one */
  uint64_t log_room;

  float *checkpoint; /* the recipe's, theta after theta */
  bool *reached;     /* which of them there are */
  float *gradient;
  uint32_t *order; /* the permutation of an epoch */
  uint64_t epoch;  /* + 1 */
} bf_trial;

/* Allocates what the trial owns; host, task, recipe, mlp, trainer, n and the clouds are set. BF_NO_MEMORY; the trial may then still be freed. */
bf_status bf_trial_new(bf_trial *t);
void bf_trial_free(bf_trial *t);

/* Before an attempt from the beginning: everything but the log as new. */
void bf_trial_reset(bf_trial *t);

/* Goes on from the trial's present step to the end of the attempt, whose last row it leaves in t->last. BF_CANCELLED, BF_NO_MEMORY. */
bf_status bf_trial_run(bf_trial *t, bf_ending *ending);

/* Adds the last step to the log, as the last row of the attempt. */
bf_status bf_trial_close(bf_trial *t, const bf_look *look);

#endif
