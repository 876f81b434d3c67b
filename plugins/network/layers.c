/* network.layers: what each layer of a network makes of a point cloud, one cloud for each layer and class. */
#include "mlp.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CLASSES = 4096 };

typedef struct config {
  const char *class;
} config;

static const bf_param params[] = {
    BF_PARAM(config, class, .def = "true", .choices = "true|predicted",
             .doc = "true: by the points' class numbers; predicted: by the largest logit, the first of equal ones"),
    {0},
};

typedef struct classes { /* the class of each point, and the classes that occur, rising */
  int32_t *of;           /* n */
  size_t n;
  int32_t at[MAX_CLASSES];
  uint64_t count[MAX_CLASSES];
} classes;

/* ---- the network ---- */

static uint64_t room(const bf_host *host, bf_task *task) { return host->memory(task) / 2; } /* the artifact and its copy in tiles */

static bf_status load_network(const bf_host *host, bf_task *task, const char *path, bf_network *network, bf_mlp *mlp) {
  bf_status status = BF_OK;
  uint32_t *width = NULL;
  BF_TRY(bf_network_read(path, room(host, task), network));
  width = malloc((network->nlayer + 1ul) * sizeof *width);
  if (!width || network->nlayer == 0) {
    status = width ? bf_fail(BF_BAD_INPUT, "%s: a network without layers", path) : bf_fail(BF_NO_MEMORY, "no memory for %u layers", network->nlayer);
    goto out;
  }
  width[0] = network->layer[0].inputs;
  for (uint32_t l = 0; l < network->nlayer; l++) width[l + 1] = network->layer[l].outputs;
  BF_TRY(bf_mlp_new(mlp, network->nlayer, width, room(host, task)));
  for (uint32_t l = 0; l < network->nlayer; l++) {
    const bf_layer *layer = &network->layer[l];
    size_t n = (size_t)layer->inputs * layer->outputs;
    float *w = mlp->theta + mlp->offset[l];
    memcpy(w, layer->weight, n * sizeof *w);
    memcpy(w + n, layer->bias, layer->outputs * sizeof *w);
    if (layer->activation[0]) BF_TRY(host->activation(task, layer->activation, &mlp->f[l]));
  }
out:
  free(width);
  return status;
}

/* ---- classes ---- */

/* Where `class` stands in c->at, or would. */
static size_t class_index(const classes *c, int32_t class) {
  size_t low = 0, high = c->n;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (c->at[middle] < class)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bf_status list_classes(const char *path, classes *c, uint64_t n) {
  for (uint64_t i = 0; i < n; i++) {
    size_t k = class_index(c, c->of[i]);
    if (k == c->n || c->at[k] != c->of[i]) {
      if (c->n == MAX_CLASSES) return bf_fail(BF_BAD_INPUT, "%s: more than %d classes", path, MAX_CLASSES);
      memmove(c->at + k + 1, c->at + k, (c->n - k) * sizeof *c->at);
      memmove(c->count + k + 1, c->count + k, (c->n - k) * sizeof *c->count);
      c->at[k] = c->of[i];
      c->count[k] = 0;
      c->n++;
    }
    c->count[k]++;
  }
  return BF_OK;
}

static bf_status predict(const bf_host *host, bf_task *task, const bf_mlp *mlp, const bf_tiles *tiles, uint64_t n, int32_t *class) {
  bf_passage passage;
  bf_status status = bf_passage_new(&passage, mlp);
  if (status != BF_OK) return status;
  for (uint64_t i = 0; i < n; i++) {
    if (i % BF_TILE == 0) {
      BF_TRY(host->step(task, 0, 0));
      passage.y[0] = bf_tiles_at(tiles, i / BF_TILE);
      bf_mlp_forward(mlp, bf_kernels_best(), &passage);
    }
    const float *logit = passage.y[mlp->nlayer] + i % BF_TILE;
    class[i] = 0;
    for (uint32_t c = 1; c < mlp->width[mlp->nlayer]; c++)
      if (logit[c * (size_t)BF_TILE] > logit[(size_t) class[i] * BF_TILE]) class[i] = (int32_t)c;
  }
out:
  bf_passage_free(&passage);
  return status;
}

static bf_status find_classes(const bf_host *host, bf_task *task, const config *cfg, const char *path, const bf_points *points, const bf_mlp *mlp,
                              const bf_tiles *tiles, classes *c) {
  c->of = malloc((points->n + 1) * sizeof *c->of);
  if (!c->of) return bf_fail(BF_NO_MEMORY, "no memory for the classes of %" PRIu64 " points", points->n);
  if (strcmp(cfg->class, "predicted") == 0) {
    bf_status status = predict(host, task, mlp, tiles, points->n, c->of);
    return status == BF_OK ? list_classes(path, c, points->n) : status;
  }
  if (!points->label) return bf_fail(BF_BAD_INPUT, "%s: the points have no class numbers; `class: predicted` takes the network's", path);
  if (points->n) memcpy(c->of, points->label, points->n * sizeof *c->of);
  return list_classes(path, c, points->n);
}

/* ---- layers ---- */

/* Replaces the tiles by layer l's image of them. */
static bf_status advance(const bf_host *host, bf_task *task, const bf_mlp *mlp, uint32_t l, uint64_t n, bf_tiles *tiles) {
  bf_tiles next;
  bf_status status = bf_tiles_empty(&next, n, mlp->width[l + 1]);
  for (size_t i = 0; i < tiles->n && status == BF_OK; i++) {
    bf_mlp_layer(mlp, bf_kernels_best(), l, bf_tiles_at(tiles, i), bf_tiles_at(&next, i), bf_tiles_at(&next, i));
    status = host->step(task, l + 1ull, mlp->nlayer + 1ull);
  }
  bf_tiles_free(tiles);
  *tiles = next;
  return status;
}

static bf_status fail_overflow(uint32_t layer, const bf_points *points, uint64_t i) {
  return bf_fail(BF_FAILED,
                 "layer %" PRIu32 ": point %" PRIu32 " (row %" PRIu64 ") has no finite image; its coordinates are too large for this network, scale them",
                 layer, points->id[i], i);
}

static bf_status write_class(const bf_out *out, uint32_t layer, const bf_points *points, const bf_tiles *tiles, const classes *c, size_t k) {
  bf_points part = {0};
  bf_status status = bf_points_new(&part, c->count[k], tiles->dim, true);
  if (status != BF_OK) return status;
  uint64_t row = 0;
  for (uint64_t i = 0; i < points->n; i++) {
    if (c->of[i] != c->at[k]) continue;
    const float *x = bf_tiles_at(tiles, i / BF_TILE) + i % BF_TILE;
    for (size_t d = 0; d < part.dim; d++) {
      if (!isfinite(x[d * BF_TILE])) BF_TRY(fail_overflow(layer, points, i));
      part.x[row * part.dim + d] = x[d * BF_TILE];
    }
    part.label[row] = c->at[k];
    part.id[row] = points->id[i];
    row++;
  }
  status = bf_points_write(out, &part);
out:
  bf_points_free(&part);
  return status;
}

static bf_status write_layer(const bf_host *host, bf_task *task, uint32_t layer, const bf_points *points, const bf_tiles *tiles, const classes *c) {
  char layer_text[16], class_text[16];
  snprintf(layer_text, sizeof layer_text, "%" PRIu32, layer);
  for (size_t k = 0; k < c->n; k++) {
    snprintf(class_text, sizeof class_text, "%" PRId32, c->at[k]);
    const bf_label label[] = {{"layer", layer_text}, {"class", class_text}};
    const bf_out *out = host->output(task, "layers", label, 2);
    if (!out) return BF_FAILED;
    bf_status status = write_class(out, layer, points, tiles, c, k);
    if (status != BF_OK) return status;
  }
  return BF_OK;
}

static bf_status run(const bf_host *host, bf_task *task, const void *cfg) {
  bf_status status = BF_OK;
  bf_network network = {0};
  bf_mlp mlp = {0};
  bf_points points = {0};
  bf_tiles tiles = {0};
  classes *c = calloc(1, sizeof *c);
  uint32_t subnormals = bf_subnormals_flush(); /* as in training, so that predictions are the trainer's */
  size_t n;
  const char *model_path = host->inputs(task, "model", &n)->path, *points_path = host->inputs(task, "points", &n)->path;
  if (!c) {
    status = bf_fail(BF_NO_MEMORY, "no memory for the classes");
    goto out;
  }
  BF_TRY(load_network(host, task, model_path, &network, &mlp));
  BF_TRY(bf_points_read(points_path, room(host, task), &points));
  if (points.dim != network.layer[0].inputs)
    BF_TRY(bf_fail(BF_BAD_INPUT, "%s: points of %u coordinates, but the network takes %u", points_path, points.dim, network.layer[0].inputs));
  BF_TRY(bf_tiles_new(&tiles, &points));
  BF_TRY(find_classes(host, task, cfg, points_path, &points, &mlp, &tiles, c));
  for (uint32_t l = 0;; l++) {
    BF_TRY(write_layer(host, task, l, &points, &tiles, c));
    if (l == mlp.nlayer) break;
    BF_TRY(advance(host, task, &mlp, l, points.n, &tiles));
  }
out:
  bf_subnormals_restore(subnormals);
  if (c) free(c->of);
  free(c);
  bf_tiles_free(&tiles);
  bf_points_free(&points);
  bf_mlp_free(&mlp);
  bf_network_free(&network);
  return status;
}

static const bf_stage layers = {
    .id = "network.layers",
    .doc = "a point cloud after each layer: 0 is the input, the last the logits; one item for each class that occurs",
    .revision = 1,
    .max_threads = 1,
    .inputs = (const bf_port[]){{.name = "model", .types = BF_BIT(BF_NETWORK), .doc = "the network"},
                                {.name = "points", .types = BF_BIT(BF_POINT_CLOUD), .doc = "what goes in; labelled unless `class` is predicted"},
                                {0}},
    .outputs = (const bf_port[]){{.name = "layers",
                                  .types = BF_BIT(BF_POINT_CLOUD),
                                  .flags = BF_MANY,
                                  .axes = "layer,class",
                                  .doc = "layer by layer, classes rising; the points keep their ids and carry the class as label"},
                                 {0}},
    .cfg_size = sizeof(config),
    .params = params,
    .run = run,
};

BF_PLUGIN(.name = "layers", .version = "1.0", .licence = "MIT", .stages = (const bf_stage *const[]){&layers, NULL});
