/* Tables of texts and numbers, printed for people, as CSV or as JSON. */
#ifndef BF_CLI_GRID_H
#define BF_CLI_GRID_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum bf_cell_kind { BF_CELL_EMPTY, BF_CELL_TEXT, BF_CELL_INTEGER, BF_CELL_REAL } bf_cell_kind;

typedef struct bf_cell {
  bf_cell_kind kind;
  char *text;
  int64_t integer;
  double real;
} bf_cell;

typedef enum bf_column_for {
  BF_FOR_ALL,
  BF_FOR_DATA,    /* CSV and JSON only */
  BF_FOR_PEOPLE,  /* the opposite */
  BF_FOR_VARIED,  /* data, and people when not all of its cells are alike */
  BF_FOR_NONZERO, /* data, and people when one of its cells is neither empty nor 0 */
} bf_column_for;

typedef struct bf_grid {
  const char *title; /* a line above it, for people */
  size_t ncolumn, ncell;
  char **column;
  bf_column_for *shown;
  bf_cell *cell; /* row by row */
} bf_grid;

/* A name that is taken gets "result_" in front. */
void bf_grid_column(bf_grid *g, bf_column_for shown, const char *name);
void bf_grid_text(bf_grid *g, const char *text); /* the next cell; NULL: empty */
void bf_grid_integer(bf_grid *g, int64_t x);
void bf_grid_real(bf_grid *g, double x); /* NaN: empty */

char *bf_number_text(double x);         /* for people: four digits, but all of a whole number and one decimal from 1000 on; allocated */
void bf_grid_print(const bf_grid *g);   /* for people */
void bf_grid_csv(const bf_grid *g);     /* a header and rows; infinity is inf */
json_t *bf_grid_json(const bf_grid *g); /* a list of objects; empty cells are null, infinity is "inf", texts that are plain numbers are numbers */
void bf_grid_free(bf_grid *g);

#endif
