/* activation.sine: sin(omega x), within 0.51 units in the last place for every float; Sitzmann, Martel, Bergman, Lindell, Wetzstein: "Implicit neural
 * representations with periodic activation functions", NeurIPS 2020 (omega = 30 there). */
#include "exponential.h"
#include <bettiflow/plugin.h>
#include <math.h>

typedef struct config {
  double omega;
} config;

/* The product of two floats is exact in double: the angle that is meant. */
BF_INLINE double angle_of(const void *cfg, float x) { return (double)(float)((const config *)cfg)->omega * (double)x; }

/* Sine of the remainder r, |r| <= π/4, plus `quarters` right angles. Minimax fits, relative errors below 1e-11. */
BF_INLINE double sine_of(double r, uint64_t quarters) {
  double z = r * r;
  double s = 0x1.6cd8595228330p-19;
  s = s * z - 0x1.a00f9daa14389p-13;
  s = s * z + 0x1.111108964f35ep-7;
  s = s * z - 0x1.5555554cb9ec9p-3;
  double c = -0x1.242ad5cb2d223p-22;
  c = c * z + 0x1.a011202621b56p-16;
  c = c * z - 0x1.6c16b898c94dep-10;
  c = c * z + 0x1.5555554f4e433p-5;
  double sine = r + r * z * s, cosine = (1.0 - 0.5 * z) + z * z * c;
  double y = quarters & 1 ? cosine : sine;
  return quarters & 2 ? -y : y;
}

/* |u| <= 2^20: π/2 in three parts of 33, 32 and 53 bits, whose products with the number of right angles are exact, all but the last. Adding
 * 1.5 · 2^52 rounds to a whole number, which then stands in the low bits. */
enum { NEAR = 1 << 20 };

BF_INLINE double near_sine(double u, uint64_t quarters) {
  const double shift = 0x1.8p52;
  double shifted = u * 0x1.45f306dc9c883p-1 + shift, n = shifted - shift;
  double r = ((u - n * 0x1.921fb544p+0) - n * 0x1.0b4611a6p-34) - n * 0x1.3198a2e037073p-69;
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  return sine_of(r, bits + quarters);
}

BF_INLINE float near_value(const void *cfg, float x) { return (float)near_sine(angle_of(cfg, x), 0); }

/* (omega sin)' = omega cos */
BF_INLINE float near_slope(const void *cfg, float x) { return (float)((double)(float)((const config *)cfg)->omega * near_sine(angle_of(cfg, x), 1)); }

BF_MAP(near_values, near_value)
BF_MAP(near_slopes, near_slope)

/* ---- large angles ---- */

/* Bit i (from 1) after the point of 2/π, the first in the uppermost place. */
static const uint64_t two_over_pi[] = {0xa2f9836e4e441529u, 0xfc2757d1f534ddc0u, 0xdb6295993c439041u, 0xfe5163abdebbc561u,
                                       0xb7246e3a424dd2e0u, 0x06492eea09d1921cu, 0xfe1deb1cb129a73eu, 0xe88235f52ebb4400u};

/* 64 bits of it from bit `first` on; those before bit 1 are 0. first <= 384. */
static uint64_t bits_from(int first) {
  if (first < 1) return first <= -63 ? 0 : two_over_pi[0] >> (1 - first);
  int word = (first - 1) / 64, by = (first - 1) % 64;
  return by ? two_over_pi[word] << by | two_over_pi[word + 1] >> (64 - by) : two_over_pi[word];
}

/* Payne, Hanek: "Radian reduction for trigonometric functions", SIGNUM Newsletter 18, 1983. |u| = m 2^e with whole m < 2^53; of the product with 2/π
 * the right angles are wanted modulo 4, so the bits of 2/π that give multiples of 4 are left out, and 192 bits, the last of weight
 * 2^-190, are more than enough: the product modulo 2^192 is the angle in units of 2^-190 right angles. |u| < 2^256. */
static double far_sine(double u, uint64_t quarters) {
  int e;
  uint64_t m = (uint64_t)ldexp(frexp(fabs(u), &e), 53);
  e -= 53;
  unsigned __int128 low = (unsigned __int128)m * bits_from(e + 127), middle = (unsigned __int128)m * bits_from(e + 63) + (uint64_t)(low >> 64);
  uint64_t high = m * bits_from(e - 1) + (uint64_t)(middle >> 64);
  uint64_t whole = high >> 62, fraction = high << 2 | (uint64_t)middle >> 62, rest = (uint64_t)middle << 2 | (uint64_t)low >> 62;
  bool above = fraction >> 63; /* more than half a right angle: from the next one back */
  if (above) whole++, fraction = ~fraction, rest = ~rest;
  double r = ((double)fraction * 0x1p-64 + (double)rest * 0x1p-128) * 0x1.921fb54442d18p+0;
  r = above ? -r : r;
  /* sin(-u + q π/2) = -sin(u - q π/2): for negative u and q = 0, 1 that is -sin u, cos u. */
  double y = sine_of(r, whole + quarters);
  return u < 0.0 && !(quarters & 1) ? -y : y;
}

/* ---- arrays ---- */

static bool is_far(double u) { return fabs(u) > NEAR && u - u == 0.0; } /* infinite angles go the near way and give NaN */

/* Blocks: x may be overwritten before the large angles are looked for. */
static void map(const void *cfg, const float *x, float *y, size_t n, bool slope) {
  enum { BLOCK = 256 };
  float in[BLOCK];
  for (size_t done = 0; done < n; done += BLOCK) {
    size_t count = n - done < BLOCK ? n - done : BLOCK;
    memcpy(in, x + done, count * sizeof *in);
    (slope ? near_slopes : near_values)(cfg, in, y + done, count);
    for (size_t i = 0; i < count; i++) {
      double u = angle_of(cfg, in[i]);
      if (!is_far(u)) continue;
      y[done + i] = (float)(slope ? (double)(float)((const config *)cfg)->omega * far_sine(u, 1) : far_sine(u, 0));
    }
  }
}

static void apply(const void *cfg, const float *x, float *y, size_t n) { map(cfg, x, y, n, false); }

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)y;
  map(cfg, x, dx, n, true);
}

static const bf_param params[] = {BF_PARAM(config, omega, .def = "1", .range = "[1e-30, 1e30]", .doc = "angular frequency, used as float32; 30 in SIREN"), {0}};

static const bf_activation sine = {.id = "activation.sine",
                                   .doc = "sin(omega * x)",
                                   .revision = 1,
                                   .derive_needs = BF_NEEDS_X,
                                   .cfg_size = sizeof(config),
                                   .params = params,
                                   .apply = apply,
                                   .derive = derive};

BF_PLUGIN(.name = "sine", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&sine, NULL});
