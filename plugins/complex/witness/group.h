/* Witnesses whose m + 1 nearest landmarks l0 … lm are the same, side by side: what they say of sets that hold l0 … l(m-1) and not lm.
 *
 * Such a set is completed by places, landmarks behind lm that are near enough for some of the witnesses. A witness gives it d²(M) - d²(lm), M the last of them,
 * which is the greatest such difference of its places: of all witnesses, the least. */
#ifndef BF_WITNESS_GROUP_H
#define BF_WITNESS_GROUP_H

#include "run.h"

enum { GROUP_MOST = 64 }; /* witnesses */

/* Pairs of landmarks that are edges, as a matrix of bits. */
typedef struct witness_edges {
  size_t n, words; /* words of a row; n = 0: not known, and any pair may be one */
  uint64_t *row;
} witness_edges;

static inline bool edges_have(const witness_edges *e, uint32_t u, uint32_t v) { return !e->n || (e->row[u * e->words + v / 64] >> v % 64 & 1); }

typedef struct group {
  size_t places, vectors, words; /* words of a set of places, in bits */
  uint32_t *vertex;              /* places: landmarks, rising */
  double *over;                  /* places × vectors of eight (lanes.h): the differences; +inf: not near enough for this witness */
  uint64_t *after;               /* places × words: the later places that are joined to each */
  uint32_t *where;               /* of each landmark while the group is made */
  size_t room, landmarks;        /* places that there is memory for; length of `where` */
} group;

bf_status group_new(group *g, size_t landmarks, bf_memory *memory);
void group_free(group *g, bf_memory *memory);

/* Makes the group of n <= GROUP_MOST witnesses. Landmarks that are not joined to all of l0 … l(m-1) are no places. Strong witnesses have m = 0, and l0 is a
 * place too. */
bf_status group_make(group *g, const witness_rule *rule, const witness_edges *edges, const witness_list *list, size_t n, size_t m, bf_memory *memory);

/* least[i] is the least, over all witnesses, of the greater of chosen[] and the difference of place[i]: +inf, if there is no witness for it. */
void group_least(const group *g, const double *chosen, const uint32_t *place, size_t n, double *least);

/* next[] = the greater of chosen[] and the differences of a place. */
void group_choose(const group *g, const double *chosen, uint32_t place, double *next);

#endif
