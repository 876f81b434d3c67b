/* Intervals, from pairs of positions to values, vertices and chains. */
#include "reduce/pairs.h"
#include "reduce/sort.h"
#include <math.h>

/* The intervals that are not empty: births of one dimension after the other, each in the order of birth, death and position. */
typedef struct intervals {
  uint64_t n;
  uint32_t *dim, *birth; /* positions; dim is the diagram's */
  size_t dim_room, birth_room;
} intervals;

static uint32_t death_of(const reduce_pairs *p, uint32_t dim, uint32_t birth) { return p->mate[dim][birth]; }

static double death_value(const reduce_pairs *p, uint32_t dim, uint32_t birth) {
  const uint32_t death = death_of(p, dim, birth);
  return death == REDUCE_ESSENTIAL ? INFINITY : reduce_value(p->complex, dim + 1, death);
}

static bf_status list_births(const reduce_pairs *p, uint32_t dim, reduce_sort *s, intervals *out) {
  bf_status status = BF_OK;
  const uint64_t before = out->n;
  for (uint32_t i = 0; i < reduce_pairs_n(p, dim); i++) {
    const uint32_t death = p->mate[dim][i];
    if (death == REDUCE_DEATH || reduce_pairs_empty(p, dim, i, death)) continue;
    BF_TRY(bf_memory_reserve(p->complex->memory, (void **)&out->dim, &out->dim_room, out->n + 1, sizeof *out->dim));
    BF_TRY(bf_memory_reserve(p->complex->memory, (void **)&out->birth, &out->birth_room, out->n + 1, sizeof *out->birth));
    out->dim[out->n] = dim;
    out->birth[out->n++] = i;
  }
  uint32_t *const birth = out->birth + before;
  const size_t n = out->n - before;
  BF_TRY(reduce_sort_reserve(s, n, p->complex->memory));
  for (size_t k = 0; k < n; k++) s->item[k] = birth[k], s->key[k] = reduce_sort_key(death_value(p, dim, birth[k]));
  reduce_sort_run(s, n);
  for (size_t k = 0; k < n; k++) s->key[k] = reduce_sort_key(reduce_value(p->complex, dim, s->item[k]));
  reduce_sort_run(s, n);
  for (size_t k = 0; k < n; k++) birth[k] = s->item[k];
out:
  return status;
}

/* An array of the diagram: counted, but not released here. */
static bf_status numbers(const reduce_pairs *p, void *array, uint64_t n, size_t size) {
  size_t room = 0;
  void *at = NULL;
  bf_status status = bf_memory_reserve(p->complex->memory, &at, &room, n, size);
  memcpy(array, &at, sizeof at);
  return status;
}

static uint32_t *put_vertices(const reduce_pairs *p, uint32_t dim, uint32_t position, uint32_t *to) {
  const bf_filtration *f = p->complex->filtration;
  memcpy(to, f->vertex + f->first[p->complex->at[dim].simplex[position]], (dim + 1) * sizeof *to);
  return to + dim + 1;
}

static bf_status fill_values(const reduce_pairs *p, const intervals *list, bf_diagram *d) {
  bf_status status = BF_OK;
  BF_TRY(numbers(p, &d->birth, list->n, sizeof *d->birth));
  BF_TRY(numbers(p, &d->death, list->n, sizeof *d->death));
  for (uint64_t i = 0; i < list->n; i++) {
    d->birth[i] = reduce_value(p->complex, list->dim[i], list->birth[i]);
    d->death[i] = death_value(p, list->dim[i], list->birth[i]);
  }
out:
  return status;
}

static bf_status fill_simplices(const reduce_pairs *p, const intervals *list, bf_diagram *d) {
  bf_status status = BF_OK;
  uint64_t births = 0, deaths = 0;
  for (uint64_t i = 0; i < list->n; i++) {
    births += list->dim[i] + 1;
    deaths += death_of(p, list->dim[i], list->birth[i]) == REDUCE_ESSENTIAL ? 0 : list->dim[i] + 2;
  }
  BF_TRY(numbers(p, &d->birth_simplex, births, sizeof *d->birth_simplex));
  BF_TRY(numbers(p, &d->death_simplex, deaths, sizeof *d->death_simplex));
  uint32_t *birth = d->birth_simplex, *death = d->death_simplex;
  for (uint64_t i = 0; i < list->n; i++) {
    const uint32_t dies = death_of(p, list->dim[i], list->birth[i]);
    birth = put_vertices(p, list->dim[i], list->birth[i], birth);
    if (dies != REDUCE_ESSENTIAL) death = put_vertices(p, list->dim[i] + 1, dies, death);
  }
out:
  return status;
}

static bf_status fill_representatives(const reduce_pairs *p, const intervals *list, bf_diagram *d) {
  bf_status status = BF_OK;
  uint64_t terms = 0, vertices = 0;
  BF_TRY(numbers(p, &d->first, list->n + 1, sizeof *d->first));
  for (uint64_t i = 0; i < list->n; i++) {
    const uint64_t n = p->chain[list->dim[i]][list->birth[i]].n;
    d->first[i] = terms;
    terms += n;
    vertices += n * (list->dim[i] + 1);
  }
  d->first[list->n] = terms;
  BF_TRY(numbers(p, &d->coefficient, terms, sizeof *d->coefficient));
  BF_TRY(numbers(p, &d->vertex, vertices, sizeof *d->vertex));
  uint32_t *coefficient = d->coefficient, *vertex = d->vertex;
  for (uint64_t i = 0; i < list->n; i++) {
    const reduce_chain chain = p->chain[list->dim[i]][list->birth[i]];
    for (uint64_t k = chain.first; k < chain.first + chain.n; k++) {
      *coefficient++ = p->terms.coefficient ? p->terms.coefficient[k] : 1;
      vertex = put_vertices(p, list->dim[i], p->terms.index[k], vertex);
    }
  }
out:
  return status;
}

bf_status reduce_fill_diagram(const reduce_pairs *p, const bf_reduce_options *options, bf_diagram *d) {
  bf_status status = BF_OK;
  reduce_sort sort = {0};
  intervals list = {0};
  for (uint32_t dim = 0; dim < p->ndim; dim++) BF_TRY(list_births(p, dim, &sort, &list));
  BF_TRY(numbers(p, &d->dim, list.n, sizeof *d->dim));
  if (list.n) memcpy(d->dim, list.dim, list.n * sizeof *d->dim);
  BF_TRY(fill_values(p, &list, d));
  if (options->simplices) BF_TRY(fill_simplices(p, &list, d));
  if (options->representatives != BF_NO_REPRESENTATIVES) BF_TRY(fill_representatives(p, &list, d));
  d->n = list.n;
out:
  reduce_sort_free(&sort, p->complex->memory);
  bf_memory_release(p->complex->memory, list.dim, list.dim_room, sizeof *list.dim);
  bf_memory_release(p->complex->memory, list.birth, list.birth_room, sizeof *list.birth);
  return status;
}
