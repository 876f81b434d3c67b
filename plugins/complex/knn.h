/* Exact k-nearest neighbours. */
#ifndef BF_COMPLEX_KNN_H
#define BF_COMPLEX_KNN_H

#include <bettiflow/plugin.h>

/* ---- a k-d tree with boxes (knn_tree.c) ---- */

enum { BF_LEAF = 32 }; /* points of a leaf */

typedef struct bf_knn_node {
  uint32_t leaf, leaves; /* covers leaves leaf … leaf + leaves - 1 */
  uint32_t left, right;  /* children; 0 in a leaf, since the root is no child */
} bf_knn_node;

typedef struct bf_knn_tree {
  uint32_t n, dim, nleaf, nnode;
  bf_knn_node *node;
  float *box;      /* nnode × 2 × dim: lower corner, upper corner */
  float *x;        /* nleaf × dim × BF_LEAF: coordinate by coordinate; places without a point are 0 */
  uint32_t *point; /* nleaf × BF_LEAF: which point; the last leaf may hold fewer */
} bf_knn_tree;

/* Over n points x[row[i]]. BF_NO_MEMORY. */
bf_status bf_knn_tree_build(const float *x, const uint32_t *row, uint32_t n, uint32_t dim, bf_knn_tree *out);
void bf_knn_tree_free(bf_knn_tree *t);

/* ---- search (knn.c) ---- */

/* The k nearest of the other points, for each point: neighbour[i * k …], k < n, in no particular order. The order of candidates is by squared distance
 * (differences in double, squared and summed in double in the order of coordinates), then by index. */
bf_status bf_knn(const bf_host *host, bf_task *task, const bf_knn_tree *t, uint32_t k, uint32_t *neighbour, uint64_t total);

#endif
