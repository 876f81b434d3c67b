/* The points that a network learns from, and those that it is validated on. */
#ifndef BF_TRAIN_SAMPLES_H
#define BF_TRAIN_SAMPLES_H

#include <bettiflow/artifact.h>

typedef struct bf_samples {
  bf_points train, validation; /* labels below `classes` */
  bool validates;              /* there are validation points */
  uint32_t classes;            /* the largest class number of the training points + 1, at least 2 */
} bf_samples;

/* Reads both files; `validation` NULL: a share of each class of the training points (0: none) is held out instead, chosen by the seed; at least one point
 * of a class stays. Points keep their order. BF_BAD_INPUT for points that can't be learnt or validated on. */
bf_status bf_samples_read(const char *train, const char *validation, double share, uint64_t seed, uint64_t budget, bf_samples *out);
void bf_samples_free(bf_samples *s);

#endif
