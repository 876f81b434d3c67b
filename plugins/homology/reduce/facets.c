/* Facets are found as in a tree of prefixes (J.-D. Boissonnat, C. Maria, The simplex tree, Algorithmica 70 (2014)), on flat arrays: the facet of a cell without
 * its last vertex is its parent; any other is the child, by the same last vertex, of a facet of the parent. Children come in order, so all searches go forward.
 */
#include "reduce/facets.h"

bf_status reduce_layer_reserve(reduce_layer *layer, uint32_t n, flag_memory *memory) {
  bf_status status = BF_OK;
  layer->n = n;
  BF_TRY(flag_reserve(memory, (void **)&layer->cell, &layer->cell_room, n, sizeof *layer->cell));
  BF_TRY(flag_reserve(memory, (void **)&layer->simplex, &layer->simplex_room, n, sizeof *layer->simplex));
out:
  return status;
}

void reduce_layer_free(reduce_layer *layer, flag_memory *memory) {
  flag_release(memory, layer->cell, layer->cell_room, sizeof *layer->cell);
  flag_release(memory, layer->simplex, layer->simplex_room, sizeof *layer->simplex);
  flag_release(memory, layer->child, layer->child_room, sizeof *layer->child);
  flag_release(memory, layer->facet, layer->facet_room, sizeof *layer->facet);
  *layer = (reduce_layer){0};
}

typedef struct range {
  uint32_t begin, end;
} range;

typedef struct search { /* in one dimension */
  reduce_complex *c;
  uint32_t dim;
  reduce_layer *layer, *below;
  const reduce_layer *two_below;
  bool keep;               /* the facets in the layer */
  range left[REDUCE_DIMS]; /* for facet k of the parent: its children that may still be met */
} search;

/* The first place in the range whose vertex is not smaller: in leaps, then by halves. */
static inline uint32_t seek(const reduce_cell *cell, range r, uint32_t vertex) {
  uint32_t low = r.begin, leap = 1;
  while (leap < r.end - low && cell[low + leap].last < vertex) {
    low += leap;
    leap *= 2;
  }
  uint32_t high = leap < r.end - low ? low + leap : r.end;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (cell[middle].last < vertex)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int compare_prefix(const uint32_t *v, const uint32_t *w, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (v[i] != w[i]) return v[i] < w[i] ? -1 : 1;
  return 0;
}

/* The children of the facets of a new parent. The parent of an edge is a vertex, whose one facet is the empty cell; the vertices are its children. */
static void begin_parent(search *s, uint32_t parent) {
  s->left[0] = (range){0, s->below->n};
  for (uint32_t k = 0; k < s->dim && s->dim > 1; k++) {
    const uint32_t *child = s->two_below->child + s->below->facet[(size_t)parent * s->dim + k];
    s->left[k] = (range){child[0], child[1]};
  }
}

/* Writes the facets of cell i; `parent` is the one without the last vertex. */
static inline bf_status find_facets(search *s, uint32_t i, uint32_t parent) {
  const uint32_t dim = s->dim;
  const reduce_cell cell = s->layer->cell[i], *below = s->below->cell;
  uint32_t *facet = s->c->at[dim].facet + (size_t)cell.position * (dim + 1), *kept = s->keep ? s->layer->facet + (size_t)i * (dim + 1) : NULL;
  double largest = below[parent].value;
  for (uint32_t k = 0; k < dim; k++) {
    const uint32_t at = seek(below, s->left[k], cell.last);
    if (at == s->left[k].end || below[at].last != cell.last) return reduce_blame_facet(s->c->filtration, s->layer->simplex[i]);
    s->left[k].begin = at + 1;
    facet[k] = below[at].position << 1 | (k & 1);
    if (kept) kept[k] = at;
    largest = below[at].value > largest ? below[at].value : largest;
  }
  facet[dim] = below[parent].position << 1 | (dim & 1);
  if (kept) kept[dim] = parent;
  return largest > cell.value ? reduce_blame_facet(s->c->filtration, s->layer->simplex[i]) : BF_OK;
}

/* Both dimensions by vertices, side by side. */
static bf_status all_facets(search *s) {
  bf_status status = BF_OK;
  const bf_filtration *f = s->c->filtration;
  const uint32_t n = s->layer->n, dim = s->dim;
  const uint32_t *before = NULL; /* vertices of the cell before */
  uint32_t parent = 0;
  s->below->child[0] = 0;
  for (uint32_t i = 0; i < n; i++) {
    const uint32_t *v = f->vertex + f->first[s->layer->simplex[i]];
    if (!before || compare_prefix(before, v, dim) != 0) {
      while (parent < s->below->n && compare_prefix(f->vertex + f->first[s->below->simplex[parent]], v, dim) < 0) s->below->child[++parent] = i;
      if (parent == s->below->n || compare_prefix(f->vertex + f->first[s->below->simplex[parent]], v, dim) != 0)
        return reduce_blame_facet(f, s->layer->simplex[i]);
      begin_parent(s, parent);
    } else if (before[dim] == v[dim]) {
      return reduce_blame_twice(f, s->layer->simplex[i - 1], s->layer->simplex[i]);
    }
    before = v;
    BF_TRY(find_facets(s, i, parent));
    if (i % 4096 == 0) BF_TRY(bf_jobs_tell(s->c->progress, i, n));
  }
  while (parent < s->below->n) s->below->child[++parent] = n;
out:
  return status;
}

bf_status reduce_find_facets(reduce_complex *c, uint32_t dim, reduce_layer *layer, reduce_layer *below, const reduce_layer *two_below) {
  bf_status status = BF_OK;
  const bf_filtration *f = c->filtration;
  reduce_cells *cells = &c->at[dim];
  search s = {.c = c, .dim = dim, .layer = layer, .below = below, .two_below = two_below, .keep = dim + 1 < c->ndim};
  if (dim == 0) {
    for (uint32_t i = 1; i < layer->n; i++)
      if (layer->cell[i].last == layer->cell[i - 1].last) return reduce_blame_twice(f, layer->simplex[i - 1], layer->simplex[i]);
    return BF_OK;
  }
  BF_TRY(flag_reserve(c->memory, (void **)&cells->facet, &cells->facet_room, (size_t)cells->n * (dim + 1), sizeof *cells->facet));
  if (s.keep) BF_TRY(flag_reserve(c->memory, (void **)&layer->facet, &layer->facet_room, (size_t)layer->n * (dim + 1), sizeof *layer->facet));
  BF_TRY(flag_reserve(c->memory, (void **)&below->child, &below->child_room, below->n + (size_t)1, sizeof *below->child));
  BF_TRY(all_facets(&s));
out:
  return status;
}
