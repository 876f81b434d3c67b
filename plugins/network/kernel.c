/* Choice of the kernels at run time, and the treatment of subnormal numbers. */
#include "kernel.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

const bf_kernels *bf_kernels_at(size_t i) {
  if (i == 0) return __builtin_cpu_supports("avx512f") ? &bf_kernels_avx512 : NULL;
  if (i == 1) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &bf_kernels_avx2 : NULL;
  return &bf_kernels_baseline;
}

uint32_t bf_subnormals_flush(void) {
  uint32_t before = _mm_getcsr();
  _mm_setcsr(before | 0x8040u); /* flush to zero, denormals are zero */
  return before;
}

void bf_subnormals_restore(uint32_t before) { _mm_setcsr(before); }
#else
const bf_kernels *bf_kernels_at(size_t i) { return i + 1 == bf_kernels_count ? &bf_kernels_baseline : NULL; }
uint32_t bf_subnormals_flush(void) { return 0; }
void bf_subnormals_restore(uint32_t before) { (void)before; }
#endif

const bf_kernels *bf_kernels_best(void) {
  for (size_t i = 0;; i++) {
    const bf_kernels *k = bf_kernels_at(i);
    if (k) return k;
  }
}
