/* What is wrong with a filtration, in words. */
#include "reduce/cells.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = 12, TEXT = 160 }; /* vertices of a simplex */

/* "{3, 7, 9}" of so many vertices, without number `without` of them. */
static const char *simplex_text(const uint32_t *vertex, uint64_t count, uint64_t without, char text[TEXT]) {
  size_t at = 0, shown = 0;
  for (uint64_t i = 0; i < count && shown < SHOWN; i++)
    if (i != without) at += (size_t)snprintf(text + at, TEXT - at, "%s%u", shown++ ? ", " : "{", vertex[i]);
  snprintf(text + at, TEXT - at, count - (without < count) > shown ? ", ...}" : "}");
  return text;
}

/* The fewest digits that give the number back. */
static const char *value_text(double value, char text[32]) {
  for (int digits = 6; digits <= 17; digits++) {
    snprintf(text, 32, "%.*g", digits, value + 0.0);
    if (strtod(text, NULL) == value) break;
  }
  return text;
}

/* Whether `other` is the simplex without its vertex number `without`. */
static bool is_facet(const bf_filtration *f, uint64_t simplex, uint64_t without, uint64_t other) {
  const uint32_t *v = f->vertex + f->first[simplex], *w = f->vertex + f->first[other];
  const uint64_t count = f->first[simplex + 1] - f->first[simplex];
  if (f->first[other + 1] - f->first[other] + 1 != count) return false;
  for (uint64_t i = 0; i + 1 < count; i++)
    if (w[i] != v[i + (i >= without)]) return false;
  return true;
}

/* One of the value +inf, which is never there, only where there is no other. */
static uint64_t find_facet(const bf_filtration *f, uint64_t simplex, uint64_t without) {
  uint64_t found = f->n;
  for (uint64_t s = 0; s < f->n; s++) {
    if (!is_facet(f, simplex, without, s)) continue;
    if (f->value[s] < INFINITY) return s;
    found = s;
  }
  return found;
}

bf_status reduce_blame_facet(const bf_filtration *f, uint64_t simplex) {
  char name[TEXT], face[TEXT], value[32], other[32];
  const uint64_t count = f->first[simplex + 1] - f->first[simplex];
  simplex_text(f->vertex + f->first[simplex], count, count, name);
  value_text(f->value[simplex], value);
  for (uint64_t i = count; i-- > 0;) { /* without the last vertex first */
    const uint64_t s = find_facet(f, simplex, i);
    simplex_text(f->vertex + f->first[simplex], count, i, face);
    if (s == f->n)
      return bf_fail(BF_BAD_INPUT, "not a filtration: simplex %s (value %s) is there, its face %s is not; all faces have to be", name, value, face);
    if (f->value[s] > f->value[simplex])
      return bf_fail(BF_BAD_INPUT, "not a filtration: simplex %s has the value %s, its face %s comes later, with %s; no face may have a larger value", name,
                     value, face, value_text(f->value[s], other));
  }
  return bf_fail(BF_FAILED, "simplex %s: its faces are as they should be", name); /* never */
}

bf_status reduce_blame_twice(const bf_filtration *f, uint64_t simplex, uint64_t other) {
  char name[TEXT], value[32], second[32];
  const uint64_t count = f->first[simplex + 1] - f->first[simplex];
  return bf_fail(BF_BAD_INPUT, "not a filtration: simplex %s is there twice, with the values %s and %s",
                 simplex_text(f->vertex + f->first[simplex], count, count, name), value_text(f->value[simplex], value), value_text(f->value[other], second));
}

bf_status reduce_blame_dimension(const bf_filtration *f, uint64_t simplex) {
  char name[TEXT];
  const uint64_t count = f->first[simplex + 1] - f->first[simplex];
  return bf_fail(BF_BAD_INPUT, "not a filtration: simplex %s of dimension %llu is there, its faces are not all: they would be more than 2^%d",
                 simplex_text(f->vertex + f->first[simplex], count, count, name), (unsigned long long)count - 1, REDUCE_DIMS);
}
