/* The elementary functions: against the C library's long double ones over many arguments, at the special ones, and their very bits. */
#include <bettiflow/math.h>
#include <bettiflow/random.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

typedef double (*function)(double);
typedef long double (*reference)(double);

static const long double two_pi = 6.283185307179586476925286766559L;

/* The angle from the nearest zero is exact in double, so that the long double sine is good there too. */
static long double sine_of_turn(double t) {
  double n = floor(2 * t + .5);
  long double s = sinl((t - n / 2) * two_pi);
  return fmod(fabs(n), 2) == 1 ? -s : s;
}
static long double cosine_of_turn(double t) {
  double n = floor(2 * (fabs(t) - .25) + .5);
  long double s = sinl((fabs(t) - .25 - n / 2) * two_pi);
  return fmod(fabs(n), 2) == 1 ? s : -s;
}
static long double sine(double x) { return sinl(x); }
static long double cosine(double x) { return cosl(x); }
static long double exponential(double x) { return expl(x); }
static long double logarithm(double x) { return logl(x); }

static double ulps(double got, long double want) {
  int e;
  frexpl(want, &e);
  if (e < -1021) e = -1021;
  return (double)fabsl(((long double)got - want) / ldexpl(1, e - 53));
}

/* The largest error over arguments in (-size, size) (from 0 if `positive`), evenly spread and spread over magnitudes down to size · 2^-40. */
static double worst(function f, reference f0, double size, bool positive) {
  double most = 0;
  for (uint64_t i = 0; i < 200000; i++) {
    double x = bf_random_uniform(17, i) * size;
    if (i % 2) x = ldexp(x, -(int)(i / 2 % 41));
    if (!positive && bf_random_uniform(18, i) < .5) x = -x;
    most = fmax(most, ulps(f(x), f0(x)));
  }
  return most;
}

static void errors(void **state) {
  const struct {
    const char *name;
    function f;
    reference f0;
    double size, bound;
    bool positive;
  } table[] = {{"sin_turn", bf_sin_turn, sine_of_turn, 4, 2, false},
               {"sin_turn far", bf_sin_turn, sine_of_turn, 1e9, 2, false},
               {"cos_turn", bf_cos_turn, cosine_of_turn, 1, 2, false},
               {"sin", bf_sin, sine, 7, 2, false},
               {"sin far", bf_sin, sine, 0x1p20, 2, false},
               {"cos", bf_cos, cosine, 7, 2, false},
               {"cos far", bf_cos, cosine, 0x1p20, 2, false},
               {"exp", bf_exp, exponential, 709.7, 2, false},
               {"exp near 0", bf_exp, exponential, 1, 2, false},
               {"log", bf_log, logarithm, 4, 3, true},
               {"log large", bf_log, logarithm, 0x1p1023, 3, true},
               {"log tiny", bf_log, logarithm, 0x1p-1030, 3, true}};
  (void)state;
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    double most = worst(table[i].f, table[i].f0, table[i].size, table[i].positive);
    print_message("%-12s %.3f ulp\n", table[i].name, most);
    assert_true(most <= table[i].bound);
  }
  for (int k = -2000; k <= 2000; k++) { /* multiples of π/2, where the argument's reduction matters most, the logarithm around 1, the subnormal */
    double x = k * (BF_PI / 2), y = 1 + k * 0x1p-50;
    assert_true(ulps(bf_sin(x), sinl(x)) <= 2 && ulps(bf_cos(x), cosl(x)) <= 2);
    assert_true(ulps(bf_log(y), logl(y)) <= 3 && ulps(bf_exp(-745 + k * .018), expl(-745 + k * .018)) <= 2);
  }
}

static void special(void **state) {
  (void)state;
  for (int k = -8; k <= 8; k++) {
    static const double at[] = {0, 1, 0, -1};
    assert_true(bf_sin_turn(k * .25) == at[k & 3] && bf_cos_turn(k * .25) == at[(k + 1) & 3]);
  }
  assert_true(bf_sin_turn(-1e-300) == -bf_sin_turn(1e-300) && bf_sin_turn(1e-300) > 6e-300 && bf_cos_turn(-1e-300) == 1);
  assert_true(bf_sin_turn(0x1p60 + 1) == 0 && bf_cos_turn(1e300) == 1);
  assert_true(bf_sin(0) == 0 && bf_cos(0) == 1 && bf_sin(1e-310) == 1e-310);
  assert_true(bf_exp(0) == 1 && bf_exp(710) == INFINITY && bf_exp(INFINITY) == INFINITY && bf_exp(-746) == 0 && bf_exp(-INFINITY) == 0);
  assert_true(isfinite(bf_exp(709.78)) && bf_exp(709.79) == INFINITY && bf_exp(-745) == 0x1p-1074);
  assert_true(bf_log(1) == 0 && bf_log(0) == -INFINITY && bf_log(INFINITY) == INFINITY && isnan(bf_log(-1)));
  assert_true(isnan(bf_sin(INFINITY)) && isnan(bf_cos(2e6)) && isnan(bf_sin_turn(INFINITY)) && isnan(bf_cos_turn(-INFINITY)));
  assert_true(isnan(bf_sin(NAN)) && isnan(bf_cos(NAN)) && isnan(bf_sin_turn(NAN)) && isnan(bf_cos_turn(NAN)) && isnan(bf_exp(NAN)) && isnan(bf_log(NAN)));
}

/* FNV-1a over the results' bits: other compilers, libraries and processors must come to the same. */
static uint64_t digest(function f, double from, double to) {
  uint64_t h = 0xcbf29ce484222325u;
  for (int i = 0; i < 20000; i++) {
    double y = f(from + (to - from) * (i + .5) / 20000);
    uint64_t bits;
    memcpy(&bits, &y, sizeof bits);
    h = (h ^ bits) * 0x100000001b3u;
  }
  return h;
}

static double normal(double i) { return bf_random_normal(7, (uint64_t)i); }

static void bits(void **state) {
  (void)state;
  assert_int_equal(digest(bf_sin_turn, -2, 2), 0x85ad54dd7387de87u);
  assert_int_equal(digest(bf_cos_turn, -2, 2), 0x3d8c6eb3ffd00e6fu);
  assert_int_equal(digest(bf_sin, -100, 100), 0xb4ed930de32db419u);
  assert_int_equal(digest(bf_cos, -100, 100), 0xab4b8dd47adc15c8u);
  assert_int_equal(digest(bf_exp, -750, 720), 0x706a539fec0983a3u);
  assert_int_equal(digest(bf_log, 0, 100), 0x4358e1712a4b02d2u);
  assert_int_equal(digest(normal, 0, 20000), 0xd90a70ad45009d55u);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(errors), cmocka_unit_test(special), cmocka_unit_test(bits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
