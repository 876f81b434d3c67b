/* Apparent pairs of persistence zero (Bauer 2021, section 3.3): a simplex s and a cofacet t of the same diameter such that t is the oldest
 * cofacet of s and s the youngest facet of t. They are pairs of every reduction, found without one. The four functions are the definitions.
 *
 * The oldest cofacet with the diameter of s is the one with the largest key; the youngest facet with the diameter of t the one with
 * the smallest key, from which the largest possible vertex was taken away.
 */
#ifndef FLAG_APPARENT_H
#define FLAG_APPARENT_H

#include "flag/cofacets.h"

/* The largest distance between vertices of c->of, the one at position `except` left out. */
static inline float diameter_without(const cofacets *c, unsigned except) {
  float diameter = 0;
  for (unsigned i = 0; i < c->count; i++) {
    for (unsigned j = 0; j < i; j++) {
      if (i == except || j == except) continue;
      float d = flag_distance(c->run->graph, c->vertex[i], c->vertex[j]);
      if (d > diameter) diameter = d;
    }
  }
  return diameter;
}

static inline bool zero_cofacet(cofacets *c, const flag_run *run, const simplex *s, unsigned dim, simplex *cofacet) {
  cofacets_begin(c, run, s, dim + 1, s->diameter);
  return cofacets_next(c, cofacet);
}

static inline bool zero_facet(const flag_run *run, const simplex *t, unsigned dim, simplex *facet) {
  float d[FLAG_MAX_VERTICES][FLAG_MAX_VERTICES];
  uint32_t vertex[FLAG_MAX_VERTICES];
  key_open(t->key, dim + 1, &run->code, vertex);
  for (unsigned i = 0; i <= dim; i++) {
    vertex[i] = key_vertex(t->key, i, &run->code, vertex);
    for (unsigned j = 0; j < i; j++) d[i][j] = flag_distance(run->graph, vertex[i], vertex[j]);
  }
  for (unsigned p = dim + 1; p-- > 0;) {
    for (unsigned i = 1; i <= dim; i++) {
      for (unsigned j = 0; j < i; j++) {
        if (i == p || j == p || d[i][j] != t->diameter) continue;
        *facet = (simplex){key_remove(t->key, vertex, dim + 1, p, &run->code), t->diameter, p & 1 ? run->modulus - t->coefficient : t->coefficient};
        return true;
      }
    }
  }
  return false;
}

/* The facets of the cofacet that are younger than s itself are those without one of the vertices above the added one. */
static inline bool zero_apparent_cofacet(cofacets *c, const flag_run *run, const simplex *s, unsigned dim, simplex *cofacet) {
  if (!zero_cofacet(c, run, s, dim, cofacet)) return false;
  for (unsigned p = c->below; p < c->count; p++) {
    for (unsigned i = 0; i < c->count; i++)
      if (i != p && c->to[i] == s->diameter) return false;
    if (c->count > 2 && diameter_without(c, p) == s->diameter) return false;
  }
  return true;
}

static inline bool zero_apparent_facet(cofacets *c, const flag_run *run, const simplex *t, unsigned dim, simplex *facet) {
  simplex cofacet;
  return zero_facet(run, t, dim, facet) && zero_cofacet(c, run, facet, dim - 1, &cofacet) && cofacet.key == t->key;
}

#endif
