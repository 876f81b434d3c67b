/* One question to the engine on every path: collapse, layouts, keys, threads, and Betti numbers at single scales. */
#ifndef FLAG_WAYS_H
#define FLAG_WAYS_H

#include "flag_case.h"

/* FEW: any two settings of two options meet in one of nine ways. ALL: all 36, and 12 with simplices, cocycles
 * and cycles, whose birth and death simplices have to be the same too. */
typedef enum flag_ways { FLAG_WAYS_FEW, FLAG_WAYS_ALL } flag_ways;

/* Sorts by dimension, birth and death. */
void flag_sort(bf_interval *at, size_t n);

/* Whether two sorted lists are the same; if not, says in why (room bytes) where they differ. */
bool flag_same(const bf_interval *got, size_t ngot, const bf_interval *expected, size_t nexpected, char *why, size_t room);

/* Gives the barcode if it is the same, and sorted, on every path; else false, and says why. Free the barcode in either case. */
bool flag_ways_barcode(const flag_case *c, flag_ways ways, bf_barcode *barcode, char *why, size_t room);

/* Whether bf_flag_betti gives betti[i * (max_dim + 1) + dim] at scale[i] on every path. */
bool flag_ways_betti(const flag_case *c, flag_ways ways, const float *scale, size_t nscale, const uint64_t *betti, char *why, size_t room);

#endif
