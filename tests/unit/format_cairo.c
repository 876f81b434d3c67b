/* Figures as SVG, PDF and PNG: shapes and colours where they belong, the same bytes every time, no dates. */
#include "fake.h"

#include <cairo.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* 100 × 50 points: a red box on the left, a thick blue line below, a green disc on the right, and text. */
static void write_figure(const char *path, double width) {
  uint32_t kind[] = {BF_DRAW_AREA, BF_DRAW_LINE, BF_DRAW_DISC, BF_DRAW_TEXT_UP, BF_DRAW_TEXT_END, BF_DRAW_DASHED};
  uint32_t colour[] = {0xff0000ff, 0x0000ffff, 0x00ff00ff, 0x000000ff, 0x000000ff, 0x00000080};
  float size[] = {0, 4, 6, 8, 8, 1};
  uint64_t first[] = {0, 4, 6, 7, 8, 9}, count[] = {4, 2, 1, 1, 1, 2};
  float xy[] = {10, 10, 30, 10, 30, 30, 10, 30, 10, 45, 90, 45, 80, 20, 50, 20, 70, 40, 40, 5, 60, 5};
  char *text[] = {NULL, NULL, NULL, "β₁ up", "end", NULL};
  bf_figure f = {.width = width, .height = 50, .n = 6, .kind = kind, .colour = colour, .size = size, .first = first, .count = count, .nxy = 11, .xy = xy};
  f.text = text;
  if (bf_figure_write(&(bf_out){.path = path}, &f) != BF_OK) fail_msg("%s", bf_error());
}

static char *written(const char *id, const char *zoom, size_t *n) {
  fake *f = fake_new(fake_plugin("format/cairo"));
  write_figure("figure", 100);
  remove("out");
  if (zoom) fake_set(f, "zoom", zoom);
  if (fake_write(f, id, "figure", BF_FIGURE, "out") != BF_OK) fail_msg("%s", fake_error(f));
  fake_free(f);
  return fake_slurp("out", n);
}

static uint32_t pixel(cairo_surface_t *s, int x, int y) {
  const unsigned char *row = cairo_image_surface_get_data(s) + (ptrdiff_t)y * cairo_image_surface_get_stride(s);
  uint32_t v;
  memcpy(&v, row + (ptrdiff_t)4 * x, 4);
  return v & 0xffffff;
}

static void png(void **state) {
  (void)state;
  size_t n;
  free(written("format.png", "3", &n));
  cairo_surface_t *s = cairo_image_surface_create_from_png("out");
  assert_int_equal(cairo_surface_status(s), CAIRO_STATUS_SUCCESS);
  assert_int_equal(cairo_image_surface_get_width(s), 300);
  assert_int_equal(cairo_image_surface_get_height(s), 150);
  assert_int_equal(pixel(s, 60, 60), 0xff0000);
  assert_int_equal(pixel(s, 150, 135), 0x0000ff);
  assert_int_equal(pixel(s, 240, 60), 0x00ff00);
  assert_int_equal(pixel(s, 240, 60 + 3 * 5), 0x00ff00);
  assert_int_equal(pixel(s, 240, 60 + 3 * 7), 0xffffff);
  assert_int_equal(pixel(s, 2, 2), 0xffffff);
  bool dark = false; /* text that ends at 70, 40: something is drawn left of it, nothing right of it */
  for (int x = 160; x < 210; x++) {
    for (int y = 100; y < 122; y++) dark |= pixel(s, x, y) < 0x400000;
  }
  assert_true(dark);
  for (int x = 212; x < 230; x++) {
    for (int y = 100; y < 122; y++) assert_int_equal(pixel(s, x, y), 0xffffff);
  }
  cairo_surface_destroy(s);
}

/* In a process of its own, as formats run: cairo numbers the surfaces of a process. */
static char *written_apart(const char *id, size_t *n) {
  int ended = -1;
  pid_t child = fork();
  if (child == 0) {
    free(written(id, NULL, n));
    _exit(0);
  }
  assert_int_equal(waitpid(child, &ended, 0), child);
  assert_int_equal(ended, 0);
  return fake_slurp("out", n);
}

static void same_bytes(void **state) {
  (void)state;
  static const char *const ids[] = {"format.svg", "format.pdf", "format.png"}, *const magic[] = {"<?xml", "%PDF-", "\x89PNG"};
  for (int i = 0; i < 3; i++) {
    size_t n, m;
    char *a = written_apart(ids[i], &n), *b = written_apart(ids[i], &m);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    assert_memory_equal(a, magic[i], strlen(magic[i]));
    if (i == 1) assert_null(memmem(a, n, "CreationDate", 12));
    if (i == 0) assert_non_null(strstr(a, "width=\"100pt\" height=\"50pt\""));
    free(a);
    free(b);
  }
}

static void refuses(void **state) {
  (void)state;
  fake *f = fake_new(fake_plugin("format/cairo"));
  write_figure("wide", 20000);
  remove("out");
  assert_int_equal(fake_write(f, "format.png", "wide", BF_FIGURE, "out"), BF_INVALID);
  assert_non_null(strstr(fake_error(f), "at most 32767 pixels"));
  fake_spill("bad", "no artifact", 11);
  assert_int_equal(fake_write(f, "format.svg", "bad", BF_FIGURE, "out"), BF_BAD_INPUT);
  assert_int_equal(fake_write(f, "format.svg", "figure", BF_FIGURE, "no/folder"), BF_STORE);
  assert_null(fopen("out", "rb"));
  fake_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(png), cmocka_unit_test(same_bytes), cmocka_unit_test(refuses)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
