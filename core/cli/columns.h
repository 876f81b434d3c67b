/* Small tables on stdout. */
#ifndef BF_CLI_COLUMNS_H
#define BF_CLI_COLUMNS_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct bf_columns {
  const char *align; /* one letter for each column: l or r */
  char **cell;
  size_t n;
} bf_columns;

void bf_columns_add(bf_columns *c, const char *format, ...) BF_PRINTF(2, 3); /* the next cell, row by row; control characters become spaces */
void bf_columns_print(bf_columns *c);                                        /* and empties it; the last column is not padded */

#endif
