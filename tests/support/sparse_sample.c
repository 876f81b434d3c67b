/* Random sparse files. */
#include "sparse_sample.h"
#include <bettiflow/random.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

static uint64_t draws;
uint32_t sparse_below(uint32_t n) { return (uint32_t)bf_random_below(7, draws++, n); }

void sparse_put(sparse_sample *s, const char *text) {
  size_t n = strlen(text);
  if (s->size + n + 1 > s->room) {
    s->room = 2 * (s->room + n + 1);
    s->text = realloc(s->text, s->room);
    assert_non_null(s->text);
  }
  memcpy(s->text + s->size, text, n + 1);
  s->size += n;
}

/* Some blanks, now and then many parts of them. */
static void put_blanks(sparse_sample *s) {
  for (uint32_t k = sparse_below(50) ? sparse_below(3) : sparse_below(700); k > 0; k--) sparse_put(s, sparse_below(2) ? "\t" : " ");
}

static void put_separator(sparse_sample *s, sparse_style as) {
  if (!as.plain && sparse_below(3) == 0) put_blanks(s);
  sparse_put(s, as.plain || sparse_below(4) ? " " : sparse_below(2) ? "," : "\t");
}

static void end_line(sparse_sample *s, sparse_style as) {
  if (!as.plain && sparse_below(4) == 0) put_blanks(s);
  sparse_put(s, as.plain || sparse_below(3) ? "\n" : "\r\n");
  s->lines++;
}

static void put_blank_lines(sparse_sample *s, sparse_style as) {
  if (as.plain) return;
  for (uint32_t k = sparse_below(40) ? sparse_below(3) * sparse_below(2) : sparse_below(900); k > 0; k--) end_line(s, as);
}

static void add(sparse_sample *s, uint32_t i, uint32_t j, float w) {
  if (s->vertices <= (i > j ? i : j)) s->vertices = (i > j ? i : j) + 1;
  if (i == j) return;
  s->edge = realloc(s->edge, (s->n + 1) * sizeof *s->edge);
  assert_non_null(s->edge);
  s->edge[s->n++] = i < j ? (sparse_edge){i, j, w} : (sparse_edge){j, i, w};
}

/* Weights are eighths, which each way to write them gives exactly. */
void sparse_put_edge(sparse_sample *s, sparse_style as, uint32_t i, uint32_t j, float w) {
  static const char *const formats[] = {"%g", "%.3f", "%.7e", "%09.4f"};
  char number[64];
  if (!as.plain && sparse_below(5) == 0) put_blanks(s);
  snprintf(number, sizeof number, "%u", i);
  sparse_put(s, number);
  put_separator(s, as);
  snprintf(number, sizeof number, "%u", j);
  sparse_put(s, number);
  put_separator(s, as);
  snprintf(number, sizeof number, formats[as.plain ? 0 : sparse_below(4)], (double)w);
  sparse_put(s, number);
  end_line(s, as);
  add(s, i, j, w);
}

/* The same for a pair wherever it stands. */
static float weight(uint32_t i, uint32_t j) { return (float)((i + j) * 7 % 100 + i * j % 3) / 8; }

static void put_bad_line(sparse_sample *s, sparse_style as) {
  static const struct {
    const char *line;
    size_t column;
  } bad[] = {{"x 1 2", 1}, {"1 x 2", 3}, {"1", 1}, {"1 2", 1}, {"1 2 3 4", 7}, {"10 20 -1", 7}, {"1 1 5", 1}, {"1 2 nan", 5}, {"1 2 3x", 5}, {"1,,2", 3}};
  const uint32_t k = sparse_below(10);
  if (!s->bad_line) s->bad_line = s->lines + 1, s->bad_column = bad[k].column;
  sparse_put(s, bad[k].line);
  end_line(s, as);
}

static void end_text(sparse_sample *s, sparse_style as) {
  while (!as.plain && s->size > 0 && sparse_below(2) && strchr("\r\n", s->text[s->size - 1])) s->text[--s->size] = 0; /* the last line feeds may be missing */
}

void sparse_free(sparse_sample *s) {
  free(s->text);
  free(s->edge);
}

/* So many lines with numbers. `bad` of them are wrong. */
sparse_sample sparse_make(uint32_t n, sparse_style as, uint32_t bad) {
  sparse_sample s = {0};
  uint32_t i = 0, j = 0, most = 2 + n / 4;
  sparse_put(&s, "");
  for (uint32_t k = 0; k < n; k++) {
    put_blank_lines(&s, as);
    if (bad > 0 && sparse_below(n - k) < bad) {
      put_bad_line(&s, as);
      bad--;
      continue;
    }
    if (sparse_below(10) == 0) {
      i = as.rising ? i : sparse_below(most);
      sparse_put_edge(&s, as, i, i, 0);
      continue;
    }
    if (!as.rising) {
      i = sparse_below(most), j = sparse_below(most);
      if (i == j) j++;
    } else if (sparse_below(8) == 0) {
      i += 1 + sparse_below(3);
      j = i + 1;
    } else {
      j = (j > i ? j : i) + 1 + sparse_below(40);
    }
    sparse_put_edge(&s, as, i, j, weight(i, j));
  }
  put_blank_lines(&s, as);
  end_text(&s, as);
  return s;
}

static int by_pair(const void *x, const void *y) {
  const sparse_edge *a = x, *b = y;
  return a->u != b->u ? (a->u > b->u) - (a->u < b->u) : (a->v > b->v) - (a->v < b->v);
}

void sparse_sort(sparse_sample *s) {
  size_t kept = 0;
  if (s->n == 0) return;
  qsort(s->edge, s->n, sizeof *s->edge, by_pair);
  for (size_t k = 0; k < s->n; k++)
    if (kept == 0 || by_pair(&s->edge[kept - 1], &s->edge[k]) != 0) s->edge[kept++] = s->edge[k];
  s->n = kept;
}

sparse_file sparse_file_of(const sparse_sample *s) {
  sparse_file f = {.id = memfd_create("input", 0)};
  assert_true(f.id >= 0);
  snprintf(f.path, sizeof f.path, "/proc/self/fd/%d", f.id);
  assert_int_equal(pwrite(f.id, s->text, s->size, 0), s->size);
  return f;
}
