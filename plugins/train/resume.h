/* Saving a training as a TrainingState, and going on from one. */
#ifndef BF_TRAIN_RESUME_H
#define BF_TRAIN_RESUME_H

#include "attempts.h"

/* Writes the trial as it stands, before bf_trial_close has added its last step to the log. activation: canonical text. */
bf_status bf_trial_save(const bf_trial *t, const bf_history *h, const char *activation, const bf_out *out);

/* Sets a new trial, its network and the history from the state at path. BF_BAD_INPUT when it is of another network, activation, optimiser or seed,
 * or past the recipe's steps. */
bf_status bf_trial_resume(bf_trial *t, bf_history *h, const char *activation, const char *path);

#endif
