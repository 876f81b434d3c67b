/* From named arrays to a network of fully connected layers. */
#include "names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LAYERS = 4096 };

typedef struct layer {
  char *key; /* what the names of its arrays have in common */
  size_t position;
  weights_array *weight, *bias;
} layer;

typedef struct builder {
  const char *path;
  const weights_rules *rules;
  size_t n;
  layer *at;
} builder;

/* ---- pairs ---- */

static int by_key(const void *a, const void *b) {
  const layer *x = a, *y = b;
  const int order = weights_natural(x->key, y->key);
  return order ? order : x->position < y->position ? -1 : x->position > y->position;
}

static int by_position(const void *a, const void *b) {
  const layer *x = a, *y = b;
  return x->position < y->position ? -1 : x->position > y->position;
}

/* One entry for each array. */
static bf_status list_arrays(builder *b, weights *w) {
  if (!(b->at = calloc(w->n + 1, sizeof *b->at))) return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu arrays", b->path, w->n);
  for (size_t i = 0; i < w->n; i++) {
    layer *l = &b->at[b->n];
    const weights_kind kind = weights_split(w->at[i].name, &l->key);
    if (kind == WEIGHTS_OTHER)
      return bf_fail(
          BF_BAD_INPUT,
          "%s: '%.200s' is neither a weight nor a bias by its name (such as fc1.weight, w0, dense/kernel, or fc1.bias, b0); leave out of the file what is "
          "no fully connected layer",
          b->path, w->at[i].name);
    if (!l->key) return bf_fail(BF_NO_MEMORY, "%s: no memory for %zu arrays", b->path, w->n);
    l->position = i;
    *(kind == WEIGHTS_WEIGHT ? &l->weight : &l->bias) = &w->at[i];
    b->n++;
  }
  return BF_OK;
}

/* Joins neighbours with one key: a weight and a bias. */
static bf_status join_pairs(builder *b) {
  size_t kept = 0;
  qsort(b->at, b->n, sizeof *b->at, by_key);
  for (size_t i = 0; i < b->n; i++) {
    layer *l = &b->at[i], *last = kept ? &b->at[kept - 1] : NULL;
    if (!last || strcmp(last->key, l->key) != 0) {
      layer moved = *l;
      *l = (layer){0};
      b->at[kept++] = moved;
      continue;
    }
    const weights_array *mine = l->weight ? l->weight : l->bias, *there = l->weight ? last->weight : last->bias;
    if (there)
      return bf_fail(BF_BAD_INPUT, "%s: '%.200s' and '%.200s' would be the same layer's; name them after their layers", b->path, there->name, mine->name);
    if (l->weight) last->weight = l->weight;
    if (l->bias) last->bias = l->bias;
    free(l->key);
    *l = (layer){0};
  }
  b->n = kept;
  for (size_t i = 0; i < kept; i++)
    if (!b->at[i].weight && b->at[i].bias) return bf_fail(BF_BAD_INPUT, "%s: '%.200s' has no weight of the same name beside it", b->path, b->at[i].bias->name);
  if (!kept) return bf_fail(BF_BAD_INPUT, "%s: no arrays, so no network", b->path);
  if (kept > MOST_LAYERS) return bf_fail(BF_BAD_INPUT, "%s: %zu layers; at most %d are read", b->path, kept, MOST_LAYERS);
  if (strcmp(b->rules->order, "file") == 0) qsort(b->at, kept, sizeof *b->at, by_position);
  return BF_OK;
}

/* ---- shapes ---- */

static const char *shape_text(const weights_array *a, char to[160]) {
  size_t n = 0;
  to[n++] = '(';
  for (uint32_t i = 0; i < a->rank; i++) n += (size_t)snprintf(to + n, 160 - n, "%s%" PRIu64, i ? ", " : "", a->shape[i]);
  snprintf(to + n, 160 - n, ")");
  return to;
}

static uint64_t outputs(const layer *l, bool transposed) { return l->weight->shape[transposed]; }
static uint64_t inputs(const layer *l, bool transposed) { return l->weight->shape[!transposed]; }

/* The first layer that does not fit the one before it; n when all do. */
static size_t first_misfit(const builder *b, bool transposed) {
  for (size_t i = 1; i < b->n; i++)
    if (inputs(&b->at[i], transposed) != outputs(&b->at[i - 1], transposed)) return i;
  return b->n;
}

static bf_status check_chain(const builder *b) {
  const bool transposed = b->rules->transposed;
  const size_t i = first_misfit(b, transposed);
  char one[160], two[160];
  if (i == b->n) return BF_OK;
  const weights_array *before = b->at[i - 1].weight, *here = b->at[i].weight;
  const char *hint = first_misfit(b, !transposed) == b->n   ? transposed ? "without transposed=true they would" : "with transposed=true they would"
                     : strcmp(b->rules->order, "file") == 0 ? "is the order in the file that of the layers?"
                                                            : "the order is that of the names; order=file takes the file's";
  return bf_fail(BF_BAD_INPUT, "%s: layers %zu and %zu don't fit: '%.200s' %s gives %" PRIu64 " values, '%.200s' %s takes %" PRIu64 " (%s)", b->path, i - 1, i,
                 before->name, shape_text(before, one), outputs(&b->at[i - 1], transposed), here->name, shape_text(here, two), inputs(&b->at[i], transposed),
                 hint);
}

static bf_status check_shapes(const builder *b) {
  char text[160];
  for (size_t i = 0; i < b->n; i++) {
    const weights_array *w = b->at[i].weight;
    if (w->rank != 2 || !w->shape[0] || !w->shape[1] || w->shape[0] > UINT32_MAX || w->shape[1] > UINT32_MAX)
      return bf_fail(BF_BAD_INPUT, "%s: '%.200s' has the shape %s; the weight of a fully connected layer has outputs × inputs, and other layers are not read",
                     b->path, w->name, shape_text(w, text));
  }
  bf_status status = check_chain(b);
  for (size_t i = 0; i < b->n && status == BF_OK; i++) {
    const weights_array *a = b->at[i].bias;
    const uint64_t n = outputs(&b->at[i], b->rules->transposed);
    if (a && !(a->rank == 1 && a->shape[0] == n) && !(a->rank == 2 && a->shape[0] == 1 && a->shape[1] == n))
      status = bf_fail(BF_BAD_INPUT, "%s: '%.200s' has the shape %s; beside '%.200s' it needs (%" PRIu64 ")", b->path, a->name, shape_text(a, text),
                       b->at[i].weight->name, n);
  }
  return status;
}

/* ---- the network ---- */

static void transpose(const float *from, uint32_t rows, uint32_t columns, float *to) {
  for (uint32_t i = 0; i < rows; i++)
    for (uint32_t j = 0; j < columns; j++) to[(size_t)j * rows + i] = from[(size_t)i * columns + j];
}

static bf_status take_layer(const builder *b, const layer *from, bf_layer *to) {
  to->inputs = (uint32_t)inputs(from, b->rules->transposed);
  to->outputs = (uint32_t)outputs(from, b->rules->transposed);
  if (from->bias) {
    to->bias = from->bias->x;
    from->bias->x = NULL;
  } else {
    to->bias = calloc(to->outputs + 1ul, sizeof *to->bias);
  }
  if (!b->rules->transposed) {
    to->weight = from->weight->x;
    from->weight->x = NULL;
  } else if ((to->weight = reallocarray(NULL, to->inputs, (size_t)to->outputs * sizeof *to->weight))) {
    transpose(from->weight->x, to->inputs, to->outputs, to->weight);
    free(from->weight->x);
    from->weight->x = NULL;
  }
  if (!to->weight || !to->bias) return bf_fail(BF_NO_MEMORY, "%s: no memory for '%.200s'", b->path, from->weight->name);
  return BF_OK;
}

static bf_status find_activation(const builder *b, const weights *w, size_t i, char **out) {
  const char *given = b->rules->activation, *text;
  if (*given)
    text = i + 1 == b->n ? "" : given;
  else if (w->nactivation)
    text = w->activation[i];
  else if (b->n == 1)
    text = "";
  else
    return bf_fail(BF_BAD_INPUT, "%s: the file does not say which activation its %zu hidden layers have; name it as the format's parameter: activation=relu",
                   b->path, b->n - 1);
  *out = *text ? weights_activation(text) : strdup("");
  if (!*out) return bf_fail(BF_BAD_INPUT, "%s: '%.100s' is no activation; write relu or leaky_relu(slope=0.1)", b->path, text);
  return BF_OK;
}

bf_status weights_network(const char *path, weights *w, const weights_rules *rules, bf_network *out) {
  bf_status status = BF_OK;
  builder b = {.path = path, .rules = rules};
  *out = (bf_network){0};
  BF_TRY(list_arrays(&b, w));
  BF_TRY(join_pairs(&b));
  BF_TRY(check_shapes(&b));
  if (w->nactivation && w->nactivation != b.n) {
    status = bf_fail(BF_BAD_INPUT, "%s: %zu activations for %zu layers", path, w->nactivation, b.n);
    goto out;
  }
  if (!(out->layer = calloc(b.n + 1, sizeof *out->layer))) {
    status = bf_fail(BF_NO_MEMORY, "%s: no memory for %zu layers", path, b.n);
    goto out;
  }
  out->nlayer = (uint32_t)b.n;
  for (size_t i = 0; i < b.n; i++) {
    BF_TRY(take_layer(&b, &b.at[i], &out->layer[i]));
    BF_TRY(find_activation(&b, w, i, &out->layer[i].activation));
  }
out:
  for (size_t i = 0; b.at && i < w->n; i++) free(b.at[i].key);
  free(b.at);
  if (status != BF_OK) bf_network_free(out);
  return status;
}
