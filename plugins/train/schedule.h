/* The learning rate of each step. */
#ifndef BF_TRAIN_SCHEDULE_H
#define BF_TRAIN_SCHEDULE_H

#include <stdint.h>

typedef enum bf_decay { BF_EXPONENTIAL, BF_COSINE, BF_CONSTANT, BF_DECAYS } bf_decay;

/* Step t, counted from 0, has the rate · d(t) · min(1, (t + 1) / warmup) with
 *   exponential  d(t) = 2^(-t / half_life)
 *   cosine       d(t) = (1 + cos(π t / decay_steps)) / 2, and 0 from decay_steps on (Loshchilov and Hutter, arXiv:1608.03983, without restarts)
 *   constant     d(t) = 1. */
typedef struct bf_schedule {
  bf_decay decay;
  double rate, half_life, decay_steps;
  double warmup; /* steps; 0: none */
} bf_schedule;

extern const char *const bf_decay_names[BF_DECAYS];
bf_decay bf_decay_of(const char *name); /* BF_DECAYS: none is called so */

double bf_schedule_rate(const bf_schedule *s, uint64_t step);

/* 2^-x for x >= 0, correct to about 1e-15, from basic operations only: the C library's may differ between machines. */
double bf_half_to_the(double x);

#endif
