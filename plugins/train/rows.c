/* A training log that grows by doubling. */
#include "rows.h"
#include <math.h>
#include <stdlib.h>

enum { ROW_BYTES = sizeof(uint32_t) + sizeof(uint64_t) + 6 * sizeof(float) };

static bool grow(void **column, uint64_t n, size_t size) {
  void *larger = realloc(*column, n * size);
  if (larger) *column = larger;
  return larger;
}

static bool grow_floats(float **column, uint64_t n) {
  void *p = *column;
  bool grown = grow(&p, n, sizeof(float));
  *column = p;
  return grown;
}

/* Room for n rows in each column; those for validation only if asked for. */
static bool make_room(bf_training_log *log, uint64_t n, bool validates) {
  void *attempt = log->attempt, *step = log->step;
  bool complete = grow(&attempt, n, sizeof *log->attempt);
  complete = grow(&step, n, sizeof *log->step) && complete;
  log->attempt = attempt;
  log->step = step;
  float **const column[] = {&log->loss, &log->accuracy, &log->rate, &log->gradient, &log->validation_loss, &log->validation_accuracy};
  for (size_t i = 0; i < (validates ? 6 : 4); i++) complete = grow_floats(column[i], n) && complete;
  return complete;
}

bf_status bf_rows_add(bf_training_log *log, uint64_t *room, uint64_t budget, bool validates, const bf_row *row, const bf_look *look) {
  if (log->n >= *room) {
    uint64_t wanted = log->n < 128 ? 256 : 2 * log->n;
    if (budget && wanted > budget / ROW_BYTES)
      return bf_fail(BF_NO_MEMORY, "a training log of %llu rows is over the memory budget; raise log_every", (unsigned long long)wanted);
    if (!make_room(log, wanted, validates)) return bf_fail(BF_NO_MEMORY, "no memory for a training log of %llu rows", (unsigned long long)wanted);
    *room = wanted;
  }
  uint64_t i = log->n++;
  log->attempt[i] = log->attempts;
  log->step[i] = row->step;
  log->loss[i] = (float)row->loss;
  log->accuracy[i] = (float)look->accuracy;
  log->rate[i] = (float)row->rate;
  log->gradient[i] = (float)row->gradient;
  if (!validates) return BF_OK;
  log->validation_loss[i] = (float)look->validation_loss;
  log->validation_accuracy[i] = (float)look->validation;
  return BF_OK;
}

bf_status bf_rows_validate(bf_training_log *log, uint64_t *room) {
  if (log->validation_loss || !log->n) return BF_OK;
  if (!make_room(log, log->n, true)) return bf_fail(BF_NO_MEMORY, "no memory for a training log of %llu rows", (unsigned long long)log->n);
  *room = log->n;
  for (uint64_t i = 0; i < log->n; i++) log->validation_loss[i] = log->validation_accuracy[i] = NAN;
  return BF_OK;
}
