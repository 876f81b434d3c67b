/* Betti numbers at single scales, part by part: reduction by domination, then cohomology of the little that is left. */
#include "flag/dominate.h"
#include "flag/lists.h"
#include "flag/run.h"
#include <string.h>

typedef struct single {
  const bf_flag_options *options;
  bf_memory *memory;
  bf_jobs_progress *progress;
  uint32_t threads;
  flag_parts parts;
  flag_lists lists;
  size_t dims;     /* in which something can be: simplices of more vertices have no keys */
  uint64_t *betti; /* of each part, in `dims` dimensions */
  size_t betti_room;
} single;

/* All edges have weight 1, so the classes that count are the essential ones. */
static bf_status count_essential(const single *s, const flag_graph *graph, uint64_t *betti) {
  bf_status status = BF_OK;
  bf_barcode barcode = {0};
  flag_run run = {.graph = graph, .options = s->options, .memory = s->memory, .progress = s->progress, .barcode = &barcode, .threads = 1};
  BF_TRY(flag_intervals(&run));
  for (size_t i = 0; i < barcode.n; i++) betti[barcode.at[i].dim] += barcode.at[i].death == INFINITY;
out:
  bf_memory_release(s->memory, barcode.at, barcode.room, sizeof *barcode.at);
  return status;
}

static bf_status do_part(void *context, uint32_t thread, uint64_t i) {
  bf_status status = BF_OK;
  const single *s = context;
  flag_rows rows = {0};
  flag_graph rest = {0};
  const bool one = flag_parts_are_one(&s->parts);
  const uint32_t begin = one ? 0 : s->parts.begin[i], end = one ? s->parts.nvertex : s->parts.begin[i + 1];
  (void)thread;
  BF_TRY(flag_rows_build(&s->lists, begin, end - begin, s->memory, &rows));
  BF_TRY(flag_dominate(&rows, s->progress, s->memory, &rest));
  BF_TRY(count_essential(s, &rest, s->betti + i * s->dims));
out:
  flag_rows_free(&rows, s->memory);
  flag_graph_free(&rest, s->memory);
  return status;
}

static bf_status betti_at(const bf_graph *graph, float at, single *s, uint64_t *betti) {
  bf_status status = BF_OK;
  const size_t dims = s->dims;
  memset(betti, 0, (s->options->max_dim + (size_t)1) * sizeof *betti);
  if (graph->n == 0) return BF_OK;
  BF_TRY(flag_parts_find(graph, at, s->threads, s->progress, s->memory, &s->parts));
  BF_TRY(flag_lists_build(graph, at, &s->parts, s->threads, s->progress, s->memory, &s->lists));
  BF_TRY(bf_memory_reserve(s->memory, (void **)&s->betti, &s->betti_room, s->parts.n * dims, sizeof *s->betti));
  memset(s->betti, 0, s->parts.n * dims * sizeof *s->betti);
  BF_TRY(bf_jobs_run(s->progress, s->threads, s->parts.n, do_part, s));
  if (!flag_parts_are_one(&s->parts)) betti[0] = s->parts.nvertex - s->parts.begin[s->parts.n]; /* those without an edge */
  for (size_t i = 0; i < s->parts.n * dims; i++) betti[i % dims] += s->betti[i];
out:
  flag_lists_free(&s->lists, s->memory);
  flag_parts_free(&s->parts, s->memory);
  return status;
}

bf_status bf_flag_betti(const bf_graph *graph, const bf_flag_options *options, const float *scale, size_t nscale, uint64_t *betti) {
  bf_status status = BF_OK;
  bf_memory memory = flag_memory(options->memory);
  bf_jobs_progress progress = flag_progress_of(options);
  bf_flag_options plain = {.max_dim = options->max_dim, .modulus = options->modulus, .keys = options->keys};
  single s = {.options = &plain, .memory = &memory, .progress = &progress, .threads = flag_threads_of(options)};
  s.dims = options->max_dim < FLAG_MOST_VERTICES ? options->max_dim + (size_t)1 : FLAG_MOST_VERTICES;
  BF_TRY(bf_flag_check_modulus(options->modulus));
  for (size_t i = 0; i < nscale; i++) BF_TRY(betti_at(graph, scale[i], &s, betti + i * (options->max_dim + (size_t)1)));
out:
  bf_memory_release(&memory, s.betti, s.betti_room, sizeof *s.betti);
  return status;
}
