/* Columns that are packed: put away and added again, against plain arrays of coefficients; and in a reduction that keeps cocycles, against sums of the matrix's
 * columns. */
#include "reduce/reduction.h"
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static const uint32_t primes[] = {2, 3, 65521};
enum { PRIMES = sizeof primes / sizeof *primes };

static void must(bf_status status) {
  if (status != BF_OK) fail_msg("%s", bf_error());
}

/* ---- columns alone ---- */

enum { ROWS = 300007, COLUMNS = 40, ADDITIONS = 100, LEVELS = 4 };

static uint32_t plain[COLUMNS + 1][ROWS]; /* the last one: the sum */

static uint32_t pivot_of(const uint32_t *column) {
  for (uint32_t row = ROWS; row-- > 0;)
    if (column[row]) return row;
  return REDUCE_NONE;
}

static uint32_t first_of(const uint32_t *column) {
  uint32_t row = 0;
  while (!column[row]) row++;
  return row;
}

/* Rows from … to-1, each with a chance of one in `rare`; and one at least. */
static void draw_column(uint64_t number, uint32_t modulus, reduce_column *c) {
  static const uint32_t ranges[][3] = {{0, ROWS, 1},      {0, ROWS, 3},        {0, ROWS, 2000},       {0, 1, 1},         {ROWS - 1, ROWS, 1},
                                       {64, 128, 1},      {4096, 2 * 4096, 2}, {4095, 4097, 1},       {0, 64, 5},        {262143, 262145, 1},
                                       {262144, ROWS, 7}, {63, 65, 1},         {ROWS / 2, ROWS, 100}, {0, ROWS, 1 << 20}};
  enum { RANGES = sizeof ranges / sizeof *ranges };
  const uint32_t *range = ranges[number % RANGES];
  uint32_t *to = plain[number];
  memset(to, 0, ROWS * sizeof *to);
  for (uint32_t row = range[0]; row < range[1]; row++) {
    if (row > range[0] && bf_random_below(1, number * ROWS + row, range[2])) continue;
    to[row] = 1 + (uint32_t)bf_random_below(2, number * ROWS + row, modulus - 1);
    reduce_column_add(c, row, to[row]);
  }
}

/* Each bit of a level tells of a word of the level below, and nothing else is set. */
static void assert_levels(const reduce_column *c) {
  size_t words = (ROWS + 63) / 64;
  for (unsigned level = 0; level + 1 < c->levels; level++) {
    for (size_t w = 0; w < words; w++)
      if ((c->word[level][w] != 0) != (c->word[level + 1][w / 64] >> w % 64 & 1)) fail_msg("level %u, word %zu", level + 1, w);
    words = (words + 63) / 64;
  }
  assert_int_equal(words, 1);
}

/* Empties the column: the terms are what stands in the array, the largest row first. */
static void assert_drained(reduce_column *c, const uint32_t *column, bf_memory *memory) {
  reduce_terms terms = {0};
  uint64_t at = 0;
  must(reduce_column_drain(c, 1, &terms, memory));
  for (uint32_t row = ROWS; row-- > 0;) {
    if (!column[row]) continue;
    if (at >= terms.n || terms.index[at] != row || (c->modulus > 2 && terms.coefficient[at] != column[row])) fail_msg("row %u is another", row);
    at++;
  }
  assert_int_equal(at, terms.n);
  assert_int_equal(reduce_column_pivot(c), REDUCE_NONE);
  for (uint32_t row = 0; c->coefficient && row < ROWS; row++)
    if (c->coefficient[row]) fail_msg("row %u is not 0", row);
  reduce_terms_free(&terms, memory);
}

static void pack_one(uint32_t number, uint32_t modulus, reduce_column *c, reduce_shelf *shelf, bf_memory *memory, reduce_packed *packed) {
  uint32_t *column = plain[number];
  const uint32_t scale = 1 + (uint32_t)bf_random_below(3, number, modulus - 1);
  draw_column(number, modulus, c);
  const uint32_t pivot = reduce_column_pivot(c), words = pivot / 64 - first_of(column) / 64 + 1;
  assert_int_equal(pivot, pivot_of(column));
  assert_int_equal(reduce_packed_words(c, pivot), words);
  must(reduce_pack(shelf, c, pivot, scale, memory, packed));
  assert_int_equal(packed->n, words);
  for (uint32_t row = 0; row < ROWS; row++) column[row] = (uint32_t)((uint64_t)column[row] * scale % modulus);
  assert_levels(c);
  assert_int_equal(reduce_column_pivot(c), REDUCE_NONE); /* so it is zero */
}

static void add_one(uint32_t number, uint32_t factor, uint32_t modulus, const reduce_shelf *shelf, const reduce_packed *packed, reduce_column *c) {
  uint32_t *sum = plain[COLUMNS];
  for (uint32_t row = 0; row < ROWS; row++) sum[row] = (uint32_t)((sum[row] + (uint64_t)plain[number][row] * factor) % modulus);
  reduce_add_packed(shelf, packed, factor, c);
  assert_int_equal(reduce_column_pivot(c), pivot_of(sum));
}

static void columns(void **state) {
  (void)state;
  for (int p = 0; p < PRIMES; p++) {
    const uint32_t modulus = primes[p];
    bf_memory memory = flag_memory(0);
    reduce_column c = {0};
    reduce_shelf shelf = {0};
    reduce_packed packed[COLUMNS];
    must(reduce_column_new(&c, ROWS, modulus, &memory));
    assert_int_equal(c.levels, LEVELS);
    for (uint32_t i = 0; i < COLUMNS; i++) pack_one(i, modulus, &c, &shelf, &memory, &packed[i]);
    memset(plain[COLUMNS], 0, sizeof plain[COLUMNS]);
    for (uint64_t k = 0; k < ADDITIONS; k++) {
      const uint32_t i = (uint32_t)bf_random_below(4, k, COLUMNS), factor = 1 + (uint32_t)bf_random_below(5, k, modulus - 1);
      add_one(i, factor, modulus, &shelf, &packed[i], &c);
      if (k % 4 == 0) add_one(i, modulus - factor, modulus, &shelf, &packed[i], &c); /* and away again */
      if (k % 10 == 0) assert_levels(&c);
      if (k % 25 < 24) continue;
      assert_drained(&c, plain[COLUMNS], &memory);
      memset(plain[COLUMNS], 0, sizeof plain[COLUMNS]);
    }
    reduce_shelf_free(&shelf, &memory);
    reduce_column_free(&c, &memory);
    assert_int_equal(memory.used, 0);
  }
}

/* ---- in a reduction ---- */

enum { VERTICES = 56, EDGES = VERTICES * (VERTICES - 1) / 2, MOST = EDGES * VERTICES };

/* All edges and some triangles, by chance in any order: without geometry, columns grow long. */
static bf_filtration draw_complex(void) {
  static uint64_t first[MOST];
  static uint32_t vertex[3 * MOST];
  static double value[MOST];
  bf_filtration f = {BF_VALUE, INFINITY, BF_NOT_CUT, 0, first, vertex, value};
  uint32_t *to = vertex;
  for (uint32_t a = 0; a < VERTICES; a++)
    for (uint32_t b = a; b < VERTICES; b++)
      for (uint32_t c = b; c < VERTICES; c++) {
        const uint64_t number = (a * VERTICES + b) * VERTICES + c;
        if ((a == b && b < c) || (a < b && b < c && bf_random_below(6, number, 3))) continue; /* a a a, a b b, a b c */
        *to++ = a;
        if (a < b) *to++ = b;
        if (b < c) *to++ = c;
        value[f.n] = a == b ? 0 : (b == c ? 1 : 2) + bf_random_uniform(7, number);
        first[++f.n] = (uint64_t)(to - vertex);
      }
  return f;
}

/* A reduced column is the sum that is kept of it: its cocycle's coboundary. That has the pivot, with coefficient 1; and what was packed is that sum. */
static void assert_reduced(const reduce_reduction *r, uint32_t number, uint32_t pivot, uint32_t *sum, reduce_column *c, bf_memory *memory) {
  const reduce_chain terms = reduce_columns_of(r, number);
  const reduce_packed *packed = &r->reduced[number].packed;
  memset(sum, 0, r->matrix->nrow * sizeof *sum);
  for (uint64_t k = terms.first; k < terms.first + terms.n; k++) {
    const uint64_t factor = r->columns.coefficient ? r->columns.coefficient[k] : 1;
    const uint32_t *end = reduce_matrix_end(r->matrix, r->columns.index[k]);
    for (const uint32_t *e = reduce_matrix_begin(r->matrix, r->columns.index[k]); e < end; e++) {
      uint32_t *at = &sum[reduce_row(*e)];
      *at = (uint32_t)((*at + (*e & 1 ? r->modulus - factor : factor)) % r->modulus);
    }
  }
  for (uint32_t row = r->matrix->nrow; row-- > 0 && row != pivot;)
    if (sum[row]) fail_msg("row %u is above the pivot", row);
  if (pivot != REDUCE_NONE) assert_int_equal(sum[pivot], 1);
  if (!packed->n) return;
  reduce_add_packed(&r->shelf, packed, 1, c);
  for (uint32_t row = 0; row < r->matrix->nrow; row++) {
    const bool is_there = c->word[0][row / 64] >> row % 64 & 1;
    if ((is_there ? reduce_column_at(c, row) : 0) != sum[row]) fail_msg("row %u is another", row);
  }
  must(reduce_column_drain(c, 1, NULL, memory));
}

static void reduce_all(reduce_reduction *r, const reduce_pairs *pairs, uint32_t *longest, uint32_t *packed) {
  static uint32_t sum[MOST];
  reduce_column c = {0};
  must(reduce_column_new(&c, r->matrix->nrow, r->modulus, r->memory));
  must(reduce_begin(r));
  for (uint32_t i = 0, pivot; i < r->matrix->ncolumn; i++) {
    if (pairs->mate[1][reduce_mirror(r->matrix->ncolumn, i)] == REDUCE_DEATH) continue;
    must(reduce_next(r, i, &pivot));
    const uint32_t number = pivot == REDUCE_NONE ? r->nreduced - 1 : reduce_number(r->owner[pivot]);
    if (number == REDUCE_NONE) continue;
    assert_reduced(r, number, pivot, sum, &c, r->memory);
    *packed += r->reduced[number].packed.n > 0;
    if (r->reduced[number].packed.n > *longest) *longest = r->reduced[number].packed.n;
  }
  reduce_end(r);
  reduce_column_free(&c, r->memory);
}

static void cocycles(void **state) {
  (void)state;
  const bf_filtration f = draw_complex();
  for (int p = 0; p < PRIMES; p++) {
    bf_memory memory = flag_memory(0);
    bf_jobs_progress progress = {.owner = pthread_self()};
    reduce_complex c = {.filtration = &f, .memory = &memory, .progress = &progress};
    reduce_pairs pairs;
    reduce_matrix m;
    uint32_t longest = 0, packed = 0;
    must(reduce_complex_build(&c, 1));
    must(reduce_pairs_new(&pairs, &c, 1, primes[p], BF_COCYCLES));
    must(reduce_components(&pairs));
    must(reduce_coboundaries(&c, 1, &pairs, &m));
    reduce_reduction r = {.matrix = &m, .modulus = primes[p], .keep_columns = true, .keep_zero = true, .memory = &memory, .progress = &progress};
    reduce_all(&r, &pairs, &longest, &packed);
    print_message("Z/%u: %u columns are packed, the longest in %u of %u words\n", primes[p], packed, longest, m.nrow / 64 + 1);
    assert_true(packed > 100 && longest > 64); /* more than one word of the level above */
    reduce_matrix_free(&m, &memory);
    reduce_pairs_free(&pairs);
    reduce_complex_free(&c);
    assert_int_equal(memory.used, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(columns), cmocka_unit_test(cocycles)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
