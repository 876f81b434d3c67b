/* An ONNX file as its messages, and its constants as numbers. */
#ifndef FORMAT_ONNX_MODEL_H
#define FORMAT_ONNX_MODEL_H

#include "onnx.pb-c.h"

#include <bettiflow/artifact.h>

typedef struct onnx_constant {
  const char *name;
  const Bfonnx__Tensor *tensor;
} onnx_constant;

typedef struct onnx_model {
  const char *path;
  uint64_t left; /* bytes that may still be allocated; nothing is given back */
  bool refused;  /* the last allocation was over it */
  Bfonnx__Model *parsed;
  Bfonnx__Graph *graph;
  size_t nnode; /* the nodes that compute something, in order: all but those of constants */
  Bfonnx__Node **node;
  size_t nconstant; /* initializers, Constant nodes and their other names, sorted by name */
  onnx_constant *constant;
} onnx_model;

/* Reads and parses the file within `budget` bytes (0: at most 4 GiB). BF_BAD_INPUT, BF_NO_MEMORY. Free *out in any case. */
bf_status onnx_read(const char *path, uint64_t budget, onnx_model *out);
void onnx_free(onnx_model *m);

/* The constant of that name, or NULL. */
const Bfonnx__Tensor *onnx_find(const onnx_model *m, const char *name);

/* Attributes of a node; `missing` where it has none of that name. */
float onnx_real(const Bfonnx__Node *node, const char *name, float missing);
int64_t onnx_whole(const Bfonnx__Node *node, const char *name, int64_t missing);
const char *onnx_wrong_attribute(const Bfonnx__Node *node);                   /* one that these would read, of another type than they read; or NULL */
bool onnx_says(const Bfonnx__Node *node, const char *name, const char *text); /* is its text this one? */

/* A constant's numbers as floats, allocated; *n of them, as many as its dims say. BF_BAD_INPUT names the constant. */
bf_status onnx_floats(onnx_model *m, const Bfonnx__Tensor *t, float **out, size_t *n);
/* The only number of a constant, as a float or (for int64 and bool) a whole number. */
bf_status onnx_scalar(onnx_model *m, const Bfonnx__Tensor *t, float *out);
/* The whole numbers of a constant of at most `most` of them. */
bf_status onnx_wholes(const onnx_model *m, const Bfonnx__Tensor *t, size_t most, int64_t *out, size_t *n);

/* The chain of layers as a network; *dropped is set when a final softmax was left out. BF_BAD_INPUT names node, operator and reason. */
bf_status onnx_network(onnx_model *m, bf_network *out, const char **dropped);

#endif
