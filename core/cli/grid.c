/* Tables of texts and numbers in three dresses. */
#include "cli/grid.h"
#include "base/text.h"
#include "cli/columns.h"
#include "cli/conditions.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bf_grid_column(bf_grid *g, bf_column_for shown, const char *name) {
  char *own = bf_strdup(name);
  for (size_t i = 0; i < g->ncolumn; i++) {
    const bool apart = shown == BF_FOR_PEOPLE ? g->shown[i] == BF_FOR_DATA : shown == BF_FOR_DATA && g->shown[i] == BF_FOR_PEOPLE;
    if (apart || strcmp(g->column[i], own) != 0) continue;
    char *longer = bf_format_text("result_%s", own);
    free(own);
    own = longer;
    i = (size_t)-1; /* from the beginning */
  }
  g->column = bf_grow(g->column, g->ncolumn, sizeof *g->column);
  g->shown = bf_grow(g->shown, g->ncolumn, sizeof *g->shown);
  g->column[g->ncolumn] = own;
  g->shown[g->ncolumn++] = shown;
}

static bf_cell *next(bf_grid *g, bf_cell_kind kind) {
  g->cell = bf_grow(g->cell, g->ncell, sizeof *g->cell);
  g->cell[g->ncell] = (bf_cell){.kind = kind};
  return &g->cell[g->ncell++];
}

void bf_grid_text(bf_grid *g, const char *text) { next(g, text && *text ? BF_CELL_TEXT : BF_CELL_EMPTY)->text = bf_strdup(text && *text ? text : NULL); }
void bf_grid_integer(bf_grid *g, int64_t x) { next(g, BF_CELL_INTEGER)->integer = x; }
void bf_grid_real(bf_grid *g, double x) { next(g, isnan(x) ? BF_CELL_EMPTY : BF_CELL_REAL)->real = x; }

void bf_grid_free(bf_grid *g) {
  for (size_t i = 0; i < g->ncolumn; i++) free(g->column[i]);
  for (size_t i = 0; i < g->ncell; i++) free(g->cell[i].text);
  free(g->column), free(g->shown), free(g->cell);
  *g = (bf_grid){0};
}

static size_t rows(const bf_grid *g) { return g->ncolumn ? g->ncell / g->ncolumn : 0; }
static const bf_cell *cell_at(const bf_grid *g, size_t row, size_t column) { return &g->cell[row * g->ncolumn + column]; }

/* As few digits as give the number back. */
static char *real_text(double x) {
  char text[40];
  if (isinf(x)) return bf_strdup(x > 0 ? "inf" : "-inf");
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, x);
    if (strtod(text, NULL) == x) break;
  }
  return bf_strdup(text);
}

char *bf_number_text(double x) {
  if (fabs(x) < 1000 || !(fabs(x) < 1e9)) return bf_format_text("%.4g", x);
  char *text = bf_format_text("%.1f", x);
  const size_t n = strlen(text);
  if (text[n - 1] == '0') text[n - 2] = 0;
  return text;
}

static char *cell_text(const bf_cell *c, bool people) {
  switch (c->kind) {
  case BF_CELL_TEXT:
    return bf_strdup(c->text);
  case BF_CELL_INTEGER:
    return bf_format_text("%" PRId64, c->integer);
  case BF_CELL_REAL:
    return people && !isinf(c->real) ? bf_number_text(c->real) : real_text(c->real);
  default:
    return bf_strdup(people ? "\u2013" : "");
  }
}

/* ---- for people ---- */

static bool same_cell(const bf_cell *a, const bf_cell *b) {
  if (a->kind != b->kind) return false;
  return a->kind == BF_CELL_TEXT ? !strcmp(a->text, b->text) : a->integer == b->integer && a->real <= b->real && a->real >= b->real;
}

static bool is_shown(const bf_grid *g, size_t column) {
  bool varied = false, nonzero = false;
  for (size_t i = 0; i < rows(g); i++) {
    const bf_cell *c = cell_at(g, i, column);
    varied |= !same_cell(c, cell_at(g, 0, column));
    nonzero |= c->kind == BF_CELL_TEXT || (c->kind == BF_CELL_INTEGER && c->integer) || (c->kind == BF_CELL_REAL && fabs(c->real) > 0);
  }
  const bool shown[] = {[BF_FOR_ALL] = true, [BF_FOR_DATA] = false, [BF_FOR_PEOPLE] = true, [BF_FOR_VARIED] = varied, [BF_FOR_NONZERO] = nonzero};
  return shown[g->shown[column]];
}

/* A column of numbers, sweep values among them, stands to the right. */
static char side_of(const bf_grid *g, size_t column) {
  double x;
  for (size_t i = 0; i < rows(g); i++) {
    const bf_cell *c = cell_at(g, i, column);
    if (c->kind == BF_CELL_TEXT && !bf_is_number(c->text, &x)) return 'l';
  }
  return 'r';
}

void bf_grid_print(const bf_grid *g) {
  bf_text align = {0};
  size_t *shown = bf_alloc(g->ncolumn + 1, sizeof *shown), n = 0;
  for (size_t i = 0; i < g->ncolumn; i++)
    if (is_shown(g, i)) shown[n++] = i;
  for (size_t i = 0; i < n; i++) bf_text_add_n(&align, (const char[]){side_of(g, shown[i])}, 1);
  bf_columns table = {.align = align.at};
  for (size_t i = 0; i < n; i++) bf_columns_add(&table, "%s", g->column[shown[i]]);
  for (size_t row = 0; row < rows(g); row++)
    for (size_t i = 0; i < n; i++) {
      char *text = cell_text(cell_at(g, row, shown[i]), true);
      bf_columns_add(&table, "%s", text);
      free(text);
    }
  if (g->title) puts(g->title);
  if (n) bf_columns_print(&table);
  bf_text_free(&align);
  free(shown);
}

/* ---- as data ---- */

static void put_field(const char *text) {
  const size_t n = strlen(text);
  if (!n || (n == strcspn(text, ",\"\r\n") && text[0] != ' ' && text[n - 1] != ' ')) {
    fputs(text, stdout);
    return;
  }
  putchar('"');
  for (; *text; text++) {
    if (*text == '"') putchar('"');
    putchar(*text);
  }
  putchar('"');
}

void bf_grid_csv(const bf_grid *g) {
  for (size_t row = 0; row <= rows(g); row++) { /* the first is the header */
    bool first = true;
    for (size_t i = 0; i < g->ncolumn; i++) {
      if (g->shown[i] == BF_FOR_PEOPLE) continue;
      char *text = row ? cell_text(cell_at(g, row - 1, i), false) : bf_strdup(g->column[i]);
      if (!first) putchar(',');
      put_field(text);
      free(text);
      first = false;
    }
    putchar('\n');
  }
}

/* A text that a number would be printed as. */
static json_t *text_json(const char *text) {
  double x;
  if (bf_is_number(text, &x) && !isinf(x)) {
    char *again = real_text(x);
    const bool same = !strcmp(again, text), whole = fabs(x) < 1e15 && floor(x) == x;
    free(again);
    if (same) return whole ? json_integer((json_int_t)x) : json_real(x);
  }
  char *utf8 = bf_text_utf8(text);
  json_t *j = json_string(utf8);
  free(utf8);
  return j;
}

static json_t *cell_json(const bf_cell *c) {
  switch (c->kind) {
  case BF_CELL_TEXT:
    return text_json(c->text);
  case BF_CELL_INTEGER:
    return json_integer((json_int_t)c->integer);
  case BF_CELL_REAL:
    return isinf(c->real) ? json_string(c->real > 0 ? "inf" : "-inf") : json_real(c->real);
  default:
    return json_null();
  }
}

json_t *bf_grid_json(const bf_grid *g) {
  json_t *list = json_array();
  for (size_t row = 0; row < rows(g); row++) {
    json_t *o = json_object();
    for (size_t i = 0; i < g->ncolumn; i++)
      if (g->shown[i] != BF_FOR_PEOPLE) json_object_set_new(o, g->column[i], cell_json(cell_at(g, row, i)));
    json_array_append_new(list, o);
  }
  return list;
}
