/* activation.gelu: x Φ(x) with the normal distribution function Φ, by erfc, within 0.51 units in the last place everywhere, the far negative tail
 * included; or its approximation by tanh. Hendrycks, Gimpel: "Gaussian error linear units", 2016. */
#include "exponential.h"
#include <bettiflow/plugin.h>

typedef struct config {
  const char *approximate; /* "none", "tanh" */
} config;

/* Φ(-a) exp(a²/2) for 0 <= a <= 15, relative error below 2e-10: a minimax fit in (a - 4) / (a + 4). */
BF_INLINE double scaled_tail(double a) {
  double w = (a - 4.0) / (a + 4.0);
  double p = -0x1.512fd5cc972b6p-20;
  p = p * w + 0x1.66394dcdec226p-18;
  p = p * w + 0x1.b1f2e98702272p-16;
  p = p * w - 0x1.8870f6823ad44p-15;
  p = p * w - 0x1.863f9efe5abd3p-13;
  p = p * w + 0x1.4f32d2dfc505bp-11;
  p = p * w + 0x1.09fda9b003ae4p-11;
  p = p * w - 0x1.1645a2c5f6e42p-7;
  p = p * w + 0x1.f9b07896a9479p-6;
  p = p * w - 0x1.25b6a8e4fdf75p-4;
  p = p * w + 0x1.fd7519d828102p-4;
  p = p * w - 0x1.5cf97b0eab58dp-3;
  return p * w + 0x1.82b4bb8d1f995p-4;
}

/* Below -15 the value rounds to -0; the cut keeps -inf from becoming NaN. */
BF_INLINE float exact_value(const void *cfg, float x) {
  (void)cfg;
  double z = bf_within(15.0, (double)x), a = fabs(z);
  double tail = scaled_tail(a) * bf_exponential(-0.5 * a * a);
  return (float)((x < -15.0f ? -15.0 : (double)x) * (z < 0.0 ? tail : 1.0 - tail));
}

/* gelu' = Φ(x) + x exp(-x²/2) / sqrt(2π) */
BF_INLINE float exact_slope(const void *cfg, float x) {
  (void)cfg;
  double z = bf_within(15.0, (double)x), a = fabs(z);
  double bell = bf_exponential(-0.5 * a * a), tail = scaled_tail(a) * bell;
  return (float)((z < 0.0 ? tail : 1.0 - tail) + z * (bell * 0x1.9884533d43651p-2));
}

/* 2 sqrt(2/π) (x + 0.044715 x³): (1 + tanh(u/2)) / 2 is the logistic function of u. */
BF_INLINE double argument(double z) { return 0x1.9884533d43651p+0 * (z + 0.044715 * z * z * z); }

BF_INLINE float tanh_value(const void *cfg, float x) {
  (void)cfg;
  double s = bf_logistic(argument(bf_within(15.0, (double)x)));
  return (float)((x < -15.0f ? -15.0 : (double)x) * s);
}

BF_INLINE float tanh_slope(const void *cfg, float x) {
  (void)cfg;
  double z = bf_within(15.0, (double)x), t = bf_exponential(-argument(z)), s = 1.0 / (1.0 + t);
  double rise = 0x1.9884533d43651p+0 * (1.0 + 0.134145 * z * z);
  return (float)(s + z * rise * s * (t * s)); /* t s is 1 - s without cancellation */
}

BF_MAP(exact_values, exact_value)
BF_MAP(exact_slopes, exact_slope)
BF_MAP(tanh_values, tanh_value)
BF_MAP(tanh_slopes, tanh_slope)

static bool by_tanh(const void *cfg) { return strcmp(((const config *)cfg)->approximate, "tanh") == 0; }

static void apply(const void *cfg, const float *x, float *y, size_t n) { (by_tanh(cfg) ? tanh_values : exact_values)(cfg, x, y, n); }

static void derive(const void *cfg, const float *x, const float *y, float *dx, size_t n) {
  (void)y;
  (by_tanh(cfg) ? tanh_slopes : exact_slopes)(cfg, x, dx, n);
}

static const bf_param params[] = {
    BF_PARAM(config, approximate, .def = "none", .choices = "none|tanh", .doc = "none: by the normal distribution; tanh: the older formula, up to 0.0005 off"),
    {0}};

static const bf_activation gelu = {.id = "activation.gelu",
                                   .doc = "x times the normal distribution function at x",
                                   .revision = 1,
                                   .derive_needs = BF_NEEDS_X,
                                   .cfg_size = sizeof(config),
                                   .params = params,
                                   .apply = apply,
                                   .derive = derive};

BF_PLUGIN(.name = "gelu", .version = "1.0", .licence = "MIT", .activations = (const bf_activation *const[]){&gelu, NULL});
