/* What a run found out, read from the index: Betti numbers and trainings, each with the sweep points that it holds for. */
#ifndef BF_STORE_RESULTS_H
#define BF_STORE_RESULTS_H

#include "store/store.h"

typedef struct bf_result_stage {
  char *name, *use;
  uint64_t axes;  /* bit v: sweep variable v tells its results apart */
  uint64_t extra; /* bit x: its results have the item axis extra[x] */
  size_t nrow, ntrial;
} bf_result_stage;

typedef struct bf_place { /* of a stage's results: one combination of values of its axes */
  size_t stage, combo;
  uint32_t point; /* the first sweep point that has it */
  char **extra;   /* nextra values, NULL where there is no such axis */
} bf_place;

typedef struct bf_result_row {
  size_t place;
  uint32_t layer, class; /* indices into word; 0: none */
  uint32_t dim;
  double scale;
  int64_t betti;
} bf_result_row;

typedef enum bf_trained { BF_TRAINED, BF_NOT_REACHED, BF_TRIAL_DECLINED, BF_TRIAL_FAILED, BF_TRIAL_NOT_RUN } bf_trained;

typedef struct bf_trial {
  size_t place;
  bf_trained outcome;
  int64_t attempts, steps;     /* -1: not known */
  double accuracy, validation; /* NaN: not known */
} bf_trial;

typedef struct bf_results {
  const bf_run_info *run; /* the caller's */
  size_t nextra;
  char **extra; /* item axes besides layer and class, as step; at most 64 */
  size_t nword;
  char **word; /* layers and classes in order of appearance; word[0] is "" */
  size_t nstage;
  bf_result_stage *stage; /* those with results */
  size_t ncombo;
  size_t *combo;   /* ncombo + 1: where the points of each begin in point */
  uint32_t *point; /* rising within a combo */
  size_t nplace;
  bf_place *place;
  size_t nrow;
  bf_result_row *row; /* in order of tasks, then as they stand in their tables */
  size_t ntrial;
  bf_trial *trial;
} bf_results;

/* From index.sqlite, brought up to date first; where that can't be (a disk that is read-only, a run that goes on) from the run's journal and objects. */
bf_status bf_results_read(const bf_store *s, const bf_run_info *run, bf_results **out);
void bf_results_free(bf_results *r);

/* Of variable v of run->nvar + nextra: its name, and its value at a place, NULL where that does not depend on it. */
const char *bf_results_variable(const bf_results *r, size_t v);
const char *bf_results_value(const bf_results *r, const bf_place *p, size_t v);

#endif
