/* Representative cycles by involuted homology: cohomology has found the pairs, so only the boundaries of death simplices need to be reduced, oldest first; what
 * is left of one is a cycle whose youngest simplex is the birth simplex. Boundaries in apparent pairs are reduced as they are, and stored nowhere. After M.
 * Čufar, Ž. Virk, Fast computation of persistent homology representatives with involuted persistent homology, Found. Data Sci. 5 (2023). An essential class of
 * birth simplex s is s minus a chain of death simplices with the same boundary.
 */
#include "flag/apparent.h"
#include "flag/chains.h"
#include "flag/column.h"
#include "flag/pivots.h"

#define flag_cycles FLAG_NAME(flag_cycles)

/* The reduced boundaries of one dimension. The columns give their oldest simplex first, and here the youngest is wanted, so what is in them and in the entries
 * is mirrored. Column i is its pivot, with coefficient 1, + facets.at[facet[i]] … facets.at[facet[i+1]-1], and the boundary of chains.at[chain[i]] … */
typedef struct boundaries {
  const flag_run *run;
  uint32_t dim;   /* of the facets */
  bool follow;    /* keep the chains as well: there are essential classes of dimension dim+1 */
  simplices dead; /* the death simplices, youngest first; coefficient: number of the interval */
  pivots pivots;  /* youngest facet -> column */
  uint64_t work, done;
  size_t facet_room, chain_room;
  uint64_t *facet, *chain;
  simplices facets, chains;
  column boundary;    /* the pivot is boundary.last */
  column combination; /* what boundary is the boundary of, with `follow` */
} boundaries;

/* Turns the order of the filtration over; its own inverse. Distances are finite, and floats that are not negative have the order of their bits. */
static simplex mirrored(const simplex *s, uint32_t dim) {
  const float infinite = INFINITY;
  simplex m = {dim ? ~s->key : s->key, 0, s->coefficient};
  uint32_t last, bits;
  memcpy(&last, &infinite, sizeof last);
  memcpy(&bits, &s->diameter, sizeof bits);
  bits = last - bits;
  memcpy(&m.diameter, &bits, sizeof bits);
  return m;
}

/* The simplex with these vertices; the diameter is known. */
static simplex from_vertices(const flag_run *run, const uint32_t *vertex, unsigned count, float diameter) {
  return (simplex){key_of(vertex, count, &run->code), diameter, 1};
}

/* Adds of the boundary of s what is older than the pivot last found: as a whole, what is added has nothing younger and cancels the pivot. */
static bf_status add_boundary(boundaries *b, const simplex *s) {
  bf_status status = BF_OK;
  const flag_run *run = b->run;
  const unsigned count = b->dim + 2;
  float d[FLAG_MAX_VERTICES][FLAG_MAX_VERTICES];
  uint32_t vertex[FLAG_MAX_VERTICES];
  key_vertices(s->key, count, &run->code, vertex);
  for (unsigned i = 1; i < count; i++)
    for (unsigned j = 0; j < i; j++) d[i][j] = flag_distance(run->graph, vertex[i], vertex[j]);
  for (unsigned p = 0; p < count; p++) {
    simplex facet = {key_remove(s->key, vertex, count, p, &run->code), 0, p & 1 ? run->modulus - s->coefficient : s->coefficient};
    for (unsigned i = 1; i < count; i++)
      for (unsigned j = 0; j < i; j++)
        if (i != p && j != p && d[i][j] > facet.diameter) facet.diameter = d[i][j];
    facet = mirrored(&facet, b->dim);
    if (is_older(&b->boundary.last, &facet)) BF_TRY(column_push(&b->boundary, &facet, run->memory));
  }
  if ((++b->work & 1023) == 0) BF_TRY(flag_step(run, b->done, b->dead.n));
out:
  return status;
}

static bf_status add_simplex(boundaries *b, const simplex *s) {
  bf_status status = BF_OK;
  if (b->follow) {
    simplex m = mirrored(s, b->dim + 1);
    BF_TRY(column_push(&b->combination, &m, b->run->memory));
  }
  BF_TRY(add_boundary(b, s));
out:
  return status;
}

/* Pushes `factor` times the entries. */
static bf_status add_entries(const boundaries *b, column *to, const simplices *from, uint64_t begin, uint64_t end, uint32_t factor) {
  bf_status status = BF_OK;
  for (uint64_t k = begin; k < end; k++) {
    simplex s = from->at[k];
    s.coefficient = times(b->run, s.coefficient, factor);
    BF_TRY(column_push(to, &s, b->run->memory));
  }
out:
  return status;
}

static bf_status add_column(boundaries *b, uint32_t i, uint32_t factor) {
  bf_status status = BF_OK;
  BF_TRY(add_entries(b, &b->boundary, &b->facets, b->facet[i], b->facet[i + 1], factor));
  if (b->follow) BF_TRY(add_entries(b, &b->combination, &b->chains, b->chain[i], b->chain[i + 1], factor));
  if ((++b->work & 1023) == 0) BF_TRY(flag_step(b->run, b->done, b->dead.n));
out:
  return status;
}

/* Takes the boundary of s and adds what cancels its youngest facet, until nothing has this pivot (*found) or nothing is left. */
static bf_status reduce_boundary(boundaries *b, const simplex *s, bool *found) {
  bf_status status = BF_OK;
  const flag_run *run = b->run;
  column_clear(&b->boundary, 0);
  column_clear(&b->combination, 0);
  BF_TRY(add_simplex(b, s));
  for (;;) {
    simplex pivot, cofacet;
    cofacets c;
    pivots_entry at;
    BF_TRY(column_pop_pivot(&b->boundary, run->modulus, run->memory, found));
    if (!*found) return BF_OK;
    pivot = mirrored(&b->boundary.last, b->dim);
    if (pivots_find(&b->pivots, pivot.key, &at)) {
      BF_TRY(add_column(b, at.column, run->modulus - pivot.coefficient));
    } else if (b->dim > 0 && zero_apparent_cofacet(&c, run, &pivot, b->dim, &cofacet)) {
      cofacet.coefficient = run->modulus - cofacet.coefficient;
      BF_TRY(add_simplex(b, &cofacet));
    } else {
      return BF_OK;
    }
  }
out:
  return status;
}

/* Moves what is in the column, times `scale`, to the entries. */
static bf_status drain(const boundaries *b, column *from, simplices *to, uint32_t scale) {
  bf_status status = BF_OK;
  for (;;) {
    bool found;
    BF_TRY(column_pop_pivot(from, b->run->modulus, b->run->memory, &found));
    if (!found) return BF_OK;
    BF_TRY(simplices_reserve(to, 1, b->run->memory));
    simplex s = from->last;
    s.coefficient = times(b->run, s.coefficient, scale);
    to->at[to->n++] = s;
  }
out:
  return status;
}

/* Gives the interval the cycle first + the entries from `begin`. */
static bf_status keep_cycle(const boundaries *b, bf_interval *interval, const simplex *first, const simplices *entries, uint64_t begin) {
  bf_status status = BF_OK;
  interval->cycle.first = b->run->barcode->nterm;
  if (first) BF_TRY(keep_term(b->run, first, interval->dim + 1));
  for (uint64_t k = begin; k < entries->n; k++) {
    simplex s = mirrored(&entries->at[k], interval->dim);
    BF_TRY(keep_term(b->run, &s, interval->dim + 1));
  }
  interval->cycle.n = b->run->barcode->nterm - interval->cycle.first;
out:
  return status;
}

/* Reduced boundary i, of the death simplex s. */
static bf_status reduce_death(boundaries *b, uint32_t i, const simplex *s) {
  bf_status status = BF_OK;
  bf_interval *interval = &b->run->barcode->at[s->coefficient];
  simplex death = {s->key, s->diameter, 1};
  bool found;
  BF_TRY(reduce_boundary(b, &death, &found));
  simplex birth = mirrored(&b->boundary.last, b->dim);
  pivots_entry at;
  uint32_t scale = inverse(b->run, birth.coefficient);
  birth.coefficient = 1;
  BF_TRY(drain(b, &b->boundary, &b->facets, scale));
  if (b->follow) BF_TRY(drain(b, &b->combination, &b->chains, scale));
  b->facet[i + 1] = b->facets.n;
  b->chain[i + 1] = b->chains.n;
  pivots_claim(&b->pivots, birth.key, i, &at);
  if (interval->death > interval->birth || b->run->options->empty) BF_TRY(keep_cycle(b, interval, &birth, &b->facets, b->facet[i]));
out:
  return status;
}

static bf_status reduce_essential(boundaries *b, bf_interval *interval, const simplex *s) {
  bf_status status = BF_OK;
  bool found;
  uint64_t begin = b->chains.n;
  BF_TRY(reduce_boundary(b, s, &found));
  BF_TRY(drain(b, &b->combination, &b->chains, 1));
  BF_TRY(keep_cycle(b, interval, NULL, &b->chains, begin));
  b->chains.n = begin;
out:
  return status;
}

static bf_status collect_deaths(boundaries *b) {
  bf_status status = BF_OK;
  const bf_barcode *barcode = b->run->barcode;
  if (barcode->n >= UINT32_MAX) return bf_fail(BF_NO_MEMORY, "persistent homology: cycles of 2^32 intervals or more; lower the threshold or the dimension");
  for (size_t k = 0; k < barcode->n; k++) {
    const bf_interval *interval = &barcode->at[k];
    if (interval->dim == b->dim + 1 && interval->death == INFINITY) b->follow = true;
    if (interval->dim != b->dim || interval->death == INFINITY) continue;
    BF_TRY(simplices_reserve(&b->dead, 1, b->run->memory));
    simplex *s = &b->dead.at[b->dead.n++];
    *s = from_vertices(b->run, barcode->vertex + interval->simplex + b->dim + 1, b->dim + 2, interval->death);
    s->coefficient = (uint32_t)k;
  }
  BF_TRY(sort_youngest_first(&b->dead, flag_code_width(&b->run->code, b->dim + 2), 1, b->run->progress, b->run->memory));
out:
  return status;
}

/* Cycles of the intervals of dimension dim that end, and of those of dimension dim+1 that do not. */
static bf_status reduce_boundaries(boundaries *b) {
  bf_status status = BF_OK;
  const flag_run *run = b->run;
  BF_TRY(collect_deaths(b));
  const size_t n = b->dead.n;
  BF_TRY(bf_memory_reserve(run->memory, (void **)&b->facet, &b->facet_room, n + 1, sizeof *b->facet));
  BF_TRY(bf_memory_reserve(run->memory, (void **)&b->chain, &b->chain_room, n + 1, sizeof *b->chain));
  BF_TRY(pivots_clear(&b->pivots, n, run->memory));
  b->facet[0] = b->chain[0] = 0;
  for (uint32_t i = 0; i < n; i++) {
    b->done = i;
    BF_TRY(reduce_death(b, i, &b->dead.at[n - 1 - i]));
    if (i % 1024 == 0) BF_TRY(flag_step(run, i, n));
  }
  for (size_t k = 0; b->follow && k < run->barcode->n; k++) {
    bf_interval *interval = &run->barcode->at[k];
    if (interval->dim != b->dim + 1 || interval->death != INFINITY) continue;
    simplex s = from_vertices(run, run->barcode->vertex + interval->simplex, b->dim + 2, interval->birth);
    BF_TRY(reduce_essential(b, interval, &s));
  }
out:
  return status;
}

static void boundaries_free(boundaries *b) {
  bf_memory *memory = b->run->memory;
  simplices_free(&b->dead, memory);
  pivots_free(&b->pivots, memory);
  bf_memory_release(memory, b->facet, b->facet_room, sizeof *b->facet);
  bf_memory_release(memory, b->chain, b->chain_room, sizeof *b->chain);
  simplices_free(&b->facets, memory);
  simplices_free(&b->chains, memory);
  column_free(&b->boundary, memory);
  column_free(&b->combination, memory);
}

/* An essential class of dimension 0 is its vertex. */
static bf_status keep_vertex_cycles(boundaries *b) {
  bf_status status = BF_OK;
  const bf_barcode *barcode = b->run->barcode;
  for (size_t k = 0; k < barcode->n; k++) {
    bf_interval *interval = &barcode->at[k];
    if (interval->dim > 0 || interval->death != INFINITY) continue;
    simplex vertex = from_vertices(b->run, barcode->vertex + interval->simplex, 1, 0);
    BF_TRY(keep_cycle(b, interval, &vertex, &b->facets, 0));
  }
out:
  return status;
}

bf_status flag_cycles(const flag_run *run) {
  bf_status status = BF_OK;
  for (uint32_t dim = 0; dim <= run->max_dim && status == BF_OK; dim++) {
    boundaries b = {.run = run, .dim = dim};
    status = dim == 0 ? keep_vertex_cycles(&b) : BF_OK;
    if (status == BF_OK) status = reduce_boundaries(&b);
    boundaries_free(&b);
  }
  return status;
}
