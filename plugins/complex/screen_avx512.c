/* The screen for AVX-512. */
#if defined(__x86_64__)
#pragma GCC target("avx512f,avx2,fma")
#include <immintrin.h>

#define SCREEN bf_screen_avx512
#define WIDTH 16
#define ROWS 4
#define VECTOR __m512
#define SPLAT(x) _mm512_set1_ps(x)
#define LOAD(at) _mm512_loadu_ps(at)
#define STORE(at, x) _mm512_storeu_ps(at, x)
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define NOT_LESS(a, b) ((uint32_t)_mm512_cmp_ps_mask(a, b, _CMP_NLT_UQ))
#include "screen_body.h"
#endif
