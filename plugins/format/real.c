/* Decimal numbers as the nearest doubles. */
#include "real.h"
#include "decimal.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Whether one operation on exact numbers settles which double is the nearest to digits × 10^e. */
static bool nearest(uint64_t digits, int e, double *out) {
  if (digits == 0) return *out = 0, true;
  if (e <= -DECIMAL_POWERS || e >= DECIMAL_POWERS) return false;
  if (digits <= UINT64_C(1) << 53 && e >= -22 && e <= 22) {
    const double x = (double)digits, power = (double)decimal_power[e < 0 ? -e : e];
    *out = e < 0 ? x / power : x * power;
    return true;
  }
  if (LDBL_MANT_DIG < 64) return false;
  const long double x = e < 0 ? (long double)digits / decimal_power[-e] : (long double)digits * decimal_power[e]; /* right to 2^-64 of it */
  *out = (double)(x * (1 - 0x1p-62L));
  return *out == (double)(x * (1 + 0x1p-62L));
}

const char *real_parse(const char *at, double *out) {
  const bool negative = *at == '-';
  const char *begin = at + (negative || *at == '+');
  uint64_t digits = 0;
  int exponent = 0;
  bool exact = false;
  const char *end = decimal_scan(begin, &digits, &exponent, &exact);
  if (!end && strncmp(begin, "inf", 3) == 0) {
    *out = INFINITY;
    end = begin + 3;
  } else if (end && !(exact && nearest(digits, exponent, out))) {
    *out = strtod(begin, NULL);
    if (isinf(*out)) *out = NAN;
  }
  if (end && negative) *out = -*out;
  return end;
}
