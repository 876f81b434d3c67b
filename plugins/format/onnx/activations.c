/* The operators that are activations, and those that exporters write as several nodes: SiLU and GELU. */
#include "chain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bf_status relu(onnx_chain *c, const Bfonnx__Node *node) {
  (void)node;
  return onnx_activate(c, "relu");
}

static bf_status tangent(onnx_chain *c, const Bfonnx__Node *node) {
  (void)node;
  return onnx_activate(c, "tanh");
}

static bf_status softplus(onnx_chain *c, const Bfonnx__Node *node) {
  (void)node;
  return onnx_activate(c, "softplus");
}

static bf_status sine(onnx_chain *c, const Bfonnx__Node *node) {
  (void)node;
  return onnx_activate(c, "sine");
}

static bf_status with_number(onnx_chain *c, const char *format, float x) {
  char text[100];
  if (!isfinite(x)) return onnx_refuse(c, "its alpha is not finite");
  snprintf(text, sizeof text, format, (double)x);
  return onnx_activate(c, text);
}

static bf_status leaky_relu(onnx_chain *c, const Bfonnx__Node *node) { return with_number(c, "leaky_relu(slope=%.17g)", onnx_real(node, "alpha", 0.01f)); }

/* Its slope is a constant; one for all values is a leaky ReLU. */
static bf_status prelu(onnx_chain *c, const Bfonnx__Node *node) {
  float slope = 0;
  const Bfonnx__Tensor *t = onnx_constant_input(c, node, 1);
  bf_status status = t ? onnx_scalar(c->m, t, &slope) : BF_BAD_INPUT;
  return status == BF_OK ? with_number(c, "leaky_relu(slope=%.17g)", slope) : status;
}

static bf_status elu(onnx_chain *c, const Bfonnx__Node *node) { return with_number(c, "elu(alpha=%.17g)", onnx_real(node, "alpha", 1)); }

/* Min and max are inputs since opset 11, attributes before. */
static bf_status clip(onnx_chain *c, const Bfonnx__Node *node) {
  float limit[2] = {onnx_real(node, "min", -INFINITY), onnx_real(node, "max", INFINITY)};
  for (size_t i = 0; i < 2; i++) {
    if (!onnx_has_input(node, i + 1)) continue;
    const Bfonnx__Tensor *t = onnx_constant_input(c, node, i + 1);
    bf_status status = t ? onnx_scalar(c->m, t, &limit[i]) : BF_BAD_INPUT;
    if (status != BF_OK) return status;
  }
  if (limit[0] == 0 && limit[1] == 1) return onnx_activate(c, "clamp");
  if (limit[0] == 0 && limit[1] > 3e38f) return onnx_activate(c, "relu");
  return onnx_refuse(c, "it cuts to [%g, %g]; only [0, 1] is an activation here", (double)limit[0], (double)limit[1]);
}

static bf_status last(onnx_chain *c, const Bfonnx__Node *node) {
  c->dropped = node->op_type;
  return BF_OK;
}

/* ---- several nodes ---- */

static const Bfonnx__Node *node_after(const onnx_chain *c, size_t k) { return c->next + k < c->m->nnode ? c->m->node[c->next + k] : NULL; }

/* Is the k-th node from here op(a, b) or, where that is the same, op(b, a)? */
static bool is_node(const onnx_chain *c, size_t k, const char *type, const char *a, const char *b) {
  const Bfonnx__Node *node = node_after(c, k);
  if (!node || strcmp(node->op_type, type) != 0 || *node->domain || node->n_output != 1 || node->n_input != (b ? 2u : 1u)) return false;
  if (strcmp(node->input[0], a) == 0) return !b || strcmp(node->input[1], b) == 0;
  return b && strcmp(type, "Div") != 0 && strcmp(node->input[1], a) == 0 && strcmp(node->input[0], b) == 0;
}

/* Is it op(a, number)? */
static bool is_node_with(const onnx_chain *c, size_t k, const char *type, const char *a, double number) {
  const Bfonnx__Node *node = node_after(c, k);
  float x = 0;
  if (!node || node->n_input != 2) return false;
  const char *b = node->input[strcmp(node->input[0], a) == 0];
  const Bfonnx__Tensor *t = onnx_find(c->m, b);
  return t && is_node(c, k, type, a, b) && onnx_scalar(c->m, t, &x) == BF_OK && fabs((double)x - number) < 1e-6;
}

static const char *output(const onnx_chain *c, size_t k) { return c->m->node[c->next + k]->output[0]; }

/* x sigmoid(x) is SiLU. */
static bf_status sigmoid(onnx_chain *c, const Bfonnx__Node *node) {
  if (!is_node(c, 1, "Mul", c->at, node->output[0])) return onnx_activate(c, "sigmoid");
  bf_status status = onnx_activate(c, "silu");
  c->next++;
  return status;
}

static bf_status gelu(onnx_chain *c, const Bfonnx__Node *node) {
  return onnx_activate(c, onnx_says(node, "approximate", "tanh") ? "gelu(approximate=tanh)" : "gelu");
}

/* x / √2, erf, + 1, x ·, · 0.5: GELU as exporters write it. */
static bf_status divide(onnx_chain *c, const Bfonnx__Node *node) {
  (void)node;
  if (!is_node_with(c, 0, "Div", c->at, M_SQRT2) || !is_node(c, 1, "Erf", output(c, 0), NULL) || !is_node_with(c, 2, "Add", output(c, 1), 1) ||
      !is_node(c, 3, "Mul", c->at, output(c, 2)) || !is_node_with(c, 4, "Mul", output(c, 3), 0.5))
    return onnx_refuse(c, "this operator is read only where it begins a GELU (x / sqrt(2), Erf, + 1, times x, times 0.5)");
  bf_status status = onnx_activate(c, "gelu");
  c->next += 4;
  return status;
}

const onnx_operator onnx_activation_operators[] = {{"Relu", relu},         {"LeakyRelu", leaky_relu},
                                                   {"PRelu", prelu},       {"Tanh", tangent},
                                                   {"Sigmoid", sigmoid},   {"Elu", elu},
                                                   {"Softplus", softplus}, {"Sin", sine},
                                                   {"Clip", clip},         {"Gelu", gelu},
                                                   {"Div", divide},        {"Softmax", last},
                                                   {"LogSoftmax", last},   {0}};
