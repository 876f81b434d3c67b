/* The column in work: a combination of simplices, and what is younger than its last pivot of their coboundary.
 *
 * On a distance matrix the coboundary is enumerated in steps of diameter, as far as the search for the pivot has come: most of it is never asked for, and to
 * scan rows of the matrix again costs less than to keep all that they hold.
 */
#ifndef FLAG_WORK_H
#define FLAG_WORK_H

#include "flag/column.h"
#include "flag/run.h"
#include <stdatomic.h>

#ifndef FLAG_MEET
#define FLAG_MEET(where) (void)0 /* a test lets threads wait here for others */
#endif

/* Who works on columns at the same time. */
typedef struct work_crew {
  uint32_t threads;      /* that have a column each, as long as there are some left */
  _Atomic uint64_t left; /* columns that are not done */
} work_crew;

typedef struct work_scan { /* what a thread finds in rows of the matrix */
  uint32_t *hit;
  float *distance;
  size_t hit_room, distance_room;
  simplices found;
} work_scan;

typedef struct work {
  const flag_run *run; /* set this and the next two before anything else, all else to zero */
  const work_crew *crew;
  uint32_t dim;      /* of the combination */
  simplex own;       /* the simplex that the column began with, and its coefficient */
  simplices terms;   /* the rest of the combination; some may stand there more than once */
  column coboundary; /* the last pivot is coboundary.last */
  float limit;       /* cofacets of a larger diameter are still to be enumerated */
  uint32_t advance;  /* how many steps next time */
  uint64_t pushed;   /* cofacets since the last advance */
  work_scan *scan;   /* of each of the run's threads */
  size_t scan_room;
} work;

#define work_begin FLAG_NAME(work_begin)
#define work_add FLAG_NAME(work_add)
#define work_pivot FLAG_NAME(work_pivot)
#define work_tidy FLAG_NAME(work_tidy)
#define work_free FLAG_NAME(work_free)

/* Begins with one simplex. Only what is younger than *last, or equal, counts; NULL: all. */
bf_status work_begin(work *w, const simplex *own, const simplex *last);

/* Adds `factor` times n simplices to the combination, and of their coboundary what is younger than the last pivot: all that is added between two pivots must as
 * a whole have nothing older, and cancel the pivot. */
bf_status work_add(work *w, const simplex *s, size_t n, uint32_t factor);

/* Goes on to the next pivot, w->coboundary.last; *found is false when the coboundary is zero. */
bf_status work_pivot(work *w, bool *found);

/* Adds up equal terms. */
bf_status work_tidy(work *w);

void work_free(work *w, bf_memory *memory);

#endif
