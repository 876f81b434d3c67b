/* Readers of text matrices and point clouds: lower-distance, upper-distance, distance, point-cloud. */
#include "ripser/read.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct row { /* a line with numbers */
  uint64_t line;
  size_t begin, n; /* its numbers */
} row;

typedef struct rows {
  size_t n, row_room, size, room; /* size: numbers in all */
  row *at;
  float *x;
} rows;

static void *grow(void *array, size_t *room, size_t size) {
  *room = *room ? 2 * *room : 1024;
  void *larger = realloc(array, *room * size);
  if (!larger) bf_fail(BF_NO_MEMORY, "no memory for %zu MiB of numbers", *room * size >> 20);
  return larger;
}

typedef enum meaning { COORDINATE, DISTANCE } meaning;

static bf_status add_number(scan *s, rows *r, meaning what) {
  if (r->size == r->room) {
    void *larger = grow(r->x, &r->room, sizeof *r->x);
    if (!larger) return BF_NO_MEMORY;
    r->x = larger;
  }
  float *x = &r->x[r->size++];
  return what == DISTANCE ? scan_distance(s, true, x) : scan_float(s, false, x);
}

static bf_status read_rows(scan *s, meaning what, rows *r) {
  bf_status status = BF_OK;
  while (scan_line(s)) {
    if (r->n == r->row_room) {
      void *larger = grow(r->at, &r->row_room, sizeof *r->at);
      if (!larger) return BF_NO_MEMORY;
      r->at = larger;
    }
    size_t begin = r->size;
    do BF_TRY(add_number(s, r, what));
    while (!scan_line_done(s));
    r->at[r->n++] = (row){s->line, begin, r->size - begin};
  }
out:
  return status;
}

static void rows_free(rows *r) {
  free(r->at);
  free(r->x);
}

static bf_status fail_row(scan *s, const rows *r, size_t i, size_t expected, const char *what, const char *hint) {
  return bf_fail(BF_BAD_INPUT, "%s:%llu: row %zu of %s has %zu numbers, not %zu%s", s->name, (unsigned long long)r->at[i].line, i + 1, what, r->at[i].n,
                 expected, hint);
}

/* A triangle stands in rows of 1, 2, 3, … numbers (upper: n-1, …, 2, 1), or all on one line, or one to a line. */
static bf_status check_triangle(scan *s, const rows *r, bool upper, uint32_t *n) {
  bool column = true;
  for (size_t i = 0; i < r->n; i++) column = column && r->at[i].n == 1;
  if (r->n > 1 && !column) {
    size_t first = upper ? r->at[0].n : 1;
    for (size_t i = 0; i < r->n; i++) {
      size_t expected = upper ? (first > i ? first - i : 0) : i + 1;
      if (r->at[i].n != expected) return fail_row(s, r, i, expected, upper ? "an upper triangle" : "a lower triangle", "");
    }
  }
  if (triangle_size(r->size, n)) return BF_OK;
  return bf_fail(BF_BAD_INPUT, "%s:%llu: the file ends after %zu distances, which fill no triangle: n points have n(n-1)/2", s->name,
                 (unsigned long long)s->line, r->size);
}

bf_status read_triangle(scan *s, bool upper, ripser_input *out) {
  bf_status status = BF_OK;
  rows r = {0};
  uint32_t n = 1;
  BF_TRY(read_rows(s, DISTANCE, &r));
  BF_TRY(check_triangle(s, &r, upper, &n));
  BF_TRY(dense_graph(&out->graph, n));
  float *w = out->graph.w;
  if (!upper) {
    for (size_t k = 0; k < r.size; k++) w[k] = r.x[k];
  } else {
    const float *x = r.x;
    for (size_t i = 0; i < n; i++)
      for (size_t j = i + 1; j < n; j++) w[j * (j - 1) / 2 + i] = *x++;
  }
out:
  rows_free(&r);
  return status;
}

bf_status read_square(scan *s, ripser_input *out) {
  bf_status status = BF_OK;
  rows r = {0};
  uint64_t *line = NULL;
  BF_TRY(read_rows(s, DISTANCE, &r));
  bool lower = r.n > 1 && r.at[0].n == 1 && r.at[1].n == 2;
  for (size_t i = 0; i < r.n; i++)
    if (r.at[i].n != r.n) BF_TRY(fail_row(s, &r, i, r.n, "a square matrix", lower ? " (a lower triangle is read with the format lower-distance)" : ""));
  line = malloc((r.n + 1) * sizeof *line);
  if (!line) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %zu rows", r.n);
    goto out;
  }
  for (size_t i = 0; i < r.n; i++) line[i] = r.at[i].line;
  BF_TRY(take_square(s, r.n, r.x, line, out));
out:
  free(line);
  rows_free(&r);
  return status;
}

bf_status read_points(scan *s, ripser_input *out) {
  bf_status status = BF_OK;
  rows r = {0};
  BF_TRY(read_rows(s, COORDINATE, &r));
  for (size_t i = 1; i < r.n; i++)
    if (r.at[i].n != r.at[0].n) BF_TRY(fail_row(s, &r, i, r.at[0].n, "the point cloud", ""));
  if (r.n >= UINT32_MAX) BF_TRY(bf_fail(BF_BAD_INPUT, "%s: 2^32 points or more", s->name));
  out->points = (bf_points){.n = r.n, .dim = r.n ? (uint32_t)r.at[0].n : 0, .x = r.x};
  r.x = NULL;
out:
  rows_free(&r);
  return status;
}
