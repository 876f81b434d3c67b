/* A Table for people: aligned columns, the last one wrapped where it holds text. */
#include "table_text.h"

#include "betti_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 2, LEAST_WRAPPED = 24 };

typedef struct shape { /* of a column */
  uint32_t width;
  bool right;
} shape;

/* A number or an empty cell. */
static bool is_number(const char *s) {
  char *end;
  if (!*s) return true;
  strtod(s, &end);
  return end != s && !*end;
}

/* The cell as text; `room` holds numbers. */
static const char *cell(const bf_column *c, uint64_t row, char room[DECIMAL_ROOM]) {
  if (c->type == BF_COLUMN_TEXT) return c->text[row];
  if (c->type == BF_COLUMN_INTEGER) {
    if (c->integer[row] == BF_NO_INTEGER) return "–";
    snprintf(room, DECIMAL_ROOM, "%" PRId64, c->integer[row]);
  } else {
    if (isnan(c->real[row])) return "–";
    snprintf(room, DECIMAL_ROOM, "%.6g", c->real[row]);
  }
  return room;
}

/* Characters of the widest line of s. */
static uint32_t widest_line(const char *s) {
  uint32_t most = 0, n = 0;
  for (; *s; s++) {
    n = *s == '\n' ? 0 : n + ((*s & 0xc0) != 0x80);
    most = n > most ? n : most;
  }
  return most;
}

static void measure(const bf_table *t, shape *s) {
  char room[DECIMAL_ROOM];
  for (uint32_t k = 0; k < t->ncolumn; k++) {
    s[k] = (shape){.width = betti_text_width(t->column[k].name), .right = true};
    for (uint64_t i = 0; i < t->n; i++) {
      const char *text = cell(&t->column[k], i, room);
      const uint32_t n = widest_line(text);
      s[k].width = n > s[k].width ? n : s[k].width;
      s[k].right = s[k].right && (t->column[k].type != BF_COLUMN_TEXT || is_number(text));
    }
  }
}

/* How many bytes of s stand on a line of `width` characters: up to a newline, else the last blank that fits, else what fits. */
static size_t line_bytes(const char *s, uint32_t width) {
  size_t at = 0, blank = 0;
  for (uint32_t n = 0; s[at] && s[at] != '\n'; at++) {
    n += (s[at] & 0xc0) != 0x80;
    if (n > width) return blank ? blank : at;
    if (s[at] == ' ') blank = at;
  }
  return at;
}

/* Text in lines of `width` characters at most, those after the first one moved right by `indent`. Ends the last line. */
static void write_wrapped(FILE *f, const char *s, uint32_t width, uint32_t indent) {
  for (;;) {
    const size_t n = line_bytes(s, width);
    for (size_t i = 0; i < n; i++) fputc(s[i] == '\t' ? ' ' : s[i], f);
    fputc('\n', f);
    s += n;
    if (*s == ' ' || *s == '\n') s++;
    if (!*s) return;
    fprintf(f, "%*s", (int)indent, "");
  }
}

/* One line of the table; row UINT64_MAX: the heads. Blanks are only written before more text. */
static void write_row(text_out *out, const bf_table *t, const shape *s, uint64_t row, uint32_t wrapped) {
  char room[DECIMAL_ROOM];
  uint32_t owed = 0, indent = 0;
  for (uint32_t k = 0; k < t->ncolumn; k++) {
    const char *text = row == UINT64_MAX ? t->column[k].name : cell(&t->column[k], row, room);
    const bool last = k + 1 == t->ncolumn;
    const uint32_t n = last && !s[k].right ? 0 : betti_text_width(text), free = s[k].width > n ? s[k].width - n : 0;
    if (s[k].right) owed += free;
    if (*text) {
      fprintf(out->f, "%*s", (int)owed, "");
      owed = 0;
      if (last && !s[k].right) {
        write_wrapped(out->f, text, wrapped, indent);
        return;
      }
      for (; *text; text++) fputc(*text == '\n' || *text == '\t' ? ' ' : *text, out->f);
    } else {
      owed += n;
    }
    owed += GAP + (s[k].right ? 0 : free);
    indent += s[k].width + GAP;
  }
  fputc('\n', out->f);
}

bf_status table_text(text_out *out, const bf_table *t, uint32_t width) {
  shape *s = calloc(t->ncolumn + 1u, sizeof *s);
  uint32_t before = 0;
  if (!s) return bf_fail(BF_NO_MEMORY, "out of memory for a table's widths");
  measure(t, s);
  for (uint32_t k = 0; k + 1 < t->ncolumn; k++) before += s[k].width + GAP;
  const uint32_t wrapped = before + LEAST_WRAPPED < width ? width - before : LEAST_WRAPPED;
  if (*t->caption) fprintf(out->f, "%s\n\n", t->caption);
  if (t->ncolumn) write_row(out, t, s, UINT64_MAX, wrapped);
  for (uint64_t i = 0; i < t->n; i++) write_row(out, t, s, i, wrapped);
  if (t->nnote) fputc('\n', out->f);
  for (uint64_t i = 0; i < t->nnote; i++) write_wrapped(out->f, t->note[i], width, GAP);
  free(s);
  return BF_OK;
}
