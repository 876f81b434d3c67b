/* Persistent cohomology of a flag filtration: the algorithm. */
#include "flag/cohomology.h"

bf_status FLAG_NAME(flag_cohomology)(const flag_run *run) {
  bf_status status = BF_OK;
  simplices lower = {0}, columns = {0};
  pivots pivots = {0};
  BF_TRY(pair_components(run, &lower, &columns));
  for (uint32_t dim = 1; dim <= run->max_dim; dim++) {
    BF_TRY(reduce_columns(run, dim, &columns, &pivots));
    if (dim < run->max_dim) BF_TRY(assemble_columns(run, dim + 1, &lower, &columns, &pivots));
  }
out:
  simplices_free(&lower, run->memory);
  simplices_free(&columns, run->memory);
  pivots_free(&pivots, run->memory);
  return status;
}
