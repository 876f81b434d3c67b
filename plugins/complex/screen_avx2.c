/* The screen for AVX2 with fused multiply-add. */
#if defined(__x86_64__)
#pragma GCC target("avx2,fma")
#include <immintrin.h>

#define SCREEN bf_screen_avx2
#define WIDTH 8
#define ROWS 2
#define VECTOR __m256
#define SPLAT(x) _mm256_set1_ps(x)
#define LOAD(at) _mm256_loadu_ps(at)
#define STORE(at, x) _mm256_storeu_ps(at, x)
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define NOT_LESS(a, b) ((uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_NLT_UQ)))
#include "screen_body.h"
#endif
