/* The landmarks near a witness: all distances to those tiles that boxes do not rule out.
 *
 * A box's bound is what the distance to it would be, in the same arithmetic: gaps between witness and box, squared and summed. A gap is at most the difference
 * to any landmark in the box, and rounding keeps that order; so what a bound rules out is farther as computed, not only in theory. */
#include "near.h"
#include "../knn.h"
#include "../../clones.h"
#include "lanes.h"
#include <math.h>
#include <string.h>

enum { PARTS = WITNESS_TILE / LANES };

/* The squared distances to a tile; each lane sums over the coordinates in order. */
BF_CLONES static void measure(const double *own, const double *x, size_t dim, double *square) {
  lanes s[PARTS] = {0};
  for (size_t k = 0; k < dim; k++, x += WITNESS_TILE)
    for (size_t p = 0; p < PARTS; p++) {
      const lanes d = AT(x + p * LANES) - own[k];
      s[p] += d * d;
    }
  for (size_t p = 0; p < PARTS; p++) *(lanes *)(square + p * LANES) = s[p];
}

BF_CLONES static void bound_boxes(const double *own, const double *box, size_t boxes, size_t dim, double *bound) {
  for (size_t b = 0; b < boxes; b++, bound += LANES) {
    lanes s = {0};
    for (size_t k = 0; k < dim; k++, box += (size_t)2 * LANES) {
      const lanes below = AT(box) - own[k], above = own[k] - AT(box + LANES), more = GREATER(below, above);
      const lanes gap = GREATER(more, (lanes){0});
      s += gap * gap;
    }
    *(lanes *)bound = s;
  }
}

static void fill(witness_tiles *t, const bf_points *landmarks, const uint32_t *row) {
  for (size_t i = 0; i < t->boxes * t->dim * 2 * LANES; i++) t->box[i] = i / LANES % 2 ? -INFINITY : INFINITY;
  for (size_t i = 0; i < t->tiles * WITNESS_TILE; i++) {
    const size_t tile = i / WITNESS_TILE;
    double *x = t->x + tile * t->dim * WITNESS_TILE + i % WITNESS_TILE, *box = t->box + tile / LANES * t->dim * 2 * LANES + tile % LANES;
    const float *from = i < t->n ? landmarks->x + (size_t)row[t->landmark[i]] * t->dim : NULL;
    for (uint32_t k = 0; k < t->dim; k++, x += WITNESS_TILE, box += (size_t)2 * LANES) {
      *x = from ? (double)from[k] : (double)INFINITY;
      if (from && *x < box[0]) box[0] = *x;
      if (from && *x > box[LANES]) box[LANES] = *x;
    }
  }
}

bf_status witness_tiles_new(const bf_points *landmarks, const uint32_t *row, bf_memory *memory, witness_tiles *out) {
  bf_status status = BF_OK;
  static const char what[] = "the landmarks";
  bf_knn_tree tree = {0};
  const size_t tiles = (landmarks->n + WITNESS_TILE - 1) / WITNESS_TILE, boxes = (tiles + LANES - 1) / LANES;
  *out = (witness_tiles){.n = (uint32_t)landmarks->n, .dim = landmarks->dim, .tiles = tiles, .boxes = boxes};
  _Static_assert((int)BF_LEAF == (int)WITNESS_TILE, "a leaf of the tree is a tile");
  BF_TRY(bf_knn_tree_build(landmarks->x, row, out->n, out->dim, &tree));
  BF_TRY(bf_memory_take(memory, &out->x, tiles * WITNESS_TILE, out->dim * sizeof *out->x, what));
  BF_TRY(bf_memory_take(memory, &out->box, boxes * 2 * LANES, out->dim * sizeof *out->box, what));
  BF_TRY(bf_memory_take(memory, &out->landmark, tiles * WITNESS_TILE, sizeof *out->landmark, what));
  if (tiles) memcpy(out->landmark, tree.point, tiles * WITNESS_TILE * sizeof *out->landmark);
  fill(out, landmarks, row);
out:
  bf_knn_tree_free(&tree);
  return status;
}

void witness_tiles_free(witness_tiles *t, bf_memory *memory) {
  bf_memory_release(memory, t->x, t->tiles * WITNESS_TILE, t->dim * sizeof *t->x);
  bf_memory_release(memory, t->box, t->boxes * 2 * LANES, t->dim * sizeof *t->box);
  bf_memory_release(memory, t->landmark, t->tiles * WITNESS_TILE, sizeof *t->landmark);
  *t = (witness_tiles){0};
}

bf_status witness_near_new(const witness_tiles *t, bf_memory *memory, witness_near *out) {
  bf_status status = BF_OK;
  static const char what[] = "the distances of witnesses";
  BF_TRY(bf_memory_take(memory, &out->own, t->dim, sizeof *out->own, what));
  BF_TRY(bf_memory_take(memory, &out->bound, t->boxes * LANES, sizeof *out->bound, what));
  BF_TRY(bf_memory_take(memory, &out->list.square, t->n, sizeof *out->list.square, what));
  BF_TRY(bf_memory_take(memory, &out->list.landmark, t->n, sizeof *out->list.landmark, what));
out:
  return status;
}

void witness_near_free(const witness_tiles *t, witness_near *near, bf_memory *memory) {
  bf_memory_release(memory, near->own, t->dim, sizeof *near->own);
  bf_memory_release(memory, near->bound, t->boxes * LANES, sizeof *near->bound);
  bf_memory_release(memory, near->list.square, t->n, sizeof *near->list.square);
  bf_memory_release(memory, near->list.landmark, t->n, sizeof *near->list.landmark);
  *near = (witness_near){0};
}

/* A search: what is in the list so far, and how far it may go. */
typedef struct search {
  const witness_rule *rule;
  witness_list list;
  double slack, last; /* d² - slack <= last */
} search;

/* What the list so far lets in: no less than in the end. */
static void look(search *s) {
  const witness_rule *r = s->rule;
  if (r->weak)
    s->last = s->list.n >= r->reach ? s->list.square[r->reach - 1] : INFINITY;
  else if (s->list.n)
    s->last = nextafter((double)(float)(s->list.square[0] + r->alpha_square), -INFINITY); /* the limit itself is left out */
}

static void insert(search *s, double square, uint32_t landmark) {
  witness_list *list = &s->list;
  size_t at = list->n++;
  for (; at && list->square[at - 1] > square; at--) {
    list->square[at] = list->square[at - 1];
    list->landmark[at] = list->landmark[at - 1];
  }
  list->square[at] = square;
  list->landmark[at] = landmark;
  if (s->rule->weak ? at < s->rule->reach : !at) look(s);
}

static void scan(const witness_tiles *t, size_t tile, const double *own, search *s) {
  double square[WITNESS_TILE];
  const size_t left = t->n - tile * WITNESS_TILE, n = left < WITNESS_TILE ? left : WITNESS_TILE;
  measure(own, t->x + tile * t->dim * WITNESS_TILE, t->dim, square);
  for (size_t l = 0; l < n; l++)
    if (square[l] - s->slack <= s->last) insert(s, square[l], t->landmark[tile * WITNESS_TILE + l]);
}

void witness_near_find(const witness_tiles *t, const float *x, const witness_rule *rule, witness_near *near) {
  size_t nearest = 0;
  search s = {.rule = rule, .list = near->list, .slack = rule->weak ? rule->alpha_square : 0, .last = INFINITY};
  s.list.n = 0;
  for (size_t k = 0; k < t->dim; k++) near->own[k] = (double)x[k];
  bound_boxes(near->own, t->box, t->boxes, t->dim, near->bound);
  for (size_t i = 1; i < t->tiles; i++)
    if (near->bound[i] < near->bound[nearest]) nearest = i;
  scan(t, nearest, near->own, &s);
  for (size_t i = 0; i < t->tiles; i++)
    if (i != nearest && near->bound[i] - s.slack <= s.last) scan(t, i, near->own, &s);
  while (!(s.list.square[s.list.n - 1] - s.slack <= s.last) && --s.list.n) continue;
  near->list.n = s.list.n;
}
