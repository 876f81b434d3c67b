/* The landmarks near a witness, by distance. */
#ifndef BF_WITNESS_NEAR_H
#define BF_WITNESS_NEAR_H

#include "../../memory.h"
#include <bettiflow/artifact.h>

enum { WITNESS_TILE = 32 }; /* landmarks whose distances are summed side by side */

/* Landmarks in tiles of neighbours, coordinate by coordinate, as doubles, and the tiles' boxes in rows of eight. */
typedef struct witness_tiles {
  uint32_t n, dim;
  size_t tiles, boxes; /* boxes: rows of eight */
  double *x;           /* tiles × dim × WITNESS_TILE; places without a landmark are infinitely far */
  double *box;         /* boxes × dim × (8 lower, then 8 upper corners) */
  uint32_t *landmark;  /* tiles × WITNESS_TILE: the landmark at each place */
} witness_tiles;

/* Landmark i is row[i] of the points. BF_NO_MEMORY. */
bf_status witness_tiles_new(const bf_points *landmarks, const uint32_t *row, bf_memory *memory, witness_tiles *out);
void witness_tiles_free(witness_tiles *t, bf_memory *memory);

/* Landmarks by squared distance. Of several equally far, none has to be first. */
typedef struct witness_list {
  size_t n;
  double *square;
  uint32_t *landmark;
} witness_list;

/* Which landmarks of a witness count. `weak`: those with d² - α² <= that of the `reach`-th nearest, reach >= 1 (all, if there are fewer). Else: those with d² <
 * (double)(float)(that of the nearest + α²). */
typedef struct witness_rule {
  bool weak;
  size_t reach;
  double alpha_square;
} witness_rule;

/* One thread's memory for one witness. */
typedef struct witness_near {
  double *own;   /* dim: the witness */
  double *bound; /* of each box: no landmark in it is nearer */
  witness_list list;
} witness_near;

bf_status witness_near_new(const witness_tiles *t, bf_memory *memory, witness_near *out);
void witness_near_free(const witness_tiles *t, witness_near *near, bf_memory *memory);

/* Fills near->list for a witness at x; there must be a landmark. */
void witness_near_find(const witness_tiles *t, const float *x, const witness_rule *rule, witness_near *near);

#endif
