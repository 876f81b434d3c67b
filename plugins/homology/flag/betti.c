/* Betti numbers at single scales: reduction by domination, then cohomology of the little that is left, part by part. */
#include "flag/dominate.h"
#include "flag/run.h"
#include <string.h>

typedef struct single {
  const bf_flag_options *options;
  flag_memory *memory;
  bf_jobs_progress *progress;
  uint32_t threads;
  flag_rows rows;
  size_t dims;    /* in which something can be: simplices of more vertices have no keys */
  uint64_t *part; /* Betti numbers of each part, in `dims` dimensions */
  size_t part_room;
} single;

/* All edges have weight 1, so the classes that count are the essential ones. */
static bf_status count_essential(const single *s, const flag_graph *graph, uint64_t *betti) {
  bf_status status = BF_OK;
  bf_barcode barcode = {0};
  flag_run run = {.graph = graph, .options = s->options, .memory = s->memory, .progress = s->progress, .barcode = &barcode, .threads = 1};
  BF_TRY(flag_intervals(&run));
  for (size_t i = 0; i < barcode.n; i++) betti[barcode.at[i].dim] += barcode.at[i].death == INFINITY;
out:
  flag_release(s->memory, barcode.at, barcode.room, sizeof *barcode.at);
  return status;
}

static bf_status do_part(void *context, uint32_t thread, uint64_t i) {
  bf_status status = BF_OK;
  const single *s = context;
  flag_rows rows = s->rows;
  flag_graph rest = {0};
  (void)thread;
  BF_TRY(flag_dominate(&rows, (uint32_t)i, s->progress, s->memory, &rest));
  BF_TRY(count_essential(s, &rest, s->part + i * s->dims));
out:
  flag_graph_free(&rest, s->memory);
  return status;
}

static bf_status betti_at(const bf_graph *graph, float at, single *s, uint64_t *betti) {
  bf_status status = BF_OK;
  size_t dims = s->dims;
  memset(betti, 0, (s->options->max_dim + (size_t)1) * sizeof *betti);
  BF_TRY(flag_rows_build(graph, at, s->memory, &s->rows));
  BF_TRY(flag_reserve(s->memory, (void **)&s->part, &s->part_room, s->rows.npart * dims, sizeof *s->part));
  memset(s->part, 0, s->rows.npart * dims * sizeof *s->part);
  BF_TRY(bf_jobs_run(s->progress, s->threads, s->rows.npart, do_part, s));
  betti[0] = s->rows.isolated;
  for (size_t i = 0; i < s->rows.npart * dims; i++) betti[i % dims] += s->part[i];
out:
  flag_rows_free(&s->rows, s->memory);
  return status;
}

bf_status bf_flag_betti(const bf_graph *graph, const bf_flag_options *options, const float *scale, size_t nscale, uint64_t *betti) {
  bf_status status = BF_OK;
  flag_memory memory = {.limit = options->memory ? options->memory : UINT64_MAX};
  bf_jobs_progress progress = flag_progress_of(options);
  bf_flag_options plain = {.max_dim = options->max_dim, .modulus = options->modulus, .keys = options->keys};
  single s = {.options = &plain, .memory = &memory, .progress = &progress, .threads = flag_threads_of(options)};
  s.dims = options->max_dim < FLAG_MOST_VERTICES ? options->max_dim + (size_t)1 : FLAG_MOST_VERTICES;
  BF_TRY(bf_flag_check_modulus(options->modulus));
  for (size_t i = 0; i < nscale; i++) BF_TRY(betti_at(graph, scale[i], &s, betti + i * (options->max_dim + (size_t)1)));
out:
  flag_release(&memory, s.part, s.part_room, sizeof *s.part);
  return status;
}
