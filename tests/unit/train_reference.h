/* A fully connected network in double precision, written plainly, one sample at a time: what the trainer is checked against. */
#ifndef TRAIN_REFERENCE_H
#define TRAIN_REFERENCE_H

#include <bettiflow/artifact.h>

typedef struct reference {
  uint32_t nlayer;
  uint32_t width[16];
  char activation[32]; /* "tanh", … of all layers but the last */
  size_t nparam;
  double *theta; /* layer by layer: weights row by row, then biases */
} reference;

void reference_new(reference *r, const char *activation, uint32_t nlayer, const uint32_t *width);
void reference_free(reference *r);

/* Mean cross-entropy; gradient (nparam, or NULL) by back-propagation; *right the number of right predictions (or NULL). */
double reference_loss(const reference *r, const bf_points *points, double *gradient, uint64_t *right);

/* Labelled points uniform in [-1, 1]^dim, from a fixed stream. */
void reference_points(bf_points *points, uint64_t n, uint32_t dim, uint32_t classes, uint64_t seed);

#endif
