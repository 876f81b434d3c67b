/* Facets are found as in a tree of prefixes (J.-D. Boissonnat, C. Maria, The simplex tree, Algorithmica 70 (2014)), on flat arrays: the facet of a cell without
 * its last vertex is its parent; any other is the child, by the same last vertex, of a facet of the parent. Children come in order, so all searches go forward.
 */
#include "reduce/facets.h"

void reduce_layer_free(reduce_layer *layer, bf_memory *memory) {
  bf_memory_release(memory, layer->cell, layer->cell_room, sizeof *layer->cell);
  bf_memory_release(memory, layer->key, layer->key_room, sizeof *layer->key);
  bf_memory_release(memory, layer->value, layer->value_room, sizeof *layer->value);
  bf_memory_release(memory, layer->child, layer->child_room, sizeof *layer->child);
  bf_memory_release(memory, layer->facet, layer->facet_room, sizeof *layer->facet);
  *layer = (reduce_layer){0};
}

/* ---- parents and children ---- */

/* The number of cell i of a layer in the filtration. */
static uint32_t simplex_of(const reduce_layers *l, uint32_t dim, const reduce_layer *layer, uint32_t i) {
  return l->complex->at[dim].simplex[layer->cell[i].position];
}

static int compare_vertices(const reduce_layers *l, uint32_t i, uint32_t dim, const reduce_layer *other, uint32_t j, uint32_t count) {
  const bf_filtration *f = l->complex->filtration;
  const uint32_t *v = f->vertex + f->first[simplex_of(l, l->dim, l->here, i)], *w = f->vertex + f->first[simplex_of(l, dim, other, j)];
  for (uint32_t k = 0; k < count; k++)
    if (v[k] != w[k]) return v[k] < w[k] ? -1 : 1;
  return 0;
}

/* Whether the parent of cell i stands behind cell j of the layer below (1), is it (0), or is missing. */
static inline int compare_parent(const reduce_layers *l, uint32_t i, uint32_t j) {
  if (!l->here->keyed) return compare_vertices(l, i, l->dim - 1, l->below, j, l->dim);
  const uint64_t parent = l->here->key[i] >> l->bits, other = l->below->key[j];
  return parent == other ? 0 : parent > other ? 1 : -1;
}

static inline bool is_twice(const reduce_layers *l, uint32_t i) {
  return l->here->keyed ? l->here->key[i - 1] == l->here->key[i] : compare_vertices(l, i, l->dim, l->here, i - 1, l->dim + 1) == 0;
}

bf_status reduce_find_children(const reduce_layers *l) {
  bf_status status = BF_OK;
  const bf_filtration *f = l->complex->filtration;
  const uint32_t n = l->here->n, nbelow = l->dim ? l->below->n : 0;
  uint32_t *child = NULL, parent = 0;
  if (l->dim) {
    BF_TRY(bf_memory_reserve(l->complex->memory, (void **)&l->below->child, &l->below->child_room, nbelow + (size_t)1, sizeof *child));
    child = l->below->child;
    child[0] = 0;
  }
  for (uint32_t i = 0; i < n; i++) {
    if (i && is_twice(l, i)) return reduce_blame_twice(f, simplex_of(l, l->dim, l->here, i - 1), simplex_of(l, l->dim, l->here, i));
    if (!l->dim) continue;
    int side = -1;
    while (parent < nbelow && (side = compare_parent(l, i, parent)) > 0) child[++parent] = i;
    if (parent == nbelow || side < 0) return reduce_blame_facet(f, simplex_of(l, l->dim, l->here, i));
  }
  while (parent < nbelow) child[++parent] = n;
out:
  return status;
}

/* ---- facets ---- */

typedef struct range {
  uint32_t begin, end;
} range;

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

/* The children of a parent's facets, among which its own children's facets are. The parent of an edge is a vertex, whose one facet is the empty cell; all
 * vertices are its children. */
static void list_ranges(const reduce_layers *l, uint32_t parent, range *left) {
  left[0] = (range){0, l->below->n};
  for (uint32_t k = 0; k < l->dim && l->dim > 1; k++) {
    const uint32_t *child = l->two_below->child + l->below->facet[(size_t)parent * l->dim + k];
    left[k] = (range){child[0], child[1]};
  }
}

/* The facets of cell i; false: one is missing. */
static inline bool find_facets(const reduce_layers *l, uint32_t i, uint32_t parent, range *left) {
  const uint32_t dim = l->dim, last = l->here->cell[i].last;
  const reduce_cell *below = l->below->cell;
  uint32_t *facet = l->complex->at[dim].facet + (size_t)l->here->cell[i].position * (dim + 1);
  uint32_t *kept = l->above ? l->here->facet + (size_t)i * (dim + 1) : NULL;
  for (uint32_t k = 0; k < dim; k++) {
    const uint32_t at = seek(below, left[k], last);
    if (at == left[k].end || below[at].last != last) return false;
    left[k].begin = at + 1;
    facet[k] = below[at].position << 1 | (k & 1);
    if (kept) kept[k] = at;
  }
  facet[dim] = below[parent].position << 1 | (dim & 1);
  if (kept) kept[dim] = parent;
  return true;
}

/* No facet may be younger than the value of its coface allows. */
static bf_status check_values(const reduce_layers *l) {
  const reduce_cells *cells = &l->complex->at[l->dim];
  const uint32_t *facet = cells->facet;
  for (uint32_t p = 0; p < cells->n; p++) {
    uint32_t youngest = 0;
    for (uint32_t k = 0; k <= l->dim; k++, facet++) youngest = reduce_row(*facet) > youngest ? reduce_row(*facet) : youngest;
    if (l->below->value[youngest] > l->here->value[p]) return reduce_blame_facet(l->complex->filtration, cells->simplex[p]);
  }
  return BF_OK;
}

bf_status reduce_find_facets(const reduce_layers *l) {
  bf_status status = BF_OK;
  reduce_cells *cells = &l->complex->at[l->dim];
  bf_memory *memory = l->complex->memory;
  if (l->dim == 0) return BF_OK;
  const size_t facets = (size_t)cells->n * (l->dim + 1);
  BF_TRY(bf_memory_reserve(memory, (void **)&cells->facet, &cells->facet_room, facets, sizeof *cells->facet));
  if (l->above) BF_TRY(bf_memory_reserve(memory, (void **)&l->here->facet, &l->here->facet_room, facets, sizeof *l->here->facet));
  for (uint32_t parent = 0; parent < l->below->n; parent++) {
    range left[REDUCE_DIMS];
    const uint32_t begin = l->below->child[parent], end = l->below->child[parent + 1];
    if (begin < end) list_ranges(l, parent, left);
    for (uint32_t i = begin; i < end; i++)
      if (!find_facets(l, i, parent, left)) return reduce_blame_facet(l->complex->filtration, simplex_of(l, l->dim, l->here, i));
    if (parent % 1024 == 0) BF_TRY(bf_jobs_tell(l->complex->progress, begin, cells->n));
  }
  BF_TRY(check_values(l));
out:
  return status;
}
