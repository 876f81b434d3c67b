/* format.svg, format.pdf and format.png: figures drawn by cairo, with the same bytes every time. */
#include <bettiflow/artifact.h>

#include <cairo.h>
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct config {
  double zoom;
} config;

static const bf_param png_params[] = {
    BF_PARAM(config, zoom, .def = "2", .range = "[0.1, 20]", .doc = "pixels for each point (1/72 inch)"),
    {0},
};

static void set_colour(cairo_t *c, uint32_t rgba) {
  cairo_set_source_rgba(c, (rgba >> 24) / 255.0, (rgba >> 16 & 255) / 255.0, (rgba >> 8 & 255) / 255.0, (rgba & 255) / 255.0);
}

static void paint_text(cairo_t *c, bf_draw_kind kind, float size, float x, float y, const char *text) {
  cairo_text_extents_t box;
  cairo_set_font_size(c, size);
  cairo_text_extents(c, text, &box);
  double share = kind == BF_DRAW_TEXT ? 0 : kind == BF_DRAW_TEXT_END ? 1 : 0.5;
  cairo_save(c);
  cairo_translate(c, x, y);
  if (kind == BF_DRAW_TEXT_UP) cairo_rotate(c, -M_PI / 2);
  cairo_move_to(c, -share * box.x_advance, 0);
  cairo_show_text(c, text);
  cairo_new_path(c);
  cairo_restore(c);
}

static void paint_discs(cairo_t *c, const float *xy, uint64_t n, double radius) {
  for (uint64_t i = 0; i < n; i++) {
    cairo_arc(c, xy[2 * i], xy[2 * i + 1], radius, 0, 2 * M_PI);
    cairo_fill(c);
  }
}

static void paint_path(cairo_t *c, bf_draw_kind kind, const float *xy, uint64_t n, double size) {
  const double dashes[] = {4 * size, 2.5 * size};
  for (uint64_t i = 0; i < n; i++) cairo_line_to(c, xy[2 * i], xy[2 * i + 1]);
  if (kind == BF_DRAW_AREA) {
    cairo_close_path(c);
    cairo_fill(c);
    return;
  }
  cairo_set_line_width(c, size);
  cairo_set_dash(c, dashes, kind == BF_DRAW_DASHED && size > 0 ? 2 : 0, 0);
  cairo_stroke(c);
}

/* Nothing of how text looks is left to the machine's settings. */
static void set_font(cairo_t *c) {
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options(c, options);
  cairo_font_options_destroy(options);
  cairo_select_font_face(c, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL); /* another sans where it is not installed */
}

static bf_status paint(const bf_host *host, bf_task *task, cairo_t *c, const bf_figure *f) {
  bf_status status = BF_OK;
  set_font(c);
  cairo_set_line_join(c, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap(c, CAIRO_LINE_CAP_ROUND);
  for (uint64_t i = 0; i < f->n; i++) {
    const float *xy = f->xy + 2 * f->first[i];
    if (i % 256 == 0) BF_TRY(host->step(task, i, f->n));
    set_colour(c, f->colour[i]);
    switch (f->kind[i]) {
    case BF_DRAW_LINE:
    case BF_DRAW_DASHED:
    case BF_DRAW_AREA:
      paint_path(c, f->kind[i], xy, f->count[i], f->size[i]);
      break;
    case BF_DRAW_DISC:
      paint_discs(c, xy, f->count[i], f->size[i]);
      break;
    default:
      paint_text(c, f->kind[i], f->size[i], xy[0], xy[1], f->text[i]);
    }
  }
out:
  return status;
}

static cairo_status_t put(void *file, const unsigned char *data, unsigned int n) {
  return fwrite(data, 1, n, file) == n ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

typedef enum kind { SVG, PDF, PNG } kind;

static cairo_surface_t *surface_for(kind k, const bf_figure *f, FILE *file, double zoom) {
  cairo_surface_t *s;
  switch (k) {
  case SVG:
    return cairo_svg_surface_create_for_stream(put, file, f->width, f->height);
  case PDF:
    s = cairo_pdf_surface_create_for_stream(put, file, f->width, f->height);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, NULL); /* no date: the same figure has the same bytes */
    return s;
  default:
    s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(f->width * zoom), (int)ceil(f->height * zoom));
    cairo_surface_set_device_scale(s, zoom, zoom);
    return s;
  }
}

static bf_status draw(const bf_host *host, bf_task *task, kind k, const bf_figure *f, FILE *file, double zoom) {
  bf_status status = BF_OK;
  cairo_surface_t *s = surface_for(k, f, file, zoom);
  cairo_t *c = cairo_create(s);
  if (k == PNG) {
    cairo_set_source_rgb(c, 1, 1, 1);
    cairo_paint(c);
  }
  BF_TRY(paint(host, task, c, f));
  cairo_show_page(c);
  if (k == PNG && cairo_status(c) == CAIRO_STATUS_SUCCESS) cairo_surface_write_to_png_stream(s, put, file);
  cairo_surface_finish(s);
  cairo_status_t drawn = cairo_status(c) != CAIRO_STATUS_SUCCESS ? cairo_status(c) : cairo_surface_status(s);
  if (drawn == CAIRO_STATUS_NO_MEMORY || drawn == CAIRO_STATUS_INVALID_SIZE)
    status = bf_fail(BF_NO_MEMORY, "a picture of %.0f × %.0f pixels is too large", f->width * zoom, f->height * zoom);
  else if (drawn != CAIRO_STATUS_SUCCESS && drawn != CAIRO_STATUS_WRITE_ERROR)
    status = bf_fail(BF_FAILED, "cairo can't draw the figure: %s", cairo_status_to_string(drawn));
out:
  cairo_destroy(c);
  cairo_surface_destroy(s);
  return status;
}

static bf_status write_figure(const bf_host *host, bf_task *task, kind k, double zoom, const char *path, bf_type type, const char *out) {
  bf_status status = BF_OK;
  bf_figure f = {0};
  FILE *file = NULL;
  if (type != BF_FIGURE) return bf_fail(BF_INVALID, "only figures can be drawn");
  BF_TRY(bf_figure_read(path, host->memory(task), &f));
  if (!(f.width > 0 && f.height > 0 && f.width * zoom <= 32767 && f.height * zoom <= 32767)) {
    status = bf_fail(BF_INVALID, "a figure of %g × %g points can't be drawn at %g pixels a point: at most 32767 pixels each way", f.width, f.height, zoom);
    goto out;
  }
  if (!(file = fopen(out, "wxb"))) {
    status = bf_fail(BF_STORE, "%s: %s", out, strerror(errno));
    goto out;
  }
  status = draw(host, task, k, &f, file, zoom);
  bool bad = ferror(file) != 0;
  bad |= fclose(file) != 0;
  if (status == BF_OK && bad) status = bf_fail(BF_STORE, "%s: can't write: %s", out, strerror(errno ? errno : EIO));
  if (status != BF_OK) unlink(out);
out:
  bf_figure_free(&f);
  return status;
}

static bf_status write_svg(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out) {
  (void)cfg;
  return write_figure(host, task, SVG, 1, path, type, out);
}

static bf_status write_pdf(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out) {
  (void)cfg;
  return write_figure(host, task, PDF, 1, path, type, out);
}

static bf_status write_png(const bf_host *host, bf_task *task, const void *cfg, const char *path, bf_type type, const char *out) {
  return write_figure(host, task, PNG, ((const config *)cfg)->zoom, path, type, out);
}

static const bf_format svg = {
    .id = "format.svg", .doc = "figures as SVG, for the web", .revision = 1, .extensions = ".svg", .writes = BF_BIT(BF_FIGURE), .write = write_svg};
static const bf_format pdf = {
    .id = "format.pdf", .doc = "figures as PDF, for print", .revision = 1, .extensions = ".pdf", .writes = BF_BIT(BF_FIGURE), .write = write_pdf};
static const bf_format png = {.id = "format.png",
                              .doc = "figures as PNG, in pixels",
                              .revision = 1,
                              .extensions = ".png",
                              .writes = BF_BIT(BF_FIGURE),
                              .cfg_size = sizeof(config),
                              .params = png_params,
                              .write = write_png};

BF_PLUGIN(.name = "cairo", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&svg, &pdf, &png, NULL});
