/* table.trials: what is known of each training (trials.c) and the counts over them (trials_summary.c). */
#ifndef TABLE_TRIALS_H
#define TABLE_TRIALS_H

#include <bettiflow/artifact.h>

typedef enum outcome { TRAINED, NOT_REACHED, DECLINED } outcome;

typedef struct trial {
  const bf_input *in; /* labels, and the reason of a declined one */
  outcome outcome;
  uint32_t attempts; /* 0: not known, as of declined ones */
  uint64_t steps;
  double accuracy, validation, loss; /* at the end; NaN where not known */
} trial;

typedef struct study {
  const char **axis; /* names of the labels, sweep variables in written order first */
  uint32_t naxis;
  trial *trial;
  size_t n;
} study;

/* The trial's value on an axis, "" where it has none. */
const char *trial_value(const trial *t, const char *axis);

/* Adds a column with a name that no axis has: `name`, or with "log_" before it as often as needed. */
bf_status trial_column(bf_table *t, const study *s, const char *name, bf_column_type type);

/* A row for each combination of the axes besides `over`, with counts and medians; declined trials as notes. */
bf_status trials_summary(const study *s, const char *over, bf_table *out);

#endif
