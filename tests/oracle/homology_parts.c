/* Sparse files in parts: whatever the size of the parts and the number of threads, the reader gives the graph that was written, bit by bit, or the message for
 * the first line at fault. */
#include "ripser/read.h"
#include "ripser/text_parts.h"
#include <bettiflow/random.h>
#include <math.h>
#include <pthread.h>
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
static uint32_t below(uint32_t n) { return (uint32_t)bf_random_below(7, draws++, n); }

static const size_t sizes[] = {1, 2, 3, 7, 31, 64, 500, 4096, 20000, 1 << 20};
static const uint32_t threads[] = {1, 2, 3, 7};
enum { SIZES = sizeof sizes / sizeof *sizes, THREADS = sizeof threads / sizeof *threads };

/* ---- a text, and what is in it ---- */

typedef struct edge {
  uint32_t u, v;
  float w;
} edge;

typedef struct sample {
  char *text;
  size_t size, room, n;
  uint64_t lines;
  edge *edge; /* n */
  uint32_t vertices;
  uint64_t bad_line; /* the first line at fault, and its column; 0: none */
  size_t bad_column;
} sample;

typedef struct style {
  bool rising, plain; /* sorted, and no pair twice; one blank between numbers, one line feed behind them */
} style;

static void put(sample *s, const char *text) {
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
static void put_blanks(sample *s) {
  for (uint32_t k = below(50) ? below(3) : below(700); k > 0; k--) put(s, below(2) ? "\t" : " ");
}

static void put_separator(sample *s, style as) {
  if (!as.plain && below(3) == 0) put_blanks(s);
  put(s, as.plain || below(4) ? " " : below(2) ? "," : "\t");
}

static void end_line(sample *s, style as) {
  if (!as.plain && below(4) == 0) put_blanks(s);
  put(s, as.plain || below(3) ? "\n" : "\r\n");
  s->lines++;
}

static void put_blank_lines(sample *s, style as) {
  if (as.plain) return;
  for (uint32_t k = below(40) ? below(3) * below(2) : below(900); k > 0; k--) end_line(s, as);
}

static void add(sample *s, uint32_t i, uint32_t j, float w) {
  if (s->vertices <= (i > j ? i : j)) s->vertices = (i > j ? i : j) + 1;
  if (i == j) return;
  s->edge = realloc(s->edge, (s->n + 1) * sizeof *s->edge);
  assert_non_null(s->edge);
  s->edge[s->n++] = i < j ? (edge){i, j, w} : (edge){j, i, w};
}

/* Weights are eighths, which each way to write them gives exactly. */
static void put_edge(sample *s, style as, uint32_t i, uint32_t j, float w) {
  static const char *const formats[] = {"%g", "%.3f", "%.7e", "%09.4f"};
  char number[64];
  if (!as.plain && below(5) == 0) put_blanks(s);
  snprintf(number, sizeof number, "%u", i);
  put(s, number);
  put_separator(s, as);
  snprintf(number, sizeof number, "%u", j);
  put(s, number);
  put_separator(s, as);
  snprintf(number, sizeof number, formats[as.plain ? 0 : below(4)], (double)w);
  put(s, number);
  end_line(s, as);
  add(s, i, j, w);
}

/* The same for a pair wherever it stands. */
static float weight(uint32_t i, uint32_t j) { return (float)((i + j) * 7 % 100 + i * j % 3) / 8; }

static void put_bad_line(sample *s, style as) {
  static const struct {
    const char *line;
    size_t column;
  } bad[] = {{"x 1 2", 1}, {"1 x 2", 3}, {"1", 1}, {"1 2", 1}, {"1 2 3 4", 7}, {"10 20 -1", 7}, {"1 1 5", 1}, {"1 2 nan", 5}, {"1 2 3x", 5}, {"1,,2", 3}};
  const uint32_t k = below(10);
  if (!s->bad_line) s->bad_line = s->lines + 1, s->bad_column = bad[k].column;
  put(s, bad[k].line);
  end_line(s, as);
}

static void end_text(sample *s, style as) {
  while (!as.plain && s->size > 0 && below(2) && strchr("\r\n", s->text[s->size - 1])) s->text[--s->size] = 0; /* the last line feeds may be missing */
}

static void sample_free(sample *s) {
  free(s->text);
  free(s->edge);
}

/* So many lines with numbers. `bad` of them are wrong. */
static sample make(uint32_t n, style as, uint32_t bad) {
  sample s = {0};
  uint32_t i = 0, j = 0, most = 2 + n / 4;
  put(&s, "");
  for (uint32_t k = 0; k < n; k++) {
    put_blank_lines(&s, as);
    if (bad > 0 && below(n - k) < bad) {
      put_bad_line(&s, as);
      bad--;
      continue;
    }
    if (below(10) == 0) {
      i = as.rising ? i : below(most);
      put_edge(&s, as, i, i, 0);
      continue;
    }
    if (!as.rising) {
      i = below(most), j = below(most);
      if (i == j) j++;
    } else if (below(8) == 0) {
      i += 1 + below(3);
      j = i + 1;
    } else {
      j = (j > i ? j : i) + 1 + below(40);
    }
    put_edge(&s, as, i, j, weight(i, j));
  }
  put_blank_lines(&s, as);
  end_text(&s, as);
  return s;
}

static int by_pair(const void *x, const void *y) {
  const edge *a = x, *b = y;
  return a->u != b->u ? (a->u > b->u) - (a->u < b->u) : (a->v > b->v) - (a->v < b->v);
}

static void sort_pairs(sample *s) {
  size_t kept = 0;
  if (s->n == 0) return;
  qsort(s->edge, s->n, sizeof *s->edge, by_pair);
  for (size_t k = 0; k < s->n; k++)
    if (kept == 0 || by_pair(&s->edge[kept - 1], &s->edge[k]) != 0) s->edge[kept++] = s->edge[k];
  s->n = kept;
}

/* ---- reading it ---- */

typedef struct file {
  int id;
  char path[64];
} file;

static file file_of(const sample *s) {
  file f = {.id = memfd_create("input", 0)};
  assert_true(f.id >= 0);
  snprintf(f.path, sizeof f.path, "/proc/self/fd/%d", f.id);
  assert_int_equal(pwrite(f.id, s->text, s->size, 0), s->size);
  return f;
}

static void expect_graph(const sample *s, const bf_graph *g, size_t size, uint32_t by) {
  bool same = g->n == s->vertices && g->m == s->n && !g->dense && !g->id;
  for (size_t k = 0; same && k < s->n; k++) same = g->u[k] == s->edge[k].u && g->v[k] == s->edge[k].v && memcmp(&g->w[k], &s->edge[k].w, sizeof *g->w) == 0;
  if (!same)
    fail_msg("%u threads, parts of %zu bytes: %u vertices and %llu edges, not %u and %zu, of\n%s", by, size, g->n, (unsigned long long)g->m, s->vertices, s->n,
             s->text);
}

/* The message, "" when there is none. */
static void read_as(const char *path, const sample *s, size_t size, uint32_t by, char message[512]) {
  ripser_input in = {0};
  bf_status status = read_sparse(path, size, by, 0, &in);
  message[0] = 0;
  if (status == BF_OK)
    expect_graph(s, &in.graph, size, by);
  else
    snprintf(message, 512, "%s", bf_error());
  assert_true(status == BF_OK || status == BF_BAD_INPUT);
  ripser_input_free(&in);
}

/* In parts of all sizes, by all numbers of threads: the graph, or one message, that begins with the place of the first line at fault. */
static void check(sample *s) {
  char expected[512] = "", message[512];
  file f = file_of(s);
  int length = s->bad_line ? snprintf(expected, sizeof expected, "%s:%llu:%zu: ", f.path, (unsigned long long)s->bad_line, s->bad_column) : 0;
  sort_pairs(s);
  for (size_t p = 0; p < SIZES; p++) {
    for (size_t t = 0; t < THREADS; t++) {
      read_as(f.path, s, sizes[p], threads[t], message);
      if ((p == 0 && t == 0 ? strncmp(message, expected, (size_t)length) : strcmp(message, expected)) != 0 || (length == 0) != (message[0] == 0))
        fail_msg("%u threads, parts of %zu bytes: '%s', not '%s', of\n%s", threads[t], sizes[p], message, expected, s->text);
      snprintf(expected, sizeof expected, "%s", message);
    }
  }
  close(f.id);
  sample_free(s);
}

static void graphs(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 60; round++) {
    sample s = make(below(round < 20 ? 5 : 120), (style){.rising = round % 2, .plain = round % 4 / 2}, 0);
    check(&s);
  }
}

static void bad_lines(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 60; round++) {
    uint32_t n = 1 + below(100);
    sample s = make(n, (style){.rising = round % 2, .plain = round % 4 / 2}, 1 + below(n < 4 ? n : 4));
    check(&s);
  }
}

/* One pair gets another weight, once or more often, among pairs that stand there again with the same one. */
static void other_weights(void **state) {
  const style plain = {.plain = true};
  (void)state;
  for (uint32_t round = 0; round < 40; round++) {
    sample s = make(2 + below(100), plain, 0);
    put_edge(&s, plain, 5, 300, 1);
    for (uint32_t k = below(20); k > 0; k--) put_edge(&s, plain, s.edge[k % s.n].v, s.edge[k % s.n].u, s.edge[k % s.n].w);
    s.bad_line = s.lines + 1;
    s.bad_column = 1;
    put_edge(&s, plain, 300, 5, 2);
    for (uint32_t k = below(20); k > 0; k--) put_edge(&s, plain, 5, 300, (float)(1 + below(3)));
    check(&s);
  }
}

/* Text without any edge, and edges behind a lot of it. */
static void little_in_much(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 12; round++) {
    sample s = {0};
    for (uint32_t k = below(3000); k > 0; k--) put(&s, round % 3 == 0 ? "\n" : round % 3 == 1 ? " " : " \r\n");
    put(&s, "\n");
    if (round > 5) put_edge(&s, (style){0}, 3, 1, 0.5f);
    if (round > 8) put_edge(&s, (style){0}, 1, 2, 4);
    check(&s);
  }
}

/* Lines of eight bytes, so that a line feed stands at the same place of each word: more of them in a part than a byte can count. */
static void many_lines(void **state) {
  const style plain = {.plain = true};
  (void)state;
  for (uint32_t n = 1000; n < 20000; n += 6000) {
    sample s = {0};
    for (uint32_t k = 0; k < n; k++) put_edge(&s, plain, 10 + k % 43, 53 + k % 47, (float)(1 + (k % 43 + k % 47) % 9));
    assert_int_equal(s.size, 8 * n);
    check(&s);
  }
}

typedef struct pipe_end {
  int id;
  const sample *s;
} pipe_end;

static void *write_all(void *argument) {
  const pipe_end *p = argument;
  ssize_t n = 1;
  for (size_t at = 0; at < p->s->size && n > 0; at += (size_t)n) n = write(p->id, p->s->text + at, p->s->size - at);
  close(p->id);
  return NULL;
}

/* Through a pipe, which can be read only once, even for a message. */
static void pipes(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 8; round++) {
    sample s = make(30000, (style){0}, round < 4 ? 0 : 2);
    char path[64], message[512], expected[512] = "";
    int ends[2];
    pthread_t writer;
    assert_int_equal(pipe(ends), 0);
    pipe_end end = {ends[1], &s};
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    if (s.bad_line) snprintf(expected, sizeof expected, "%s:%llu:%zu: ", path, (unsigned long long)s.bad_line, s.bad_column);
    assert_int_equal(pthread_create(&writer, NULL, write_all, &end), 0);
    sample sorted = s;
    sort_pairs(&sorted);
    read_as(path, &sorted, 1000, 1 + round % 3, message);
    pthread_join(writer, NULL);
    close(ends[0]);
    assert_int_equal(strncmp(message, expected, strlen(expected)), 0);
    assert_int_equal(message[0] == 0, expected[0] == 0);
    sample_free(&s);
  }
}

/* The parts, one behind the other with a line feed between them, are the text; each begins in its own bytes. */
static void parts_are_the_text(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 200; round++) {
    sample s = make(below(60), (style){.plain = round % 2}, 0);
    file f = file_of(&s);
    for (size_t p = 0; p < SIZES; p++) {
      text_parts t;
      text_piece piece = {0};
      size_t at = 0;
      assert_int_equal(text_parts_open(&t, f.path, sizes[p], 0), BF_OK);
      assert_int_equal(t.n, (s.size + sizes[p] - 1) / sizes[p]);
      assert_int_equal(t.file < 0, s.size <= sizes[p]);
      for (uint64_t i = 0; i < t.n; i++) {
        scan lines;
        assert_int_equal(text_parts_take(&t, i, &piece, &lines), BF_OK);
        assert_int_equal(lines.end - lines.at, lines.size);
        assert_true(*lines.end == '\n' || *lines.end == 0);
        if (lines.size == 0) {
          if (at < s.size && at / sizes[p] == i && s.text[at] == '\n') at++; /* an empty line */
          continue;
        }
        assert_int_equal(at / sizes[p], i);
        assert_true(at == 0 || s.text[at - 1] == '\n');
        assert_memory_equal(lines.at, s.text + at, lines.size);
        at += lines.size;
        if (at < s.size) assert_int_equal(s.text[at++], '\n');
      }
      assert_int_equal(at, s.size);
      free(piece.memory);
      text_parts_close(&t);
    }
    close(f.id);
    sample_free(&s);
  }
}

static void changed_files(void **state) {
  sample s = make(100, (style){.plain = true}, 0);
  file f = file_of(&s);
  text_parts t;
  text_piece piece = {0};
  scan lines;
  (void)state;
  assert_int_equal(text_parts_open(&t, f.path, 100, 0), BF_OK);
  assert_int_equal(ftruncate(f.id, 50), 0);
  assert_int_equal(text_parts_take(&t, 2, &piece, &lines), BF_BAD_INPUT);
  assert_non_null(strstr(bf_error(), f.path));
  assert_non_null(strstr(bf_error(), "became shorter"));
  free(piece.memory);
  text_parts_close(&t);
  close(f.id);
  sample_free(&s);
}

/* A file over the budget is refused with one message, whether it would be read by parts or not. */
static void over_the_budget(void **state) {
  sample s = make(300, (style){.plain = true}, 0);
  file f = file_of(&s);
  char expected[512];
  (void)state;
  snprintf(expected, sizeof expected, "%s: larger than the 0 MiB of memory allowed", f.path);
  for (size_t p = 0; p < SIZES; p++) {
    ripser_input in = {0};
    assert_int_equal(read_sparse(f.path, sizes[p], 2, s.size, &in), BF_NO_MEMORY);
    assert_string_equal(bf_error(), expected);
    ripser_input_free(&in);
  }
  close(f.id);
  sample_free(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(graphs),         cmocka_unit_test(bad_lines), cmocka_unit_test(other_weights),      cmocka_unit_test(little_in_much),
      cmocka_unit_test(many_lines),     cmocka_unit_test(pipes),     cmocka_unit_test(parts_are_the_text), cmocka_unit_test(changed_files),
      cmocka_unit_test(over_the_budget)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
