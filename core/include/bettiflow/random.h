/* Counter-based random numbers: the i-th draw of a stream is a function of (seed, i) alone, so any split of the work over
 * threads or jobs gives the same numbers. Philox 4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011. Seeds come from the host: one named stream for each purpose.
 */
#ifndef BETTIFLOW_RANDOM_H
#define BETTIFLOW_RANDOM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void bf_random_words(uint64_t seed, uint64_t i, uint32_t out[4]); /* block i of the stream */
double bf_random_uniform(uint64_t seed, uint64_t i);              /* in [0, 1), 53 bits; uses the first two words of block i */
double bf_random_normal(uint64_t seed, uint64_t i);               /* mean 0, variance 1; Box-Muller over block i */
uint64_t bf_random_below(uint64_t seed, uint64_t i, uint64_t n);  /* uniform in 0 … n-1, n >= 1; bias below n / 2^64 */

/* A uniform random permutation of 0 … n-1 into p (Fisher-Yates). */
void bf_random_permutation(uint64_t seed, uint32_t n, uint32_t *p);

#ifdef __cplusplus
}
#endif
#endif
