/* Loops over elements, compiled once for each instruction set, and the choice between them at run time (cpu.h). Nothing is contracted
 * to fused operations here, so all of them give the same bits.
 *
 *     BF_INLINE float value(const void *cfg, float x) { return x <= 0.0f ? 0.0f : x; }
 *     BF_MAP(apply, value)        defines   static void apply(const void *cfg, const float *in, float *out, size_t n)
 *
 * in and out may be one array. */
#ifndef BF_ACTIVATION_ELEMENTWISE_H
#define BF_ACTIVATION_ELEMENTWISE_H

#include "cpu.h"
#include <stdatomic.h>
#include <stddef.h>

#define BF_INLINE static inline __attribute__((always_inline))

/* The choice, made once for each plugin. */
static inline bf_cpu bf_cpu_once(void) {
  static _Atomic int known; /* the instruction set + 1 */
  int is = atomic_load_explicit(&known, memory_order_relaxed);
  if (!is) atomic_store_explicit(&known, is = (int)bf_cpu_chosen() + 1, memory_order_relaxed);
  return (bf_cpu)(is - 1);
}

#define BF_MAP_ON(name, target, element)                                                                                                                       \
  target static void name(const void *cfg, const float *in, float *out, size_t n) {                                                                            \
    _Pragma("GCC ivdep") for (size_t i = 0; i < n; i++) out[i] = element(cfg, in[i]);                                                                          \
  }

#if defined(__x86_64__)
#define BF_MAP(name, element)                                                                                                                                  \
  BF_MAP_ON(name##_avx512, __attribute__((target("avx512f"))), element)                                                                                        \
  BF_MAP_ON(name##_avx2, __attribute__((target("avx2"))), element)                                                                                             \
  BF_MAP_ON(name##_baseline, , element)                                                                                                                        \
  static void name(const void *cfg, const float *in, float *out, size_t n) {                                                                                   \
    const bf_cpu is = bf_cpu_once();                                                                                                                           \
    (is == BF_CPU_AVX512 ? name##_avx512 : is == BF_CPU_AVX2 ? name##_avx2 : name##_baseline)(cfg, in, out, n);                                                \
  }
#else
#define BF_MAP(name, element) BF_MAP_ON(name, , element)
#endif

#endif
