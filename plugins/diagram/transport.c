/* Transport between two sets of points of the plane and the diagonal. */
#include "transport.h"

#include <math.h>
#include <stdlib.h>

static bf_status no_memory(void) { return bf_fail(BF_NO_MEMORY, "out of memory for a matching"); }

typedef struct pair {
  double birth, death;
} pair;

static int by_place(const void *a, const void *b) {
  const pair *p = a, *q = b;
  if (p->birth != q->birth) return p->birth < q->birth ? -1 : 1;
  return (p->death > q->death) - (p->death < q->death);
}

static bool side_room(side *s, uint32_t n) {
  const size_t room = (size_t)n + 1;
  s->x = malloc(room * sizeof *s->x);
  s->y = malloc(room * sizeof *s->y);
  s->alone = malloc(room * sizeof *s->alone);
  s->price = calloc(room, sizeof *s->price);
  s->reached = malloc(room * sizeof *s->reached);
  s->count = calloc(room, sizeof *s->count);
  s->left = malloc(room * sizeof *s->left);
  s->down = calloc(room, sizeof *s->down);
  s->first = malloc(room * sizeof *s->first);
  s->via = malloc(room * sizeof *s->via);
  s->list = malloc(room * sizeof *s->list);
  return s->x && s->y && s->alone && s->price && s->reached && s->count && s->left && s->down && s->first && s->via && s->list;
}

static bf_status side_new(side *s, const plane_points *points, double scale) {
  pair *p = malloc(((size_t)points->n + 1) * sizeof *p);
  if (!p || !side_room(s, points->n)) {
    free(p);
    return no_memory();
  }
  for (uint32_t i = 0; i < points->n; i++) p[i] = (pair){points->birth[i], points->death[i]};
  qsort(p, points->n, sizeof *p, by_place);
  for (uint32_t i = 0; i < points->n; i++) {
    if (i == 0 || by_place(&p[i - 1], &p[i]) != 0) {
      const double height = plane_height(p[i].birth * scale, p[i].death * scale);
      const uint32_t k = s->n++;
      s->x[k] = p[i].birth * scale;
      s->y[k] = p[i].death * scale;
      s->alone[k] = height * height;
      s->reached[k] = (double)NAN;
      s->first[k] = ARC_NONE;
    }
    s->count[s->n - 1]++;
  }
  for (uint32_t k = 0; k < s->n; k++) s->left[k] = s->count[k];
  free(p);
  return kd_new(&s->tree, s->x, s->y, s->n);
}

bf_status transport_new(transport *t, const plane_points points[2], double scale) {
  *t = (transport){.unused = ARC_NONE};
  for (int k = 0; k < 2; k++) {
    const bf_status status = side_new(&t->side[k], &points[k], scale);
    if (status == BF_OK) continue;
    transport_free(t);
    return status;
  }
  return BF_OK;
}

void transport_free(transport *t) {
  for (int k = 0; k < 2; k++) {
    side *s = &t->side[k];
    void *const arrays[] = {s->x, s->y, s->alone, s->price, s->reached, s->count, s->left, s->down, s->first, s->via, s->list};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    kd_free(s->tree);
  }
  free(t->arc);
  *t = (transport){0};
}

double transport_cost(const transport *t, uint32_t a, uint32_t b) {
  const double x = fabs(t->side[0].x[a] - t->side[1].x[b]), y = fabs(t->side[0].y[a] - t->side[1].y[b]);
  return x > y ? x * x : y * y;
}

/* ---- arcs ---- */

static bf_status arc_room(transport *t, uint32_t *k) {
  if (t->unused != ARC_NONE) {
    *k = t->unused;
    t->unused = t->arc[*k].next[0];
    return BF_OK;
  }
  if (t->narc == t->room) {
    const uint32_t room = t->room ? 2 * t->room : 64;
    arc *more = room > t->room ? realloc(t->arc, room * sizeof *more) : NULL;
    if (!more) return no_memory();
    t->arc = more;
    t->room = room;
  }
  *k = t->narc++;
  return BF_OK;
}

/* The arc from a to b, or ARC_NONE. It would stand in the lists of both, so the end of the shorter one is enough. */
static uint32_t find_arc(transport *t, uint32_t a, uint32_t b) {
  uint32_t i = t->side[0].first[a], j = t->side[1].first[b];
  for (; i != ARC_NONE && j != ARC_NONE; i = t->arc[i].next[0], j = t->arc[j].next[1]) {
    t->looked++;
    if (t->arc[i].end[1] == b) return i;
    if (t->arc[j].end[0] == a) return j;
  }
  return ARC_NONE;
}

bf_status transport_add(transport *t, uint32_t a, uint32_t b, uint32_t flow) {
  uint32_t k = find_arc(t, a, b);
  if (k != ARC_NONE) {
    t->arc[k].flow += flow;
    return BF_OK;
  }
  const bf_status status = arc_room(t, &k);
  if (status != BF_OK) return status;
  t->arc[k] = (arc){.end = {a, b}, .before = {ARC_NONE, ARC_NONE}, .flow = flow};
  for (int s = 0; s < 2; s++) {
    uint32_t *first = &t->side[s].first[t->arc[k].end[s]];
    t->arc[k].next[s] = *first;
    if (*first != ARC_NONE) t->arc[*first].before[s] = k;
    *first = k;
  }
  return BF_OK;
}

void transport_take(transport *t, uint32_t k, uint32_t flow) {
  arc *e = &t->arc[k];
  e->flow -= flow;
  if (e->flow) return;
  for (int s = 0; s < 2; s++) {
    if (e->before[s] == ARC_NONE)
      t->side[s].first[e->end[s]] = e->next[s];
    else
      t->arc[e->before[s]].next[s] = e->next[s];
    if (e->next[s] != ARC_NONE) t->arc[e->next[s]].before[s] = e->before[s];
  }
  e->next[0] = t->unused;
  t->unused = k;
}

/* ---- sums ---- */

double transport_total(const transport *t) {
  double sum = 0;
  for (uint32_t b = 0; b < t->side[1].n; b++)
    for (uint32_t k = t->side[1].first[b]; k != ARC_NONE; k = t->arc[k].next[1]) sum += t->arc[k].flow * transport_cost(t, t->arc[k].end[0], b);
  for (int k = 0; k < 2; k++) {
    const side *s = &t->side[k];
    for (uint32_t i = 0; i < s->n; i++) sum += ((double)s->left[i] + s->down[i]) * s->alone[i];
  }
  return sum;
}

double transport_bound(const transport *t) {
  double sum = 0;
  for (int k = 0; k < 2; k++)
    for (uint32_t i = 0; i < t->side[k].n; i++) sum += t->side[k].count[i] * t->side[k].price[i];
  return sum;
}
