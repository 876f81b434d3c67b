/* Random sparse files, with what is in them, or where the first line at fault is. */
#ifndef SPARSE_SAMPLE_H
#define SPARSE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sparse_edge {
  uint32_t u, v; /* u < v */
  float w;
} sparse_edge;

typedef struct sparse_sample {
  char *text;
  size_t size, room, n;
  uint64_t lines;
  sparse_edge *edge; /* n, in the order of the lines */
  uint32_t vertices;
  uint64_t bad_line; /* the first line at fault, and its column; 0: none */
  size_t bad_column;
} sparse_sample;

typedef struct sparse_style {
  bool rising; /* sorted, and no pair twice */
  bool plain;  /* one blank between numbers, one line feed behind them */
} sparse_style;

/* So many lines with numbers, of which `bad` are wrong, in sum. A pair has one weight wherever it stands. */
sparse_sample sparse_make(uint32_t n, sparse_style as, uint32_t bad);
void sparse_put(sparse_sample *s, const char *text);
void sparse_put_edge(sparse_sample *s, sparse_style as, uint32_t i, uint32_t j, float w); /* w: a number of eighths */
void sparse_sort(sparse_sample *s);                                                       /* the edges, each pair once */
void sparse_free(sparse_sample *s);

uint32_t sparse_below(uint32_t n); /* the next random number */

/* The text as a file in memory; close `id`. */
typedef struct sparse_file {
  int id;
  char path[64];
} sparse_file;
sparse_file sparse_file_of(const sparse_sample *s);

#endif
