/* Builds a bf_betti_table when its axes become known only on the way. A cell is a set of coordinates (axis, text); rows and
 * declined items stand at the cell begun last. Axes keep the order in which they first appear, sweep variables before item axes. */
#ifndef TABLE_BUILD_H
#define TABLE_BUILD_H

#include <bettiflow/artifact.h>

typedef struct table_build table_build;

bf_status table_build_new(table_build **out); /* BF_NO_MEMORY */
void table_build_free(table_build *b);

/* Begins a new cell without coordinates. */
bf_status table_build_cell(table_build *b);

/* Gives the cell a coordinate. The same coordinate twice is fine, another value for an axis that the cell has is BF_BAD_INPUT;
 * an empty value says nothing. */
bf_status table_build_put(table_build *b, const char *axis, bool sweep, const char *value);

/* Begins a new cell with the item's own label. */
bf_status table_build_item(table_build *b, const bf_input *in);

/* All that the Betti table at in->path holds; a row's own coordinates come first, so that the axes of nested tables keep their order. A declined item if there
 * is no path. */
bf_status table_build_input(table_build *b, const bf_input *in, uint64_t budget);

/* Those of n inputs one after the other, with a step before each. */
bf_status table_build_inputs(table_build *b, const bf_host *host, bf_task *task, const bf_input *in, size_t n);

bf_status table_build_row(table_build *b, double scale, uint32_t dim, int64_t betti);
bf_status table_build_declined(table_build *b, const char *reason);

/* Hands the table over; free it with bf_betti_table_free. The builder is empty afterwards and may only be freed. */
bf_status table_build_take(table_build *b, bf_betti_table *out);

/* Rows and declined items so far. */
void table_build_count(const table_build *b, uint64_t *rows, uint64_t *declined);

/* All of n inputs as one table. */
bf_status table_build_join(const bf_host *host, bf_task *task, const bf_input *in, size_t n, bf_betti_table *out);

#endif
