/* The kernels for AVX2 with FMA: 16 registers of 8 lanes. */
#if defined(__x86_64__)
#pragma GCC target("avx2,fma")
#include <immintrin.h>

#define KERNELS bf_kernels_avx2
#define KERNELS_NAME "avx2"
#define WIDTH 8
#define AFFINE_ROWS 6
#define AFFINE_SHAPES ROWS(1, 10) ROWS(2, 6) ROWS(3, 3) ROWS(4, 3) ROWS(5, 2) ROWS(6, 2)
#define GRADIENT_COLUMNS 3
#define GRADIENT_SUMS 12
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define SPLAT(x) _mm256_set1_ps(x)
#include "kernel_body.h"
#endif
