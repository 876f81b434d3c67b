/* Cofacets of a simplex in falling order of their keys: one enumerator for distance matrices and for lists of neighbours.
 *
 * Adding a larger vertex gives a larger key, so vertices are tried from the largest down. Cofacets with a diameter over `limit` are passed over
 * (FLT_MAX: none is; infinite distances are no edges).
 */
#ifndef FLAG_COFACETS_H
#define FLAG_COFACETS_H

#include "flag/run.h"
#include "flag/simplex.h"

enum { UNEVEN = 32 }; /* how many times longer one of two lists is when its members are looked for, not walked through */

typedef struct cofacets {
  const flag_run *run;
  simplex of;
  float limit;
  unsigned count;                     /* vertices of `of` */
  unsigned below;                     /* how many of them are smaller than the vertex last added: its position in the cofacet */
  uint32_t added;                     /* the vertex last added; dense: all from here up are done */
  uint32_t vertex[FLAG_MAX_VERTICES]; /* rising */
  float to[FLAG_MAX_VERTICES];        /* distances from the vertex last added to vertex[i] */
  union {
    const float *row[FLAG_MAX_VERTICES]; /* dense: the matrix rows of the vertices */
    struct {
      const flag_neighbour *begin[FLAG_MAX_VERTICES], *end[FLAG_MAX_VERTICES]; /* sparse: neighbours not yet passed */
      unsigned lead;                                                           /* the shortest list; its members are tried in turn */
      bool merge;                                                              /* instead: two lists of about one length, walked together */
    };
  };
} cofacets;

static inline void cofacets_begin(cofacets *c, const flag_run *run, const simplex *s, unsigned count, float limit) {
  const flag_graph *g = run->graph;
  c->run = run;
  c->of = *s;
  c->limit = limit;
  c->count = c->below = count;
  c->added = g->n;
  c->lead = 0;
  key_open(s->key, count, &run->code, c->vertex);
  for (unsigned i = 0; i < count; i++) {
    uint32_t v = c->vertex[i] = key_vertex(s->key, i, &run->code, c->vertex);
    if (g->dense) {
      c->row[i] = g->square + (size_t)v * g->stride;
    } else {
      c->begin[i] = g->neighbour + g->row[v];
      c->end[i] = g->neighbour + g->row[v + 1];
      if (c->end[i] - c->begin[i] < c->end[c->lead] - c->begin[c->lead]) c->lead = i;
    }
  }
  if (!g->dense) c->merge = count == 2 && (c->end[!c->lead] - c->begin[!c->lead]) / UNEVEN <= c->end[c->lead] - c->begin[c->lead];
}

static inline void cofacets_make(const cofacets *c, float diameter, simplex *cofacet) {
  cofacet->key = key_insert(c->of.key, c->vertex, c->count, c->below, c->added, &c->run->code);
  cofacet->diameter = diameter;
  cofacet->coefficient = c->below & 1 ? c->run->modulus - c->of.coefficient : c->of.coefficient; /* sign (-1)^position */
}

/* The next vertex down that is within the limit: one by one at first, since it is often near, then by scans. */
static inline uint32_t cofacets_next_vertex(const cofacets *c) {
  uint32_t end = c->added;
  for (unsigned tries = 0; tries < 8 && end > 0; tries++) {
    bool within = true;
    end--;
    for (unsigned i = 0; i < c->count && within; i++) within = c->row[i][end] <= c->limit;
    if (within) return end;
  }
  return flag_matrix_last(c->row, c->count, end, c->limit);
}

static inline bool cofacets_next_dense(cofacets *c, simplex *cofacet) {
  uint32_t w = cofacets_next_vertex(c);
  if (w == UINT32_MAX) {
    c->added = 0;
    return false;
  }
  float diameter = c->of.diameter;
  for (unsigned i = 0; i < c->count; i++) {
    c->to[i] = c->row[i][w];
    if (c->to[i] > diameter) diameter = c->to[i];
  }
  c->added = w;
  while (c->below && c->vertex[c->below - 1] > w) c->below--;
  cofacets_make(c, diameter, cofacet);
  return true;
}

/* Moves list i down to the neighbour w, by steps that double and then halve: it may be near, or far down a long list. False when it is not there. */
static inline bool cofacets_seek(cofacets *c, unsigned i, uint32_t w) {
  const flag_neighbour *begin = c->begin[i], *end = c->end[i];
  ptrdiff_t step = 1;
  for (; end - begin >= step && end[-step].vertex > w; step *= 2) end -= step;
  for (step /= 2; step > 0; step /= 2)
    if (end - begin >= step && end[-step].vertex > w) end -= step;
  c->end[i] = end;
  return end > begin && end[-1].vertex == w;
}

/* Common neighbours of an edge's ends, as below, without branches but for the ones found. */
static inline bool cofacets_next_of_edge(cofacets *c, simplex *cofacet) {
  const flag_neighbour *a = c->end[0], *b = c->end[1], *const a_begin = c->begin[0], *const b_begin = c->begin[1];
  while (a > a_begin && b > b_begin) {
    uint32_t x = a[-1].vertex, y = b[-1].vertex;
    a -= x >= y;
    b -= y >= x;
    if (x != y) continue;
    float diameter = c->of.diameter;
    c->to[0] = a->distance;
    c->to[1] = b->distance;
    if (a->distance > diameter) diameter = a->distance;
    if (b->distance > diameter) diameter = b->distance;
    if (diameter > c->limit) continue;
    c->added = x;
    while (c->below && c->vertex[c->below - 1] > x) c->below--;
    cofacets_make(c, diameter, cofacet);
    c->end[0] = a;
    c->end[1] = b;
    return true;
  }
  c->end[0] = a;
  c->end[1] = b;
  return false;
}

static inline bool cofacets_next_sparse(cofacets *c, simplex *cofacet) {
  unsigned lead = c->lead;
  while (c->end[lead] > c->begin[lead]) {
    const flag_neighbour *next = --c->end[lead];
    if (next->distance > c->limit) continue;
    float diameter = c->of.diameter;
    bool common = true;
    for (unsigned i = 0; i < c->count && common; i++) {
      if (i == lead)
        c->to[i] = next->distance;
      else if ((common = cofacets_seek(c, i, next->vertex)))
        c->to[i] = (c->end[i] - 1)->distance;
      if (common && c->to[i] > diameter) diameter = c->to[i];
    }
    if (!common || diameter > c->limit) continue;
    c->added = next->vertex;
    while (c->below && c->vertex[c->below - 1] > c->added) c->below--;
    cofacets_make(c, diameter, cofacet);
    return true;
  }
  return false;
}

static inline bool cofacets_next(cofacets *c, simplex *cofacet) {
  if (c->run->graph->dense) return cofacets_next_dense(c, cofacet);
  return c->merge ? cofacets_next_of_edge(c, cofacet) : cofacets_next_sparse(c, cofacet);
}

#endif
