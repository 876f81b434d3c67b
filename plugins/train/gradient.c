/* Forward and backward through all layers, tile by tile, so that a tile's values never leave the cache. Tiles form BF_CHUNKS chunks;
 * a chunk's gradient is summed by one thread in tile order, and the chunks are summed in order: the result does not depend on
 * how many threads there were. */
#include "gradient.h"
#include "pool.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef struct workspace { /* of one thread */
  bf_passage passage;
  float *delta[2]; /* derivatives with respect to z: of this layer, of the one before */
  float *lanes;    /* BF_LANES partial sums for each parameter */
  float *input;    /* a tile of the batch's points */
  int32_t label[BF_TILE];
} workspace;

typedef struct job { /* what the threads are to go through */
  const bf_cloud *cloud;
  const uint32_t *row; /* NULL: all points in order */
  uint64_t n;          /* points */
  size_t ntile;
  bool gradient; /* wanted, besides loss and right */
} job;

struct bf_trainer {
  const bf_mlp *mlp;
  const bf_kernels *kernels;
  bf_cloud cloud;
  job job;
  float *turned; /* each layer's weights transposed, at the same offsets as in theta */
  float *sum[BF_CHUNKS];
  bf_tally tally[BF_CHUNKS];
  atomic_uint next; /* the next chunk to be taken */
  bf_pool *pool;
  uint32_t nworkspace;
  workspace *workspace;
};

bf_status bf_cloud_new(bf_cloud *c, const bf_points *points) {
  *c = (bf_cloud){.n = points->n};
  bf_status status = bf_tiles_new(&c->tiles, points);
  if (status != BF_OK) return status;
  c->label = malloc(c->tiles.n * BF_TILE * sizeof *c->label);
  if (!c->label) return bf_fail(BF_NO_MEMORY, "no memory for the labels of %llu points", (unsigned long long)points->n);
  for (size_t i = 0; i < c->tiles.n * BF_TILE; i++) c->label[i] = i < points->n ? points->label[i] : -1;
  return BF_OK;
}

void bf_cloud_free(bf_cloud *c) {
  bf_tiles_free(&c->tiles);
  free(c->label);
  *c = (bf_cloud){0};
}

static size_t widest(const bf_mlp *m) {
  size_t w = 0;
  for (uint32_t l = 0; l <= m->nlayer; l++) w = m->width[l] > w ? m->width[l] : w;
  return w;
}

static uint64_t workspace_bytes(const bf_mlp *m) {
  return bf_passage_bytes(m) + (2 * widest(m) + m->width[0]) * BF_TILE * sizeof(float) + (uint64_t)m->offset[m->nlayer] * BF_LANES * sizeof(float);
}

static void workspace_free(workspace *w) {
  bf_passage_free(&w->passage);
  free(w->delta[0]);
  free(w->delta[1]);
  free(w->lanes);
  free(w->input);
}

/* On error the caller still frees what there is. */
static bf_status workspace_new(workspace *w, const bf_mlp *m) {
  size_t n = widest(m) * BF_TILE;
  bf_status status = bf_passage_new(&w->passage, m);
  if (status != BF_OK) return status;
  w->delta[0] = bf_floats_new(n);
  w->delta[1] = bf_floats_new(n);
  w->lanes = bf_floats_new(m->offset[m->nlayer] * BF_LANES);
  w->input = bf_floats_new(m->width[0] * (size_t)BF_TILE);
  if (w->delta[0] && w->delta[1] && w->lanes && w->input) return BF_OK;
  return bf_fail(BF_NO_MEMORY, "no memory for the gradient of %zu network parameters", m->offset[m->nlayer]);
}

/* The memory that does not depend on the number of threads. */
static bf_status allocate_shared(bf_trainer *t, const bf_points *points) {
  bf_status status = BF_OK;
  size_t nparam = t->mlp->offset[t->mlp->nlayer];
  BF_TRY(bf_cloud_new(&t->cloud, points));
  t->turned = bf_floats_new(nparam);
  bool complete = t->turned;
  for (int c = 0; c < BF_CHUNKS; c++) complete = (t->sum[c] = bf_floats_new(nparam)) && complete;
  if (!complete) BF_TRY(bf_fail(BF_NO_MEMORY, "no memory for the gradient of %zu network parameters", nparam));
out:
  return status;
}

/* How many threads the budget has room for; 0 if not even one. */
static uint32_t affordable(const bf_mlp *m, const bf_points *points, uint32_t threads, uint64_t budget) {
  if (budget == 0) return threads;
  uint64_t shared = (BF_CHUNKS + 1) * (uint64_t)m->offset[m->nlayer] * sizeof(float) + points->n * (points->dim + 1ull) * sizeof(float);
  uint64_t each = workspace_bytes(m);
  while (threads > 0 && (budget < shared || each > (budget - shared) / threads)) threads--;
  return threads;
}

bf_status bf_trainer_new(const bf_mlp *mlp, const bf_points *points, const bf_kernels *kernels, uint32_t threads, uint64_t budget, bf_trainer **out) {
  bf_status status = BF_OK;
  bf_trainer *t = calloc(1, sizeof *t);
  *out = NULL;
  if (!t) return bf_fail(BF_NO_MEMORY, "no memory for training");
  *t = (bf_trainer){.mlp = mlp, .kernels = kernels};
  if (threads > BF_CHUNKS) threads = BF_CHUNKS;
  threads = affordable(mlp, points, threads ? threads : 1, budget);
  if (threads == 0)
    BF_TRY(bf_fail(BF_NO_MEMORY, "training %zu network parameters takes %llu bytes a thread, over the memory budget; allow more or use narrower layers",
                   mlp->offset[mlp->nlayer], (unsigned long long)workspace_bytes(mlp)));
  BF_TRY(allocate_shared(t, points));
  BF_TRY(bf_pool_new(&t->pool, threads));
  t->workspace = calloc(bf_pool_size(t->pool), sizeof *t->workspace);
  if (!t->workspace) {
    status = bf_fail(BF_NO_MEMORY, "no memory for %u threads", threads);
    goto out;
  }
  t->nworkspace = bf_pool_size(t->pool);
  for (uint32_t i = 0; i < t->nworkspace; i++) BF_TRY(workspace_new(&t->workspace[i], mlp));
  *out = t;
out:
  if (status != BF_OK) bf_trainer_free(t);
  return status;
}

void bf_trainer_free(bf_trainer *t) {
  if (!t) return;
  bf_pool_free(t->pool);
  for (uint32_t i = 0; i < t->nworkspace; i++) workspace_free(&t->workspace[i]);
  free(t->workspace);
  for (int c = 0; c < BF_CHUNKS; c++) free(t->sum[c]);
  free(t->turned);
  bf_cloud_free(&t->cloud);
  free(t);
}

/* Points i of the batch for a tile's samples; where there are none, zeros without label. */
static void gather(const job *j, size_t tile, workspace *w) {
  const bf_tiles *from = &j->cloud->tiles;
  for (size_t t = 0; t < BF_TILE; t++) {
    size_t i = tile * BF_TILE + t;
    bool is = i < j->n;
    size_t row = is ? j->row[i] : 0;
    const float *x = bf_tiles_at(from, row / BF_TILE) + row % BF_TILE;
    w->label[t] = is ? j->cloud->label[row] : -1;
    for (size_t d = 0; d < from->dim; d++) w->input[d * BF_TILE + t] = is ? x[d * BF_TILE] : 0.0f;
  }
}

/* Adds the gradient to w->lanes; delta is the derivative with respect to the logits. */
static void backward(const bf_trainer *t, workspace *w, float *delta, bool fresh) {
  const bf_mlp *m = t->mlp;
  const bf_kernels *k = t->kernels;
  const bf_passage *p = &w->passage;
  for (uint32_t l = m->nlayer; l-- > 0;) {
    size_t inputs = m->width[l], outputs = m->width[l + 1];
    k->gradient(delta, p->y[l], w->lanes + m->offset[l] * BF_LANES, inputs, outputs, fresh);
    if (l == 0) break;
    float *before = delta == w->delta[0] ? w->delta[1] : w->delta[0];
    bf_mlp_layer_back(m, k, l, t->turned + m->offset[l], p->z[l], p->y[l], delta, before);
    delta = before;
  }
}

static bf_tally one_tile(const bf_trainer *t, workspace *w, size_t tile, bool fresh) {
  const bf_mlp *m = t->mlp;
  const job *j = &t->job;
  const bf_passage *p = &w->passage;
  const int32_t *label = j->row ? w->label : j->cloud->label + tile * BF_TILE;
  if (j->row) gather(j, tile, w);
  p->y[0] = j->row ? w->input : bf_tiles_at(&j->cloud->tiles, tile);
  bf_mlp_forward(m, t->kernels, p);
  bf_tally tally = t->kernels->softmax(p->y[m->nlayer], label, m->width[m->nlayer], (float)(1.0 / (double)j->n));
  if (j->gradient) backward(t, w, p->y[m->nlayer], fresh);
  return tally;
}

/* Takes chunks until there are none left. */
static void work(void *context, uint32_t thread) {
  bf_trainer *t = context;
  workspace *w = &t->workspace[thread];
  size_t nparam = t->mlp->offset[t->mlp->nlayer];
  uint32_t subnormals = bf_subnormals_flush();
  for (unsigned c; (c = atomic_fetch_add(&t->next, 1)) < BF_CHUNKS;) {
    size_t first = t->job.ntile * c / BF_CHUNKS, end = t->job.ntile * (c + 1) / BF_CHUNKS;
    t->tally[c] = (bf_tally){0};
    for (size_t i = first; i < end; i++) {
      bf_tally one = one_tile(t, w, i, i == first);
      t->tally[c].loss += one.loss;
      t->tally[c].right += one.right;
    }
    if (!t->job.gradient) continue;
    if (first < end)
      t->kernels->fold(w->lanes, t->sum[c], nparam);
    else
      memset(t->sum[c], 0, nparam * sizeof(float));
  }
  bf_subnormals_restore(subnormals);
}

static void transpose_weights(const bf_mlp *m, float *turned) {
  for (uint32_t l = 1; l < m->nlayer; l++) {
    size_t inputs = m->width[l], outputs = m->width[l + 1];
    const float *w = m->theta + m->offset[l];
    float *wt = turned + m->offset[l];
    for (size_t o = 0; o < outputs; o++)
      for (size_t i = 0; i < inputs; i++) wt[i * outputs + o] = w[o * inputs + i];
  }
}

static void sum_chunks(const bf_trainer *t, float *gradient) {
  size_t nparam = t->mlp->offset[t->mlp->nlayer];
  for (size_t i = 0; i < nparam; i++) gradient[i] = t->sum[0][i];
  for (int c = 1; c < BF_CHUNKS; c++)
    for (size_t i = 0; i < nparam; i++) gradient[i] += t->sum[c][i];
}

static bf_evaluation go(bf_trainer *t, job j, float *gradient) {
  t->job = j;
  t->job.ntile = (j.n + BF_TILE - 1) / BF_TILE;
  t->job.gradient = gradient;
  if (gradient) transpose_weights(t->mlp, t->turned);
  atomic_store(&t->next, 0);
  bf_pool_run(t->pool, work, t);
  bf_evaluation e = {0};
  if (gradient) sum_chunks(t, gradient);
  for (int c = 0; c < BF_CHUNKS; c++) {
    e.loss += t->tally[c].loss;
    e.right += t->tally[c].right;
  }
  e.loss /= (double)j.n;
  return e;
}

bf_evaluation bf_trainer_evaluate(bf_trainer *t, float *gradient) { return go(t, (job){.cloud = &t->cloud, .n = t->cloud.n}, gradient); }

bf_evaluation bf_trainer_batch(bf_trainer *t, const uint32_t *row, size_t n, float *gradient) {
  return go(t, (job){.cloud = &t->cloud, .row = row, .n = n}, gradient);
}

bf_evaluation bf_trainer_score(bf_trainer *t, const bf_cloud *points) { return go(t, (job){.cloud = points, .n = points->n}, NULL); }
