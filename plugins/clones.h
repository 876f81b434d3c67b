/* Compiles a loop over elements once for each instruction set; the processor decides which one runs. There are no fused operations, so all give the same
 * bits. BETTIFLOW_CPU (activation/cpu.h) does not lower it: the choice is made when the plugin is loaded, by the compiler's own code, which
 * runs too early for the thread sanitizer. */
#ifndef BF_CLONES_H
#define BF_CLONES_H

#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#define BF_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define BF_CLONES
#endif

#endif
