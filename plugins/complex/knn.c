/* Exact k-nearest neighbours, one leaf of queries at a time.
 *
 * A bound on distances is the sum over coordinates, in order and in double, of the squared gap between two boxes. Each term is at most the point's own,
 * and rounding keeps that order in every difference, square and partial sum; so what a bound rules out is farther away as computed, not only in theory. */
#include "knn.h"
#include "../clones.h"
#include "parallel.h"
#include "screen.h"
#include <math.h>
#include <stdlib.h>

enum { STRIDE = 16 }; /* coordinates between two looks at whether a leaf's points are all too far already */

typedef struct candidate {
  double d;
  uint32_t i;
} candidate;

typedef struct search {
  const bf_knn_tree *tree;
  uint32_t k;
  uint32_t *neighbour;
  const bf_screen *screen; /* NULL: coordinates too large for it */
} search;

/* One thread's state: a heap of the k nearest so far for each query of a leaf, the farthest on top. */
typedef struct state {
  uint32_t found[BF_LEAF];
  candidate bar[BF_LEAF]; /* what a candidate must beat */
  double worst;           /* largest bar of the leaf's queries */
  uint32_t leaf, nquery;
  uint32_t sure;   /* leaves still to look at without asking which queries they are near to */
  double *query;   /* BF_LEAF × dim */
  candidate *heap; /* BF_LEAF × k */
  /* For the screen: the origin, the queries moved there, their squares, the other leaf moved there. */
  float *origin, *moved, *other;
  double squares[BF_LEAF];
} state;

static bool nearer(candidate a, candidate b) { return a.d != b.d ? a.d < b.d : a.i < b.i; }

static void sift_down(candidate *heap, uint32_t n, candidate c) {
  uint32_t at = 0, child;
  while ((child = 2 * at + 1) < n) {
    if (child + 1 < n && nearer(heap[child], heap[child + 1])) child++;
    if (!nearer(c, heap[child])) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = c;
}

static void sift_up(candidate *heap, uint32_t at, candidate c) {
  while (at) {
    uint32_t parent = (at - 1) / 2;
    if (!nearer(heap[parent], c)) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = c;
}

static void offer(const search *s, state *t, uint32_t q, candidate c) {
  candidate *heap = t->heap + (size_t)q * s->k;
  if (t->found[q] < s->k)
    sift_up(heap, t->found[q]++, c);
  else
    sift_down(heap, s->k, c);
  if (t->found[q] == s->k) t->bar[q] = heap[0];
}

typedef float floats __attribute__((vector_size(32), aligned(4)));
typedef double doubles __attribute__((vector_size(64), aligned(8)));
typedef int64_t masks __attribute__((vector_size(64)));
static const size_t LANES = 8;
enum { PARTS = BF_LEAF / 8 };

/* Adds (x - q)² of some coordinates to the squared distances of a leaf's points, which stay in registers. Returns whether one is still within the bar. */
BF_CLONES static bool add_squares(const float *x, const double *q, uint32_t dims, double *sum, double bar) {
  doubles s[PARTS];
  for (size_t p = 0; p < PARTS; p++) s[p] = *(const doubles *)(sum + p * LANES);
  for (uint32_t d = 0; d < dims; d++, x += BF_LEAF)
#pragma GCC unroll 4
    for (size_t p = 0; p < PARTS; p++) {
      doubles difference = __builtin_convertvector(*(const floats *)(x + p * LANES), doubles) - q[d];
      s[p] += difference * difference;
    }
  masks within = s[0] <= bar;
  for (size_t p = 1; p < PARTS; p++) within |= s[p] <= bar;
  int64_t any = 0;
  for (size_t l = 0; l < LANES; l++) any |= within[l];
  for (size_t p = 0; p < PARTS; p++) *(doubles *)(sum + p * LANES) = s[p];
  return any;
}

/* Offers the points of a leaf to query q. */
static void scan(const search *s, state *t, uint32_t q, uint32_t leaf, uint32_t n) {
  const bf_knn_tree *tree = s->tree;
  const uint32_t *point = tree->point + (size_t)leaf * BF_LEAF;
  const float *x = tree->x + (size_t)leaf * tree->dim * BF_LEAF;
  const double *query = t->query + (size_t)q * tree->dim;
  double sum[BF_LEAF] __attribute__((aligned(64))) = {0};
  for (uint32_t d = 0; d < tree->dim; d += STRIDE)
    if (!add_squares(x + (size_t)d * BF_LEAF, query + d, tree->dim - d < STRIDE ? tree->dim - d : STRIDE, sum, t->bar[q].d)) return;
  for (uint32_t l = 0; l < n; l++) {
    candidate c = {sum[l], point[l]};
    if (nearer(c, t->bar[q]) && !(leaf == t->leaf && l == q)) offer(s, t, q, c);
  }
}

static uint32_t leaf_size(const bf_knn_tree *tree, uint32_t leaf) {
  uint32_t left = tree->n - leaf * BF_LEAF;
  return left < BF_LEAF ? left : BF_LEAF;
}

/* Between the box a and the box b, given by corners. */
static double gap(const float *a, const float *b, uint32_t dim) {
  double sum = 0;
  for (uint32_t d = 0; d < dim; d++) {
    double below = (double)a[d] - (double)b[dim + d], above = (double)b[d] - (double)a[dim + d];
    double g = below > above ? below : above;
    if (g > 0) sum += g * g;
  }
  return sum;
}

/* Between the points of a leaf and a box, as gap() does it. */
BF_CLONES static void gaps_to_box(const float *x, const float *box, uint32_t dim, double *sum) {
  doubles s[PARTS] = {0};
  const float *upper = box + dim;
  for (uint32_t d = 0; d < dim; d++, x += BF_LEAF)
#pragma GCC unroll 4
    for (size_t p = 0; p < PARTS; p++) {
      doubles q = __builtin_convertvector(*(const floats *)(x + p * LANES), doubles), below = (double)box[d] - q, above = q - (double)upper[d];
      below = (doubles)((masks)below & (below > 0)); /* at most one of the two is above 0 */
      above = (doubles)((masks)above & (above > 0));
      s[p] += below * below + above * above;
    }
  for (size_t p = 0; p < PARTS; p++) *(doubles *)(sum + p * LANES) = s[p];
}

/* The queries that a leaf's box is not too far from: which[0 …]; returns their number. Where it is near to most, the next leaves are taken to be near to all.
 */
static uint32_t near_queries(const search *s, state *t, const float *box, uint32_t *which) {
  uint32_t n = 0;
  double gaps[BF_LEAF] = {0};
  bool ask = !t->sure;
  if (ask)
    gaps_to_box(s->tree->x + (size_t)t->leaf * s->tree->dim * BF_LEAF, box, s->tree->dim, gaps);
  else
    t->sure--;
  for (uint32_t q = 0; q < t->nquery; q++)
    if (gaps[q] <= t->bar[q].d) which[n++] = q;
  if (ask && n >= t->nquery - t->nquery / 4) t->sure = 7;
  return n;
}

enum { AT_ONCE = 4 }; /* sums that do not wait for each other */

typedef struct pair {
  uint32_t q, l;
} pair;

/* Offers the points l of a leaf to the queries q. */
static void offer_pairs(const search *s, state *t, uint32_t leaf, const pair *at, uint32_t n) {
  const bf_knn_tree *tree = s->tree;
  const float *x = tree->x + (size_t)leaf * tree->dim * BF_LEAF;
  for (uint32_t i = 0; i < n; i += AT_ONCE) {
    double sum[AT_ONCE] = {0};
    const float *y[AT_ONCE];
    const double *own[AT_ONCE];
    for (uint32_t j = 0; j < AT_ONCE; j++) {
      pair p = at[i + j < n ? i + j : n - 1];
      y[j] = x + p.l;
      own[j] = t->query + (size_t)p.q * tree->dim;
    }
    for (size_t d = 0; d < tree->dim; d++)
#pragma GCC unroll 4
      for (uint32_t j = 0; j < AT_ONCE; j++) {
        double difference = (double)y[j][d * BF_LEAF] - own[j][d];
        sum[j] += difference * difference;
      }
    for (uint32_t j = 0; j < AT_ONCE && i + j < n; j++) {
      candidate c = {sum[j], tree->point[(size_t)leaf * BF_LEAF + at[i + j].l]};
      if (nearer(c, t->bar[at[i + j].q])) offer(s, t, at[i + j].q, c);
    }
  }
}

/* Queries with k candidates already: those points of another leaf that the screen lets through are offered. */
static void scan_screened(const search *s, state *t, uint32_t leaf, uint32_t n, const uint32_t *which, uint32_t nwhich) {
  const uint32_t dim = s->tree->dim, points = n < 32 ? (1u << n) - 1 : UINT32_MAX;
  float half[BF_LEAF], least[BF_LEAF];
  uint32_t mask[BF_LEAF], npair = 0;
  pair at[BF_LEAF * BF_LEAF];
  if (!nwhich) return;
  s->screen->centre(s->tree->x + (size_t)leaf * dim * BF_LEAF, t->origin, dim, bf_screen_keep(dim), t->other, half);
  for (uint32_t i = 0; i < nwhich; i++) least[which[i]] = bf_screen_least(t->squares[which[i]], t->bar[which[i]].d, dim);
  s->screen->pass(t->moved, which, nwhich, t->other, half, dim, least, mask);
  for (uint32_t i = 0; i < nwhich; i++)
    for (uint32_t bits = mask[i] & points; bits; bits &= bits - 1) at[npair++] = (pair){which[i], (uint32_t)__builtin_ctz(bits)};
  offer_pairs(s, t, leaf, at, npair);
}

static void scan_for_all(const search *s, state *t, uint32_t leaf, const float *box) {
  uint32_t n = leaf_size(s->tree, leaf), which[BF_LEAF], nwhich = near_queries(s, t, box, which), full = 0;
  for (uint32_t i = 0; i < nwhich; i++)
    if (s->screen && t->found[which[i]] == s->k && leaf != t->leaf)
      which[full++] = which[i];
    else
      scan(s, t, which[i], leaf, n);
  scan_screened(s, t, leaf, n, which, full);
  t->worst = 0;
  for (uint32_t q = 0; q < t->nquery; q++)
    if (t->bar[q].d > t->worst) t->worst = t->bar[q].d;
}

/* Visits what is not ruled out below a node, the nearer child first; the queries' own leaf has been scanned. */
static void visit(const search *s, state *t, const float *own, uint32_t at, double bound) {
  const bf_knn_tree *tree = s->tree;
  const bf_knn_node *node = &tree->node[at];
  if (bound > t->worst) return;
  if (node->leaves == 1) {
    if (node->leaf != t->leaf) scan_for_all(s, t, node->leaf, tree->box + (size_t)at * 2 * tree->dim);
    return;
  }
  double left = gap(own, tree->box + (size_t)node->left * 2 * tree->dim, tree->dim);
  double right = gap(own, tree->box + (size_t)node->right * 2 * tree->dim, tree->dim);
  bool right_first = right < left || (right == left && t->leaf >= tree->node[node->right].leaf);
  visit(s, t, own, right_first ? node->right : node->left, right_first ? right : left);
  visit(s, t, own, right_first ? node->left : node->right, right_first ? left : right);
}

/* The box of a leaf, found by descent. */
static const float *box_of_leaf(const bf_knn_tree *tree, uint32_t leaf) {
  uint32_t at = 0;
  while (tree->node[at].leaves > 1) at = leaf < tree->node[tree->node[at].right].leaf ? tree->node[at].left : tree->node[at].right;
  return tree->box + (size_t)at * 2 * tree->dim;
}

/* To the middle of the queries' box. */
static void move_queries(const search *s, state *t, const float *x, const float *box) {
  const uint32_t dim = s->tree->dim;
  for (uint32_t d = 0; d < dim; d++) t->origin[d] = box[d] / 2 + box[dim + d] / 2;
  for (uint32_t q = 0; q < t->nquery; q++) {
    float *moved = t->moved + (size_t)q * dim;
    t->squares[q] = 0;
    for (uint32_t d = 0; d < dim; d++) {
      moved[d] = x[d * BF_LEAF + q] - t->origin[d];
      t->squares[q] += (double)moved[d] * (double)moved[d];
    }
  }
}

static bf_status search_leaf(void *context, void *scratch, uint64_t job) {
  const search *s = context;
  state *t = scratch;
  const bf_knn_tree *tree = s->tree;
  uint32_t leaf = (uint32_t)job;
  const float *box = box_of_leaf(tree, leaf), *x = tree->x + (size_t)leaf * tree->dim * BF_LEAF;
  t->leaf = leaf;
  t->nquery = leaf_size(tree, leaf);
  for (uint32_t q = 0; q < t->nquery; q++) {
    t->found[q] = 0;
    t->bar[q] = (candidate){INFINITY, UINT32_MAX};
    for (uint32_t d = 0; d < tree->dim; d++) t->query[(size_t)q * tree->dim + d] = (double)x[d * BF_LEAF + q];
  }
  t->sure = 0;
  if (s->screen) move_queries(s, t, x, box);
  scan_for_all(s, t, leaf, box);
  visit(s, t, box, 0, 0);
  for (uint32_t q = 0; q < t->nquery; q++) {
    uint32_t *to = s->neighbour + (size_t)tree->point[(size_t)leaf * BF_LEAF + q] * s->k;
    for (uint32_t j = 0; j < s->k; j++) to[j] = t->heap[(size_t)q * s->k + j].i;
  }
  return BF_OK;
}

static void free_state(void *context, void *scratch) {
  state *t = scratch;
  (void)context;
  free(t->query);
  free(t->heap);
  free(t->origin);
  free(t->moved);
  free(t->other);
  free(t);
}

static void *new_state(void *context) {
  const search *s = context;
  state *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  t->query = calloc(BF_LEAF, s->tree->dim * sizeof *t->query);
  t->heap = calloc(BF_LEAF, s->k * sizeof *t->heap);
  t->origin = calloc(s->tree->dim, sizeof *t->origin);
  t->moved = calloc(BF_LEAF, s->tree->dim * sizeof *t->moved);
  t->other = calloc(BF_LEAF, s->tree->dim * sizeof *t->other);
  if (t->query && t->heap && t->origin && t->moved && t->other) return t;
  free_state(context, t);
  return NULL;
}

bf_status bf_knn(const bf_host *host, bf_task *task, const bf_knn_tree *t, uint32_t k, uint32_t *neighbour, uint64_t total) {
  search s = {.tree = t, .k = k, .neighbour = neighbour};
  if (!k) return BF_OK;
  if (bf_screen_fits(t->box, t->dim)) s.screen = bf_screen_best(); /* the first box is that of all points */
  return bf_host_jobs_run(host, task, &(bf_host_jobs){.n = t->nleaf, .run = search_leaf, .scratch = new_state, .release = free_state, .context = &s}, 0, total);
}
