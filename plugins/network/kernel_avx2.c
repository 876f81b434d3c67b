/* The kernels for AVX2 with FMA: 16 registers of 8 lanes. */
#if defined(__x86_64__)
#pragma GCC target("avx2,fma")
#include <immintrin.h>

#define KERNELS bf_kernels_avx2
#define KERNELS_NAME "avx2"
#define WIDTH 8
#define AFFINE_ROWS 5
#define AFFINE_VECTORS 2
#define GRADIENT_ROWS 4
#define GRADIENT_COLUMNS 3
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define SPLAT(x) _mm256_set1_ps(x)
#include "kernel_body.h"
#endif
