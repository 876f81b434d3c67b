/* A fully connected network in memory, and samples cut into tiles, for the trainer and network.layers. */
#ifndef BF_NETWORK_MLP_H
#define BF_NETWORK_MLP_H

#include "kernel.h"
#include <bettiflow/artifact.h>

/* Layer l maps width[l] to width[l + 1] rows: f(W x + b). Its weights, row by row, begin at theta + offset[l]; its biases follow. */
typedef struct bf_mlp {
  uint32_t nlayer;
  uint32_t *width;      /* nlayer + 1 */
  bf_activation_use *f; /* nlayer; f[l].is NULL: linear. Strings and cfg belong to the host */
  size_t *offset;       /* nlayer + 1; the last is the number of parameters */
  float *theta;
} bf_mlp;

/* All layers linear, theta 0. BF_NO_MEMORY also when the parameters alone need more than `budget` bytes (0: no limit). */
bf_status bf_mlp_new(bf_mlp *m, uint32_t nlayer, const uint32_t *width, uint64_t budget);
void bf_mlp_free(bf_mlp *m);

/* Where the samples of a tile stand on their way through the network: y[l] is the output of layer l - 1, y[0] the input. */
typedef struct bf_passage {
  float **y; /* nlayer + 1 tiles; y[0] is set by the user and not owned */
  float **z; /* nlayer + 1: values before the activation; y[l] itself unless derive() needs x */
  float *memory;
} bf_passage;

bf_status bf_passage_new(bf_passage *p, const bf_mlp *m);
void bf_passage_free(bf_passage *p);
uint64_t bf_passage_bytes(const bf_mlp *m);

/* One tile through layer l: x of width[l] rows to y of width[l + 1]; z, which may be y, keeps the values before the activation. Linear layers leave
 * the result in z. */
void bf_mlp_layer(const bf_mlp *m, const bf_kernels *k, uint32_t l, const float *x, float *z, float *y);

/* Back through layer l >= 1: before = W^T delta times f'(z) of layer l - 1, whose values before and after the activation are z and y (width[l] rows, as
 * `before`); `turned` is W^T, delta the derivative with respect to this layer's values before its activation. */
void bf_mlp_layer_back(const bf_mlp *m, const bf_kernels *k, uint32_t l, const float *turned, const float *z, const float *y, const float *delta,
                       float *before);

/* Computes y[1] … y[nlayer] (and z) from y[0]. */
void bf_mlp_forward(const bf_mlp *m, const bf_kernels *k, const bf_passage *p);

/* Points as tiles of dim rows; rows of the last tile are filled up with zeros. */
typedef struct bf_tiles {
  size_t n; /* tiles */
  uint32_t dim;
  float *x; /* n × dim × BF_TILE */
} bf_tiles;

bf_status bf_tiles_empty(bf_tiles *t, uint64_t n, uint32_t dim); /* room for n points, all zero; BF_NO_MEMORY */
bf_status bf_tiles_new(bf_tiles *t, const bf_points *points);
void bf_tiles_free(bf_tiles *t);
static inline float *bf_tiles_at(const bf_tiles *t, size_t i) { return t->x + i * t->dim * BF_TILE; }

/* n floats at a 64-byte boundary for free(); NULL when there is no memory. */
float *bf_floats_new(size_t n);

#endif
