/* Glorot's and He's initial weights. */
#include "initial.h"
#include <bettiflow/random.h>
#include <math.h>
#include <string.h>

const char *const bf_initial_names[BF_INITIALS] = {
    [BF_GLOROT_UNIFORM] = "glorot_uniform", [BF_GLOROT_NORMAL] = "glorot_normal", [BF_HE_UNIFORM] = "he_uniform", [BF_HE_NORMAL] = "he_normal"};

bf_initial bf_initial_of(const char *name) {
  bf_initial initial = 0;
  while (initial < BF_INITIALS && strcmp(bf_initial_names[initial], name) != 0) initial++;
  return initial;
}

void bf_initial_fill(const bf_mlp *mlp, bf_initial initial, uint64_t seed) {
  const bool normal = initial == BF_GLOROT_NORMAL || initial == BF_HE_NORMAL, he = initial == BF_HE_UNIFORM || initial == BF_HE_NORMAL;
  uint64_t draw = 0;
  for (uint32_t l = 0; l < mlp->nlayer; l++) {
    size_t inputs = mlp->width[l], outputs = mlp->width[l + 1];
    double fan = (double)(he ? inputs : inputs + outputs), scale = sqrt((normal ? 2.0 : 6.0) / fan);
    float *w = mlp->theta + mlp->offset[l];
    for (size_t i = 0; i < inputs * outputs; i++, draw++)
      w[i] = (float)((normal ? bf_random_normal(seed, draw) : 2.0 * bf_random_uniform(seed, draw) - 1.0) * scale);
    for (size_t i = 0; i < outputs; i++) w[inputs * outputs + i] = 0.0f;
  }
}
