/* The scans, for each instruction set; they only compare, so all give the same. */
#include "flag/matrix.h"

/* FLAG_LANES columns from w on: the largest of `least` and each row's into d, and a bit for each column whose is over < d <= most. */
typedef uint64_t (*lanes)(const float *const *row, unsigned count, uint32_t w, float least, float over, float most, float *d);

static uint64_t lanes_baseline(const float *const *row, unsigned count, uint32_t w, float least, float over, float most, float *d) {
  uint64_t bits = 0;
  for (unsigned l = 0; l < FLAG_LANES; l++) d[l] = least;
  for (unsigned i = 0; i < count; i++)
    for (unsigned l = 0; l < FLAG_LANES; l++) d[l] = row[i][w + l] > d[l] ? row[i][w + l] : d[l];
  for (unsigned l = 0; l < FLAG_LANES; l++) bits |= (uint64_t)(d[l] > over && d[l] <= most) << l;
  return bits;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx512f"))) static uint64_t lanes_avx512(const float *const *row, unsigned count, uint32_t w, float least, float over, float most,
                                                                float *d) {
  const __m512 low = _mm512_set1_ps(over), high = _mm512_set1_ps(most);
  uint64_t bits = 0;
  for (unsigned l = 0; l < FLAG_LANES; l += 16) {
    __m512 x = _mm512_set1_ps(least);
    for (unsigned i = 0; i < count; i++) x = _mm512_max_ps(x, _mm512_loadu_ps(row[i] + w + l));
    _mm512_storeu_ps(d + l, x);
    bits |= (uint64_t)(_mm512_cmp_ps_mask(x, low, _CMP_GT_OQ) & _mm512_cmp_ps_mask(x, high, _CMP_LE_OQ)) << l;
  }
  return bits;
}

__attribute__((target("avx2"))) static uint64_t lanes_avx2(const float *const *row, unsigned count, uint32_t w, float least, float over, float most, float *d) {
  const __m256 low = _mm256_set1_ps(over), high = _mm256_set1_ps(most);
  uint64_t bits = 0;
  for (unsigned l = 0; l < FLAG_LANES; l += 8) {
    __m256 x = _mm256_set1_ps(least);
    for (unsigned i = 0; i < count; i++) x = _mm256_max_ps(x, _mm256_loadu_ps(row[i] + w + l));
    _mm256_storeu_ps(d + l, x);
    __m256 inside = _mm256_and_ps(_mm256_cmp_ps(x, low, _CMP_GT_OQ), _mm256_cmp_ps(x, high, _CMP_LE_OQ));
    bits |= (uint64_t)(unsigned)_mm256_movemask_ps(inside) << l;
  }
  return bits;
}

static lanes best(void) {
  if (__builtin_cpu_supports("avx512f")) return lanes_avx512;
  return __builtin_cpu_supports("avx2") ? lanes_avx2 : lanes_baseline;
}
#else
static lanes best(void) { return lanes_baseline; }
#endif

uint32_t flag_matrix_last(const float *const *row, unsigned count, uint32_t end, float most) {
  const lanes scan = best();
  float d[FLAG_LANES];
  for (uint32_t w = (end + FLAG_LANES - 1) / FLAG_LANES * FLAG_LANES; w > 0;) {
    w -= FLAG_LANES;
    uint64_t bits = scan(row, count, w, 0, -1, most, d);
    if (end - w < FLAG_LANES) bits &= (UINT64_C(1) << (end - w)) - 1;
    if (bits) return w + 63 - (uint32_t)__builtin_clzll(bits);
  }
  return UINT32_MAX;
}

uint32_t flag_matrix_between(const float *const *row, unsigned count, uint32_t begin, uint32_t end, float least, float over, float most, uint32_t *hit,
                             float *distance) {
  const lanes scan = best();
  uint32_t n = 0;
  float d[FLAG_LANES];
  for (uint32_t w = begin / FLAG_LANES * FLAG_LANES; w < end; w += FLAG_LANES) {
    uint64_t bits = scan(row, count, w, least, over, most, d);
    if (begin > w) bits &= ~((UINT64_C(1) << (begin - w)) - 1);
    for (; bits; bits &= bits - 1) {
      unsigned l = (unsigned)__builtin_ctzll(bits);
      hit[n] = w + l;
      distance[n++] = d[l];
    }
  }
  return n;
}
