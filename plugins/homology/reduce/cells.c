/* Simplices by dimension, then in two orders: by their vertices, in which facets are found, and that of the filtration. */
#include "reduce/cells.h"
#include "reduce/facets.h"
#include "reduce/sort.h"
#include <math.h>

static const uint32_t *vertices_of(const bf_filtration *f, uint32_t simplex) { return f->vertex + f->first[simplex]; }

static int compare(const bf_filtration *f, uint32_t a, uint32_t b, uint32_t count) {
  const uint32_t *v = vertices_of(f, a), *w = vertices_of(f, b);
  for (uint32_t i = 0; i < count; i++)
    if (v[i] != w[i]) return v[i] < w[i] ? -1 : 1;
  return 0;
}

/* Counts the cells of each dimension and finds the largest vertex. */
static bf_status count_cells(reduce_complex *c, uint32_t *largest) {
  const bf_filtration *f = c->filtration;
  *largest = 0;
  if (f->n > REDUCE_MOST)
    return bf_fail(BF_INVALID, "persistent homology: %llu simplices, and at most %d can be; lower the threshold or the dimension", (unsigned long long)f->n,
                   REDUCE_MOST);
  for (uint64_t s = 0; s < f->n; s++) {
    const uint64_t dim = f->first[s + 1] - f->first[s] - 1;
    const uint32_t last = f->vertex[f->first[s + 1] - 1];
    if (f->value[s] == INFINITY) continue;
    if (dim >= REDUCE_DIMS) return reduce_blame_dimension(f, s);
    if (last > *largest) *largest = last;
    if (dim >= c->ndim) c->ndim = (uint32_t)dim + 1;
    c->at[dim].n++;
  }
  return BF_OK;
}

/* Lists the cells of each dimension as they stand. */
static bf_status list_cells(reduce_complex *c) {
  bf_status status = BF_OK;
  const bf_filtration *f = c->filtration;
  uint32_t listed[REDUCE_DIMS] = {0};
  for (uint32_t d = 0; d < c->ndim; d++)
    BF_TRY(flag_reserve(c->memory, (void **)&c->at[d].simplex, &c->at[d].simplex_room, c->at[d].n, sizeof *c->at[d].simplex));
  for (uint64_t s = 0; s < f->n; s++) {
    const uint64_t dim = f->first[s + 1] - f->first[s] - 1;
    if (f->value[s] < INFINITY) c->at[dim].simplex[listed[dim]++] = (uint32_t)s;
  }
out:
  return status;
}

static bool is_in_order(const reduce_complex *c, uint32_t dim) {
  const bf_filtration *f = c->filtration;
  const reduce_cells *cells = &c->at[dim];
  for (uint32_t i = 1; i < cells->n; i++) {
    const double before = f->value[cells->simplex[i - 1]], value = f->value[cells->simplex[i]];
    if (before > value || (before == value && compare(f, cells->simplex[i - 1], cells->simplex[i], dim + 1) > 0)) return false;
  }
  return true;
}

static bool is_lexicographic(const reduce_complex *c, uint32_t dim) {
  const reduce_cells *cells = &c->at[dim];
  for (uint32_t i = 1; i < cells->n; i++)
    if (compare(c->filtration, cells->simplex[i - 1], cells->simplex[i], dim + 1) > 0) return false;
  return true;
}

/* Sorts the indices of the list `simplex` by vertices: from the last vertex to the first, as many at once as a key holds. */
static void sort_by_vertices(const reduce_complex *c, uint32_t dim, unsigned bits, reduce_sort *s) {
  const reduce_cells *cells = &c->at[dim];
  const uint32_t most = 64 / bits;
  for (uint32_t i = 0; i < cells->n; i++) s->item[i] = i;
  if (is_lexicographic(c, dim)) return;
  for (uint32_t end = dim + 1, begin; end > 0; end = begin) {
    begin = end > most ? end - most : 0;
    for (uint32_t i = 0; i < cells->n; i++) {
      const uint32_t *vertex = vertices_of(c->filtration, cells->simplex[s->item[i]]);
      uint64_t key = 0;
      for (uint32_t k = begin; k < end; k++) key = key << bits | vertex[k];
      s->key[i] = key;
    }
    reduce_sort_run(s, cells->n);
  }
}

/* Puts the cells in the order of the filtration and fills the layer's own arrays. */
static bf_status order_cells(reduce_complex *c, uint32_t dim, unsigned bits, reduce_sort *s, reduce_layer *layer) {
  bf_status status = BF_OK;
  const bf_filtration *f = c->filtration;
  reduce_cells *cells = &c->at[dim];
  const bool in_order = is_in_order(c, dim);
  BF_TRY(reduce_layer_reserve(layer, cells->n, c->memory));
  BF_TRY(reduce_sort_reserve(s, cells->n, c->memory));
  sort_by_vertices(c, dim, bits, s);
  uint32_t *position = s->item;
  for (uint32_t i = 0; i < cells->n; i++) layer->simplex[i] = cells->simplex[s->item[i]];
  if (!in_order) {
    for (uint32_t i = 0; i < cells->n; i++) s->key[i] = reduce_sort_key(f->value[layer->simplex[i]]), s->item[i] = i;
    reduce_sort_run(s, cells->n);
    position = s->other_item; /* no more in use */
    for (uint32_t i = 0; i < cells->n; i++) {
      position[s->item[i]] = i;
      cells->simplex[i] = layer->simplex[s->item[i]];
    }
  }
  for (uint32_t i = 0; i < cells->n; i++) {
    const uint32_t simplex = layer->simplex[i];
    layer->cell[i] = (reduce_cell){f->value[simplex], f->vertex[f->first[simplex] + dim], position[i]};
  }
out:
  return status;
}

static void drop_facets(reduce_complex *c, uint32_t dim) {
  flag_release(c->memory, c->at[dim].facet, c->at[dim].facet_room, sizeof *c->at[dim].facet);
  c->at[dim].facet = NULL;
  c->at[dim].facet_room = 0;
}

bf_status reduce_complex_build(reduce_complex *c, uint32_t max_dim) {
  bf_status status = BF_OK;
  reduce_sort sort = {0};
  reduce_layer layer[3] = {{0}}; /* of the dimension at hand and the two below, in turn */
  uint32_t largest;
  BF_TRY(count_cells(c, &largest));
  BF_TRY(list_cells(c));
  const unsigned bits = largest ? 32 - (unsigned)__builtin_clz(largest) : 1;
  for (uint32_t dim = 0; dim < c->ndim; dim++) {
    BF_TRY(bf_jobs_tell(c->progress, dim, c->ndim));
    BF_TRY(order_cells(c, dim, bits, &sort, &layer[dim % 3]));
    BF_TRY(reduce_find_facets(c, dim, &layer[dim % 3], &layer[(dim + 2) % 3], &layer[(dim + 1) % 3]));
    if (dim > max_dim + 2) drop_facets(c, dim - 1);
  }
  if (c->ndim > max_dim + 2) drop_facets(c, c->ndim - 1);
out:
  for (int i = 0; i < 3; i++) reduce_layer_free(&layer[i], c->memory);
  reduce_sort_free(&sort, c->memory);
  return status;
}

void reduce_complex_free(reduce_complex *c) {
  for (uint32_t d = 0; d < c->ndim; d++) {
    drop_facets(c, d);
    flag_release(c->memory, c->at[d].simplex, c->at[d].simplex_room, sizeof *c->at[d].simplex);
  }
}
