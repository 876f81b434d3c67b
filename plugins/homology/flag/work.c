/* Enumerating the coboundary step by step. */
#include "flag/work.h"
#include "flag/cofacets.h"

enum { LITTLE = 1, MUCH = 4 }; /* cofacets for each FLAG_LANES columns scanned */

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

/* Cofacets of s with over < diameter <= limit, younger than the last pivot. */
static bf_status push_between(work *w, const simplex *s, float over) {
  bf_status status = BF_OK;
  const flag_graph *g = w->run->graph;
  const unsigned count = w->dim + 1;
  const float *row[FLAG_MAX_VERTICES];
  uint32_t vertex[FLAG_MAX_VERTICES];
  key_vertices(s->key, count, &w->run->code, vertex);
  for (unsigned i = 0; i < count; i++) row[i] = g->square + (size_t)vertex[i] * g->stride;
  uint32_t n = flag_matrix_between(row, count, 0, g->stride, s->diameter, over, w->limit, w->hit, w->distance);
  w->pushed += n;
  for (uint32_t h = 0, below = 0; h < n; h++) {
    while (below < count && vertex[below] < w->hit[h]) below++;
    simplex cofacet = {key_insert(s->key, vertex, count, below, w->hit[h], &w->run->code), w->distance[h],
                       below & 1 ? w->run->modulus - s->coefficient : s->coefficient};
    if (is_older(&w->coboundary.last, &cofacet)) BF_TRY(column_push(&w->coboundary, &cofacet, w->run->memory));
  }
out:
  return status;
}

/* What of the coboundary is younger than the last pivot, up to the limit. */
static bf_status push(work *w, const simplex *s) {
  return w->run->graph->dense ? push_between(w, s, nextafterf(w->coboundary.last.diameter, -1)) : push_listed(w, s);
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
  if (run->graph->dense) {
    BF_TRY(flag_reserve(run->memory, (void **)&w->hit, &w->hit_room, run->graph->stride, sizeof *w->hit));
    BF_TRY(flag_reserve(run->memory, (void **)&w->distance, &w->distance_room, run->graph->stride, sizeof *w->distance));
  }
  BF_TRY(push(w, own));
out:
  return status;
}

bf_status work_add(work *w, const simplex *s) {
  bf_status status = BF_OK;
  BF_TRY(simplices_reserve(&w->terms, 1, w->run->memory));
  w->terms.at[w->terms.n++] = *s;
  BF_TRY(push(w, s));
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
  BF_TRY(push_between(w, &w->own, over));
  for (size_t i = 0; i < w->terms.n; i++) BF_TRY(push_between(w, &w->terms.at[i], over));
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
  BF_TRY(sort_youngest_first(t, flag_code_width(&w->run->code, w->dim + 1), 1, w->run->progress, w->run->memory));
  for (size_t i = 0; i < t->n;) {
    simplex s = t->at[i];
    for (i++; i < t->n && t->at[i].key == s.key; i++) s.coefficient = (uint32_t)(((uint64_t)s.coefficient + t->at[i].coefficient) % w->run->modulus);
    if (s.coefficient) t->at[kept++] = s;
  }
  t->n = kept;
out:
  return status;
}

void work_free(work *w, flag_memory *memory) {
  simplices_free(&w->terms, memory);
  column_free(&w->coboundary, memory);
  flag_release(memory, w->hit, w->hit_room, sizeof *w->hit);
  flag_release(memory, w->distance, w->distance_room, sizeof *w->distance);
}
