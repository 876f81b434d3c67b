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
    BF_TRY(bf_memory_reserve(c->memory, (void **)&c->at[d].simplex, &c->at[d].simplex_room, c->at[d].n, sizeof *c->at[d].simplex));
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

static bool is_by_vertices(const reduce_complex *c, uint32_t dim) {
  const reduce_cells *cells = &c->at[dim];
  for (uint32_t i = 1; i < cells->n; i++)
    if (compare(c->filtration, cells->simplex[i - 1], cells->simplex[i], dim + 1) > 0) return false;
  return true;
}

/* Fills the layer by vertices: sorts places in the list by the last vertices to the first ones, as many at once as a key holds. */
static void sort_by_vertices(const reduce_layers *l, reduce_sort *s) {
  const bf_filtration *f = l->complex->filtration;
  const uint32_t *simplex = l->complex->at[l->dim].simplex, n = l->here->n, most = 64 / l->bits, count = l->dim + 1;
  l->here->keyed = count <= most;
  for (uint32_t i = 0; i < n; i++) s->item[i] = i;
  for (uint32_t end = count, begin; end > 0; end = begin) {
    begin = end > most ? end - most : 0;
    if (!l->here->keyed && end == count && is_by_vertices(l->complex, l->dim)) break;
    for (uint32_t i = 0; i < n; i++) {
      const uint32_t *vertex = f->vertex + f->first[simplex[s->item[i]]];
      uint64_t key = 0;
      for (uint32_t k = begin; k < end; k++) key = key << l->bits | vertex[k];
      s->key[i] = key;
    }
    reduce_sort_run(s, n);
  }
  const uint64_t mask = (UINT64_C(1) << l->bits) - 1;
  for (uint32_t i = 0; i < n; i++) {
    const uint32_t last = l->here->keyed ? (uint32_t)(s->key[i] & mask) : f->vertex[f->first[simplex[s->item[i]]] + l->dim];
    l->here->cell[i] = (reduce_cell){last, s->item[i]};
  }
}

/* Lends the keys that were sorted, or takes them back. */
static void swap_keys(reduce_sort *s, uint64_t **key, size_t *room) {
  uint64_t *const other = s->key;
  const size_t other_room = s->key_room;
  s->key = *key;
  s->key_room = *room;
  *key = other;
  *room = other_room;
}

/* Puts the list in the order of the filtration. Equal values leave the order by vertices. */
static void sort_by_value(const reduce_layers *l, reduce_sort *s) {
  uint32_t *simplex = l->complex->at[l->dim].simplex, n = l->here->n;
  for (uint32_t i = 0; i < n; i++) s->other_key[i] = reduce_sort_key(l->complex->filtration->value[simplex[i]]);
  for (uint32_t i = 0; i < n; i++) s->key[i] = s->other_key[l->here->cell[i].position], s->item[i] = i;
  reduce_sort_run(s, n);
  for (uint32_t p = 0; p < n; p++) {
    reduce_cell *cell = &l->here->cell[s->item[p]];
    s->other_item[p] = simplex[cell->position];
    cell->position = p;
  }
  if (n) memcpy(simplex, s->other_item, n * sizeof *simplex);
}

static bf_status build_layer(const reduce_layers *l, reduce_sort *s) {
  bf_status status = BF_OK;
  const reduce_cells *cells = &l->complex->at[l->dim];
  bf_memory *memory = l->complex->memory;
  const bool in_order = is_in_order(l->complex, l->dim);
  l->here->n = cells->n;
  BF_TRY(reduce_sort_reserve(s, cells->n, memory));
  BF_TRY(bf_memory_reserve(memory, (void **)&l->here->cell, &l->here->cell_room, cells->n, sizeof *l->here->cell));
  sort_by_vertices(l, s);
  swap_keys(s, &l->here->key, &l->here->key_room);
  BF_TRY(reduce_find_children(l));
  if (!l->above) swap_keys(s, &l->here->key, &l->here->key_room);
  BF_TRY(reduce_sort_reserve(s, cells->n, memory));
  if (in_order)
    for (uint32_t i = 0; i < cells->n; i++) s->key[i] = reduce_sort_key(l->complex->filtration->value[cells->simplex[i]]);
  else
    sort_by_value(l, s);
  swap_keys(s, &l->here->value, &l->here->value_room);
  if (!l->above) reduce_sort_free(s, memory); /* facets take as much */
  BF_TRY(reduce_find_facets(l));
out:
  return status;
}

void reduce_complex_drop_facets(reduce_complex *c, uint32_t dim) {
  bf_memory_release(c->memory, c->at[dim].facet, c->at[dim].facet_room, sizeof *c->at[dim].facet);
  c->at[dim].facet = NULL;
  c->at[dim].facet_room = 0;
}

bf_status reduce_complex_build(reduce_complex *c, uint32_t max_dim) {
  bf_status status = BF_OK;
  reduce_sort sort = {0};
  reduce_layer layer[3] = {{0}};
  uint32_t largest;
  BF_TRY(count_cells(c, &largest));
  BF_TRY(list_cells(c));
  const unsigned bits = largest ? 32 - (unsigned)__builtin_clz(largest) : 1;
  for (uint32_t dim = 0; dim < c->ndim; dim++) {
    const reduce_layers l = {c, dim, bits, dim + 1 < c->ndim, &layer[dim % 3], &layer[(dim + 2) % 3], &layer[(dim + 1) % 3]};
    BF_TRY(bf_jobs_tell(c->progress, dim, c->ndim));
    BF_TRY(build_layer(&l, &sort));
    if (dim > max_dim + 2) reduce_complex_drop_facets(c, dim - 1);
  }
  if (c->ndim > max_dim + 2) reduce_complex_drop_facets(c, c->ndim - 1);
out:
  for (int i = 0; i < 3; i++) reduce_layer_free(&layer[i], c->memory);
  reduce_sort_free(&sort, c->memory);
  return status;
}

void reduce_complex_free(reduce_complex *c) {
  for (uint32_t d = 0; d < c->ndim; d++) {
    reduce_complex_drop_facets(c, d);
    bf_memory_release(c->memory, c->at[d].simplex, c->at[d].simplex_room, sizeof *c->at[d].simplex);
  }
}
