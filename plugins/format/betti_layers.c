/* A Betti table for people: a line for each layer; columns for each value of the other axes and each dimension; means over networks. */
#include "betti_text.h"

#include "../table/view.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct cell { /* of one line and one column: the Betti numbers that meet there */
  double sum;
  int64_t first;
  uint32_t n;
  bool differ;
} cell;

typedef struct column {
  uint32_t group, dim, width;
  bool decimals; /* some mean of this column is not whole */
} column;

typedef struct layout {
  text_out *out;
  const bf_betti_table *t;
  uint32_t layer, over;    /* axes; `over` may be naxis: none */
  uint32_t *axis, naxis;   /* the axes that make columns, more than one value each */
  uint32_t *fixed, nfixed; /* the other axes: one value in all rows */
  view_groups lines, groups;
  uint32_t dims, ncolumn, left; /* left: width of the first column */
  column *column;               /* groups × dims */
  cell *cell;                   /* lines × columns */
  uint8_t *seen;                /* for each text: is it a network of the group in hand? */
} layout;

static bf_status no_memory(void) { return bf_fail(BF_NO_MEMORY, "out of memory for a table's text"); }

static const char *text_of(const layout *l, uint64_t row, uint32_t axis) {
  uint32_t text = l->t->value[row * l->t->naxis + axis];
  return text ? l->t->text[text] : "–";
}

/* Axes with one value in all rows are said once above the table; the others make columns. */
static bf_status choose_axes(layout *l) {
  const bf_betti_table *t = l->t;
  l->axis = calloc(t->naxis, sizeof *l->axis);
  l->fixed = calloc(t->naxis, sizeof *l->fixed);
  l->seen = calloc(t->ntext, sizeof *l->seen);
  if (!l->axis || !l->fixed || !l->seen) return no_memory();
  for (uint32_t a = 0; a < t->naxis; a++) {
    bool differs = false;
    for (uint64_t i = 1; i < t->n && !differs; i++) differs = t->value[i * t->naxis + a] != t->value[a];
    for (uint64_t i = 0; a == l->over && i < t->ndeclined && !differs; i++) differs = t->declined[i * t->naxis + a] != t->value[a];
    if (a == l->over && !differs) l->over = t->naxis;
    if (a == l->layer || a == l->over) continue;
    if (differs)
      l->axis[l->naxis++] = a;
    else
      l->fixed[l->nfixed++] = a;
  }
  return BF_OK;
}

static bf_status collect(layout *l) {
  bf_status status = BF_OK;
  const bf_betti_table *t = l->t;
  BF_TRY(view_group(t->value, t->n, t->naxis, &l->layer, 1, &l->lines));
  BF_TRY(view_sort_numbers(t, t->value, t->n, l->layer, &l->lines));
  BF_TRY(view_group(t->value, t->n, t->naxis, l->axis, l->naxis, &l->groups));
  for (uint64_t i = 0; i < t->n; i++) l->dims = t->dim[i] >= l->dims ? t->dim[i] + 1 : l->dims;
  uint64_t columns = (uint64_t)l->groups.n * l->dims, cells = columns * l->lines.n;
  if (cells > 1u << 26) return bf_fail(BF_NO_MEMORY, "a text table of %" PRIu64 " cells is more than anybody reads; save the Betti table as .csv", cells);
  l->ncolumn = (uint32_t)columns;
  l->column = calloc(columns + 1, sizeof *l->column);
  l->cell = calloc(cells + 1, sizeof *l->cell);
  if (!l->column || !l->cell) return no_memory();
  for (uint64_t i = 0; i < t->n; i++) {
    cell *c = &l->cell[(uint64_t)l->lines.of[i] * l->ncolumn + (uint64_t)l->groups.of[i] * l->dims + t->dim[i]];
    if (c->n++ == 0) c->first = t->betti[i];
    c->differ |= t->betti[i] != c->first;
    c->sum += (double)t->betti[i];
  }
out:
  return status;
}

/* Whole numbers stay plain where all networks agree; else the mean with one decimal. Points stand below each other. */
static void cell_text(const cell *c, bool decimals, char *text, size_t room) {
  if (c->n == 0)
    snprintf(text, room, decimals ? "–  " : "–");
  else if (c->differ)
    snprintf(text, room, "%.1f", c->sum / c->n);
  else
    snprintf(text, room, decimals ? "%" PRId64 "  " : "%" PRId64, c->first);
}

/* How many networks a group of columns has: those with rows, of those and the declined ones that would stand there. */
static void network_text(const layout *l, uint32_t group, char *text, size_t room) {
  const bf_betti_table *t = l->t;
  uint32_t n = 0, all = 0;
  memset(l->seen, 0, t->ntext);
  for (uint64_t i = 0; i < t->n; i++) {
    uint8_t *seen = &l->seen[t->value[i * t->naxis + l->over]];
    if (l->groups.of[i] != group) continue;
    n += !*seen;
    *seen = 1;
  }
  all = n;
  for (uint64_t i = 0; i < t->ndeclined; i++) {
    const uint32_t *value = t->declined + i * t->naxis;
    uint8_t *seen = &l->seen[value[l->over]];
    if (*seen || !view_matches(value, t->value + l->groups.first[group] * t->naxis, l->axis, l->naxis)) continue;
    all++;
    *seen = 1;
  }
  if (all == n)
    snprintf(text, room, "%" PRIu32, n);
  else
    snprintf(text, room, "%" PRIu32 " of %" PRIu32, n, all);
}

/* The width of the groups from … to - 1 with the blanks between their columns: two within a group, three between groups. */
static uint32_t group_width(const layout *l, uint32_t from, uint32_t to) {
  uint32_t width = (2 * (l->dims - 1) + 3) * (to - from) - 3;
  for (uint32_t c = from * l->dims; c < to * l->dims; c++) width += l->column[c].width;
  return width;
}

/* Makes the groups from … to - 1 wide enough for a text above or below them. */
static void span(layout *l, uint32_t from, uint32_t to, const char *text) {
  uint32_t want = betti_text_width(text), have = group_width(l, from, to);
  if (want > have) l->column[to * l->dims - 1].width += want - have;
}

/* Do two groups agree on the first `axes` of the axes that make columns? Then they share a head. */
static bool same_head(const layout *l, uint32_t g, uint32_t h, uint32_t axes) {
  const uint32_t *x = l->t->value + l->groups.first[g] * l->t->naxis, *y = l->t->value + l->groups.first[h] * l->t->naxis;
  for (uint32_t a = 0; a < axes; a++) {
    if (x[l->axis[a]] != y[l->axis[a]]) return false;
  }
  return true;
}

static void measure(layout *l) {
  char text[48];
  l->left = betti_text_width("networks");
  for (uint32_t c = 0; c < l->ncolumn; c++) {
    column *col = &l->column[c];
    col->group = c / l->dims;
    col->dim = c % l->dims;
    for (uint32_t line = 0; line < l->lines.n; line++) col->decimals |= l->cell[(uint64_t)line * l->ncolumn + c].differ;
    col->width = (uint32_t)snprintf(text, sizeof text, "%" PRIu32, col->dim) + 1 + 2 * col->decimals;
    for (uint32_t line = 0; line < l->lines.n; line++) {
      cell_text(&l->cell[(uint64_t)line * l->ncolumn + c], col->decimals, text, sizeof text);
      if (betti_text_width(text) > col->width) col->width = betti_text_width(text);
    }
  }
  for (uint32_t a = 0; a < l->naxis; a++) l->left = betti_text_width(l->t->axis[l->axis[a]]) > l->left ? betti_text_width(l->t->axis[l->axis[a]]) : l->left;
  for (uint32_t line = 0; line < l->lines.n; line++) {
    uint32_t width = betti_text_width(text_of(l, l->lines.first[line], l->layer));
    l->left = width > l->left ? width : l->left;
  }
  for (uint32_t a = 0; a < l->naxis; a++) {
    for (uint32_t g = 0, end; g < l->groups.n; g = end) {
      for (end = g + 1; end < l->groups.n && same_head(l, g, end, a + 1);) end++;
      span(l, g, end, text_of(l, l->groups.first[g], l->axis[a]));
    }
  }
  for (uint32_t g = 0; g < l->groups.n && l->over < l->t->naxis; g++) {
    network_text(l, g, text, sizeof text);
    span(l, g, g + 1, text);
  }
}

static void blanks(const layout *l, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) fputc(' ', l->out->f);
}

/* The blanks in place of decimals at the end of a line are left out: cuts them off the text, and says how many. */
static uint32_t cut(const layout *l, uint32_t c, uint32_t to, char *text) {
  size_t n = strlen(text);
  if (c + 1 != to * l->dims || n < 2 || text[n - 1] != ' ') return 0;
  text[n - 2] = 0;
  return 2;
}

/* One line above the columns for each of their axes; a value that goes on over the next group is not repeated. */
static void write_heads(const layout *l, uint32_t from, uint32_t to) {
  char head[16];
  for (uint32_t a = 0; a < l->naxis; a++) {
    betti_text_left(l->out, l->t->axis[l->axis[a]], l->left);
    int64_t owed = 0; /* blanks are only written before more text, so that no line ends in blanks */
    for (uint32_t g = from; g < to; g++) {
      const char *text = g > from && same_head(l, g, g - 1, a + 1) ? "" : text_of(l, l->groups.first[g], l->axis[a]);
      owed += 3;
      if (*text && owed > 0) {
        blanks(l, (uint32_t)owed);
        owed = 0;
      }
      fputs(text, l->out->f);
      owed += (int64_t)group_width(l, g, g + 1) - betti_text_width(text);
    }
    fputc('\n', l->out->f);
  }
  betti_text_left(l->out, "layer", l->left);
  for (uint32_t c = from * l->dims; c < to * l->dims; c++) {
    blanks(l, l->column[c].dim == 0 ? 3 : 2);
    snprintf(head, sizeof head, l->column[c].decimals ? "β%" PRIu32 "  " : "β%" PRIu32, l->column[c].dim);
    betti_text_right(l->out, head, l->column[c].width - cut(l, c, to, head));
  }
  fputc('\n', l->out->f);
}

static void write_networks(const layout *l, uint32_t from, uint32_t to) {
  char text[48];
  uint32_t owed = l->left - betti_text_width("networks");
  fputs("networks", l->out->f);
  for (uint32_t g = from; g < to; g++) {
    network_text(l, g, text, sizeof text);
    blanks(l, owed + 3);
    fputs(text, l->out->f);
    owed = group_width(l, g, g + 1) - betti_text_width(text);
  }
  fputc('\n', l->out->f);
}

static void write_block(const layout *l, uint32_t from, uint32_t to) {
  char text[48];
  write_heads(l, from, to);
  for (uint32_t line = 0; line < l->lines.n; line++) {
    betti_text_right(l->out, text_of(l, l->lines.first[line], l->layer), l->left);
    for (uint32_t c = from * l->dims; c < to * l->dims; c++) {
      cell_text(&l->cell[(uint64_t)line * l->ncolumn + c], l->column[c].decimals, text, sizeof text);
      blanks(l, l->column[c].dim == 0 ? 3 : 2);
      betti_text_right(l->out, text, l->column[c].width - cut(l, c, to, text));
    }
    fputc('\n', l->out->f);
  }
  if (l->over < l->t->naxis) write_networks(l, from, to);
}

static void write_title(const layout *l) {
  fputs("Betti numbers by layer", l->out->f);
  if (l->over < l->t->naxis) fprintf(l->out->f, ", mean over %s", l->t->axis[l->over]);
  for (uint32_t i = 0; i < l->nfixed; i++) {
    const char *name = l->t->axis[l->fixed[i]], *text = text_of(l, 0, l->fixed[i]);
    if (strcmp(name, "scale") == 0 && strcmp(text, "inf") == 0) continue; /* what everybody expects */
    fprintf(l->out->f, "; %s %s", name, text);
  }
  fputs("\n\n", l->out->f);
}

/* The first axis of the list "seed, trial" that the table has, or naxis. */
static uint32_t listed_axis(const bf_betti_table *t, const char *list) {
  static const char between[] = ", ";
  for (size_t n; *list; list += n) {
    list += strspn(list, between);
    n = strcspn(list, between);
    for (uint32_t a = 0; n && a < t->naxis; a++)
      if (strlen(t->axis[a]) == n && !strncmp(t->axis[a], list, n)) return a;
  }
  return t->naxis;
}

bf_status betti_text_layers(text_out *out, bf_betti_table *t, const char *over, uint32_t width) {
  bf_status status = BF_OK;
  layout l = {.out = out, .t = t};
  BF_TRY(view_add_scale(t));
  l.layer = view_axis(t, "layer");
  l.over = listed_axis(t, over);
  BF_TRY(choose_axes(&l));
  BF_TRY(collect(&l));
  measure(&l);
  write_title(&l);
  for (uint32_t from = 0, to; from < l.groups.n; from = to) {
    uint32_t used = l.left + 3 + group_width(&l, from, from + 1);
    for (to = from + 1; to < l.groups.n && used + 3 + group_width(&l, to, to + 1) <= width; to++) used += 3 + group_width(&l, to, to + 1);
    if (from > 0) fputc('\n', out->f);
    write_block(&l, from, to);
  }
out:
  view_groups_free(&l.lines);
  view_groups_free(&l.groups);
  free(l.axis);
  free(l.fixed);
  free(l.seen);
  free(l.column);
  free(l.cell);
  return status;
}
