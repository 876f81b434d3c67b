/* Decimal numbers in text as the nearest doubles: quick, strict, independent of the locale. */
#ifndef FORMAT_REAL_H
#define FORMAT_REAL_H

#include <stddef.h>

/* Reads the number that begins at `at`: a sign or none, then digits with at most one point and at most one exponent, or "inf". Returns its end, or NULL when
 * none begins there. *out is NaN when the number is beyond the range of a double. */
const char *real_parse(const char *at, double *out);

#endif
