/* The product for any processor, and the choice among those that there are. */
#include "min_max.h"
#include "../activation/cpu.h"

typedef float vector __attribute__((vector_size(16), aligned(4)));
typedef int32_t lanes __attribute__((vector_size(16)));

static inline vector pick(lanes first, vector a, vector b) { return (vector)((first & (lanes)a) | (~first & (lanes)b)); }
static inline uint32_t less(vector a, vector b) {
  lanes l = a < b;
  return (uint32_t)((l[0] ? 1 : 0) | (l[1] ? 2 : 0) | (l[2] ? 4 : 0) | (l[3] ? 8 : 0));
}

#define MIN_MAX bf_min_max_baseline
#define WIDTH 4
#define ROWS 2
#define VECTOR vector
#define SPLAT(x) ((vector){x, x, x, x})
#define LOAD(at) (*(const vector *)(at))
#define STORE(at, x) (*(vector *)(at) = (x))
#define MIN(a, b) pick((a) < (b), a, b)
#define MAX(a, b) pick((a) > (b), a, b)
#define LESS(a, b) less(a, b)
#include "min_max_body.h"

const bf_min_max *bf_min_max_best(void) {
#if defined(__x86_64__)
  if (bf_cpu_chosen() == BF_CPU_AVX512) return &bf_min_max_avx512;
  if (bf_cpu_chosen() == BF_CPU_AVX2) return &bf_min_max_avx2;
#endif
  return &bf_min_max_baseline;
}
