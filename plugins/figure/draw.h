/* Making a Figure: a growing drawing list. Units are points, origin top left. The first error sticks and comes out at draw_take. */
#ifndef FIGURE_DRAW_H
#define FIGURE_DRAW_H

#include <bettiflow/artifact.h>

typedef struct draw {
  bf_figure f;
  uint64_t room, xy_room;
  bf_status status;
} draw;

typedef struct spot {
  double x, y;
} spot;

void draw_begin(draw *d, double width, double height);

/* kind: BF_DRAW_LINE, _DASHED, _AREA or _DISC, through n spots. */
void draw_path(draw *d, bf_draw_kind kind, uint32_t colour, double size, const spot *at, size_t n);
void draw_line(draw *d, uint32_t colour, double width, double x0, double y0, double x1, double y1);
void draw_box(draw *d, uint32_t colour, double x, double y, double width, double height);

/* kind: one of BF_DRAW_TEXT…; control characters in the text become blanks. */
void draw_text(draw *d, bf_draw_kind kind, uint32_t colour, double size, double x, double y, const char *text);

/* About how wide a text is in DejaVu Sans. */
double draw_text_width(const char *text, double size);

/* Hands the figure over, or the error. In both cases d is empty afterwards. */
bf_status draw_take(draw *d, bf_figure *out);

#endif
