/* The rules by which a gradient moves the parameters.
 *
 * With γ the rate, t = 1, 2, … the step, g the gradient (times `scale`, which clips it), θ the parameters, λ the weight decay. Each but adamw and
 * adam_tf1 first adds λθ to g.
 *
 * adam_tf1  m += (1-β1)(g - m);  v += (1-β2)(g² - v);  θ -= γ √(1-β2^t)/(1-β1^t) · m / (√v + ε). TensorFlow 1's AdamOptimizer: ε stands outside
 *           the bias correction. No weight decay.
 * adam      the same m and v;  θ -= γ m/(1-β1^t) / (√(v/(1-β2^t)) + ε). Kingma and Ba, arXiv:1412.6980, algorithm 1; PyTorch's Adam.
 * adamw     θ -= γλθ, then adam with g alone. Loshchilov and Hutter, arXiv:1711.05101; PyTorch's AdamW.
 * sgd       u = μu + g;  θ -= γu. Polyak's heavy ball as Sutskever et al. (ICML 2013) use it, with the rate outside, as in PyTorch's SGD.
 * rmsprop   v += (1-β2)(g² - v);  u = μu + g / (√v + ε);  θ -= γu. Tieleman and Hinton, Coursera lecture 6.5 (2012); PyTorch's RMSprop.
 */
#ifndef BF_TRAIN_OPTIMISER_H
#define BF_TRAIN_OPTIMISER_H

#include <bettiflow/status.h>
#include <stddef.h>
#include <stdint.h>

typedef enum bf_rule { BF_ADAM_TF1, BF_ADAM, BF_ADAMW, BF_SGD, BF_RMSPROP, BF_RULES } bf_rule;

enum { BF_HAS_BETA1 = 1u, BF_HAS_BETA2 = 2u, BF_HAS_EPSILON = 4u, BF_HAS_MOMENTUM = 8u, BF_HAS_DECAY = 16u };

/* The numbers of a rule; those that it lacks are not read. */
typedef struct bf_constants {
  double beta1, beta2, epsilon, momentum, weight_decay;
} bf_constants;

extern const struct bf_rule_info {
  const char *name;
  uint32_t has; /* BF_HAS_… */
  bf_constants usual;
} bf_rules[BF_RULES];

bf_rule bf_rule_of(const char *name); /* BF_RULES: none is called so */

typedef struct bf_optimiser {
  bf_rule rule;
  bf_constants constants;
  size_t n;              /* parameters */
  float *first, *second; /* n each: m or u, and v */
  double power1, power2; /* β1^t, β2^t for the steps done so far */
} bf_optimiser;

bf_status bf_optimiser_new(bf_optimiser *o, bf_rule rule, const bf_constants *constants, size_t n); /* BF_NO_MEMORY */
void bf_optimiser_reset(bf_optimiser *o);                                                           /* as new */
void bf_optimiser_free(bf_optimiser *o);                                                            /* a zeroed one is fine */

/* One step. The gradient may be changed. */
void bf_optimiser_step(bf_optimiser *o, float *theta, float *gradient, double rate, double scale);

/* √ of the sum of squares. */
double bf_norm(const float *x, size_t n);

#endif
