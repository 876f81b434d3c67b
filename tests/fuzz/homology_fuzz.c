/* Broken input files: whatever bytes are changed, a reader of Ripser's formats gives an error that names the file, or a graph that the engine takes. */
#include "flag/flag.h"
#include "ripser/read.h"
#include <bettiflow/random.h>
#include <math.h>
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
static uint32_t below(uint32_t n) { return (uint32_t)bf_random_below(99, draws++, n); }

static const struct {
  ripser_kind kind;
  const char *bytes;
  size_t n;
} samples[] = {
#define SAMPLE(kind, text)                                                                                                                                     \
  { kind, text, sizeof text - 1 }
    SAMPLE(RIPSER_LOWER, "1\n2,3\n1.5,2.5 0.25e1\n"),
    SAMPLE(RIPSER_UPPER, "1 2 3\n4 5\n6\n"),
    SAMPLE(RIPSER_DISTANCE, "0 1 2\n1 0 3\n2 3 0\n"),
    SAMPLE(RIPSER_POINTS, "0 0\n1 -0.5\n.5,1e-1\n1 1\n"),
    SAMPLE(RIPSER_SPARSE, "0 1 1\n2 1 0.5\n2 0 1.25\n4 3 1\n1 2 0.5\n"),
    SAMPLE(RIPSER_DIPHA, "\200\340\326\340\1\0\0\0\7\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\360\77\0\0\0\0\0\0\360\77\0\0\0\0\0\0\0\0"),
    SAMPLE(RIPSER_BINARY, "\0\0\200\77\0\0\0\100\0\0\100\100"),
};

static size_t mutate(uint32_t sample, char *to) {
  static const char *const tokens[] = {"nan",        "inf",   "-", "1e39", "1e-50",           ",", "\n", "\r", " ", "99999999999999999999",
                                       "4294967294", "0x1p3", ".", "\0",   "\377\377\377\377"};
  size_t n = samples[sample].n;
  memcpy(to, samples[sample].bytes, n);
  for (uint32_t k = below(4); k > 0 && n > 0; k--) {
    uint32_t at = below((uint32_t)n);
    const char *token = tokens[below(15)];
    switch (below(5)) {
    case 0:
      n = at;
      break;
    case 1:
      to[at] = (char)below(256);
      break;
    case 2:
      to[at] = (char)(to[at] ^ 1 << below(8));
      break;
    case 3: /* a token instead of some bytes */
      for (size_t i = 0; token[i] && at + i < n; i++) to[at + i] = token[i];
      break;
    case 4: /* a part once more at the end */
      memmove(to + n, to + at, n - at);
      n += n - at;
      break;
    }
    if (n > 1000) n = 1000;
  }
  return n;
}

static void check_graph(const bf_graph *g) {
  bf_barcode barcode;
  bf_flag_options options = {.max_dim = 2, .threshold = INFINITY, .modulus = 2, .memory = 64 << 20};
  for (uint64_t e = 0; e < g->m; e++) {
    assert_true(g->w[e] >= 0);
    if (g->dense) continue;
    assert_true(g->u[e] < g->v[e] && g->v[e] < g->n && g->w[e] < INFINITY);
    if (e > 0) assert_true(g->u[e - 1] < g->u[e] || (g->u[e - 1] == g->u[e] && g->v[e - 1] < g->v[e]));
  }
  bf_status status = bf_flag_barcode(g, &options, &barcode);
  assert_true(status == BF_OK || status == BF_NO_MEMORY);
  bf_barcode_free(&barcode);
}

/* A sparse file in small parts: the same answer, word by word. */
static void check_parts(const char *path, bf_status status, const bf_graph *g) {
  ripser_input in = {0};
  char message[600];
  snprintf(message, sizeof message, "%s", bf_error());
  assert_int_equal(read_sparse(path, 1 + below(30), 1 + below(3), 16 << 20, &in), status);
  if (status == BF_OK) {
    assert_int_equal(in.graph.n, g->n);
    assert_int_equal(in.graph.m, g->m);
    assert_memory_equal(in.graph.u, g->u, g->m * sizeof *g->u);
    assert_memory_equal(in.graph.v, g->v, g->m * sizeof *g->v);
    assert_memory_equal(in.graph.w, g->w, g->m * sizeof *g->w);
  } else {
    assert_string_equal(bf_error(), message);
  }
  ripser_input_free(&in);
}

static void broken_files(void **state) {
  int good = 0, bad = 0;
  char path[64];
  int file = memfd_create("input", 0); /* thousands of files on a disk would take their time */
  (void)state;
  assert_true(file >= 0);
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  for (int c = 0; c < 6000; c++) {
    char bytes[2048];
    uint32_t sample = below(7);
    size_t n = mutate(sample, bytes);
    assert_int_equal(ftruncate(file, 0), 0);
    assert_int_equal(pwrite(file, bytes, n, 0), n);
    ripser_input in;
    bf_status status = ripser_read(path, samples[sample].kind, 1, 16 << 20, &in);
    if (samples[sample].kind == RIPSER_SPARSE) check_parts(path, status, &in.graph);
    if (status == BF_OK) {
      good++;
      if (samples[sample].kind != RIPSER_POINTS || ripser_distances(&in.points, below(2) ? INFINITY : 1, 16 << 20, &in.graph) == BF_OK) check_graph(&in.graph);
    } else {
      bad++;
      assert_true(status == BF_BAD_INPUT || status == BF_NO_MEMORY);
      assert_int_equal(strncmp(bf_error(), path, strlen(path)), 0);
    }
    ripser_input_free(&in);
  }
  close(file);
  assert_true(good > 200 && bad > 200);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(broken_files)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
