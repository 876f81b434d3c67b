/* Building a Table row by row. */
#include <bettiflow/artifact.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bf_status no_memory(void) { return bf_fail(BF_NO_MEMORY, "no memory for a table"); }

/* Makes a column's cells `room` long; those from row `from` on are empty. */
static bf_status widen(bf_column *c, uint64_t from, uint64_t room) {
  void *old = c->type == BF_COLUMN_TEXT ? (void *)c->text : c->type == BF_COLUMN_INTEGER ? (void *)c->integer : c->real;
  void *cells = room > SIZE_MAX / sizeof(int64_t) ? NULL : realloc(old, (size_t)room * sizeof(int64_t));
  if (!cells) return no_memory();
  if (c->type == BF_COLUMN_TEXT)
    c->text = cells;
  else if (c->type == BF_COLUMN_INTEGER)
    c->integer = cells;
  else
    c->real = cells;
  for (uint64_t i = from; i < room; i++) {
    if (c->text) c->text[i] = NULL;
    if (c->integer) c->integer[i] = BF_NO_INTEGER;
    if (c->real) c->real[i] = (double)NAN;
  }
  return BF_OK;
}

bf_status bf_table_column(bf_table *t, const char *name, bf_column_type type) {
  if (type < BF_COLUMN_TEXT || type > BF_COLUMN_REAL) return bf_fail(BF_FAILED, "column '%s': no such type of column", name);
  bf_column *column = realloc(t->column, ((size_t)t->ncolumn + 1) * sizeof *column);
  if (!column) return no_memory();
  t->column = column;
  column += t->ncolumn;
  *column = (bf_column){.name = strdup(name), .type = type};
  if (!column->name) return no_memory();
  t->ncolumn++;
  return t->room ? widen(column, 0, t->room) : BF_OK;
}

bf_status bf_table_row(bf_table *t) {
  bf_status status = BF_OK;
  if (t->n == t->room) {
    const uint64_t room = t->room ? 2 * t->room : 32;
    for (uint32_t i = 0; i < t->ncolumn; i++) BF_TRY(widen(&t->column[i], t->n, room));
    t->room = room;
  }
  t->n++;
out:
  return status;
}

static bf_status cell(const bf_table *t, uint32_t column, bf_column_type type) {
  if (t->n && column < t->ncolumn && t->column[column].type == type) return BF_OK;
  return bf_fail(BF_FAILED, "a table of %u columns and %llu rows has no cell of that type in column %u", t->ncolumn, (unsigned long long)t->n, column);
}

bf_status bf_table_put_text(bf_table *t, uint32_t column, const char *text) {
  bf_status status = BF_OK;
  BF_TRY(cell(t, column, BF_COLUMN_TEXT));
  char **at = &t->column[column].text[t->n - 1], *copy = strdup(text);
  if (!copy) return no_memory();
  free(*at);
  *at = copy;
out:
  return status;
}

bf_status bf_table_put_integer(bf_table *t, uint32_t column, int64_t number) {
  bf_status status = cell(t, column, BF_COLUMN_INTEGER);
  if (status == BF_OK) t->column[column].integer[t->n - 1] = number;
  return status;
}

bf_status bf_table_put_real(bf_table *t, uint32_t column, double number) {
  bf_status status = cell(t, column, BF_COLUMN_REAL);
  if (status == BF_OK) t->column[column].real[t->n - 1] = number;
  return status;
}

bf_status bf_table_caption(bf_table *t, const char *format, ...) {
  char *text = NULL;
  va_list values;
  va_start(values, format);
  const int n = vasprintf(&text, format, values);
  va_end(values);
  if (n < 0) return no_memory();
  free(t->caption);
  t->caption = text;
  return BF_OK;
}

bf_status bf_table_note(bf_table *t, const char *format, ...) {
  char *text = NULL, **note = realloc(t->note, ((size_t)t->nnote + 1) * sizeof *note);
  va_list values;
  if (!note) return no_memory();
  t->note = note;
  va_start(values, format);
  const int n = vasprintf(&text, format, values);
  va_end(values);
  if (n < 0) return no_memory();
  t->note[t->nnote++] = text;
  return BF_OK;
}
