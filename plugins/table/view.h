/* Looking at a Betti table: axes by name, the scale as one more axis, rows grouped by some of their axes. */
#ifndef TABLE_VIEW_H
#define TABLE_VIEW_H

#include <bettiflow/artifact.h>

/* The axis' index, or t->naxis. */
uint32_t view_axis(const bf_betti_table *t, const char *name);

/* Appends the axis "scale", with the scales as text; declined items have "" there. BF_BAD_INPUT if there is such an axis already. */
bf_status view_add_scale(bf_betti_table *t);

/* Rows with equal texts on some axes. Groups are numbered in order of appearance. */
typedef struct view_groups {
  uint32_t n;
  uint32_t *of;    /* the group of each row */
  uint64_t *first; /* n: the first row of each group */
} view_groups;

/* Groups `n` rows of `naxis` texts by the axes axis[0] … axis[k - 1]; k = 0 puts all rows into one group. */
bf_status view_group(const uint32_t *value, uint64_t n, uint32_t naxis, const uint32_t *axis, uint32_t k, view_groups *out);
void view_groups_free(view_groups *g);

/* Puts the groups of `n` rows of texts in numerical order where all their texts on the axis are numbers; otherwise leaves them. */
bf_status view_sort_numbers(const bf_betti_table *t, const uint32_t *value, uint64_t n, uint32_t axis, view_groups *g);

bool view_number(const char *text, double *x); /* the whole text is a decimal number, "inf" or "-inf" */

/* Can a declined item's label belong to what `row` belongs to, going by the axes axis[0] … axis[k - 1]? A label may lack axes. */
bool view_matches(const uint32_t *declined, const uint32_t *row, const uint32_t *axis, uint32_t k);

/* "activation=relu layer=3", the texts of a row that are there; allocated, NULL when there is no memory. */
char *view_row_text(const bf_betti_table *t, const uint32_t *value);

#endif
