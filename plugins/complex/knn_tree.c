/* A k-d tree: halves by the widest coordinate of the box, down to leaves whose coordinates lie side by side for vector arithmetic. */
#include "knn.h"
#include <bettiflow/random.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct build {
  const float *x;
  const uint32_t *row;
  bf_knn_tree *tree;
  uint32_t *order; /* the points, being sorted into leaves */
} build;

static float coordinate(const build *b, uint32_t point, uint32_t d) { return b->x[(size_t)b->row[point] * b->tree->dim + d]; }

static bool before(const build *b, uint32_t p, uint32_t q, uint32_t d) {
  float x = coordinate(b, p, d), y = coordinate(b, q, d);
  return x != y ? x < y : p < q;
}

/* Quickselect: afterwards what stands before `at` in order[lo .. hi-1] is not after order[at], and what stands behind it not before. */
static void split(const build *b, uint32_t lo, uint32_t hi, uint32_t at, uint32_t d) {
  uint32_t *o = b->order;
  while (hi - lo > 1) {
    /* A pivot by chance: points along a closed curve are the worst case of a median of three. */
    uint32_t pivot = o[lo + bf_random_below(lo, hi, hi - lo)];
    uint32_t i = lo, j = hi - 1;
    while (true) {
      while (before(b, o[i], pivot, d)) i++;
      while (before(b, pivot, o[j], d)) j--;
      if (i >= j) break;
      uint32_t swap = o[i];
      o[i++] = o[j];
      o[j--] = swap;
    }
    if (i == j) { /* they met at the pivot, which is in its place: no two points are equal in this order */
      if (at == i) return;
      if (at < i)
        hi = i;
      else
        lo = i + 1;
    } else if (at < i) {
      hi = i;
    } else {
      lo = i;
    }
  }
}

/* The box of order[lo .. hi-1]; returns its widest coordinate. */
static uint32_t measure(const build *b, uint32_t lo, uint32_t hi, float *box) {
  uint32_t dim = b->tree->dim, widest = 0;
  float *upper = box + dim, width = -1;
  for (uint32_t d = 0; d < dim; d++) box[d] = INFINITY, upper[d] = -INFINITY;
  for (uint32_t i = lo; i < hi; i++) {
    const float *x = b->x + (size_t)b->row[b->order[i]] * dim;
    for (uint32_t d = 0; d < dim; d++) {
      box[d] = x[d] < box[d] ? x[d] : box[d];
      upper[d] = x[d] > upper[d] ? x[d] : upper[d];
    }
  }
  for (uint32_t d = 0; d < dim; d++)
    if (upper[d] - box[d] > width) width = upper[d] - box[d], widest = d;
  return widest;
}

static void fill_leaf(const build *b, uint32_t leaf, uint32_t lo, uint32_t hi) {
  bf_knn_tree *t = b->tree;
  float *x = t->x + (size_t)leaf * t->dim * BF_LEAF;
  for (uint32_t i = lo; i < hi; i++) {
    t->point[(size_t)leaf * BF_LEAF + (i - lo)] = b->order[i];
    for (uint32_t d = 0; d < t->dim; d++) x[d * BF_LEAF + (i - lo)] = coordinate(b, b->order[i], d);
  }
}

/* Makes the node over these leaves and what is below it; returns its number. The depth is log2(leaves). */
static uint32_t make(build *b, uint32_t leaf, uint32_t leaves) {
  bf_knn_tree *t = b->tree;
  uint64_t end = ((uint64_t)leaf + leaves) * BF_LEAF; /* may be 2^32 */
  uint32_t at = t->nnode++, lo = leaf * BF_LEAF, hi = end < t->n ? (uint32_t)end : t->n;
  uint32_t widest = measure(b, lo, hi, t->box + (size_t)at * 2 * t->dim);
  t->node[at] = (bf_knn_node){.leaf = leaf, .leaves = leaves};
  if (leaves == 1) {
    fill_leaf(b, leaf, lo, hi);
    return at;
  }
  uint32_t half = leaves / 2;
  split(b, lo, hi, (leaf + half) * BF_LEAF, widest);
  uint32_t left = make(b, leaf, half), right = make(b, leaf + half, leaves - half);
  t->node[at].left = left;
  t->node[at].right = right;
  return at;
}

bf_status bf_knn_tree_build(const float *x, const uint32_t *row, uint32_t n, uint32_t dim, bf_knn_tree *out) {
  build b = {.x = x, .row = row, .tree = out};
  *out = (bf_knn_tree){.n = n, .dim = dim, .nleaf = n / BF_LEAF + (n % BF_LEAF != 0)};
  if (!n) return BF_OK;
  size_t nodes = 2 * (size_t)out->nleaf - 1;
  out->node = calloc(nodes, sizeof *out->node);
  out->box = calloc(nodes * 2, dim * sizeof *out->box);
  out->x = calloc((size_t)out->nleaf * BF_LEAF, dim * sizeof *out->x);
  out->point = calloc((size_t)out->nleaf * BF_LEAF, sizeof *out->point);
  b.order = calloc(n, sizeof *b.order);
  if (!out->node || !out->box || !out->x || !out->point || !b.order) {
    free(b.order);
    bf_knn_tree_free(out);
    return bf_fail(BF_NO_MEMORY, "no memory for a search tree over %u points of %u coordinates", n, dim);
  }
  for (uint32_t i = 0; i < n; i++) b.order[i] = i;
  make(&b, 0, out->nleaf);
  free(b.order);
  return BF_OK;
}

void bf_knn_tree_free(bf_knn_tree *t) {
  free(t->node);
  free(t->box);
  free(t->x);
  free(t->point);
  *t = (bf_knn_tree){0};
}
