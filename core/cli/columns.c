/* Small tables on stdout. */
#include "cli/columns.h"
#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bf_columns_add(bf_columns *c, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int n = vsnprintf(NULL, 0, format, args);
  va_end(args);
  char *text = bf_alloc((size_t)n + 1, 1);
  va_start(args, format);
  vsnprintf(text, (size_t)n + 1, format, args);
  va_end(args);
  for (char *t = text; *t; t++)
    if ((unsigned char)*t < 0x20 || *t == 0x7f) *t = ' ';
  c->cell = bf_grow(c->cell, c->n, sizeof *c->cell);
  c->cell[c->n++] = text;
}

/* Characters, not bytes, of UTF-8 text. */
static size_t width_of(const char *s) {
  size_t n = 0;
  for (; *s; s++) n += ((unsigned char)*s & 0xc0) != 0x80;
  return n;
}

static void pad(size_t n) {
  while (n--) putchar(' ');
}

void bf_columns_print(bf_columns *c) {
  size_t columns = strlen(c->align), *width = bf_alloc(columns + 1, sizeof *width);
  for (size_t i = 0; i < c->n; i++) {
    size_t n = width_of(c->cell[i]), *w = &width[i % columns];
    if (n > *w) *w = n;
  }
  for (size_t i = 0; i < c->n; i++) {
    size_t column = i % columns, gap = width[column] - width_of(c->cell[i]);
    bool last = column + 1 == columns, right = c->align[column] == 'r';
    if (column) fputs("  ", stdout);
    if (right) pad(gap);
    fputs(c->cell[i], stdout);
    if (!right && !last) pad(gap);
    if (last) putchar('\n');
    free(c->cell[i]);
  }
  free(c->cell);
  free(width);
  *c = (bf_columns){.align = c->align};
}
