/* Loss, accuracy and gradient of a network over a whole labelled point cloud. */
#ifndef BF_TRAIN_GRADIENT_H
#define BF_TRAIN_GRADIENT_H

#include "../network/mlp.h"

enum { BF_CHUNKS = 8 }; /* the gradient is a sum of this many parts in fixed order, whatever the number of threads */

typedef struct bf_evaluation {
  double loss;    /* mean cross-entropy in nats */
  uint64_t right; /* points whose largest logit (the first of equal ones) is at their class */
} bf_evaluation;

typedef struct bf_trainer bf_trainer;

/* Keeps `mlp` (whose theta the caller changes between evaluations) and a copy of the points. The labels must be below the last layer's
 * width, points->n at least 1. Uses at most `threads` threads, fewer if that is what `budget` bytes allow (0: no limit). BF_NO_MEMORY. */
bf_status bf_trainer_new(const bf_mlp *mlp, const bf_points *points, const bf_kernels *kernels, uint32_t threads, uint64_t budget, bf_trainer **out);
void bf_trainer_free(bf_trainer *t);

/* gradient: as many floats as the network has parameters, in theta's order; the derivative of the mean cross-entropy. */
bf_evaluation bf_trainer_evaluate(bf_trainer *t, float *gradient);

#endif
