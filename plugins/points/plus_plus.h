/* The choice of k-means++: each next point is drawn by chance, in proportion to its squared distance to those chosen so far. D. Arthur, S. Vassilvitskii,
 * "k-means++: the advantages of careful seeding", SODA 2007. Denser parts of the cloud get more points than by max-min, and outliers fewer. */
#ifndef BF_POINTS_PLUS_PLUS_H
#define BF_POINTS_PLUS_PLUS_H

#include <bettiflow/artifact.h>

/* Chooses `count` of all points, 1 <= count <= points->n; chosen[0 … count-1] gets their rows in order of choice, none twice. The first is drawn by draw 0 of
 * the stream `seed`, the next by draw 1, and so on. When all points have a chosen one in their place, those of lowest row are taken. BF_NO_MEMORY,
 * BF_CANCELLED. */
bf_status bf_plus_plus(const bf_host *host, bf_task *task, const bf_points *points, uint64_t seed, uint32_t count, uint32_t *chosen);

#endif
