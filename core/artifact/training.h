/* The arrays of a training log's rows, which TrainingLog and TrainingState have in common. Internal to core/artifact. */
#ifndef BF_ARTIFACT_TRAINING_H
#define BF_ARTIFACT_TRAINING_H

#include "artifact/container.h"

enum { BF_LOG_ARRAYS = 8 };

void bf_log_describe(bf_array a[BF_LOG_ARRAYS], uint64_t *n);
void bf_log_put(bf_array a[BF_LOG_ARRAYS], const bf_training_log *t);              /* for writing */
void bf_log_take(const bf_array a[BF_LOG_ARRAYS], uint64_t n, bf_training_log *t); /* the loaded arrays become the log's */
bf_status bf_log_check_rows(const bf_training_log *t, bf_status bad);

#endif
