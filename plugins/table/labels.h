/* The labels of gathered items as columns of a table. */
#ifndef TABLE_LABELS_H
#define TABLE_LABELS_H

#include <bettiflow/artifact.h>

typedef struct label_axes { /* names of the items' labels, sweep variables in written order first */
  const char **name;
  uint32_t n, nsweep;
} label_axes;

/* The axes of n items; the names are the items' own. BF_NO_MEMORY; label_axes_free whatever it returns. */
bf_status label_axes_of(const bf_input *in, size_t n, label_axes *out);
void label_axes_free(label_axes *a);

const char *label_value(const bf_input *in, const char *axis); /* "" where the item has no such axis */

/* A text column for each axis. */
bf_status label_columns(bf_table *t, const label_axes *a);

/* Adds a column with a name that no axis has: `name`, or with `before` in front of it as often as needed. */
bf_status label_column(bf_table *t, const label_axes *a, const char *before, const char *name, bf_column_type type);

/* "activation=relu seed=3", allocated; NULL when there is no memory. */
char *label_text(const bf_input *in);

#endif
