/* Transport between two sets of points of the plane and the diagonal, at squared L∞ distances: points with multiplicities, the flow between them, prices that
 * prove it is the cheapest. */
#ifndef DIAGRAM_TRANSPORT_H
#define DIAGRAM_TRANSPORT_H

#include "kd.h"
#include "plane.h"

#define ARC_NONE UINT32_MAX

typedef struct arc { /* flow between point end[0] of side 0 and end[1] of side 1, in a list of each of them */
  uint32_t end[2], next[2], before[2];
  uint32_t flow;
} arc;

/* The unit cost of a pair is the square of its distance, of a point alone the square of its height (`alone`). Prices never let a pair or a point pay more than
 * its cost: price + price <= cost, price <= alone; where something flows they are equal. So the sum of all prices is a lower bound. */
typedef struct side {
  uint32_t n; /* different points */
  double *x, *y, *alone, *price;
  uint32_t *count; /* how often a point is there, */
  uint32_t *left;  /* how many of these are not assigned yet, */
  uint32_t *down;  /* and how many go to the diagonal */
  uint32_t *first; /* its arcs */
  kd *tree;        /* weights are prices, but -inf for what a search has reached */
  double *reached; /* by a search: at which cost, NaN when not */
  uint32_t *via;   /* the arc, or for the side that is searched in the point, through which */
  uint32_t *list;  /* what it reached */
  uint32_t nlist;
} side;

typedef struct transport {
  side side[2];
  arc *arc;
  uint32_t narc, room, unused; /* a list by next[0] */
  uint64_t looked;             /* at how many arcs transport_add() did */
} transport;

bf_status transport_new(transport *t, const plane_points points[2], double scale); /* coordinates times scale; prices 0, nothing assigned */
void transport_free(transport *t);

double transport_cost(const transport *t, uint32_t a, uint32_t b);
bf_status transport_add(transport *t, uint32_t a, uint32_t b, uint32_t flow);
void transport_take(transport *t, uint32_t arc, uint32_t flow);
double transport_total(const transport *t); /* of all flow, what is not assigned going to the diagonal */
double transport_bound(const transport *t); /* of all prices */

#endif
