/* The product for AVX-512. */
#if defined(__x86_64__)
#pragma GCC target("avx512f")
#include <immintrin.h>

#define MIN_MAX bf_min_max_avx512
#define WIDTH 16
#define ROWS 8
#define VECTOR __m512
#define SPLAT(x) _mm512_set1_ps(x)
#define LOAD(at) _mm512_loadu_ps(at)
#define STORE(at, x) _mm512_storeu_ps(at, x)
#define MIN(a, b) _mm512_min_ps(a, b)
#define MAX(a, b) _mm512_max_ps(a, b)
#define LESS(a, b) ((uint32_t)_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ))
#include "min_max_body.h"
#endif
