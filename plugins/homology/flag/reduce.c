/* Reduction of a coboundary matrix that is never stored: each column is enumerated when it is needed, and of a reduced column only the combination that made it
 * is kept (Bauer 2021, section 4).
 *
 * Several threads reduce columns at the same time. One that meets a pivot of a column to its left adds that column, as always. If the column stands to its
 * right, which had been ahead, it takes the pivot, and goes on with that other column, which now has to be reduced by its own. The pairs are those of any other
 * order: D. Morozov, A. Nigmetov, Towards lockfree persistent homology, SPAA 2020.
 */
#include "flag/apparent.h"
#include "flag/arena.h"
#include "flag/chains.h"
#include "flag/cohomology.h"
#include "flag/work.h"

/* A reduced column: the coboundary of scale · its simplex + entries; the pivot has coefficient 1. It stays as it is, and is replaced as a whole. */
typedef struct reduced {
  simplex pivot;
  bool essential; /* there is no pivot */
  uint32_t scale;
  size_t n;
  simplex entry[];
} reduced;

typedef struct hand { /* of one thread */
  work work;
  flag_arena arena;
  uint32_t pivots; /* used so far */
} hand;

typedef struct reduction {
  const flag_run *run;
  const simplices *columns;
  uint32_t dim;
  pivots *pivots;
  hand *hands;
  size_t hands_room, at_room;
  work_crew crew;
  reduced *_Atomic *at; /* of each column; NULL before it is reduced */
} reduction;

/* The column in work, its pivot the last one (NULL: it is zero), becomes reduced column i. */
static bf_status store(reduction *r, hand *h, uint32_t i, const simplex *pivot) {
  bf_status status = BF_OK;
  work *w = &h->work;
  const uint32_t scale = pivot ? inverse(r->run, pivot->coefficient) : 1;
  reduced *c = NULL;
  void *piece = NULL;
  if (!pivot && !r->run->options->cocycles) w->terms.n = 0; /* of no use to other columns */
  BF_TRY(work_tidy(w));
  BF_TRY(flag_arena_take(&h->arena, sizeof *c + w->terms.n * sizeof *c->entry, r->run->memory, &piece));
  c = piece;
  *c = (reduced){.essential = !pivot, .scale = times(r->run, scale, w->own.coefficient), .n = w->terms.n};
  if (pivot) c->pivot = *pivot;
  for (size_t k = 0; k < c->n; k++) {
    c->entry[k] = w->terms.at[k];
    c->entry[k].coefficient = times(r->run, c->entry[k].coefficient, scale);
  }
  atomic_store_explicit(&r->at[i], c, memory_order_release);
out:
  return status;
}

/* Adds `factor` times the reduced column i, which is c. */
static bf_status add_column(reduction *r, work *w, uint32_t i, const reduced *c, uint32_t factor) {
  bf_status status = BF_OK;
  simplex s = r->columns->at[i];
  s.coefficient = c->scale;
  BF_TRY(work_add(w, &s, 1, factor));
  BF_TRY(work_add(w, c->entry, c->n, factor));
out:
  return status;
}

/* Column *i takes the pivot from a column to its right, which is then the one in work, less column *i. *taken: whether that one still had it. */
static bf_status take_over(reduction *r, hand *h, uint32_t *i, const pivots_entry *at, const reduced *theirs, bool *taken) {
  bf_status status = BF_OK;
  simplex pivot = h->work.coboundary.last;
  BF_TRY(store(r, h, *i, &pivot));
  FLAG_MEET(BEFORE_REPLACE);
  *taken = pivots_replace(r->pivots, at, *i);
  if (!*taken) goto out;
  const reduced *ours = atomic_load_explicit(&r->at[*i], memory_order_acquire);
  simplex own = r->columns->at[at->column];
  own.coefficient = theirs->scale;
  BF_TRY(work_begin(&h->work, &own, &pivot));
  BF_TRY(work_add(&h->work, theirs->entry, theirs->n, 1));
  BF_TRY(add_column(r, &h->work, *i, ours, r->run->modulus - 1));
  *i = at->column;
out:
  return status;
}

/* Does with the pivot of the column in work what is to be done: adds what cancels it, or stores the column, *done. */
static bf_status use_pivot(reduction *r, hand *h, uint32_t *i, bool *done) {
  bf_status status = BF_OK;
  const flag_run *run = r->run;
  const simplex pivot = h->work.coboundary.last;
  simplex facet;
  cofacets c;
  pivots_entry at;
  for (bool used = false; !used;) {
    if (!pivots_find(r->pivots, pivot.key, &at)) {
      if (zero_apparent_facet(&c, run, &pivot, r->dim + 1, &facet)) { /* in an apparent pair, whose column is stored nowhere */
        return work_add(&h->work, &facet, 1, run->modulus - 1);
      }
      BF_TRY(store(r, h, *i, &pivot));
      FLAG_MEET(BEFORE_CLAIM);
      if ((*done = pivots_claim(r->pivots, pivot.key, *i, &at))) return BF_OK;
    }
    FLAG_MEET(BEFORE_LOAD);
    const reduced *theirs = atomic_load_explicit(&r->at[at.column], memory_order_acquire);
    if (theirs->essential || theirs->pivot.key != pivot.key) continue; /* it lost the pivot meanwhile: look again */
    if (at.column < *i) {
      BF_TRY(add_column(r, &h->work, at.column, theirs, run->modulus - pivot.coefficient));
      used = true;
    } else {
      BF_TRY(take_over(r, h, i, &at, theirs, &used));
    }
  }
out:
  return status;
}

/* The oldest cofacet is a pivot at once when it has the diameter of s and no other column has it (an emergent pair: Bauer 2021, section 3.3). */
static bool is_emergent(const reduction *r, const simplex *s, simplex *cofacet) {
  cofacets c;
  simplex facet;
  pivots_entry at;
  return zero_cofacet(&c, r->run, s, r->dim, cofacet) && !pivots_find(r->pivots, cofacet->key, &at) &&
         !zero_apparent_facet(&c, r->run, cofacet, r->dim + 1, &facet);
}

static bf_status reduce_column(reduction *r, hand *h, uint32_t i) {
  bf_status status = BF_OK;
  work *w = &h->work;
  const simplex *s = &r->columns->at[i];
  simplex cofacet;
  pivots_entry at;
  bool found = true, done = false;
  if (is_emergent(r, s, &cofacet)) {
    w->own = *s;
    w->terms.n = 0;
    BF_TRY(store(r, h, i, &cofacet));
    FLAG_MEET(BEFORE_CLAIM);
    if (pivots_claim(r->pivots, cofacet.key, i, &at)) return BF_OK;
  }
  BF_TRY(work_begin(w, s, NULL));
  while (!done) {
    BF_TRY(work_pivot(w, &found));
    if (!found) return store(r, h, i, NULL);
    BF_TRY(use_pivot(r, h, &i, &done));
    if (++h->pivots % 256 == 0) BF_TRY(flag_step(r->run, i, r->columns->n));
  }
out:
  return status;
}

/* One column a job: two long ones in one would be one thread's, while the others wait. */
static bf_status reduce_one(void *context, uint32_t thread, uint64_t i) {
  bf_status status = BF_OK;
  reduction *r = context;
  BF_TRY(reduce_column(r, &r->hands[thread], (uint32_t)i));
  atomic_fetch_sub_explicit(&r->crew.left, 1, memory_order_relaxed);
  BF_TRY(flag_step(r->run, i + 1, r->columns->n));
out:
  return status;
}

/* The intervals, youngest birth first. */
static bf_status keep_columns(const reduction *r) {
  bf_status status = BF_OK;
  for (size_t i = 0; i < r->columns->n; i++) {
    const reduced *c = r->at[i];
    simplex s = r->columns->at[i];
    s.coefficient = c->scale;
    BF_TRY(keep_pair(r->run, r->dim, &s, c->essential ? NULL : &c->pivot, c->entry, c->n));
  }
out:
  return status;
}

bf_status reduce_columns(const flag_run *run, uint32_t dim, const simplices *columns, pivots *pivots) {
  bf_status status = BF_OK;
  const size_t n = columns->n;
  const uint32_t threads = run->options->cocycles ? 1 : run->threads; /* which combination represents a class depends on the order */
  reduction r = {.run = run, .columns = columns, .dim = dim, .pivots = pivots, .crew = {threads, n}};
  if (n >= PIVOTS_MAX) return bf_fail(BF_NO_MEMORY, "persistent homology: 2^32 columns or more in dimension %u; lower the threshold or the dimension", dim);
  BF_TRY(pivots_clear(pivots, n, run->memory));
  BF_TRY(bf_memory_reserve(run->memory, (void **)&r.hands, &r.hands_room, threads, sizeof *r.hands));
  for (size_t t = 0; t < r.hands_room; t++) r.hands[t] = (hand){.work = {.run = run, .crew = &r.crew, .dim = dim}};
  BF_TRY(bf_memory_reserve(run->memory, (void **)&r.at, &r.at_room, n, sizeof *r.at));
  memset((void *)r.at, 0, n * sizeof *r.at);
  BF_TRY(bf_jobs_run(run->progress, threads, n, reduce_one, &r));
  BF_TRY(keep_columns(&r));
out:
  for (size_t t = 0; t < r.hands_room; t++) {
    work_free(&r.hands[t].work, run->memory);
    flag_arena_free(&r.hands[t].arena, run->memory);
  }
  bf_memory_release(run->memory, r.hands, r.hands_room, sizeof *r.hands);
  bf_memory_release(run->memory, (void *)r.at, r.at_room, sizeof *r.at);
  return status;
}
