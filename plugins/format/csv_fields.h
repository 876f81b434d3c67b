/* A line of separated text as its fields. */
#ifndef FORMAT_CSV_FIELDS_H
#define FORMAT_CSV_FIELDS_H

#include <bettiflow/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct field {
  char *text;    /* without quotes, and blanks around it */
  size_t column; /* byte of the line where it begins, from 1 */
} field;

typedef struct fields {
  field *at;
  size_t n, room, most; /* most: no line may have more */
} fields;

/* "path:line:column: 'text' what" */
bf_status csv_bad(const char *path, uint64_t line, const field *f, const char *what);

/* Splits a line in place. ' ' as separator stands for any run of blanks. BF_BAD_INPUT: a quote that is not closed, or text behind one. */
bf_status fields_split(fields *f, char *line, char separator, const char *path, uint64_t number);

/* The separator that a line has: the one of ; tab , that occurs outside of quotes, else blanks, else a comma. BF_BAD_INPUT when several occur. */
bf_status fields_separator(const char *line, const char *path, uint64_t number, char *out);

void fields_free(fields *f);

#endif
