/* Choice of the kernels at run time, and the treatment of subnormal numbers. */
#include "kernel.h"
#include "../activation/cpu.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

const bf_kernels *bf_kernels_at(size_t i) {
  if (i == 0) return bf_cpu_has() >= BF_CPU_AVX512 ? &bf_kernels_avx512 : NULL;
  if (i == 1) return bf_cpu_has() >= BF_CPU_AVX2 ? &bf_kernels_avx2 : NULL;
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
#if defined(__x86_64__)
  switch (bf_cpu_chosen()) {
  case BF_CPU_AVX512:
    return &bf_kernels_avx512;
  case BF_CPU_AVX2:
    return &bf_kernels_avx2;
  case BF_CPU_BASELINE:
    break;
  }
#endif
  return &bf_kernels_baseline;
}
