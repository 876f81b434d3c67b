/* Statistics of small samples: means, quantiles, a rank test. */
#ifndef BF_CLI_STATISTICS_H
#define BF_CLI_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

void bf_sort_reals(double *x, size_t n);   /* rising; no NaN among them */
double bf_mean(const double *x, size_t n); /* NaN of none; infinite when one of them is */

/* The p-quantile of n sorted values, 0 <= p <= 1: linear between the order statistics at (n - 1) p, type 7 of R. J. Hyndman and Y. Fan, "Sample quantiles in
 * statistical packages", The American Statistician 50 (1996) 361-365; what R and NumPy take when nothing is said. Values may be infinite: what lies between a
 * finite value and infinity is infinite. NaN of none. */
double bf_quantile(const double *sorted, size_t n, double p);

/* The two-sided test of H. B. Mann and D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than the other", Annals of
 * Mathematical Statistics 18 (1947) 50-60. */
typedef struct bf_rank_test {
  double u;   /* pairs in which the first sample's value is greater, those of equal ones count half */
  double p;   /* NaN when a sample is empty */
  bool exact; /* from all orders of the values, else from the normal distribution */
} bf_rank_test;

enum { BF_EXACT_MOST = 50 }; /* values of a sample, for an exact p */

/* Exact where no two values are equal and no sample has more than BF_EXACT_MOST; else the normal distribution with the variance for ties and a continuity
 * correction (E. L. Lehmann, "Nonparametrics", 1975, 1.2-1.4). Two samples of one and the same value have p = 1. Infinite values are fine, NaN is not. */
bf_rank_test bf_mann_whitney(const double *x, size_t n, const double *y, size_t m);

#endif
