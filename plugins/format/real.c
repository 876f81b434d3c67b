/* Decimal numbers as the nearest doubles. */
#include "real.h"
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c) { return (unsigned char)(c - '0') < 10; }

/* A number as it stands there: digits × 10^exponent. */
typedef struct decimal {
  uint64_t digits;
  int64_t exponent;
  int significant; /* how many digits from the first that is not 0 on; more than 19 may have overflowed */
} decimal;

static const char *scan_digits(const char *at, decimal *d) {
  for (; is_digit(*at); at++) {
    d->digits = d->digits * 10 + (uint64_t)(*at - '0');
    d->significant += (d->significant > 0 || *at != '0') && d->significant < 100;
  }
  return at;
}

static const char *scan_decimal(const char *at, decimal *d) {
  const char *whole = at, *point;
  int64_t power = 0;
  *d = (decimal){0};
  point = at = scan_digits(at, d);
  if (*at == '.') at = scan_digits(at + 1, d);
  const size_t fraction = at > point ? (size_t)(at - point) - 1 : 0;
  if ((size_t)(point - whole) + fraction == 0) return NULL;
  if (*at == 'e' || *at == 'E') {
    const bool negative = *++at == '-';
    if (*at == '-' || *at == '+') at++;
    if (!is_digit(*at)) return NULL;
    for (; is_digit(*at); at++) power = power < 1000000000 ? power * 10 + (*at - '0') : power; /* what no line has as many digits for */
    if (negative) power = -power;
  }
  d->exponent = power - (int64_t)fraction;
  return at;
}

/* Powers of ten that a long double of 64 bits holds exactly; those up to 10^22 a double too. */
static const long double power_of_ten[28] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
                                             1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};

/* Whether one operation on exact numbers settles which double is the nearest. */
static bool nearest(const decimal *d, double *out) {
  const int64_t e = d->exponent;
  if (d->significant == 0) return *out = 0, true;
  if (d->significant > 19 || e < -27 || e > 27) return false;
  if (d->digits <= UINT64_C(1) << 53 && e >= -22 && e <= 22) {
    const double digits = (double)d->digits, power = (double)power_of_ten[e < 0 ? -e : e];
    *out = e < 0 ? digits / power : digits * power;
    return true;
  }
  if (LDBL_MANT_DIG < 64) return false;
  const long double x = e < 0 ? (long double)d->digits / power_of_ten[-e] : (long double)d->digits * power_of_ten[e]; /* right to 2^-64 of it */
  *out = (double)(x * (1 - 0x1p-62L));
  return *out == (double)(x * (1 + 0x1p-62L));
}

const char *real_parse(const char *at, double *out) {
  const bool negative = *at == '-';
  const char *begin = at + (negative || *at == '+');
  decimal d;
  const char *end = scan_decimal(begin, &d);
  if (!end && strncmp(begin, "inf", 3) == 0) {
    *out = INFINITY;
    end = begin + 3;
  } else if (end && !nearest(&d, out)) {
    *out = strtod(begin, NULL);
    if (isinf(*out)) *out = NAN;
  }
  if (end && negative) *out = -*out;
  return end;
}
