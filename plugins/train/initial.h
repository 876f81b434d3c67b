/* Initial weights. */
#ifndef BF_TRAIN_INITIAL_H
#define BF_TRAIN_INITIAL_H

#include "../network/mlp.h"

/* Of a layer with i inputs and o outputs: Glorot and Bengio (AISTATS 2010): uniform in ±√(6 / (i + o)), or normal with variance 2 / (i + o); He et al.
 * (arXiv:1502.01852): uniform in ±√(6 / i), or normal with variance 2 / i. */
typedef enum bf_initial { BF_GLOROT_UNIFORM, BF_GLOROT_NORMAL, BF_HE_UNIFORM, BF_HE_NORMAL, BF_INITIALS } bf_initial;

extern const char *const bf_initial_names[BF_INITIALS];
bf_initial bf_initial_of(const char *name); /* BF_INITIALS: none is called so */

/* Fills theta; biases are 0. Draw i of the stream is weight i, so the start depends on seed and widths only. */
void bf_initial_fill(const bf_mlp *mlp, bf_initial initial, uint64_t seed);

#endif
