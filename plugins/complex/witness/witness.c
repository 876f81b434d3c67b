/* Entry to the builder: checks, landmarks in the order of their ids, and the narrowest keys. */
#include "../by_id.h"
#include "run.h"
#include <math.h>

static uint64_t blocks_of(const witness_run *run) { return (run->witness->n + WITNESS_BLOCK - 1) / WITNESS_BLOCK; }

/* ---- the cover radius ---- */

typedef struct cover {
  witness_run *run;
  double most[BF_JOBS_MAX_THREADS];
} cover;

static bf_status cover_block(void *context, uint32_t thread, uint64_t job) {
  cover *c = context;
  witness_run *run = c->run;
  const uint64_t from = job * WITNESS_BLOCK, left = run->witness->n - from, to = from + (left < WITNESS_BLOCK ? left : WITNESS_BLOCK);
  double most = c->most[thread];
  for (uint64_t w = from; w < to; w++) {
    witness_near *near = &run->near[thread];
    witness_near_find(&run->tiles, run->witness->x + w * run->witness->dim, &(witness_rule){true, 1, 0}, near);
    most = near->list.square[0] > most ? near->list.square[0] : most;
  }
  c->most[thread] = most;
  return witness_tell_block(run);
}

static bf_status measure_cover(witness_run *run, double *square) {
  bf_status status = BF_OK;
  cover c = {.run = run};
  *square = run->witness->n ? INFINITY : 0;
  if (!run->tiles.n) return BF_OK;
  BF_TRY(bf_jobs_run(run->progress, run->threads, blocks_of(run), cover_block, &c));
  *square = 0;
  for (uint32_t t = 0; t < run->threads; t++) *square = c.most[t] > *square ? c.most[t] : *square;
out:
  return status;
}

/* ---- landmarks ---- */

/* Numbers the landmarks by id. `distinct`: no two may have one. */
static bf_status number(witness_run *run, bool distinct) {
  bf_status status = BF_OK;
  const bf_points *l = run->landmark;
  if (run->witness->dim != l->dim)
    return bf_fail(BF_BAD_INPUT, "the landmarks have %u coordinates and the points %u; both must lie in the same space", l->dim, run->witness->dim);
  BF_TRY(bf_memory_take(run->memory, &run->row, l->n, sizeof *run->row, "the landmarks"));
  bf_by_id(l->id, (uint32_t)l->n, run->row);
  if (distinct) BF_TRY(bf_by_id_distinct(l->id, (uint32_t)l->n, run->row));
  BF_TRY(witness_tiles_new(l, run->row, run->memory, &run->tiles));
out:
  return status;
}

/* ---- a run ---- */

typedef struct state { /* what a run points to */
  bf_memory memory;
  bf_jobs_progress progress;
} state;

static void open_run(witness_run *run, state *s, const bf_points *witnesses, const bf_points *landmarks, const bf_witness_options *o) {
  *s = (state){.memory = bf_memory_new(o->memory, "the witness complex", "a smaller alpha_square or limit_dimension, or fewer landmarks, need less"),
               .progress = {.step = o->step, .context = o->context, .owner = pthread_self()}};
  *run = (witness_run){.witness = witnesses,
                       .landmark = landmarks,
                       .options = o,
                       .memory = &s->memory,
                       .progress = &s->progress,
                       .threads = o->threads < 1                     ? 1
                                  : o->threads < BF_JOBS_MAX_THREADS ? o->threads
                                                                     : BF_JOBS_MAX_THREADS};
}

static bf_status open_near(witness_run *run) {
  bf_status status = BF_OK;
  for (uint32_t t = 0; t < run->threads; t++) BF_TRY(witness_near_new(&run->tiles, run->memory, &run->near[t]));
out:
  return status;
}

static void close_run(witness_run *run) {
  for (uint32_t t = 0; t < run->threads; t++) witness_near_free(&run->tiles, &run->near[t], run->memory);
  witness_lists_free(run);
  bf_memory_release(run->memory, run->row, run->landmark->n, sizeof *run->row);
  witness_tiles_free(&run->tiles, run->memory);
}

bf_status bf_witness_cover(const bf_points *witnesses, const bf_points *landmarks, const bf_witness_options *options, double *square) {
  bf_status status = BF_OK;
  witness_run run;
  state s;
  open_run(&run, &s, witnesses, landmarks, options);
  run.total = blocks_of(&run);
  BF_TRY(number(&run, false));
  BF_TRY(open_near(&run));
  BF_TRY(measure_cover(&run, square));
out:
  close_run(&run);
  return status;
}

static bf_status build(witness_run *run, bf_filtration *out) {
  bf_status status = BF_OK;
  const uint32_t n = run->tiles.n, limit = run->options->limit_dimension;
  run->top = limit < n ? limit : n - (n != 0);
  if (run->top + 1 >= n) out->limit_dimension = BF_NOT_CUT;
  for (run->bits = 1; run->bits < 32 && n > UINT32_C(1) << run->bits;) run->bits++;
  const uint32_t most = 128 / run->bits; /* vertices in a key */
  if (run->top >= most)
    return bf_fail(BF_INVALID,
                   "limit_dimension %u is too high for %u landmarks: 128 bits number simplices up to dimension %u; take a lower one, or fewer landmarks", limit,
                   n, most - 1);
  run->rule = (witness_rule){run->options->kind == BF_WITNESS_WEAK, run->top + (size_t)2, run->options->alpha_square};
  run->total = blocks_of(run) * (run->top + (isnan(run->options->alpha_square) ? UINT64_C(3) : 2));
  BF_TRY(open_near(run));
  if (isnan(run->rule.alpha_square)) BF_TRY(measure_cover(run, &run->rule.alpha_square));
  out->threshold = run->rule.alpha_square;
  if (n) BF_TRY(witness_lists_make(run));
  BF_TRY((run->top + 1) * run->bits <= 64 ? witness_build_64(run, out) : witness_build_128(run, out));
  if (out->n && out->value[out->n - 1] > out->threshold) out->threshold = out->value[out->n - 1];
out:
  return status;
}

bf_status bf_witness_complex(const bf_points *witnesses, const bf_points *landmarks, const bf_witness_options *options, bf_filtration *out) {
  bf_status status = BF_OK;
  witness_run run;
  state s;
  *out = (bf_filtration){.convention = BF_SQUARED_RADIUS, .limit_dimension = options->limit_dimension};
  open_run(&run, &s, witnesses, landmarks, options);
  if (options->alpha_square < 0) {
    status = bf_fail(BF_INVALID, "alpha_square %g is negative; the least is 0", options->alpha_square);
    goto out;
  }
  BF_TRY(number(&run, true));
  BF_TRY(build(&run, out));
out:
  close_run(&run);
  if (status != BF_OK) bf_filtration_free(out);
  return status;
}
