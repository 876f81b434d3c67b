/* Scanning rows of a distance matrix: the vertices whose largest distance to some others lies within bounds. Rows are as long as the stride of the graph,
 * which is a multiple of FLAG_LANES; what is no edge, the diagonal and the padding hold INFINITY. */
#ifndef FLAG_MATRIX_H
#define FLAG_MATRIX_H

#include <stdint.h>

enum { FLAG_LANES = 64 };

/* The greatest w < end, end not above the stride, with row[i][w] <= most for all i < count; UINT32_MAX when there is none. */
uint32_t flag_matrix_last(const float *const *row, unsigned count, uint32_t end, float most);

/* All w, begin <= w < end, for which the largest of least and row[i][w] is d with over < d <= most: w and d into hit and distance, which have room for them, w
 * rising. Returns how many. Both bounds are finite; begin may be anything, end is the stride. */
uint32_t flag_matrix_between(const float *const *row, unsigned count, uint32_t begin, uint32_t end, float least, float over, float most, uint32_t *hit,
                             float *distance);

#endif
