/* table.compare: what its parts share. Both sides' rows stand in one Betti table, those of the first before those of the second. */
#ifndef TABLE_COMPARE_H
#define TABLE_COMPARE_H

#include "labels.h"
#include "view.h"

enum { COMPARE_MAX_DIM = 64, COMPARE_NAME = 32 }; /* as Betti tables; letters of a side's name, and its end */

typedef struct compare_side {
  char name[COMPARE_NAME];
  uint64_t row, end; /* its rows */
  uint64_t declined, declined_end;
} compare_side;

typedef struct compare {
  const bf_host *host;
  bf_task *task;
  compare_side side[2];
  bf_betti_table all;
  view_groups item;  /* rows of equal texts on all axes */
  uint32_t dims;     /* dimensions 0 … dims - 1 */
  int64_t *betti[2]; /* item × dims; -1 where not known */
  double *scale[2];  /* of each item, NaN where the side lacks it */
  uint32_t *axis;    /* 0, 1, …: all axes of the table, as view.h wants them */
} compare;

bf_status compare_no_memory(void);

bool compare_has(const compare *c, int side, uint32_t item);

/* A row for each item, the first side's in its order, then those that only the second has; below it what agrees, and what is missing. */
bf_status compare_table(const compare *c, bf_table *out);

/* Notes on what is missing (compare_lacks.c). */
bf_status compare_lacks(const compare *c, bf_table *t);

#endif
