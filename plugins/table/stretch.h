/* The longest stretch of a parameter on which Betti numbers stay the same: of a persistence diagram, whose Betti numbers are constant between its values, or of
 * rows, which know them at single values only. */
#ifndef TABLE_STRETCH_H
#define TABLE_STRETCH_H

#include <bettiflow/artifact.h>

enum { STRETCH_MAX_DIM = 64 };

typedef struct stretch_range {
  double from, to; /* NaN: not given, see below */
  bool log;        /* a stretch is log(to / from) long, not to - from */
} stretch_range;

typedef struct stretch {
  double from, to, length; /* NaN where not known */
  uint64_t values;         /* of rows: at how many values they are known in it; 0: there is no stretch */
} stretch;

typedef struct stretches {
  uint32_t dims;     /* dimensions 0 … dims - 1 */
  bool known;        /* false: nothing is known in the range, and all the rest is empty */
  stretch joint;     /* of the whole vector */
  int64_t *together; /* dims: the vector; -1 where it is not known */
  stretch *alone;    /* dims: of each Betti number by itself */
  int64_t *each;     /* dims: these numbers */
} stretches;
void stretches_free(stretches *s);

/* Of a diagram: an interval counts from birth (included) to death (not included). The range begins at r->from, else at the least value of the diagram (log: the
 * least above 0), and ends at r->to or at the threshold, whichever is less, or where neither is finite at the greatest finite value: beyond it nothing changes.
 * Of equally long stretches the first one counts. Where the range has no length, the numbers are those at its end, from = to; where the diagram has no value at
 * all, from, to and length are not known. Nothing is known where the diagram was cut before r->from. A value that as a float is the threshold
 * means the threshold. BF_NO_MEMORY (more than `budget` bytes; 0: no limit);
 * BF_BAD_INPUT for a dimension above STRETCH_MAX_DIM. */
bf_status stretch_of_diagram(const bf_diagram *d, const stretch_range *r, uint64_t budget, stretches *out);

typedef struct stretch_row {
  double at; /* finite */
  uint32_t dim;
  int64_t betti;
} stretch_row;

/* Of n rows, which are sorted here: the longest run of equal vectors over the values in [r->from, r->to] (log: above 0), from the first value of the run to the
 * last. BF_BAD_INPUT for two numbers at one value in one dimension. */
bf_status stretch_of_rows(stretch_row *row, uint64_t n, const stretch_range *r, stretches *out);

#endif
