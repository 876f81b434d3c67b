/* Drawing a profile: small multiples, a row for each class and a column for each dimension, with a shared axis from left to right. */
#include "draw.h"
#include "profile.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Okabe and Ito's colours, told apart with any kind of colour vision; the yellow, hard to see as a line, comes last. */
static const uint32_t palette[] = {0x0072B200, 0xD55E0000, 0x009E7300, 0xCC79A700, 0xE69F0000, 0x56B4E900, 0x33333300, 0xF0E44200};
enum { COLOURS = sizeof palette / sizeof *palette };

enum { WHITE = -1, INK = 0x222222ff, SOFT = 0x666666ff };
#define GRID 0xe8e8e8ffu
#define FRAME 0x999999ffu
#define GAP_X 44.0 /* between panels */
#define GAP_Y 20.0

typedef struct rectangle {
  double x, y, width, height;
} rectangle;

typedef struct page {
  draw d;
  const profile *p;
  const profile_config *cfg;
  double top, bottom; /* of the panels */
  double x_low, x_high;
  double *y_top, *y_step; /* for each column */
} page;

static uint32_t colour(uint32_t line, uint32_t alpha) { return palette[line % COLOURS] | alpha; }

/* The smallest of 1, 2, 5, 10, 20, … that makes at most `most` steps up to `high`. */
static double step_for(double high, double most) {
  static const double nice[] = {1, 2, 5};
  for (double power = 1;; power *= 10) {
    for (int i = 0; i < 3; i++) {
      if (nice[i] * power * most >= high || power > 1e15) return nice[i] * power;
    }
  }
}

/* One scale for all panels of a column, from 0 up to what the highest curve or band needs. */
static bf_status scale_columns(page *g) {
  const profile *p = g->p;
  g->y_top = calloc(p->ncolumn, sizeof *g->y_top);
  g->y_step = calloc(p->ncolumn, sizeof *g->y_step);
  if (!g->y_top || !g->y_step) return bf_fail(BF_NO_MEMORY, "out of memory for a figure");
  for (uint32_t column = 0; column < p->ncolumn; column++) {
    double high = 1;
    for (uint32_t x = 0; x < p->nx; x++) {
      for (uint32_t c = 0; c < p->ncurve; c++) high = fmax(high, profile_value(p, c, column, x)); /* fmax passes NaN over */
      for (uint32_t s = 0; s < p->nseries * p->npanel; s++) high = fmax(high, profile_stat(p, s / p->npanel, s % p->npanel, column)[x].high);
    }
    g->y_step[column] = step_for(high, 6);
    g->y_top[column] = ceil(high / g->y_step[column]) * g->y_step[column];
  }
  g->x_low = p->x[0];
  g->x_high = p->x[p->nx - 1];
  if (p->nx == 1) g->x_low -= 1, g->x_high += 1;
  return BF_OK;
}

static double place_x(const page *g, const rectangle *r, double x) {
  double inset = 10;
  return r->x + inset + (x - g->x_low) / (g->x_high - g->x_low) * (r->width - 2 * inset);
}
static double place_y(const page *g, const rectangle *r, uint32_t column, double y) { return r->y + r->height * (1 - y / g->y_top[column]); }

static void draw_grid(page *g, const rectangle *r, uint32_t column) {
  char label[32];
  int steps = (int)(g->y_top[column] / g->y_step[column] + 0.5);
  for (int i = 0; i <= steps; i++) {
    double y = i * g->y_step[column], at = place_y(g, r, column, y);
    draw_line(&g->d, i == 0 ? FRAME : GRID, i == 0 ? 0.9 : 0.7, r->x, at, r->x + r->width, at);
    snprintf(label, sizeof label, "%.0f", y);
    draw_text(&g->d, BF_DRAW_TEXT_END, SOFT, 9, r->x - 5, at + 3.2, label);
  }
}

/* Ticks at the values themselves; where they would touch, at every n-th. */
static void draw_ticks(page *g, const rectangle *r, bool labels) {
  const profile *p = g->p;
  double widest = 0;
  for (uint32_t i = 0; i < p->nx; i++) widest = fmax(widest, draw_text_width(p->xname[i], 9) + 8);
  double spacing = p->nx > 1 ? (r->width - 20) / (p->nx - 1) : r->width;
  uint32_t every = (uint32_t)fmax(1, step_for(widest / spacing, 1));
  for (uint32_t i = 0; i < p->nx; i += every) {
    double at = place_x(g, r, p->x[i]), foot = r->y + r->height;
    draw_line(&g->d, FRAME, 0.9, at, foot, at, foot + 3);
    if (labels) draw_text(&g->d, BF_DRAW_TEXT_MID, SOFT, 9, at, foot + 14, p->xname[i]);
  }
}

/* Runs of places where there are values: the first at or after `from`; its end goes to *to. */
static uint32_t next_run(const stat *s, uint32_t n, uint32_t from, uint32_t least, uint32_t *to) {
  while (from < n && s[from].n < least) from++;
  for (*to = from; *to < n && s[*to].n >= least;) ++*to;
  return from;
}

static void draw_band(page *g, const rectangle *r, uint32_t line, uint32_t panel, uint32_t column, spot *at) {
  const profile *p = g->p;
  const stat *s = profile_stat(p, line, panel, column);
  uint32_t to = 0;
  for (uint32_t from = next_run(s, p->nx, 0, 2, &to); from < p->nx; from = next_run(s, p->nx, to, 2, &to)) {
    uint32_t n = to - from;
    for (uint32_t i = 0; i < n; i++) {
      at[i] = (spot){place_x(g, r, p->x[from + i]), place_y(g, r, column, s[from + i].high)};
      at[2 * n - 1 - i] = (spot){at[i].x, place_y(g, r, column, s[from + i].low)};
    }
    draw_path(&g->d, BF_DRAW_AREA, colour(line, 0x2e), 0, at, 2 * (size_t)n);
  }
}

static void draw_curves(page *g, const rectangle *r, uint32_t panel, uint32_t column, spot *at) {
  const profile *p = g->p;
  double each = fmax(1, (double)p->ncurve / p->nseries / p->npanel); /* the more curves, the fainter */
  uint32_t alpha = (uint32_t)fmax(0x20, 0xb0 / sqrt(each));
  for (uint32_t c = 0; c < p->ncurve; c++) {
    size_t n = 0;
    if (p->curve[c].panel != panel) continue;
    for (uint32_t i = 0; i <= p->nx; i++) {
      double value = i < p->nx ? profile_value(p, c, column, i) : NAN;
      if (!isnan(value)) {
        at[n++] = (spot){place_x(g, r, p->x[i]), place_y(g, r, column, value)};
      } else {
        draw_path(&g->d, BF_DRAW_LINE, colour(p->curve[c].series, alpha), 0.7, at, n);
        n = 0;
      }
    }
  }
}

/* Lines that are drawn later are thinner, so that one that lies exactly on another leaves its edges to be seen. */
static double line_width(const profile *p, uint32_t line) {
  double steps = p->nseries > 1 ? fmin(p->nseries, 4) - 1 : 1;
  return p->nseries == 1 ? 2.2 : 2.9 - 1.2 * fmin(line, steps) / steps;
}

static void draw_middle(page *g, const rectangle *r, uint32_t line, uint32_t panel, uint32_t column, spot *at) {
  const profile *p = g->p;
  const stat *s = profile_stat(p, line, panel, column);
  uint32_t to = 0;
  for (uint32_t from = next_run(s, p->nx, 0, 1, &to); from < p->nx; from = next_run(s, p->nx, to, 1, &to)) {
    for (uint32_t i = from; i < to; i++) at[i - from] = (spot){place_x(g, r, p->x[i]), place_y(g, r, column, s[i].middle)};
    draw_path(&g->d, line < COLOURS ? BF_DRAW_LINE : BF_DRAW_DASHED, colour(line, 0xff), line_width(p, line), at, to - from);
    if (p->nx <= 30) draw_path(&g->d, BF_DRAW_DISC, colour(line, 0xff), 1.3 + 0.7 * line_width(p, line), at, to - from);
  }
}

static void draw_panel(page *g, const rectangle *r, uint32_t panel, uint32_t column, spot *at) {
  const profile *p = g->p;
  draw_grid(g, r, column);
  draw_ticks(g, r, panel + 1 == p->npanel);
  for (uint32_t line = 0; line < p->nseries && g->cfg->band[0] != 'n'; line++) draw_band(g, r, line, panel, column, at);
  draw_curves(g, r, panel, column, at);
  for (uint32_t line = 0; line < p->nseries; line++) draw_middle(g, r, line, panel, column, at);
}

/* "β₀": the digits of the index as Unicode subscripts. */
static void betti_name(uint32_t dim, char *to) {
  char digits[12];
  snprintf(digits, sizeof digits, "%" PRIu32, dim);
  to += sprintf(to, "β");
  for (const char *d = digits; *d; d++) to += sprintf(to, "\xe2\x82%c", 0x80 + (*d - '0'));
}

static void omega_name(const profile *p, char *to, size_t room) {
  size_t n = (size_t)snprintf(to, room, "ω = ");
  for (uint32_t i = 0; i < p->ndim && n + 40 < room; i++) {
    if (i > 0) n += (size_t)snprintf(to + n, room - n, " + ");
    betti_name(p->dim[i], to + n);
    n += strlen(to + n);
  }
}

static void column_name(const profile *p, uint32_t column, char *to, size_t room) {
  static const char *const meaning[] = {", components", ", loops", ", voids"};
  if (p->omega) {
    omega_name(p, to, room);
    return;
  }
  betti_name(p->dim[column], to);
  size_t n = strlen(to);
  if (p->dim[column] < 3) snprintf(to + n, room - n, "%s", meaning[p->dim[column]]);
}

/* The space left of the panels: for the numbers, and for the rows' names where they have any. */
static double left_of(const profile *p) { return p->npanel > 1 || p->panel[0][0] ? 62 : 42; }

static double panel_width(const page *g) { return (g->cfg->width - left_of(g->p) - 16 - GAP_X * (g->p->ncolumn - 1)) / g->p->ncolumn; }

static double panel_height(const page *g) { return (g->bottom - g->top - GAP_Y * (g->p->npanel - 1)) / g->p->npanel; }

static void draw_panels(page *g, spot *at) {
  const profile *p = g->p;
  rectangle r = {.width = panel_width(g), .height = panel_height(g)};
  char text[640];
  for (uint32_t panel = 0; panel < p->npanel; panel++) {
    r.y = g->top + panel * (r.height + GAP_Y);
    if (p->panel[panel][0]) {
      snprintf(text, sizeof text, "%s %s", g->cfg->panels, p->panel[panel]);
      draw_text(&g->d, BF_DRAW_TEXT_UP, INK, fmin(11, 11 * r.height / draw_text_width(text, 11)), 22, r.y + r.height / 2, text);
    }
    for (uint32_t column = 0; column < p->ncolumn; column++) {
      r.x = left_of(p) + column * (r.width + GAP_X);
      if (panel == 0) {
        column_name(p, column, text, sizeof text);
        draw_text(&g->d, BF_DRAW_TEXT, INK, 11, r.x, r.y - 9, text);
      }
      draw_panel(g, &r, panel, column, at);
      if (panel + 1 == p->npanel) draw_text(&g->d, BF_DRAW_TEXT_MID, INK, 10.5, r.x + r.width / 2, r.y + r.height + 30, g->cfg->x);
    }
  }
}

static const char *plural(uint32_t n) { return n == 1 ? "" : "s"; }

/* "tanh: 2 of 3 networks (1 declined)"; a number says more with its axis: "k 14: 3 networks". */
static void legend_text(const page *g, const series *s, char *text, size_t room) {
  const profile *p = g->p;
  uint32_t all = s->networks + s->declined;
  bool number = s->name[0] && !s->name[strspn(s->name, "0123456789.e+-")];
  size_t n = 0;
  if (s->name[0]) n = (size_t)snprintf(text, room, "%.30s%s%.60s: ", number ? g->cfg->by : "", number ? " " : "", s->name);
  if (s->declined == 0)
    snprintf(text + n, room - n, "%" PRIu32 " %s%s", s->networks, p->noun, plural(all));
  else
    snprintf(text + n, room - n, "%" PRIu32 " of %" PRIu32 " %s%s (%" PRIu32 " declined)", s->networks, all, p->noun, plural(all), s->declined);
}

/* The legend above the panels, as many lines as it needs; returns where it ends. Draws only if asked to. */
static double draw_legend(page *g, double y, bool paint) {
  const profile *p = g->p;
  double left = 18, x = left;
  char text[200];
  y += 18;
  for (uint32_t i = 0; i < p->nseries; i++) {
    legend_text(g, &p->series[i], text, sizeof text);
    double width = 30 + draw_text_width(text, 10.5) + 18;
    if (x > left && x + width > g->d.f.width) {
      x = left;
      y += 17;
    }
    if (paint) {
      if (g->cfg->band[0] != 'n') draw_box(&g->d, colour(i, 0x2e), x, y - 8.5, 24, 10);
      draw_path(&g->d, i < COLOURS ? BF_DRAW_LINE : BF_DRAW_DASHED, colour(i, 0xff), line_width(p, i), (spot[]){{x, y - 3.5}, {x + 24, y - 3.5}}, 2);
      draw_path(&g->d, BF_DRAW_DISC, colour(i, 0xff), 1.3 + 0.7 * line_width(p, i), (spot[]){{x + 12, y - 3.5}}, 1);
      draw_text(&g->d, BF_DRAW_TEXT, INK, 10.5, x + 30, y, text);
    }
    x += width;
  }
  return y;
}

static void draw_title(page *g) {
  char text[700];
  const char *title = g->cfg->title;
  if (strcmp(title, "auto") == 0) {
    size_t n = (size_t)snprintf(text, sizeof text, g->p->omega ? "Topological complexity by %.60s" : "Betti numbers by %.60s", g->cfg->x);
    if (g->p->scale) snprintf(text + n, sizeof text - n, ", scale %s", g->p->scale);
    title = text;
  }
  draw_text(&g->d, BF_DRAW_TEXT, INK, 15, 18, 28, title);
}

static void draw_caption(page *g) {
  const char *band = g->cfg->band, *noun = g->p->noun;
  char text[400];
  const char *over = g->p->averaged, *meaning = band[0] == 's'   ? "thick: mean; band: ± 1 standard deviation"
                                                : band[0] == 'q' ? "thick: median; band: quartiles"
                                                : band[0] == 'r' ? "thick: mean; band: smallest to largest"
                                                                 : "thick: mean";
  snprintf(text, sizeof text, "%s%s%sthin: single %ss; %s", *over ? "averaged over " : "", over, *over ? "; " : "", noun, meaning);
  draw_text(&g->d, BF_DRAW_TEXT_END, SOFT, 8.5, g->d.f.width - 16, g->d.f.height - 12, text);
}

static bf_status check_room(const page *g) {
  const profile *p = g->p;
  if (panel_height(g) < 30)
    return bf_fail(BF_INVALID, "height: %g points are too few for %" PRIu32 " row%s of panels; 0 chooses by itself", g->cfg->height, p->npanel,
                   plural(p->npanel));
  if (panel_width(g) < 30)
    return bf_fail(BF_INVALID, "width: %g points are too few for %" PRIu32 " panels side by side; give more, or fewer `dims`", g->cfg->width, p->ncolumn);
  return BF_OK;
}

bf_status profile_draw(const profile *p, const profile_config *cfg, bf_figure *out) {
  bf_status status = BF_OK;
  page g = {.p = p, .cfg = cfg};
  spot *at = calloc(2 * (size_t)p->nx + 1, sizeof *at);
  if (!at) return bf_fail(BF_NO_MEMORY, "out of memory for a figure");
  draw_begin(&g.d, cfg->width, 0);
  BF_TRY(scale_columns(&g));
  double head = cfg->title[0] ? 30 : 6;
  g.top = draw_legend(&g, head, false) + 34;
  g.d.f.height = cfg->height > 0 ? cfg->height : g.top + p->npanel * (p->ncolumn == 1 ? 240 : 170) + (p->npanel - 1) * GAP_Y + 62;
  g.bottom = g.d.f.height - 62;
  BF_TRY(check_room(&g));
  draw_box(&g.d, (uint32_t)WHITE, 0, 0, g.d.f.width, g.d.f.height);
  draw_title(&g);
  draw_legend(&g, head, true);
  draw_panels(&g, at);
  draw_caption(&g);
out:
  free(at);
  free(g.y_top);
  free(g.y_step);
  if (status != BF_OK) {
    draw_take(&g.d, out);
    bf_figure_free(out);
    return status;
  }
  return draw_take(&g.d, out);
}
