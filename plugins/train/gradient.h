/* Loss, accuracy and gradient of a network over labelled points: all of them, some rows (a minibatch), or another cloud (validation). */
#ifndef BF_TRAIN_GRADIENT_H
#define BF_TRAIN_GRADIENT_H

#include "../network/mlp.h"

enum { BF_CHUNKS = 8 }; /* the gradient is a sum of this many parts in fixed order, whatever the number of threads */

typedef struct bf_evaluation {
  double loss;    /* mean cross-entropy in nats */
  uint64_t right; /* points whose largest logit (the first of equal ones) is at their class */
} bf_evaluation;

/* A copy of labelled points, cut into tiles. Each takes 4 (dim + 1) bytes a point. */
typedef struct bf_cloud {
  uint64_t n; /* points */
  bf_tiles tiles;
  int32_t *label; /* one for each sample of the tiles, -1 where there is no point */
} bf_cloud;

bf_status bf_cloud_new(bf_cloud *c, const bf_points *points); /* BF_NO_MEMORY; c may then still be freed */
void bf_cloud_free(bf_cloud *c);

typedef struct bf_trainer bf_trainer;

/* Keeps `mlp` (whose theta the caller changes between evaluations) and a copy of the points. The labels must be below the last layer's
 * width, points->n at least 1. Uses at most `threads` threads, fewer if that is what `budget` bytes allow (0: no limit). BF_NO_MEMORY. */
bf_status bf_trainer_new(const bf_mlp *mlp, const bf_points *points, const bf_kernels *kernels, uint32_t threads, uint64_t budget, bf_trainer **out);
void bf_trainer_free(bf_trainer *t);

/* Over all points. gradient: as many floats as the network has parameters, in theta's order; the derivative of the mean cross-entropy. */
bf_evaluation bf_trainer_evaluate(bf_trainer *t, float *gradient);

/* The same over the n >= 1 points whose numbers (from 0, below points->n; repeats count again) stand in `row`: mean loss, right and gradient
 * of those. Sums run in the order of the list, so the bits depend on it; over 0, 1, … points->n - 1 they are bf_trainer_evaluate's. */
bf_evaluation bf_trainer_batch(bf_trainer *t, const uint32_t *row, size_t n, float *gradient);

/* Loss and right only, over other points: the same dimension, labels below the last layer's width, at least one point. About a third of an
 * evaluation's time. */
bf_evaluation bf_trainer_score(bf_trainer *t, const bf_cloud *points);

#endif
