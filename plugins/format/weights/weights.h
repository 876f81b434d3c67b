/* Named arrays of numbers, as files of weights hold them, and the network that they make. */
#ifndef FORMAT_WEIGHTS_H
#define FORMAT_WEIGHTS_H

#include <bettiflow/artifact.h>

enum { WEIGHTS_RANK = 8, WEIGHTS_MOST = 8192 }; /* dimensions of an array; arrays of a file: a network has at most 4,096 layers */

typedef struct weights_array {
  char *name; /* as the file says it */
  uint32_t rank;
  uint64_t shape[WEIGHTS_RANK];
  float *x; /* product of the shape, last index fastest */
} weights_array;

typedef struct weights {
  size_t n;
  weights_array *at;  /* in the file's order */
  size_t nactivation; /* 0: the file does not say */
  char **activation;  /* one for each layer, "" for a linear one */
} weights;
void weights_free(weights *w); /* a zeroed one is fine */

/* What the user has to say about a foreign file. */
typedef struct weights_rules {
  const char *activation, *order;
  bool transposed;
} weights_rules;

/* The rows of a parameter table for the member `rules` (a weights_rules) of a format's config. */
#define WEIGHTS_PARAM(config, member, ...)                                                                                                                     \
  {                                                                                                                                                            \
    .name = #member, .type = BF_PARAM_TYPE_OF(((const weights_rules *)0)->member), .offset = offsetof(config, rules) + offsetof(weights_rules, member),        \
    __VA_ARGS__                                                                                                                                                \
  }
#define WEIGHTS_PARAMS(config)                                                                                                                                 \
  WEIGHTS_PARAM(config, activation, .def = "",                                                                                                                 \
                .doc = "networks: what follows each hidden layer, such as relu or \"leaky_relu(slope=0.1)\"; \"\": what the file says"),                       \
      WEIGHTS_PARAM(config, order, .def = "names", .choices = "names|file",                                                                                    \
                    .doc = "networks: layers by their names, numbers in them as numbers; or as they stand in the file"),                                       \
      WEIGHTS_PARAM(config, transposed, .def = "false", .doc = "networks: are weights inputs × outputs, as Keras stores them? PyTorch's are outputs × inputs")

/* Pairs each layer's weight and bias by what their names have in common ("fc1.weight" and "fc1.bias", "w0" and "b0"), puts the layers in order and checks
 * that the shapes fit one another; a missing bias is zeros. Takes arrays out of *w, which the caller still frees. `path` is for messages. BF_BAD_INPUT. */
bf_status weights_network(const char *path, weights *w, const weights_rules *rules, bf_network *out);

/* What a layer's arrays are called when a network is written: "layers.3.weight" or "layers.3.bias". */
enum { WEIGHTS_NAME = 32 };
void weights_name(char to[WEIGHTS_NAME], uint32_t layer, bool bias);

/* "relu" or "activation.leaky_relu(slope=0.1)" as a Network has it; allocated. NULL when it names no activation. */
char *weights_activation(const char *text);

/* Compares texts with the numbers in them as numbers: "fc2" before "fc10". */
int weights_natural(const char *a, const char *b);

/* ---- numbers ---- */

typedef enum weights_dtype { WEIGHTS_F32, WEIGHTS_F64, WEIGHTS_F16, WEIGHTS_BF16 } weights_dtype;
extern const size_t weights_dtype_size[];

/* n little-endian numbers as float, rounded to nearest; returns the place of the first that is not finite as a float, else n. */
size_t weights_convert(weights_dtype dtype, const unsigned char *from, size_t n, float *to);

#endif
