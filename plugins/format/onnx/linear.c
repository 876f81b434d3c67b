/* The operators that are linear, and those that change nothing. */
#include "chain.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The matrix at input 1 as outputs × inputs times `alpha`. `turned`: it is outputs × inputs already. */
static bf_status take_weight(onnx_chain *c, const Bfonnx__Node *node, bool turned, float alpha) {
  size_t n = 0;
  float *x = NULL, *weight;
  const Bfonnx__Tensor *t = onnx_constant_input(c, node, 1);
  if (!t) return BF_BAD_INPUT;
  if (t->n_dims != 2) return onnx_refuse(c, "its weight '%.200s' has %zu dimensions, where a matrix is needed", node->input[1], t->n_dims);
  bf_status status = onnx_floats(c->m, t, &x, &n);
  if (status != BF_OK) return status;
  const size_t rows = (size_t)t->dims[0], columns = (size_t)t->dims[1];
  if (!n) { /* before the loops: one of the two may be huge */
    free(x);
    return onnx_refuse(c, "its weight '%.200s' is empty, %zu × %zu", node->input[1], rows, columns);
  }
  if (turned) {
    weight = x;
    x = NULL;
  } else if (n * sizeof *weight > c->m->left || !(weight = calloc(n + 1, sizeof *weight))) {
    free(x);
    return bf_fail(BF_NO_MEMORY, "%s: no memory for '%.200s'", c->m->path, node->input[1]);
  } else {
    c->m->left -= n * sizeof *weight;
    for (size_t i = 0; i < rows; i++)
      for (size_t j = 0; j < columns; j++) weight[j * rows + i] = x[i * columns + j];
  }
  free(x);
  for (size_t i = 0; i < n && alpha != 1; i++) {
    weight[i] *= alpha;
    if (isfinite(weight[i])) continue;
    free(weight);
    return onnx_refuse(c, "its weight times alpha is not finite");
  }
  return onnx_add_layer(c, turned ? columns : rows, turned ? rows : columns, weight);
}

/* The row at input i, times beta, to the bias. */
static bf_status take_bias(onnx_chain *c, const Bfonnx__Node *node, size_t i, float beta) {
  size_t n = 0;
  float *x = NULL;
  const Bfonnx__Tensor *t = onnx_constant_input(c, node, i);
  if (!t) return BF_BAD_INPUT;
  for (size_t k = 0; k + 1 < t->n_dims; k++)
    if (t->dims[k] != 1) return onnx_refuse(c, "'%.200s' is no row of numbers, one for each value", node->input[i]);
  bf_status status = onnx_floats(c->m, t, &x, &n);
  for (size_t k = 0; k < n && status == BF_OK && beta != 1; k++) x[k] *= beta;
  if (status == BF_OK) status = onnx_add_bias(c, x, n);
  free(x);
  return status;
}

/* alpha A B + beta C, B turned if transB. */
static bf_status gemm(onnx_chain *c, const Bfonnx__Node *node) {
  if (strcmp(node->input[0], c->at) != 0) return onnx_refuse(c, "the samples have to be its first input");
  if (onnx_whole(node, "transA", 0)) return onnx_refuse(c, "transA is not 0: samples have to be rows");
  bf_status status = take_weight(c, node, onnx_whole(node, "transB", 0) != 0, onnx_real(node, "alpha", 1));
  return status == BF_OK && onnx_has_input(node, 2) ? take_bias(c, node, 2, onnx_real(node, "beta", 1)) : status;
}

static bf_status matmul(onnx_chain *c, const Bfonnx__Node *node) {
  if (strcmp(node->input[0], c->at) != 0) return onnx_refuse(c, "the samples have to be its first input");
  return take_weight(c, node, false, 1);
}

static bf_status add(onnx_chain *c, const Bfonnx__Node *node) {
  if (node->n_input != 2) return onnx_refuse(c, "it has %zu inputs", node->n_input);
  return take_bias(c, node, strcmp(node->input[0], c->at) == 0, 1);
}

/* Into the layer before it: gamma (y - mean) / sqrt(variance + epsilon) + beta. */
static bf_status fold_norm(onnx_chain *c, bf_layer *l, float *const x[4], double epsilon) {
  for (uint32_t i = 0; i < l->outputs; i++) {
    const double factor = (double)x[0][i] / sqrt((double)x[3][i] + epsilon);
    bool good = isfinite(factor);
    l->bias[i] = (float)(factor * ((double)l->bias[i] - (double)x[2][i]) + (double)x[1][i]);
    good = good && isfinite(l->bias[i]);
    float *row = l->weight + (size_t)i * l->inputs;
    for (uint32_t k = 0; good && k < l->inputs; k++) {
      row[k] = (float)(factor * (double)row[k]);
      good = isfinite(row[k]);
    }
    if (!good) return onnx_refuse(c, "its factor for value %" PRIu32 " is not finite", i);
  }
  return BF_OK;
}

static bf_status batch_norm(onnx_chain *c, const Bfonnx__Node *node) {
  bf_status status = BF_OK;
  float *x[4] = {NULL}; /* gamma, beta, mean, variance */
  size_t n = 0;
  bf_layer *l = onnx_last_layer(c);
  if (!l || strcmp(node->input[0], c->at) != 0) return onnx_refuse(c, "it is read only right behind a fully connected layer, as part of it");
  if (onnx_whole(node, "training_mode", 0)) return onnx_refuse(c, "it is in training mode; export the model after model.eval()");
  for (size_t i = 0; i < 4 && status == BF_OK; i++) {
    const Bfonnx__Tensor *t = onnx_constant_input(c, node, i + 1);
    status = t ? onnx_floats(c->m, t, &x[i], &n) : BF_BAD_INPUT;
    if (status == BF_OK && n != l->outputs) status = onnx_refuse(c, "'%.200s' has %zu numbers for %" PRIu32 " values", node->input[i + 1], n, l->outputs);
  }
  if (status == BF_OK) status = fold_norm(c, l, x, (double)onnx_real(node, "epsilon", 1e-5f));
  for (size_t i = 0; i < 4; i++) free(x[i]);
  return status;
}

static bf_status nothing(onnx_chain *c, const Bfonnx__Node *node) {
  return strcmp(node->input[0], c->at) == 0 ? BF_OK : onnx_refuse(c, "'%.200s' is not its first input", c->at);
}

static bf_status dropout(onnx_chain *c, const Bfonnx__Node *node) {
  float training = 0;
  if (onnx_has_input(node, 2)) {
    const Bfonnx__Tensor *t = onnx_constant_input(c, node, 2);
    bf_status status = t ? onnx_scalar(c->m, t, &training) : BF_BAD_INPUT;
    if (status != BF_OK) return status;
  }
  return training != 0 ? onnx_refuse(c, "it is in training mode; export the model after model.eval()") : nothing(c, node);
}

static bf_status flatten(onnx_chain *c, const Bfonnx__Node *node) {
  if (onnx_whole(node, "axis", 1) != 1) return onnx_refuse(c, "its axis is not 1: it mixes samples");
  return nothing(c, node);
}

/* To (samples, values) only. */
static bf_status reshape(onnx_chain *c, const Bfonnx__Node *node) {
  int64_t shape[2];
  size_t n = 0;
  const Bfonnx__Tensor *t = onnx_constant_input(c, node, 1);
  bf_status status = t ? onnx_wholes(c->m, t, 2, shape, &n) : BF_BAD_INPUT;
  if (status != BF_OK) return status;
  if (n != 2 || shape[1] < -1 || shape[1] == 0 || (c->width && shape[1] != -1 && (uint64_t)shape[1] != c->width))
    return onnx_refuse(c, "only to the shape (samples, values) may be reshaped");
  if (!c->width && shape[1] > 0) c->width = (uint64_t)shape[1];
  return nothing(c, node);
}

const onnx_operator onnx_linear_operators[] = {
    {"Gemm", gemm},       {"MatMul", matmul},   {"Add", add}, {"BatchNormalization", batch_norm}, {"Identity", nothing}, {"Dropout", dropout},
    {"Flatten", flatten}, {"Reshape", reshape}, {0}};
