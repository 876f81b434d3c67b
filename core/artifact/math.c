/* Elementary functions with the same bits everywhere. Each reduces its argument without error and sums a Taylor series, whose
 * remainder is far below half a unit in the last place. Contraction to fma must be off, as this project's build has it.
 * Constants in two or three parts: the nearest double to the number, then the nearest to what is left, and so on. */
#include <bettiflow/math.h>
#include <math.h>

/* sin(a + b) and cos(a + b) for |a| <= π/4 and b far below a's last place. */
static double sine_near(double a, double b) {
  double q = a * a, sum = 0;
  for (int k = 19; k >= 3; k -= 2) sum = (1 - sum) * q / (double)(k * (k - 1)); /* 1 - sum = sin a / a */
  return a - (a * sum - b * (1 - .5 * q));
}

static double cosine_near(double a, double b) {
  double q = a * a, half = .5 * q, top = 1 - half, sum = 0;
  for (int k = 18; k >= 4; k -= 2) sum = (1 - sum) * q / (double)(k * (k - 1)); /* cos a = 1 - q/2 · (1 - sum) */
  return top + (((1 - top) - half) + (half * sum - a * b));                     /* what 1 - half lost is put back */
}

/* cos(n quarter turns + a + b); sin is a quarter turn less. n is a whole number of any size. */
static double cosine_from(double n, double a, double b) {
  switch ((int)(n - 4 * floor(n / 4))) {
  case 0:
    return cosine_near(a, b);
  case 1:
    return -sine_near(a, b);
  case 2:
    return -cosine_near(a, b);
  default:
    return sine_near(a, b);
  }
}

static double turned(double t, double quarters) { /* t >= 0 */
  if (!isfinite(t)) return NAN;
  t -= floor(t);                                                           /* no error, as t >= 0 */
  double n = floor(4 * t + .5), r = t - n / 4;                             /* no error, |r| <= 1/8 */
  double a = r * 0x1.921fb54442d18p+2;                                     /* 2π */
  double b = fma(r, 0x1.921fb54442d18p+2, -a) + r * 0x1.1a62633145c07p-52; /* what the product lost, and the rest of 2π */
  return cosine_from(n + quarters, a, b);
}

double bf_cos_turn(double t) { return turned(fabs(t), 0); }
double bf_sin_turn(double t) { return t < 0 ? -turned(-t, 3) : turned(t, 3); }

static double at_angle(double x, double quarters) {
  if (!(fabs(x) <= 0x1p20)) return NAN;
  double n = floor(x * 0x1.45f306dc9c883p-1 + .5); /* 2/π */
  double r = fma(-n, 0x1.921fb54442d18p+0, x);     /* x - nπ/2, first part: no error, as n is small */
  double w = n * 0x1.1a62633145c07p-54, a = r - w; /* second part */
  double b = ((r - a) - w) - fma(n, 0x1.1a62633145c07p-54, -w) - n * -0x1.f1976b7ed8fbcp-110;
  return cosine_from(n + quarters, a, b);
}

double bf_cos(double x) { return at_angle(x, 0); }
double bf_sin(double x) { return at_angle(x, 3); }

double bf_exp(double x) {
  if (isnan(x)) return x;
  if (x > 710) return INFINITY;
  if (x < -746) return 0;
  double n = floor(x * 0x1.71547652b82fep+0 + .5); /* 1 / ln 2 */
  double r = fma(-n, 0x1.62e42fefa39efp-1, x), w = n * 0x1.abc9e3b39803fp-56, a = r - w, b = (r - a) - w, sum = 0;
  for (int k = 13; k >= 2; k--) sum = a / k * (1 + sum); /* eᵃ = 1 + a (1 + sum) */
  return ldexp(1 + (a + (a * sum + b)), (int)n);
}

double bf_log(double x) {
  int e;
  if (!(x > 0)) return x == 0 ? -INFINITY : NAN;
  if (isinf(x)) return x;
  double m = frexp(x, &e);
  if (m < 0.70710678118654752440) m *= 2, e--;
  double s = (m - 1) / (m + 1), q = s * s, sum = 0; /* ln m = 2 artanh s */
  for (int k = 23; k >= 1; k -= 2) sum = sum * q + 1.0 / k;
  return (double)e * 0.69314718055994530942 + 2 * s * sum;
}
