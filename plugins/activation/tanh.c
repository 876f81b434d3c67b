/* activation.tanh: the hyperbolic tangent, within 2 units in the last place for every float: a table of 32 polynomials of degree 5. AVX-512 holds
 * the table in registers; AVX2 and the baseline read rows of it. */
#include "elementwise.h"
#include "fused.h"
#include "tanh_table.h"
#include <bettiflow/plugin.h>
#include <string.h>

enum { BF_TANH_TERMS = 6 };

/* A row is 32 bytes, half a cache line. */
typedef float row[8];
#define ROW(...) {__VA_ARGS__},
static const _Alignas(64) row rows[32] = {BF_TANH_ROWS(ROW)};

/* ---- baseline ---- */

typedef int32_t four_bits __attribute__((vector_size(16)));
static const four_bits sign_bit = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};

BF_INLINE bf_four least(bf_four a, bf_four b) {
  four_bits below = a < b;
  return (bf_four)((below & (four_bits)a) | (~below & (four_bits)b));
}

BF_INLINE void look_up_baseline(bf_four *c, const row *table, bf_four t) {
  four_bits at = (four_bits)t & 31;
  const float *p = table[at[0]], *q = table[at[1]], *r = table[at[2]], *s = table[at[3]];
  for (int k = 0; k < BF_TANH_TERMS; k++) c[k] = (bf_four){p[k], q[k], r[k], s[k]};
}

#define NAME(function) function##_baseline
#define WIDTH 4
#define VEC bf_four
#define TABLE row
#define SPLAT(x) ((bf_four){(x), (x), (x), (x)})
#define LOAD(p) (*(const bf_four_in_memory *)(p))
#define STORE(p, v) (*(bf_four_in_memory *)(p) = (v))
#define ABS(x) ((bf_four)((four_bits)(x) & ~sign_bit))
#define MIN(a, b) least(a, b)
#define FMA(a, b, c) bf_fused(a, b, c)
#define WITH_SIGN(y, x) ((bf_four)((four_bits)(y) | ((four_bits)(x)&sign_bit)))
#define LOAD_TABLE(table) const row *table = rows
#define LOOK_UP(c, table, t)                                                                                                                                   \
  bf_four c[BF_TANH_TERMS];                                                                                                                                    \
  look_up_baseline(c, table, t)
#define COLUMN(c, k) (c)[k]
#include "tanh_loop.h"

#if defined(__x86_64__)
#include <immintrin.h>

/* ---- AVX2: 8 rows are loaded and transposed ---- */
#pragma GCC push_options
#pragma GCC target("avx2,fma")

/* Floats 4 part … 4 part + 3 of the rows that begin i and j floats into the table, in the low and the high half. */
BF_INLINE __m256 two_rows(const row *table, uint32_t i, uint32_t j, int part) {
  const float *at = table[0] + 4l * part;
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_load_ps(at + i)), _mm_load_ps(at + j), 1);
}

/* Columns 4 part … 4 part + 3 of the rows that begin there. */
BF_INLINE void look_up_part(__m256 *c, const row *table, const uint32_t *at, int part) {
  __m256 a = two_rows(table, at[0], at[4], part), b = two_rows(table, at[1], at[5], part);
  __m256 d = two_rows(table, at[2], at[6], part), e = two_rows(table, at[3], at[7], part);
  __m256d ab = _mm256_castps_pd(_mm256_unpacklo_ps(a, b)), de = _mm256_castps_pd(_mm256_unpacklo_ps(d, e));
  c[0] = _mm256_castpd_ps(_mm256_unpacklo_pd(ab, de));
  c[1] = _mm256_castpd_ps(_mm256_unpackhi_pd(ab, de));
  ab = _mm256_castps_pd(_mm256_unpackhi_ps(a, b)), de = _mm256_castps_pd(_mm256_unpackhi_ps(d, e));
  c[2] = _mm256_castpd_ps(_mm256_unpacklo_pd(ab, de));
  c[3] = _mm256_castpd_ps(_mm256_unpackhi_pd(ab, de));
}

BF_INLINE void look_up_avx2(__m256 *c, const row *table, __m256 t) {
  _Alignas(32) uint32_t at[8];
  __m256i row_number = _mm256_and_si256(_mm256_castps_si256(t), _mm256_set1_epi32(31));
  _mm256_store_si256((__m256i *)at, _mm256_slli_epi32(row_number, 3));
  __asm__("" : "+m"(at)); /* eight loads are quicker than the extractions that the compiler prefers */
  look_up_part(c, table, at, 0);
  look_up_part(c + 4, table, at, 1);
}

#define NAME(function) function##_avx2
#define WIDTH 8
#define VEC __m256
#define TABLE row
#define SPLAT(x) _mm256_set1_ps(x)
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define ABS(x) _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x)
#define MIN(a, b) _mm256_min_ps(a, b)
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define WITH_SIGN(y, x) _mm256_or_ps(y, _mm256_and_ps(_mm256_set1_ps(-0.0f), x))
#define LOAD_TABLE(table) const row *table = rows
#define LOOK_UP(c, table, t)                                                                                                                                   \
  __m256 c[8];                                                                                                                                                 \
  look_up_avx2(c, table, t)
#define COLUMN(c, k) (c)[k]
#include "tanh_loop.h"
#pragma GCC pop_options

/* ---- AVX-512: a column of the table is two registers, and a permutation looks 16 elements up ---- */
#pragma GCC push_options
#pragma GCC target("avx512f,avx2,fma")

#define COLUMN_0(a, b, c, d, e, f) a,
#define COLUMN_1(a, b, c, d, e, f) b,
#define COLUMN_2(a, b, c, d, e, f) c,
#define COLUMN_3(a, b, c, d, e, f) d,
#define COLUMN_4(a, b, c, d, e, f) e,
#define COLUMN_5(a, b, c, d, e, f) f,
static const _Alignas(64) float columns[BF_TANH_TERMS][32] = {{BF_TANH_ROWS(COLUMN_0)}, {BF_TANH_ROWS(COLUMN_1)}, {BF_TANH_ROWS(COLUMN_2)},
                                                              {BF_TANH_ROWS(COLUMN_3)}, {BF_TANH_ROWS(COLUMN_4)}, {BF_TANH_ROWS(COLUMN_5)}};
typedef struct column {
  __m512 low, high;
} column;

#define NAME(function) function##_avx512
#define WIDTH 16
#define VEC __m512
#define TABLE column
#define SPLAT(x) _mm512_set1_ps(x)
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define ABS(x) _mm512_abs_ps(x)
#define MIN(a, b) _mm512_min_ps(a, b)
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define WITH_SIGN(y, x)                                                                                                                                        \
  _mm512_castsi512_ps(_mm512_ternarylogic_epi32(_mm512_castps_si512(y), _mm512_castps_si512(x), _mm512_set1_epi32(INT32_MIN), 0xf8)) /* y | (x & sign) */
#define LOAD_TABLE(table)                                                                                                                                      \
  column table[BF_TANH_TERMS];                                                                                                                                 \
  for (int k = 0; k < BF_TANH_TERMS; k++) table[k] = (column) {                                                                                                \
      _mm512_load_ps(columns[k]), _mm512_load_ps(columns[k] + 16)                                                                                              \
    }
#define LOOK_UP(c, table, t) const __m512i c = _mm512_castps_si512(t) /* looked up where it is used, which keeps the ports of the core even */
#define COLUMN(c, k) _mm512_permutex2var_ps(table[k].low, c, table[k].high)
#include "tanh_loop.h"
#pragma GCC pop_options
#endif

/* ---- choice ---- */

static void apply(const void *cfg, const float *x, float *y, size_t n) {
  (void)cfg;
#if defined(__x86_64__)
  const bf_cpu is = bf_cpu_once();
  if (is == BF_CPU_AVX512) return apply_avx512(x, y, n);
  if (is == BF_CPU_AVX2) return apply_avx2(x, y, n);
#endif
  apply_baseline(x, y, n);
}

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)cfg, (void)x;
#if defined(__x86_64__)
  const bf_cpu is = bf_cpu_once();
  if (is == BF_CPU_AVX512) return derive_avx512(y, dx, n);
  if (is == BF_CPU_AVX2) return derive_avx2(y, dx, n);
#endif
  derive_baseline(y, dx, n);
}

static const bf_activation hyperbolic_tangent = {
    .id = "activation.tanh", .doc = "hyperbolic tangent", .revision = 2, .derive_needs = BF_NEEDS_Y, .apply = apply, .derive = derive};

BF_PLUGIN(.name = "tanh", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&hyperbolic_tangent, NULL});
