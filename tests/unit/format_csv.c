/* Points from and to comma-separated text: what is accepted, what is refused with which place, gzip, and exact round trips. */
#include "fake.h"

#include <bettiflow/random.h>

#include <archive.h>
#include <archive_entry.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bf_status read_text(fake *f, const char *text, size_t n) {
  fake_spill("in", text, n);
  remove("points");
  return fake_read(f, "format.csv", "in", BF_POINT_CLOUD, "points");
}

typedef struct good {
  const char *text, *label, *separator, *header;
  uint64_t n;
  uint32_t dim;
  float x[6];
  int32_t class[3]; /* -1 first: no classes */
} good;

static const good accepted[] = {
    {"1,2\n3,4\n", NULL, NULL, NULL, 2, 2, {1, 2, 3, 4}, {-1}},
    {"1,2\r\n3,4", NULL, NULL, NULL, 2, 2, {1, 2, 3, 4}, {-1}},
    {"\xef\xbb\xbfx,y\n -1.5 ,\t2e-3\n\n \n", NULL, NULL, NULL, 1, 2, {-1.5f, 2e-3f}, {-1}},
    {"x,class\n1,0\n2,7\n", NULL, NULL, NULL, 2, 1, {1, 2}, {0, 7}},
    {"\"the \"\"x\"\", here\",label,y\n1,3,\"2\"\n", NULL, NULL, NULL, 1, 2, {1, 2}, {3}},
    {"x,class\n1,0\n", "none", NULL, NULL, 1, 2, {1, 0}, {-1}},
    {"1,5,2\n", "last", NULL, NULL, 1, 2, {1, 5}, {2}},
    {"a,b,c\n1,5,2\n", "b", NULL, NULL, 1, 2, {1, 2}, {5}},
    {"1;2\n", NULL, "semicolon", NULL, 1, 2, {1, 2}, {-1}},
    {"1\t\"2\"\n", NULL, "tab", NULL, 1, 2, {1, 2}, {-1}},
    {"  1   2\t3 \n4 5 6\n", NULL, "space", NULL, 2, 3, {1, 2, 3, 4, 5, 6}, {-1}},
    {"1,2\n3,4\n", NULL, NULL, "yes", 1, 2, {3, 4}, {-1}},
    {"class,0,1\n1,2,3\n", NULL, NULL, "yes", 1, 2, {2, 3}, {1}},
    {"+.5\n", NULL, NULL, NULL, 1, 1, {0.5f}, {-1}},
};

static void reads(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
    const good *g = &accepted[i];
    fake *f = fake_new(fake_plugin("format/csv"));
    if (g->label) fake_set(f, "label", g->label);
    if (g->separator) fake_set(f, "separator", g->separator);
    if (g->header) fake_set(f, "header", g->header);
    if (read_text(f, g->text, strlen(g->text)) != BF_OK) fail_msg("row %zu: %s", i, fake_error(f));
    bf_points p;
    assert_int_equal(bf_points_read("points", 0, &p), BF_OK);
    if (p.n != g->n || p.dim != g->dim || memcmp(p.x, g->x, p.n * p.dim * sizeof *p.x) != 0) fail_msg("row %zu: other points", i);
    if ((g->class[0] < 0) != !p.label || (p.label && memcmp(p.label, g->class, p.n * sizeof *p.label) != 0)) fail_msg("row %zu: other classes", i);
    for (uint64_t k = 0; k < p.n; k++) assert_int_equal(p.id[k], k);
    bf_points_free(&p);
    fake_free(f);
  }
}

static const struct bad {
  const char *text, *label, *message;
} refused[] = {
    {"", NULL, "in: empty file"},
    {"\n\n", NULL, "in: empty file"},
    {"x,y\n", NULL, "in: a header and no rows"},
    {"1,2\n3\n", NULL, "in:2:1: 1 fields, but the lines before have 2"},
    {"1,2\n3,4,5\n", NULL, "in:2:5: 3 fields"},
    {"1,2\n\n3,4\n", NULL, "in:2: a blank line"},
    {"1,2\n3,four\n", NULL, "in:2:3: 'four' is not a number"},
    {"1,2\n3,\n", NULL, "in:2:3: '' is a missing value; fill it in, or leave such rows out with the format's parameter missing=skip"},
    {"1,nan\n", NULL, "in:1:3: 'nan' is not a finite number; if it is a missing value"},
    {"1,2\ninf,1\n", NULL, "in:2:1: 'inf' is not a finite number"},
    {"1,2\n1e40,1\n", NULL, "in:2:1: '1e40' is too large"},
    {"1,2\n0x10,1\n", NULL, "in:2:1: '0x10' is not a decimal number"},
    {"1,2\n3 4,1\n", NULL, "in:2:1: '3 4' is not a number"},
    {"1,2\n\"3,1\n", NULL, "in:2:1: '\"3,1' begins with a quote that is not closed"},
    {"1,2\n\"3\"4,1\n", NULL, "in:2:1: '3' is quoted, and more follows"},
    {"x,class\n1,0.5\n", NULL, "in:2:3: '0.5' is not a class"},
    {"x,class\n1,-1\n", NULL, "in:2:3: '-1' is not a class"},
    {"x,class\n1,3000000000\n", NULL, "in:2:3: '3000000000' is not a class"},
    {"x,class,label\n1,2,3\n", NULL, "in:1:9: 'label' could be the label too"},
    {"1.0x,2\n3,4\n", NULL, "in:1:1: '1.0x' is not a number, but other fields of the first line are"},
    {"x,y\n1,2\n", "z", "in:1: no column is named 'z'"},
    {"1,2\n", "z", "the first line is no header"},
    {"class\n1\n", NULL, "in:1: there is no column besides the label"},
};

static void refuses(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    fake *f = fake_new(fake_plugin("format/csv"));
    if (refused[i].label) fake_set(f, "label", refused[i].label);
    assert_int_equal(read_text(f, refused[i].text, strlen(refused[i].text)), BF_BAD_INPUT);
    if (!strstr(fake_error(f), refused[i].message)) fail_msg("row %zu: '%s' is not in '%s'", i, refused[i].message, fake_error(f));
    assert_null(fopen("points", "rb"));
    fake_free(f);
  }
  fake *f = fake_new(fake_plugin("format/csv"));
  assert_int_equal(read_text(f, "1,2\n3\0,4\n", 9), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "in:2:2: a zero byte"));
  assert_int_equal(fake_read(f, "format.csv", "nowhere", BF_POINT_CLOUD, "points"), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "nowhere"));
  fake_free(f);
}

static void memory(void **state) {
  (void)state;
  fake *f = fake_new(fake_plugin("format/csv"));
  char *text = malloc(400001);
  static const char row[4] = {'1', ',', '2', '\n'};
  for (size_t i = 0; i < 100000; i++) memcpy(text + 4 * i, row, sizeof row);
  fake_memory(f, 100000);
  assert_int_equal(read_text(f, text, 400000), BF_NO_MEMORY);
  fake_memory(f, 10000000);
  assert_int_equal(read_text(f, text, 400000), BF_OK);
  free(text);
  fake_free(f);
}

static size_t gzip(const char *path, const void *text, size_t n, unsigned repeat) {
  struct archive *a = archive_write_new();
  struct archive_entry *e = archive_entry_new();
  archive_write_add_filter_gzip(a);
  archive_write_set_format_raw(a);
  assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
  archive_entry_set_filetype(e, AE_IFREG);
  assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
  for (unsigned i = 0; i < repeat; i++) assert_int_equal(archive_write_data(a, text, n), n);
  archive_entry_free(e);
  archive_write_close(a);
  archive_write_free(a);
  free(fake_slurp(path, &n));
  return n;
}

static void gzipped(void **state) {
  (void)state;
  static char zeros[1 << 16];
  bf_points p;
  fake *f = fake_new(fake_plugin("format/csv"));
  gzip("in.gz", "x,class\n1,0\n2,1\n", 16, 1);
  assert_int_equal(fake_read(f, "format.csv_gz", "in.gz", BF_POINT_CLOUD, "points"), BF_OK);
  assert_int_equal(bf_points_read("points", 0, &p), BF_OK);
  assert_int_equal(p.n, 2);
  assert_int_equal(p.label[1], 1);
  bf_points_free(&p);
  /* two pieces after each other, as `cat a.gz b.gz` makes them; then one with a wrong checksum */
  size_t first, second;
  gzip("more.gz", "3,5\n", 4, 1);
  char *pieces = fake_slurp("in.gz", &first), *more = fake_slurp("more.gz", &second);
  memcpy(pieces + first, more, second); /* fake_slurp leaves room */
  fake_spill("both.gz", pieces, first + second);
  assert_int_equal(fake_read(f, "format.csv_gz", "both.gz", BF_POINT_CLOUD, "points"), BF_OK);
  assert_int_equal(bf_points_read("points", 0, &p), BF_OK);
  assert_int_equal(p.n, 3);
  assert_int_equal(p.label[2], 5);
  bf_points_free(&p);
  pieces[first - 8] ^= 1;
  fake_spill("both.gz", pieces, first + second);
  assert_int_equal(fake_read(f, "format.csv_gz", "both.gz", BF_POINT_CLOUD, "points"), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "both.gz: can't read: damaged gzip data"));
  free(pieces);
  free(more);
  /* a bomb: 32 MiB of rows in 32 KiB */
  static const char row[4] = {'0', ',', '0', '\n'};
  for (size_t i = 0; i < sizeof zeros; i += 4) memcpy(zeros + i, row, sizeof row);
  assert_true(gzip("bomb.gz", zeros, sizeof zeros, 512) < 1 << 17);
  fake_set(f, "limit", "1");
  assert_int_equal(fake_read(f, "format.csv_gz", "bomb.gz", BF_POINT_CLOUD, "points"), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "more than 1 MiB"));
  /* cut off in the middle */
  size_t n;
  char *bytes = fake_slurp("bomb.gz", &n);
  fake_spill("cut.gz", bytes, n / 2);
  free(bytes);
  fake_set(f, "limit", "4096");
  assert_int_equal(fake_read(f, "format.csv_gz", "cut.gz", BF_POINT_CLOUD, "points"), BF_BAD_INPUT);
  assert_non_null(strstr(fake_error(f), "cut.gz: can't read: the gzip data ends early; truncated?"));
  fake_free(f);
}

/* Floats of all sizes come back bit by bit, and nothing shorter would do: no text is longer than %.9g. */
static void round_trip(void **state) {
  (void)state;
  bf_points p, q;
  assert_int_equal(bf_points_new(&p, 5000, 2, true), BF_OK);
  for (uint64_t i = 0; i < 2 * p.n; i++) {
    uint32_t word[4];
    bf_random_words(5, i, word);
    memcpy(&p.x[i], word, 4);
    if (!isfinite(p.x[i]) || i % 3 == 0) p.x[i] = (float)(int32_t)word[1] / 1000;
    if (i % 7 == 0) p.x[i] = i % 2 ? -0.0f : 0.1f;
    p.label[i / 2] = (int32_t)(word[2] >> 1);
  }
  assert_int_equal(bf_points_write(&(bf_out){.path = "a"}, &p), BF_OK);
  fake *f = fake_new(fake_plugin("format/csv"));
  assert_int_equal(fake_write(f, "format.csv", "a", BF_POINT_CLOUD, "a.csv"), BF_OK);
  assert_int_equal(fake_read(f, "format.csv", "a.csv", BF_POINT_CLOUD, "b"), BF_OK);
  assert_int_equal(bf_points_read("b", 0, &q), BF_OK);
  assert_int_equal(q.n, p.n);
  assert_memory_equal(p.x, q.x, 2 * p.n * sizeof *p.x);
  assert_memory_equal(p.label, q.label, p.n * sizeof *p.label);
  char *text = fake_slurp("a.csv", NULL);
  assert_memory_equal(text, "x0,x1,class\n0.1,", 16);
  free(text);
  bf_points_free(&p);
  bf_points_free(&q);
  fake_free(f);
}

static void other_types(void **state) {
  (void)state;
  uint32_t dim[] = {0, 1}, u[] = {0, 1}, v[] = {2, 2}, id[] = {5, 6, 7};
  double birth[] = {0, 0.1}, death[] = {INFINITY, 0.30000000000000004};
  float w[] = {1, 2.5f}, triangle[] = {1, INFINITY, 3};
  bf_diagram d = {.max_dim = 1, .modulus = 2, .convention = BF_DIAMETER, .threshold = INFINITY, .n = 2, .dim = dim, .birth = birth, .death = death};
  bf_graph g = {.n = 3, .m = 2, .u = u, .v = v, .w = w, .id = id}, dense = {.n = 3, .dense = true, .m = 3, .w = triangle, .id = id};
  const char *expected[] = {"dim,birth,death\n0,0,inf\n1,0.1,0.30000000000000004\n", "u,v,w\n0,2,1\n1,2,2.5\n", "u,v,w\n0,1,1\n1,2,3\n"};
  const bf_type type[] = {BF_PERSISTENCE_DIAGRAM, BF_WEIGHTED_GRAPH, BF_WEIGHTED_GRAPH};
  assert_int_equal(bf_diagram_write(&(bf_out){.path = "0.bf"}, &d), BF_OK);
  assert_int_equal(bf_graph_write(&(bf_out){.path = "1.bf"}, &g), BF_OK);
  assert_int_equal(bf_graph_write(&(bf_out){.path = "2.bf"}, &dense), BF_OK);
  fake *f = fake_new(fake_plugin("format/csv"));
  for (int i = 0; i < 3; i++) {
    char in[] = {(char)('0' + i), '.', 'b', 'f', 0}, out[] = {(char)('0' + i), '.', 'c', 's', 'v', 0};
    if (fake_write(f, "format.csv", in, type[i], out) != BF_OK) fail_msg("%s", fake_error(f));
    char *text = fake_slurp(out, NULL);
    assert_string_equal(text, expected[i]);
    free(text);
  }
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads),   cmocka_unit_test(refuses),    cmocka_unit_test(memory),
      cmocka_unit_test(gzipped), cmocka_unit_test(round_trip), cmocka_unit_test(other_types),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
