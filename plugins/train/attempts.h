/* Attempts one after the other, each from other initial weights, until one reaches the accuracy. */
#ifndef BF_TRAIN_ATTEMPTS_H
#define BF_TRAIN_ATTEMPTS_H

#include "trial.h"

typedef struct bf_history { /* how the attempts before this one ended */
  uint32_t n;
  char **text;
} bf_history;

void bf_history_free(bf_history *h);

/* The seed of a named stream ("weights", "batches") of an attempt; that of the first attempt has the bare name. */
uint64_t bf_attempt_seed(const bf_trial *t, const char *stream, uint32_t attempt);

/* Runs attempts until one's network is to be given: the ending is its. `resumed`: the trial stands inside an attempt, which goes on first.
 * BF_DECLINED with how each attempt ended; BF_CANCELLED, BF_NO_MEMORY. */
bf_status bf_attempts_run(bf_trial *t, bf_history *h, bool resumed, bf_ending *ending);

/* Whether an attempt that ended so counts as a success. */
bool bf_attempt_succeeded(const bf_trial *t, const bf_ending *e);

#endif
