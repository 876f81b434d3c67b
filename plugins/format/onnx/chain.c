/* From the input of an ONNX graph to its output: the nodes have to be one chain, each taking what the one before gives. */
#include "chain.h"
#include "../weights/weights.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LAYERS = 4096 };

bf_status onnx_refuse(const onnx_chain *c, const char *format, ...) {
  const Bfonnx__Node *node = c->m->node[c->next];
  char why[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(why, sizeof why, format, arguments);
  va_end(arguments);
  if (*node->name) return bf_fail(BF_BAD_INPUT, "%s: node '%.200s' (%.100s): %s", c->m->path, node->name, node->op_type, why);
  return bf_fail(BF_BAD_INPUT, "%s: node %zu (%.100s): %s", c->m->path, c->next, node->op_type, why);
}

bool onnx_has_input(const Bfonnx__Node *node, size_t i) { return i < node->n_input && *node->input[i]; }

const Bfonnx__Tensor *onnx_constant_input(const onnx_chain *c, const Bfonnx__Node *node, size_t i) {
  const Bfonnx__Tensor *t = onnx_has_input(node, i) ? onnx_find(c->m, node->input[i]) : NULL;
  if (!t && onnx_has_input(node, i))
    onnx_refuse(c, "its input '%.200s' is no constant: only a chain of layers is read, without branches or computed weights", node->input[i]);
  else if (!t)
    onnx_refuse(c, "its input %zu is missing", i);
  return t;
}

/* ---- the network ---- */

bf_status onnx_add_layer(onnx_chain *c, uint64_t inputs, uint64_t outputs, float *weight) {
  bf_network *net = c->net;
  bf_status status = BF_OK;
  bf_layer *more = NULL, new = {.weight = weight};
  if (!inputs || !outputs || inputs > UINT32_MAX || outputs > UINT32_MAX)
    status = onnx_refuse(c, "a weight for %" PRIu64 " inputs and %" PRIu64 " outputs", inputs, outputs);
  else if (c->width && c->width != inputs)
    status = onnx_refuse(c, "its weight takes %" PRIu64 " values, but %" PRIu64 " come in", inputs, c->width);
  else if (net->nlayer == MOST_LAYERS)
    status = onnx_refuse(c, "more than %d layers", MOST_LAYERS);
  if (status != BF_OK) goto out;
  new.inputs = (uint32_t)inputs;
  new.outputs = (uint32_t)outputs;
  new.bias = calloc(outputs + 1, sizeof *new.bias);
  new.activation = strdup("");
  more = reallocarray(net->layer, net->nlayer + 1ul, sizeof *more);
  if (more) net->layer = more;
  if (!more || !new.bias || !new.activation) {
    status = bf_fail(BF_NO_MEMORY, "%s: no memory for a layer of %" PRIu64 " units", c->m->path, outputs);
    goto out;
  }
  net->layer[net->nlayer++] = new;
  c->width = outputs;
  c->active = false;
  return BF_OK;
out:
  free(weight);
  free(new.bias);
  free(new.activation);
  return status;
}

bf_layer *onnx_last_layer(const onnx_chain *c) { return c->net->nlayer && !c->active ? &c->net->layer[c->net->nlayer - 1] : NULL; }

bf_status onnx_add_bias(onnx_chain *c, const float *x, size_t n) {
  const bf_layer *l = onnx_last_layer(c);
  if (!l) return onnx_refuse(c, "it adds a constant where no fully connected layer (Gemm, MatMul) is right before it");
  if (n != 1 && n != l->outputs) return onnx_refuse(c, "it adds %zu numbers to %" PRIu32 " values", n, l->outputs);
  for (uint32_t i = 0; i < l->outputs; i++) {
    l->bias[i] += x[n == 1 ? 0 : i];
    if (!isfinite(l->bias[i])) return onnx_refuse(c, "the sum of its constants is not finite");
  }
  return BF_OK;
}

bf_status onnx_activate(onnx_chain *c, const char *text) {
  bf_layer *l = onnx_last_layer(c);
  if (!l) return onnx_refuse(c, "an activation where no fully connected layer (Gemm, MatMul) is before it");
  char *canonical = weights_activation(text);
  if (!canonical) return bf_fail(BF_NO_MEMORY, "%s: no memory for '%.100s'", c->m->path, text);
  free(l->activation);
  l->activation = canonical;
  c->active = true;
  return BF_OK;
}

/* ---- the way ---- */

static const onnx_operator *find_operator(const onnx_operator *list, const char *type) {
  while (list->type && strcmp(list->type, type) != 0) list++;
  return list->type ? list : NULL;
}

static bool takes(const Bfonnx__Node *node, const char *value) {
  for (size_t i = 0; i < node->n_input; i++)
    if (strcmp(node->input[i], value) == 0) return true;
  return false;
}

#define INSTEAD "record the activations instead, see the stage network.recorded"

static bf_status walk_node(onnx_chain *c) {
  const Bfonnx__Node *node = c->m->node[c->next];
  const onnx_operator *op = find_operator(onnx_linear_operators, node->op_type);
  if (!op) op = find_operator(onnx_activation_operators, node->op_type);
  if (*node->domain && strcmp(node->domain, "ai.onnx") != 0) return onnx_refuse(c, "operators of the domain '%.100s' are not read; " INSTEAD, node->domain);
  if (!op)
    return onnx_refuse(c, "this operator is not read; Gemm, MatMul, Add, BatchNormalization, the activations, and what changes nothing (Identity, Dropout, "
                          "Flatten, Reshape) are; " INSTEAD);
  if (c->dropped) return onnx_refuse(c, "it stands behind a %s, which may only be the last", c->dropped);
  if (!node->n_output || !*node->output[0]) return onnx_refuse(c, "it gives nothing");
  if (!takes(node, c->at)) return onnx_refuse(c, "it does not take '%.200s', which the chain of layers has come to; branches are not read; " INSTEAD, c->at);
  const char *wrong = onnx_wrong_attribute(node);
  if (wrong) return onnx_refuse(c, "its attribute '%s' has another type than ONNX gives it", wrong);
  bf_status status = op->apply(c, node);
  if (status != BF_OK) return status;
  c->at = c->m->node[c->next++]->output[0]; /* an operator that is written as several nodes has moved on to the last of them */
  return BF_OK;
}

/* The one input of the graph that is no constant. */
static bf_status find_input(onnx_chain *c) {
  const Bfonnx__Graph *g = c->m->graph;
  bool found = false;
  for (size_t i = 0; i < g->n_input; i++) {
    if (onnx_find(c->m, g->input[i]->name)) continue;
    if (found) return bf_fail(BF_BAD_INPUT, "%s: the graph has several inputs ('%.200s', '%.200s'); one is read", c->m->path, c->at, g->input[i]->name);
    c->at = g->input[i]->name;
    found = true;
  }
  return found ? BF_OK : bf_fail(BF_BAD_INPUT, "%s: the graph has no input", c->m->path);
}

bf_status onnx_network(onnx_model *m, bf_network *out, const char **dropped) {
  onnx_chain c = {.m = m, .net = out, .at = ""};
  const Bfonnx__Graph *g = m->graph;
  *out = (bf_network){0};
  bf_status status = find_input(&c);
  while (status == BF_OK && c.next < m->nnode) status = walk_node(&c);
  if (status == BF_OK && (g->n_output != 1 || strcmp(g->output[0]->name, c.at) != 0))
    status = bf_fail(BF_BAD_INPUT, "%s: the graph gives %zu outputs ('%.200s'), and its last node '%.200s'; one chain from input to output is read", m->path,
                     g->n_output, g->n_output ? g->output[0]->name : "", c.at);
  if (status == BF_OK && !out->nlayer) status = bf_fail(BF_BAD_INPUT, "%s: the graph has no fully connected layer", m->path);
  *dropped = c.dropped;
  if (status != BF_OK) bf_network_free(out);
  return status;
}
