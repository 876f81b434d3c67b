/* Which instruction set to compute with: the machine's best, lowered by BETTIFLOW_CPU=avx2 or BETTIFLOW_CPU=baseline. All of them give the
 * same bits; the variable is there so that anybody can check that, and is not part of a task's key. Other values are ignored. */
#ifndef BF_ACTIVATION_CPU_H
#define BF_ACTIVATION_CPU_H

#include <stdlib.h>
#include <string.h>

typedef enum bf_cpu { BF_CPU_BASELINE, BF_CPU_AVX2, BF_CPU_AVX512 } bf_cpu; /* AVX2: with FMA; AVX512: the foundation (F) alone */

/* What the machine has, whatever the variable says. */
static inline bf_cpu bf_cpu_has(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return BF_CPU_AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return BF_CPU_AVX2;
#endif
  return BF_CPU_BASELINE;
}

/* Reads the environment: for a loop over arrays, call it once. */
static inline bf_cpu bf_cpu_chosen(void) {
  const bf_cpu has = bf_cpu_has();
  const char *most = getenv("BETTIFLOW_CPU");
  if (!most) return has;
  if (strcmp(most, "baseline") == 0) return BF_CPU_BASELINE;
  return strcmp(most, "avx2") == 0 && has > BF_CPU_AVX2 ? BF_CPU_AVX2 : has;
}

#endif
