/* What is kept of a pair: its interval, its simplices, and the chains and cochains that represent it. */
#ifndef FLAG_CHAINS_H
#define FLAG_CHAINS_H

#include "flag/run.h"
#include "flag/simplex.h"

#define keep_pair FLAG_NAME(keep_pair)
#define keep_term FLAG_NAME(keep_term)

/* Whether the pair gets an interval. death NULL: an essential class. */
static inline bool is_kept(const flag_run *run, const simplex *birth, const simplex *death) {
  return !death || death->diameter > birth->diameter || flag_keeps_empty(run->options);
}

/* Appends the interval of a pair of dimension dim, unless it is empty and empty ones are not kept. Its cocycle is birth->coefficient · birth + rest[0] + … +
 * rest[n-1]; they are not looked at without the option for cocycles. */
bf_status keep_pair(const flag_run *run, uint32_t dim, const simplex *birth, const simplex *death, const simplex *rest, size_t n);

/* Appends the term of a chain; its simplex has `count` vertices. */
bf_status keep_term(const flag_run *run, const simplex *s, unsigned count);

#endif
