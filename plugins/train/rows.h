/* The rows of a training log while they grow. */
#ifndef BF_TRAIN_ROWS_H
#define BF_TRAIN_ROWS_H

#include <bettiflow/artifact.h>

typedef struct bf_row { /* a step, before anybody looked at what it gave */
  uint64_t step;        /* from 1 */
  double loss, rate, gradient;
} bf_row;

typedef struct bf_look { /* at a network; NaN where not taken */
  double accuracy, loss; /* on the training points */
  double validation, validation_loss;
  uint64_t right; /* training points */
} bf_look;

/* Adds a row of attempt log->attempts. *room is how many rows there is memory for, 0 at first; `validates`: the log has columns for validation points.
 * BF_NO_MEMORY, also when the rows need more than `budget` bytes. */
bf_status bf_rows_add(bf_training_log *log, uint64_t *room, uint64_t budget, bool validates, const bf_row *row, const bf_look *look);

/* Columns for validation points, NaN so far, for a log that has none. BF_NO_MEMORY. */
bf_status bf_rows_validate(bf_training_log *log, uint64_t *room);

#endif
