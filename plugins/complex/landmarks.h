/* Landmarks that the user names. */
#ifndef BF_COMPLEX_LANDMARKS_H
#define BF_COMPLEX_LANDMARKS_H

#include <bettiflow/artifact.h>

/* The rows of the points with these ids: a list, or those of a text file (path, or NULL), one of the two. *row is allocated. BF_BAD_INPUT: an id that no point
 * or more than one has, or that stands twice, and what is no id. */
bf_status bf_landmarks_given(const bf_points *points, const bf_ints *ids, const char *path, uint32_t **row, uint32_t *count);

#endif
