/* Enumerating the coboundary step by step. */
#include "flag/work.h"
#include "flag/cofacets.h"

enum { LITTLE = 1, MUCH = 4 }; /* cofacets for each FLAG_LANES columns scanned */
#ifndef FLAG_TERMS_OF_A_JOB
#define FLAG_TERMS_OF_A_JOB 1024 /* a test makes them few */
#endif
enum { TERMS_OF_A_JOB = FLAG_TERMS_OF_A_JOB, JOBS_AT_ONCE = 16 };

static bf_status push_listed(work *w, const simplex *s) {
  bf_status status = BF_OK;
  cofacets c;
  simplex cofacet;
  cofacets_begin(&c, w->run, s, w->dim + 1, FLT_MAX);
  while (cofacets_next(&c, &cofacet))
    if (is_older(&w->coboundary.last, &cofacet)) BF_TRY(column_push(&w->coboundary, &cofacet, w->run->memory));
out:
  return status;
}

/* Adds cofacets of s with over < diameter <= limit, younger than the last pivot, to what was found. */
static bf_status find_between(const work *w, const simplex *s, float over, work_scan *scan) {
  bf_status status = BF_OK;
  simplices *found = &scan->found;
  const flag_graph *g = w->run->graph;
  const unsigned count = w->dim + 1;
  const float *row[FLAG_MAX_VERTICES];
  uint32_t vertex[FLAG_MAX_VERTICES];
  key_vertices(s->key, count, &w->run->code, vertex);
  for (unsigned i = 0; i < count; i++) row[i] = g->square + (size_t)vertex[i] * g->stride;
  BF_TRY(bf_memory_reserve(w->run->memory, (void **)&scan->hit, &scan->hit_room, g->stride, sizeof *scan->hit));
  BF_TRY(bf_memory_reserve(w->run->memory, (void **)&scan->distance, &scan->distance_room, g->stride, sizeof *scan->distance));
  uint32_t n = flag_matrix_between(row, count, 0, g->stride, s->diameter, over, w->limit, scan->hit, scan->distance);
  BF_TRY(simplices_reserve(found, n, w->run->memory));
  for (uint32_t h = 0, below = 0; h < n; h++) {
    while (below < count && vertex[below] < scan->hit[h]) below++;
    simplex cofacet = {key_insert(s->key, vertex, count, below, scan->hit[h], &w->run->code), scan->distance[h],
                       below & 1 ? w->run->modulus - s->coefficient : s->coefficient};
    found->at[found->n] = cofacet;
    found->n += is_older(&w->coboundary.last, &cofacet);
  }
out:
  return status;
}

static bf_status push_found(work *w, simplices *found) {
  bf_status status = BF_OK;
  for (size_t i = 0; i < found->n; i++) BF_TRY(column_push(&w->coboundary, &found->at[i], w->run->memory));
  w->pushed += found->n;
  found->n = 0;
out:
  return status;
}

static bf_status push_between(work *w, const simplex *s, float over) {
  bf_status status = BF_OK;
  BF_TRY(find_between(w, s, over, &w->scan[0]));
  BF_TRY(push_found(w, &w->scan[0].found));
out:
  return status;
}

/* How many threads the column may use: its own, and of those that have none its share. */
static uint32_t threads_of(const work *w) {
  const uint64_t left = atomic_load_explicit(&w->crew->left, memory_order_relaxed);
  return w->run->threads / (left < w->crew->threads ? (uint32_t)(left ? left : 1) : w->crew->threads);
}

typedef struct stretch {
  const work *work;
  float over;
  size_t begin; /* of the terms */
} stretch;

static bf_status scan_terms(void *context, uint32_t thread, uint64_t job) {
  bf_status status = BF_OK;
  const stretch *r = context;
  const simplices *t = &r->work->terms;
  const size_t begin = r->begin + (size_t)job * TERMS_OF_A_JOB, end = t->n - begin > TERMS_OF_A_JOB ? begin + TERMS_OF_A_JOB : t->n;
  for (size_t i = begin; i < end; i++) BF_TRY(find_between(r->work, &t->at[i], r->over, &r->work->scan[thread]));
out:
  return status;
}

/* Pushes what scans for all terms from `first` on give; where threads are idle, they scan too. */
static bf_status push_terms(work *w, size_t first, float over) {
  bf_status status = BF_OK;
  const uint32_t threads = threads_of(w);
  const size_t at_once = (size_t)TERMS_OF_A_JOB * JOBS_AT_ONCE;
  stretch r = {.work = w, .over = over, .begin = first};
  if (threads > 1 && w->terms.n - first >= (size_t)4 * TERMS_OF_A_JOB) {
    FLAG_MEET(BEFORE_SCANS);
    for (; r.begin < w->terms.n; r.begin += at_once) {
      const size_t n = w->terms.n - r.begin < at_once ? w->terms.n - r.begin : at_once;
      BF_TRY(bf_jobs_run(w->run->progress, threads, (n + TERMS_OF_A_JOB - 1) / TERMS_OF_A_JOB, scan_terms, &r));
      for (uint32_t t = 0; t < threads; t++) BF_TRY(push_found(w, &w->scan[t].found));
    }
  } else {
    for (size_t i = first; i < w->terms.n; i++) BF_TRY(push_between(w, &w->terms.at[i], over));
  }
out:
  return status;
}

/* Just before the last pivot: what is behind it counts. */
static float over_last(const work *w) { return nextafterf(w->coboundary.last.diameter, -1); }

/* What will be pushed has diameters from here to the limit. */
static void open_window(work *w, float from) {
  const flag_graph *g = w->run->graph;
  column_window(&w->coboundary, from, w->limit < FLT_MAX ? w->limit : g->nstep > 0 ? g->step[g->nstep - 1] : from);
}

/* The limit some steps beyond this diameter. */
static float limit_beyond(const flag_graph *g, float diameter, uint32_t steps) {
  uint32_t low = 0, high = g->nstep;
  while (low < high) { /* the first step that is larger */
    uint32_t middle = (low + high) / 2;
    if (g->step[middle] > diameter)
      high = middle;
    else
      low = middle + 1;
  }
  return steps <= g->nstep && low < g->nstep - steps ? g->step[low + steps - 1] : FLT_MAX;
}

bf_status work_begin(work *w, const simplex *own, const simplex *last) {
  bf_status status = BF_OK;
  const flag_run *run = w->run;
  w->own = *own;
  w->terms.n = 0;
  w->advance = 2;
  column_clear(&w->coboundary, own->diameter);
  if (last) w->coboundary.last = *last;
  w->limit = limit_beyond(run->graph, w->coboundary.last.diameter, 1);
  if (run->graph->dense) open_window(w, over_last(w));
  if (!w->scan) {
    BF_TRY(bf_memory_reserve(run->memory, (void **)&w->scan, &w->scan_room, run->threads, sizeof *w->scan));
    memset(w->scan, 0, w->scan_room * sizeof *w->scan);
  }
  BF_TRY(run->graph->dense ? push_between(w, own, over_last(w)) : push_listed(w, own));
out:
  return status;
}

bf_status work_add(work *w, const simplex *s, size_t n, uint32_t factor) {
  bf_status status = BF_OK;
  const size_t first = w->terms.n;
  BF_TRY(simplices_reserve(&w->terms, n, w->run->memory));
  for (size_t i = 0; i < n; i++) {
    w->terms.at[w->terms.n] = s[i];
    w->terms.at[w->terms.n++].coefficient = times(w->run, factor, s[i].coefficient);
  }
  if (w->run->graph->dense)
    BF_TRY(push_terms(w, first, over_last(w)));
  else
    for (size_t i = first; i < w->terms.n; i++) BF_TRY(push_listed(w, &w->terms.at[i]));
out:
  return status;
}

/* Pushes what the next steps add. They are many where they give little beside the cost of a scan, and few where they give much. */
static bf_status advance(work *w) {
  bf_status status = BF_OK;
  const float over = w->limit;
  BF_TRY(work_tidy(w));
  w->limit = limit_beyond(w->run->graph, over, w->advance);
  w->pushed = 0;
  open_window(w, over);
  BF_TRY(push_between(w, &w->own, over));
  BF_TRY(push_terms(w, 0, over));
  uint64_t scanned = (w->terms.n + 1) * (uint64_t)(w->run->graph->stride / FLAG_LANES);
  if (w->pushed < LITTLE * scanned)
    w->advance *= 2;
  else if (w->pushed > MUCH * scanned && w->advance > 1)
    w->advance /= 2;
out:
  return status;
}

bf_status work_pivot(work *w, bool *found) {
  bf_status status = BF_OK;
  for (;;) {
    BF_TRY(column_pop_pivot(&w->coboundary, w->run->modulus, w->run->memory, found));
    if (*found || w->limit == FLT_MAX) break;
    BF_TRY(advance(w));
  }
out:
  return status;
}

bf_status work_tidy(work *w) {
  bf_status status = BF_OK;
  simplices *t = &w->terms;
  size_t kept = 0;
  BF_TRY(sort_youngest_first(t, flag_code_width(&w->run->code, w->dim + 1), threads_of(w), w->run->progress, w->run->memory));
  for (size_t i = 0; i < t->n;) {
    simplex s = t->at[i];
    for (i++; i < t->n && t->at[i].key == s.key; i++) s.coefficient = (uint32_t)(((uint64_t)s.coefficient + t->at[i].coefficient) % w->run->modulus);
    if (s.coefficient) t->at[kept++] = s;
  }
  t->n = kept;
out:
  return status;
}

void work_free(work *w, bf_memory *memory) {
  simplices_free(&w->terms, memory);
  column_free(&w->coboundary, memory);
  for (size_t t = 0; t < w->scan_room; t++) {
    simplices_free(&w->scan[t].found, memory);
    bf_memory_release(memory, w->scan[t].hit, w->scan[t].hit_room, sizeof *w->scan[t].hit);
    bf_memory_release(memory, w->scan[t].distance, w->scan[t].distance_room, sizeof *w->scan[t].distance);
  }
  bf_memory_release(memory, w->scan, w->scan_room, sizeof *w->scan);
}
