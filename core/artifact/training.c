/* TrainingLog. */
#include "artifact/training.h"
#include <math.h>
#include <stdlib.h>

static bool share(double x) { return x >= 0 && x <= 1; }

bf_status bf_log_check_rows(const bf_training_log *t, bf_status bad) {
  if (!t->validation_loss != !t->validation_accuracy) return bf_fail(bad, "validation_loss and validation_accuracy come together or not at all");
  for (uint64_t i = 0; i < t->n; i++) {
    unsigned long long at = i;
    if (!t->attempt[i] || t->attempt[i] > t->attempts)
      return bf_fail(bad, "array attempt: row %llu is of attempt %u, but the attempts are 1 to %u", at, t->attempt[i], t->attempts);
    if (i && t->attempt[i] < t->attempt[i - 1]) return bf_fail(bad, "array attempt: row %llu falls", at);
    if (i && t->attempt[i] == t->attempt[i - 1] && t->step[i] <= t->step[i - 1]) return bf_fail(bad, "array step: row %llu does not rise", at);
    if (t->attempt[i] == t->attempts && t->step[i] > t->steps)
      return bf_fail(bad, "array step: row %llu is past the last step, %llu", at, (unsigned long long)t->steps);
  }
  return BF_OK;
}

static bf_status check(const bf_training_log *t, bf_status bad) {
  if (!t->attempts) return bf_fail(bad, "the number of attempts is 0");
  if (!share(t->final_accuracy)) return bf_fail(bad, "the final accuracy %g is not in [0, 1]", t->final_accuracy);
  if (!isnan(t->final_validation) && !share(t->final_validation))
    return bf_fail(bad, "the final accuracy on the validation points, %g, is not in [0, 1]", t->final_validation);
  if (!t->validation_loss && !isnan(t->final_validation)) return bf_fail(bad, "a final accuracy on validation points without the arrays of their rows");
  return bf_log_check_rows(t, bad);
}

enum { ATTEMPT, STEP, LOSS, ACCURACY, RATE, GRADIENT, VALIDATION_LOSS, VALIDATION_ACCURACY, ARRAYS };
_Static_assert((int)ARRAYS == (int)BF_LOG_ARRAYS, "as many as training.h says");

void bf_log_describe(bf_array a[ARRAYS], uint64_t *n) {
  static const char *const names[ARRAYS] = {"attempt", "step", "loss", "accuracy", "rate", "gradient", "validation_loss", "validation_accuracy"};
  for (int i = 0; i < ARRAYS; i++) a[i] = (bf_array){.name = names[i], .dtype = BETTIFLOW__DATA_TYPE__F32, .shape = {n}, .optional = i >= VALIDATION_LOSS};
  a[ATTEMPT].dtype = BETTIFLOW__DATA_TYPE__U32;
  a[STEP].dtype = BETTIFLOW__DATA_TYPE__U64;
}

void bf_log_put(bf_array a[ARRAYS], const bf_training_log *t) {
  a[ATTEMPT].data = t->attempt;
  a[STEP].data = t->step;
  a[LOSS].data = t->loss;
  a[ACCURACY].data = t->accuracy;
  a[RATE].data = t->rate;
  a[GRADIENT].data = t->gradient;
  a[VALIDATION_LOSS].data = t->validation_loss;
  a[VALIDATION_ACCURACY].data = t->validation_accuracy;
}

void bf_log_take(const bf_array a[ARRAYS], uint64_t n, bf_training_log *t) {
  t->n = n;
  t->attempt = a[ATTEMPT].data;
  t->step = a[STEP].data;
  t->loss = a[LOSS].data;
  t->accuracy = a[ACCURACY].data;
  t->rate = a[RATE].data;
  t->gradient = a[GRADIENT].data;
  t->validation_loss = a[VALIDATION_LOSS].data;
  t->validation_accuracy = a[VALIDATION_ACCURACY].data;
}

bf_status bf_training_log_read(const char *path, uint64_t budget, bf_training_log *out) {
  bf_status status = BF_OK;
  bf_container c = {0};
  bf_array a[ARRAYS];
  uint64_t n = BF_ANY;
  *out = (bf_training_log){0};
  bf_log_describe(a, &n);
  BF_TRY(bf_container_open(path, BF_TRAINING_LOG, budget, &c));
  if (c.header->info_case != BETTIFLOW__HEADER__INFO_TRAINING) {
    status = bf_fail(BF_BAD_INPUT, "%s: record 0 at byte 0: the header says nothing of a training", path);
    goto out;
  }
  const Bettiflow__TrainingInfo *info = c.header->training;
  BF_TRY(bf_container_load(&c, a, ARRAYS));
  bf_log_take(a, n, out);
  out->final_accuracy = info->final_accuracy;
  out->final_validation = info->final_validation;
  out->steps = info->steps;
  out->attempts = info->attempts;
  out->success = info->success;
  status = check(out, BF_BAD_INPUT);
  if (status != BF_OK) bf_fail_in(status, "%s", path);
out:
  bf_container_close(&c);
  if (status != BF_OK) bf_training_log_free(out);
  return status;
}

bf_status bf_training_log_write(const bf_out *out, const bf_training_log *t) {
  Bettiflow__Header header = BETTIFLOW__HEADER__INIT;
  Bettiflow__TrainingInfo info = BETTIFLOW__TRAINING_INFO__INIT;
  bf_array a[ARRAYS];
  uint64_t n = t->n;
  bf_status status = check(t, BF_FAILED);
  if (status != BF_OK) return bf_fail_in(status, "%s: not a TrainingLog", out->path);
  bf_log_describe(a, &n);
  bf_log_put(a, t);
  info.final_accuracy = t->final_accuracy;
  info.final_validation = t->final_validation;
  info.steps = t->steps;
  info.attempts = t->attempts;
  info.success = t->success;
  header.type = BETTIFLOW__ARTIFACT_TYPE__TRAINING_LOG;
  header.info_case = BETTIFLOW__HEADER__INFO_TRAINING;
  header.training = &info;
  return bf_container_write(out, &header, a, ARRAYS);
}

void bf_training_log_free(bf_training_log *value) {
  free(value->attempt);
  free(value->step);
  free(value->loss);
  free(value->accuracy);
  free(value->rate);
  free(value->gradient);
  free(value->validation_loss);
  free(value->validation_accuracy);
  *value = (bf_training_log){0};
}
