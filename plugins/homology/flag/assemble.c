/* Simplices and columns of the next dimension. */
#include "flag/apparent.h"
#include "flag/cohomology.h"

enum { SIMPLICES_OF_A_JOB = 256 };

typedef struct yield { /* of one thread */
  simplices found, columns;
} yield;

typedef struct assembly {
  const flag_run *run;
  uint32_t dim;
  bool keep; /* the simplices, for the next dimension */
  const simplices *lower;
  const pivots *pivots;
  yield *yields;
  size_t yields_room;
} assembly;

static bool in_apparent_pair(const flag_run *run, const simplex *s, uint32_t dim) {
  cofacets c;
  simplex other;
  return zero_apparent_cofacet(&c, run, s, dim, &other) || zero_apparent_facet(&c, run, s, dim, &other);
}

/* Each simplex is met once: as the cofacet, by its largest vertex, of its facet without that vertex. */
static bf_status extend(const assembly *a, yield *y, const simplex *lower) {
  bf_status status = BF_OK;
  cofacets c;
  simplex s;
  pivots_entry at;
  cofacets_begin(&c, a->run, lower, a->dim, FLT_MAX);
  while (cofacets_next(&c, &s) && c.below == c.count) {
    s.coefficient = 1;
    if (a->keep) {
      BF_TRY(simplices_reserve(&y->found, 1, a->run->memory));
      y->found.at[y->found.n++] = s;
    }
    if (pivots_find(a->pivots, s.key, &at) || in_apparent_pair(a->run, &s, a->dim)) continue;
    BF_TRY(simplices_reserve(&y->columns, 1, a->run->memory));
    y->columns.at[y->columns.n++] = s;
  }
out:
  return status;
}

static bf_status extend_some(void *context, uint32_t thread, uint64_t job) {
  bf_status status = BF_OK;
  const assembly *a = context;
  size_t begin = job * SIMPLICES_OF_A_JOB, end = begin + SIMPLICES_OF_A_JOB < a->lower->n ? begin + SIMPLICES_OF_A_JOB : a->lower->n;
  for (size_t i = begin; i < end; i++) BF_TRY(extend(a, &a->yields[thread], &a->lower->at[i]));
  BF_TRY(flag_step(a->run, end, a->lower->n));
out:
  return status;
}

/* Moves what is in `from` to the end of `to`. */
static bf_status append(simplices *to, simplices *from, bf_memory *memory) {
  bf_status status = BF_OK;
  if (to->n == 0) { /* no copy for a single thread */
    simplices swap = *to;
    *to = *from;
    *from = swap;
  } else {
    BF_TRY(simplices_reserve(to, from->n, memory));
    if (from->n) memcpy(to->at + to->n, from->at, from->n * sizeof *from->at);
    to->n += from->n;
  }
  simplices_free(from, memory);
out:
  return status;
}

bf_status assemble_columns(const flag_run *run, uint32_t dim, simplices *lower, simplices *columns, const pivots *pivots) {
  bf_status status = BF_OK;
  assembly a = {.run = run, .dim = dim, .keep = dim < run->max_dim, .lower = lower, .pivots = pivots};
  simplices found = {0};
  columns->n = 0;
  BF_TRY(bf_memory_reserve(run->memory, (void **)&a.yields, &a.yields_room, run->threads, sizeof *a.yields));
  memset(a.yields, 0, a.yields_room * sizeof *a.yields);
  BF_TRY(bf_jobs_run(run->progress, run->threads, (lower->n + SIMPLICES_OF_A_JOB - 1) / SIMPLICES_OF_A_JOB, extend_some, &a));
  for (size_t t = 0; t < a.yields_room; t++) {
    BF_TRY(append(&found, &a.yields[t].found, run->memory));
    BF_TRY(append(columns, &a.yields[t].columns, run->memory));
  }
  BF_TRY(sort_youngest_first(columns, flag_code_width(&run->code, dim + 1), run->threads, run->progress, run->memory));
out:
  for (size_t t = 0; t < a.yields_room; t++) {
    simplices_free(&a.yields[t].found, run->memory);
    simplices_free(&a.yields[t].columns, run->memory);
  }
  bf_memory_release(run->memory, a.yields, a.yields_room, sizeof *a.yields);
  simplices_free(lower, run->memory);
  *lower = found;
  return status;
}
