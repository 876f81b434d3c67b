/* Walking along a chain of nodes, and the network that grows on the way. */
#ifndef FORMAT_ONNX_CHAIN_H
#define FORMAT_ONNX_CHAIN_H

#include "model.h"

typedef struct onnx_chain {
  onnx_model *m;
  size_t next;    /* the node in hand */
  const char *at; /* name of the value that flows into it */
  uint64_t width; /* numbers of a sample in it; 0: not known yet */
  bf_network *net;
  bool active;         /* the last layer has its activation */
  const char *dropped; /* "Softmax", after which nothing may follow */
} onnx_chain;

/* "PATH: node 'NAME' (Op): why". Returns BF_BAD_INPUT. */
bf_status onnx_refuse(const onnx_chain *c, const char *format, ...) BF_PRINTF(2, 3);

/* The last layer while it has no activation yet, else NULL. */
bf_layer *onnx_last_layer(const onnx_chain *c);
/* Begins a layer of that weight (outputs × inputs, from malloc; taken over, also after an error). */
bf_status onnx_add_layer(onnx_chain *c, uint64_t inputs, uint64_t outputs, float *weight);
/* Adds n numbers, or one for all, to the last layer's bias. */
bf_status onnx_add_bias(onnx_chain *c, const float *x, size_t n);
/* Ends the last layer: "relu", or "elu(alpha=0.5)". */
bf_status onnx_activate(onnx_chain *c, const char *text);

/* What a node does to the chain. */
typedef struct onnx_operator {
  const char *type;
  bf_status (*apply)(onnx_chain *c, const Bfonnx__Node *node);
} onnx_operator;
extern const onnx_operator onnx_linear_operators[], onnx_activation_operators[]; /* ended by {0} */

/* The constant at input i of the node. NULL, and a message, when it is none. */
const Bfonnx__Tensor *onnx_constant_input(const onnx_chain *c, const Bfonnx__Node *node, size_t i);
bool onnx_has_input(const Bfonnx__Node *node, size_t i);

#endif
