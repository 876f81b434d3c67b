/* Decay and warm-up of the learning rate, with the same bits everywhere. */
#include "schedule.h"
#include <bettiflow/math.h>
#include <math.h>
#include <string.h>

const char *const bf_decay_names[BF_DECAYS] = {[BF_EXPONENTIAL] = "exponential", [BF_COSINE] = "cosine", [BF_CONSTANT] = "constant"};

bf_decay bf_decay_of(const char *name) {
  bf_decay decay = 0;
  while (decay < BF_DECAYS && strcmp(bf_decay_names[decay], name) != 0) decay++;
  return decay;
}

double bf_half_to_the(double x) {
  if (x >= 1000.0) return 0.0;
  double whole = floor(x), y = (whole - x) * 0x1.62e42fefa39efp-1; /* exp(y), y in (-ln 2, 0] */
  double term = 1.0, sum = 1.0;
  for (int k = 1; k <= 20; k++) {
    term *= y / k;
    sum += term;
  }
  return ldexp(sum, -(int)whole);
}

static double decayed(const bf_schedule *s, double t) {
  switch (s->decay) {
  case BF_EXPONENTIAL:
    return bf_half_to_the(t / s->half_life);
  case BF_COSINE:
    return t < s->decay_steps ? (1.0 + bf_cos_turn(t / (2.0 * s->decay_steps))) / 2.0 : 0.0;
  default:
    return 1.0;
  }
}

double bf_schedule_rate(const bf_schedule *s, uint64_t step) {
  double rate = s->rate * decayed(s, (double)step), done = (double)step + 1.0;
  return done < s->warmup ? rate * done / s->warmup : rate;
}
