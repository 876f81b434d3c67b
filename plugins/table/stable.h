/* table.stable: what its parts share. An answer belongs to an item, be it a diagram (stable.c) or a set of rows of tables (stable_rows.c). */
#ifndef TABLE_STABLE_H
#define TABLE_STABLE_H

#include "labels.h"
#include "stretch.h"

typedef struct stable_answer {
  const char **key; /* its values on the axes */
  stretches is;
} stable_answer;

typedef struct stable {
  stretch_range range;
  const char *along; /* "scale", or the axis that is the parameter */
  label_axes axes;
  stable_answer *answer;
  uint64_t n;
  bool rows;         /* the answers come from rows */
  bf_table together; /* its notes, so far */
  uint64_t told;     /* items without an answer */
} stable;

bf_status stable_no_memory(void);

/* Makes room for n answers, all zero, and their keys. */
bf_status stable_room(stable *s, uint64_t n);

/* A note that there is no answer for an item; of many only the first ones are told. Frees `where`, which is NULL when memory ran out. */
bf_status stable_none(stable *s, char *where, const char *why);

/* The answers from n Betti tables, one for each combination of the axes besides the parameter. Names and keys are those of *all: free it after s. */
bf_status stable_rows(stable *s, const bf_host *host, bf_task *task, const bf_input *in, size_t n, bf_betti_table *all);

/* The answers as a Betti table, and what was declined of n diagrams or of the tables *all. The scale is where a stretch begins, -inf where that is not known;
 * along a sweep variable it is the scale of the rows. */
bf_status stable_betti(const stable *s, const bf_input *in, size_t n, const bf_betti_table *all, bf_betti_table *out);

#endif
