/* Choosing rows of a point cloud. */
#ifndef BF_POINTS_PICK_H
#define BF_POINTS_PICK_H

#include <bettiflow/artifact.h>

/* Reads "all", or class numbers separated by commas or spaces: "0", "1,4". *n is 0 for all; *list is allocated. BF_INVALID names the parameter `class`. */
bf_status bf_classes_parse(const char *text, int32_t **list, size_t *n);
bool bf_class_in(int32_t class, const int32_t *list, size_t n); /* true for all */

/* Marks every n-th point of each class (or of all points as they come), starting with its first, among those marked in keep[0 … points->n - 1], and
 * clears the other marks. Points without classes are one class. BF_NO_MEMORY. */
bf_status bf_keep_every(const bf_points *points, uint64_t every, bool per_class, bool *keep);

/* The marked rows, in order, with their classes and ids; *out is a cloud of its own. BF_NO_MEMORY. */
bf_status bf_points_kept(const bf_points *points, const bool *keep, bf_points *out);

#endif
