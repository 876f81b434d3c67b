/* The growing drawing list of a Figure. */
#include "draw.h"

#include <stdlib.h>
#include <string.h>

void draw_begin(draw *d, double width, double height) { *d = (draw){.f = {.width = width, .height = height}}; }

static bool no_memory(draw *d) {
  d->status = bf_fail(BF_NO_MEMORY, "out of memory for a figure");
  return false;
}

/* Grows one of the parallel arrays; all of them have the same room. */
static bool grow(void *array, uint64_t room, size_t size) {
  void **at = array, *grown = reallocarray(*at, room, size);
  if (grown) *at = grown;
  return grown != NULL;
}

static bool room(draw *d, size_t points) {
  bf_figure *f = &d->f;
  if (d->status != BF_OK) return false;
  if (f->n == d->room) {
    uint64_t n = 2 * d->room + 256;
    if (!grow(&f->kind, n, sizeof *f->kind) || !grow(&f->colour, n, sizeof *f->colour) || !grow(&f->size, n, sizeof *f->size) ||
        !grow(&f->first, n, sizeof *f->first) || !grow(&f->count, n, sizeof *f->count) || !grow(&f->text, n, sizeof *f->text))
      return no_memory(d);
    d->room = n;
  }
  if (f->nxy + points > d->xy_room) {
    uint64_t n = 2 * d->xy_room + points + 1024;
    if (!grow(&f->xy, n, 2 * sizeof *f->xy)) return no_memory(d);
    d->xy_room = n;
  }
  return true;
}

void draw_path(draw *d, bf_draw_kind kind, uint32_t colour, double size, const spot *at, size_t n) {
  bf_figure *f = &d->f;
  if (n < (kind == BF_DRAW_DISC ? 1 : kind == BF_DRAW_AREA ? 3 : 2) || !room(d, n)) return;
  f->kind[f->n] = kind;
  f->colour[f->n] = colour;
  f->size[f->n] = (float)size;
  f->first[f->n] = f->nxy;
  f->count[f->n] = n;
  f->text[f->n] = NULL;
  for (size_t i = 0; i < n; i++) {
    f->xy[2 * (f->nxy + i)] = (float)at[i].x;
    f->xy[2 * (f->nxy + i) + 1] = (float)at[i].y;
  }
  f->nxy += n;
  f->n++;
}

void draw_line(draw *d, uint32_t colour, double width, double x0, double y0, double x1, double y1) {
  draw_path(d, BF_DRAW_LINE, colour, width, (spot[]){{x0, y0}, {x1, y1}}, 2);
}

void draw_box(draw *d, uint32_t colour, double x, double y, double width, double height) {
  draw_path(d, BF_DRAW_AREA, colour, 0, (spot[]){{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}, 4);
}

void draw_text(draw *d, bf_draw_kind kind, uint32_t colour, double size, double x, double y, const char *text) {
  if (!*text || !room(d, 1)) return;
  bf_figure *f = &d->f;
  char *copy = strdup(text);
  if (!copy) {
    no_memory(d);
    return;
  }
  for (char *s = copy; *s; s++) {
    if ((unsigned char)*s < ' ' || *s == 127) *s = ' ';
  }
  f->kind[f->n] = kind;
  f->colour[f->n] = colour;
  f->size[f->n] = (float)size;
  f->first[f->n] = f->nxy;
  f->count[f->n] = 1;
  f->text[f->n] = copy;
  f->xy[2 * f->nxy] = (float)x;
  f->xy[2 * f->nxy + 1] = (float)y;
  f->nxy++;
  f->n++;
}

double draw_text_width(const char *text, double size) {
  double width = 0;
  for (; *text; text++) {
    if ((*text & 0xc0) == 0x80) continue;
    if (strchr("iljI.,:;'|! ft()", *text))
      width += 0.36;
    else if (strchr("mwMW%", *text))
      width += 0.92;
    else
      width += 0.62;
  }
  return width * size;
}

bf_status draw_take(draw *d, bf_figure *out) {
  bf_status status = d->status;
  if (status != BF_OK) bf_figure_free(&d->f);
  *out = d->f;
  *d = (draw){0};
  return status;
}
