/* table.trials: what is known of each training (trials.c) and the counts over them (trials_summary.c). */
#ifndef TABLE_TRIALS_H
#define TABLE_TRIALS_H

#include "labels.h"

typedef enum outcome { TRAINED, NOT_REACHED, DECLINED } outcome;

typedef struct trial {
  const bf_input *in; /* labels, and the reason of a declined one */
  outcome outcome;
  uint32_t attempts; /* 0: not known, as of declined ones */
  uint64_t steps;
  double accuracy, validation, loss; /* at the end; NaN where not known */
} trial;

typedef struct study {
  label_axes axes;
  trial *trial;
  size_t n;
} study;

#define TRIAL_BEFORE "log_" /* before a column whose name an axis has */

/* A row for each combination of the axes besides `over`, with counts and medians; declined trials as notes. */
bf_status trials_summary(const study *s, const char *over, bf_table *out);

#endif
