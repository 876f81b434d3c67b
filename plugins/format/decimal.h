/* Scanning decimal numbers: digits, point, exponent. Inline, as reading text is mostly this. */
#ifndef FORMAT_DECIMAL_H
#define FORMAT_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool decimal_is_digit(char c) { return (unsigned char)(c - '0') < 10; }

/* Powers of ten up to 10^27 are exact in a long double of 64 bits, as is any whole number of 64 bits; those up to 10^22 in a double too. */
enum { DECIMAL_POWERS = 28 };
static const long double decimal_power[DECIMAL_POWERS] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
                                                          1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};

/* The number at `at`, behind its sign, as mantissa × 10^exponent; its end, or NULL when it is no decimal number. `exact`: that is all of it, else it has too
 * many digits for that. */
static inline const char *decimal_scan(const char *at, uint64_t *mantissa, int *exponent, bool *exact) {
  uint64_t m = 0;
  int digits = 0, shift = 0, e = 0;
  const char *begin = at;
  for (; decimal_is_digit(*at); at++) {
    m = m * 10 + (uint64_t)(*at - '0');
    digits += digits > 0 || *at != '0'; /* not m != 0: it may have wrapped around */
  }
  size_t seen = (size_t)(at - begin);
  if (*at == '.') {
    begin = ++at;
    for (; decimal_is_digit(*at); at++) {
      m = m * 10 + (uint64_t)(*at - '0');
      digits += digits > 0 || *at != '0';
    }
    seen += (size_t)(at - begin);
    shift = at - begin < 1000 ? (int)(at - begin) : 1000;
  }
  if (!seen) return NULL;
  if (*at == 'e' || *at == 'E') {
    const char *sign = ++at;
    if (*at == '+' || *at == '-') at++;
    if (!decimal_is_digit(*at)) return NULL;
    for (; decimal_is_digit(*at); at++)
      if (e < 100000) e = e * 10 + (*at - '0');
    if (*sign == '-') e = -e;
  }
  *mantissa = m;
  *exponent = e - shift;
  *exact = digits <= 19 && shift < 1000; /* 10^19 < 2^64: with more digits m may have wrapped around; from 1000 on the shift is not all of it */
  return at;
}

#endif
