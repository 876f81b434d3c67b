/* The product for AVX2. */
#if defined(__x86_64__)
#pragma GCC target("avx2")
#include <immintrin.h>

#define MIN_MAX bf_min_max_avx2
#define WIDTH 8
#define ROWS 4
#define VECTOR __m256
#define SPLAT(x) _mm256_set1_ps(x)
#define LOAD(at) _mm256_loadu_ps(at)
#define STORE(at, x) _mm256_storeu_ps(at, x)
#define MIN(a, b) _mm256_min_ps(a, b)
#define MAX(a, b) _mm256_max_ps(a, b)
#define LESS(a, b) ((uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_LT_OQ)))
#include "min_max_body.h"
#endif
