/* Choosing rows of a point cloud. */
#ifndef BF_POINTS_PICK_H
#define BF_POINTS_PICK_H

#include <bettiflow/artifact.h>

/* Reads "all", or class numbers separated by commas or spaces: "0", "1,4". *n is 0 for all; *list is allocated. BF_INVALID names the parameter `class`. */
bf_status bf_classes_parse(const char *text, int32_t **list, size_t *n);
bool bf_class_in(int32_t class, const int32_t *list, size_t n); /* true for all */

/* The different classes, rising; allocated. NULL when there is no memory. The points must have classes. */
int32_t *bf_classes_of(const bf_points *points, size_t *n);
size_t bf_class_index(int32_t class, const int32_t *classes, size_t n); /* where it stands among the rising classes; it must be there */

/* Among the points marked in keep[0 … points->n - 1], looked at in this order (NULL: as they come), leaves marked every n-th of each class (or of all),
 * starting with its first, and at most `most` of them (UINT64_MAX: all). Points without classes are one class. BF_NO_MEMORY. */
bf_status bf_keep_some(const bf_points *points, const uint32_t *order, bool per_class, uint64_t every, uint64_t most, bool *keep);

/* The marked rows, in order, with their classes and ids; *out is a cloud of its own. BF_NO_MEMORY. */
bf_status bf_points_kept(const bf_points *points, const bool *keep, bf_points *out);

#endif
