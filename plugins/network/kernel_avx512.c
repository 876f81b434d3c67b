/* The kernels for AVX-512: 32 registers of 16 lanes. */
#if defined(__x86_64__)
#pragma GCC target("avx512f,avx2,fma")
#include <immintrin.h>

#define KERNELS bf_kernels_avx512
#define KERNELS_NAME "avx512"
#define WIDTH 16
#define AFFINE_ROWS 5 /* a block of 5 outputs × 5 vectors of samples holds 25 sums in registers */
#define AFFINE_SHAPES ROWS(1, 15) ROWS(2, 5) ROWS(3, 5) ROWS(4, 5) ROWS(5, 5)
#define GRADIENT_COLUMNS 5
#define GRADIENT_SUMS 25
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define SPLAT(x) _mm512_set1_ps(x)
#include "kernel_body.h"
#endif
