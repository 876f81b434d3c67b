/* Entry to the engine: what is asked, and the parts in turn. */
#include "reduce/reduce.h"
#include "flag/flag.h"
#include "reduce/pairs.h"
#include <math.h>

/* The highest dimension of the simplices that are ever there. */
static uint32_t dimension_of(const bf_filtration *f) {
  uint64_t most = 0;
  for (uint64_t s = 0; s < f->n; s++)
    if (f->value[s] < INFINITY && f->first[s + 1] - f->first[s] > most + 1) most = f->first[s + 1] - f->first[s] - 1;
  return most < UINT32_MAX ? (uint32_t)most : UINT32_MAX;
}

bf_status bf_reduce_max_dim(const bf_filtration *f, uint32_t wanted, bool top, uint32_t *max_dim) {
  const uint32_t limit = f->limit_dimension, dim = dimension_of(f);
  const bool cut = limit != BF_NOT_CUT && dim >= limit;
  if (wanted == BF_REDUCE_SOUND) {
    if (limit == 0 && !top)
      return bf_fail(BF_INVALID, "max_dim: the filtration was cut at dimension 0, so no homology of it is sound; build it with a higher limit_dimension, or "
                                 "set top: true for its points as they are");
    *max_dim = limit == BF_NOT_CUT ? dim : limit - !top;
    if (*max_dim > BF_MAX_SIMPLEX_DIM) *max_dim = BF_MAX_SIMPLEX_DIM;
    return BF_OK;
  }
  *max_dim = wanted;
  if (!cut || wanted < limit || (wanted == limit && top)) return BF_OK;
  if (wanted == limit)
    return bf_fail(BF_INVALID,
                   "max_dim %u: the filtration was cut at dimension %u, where cycles are not filled; homology is sound below. Set top: true to have it all the "
                   "same, or build it with limit_dimension %u",
                   wanted, limit, limit + 1);
  return bf_fail(BF_INVALID, "max_dim %u: the filtration was cut at dimension %u; build it with limit_dimension %u", wanted, limit, wanted + 1);
}

/* Boundaries are there already. But each cycle of the highest dimension is a boundary that has to be reduced to nothing: there are many where max_dim leaves
 * dimensions out, or the highest has more cells than that below. */
static bool is_twist(const bf_reduce_options *o, const reduce_complex *c, uint32_t max_dim) {
  if (o->representatives == BF_COCYCLES || o->method == BF_REDUCE_COHOMOLOGY) return false;
  if (o->method == BF_REDUCE_TWIST || c->ndim < 2) return true;
  return max_dim + 1 >= c->ndim && c->at[c->ndim - 1].n <= c->at[c->ndim - 2].n;
}

static bf_status compute(const bf_reduce_options *o, reduce_complex *c, uint32_t max_dim, bf_diagram *d) {
  bf_status status = BF_OK;
  reduce_pairs pairs;
  BF_TRY(reduce_pairs_new(&pairs, c, max_dim, o->modulus, o->representatives));
  if (pairs.ndim > 0) {
    BF_TRY(is_twist(o, c, max_dim) ? reduce_by_twist(&pairs) : reduce_by_cohomology(&pairs));
    if (o->representatives == BF_CYCLES) BF_TRY(reduce_cycles(&pairs));
  }
  BF_TRY(reduce_fill_diagram(&pairs, o, d));
out:
  reduce_pairs_free(&pairs);
  return status;
}

bf_status bf_reduce_barcode(const bf_filtration *f, const bf_reduce_options *o, bf_diagram *d) {
  bf_status status = BF_OK;
  bf_memory memory = flag_memory(o->memory);
  bf_jobs_progress progress = {.step = o->step, .context = o->context, .owner = pthread_self()};
  reduce_complex c = {.filtration = f, .memory = &memory, .progress = &progress};
  uint32_t max_dim = 0;
  *d = (bf_diagram){0};
  BF_TRY(bf_flag_check_modulus(o->modulus));
  BF_TRY(bf_reduce_max_dim(f, o->max_dim, o->top, &max_dim));
  *d = (bf_diagram){.max_dim = max_dim, .modulus = o->modulus, .convention = f->convention, .threshold = f->threshold, .representatives = o->representatives};
  BF_TRY(reduce_complex_build(&c, max_dim));
  BF_TRY(compute(o, &c, max_dim, d));
out:
  reduce_complex_free(&c);
  return status;
}
