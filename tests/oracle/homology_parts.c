/* Sparse files in parts: whatever the size of the parts and the number of threads, the reader gives the graph that was written, bit by bit, or the message for
 * the first line at fault. */
#include "ripser/read.h"
#include "ripser/text_parts.h"
#include "sparse_sample.h"
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static const size_t sizes[] = {1, 2, 7, 31, 64, 500, 4096, 20000, 1 << 20};
static const uint32_t threads[] = {1, 2, 3, 7};
enum { SIZES = sizeof sizes / sizeof *sizes, THREADS = sizeof threads / sizeof *threads };

static void expect_graph(const sparse_sample *s, const bf_graph *g, size_t size, uint32_t by) {
  bool same = g->n == s->vertices && g->m == s->n && !g->dense && !g->id;
  for (size_t k = 0; same && k < s->n; k++) same = g->u[k] == s->edge[k].u && g->v[k] == s->edge[k].v && g->w[k] == s->edge[k].w && !signbit(g->w[k]);
  if (!same)
    fail_msg("%u threads, parts of %zu bytes: %u vertices and %llu edges, not %u and %zu, of\n%s", by, size, g->n, (unsigned long long)g->m, s->vertices, s->n,
             s->text);
}

/* The message, "" when there is none. */
static void read_as(const char *path, const sparse_sample *s, size_t size, uint32_t by, char message[512]) {
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

/* In parts of all sizes from this one on, by two numbers of threads: the graph, or one message, that begins with the place of the first line at fault. */
static void check(sparse_sample *s, size_t least) {
  char expected[512] = "", message[512];
  sparse_file f = sparse_file_of(s);
  int length = s->bad_line ? snprintf(expected, sizeof expected, "%s:%llu:%zu: ", f.path, (unsigned long long)s->bad_line, s->bad_column) : 0;
  sparse_sort(s);
  bool first = true;
  for (size_t p = 0; p < SIZES; p++) {
    for (size_t t = sparse_below(2); t < THREADS && sizes[p] >= least; t += 2, first = false) {
      read_as(f.path, s, sizes[p], threads[t], message);
      if ((first ? strncmp(message, expected, (size_t)length) : strcmp(message, expected)) != 0 || (length == 0) != (message[0] == 0))
        fail_msg("%u threads, parts of %zu bytes: '%s', not '%s', of\n%s", threads[t], sizes[p], message, expected, s->text);
      snprintf(expected, sizeof expected, "%s", message);
    }
  }
  close(f.id);
  sparse_free(s);
}

static void graphs(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 30; round++) {
    sparse_sample s = sparse_make(sparse_below(round < 10 ? 5 : 120), (sparse_style){.rising = round % 2, .plain = round % 4 / 2}, 0);
    check(&s, 1);
  }
}

static void bad_lines(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 30; round++) {
    uint32_t n = 1 + sparse_below(100);
    sparse_sample s = sparse_make(n, (sparse_style){.rising = round % 2, .plain = round % 4 / 2}, 1 + sparse_below(n < 4 ? n : 4));
    check(&s, 1);
  }
}

/* One pair gets another weight, once or more often, among pairs that stand there again with the same one. */
static void other_weights(void **state) {
  const sparse_style as = {.plain = true};
  (void)state;
  for (uint32_t round = 0; round < 20; round++) {
    sparse_sample s = sparse_make(2 + sparse_below(100), as, 0);
    sparse_put_edge(&s, as, 5, 300, 1);
    for (uint32_t k = sparse_below(20); k > 0; k--) sparse_put_edge(&s, as, s.edge[k % s.n].v, s.edge[k % s.n].u, s.edge[k % s.n].w);
    s.bad_line = s.lines + 1;
    s.bad_column = 1;
    sparse_put_edge(&s, as, 300, 5, 2);
    for (uint32_t k = sparse_below(20); k > 0; k--) sparse_put_edge(&s, as, 5, 300, (float)(1 + sparse_below(3)));
    check(&s, 1);
  }
}

/* Text without any edge, and edges behind a lot of it. */
static void little_in_much(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 12; round++) {
    sparse_sample s = {0};
    for (uint32_t k = sparse_below(3000); k > 0; k--) sparse_put(&s, round % 3 == 0 ? "\n" : round % 3 == 1 ? " " : " \r\n");
    sparse_put(&s, "\n");
    if (round > 5) sparse_put_edge(&s, (sparse_style){0}, 3, 1, 0.5f);
    if (round > 8) sparse_put_edge(&s, (sparse_style){0}, 1, 2, 4);
    check(&s, 1);
  }
}

/* Lines of eight bytes, so that a line feed stands at the same place of each word: more of them in a part than a byte can count. */
static void many_lines(void **state) {
  const sparse_style as = {.plain = true};
  (void)state;
  for (uint32_t n = 1000; n < 20000; n += 6000) {
    sparse_sample s = {0};
    for (uint32_t k = 0; k < n; k++) sparse_put_edge(&s, as, 10 + k % 43, 53 + k % 47, (float)(1 + (k % 43 + k % 47) % 9));
    assert_int_equal(s.size, 8 * n);
    check(&s, 4096);
  }
}

typedef struct pipe_end {
  int id;
  const sparse_sample *s;
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
    sparse_sample s = sparse_make(30000, (sparse_style){0}, round < 4 ? 0 : 2);
    char path[64], message[512], expected[512] = "";
    int ends[2];
    pthread_t writer;
    assert_int_equal(pipe(ends), 0);
    pipe_end end = {ends[1], &s};
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    if (s.bad_line) snprintf(expected, sizeof expected, "%s:%llu:%zu: ", path, (unsigned long long)s.bad_line, s.bad_column);
    assert_int_equal(pthread_create(&writer, NULL, write_all, &end), 0);
    sparse_sample sorted = s;
    sparse_sort(&sorted);
    read_as(path, &sorted, 1000, 1 + round % 3, message);
    pthread_join(writer, NULL);
    close(ends[0]);
    assert_int_equal(strncmp(message, expected, strlen(expected)), 0);
    assert_int_equal(message[0] == 0, expected[0] == 0);
    sparse_free(&s);
  }
}

/* The parts, one behind the other with a line feed between them, are the text; each begins in its own bytes. */
static void parts_are_the_text(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 200; round++) {
    sparse_sample s = sparse_make(sparse_below(60), (sparse_style){.plain = round % 2}, 0);
    sparse_file f = sparse_file_of(&s);
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
    sparse_free(&s);
  }
}

static void changed_files(void **state) {
  sparse_sample s = sparse_make(100, (sparse_style){.plain = true}, 0);
  sparse_file f = sparse_file_of(&s);
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
  sparse_free(&s);
}

enum { CHANGING = 12000 }; /* bytes */

typedef struct changing {
  sparse_file file;
  atomic_bool enough;
} changing;

/* The shortest lines there are, behind one line feed, or two, … or six: wherever a part begins, there may be a line more in it than there is room for. */
static void *change(void *argument) {
  changing *c = argument;
  char text[6][CHANGING];
  for (int k = 0; k < 6; k++)
    for (int i = 0; i < CHANGING; i++) text[k][i] = i <= k ? '\n' : "0 1 2\n"[(i - k - 1) % 6];
  for (uint64_t turn = 0; !c->enough; turn++)
    if (pwrite(c->file.id, text[turn * 5 % 6], CHANGING, 0) < 0) break;
  return NULL;
}

/* A file that is written while it is read gives some graph or a message. */
static void changing_files(void **state) {
  sparse_sample s = {0};
  pthread_t writer;
  (void)state;
  for (int i = 0; i < CHANGING; i++) sparse_put(&s, "\n");
  changing c = {.file = sparse_file_of(&s)};
  assert_int_equal(pthread_create(&writer, NULL, change, &c), 0);
  for (uint32_t round = 0; round < 150; round++) {
    ripser_input in = {0};
    bf_status status = read_sparse(c.file.path, 7 + sparse_below(60), 1 + sparse_below(3), 0, &in);
    assert_true(status == BF_OK || (status == BF_BAD_INPUT && strstr(bf_error(), c.file.path)));
    ripser_input_free(&in);
  }
  c.enough = true;
  pthread_join(writer, NULL);
  close(c.file.id);
  sparse_free(&s);
}

/* A file over the budget is refused with one message, whether it would be read by parts or not. */
static void over_the_budget(void **state) {
  sparse_sample s = sparse_make(300, (sparse_style){.plain = true}, 0);
  sparse_file f = sparse_file_of(&s);
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
  sparse_free(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(graphs),         cmocka_unit_test(bad_lines),      cmocka_unit_test(other_weights),      cmocka_unit_test(little_in_much),
      cmocka_unit_test(many_lines),     cmocka_unit_test(pipes),          cmocka_unit_test(parts_are_the_text), cmocka_unit_test(changed_files),
      cmocka_unit_test(changing_files), cmocka_unit_test(over_the_budget)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
