/* complex.rips up to a threshold: a range search in a k-d tree, unless a sample says that it would look at too much. */
#include "knn.h"
#include "parallel.h"
#include "rips.h"
#include <bettiflow/random.h>
#include <stdlib.h>

_Static_assert((int)BF_BLOCK == (int)BF_LEAF, "a leaf of the tree is a block of the metric");

enum { FEW = 512, PROBES = 32 }; /* below so many points a tree is not worth its making; searches that are tried before */

typedef struct near {
  const bf_rips *r;
  const bf_knn_tree *tree;
  bf_edges *edges;
} near;

/* One search. */
typedef struct query {
  const near *c;
  const float *own;
  uint32_t source;
  bf_edge_row *row; /* takes the later points in reach; NULL: leaves are only counted */
  uint32_t leaves;  /* looked at */
} query;

static void scan(query *q, uint32_t leaf) {
  const bf_knn_tree *tree = q->c->tree;
  const float *x = tree->x + (size_t)leaf * tree->dim * BF_LEAF;
  const uint32_t *point = tree->point + (size_t)leaf * BF_LEAF;
  uint32_t left = tree->n - leaf * BF_LEAF, n = left < BF_LEAF ? left : BF_LEAF;
  float d[BF_LEAF];
  bf_metric_block(q->c->r->space->metric, q->own, x, BF_LEAF, tree->dim, d);
  for (uint32_t l = 0; l < n; l++)
    if (d[l] <= q->c->r->threshold && point[l] > q->source) bf_edge_mark(q->row, point[l], d[l]);
}

/* Looks at the leaves below a node that the threshold may reach. */
static void visit(query *q, uint32_t at) {
  const bf_knn_tree *tree = q->c->tree;
  const bf_knn_node *node = &tree->node[at];
  if (bf_metric_beyond(q->c->r->space->metric, q->own, tree->box + (size_t)at * 2 * tree->dim, tree->dim, q->c->r->threshold)) return;
  if (node->leaves == 1) {
    q->leaves++;
    if (q->row) scan(q, node->leaf);
    return;
  }
  visit(q, node->left);
  visit(q, node->right);
}

static uint32_t search(const near *c, uint32_t source, bf_edge_row *row) {
  query q = {.c = c, .own = (const float *)c->r->space->row + (size_t)source * c->r->space->dim, .source = source, .row = row};
  visit(&q, 0);
  return q.leaves;
}

/* Whether searches look at less than an eighth of the leaves. */
static bool worth_it(const near *c) {
  uint64_t leaves = 0;
  for (uint32_t i = 0; i < PROBES; i++) leaves += search(c, (uint32_t)bf_random_below(1, i, c->tree->n), NULL);
  return leaves < (uint64_t)PROBES * c->tree->nleaf / 8;
}

static bf_status run(void *context, void *scratch, uint64_t job) {
  bf_status status = BF_OK;
  const near *c = context;
  bf_edge_row *row = scratch;
  uint32_t n = c->tree->n, from = (uint32_t)job * BF_SOURCES, to = n - from < BF_SOURCES ? n : from + BF_SOURCES;
  for (uint32_t s = from; s < to; s++) {
    search(c, s, row);
    BF_TRY(bf_edge_drain(row, &c->edges->at[job].count[s - from]));
  }
  BF_TRY(bf_edges_keep(c->edges, job, row));
out:
  return status;
}

static void free_row(void *context, void *scratch) {
  (void)context;
  bf_edge_row_free(scratch);
}

static void *new_row(void *context) { return bf_edge_row_new(((const near *)context)->tree->n); }

/* Says whether it searched. */
static bf_status by_tree(const bf_rips *r, bf_edges *edges, bool *searched) {
  bf_status status = BF_OK;
  bf_knn_tree tree = {0};
  near c = {r, &tree, edges};
  uint32_t n = r->space->n;
  *searched = false;
  if (n < FEW || !bf_metric_has_boxes(r->space->metric)) return BF_OK;
  uint32_t *row = malloc(n * sizeof *row);
  for (uint32_t i = 0; row && i < n; i++) row[i] = i;
  if (!row) return bf_fail(BF_NO_MEMORY, "no memory to search among %u points", n);
  BF_TRY(bf_knn_tree_build(r->space->row, row, n, r->space->dim, &tree));
  *searched = worth_it(&c);
  if (!*searched) goto out;
  bf_host_jobs jobs = {.n = bf_edges_jobs(n), .run = run, .scratch = new_row, .release = free_row, .context = &c};
  BF_TRY(bf_host_jobs_run(r->host, r->task, &jobs, 0, jobs.n));
out:
  free(row);
  bf_knn_tree_free(&tree);
  return status;
}

bf_status bf_rips_near(const bf_rips *r, bf_graph *graph) {
  bf_status status = BF_OK;
  bool searched = false;
  bf_edges edges;
  BF_TRY(bf_edges_new(&edges, r->space->n, r->memory ? r->memory : UINT64_MAX, "a lower threshold needs less"));
  BF_TRY(by_tree(r, &edges, &searched));
  if (!searched) BF_TRY(bf_rips_near_pairs(r, &edges));
  BF_TRY(bf_edges_join(&edges, graph));
out:
  bf_edges_free(&edges);
  return status == BF_NO_MEMORY ? bf_rips_too_large(r) : status;
}
