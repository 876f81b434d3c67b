/* Points out of arrays of numbers, for the formats whose files are arrays. */
#ifndef FORMAT_ARRAY_POINTS_H
#define FORMAT_ARRAY_POINTS_H

#include "npz/npy_array.h"

#include <bettiflow/artifact.h>

/* The first index names the point, the others its coordinates, row by row; one index alone: points of one coordinate. label_last: the last coordinate
 * is the class number instead. Uses the array up. ids are 0, 1, … BF_BAD_INPUT, BF_NO_MEMORY. */
bf_status array_points(npy_array *x, bool label_last, uint64_t *left, bf_points *out);

/* Puts class numbers (whole, from 0), or ids (unsigned 32-bit), of an array with one number for each point into p. Uses the array up. */
bf_status array_classes(npy_array *label, uint64_t *left, bf_points *p);
bf_status array_ids(npy_array *id, uint64_t *left, bf_points *p);

#endif
