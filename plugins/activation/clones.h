/* Compiles a loop over elements once for each instruction set. Without fused operations the results are the same on all of them. */
#ifndef BF_ACTIVATION_CLONES_H
#define BF_ACTIVATION_CLONES_H

#if defined(__x86_64__)
#define BF_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define BF_CLONES
#endif

#endif
