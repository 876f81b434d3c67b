/* Counter-based random numbers: Random123's Philox 4x32-10. */
#include <bettiflow/math.h>
#include <bettiflow/random.h>
#include <math.h>
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

void bf_random_words(uint64_t seed, uint64_t i, uint32_t out[4]) {
  philox4x32_ctr_t counter = {{(uint32_t)i, (uint32_t)(i >> 32), 0, 0}};
  philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
  counter = philox4x32_R(10, counter, key);
  for (int k = 0; k < 4; k++) out[k] = counter.v[k];
}

static uint64_t join(uint32_t low, uint32_t high) { return (uint64_t)high << 32 | low; }

double bf_random_uniform(uint64_t seed, uint64_t i) {
  uint32_t w[4];
  bf_random_words(seed, i, w);
  return (double)(join(w[0], w[1]) >> 11) * 0x1p-53;
}

/* cos(2πt) for 0 <= t < 1 within 2e-16. bf_cos_turn is closer near the zeros; this one stays, as its bits are those of every stream of normals. */
static double turn_cosine(double t) {
  double sign = 1, half_pi = 1.57079632679489661923;
  if (t > .5) t = 1 - t;              /* cos(2π - a) = cos a */
  if (t > .25) t = .5 - t, sign = -1; /* cos(π - a) = -cos a */
  double a = 4 * t * half_pi, q = a * a, sum = 0;
  for (int k = 22; k >= 2; k -= 2) sum = (1 - sum) * q / (double)(k * (k - 1));
  return sign * (1 - sum);
}

double bf_random_normal(uint64_t seed, uint64_t i) {
  uint32_t w[4];
  bf_random_words(seed, i, w);
  double radius = (double)((join(w[0], w[1]) >> 11) + 1) * 0x1p-53; /* in (0, 1], so that its logarithm is finite */
  double angle = (double)(join(w[2], w[3]) >> 11) * 0x1p-53;
  return sqrt(-2 * bf_log(radius)) * turn_cosine(angle);
}

uint64_t bf_random_below(uint64_t seed, uint64_t i, uint64_t n) {
  uint32_t w[4];
  bf_random_words(seed, i, w);
  return (uint64_t)((unsigned __int128)join(w[0], w[1]) * n >> 64);
}

void bf_random_permutation(uint64_t seed, uint32_t n, uint32_t *p) {
  for (uint32_t i = 0; i < n; i++) p[i] = i;
  for (uint32_t i = n; i-- > 1;) {
    uint32_t j = (uint32_t)bf_random_below(seed, i, (uint64_t)i + 1), swap = p[i];
    p[i] = p[j];
    p[j] = swap;
  }
}
