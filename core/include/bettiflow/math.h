/* Elementary functions in double that give the same bits with every C library and on every processor: made of + − × ÷, fma, floor,
 * frexp and ldexp, which IEEE 754 and C define exactly. libm's sin, cos, exp and log differ in their last bits between libraries and
 * between processors, and what bettiflow computes is cached and compared byte by byte, so plugins use these where a result's bytes
 * depend on them. (sqrt, fma, floor, ceil, fabs, ldexp and frexp of <math.h> are exact and fine.)
 *
 * Errors are in units in the last place of the result, the largest seen in tests/unit/artifact_math.c plus a margin. NaN gives NaN.
 */
#ifndef BETTIFLOW_MATH_H
#define BETTIFLOW_MATH_H

#ifdef __cplusplus
extern "C" {
#endif

#define BF_PI 3.14159265358979323846

/* Sine and cosine of an angle in turns, sin 2πt and cos 2πt: 2 ulp for every finite t, exact at the quarters; infinite t: NaN. */
double bf_sin_turn(double t);
double bf_cos_turn(double t);

/* Sine and cosine of an angle in radians: 2 ulp for |x| <= 2^20; beyond, and for infinite x: NaN. */
double bf_sin(double x);
double bf_cos(double x);

/* e to the x: 2 ulp; +inf above 709.78…, gradually 0 below -708.39… (1 ulp of the subnormal numbers more there). */
double bf_exp(double x);

/* Natural logarithm: 3 ulp, subnormal x included; x = 0: -inf, x < 0: NaN, +inf: +inf. */
double bf_log(double x);

#ifdef __cplusplus
}
#endif
#endif
