/* A k-d tree over points of the plane, each with a weight. */
#include "kd.h"

#include <math.h>
#include <stdlib.h>

enum { LEAF = 8 };

typedef struct box {
  double x0, x1, y0, y1;
  double weight; /* the greatest in it */
} box;

typedef struct point {
  double x, y, weight;
} point;

/* Node 1 is the root, node k has the children 2k and 2k + 1; the leaves are the nodes `leaves` … 2 `leaves` - 1, leaf k the points from begin(k) on. */
struct kd {
  uint32_t n, leaves;
  box *node;
  point *at;       /* leaf by leaf */
  uint32_t *id;    /* of each of them: which point it is */
  uint32_t *place; /* and back */
  uint64_t work;
};

static double greater(double a, double b) { return a > b ? a : b; }

static double distance_to(const point *p, double x, double y) { return greater(fabs(p->x - x), fabs(p->y - y)); }

/* Of a point to a box, at most that to any point in it: subtraction rounds monotonely. */
static double box_distance(const box *b, double x, double y) { return greater(greater(greater(b->x0 - x, x - b->x1), greater(b->y0 - y, y - b->y1)), 0); }

static uint32_t begin(const kd *t, uint32_t leaf) { return (uint32_t)((uint64_t)t->n * (leaf - t->leaves) / t->leaves); }

/* ---- building ---- */

static double coordinate(const point *p, bool by_y) { return by_y ? p->y : p->x; }

static void swap(kd *t, uint32_t i, uint32_t j) {
  const point p = t->at[i];
  const uint32_t id = t->id[i];
  t->at[i] = t->at[j];
  t->id[i] = t->id[j];
  t->at[j] = p;
  t->id[j] = id;
}

/* Hoare's selection: afterwards none of the points first … middle - 1 is above any of middle … last - 1. Equal ones are split evenly. */
static void split(kd *t, uint32_t first, uint32_t last, uint32_t middle, bool by_y) {
  int64_t low = first, high = (int64_t)last - 1;
  while (low < high) {
    const double pivot = coordinate(&t->at[(low + high) / 2], by_y);
    int64_t i = low, j = high;
    while (i <= j) {
      while (coordinate(&t->at[i], by_y) < pivot) i++;
      while (pivot < coordinate(&t->at[j], by_y)) j--;
      if (i <= j) swap(t, (uint32_t)i++, (uint32_t)j--);
    }
    if (middle <= j)
      high = j;
    else if (middle >= i)
      low = i;
    else
      return;
  }
}

static box bounds(const kd *t, uint32_t first, uint32_t last) {
  box b = {INFINITY, -INFINITY, INFINITY, -INFINITY, -INFINITY};
  for (uint32_t i = first; i < last; i++) {
    const point *p = &t->at[i];
    b.x0 = fmin(b.x0, p->x);
    b.x1 = fmax(b.x1, p->x);
    b.y0 = fmin(b.y0, p->y);
    b.y1 = fmax(b.y1, p->y);
    b.weight = fmax(b.weight, p->weight);
  }
  return b;
}

/* Node k has the points of `width` leaves from `leaf` on. */
static void build(kd *t, uint32_t k, uint32_t leaf, uint32_t width) {
  const uint32_t first = begin(t, leaf), last = begin(t, leaf + width);
  const box b = t->node[k] = bounds(t, first, last);
  if (width == 1) return;
  split(t, first, last, begin(t, leaf + width / 2), b.y1 - b.y0 > b.x1 - b.x0);
  build(t, 2 * k, leaf, width / 2);
  build(t, 2 * k + 1, leaf + width / 2, width / 2);
}

bf_status kd_new(kd **out, const double *x, const double *y, uint32_t n) {
  kd *t = *out = calloc(1, sizeof *t);
  if (!t) goto no_memory;
  t->n = n;
  t->leaves = 1;
  while (t->leaves < (n + LEAF - 1) / LEAF) t->leaves *= 2;
  t->node = malloc(2 * (size_t)t->leaves * sizeof *t->node);
  t->at = malloc(((size_t)n + 1) * sizeof *t->at);
  t->id = malloc(((size_t)n + 1) * sizeof *t->id);
  t->place = malloc(((size_t)n + 1) * sizeof *t->place);
  if (!t->node || !t->at || !t->id || !t->place) goto no_memory;
  for (uint32_t i = 0; i < n; i++) {
    t->at[i] = (point){x[i], y[i], 0};
    t->id[i] = i;
  }
  build(t, 1, t->leaves, t->leaves);
  for (uint32_t i = 0; i < n; i++) t->place[t->id[i]] = i;
  return BF_OK;
no_memory:
  kd_free(t);
  *out = NULL;
  return bf_fail(BF_NO_MEMORY, "out of memory for a search tree of %u points", n);
}

void kd_free(kd *t) {
  if (!t) return;
  free(t->node);
  free(t->at);
  free(t->id);
  free(t->place);
  free(t);
}

/* ---- weights ---- */

static double leaf_weight(const kd *t, uint32_t leaf) {
  double most = -INFINITY;
  for (uint32_t i = begin(t, leaf), end = begin(t, leaf + 1); i < end; i++) most = greater(t->at[i].weight, most);
  return most;
}

static uint32_t leaf_of(const kd *t, uint32_t place) {
  uint32_t leaf = t->leaves + (uint32_t)((uint64_t)place * t->leaves / t->n);
  while (begin(t, leaf + 1) <= place) leaf++;
  while (begin(t, leaf) > place) leaf--;
  return leaf;
}

void kd_set(kd *t, uint32_t i, double weight) {
  uint32_t k = leaf_of(t, t->place[i]);
  t->at[t->place[i]].weight = weight;
  double most = leaf_weight(t, k);
  while (k && t->node[k].weight != most) {
    t->node[k].weight = most;
    k /= 2;
    if (k) most = greater(t->node[2 * (size_t)k].weight, t->node[2 * (size_t)k + 1].weight);
  }
}

void kd_fill(kd *t, const double *weight) {
  for (uint32_t i = 0; i < t->n; i++) t->at[t->place[i]].weight = weight ? weight[i] : 0;
  for (uint32_t k = 2 * t->leaves - 1; k >= t->leaves; k--) t->node[k].weight = leaf_weight(t, k);
  for (uint32_t k = t->leaves - 1; k; k--) t->node[k].weight = greater(t->node[2 * (size_t)k].weight, t->node[2 * (size_t)k + 1].weight);
}

/* ---- searches: depth first, the nearer child first; the stack holds a node for each level ---- */

enum { DEPTH = 40 };

uint32_t kd_within(kd *t, double x, double y, double radius, double least) {
  uint32_t stack[DEPTH], n = 0;
  stack[n++] = 1;
  while (n) {
    const uint32_t k = stack[--n];
    const box *b = &t->node[k];
    t->work++;
    if (!(b->weight >= least) || box_distance(b, x, y) > radius) continue;
    if (k < t->leaves) {
      stack[n++] = 2 * k + 1;
      stack[n++] = 2 * k;
      continue;
    }
    for (uint32_t i = begin(t, k), end = begin(t, k + 1); i < end; i++)
      if (t->at[i].weight >= least && distance_to(&t->at[i], x, y) <= radius) return t->id[i];
  }
  return KD_NONE;
}

typedef struct search {
  double x, y, best;
  bool squared;
  uint32_t at;
} search;

static double cost_of(const search *s, double distance, double weight) { return (s->squared ? distance * distance : distance) - weight; }

static double bound_of(const kd *t, const search *s, uint32_t k) { return cost_of(s, box_distance(&t->node[k], s->x, s->y), t->node[k].weight); }

/* Looks for what is below s->best. */
static void find(kd *t, search *s) {
  struct {
    uint32_t node;
    double bound;
  } stack[DEPTH];
  uint32_t n = 0, k = 1;
  double bound = bound_of(t, s, 1);
  for (;;) {
    t->work++;
    if (bound < s->best && k < t->leaves) { /* goes down; the farther child waits */
      const double left = bound_of(t, s, 2 * k), right = bound_of(t, s, 2 * k + 1);
      const uint32_t far = left <= right;
      stack[n].node = 2 * k + far;
      stack[n++].bound = far ? right : left;
      k = 2 * k + !far;
      bound = far ? left : right;
      continue;
    }
    if (bound < s->best) {
      for (uint32_t i = begin(t, k), end = begin(t, k + 1); i < end; i++) {
        const point *p = &t->at[i];
        const double cost = cost_of(s, distance_to(p, s->x, s->y), p->weight);
        if (!(cost < s->best)) continue;
        s->best = cost;
        s->at = t->id[i];
      }
    }
    if (!n) return;
    k = stack[--n].node;
    bound = stack[n].bound;
  }
}

uint32_t kd_nearest(kd *t, double x, double y, double *distance) {
  search s = {x, y, INFINITY, false, KD_NONE};
  if (t->n) find(t, &s);
  *distance = s.best;
  return s.at;
}

uint32_t kd_cheapest(kd *t, double x, double y, double limit, double *cost) {
  search s = {x, y, limit, true, KD_NONE};
  if (t->n) find(t, &s);
  *cost = s.best;
  return s.at;
}

uint64_t kd_work(const kd *t) { return t->work; }
